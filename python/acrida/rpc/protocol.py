"""The form of a message on the wire: MessagePack of ``[type, data, node id]``."""

from __future__ import annotations

import datetime
from typing import Any

_DATE_FORM = "%Y%m%dT%H:%M:%S.%f"


class Message:
    """One message; ``node_id`` names the worker it comes from or goes to."""

    def __init__(self, message_type: str, data: Any, node_id: str | None) -> None:
        self.type = message_type
        self.data = data
        self.node_id = node_id

    def __repr__(self) -> str:
        return f"<Message {self.type}:{self.node_id}>"

    def serialize(self) -> bytes:
        """As bytes; TypeError for data that MessagePack cannot carry."""
        import msgpack

        packed: bytes = msgpack.dumps((self.type, self.data, self.node_id), default=encode, strict_types=True)
        return packed

    @classmethod
    def unserialize(cls, data: bytes) -> Message:
        """The message in these bytes; msgpack's exceptions when there is none."""
        import msgpack

        return cls(*msgpack.loads(data, raw=False, strict_map_key=False, object_hook=decode))


try:
    from bson import ObjectId
except ImportError:

    class ObjectId:  # type: ignore[no-redef]
        """Stands in for bson's where that is not installed."""

        def __init__(self, s: str) -> None:
            raise RuntimeError("a bson ObjectId arrived, but the package bson is not installed")


def encode(obj: Any) -> Any:
    """Make dates and bson ids fit for the wire."""
    if isinstance(obj, datetime.datetime):
        return {"__datetime__": True, "as_str": obj.strftime(_DATE_FORM)}
    if isinstance(obj, ObjectId):
        return {"__ObjectId__": True, "as_str": str(obj)}
    if isinstance(obj, tuple):
        return list(obj)
    return obj


def decode(obj: Any) -> Any:
    """The reverse of ``encode``."""
    if isinstance(obj, dict):
        if "__datetime__" in obj:
            return datetime.datetime.strptime(obj["as_str"], _DATE_FORM)
        if "__ObjectId__" in obj:
            return ObjectId(obj["as_str"])
    return obj
