"""Carrying out, in the hub and in order, what a node on the control thread says."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from gevent.socket import wait_read

from ..rpc.protocol import Message, decode, encode
from .messages import CustomMessages


class Node(Protocol):
    """A master or worker on the control thread."""

    @property
    def descriptor(self) -> int:
        """Readable when something has happened."""

    def take(self) -> list[tuple[Any, ...]]:
        """What has happened since the last call: a name and its values."""


def follow(node: Node, handlers: dict[str, Callable[..., None]]) -> NoReturn:
    """For a greenlet of its own: call ``handlers[name](*values)`` for everything that happens, one after the other."""
    while True:
        wait_read(node.descriptor)
        for name, *values in node.take():
            try:
                handlers[name](*values)
            except Exception:
                logging.getLogger("locust.runners").exception("Uncaught exception in handler for %s", name)


def log_line(level: str, logger: str, text: str) -> None:
    """A line that the engine has written."""
    logging.getLogger(logger or None).log(logging.getLevelName(level), "%s", text)


def pack(data: Any) -> bytes:
    """As MessagePack, the way Locust's nodes send it."""
    import msgpack

    packed: bytes = msgpack.packb(data, default=encode, strict_types=True)
    return packed


def unpack(data: bytes) -> Any:
    """The reverse; bytes that are no text stay readable."""
    import msgpack

    return msgpack.unpackb(data, raw=False, strict_map_key=False, object_hook=decode, unicode_errors="replace")


def deliver(
    messages: CustomMessages, environment: Any, message: Message, unknown: str, spawn: Callable[..., Any]
) -> None:
    """Hand a message of a person's own type to its listener; ``unknown`` is the warning without one."""
    if message.type not in messages.listeners:
        logging.getLogger("locust.runners").warning("%s", unknown)
        return
    listener, concurrent = messages.listeners[message.type]
    if concurrent:
        spawn(listener, environment=environment, msg=message)
        return
    try:
        listener(environment=environment, msg=message)
    except Exception:
        logging.getLogger("locust.runners").exception("Uncaught exception in handler for %s", message.type)
