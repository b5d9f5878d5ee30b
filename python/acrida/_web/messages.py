"""What comes from the control thread and what goes back."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

Headers = list[tuple[str, str]]
#: Status, headers, body.
Reply = tuple[int, Headers, bytes]


class Message(NamedTuple):
    """One thing that only the hub can do."""

    kind: str
    id: int
    parts: list[str]
    path: str
    request: tuple[Any, ...]
    fields: list[tuple[str, str]]


class WebRequest(NamedTuple):
    """A request; texts as WSGI has them, one character per byte."""

    method: str
    target: str
    headers: Headers
    body: bytes
    peer: str
    is_tls: bool
    #: The rest of the body is had by asking for it.
    has_more: bool


def json_reply(status: int, value: Any) -> Reply:
    """Pretty as the server's own answers."""
    body = json.dumps(value, indent=2, sort_keys=True, default=str) + "\n"
    return status, [("Content-Type", "application/json")], body.encode()
