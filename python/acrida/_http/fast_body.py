"""What FastHttpUser's client sends: payloads, their content types, query strings, by geventhttpclient's rules."""

from __future__ import annotations

from base64 import b64encode
from json import dumps as json_dumps
from typing import Any
from urllib.parse import urlencode


def body_of(data: Any, json: Any, files: Any, headers: dict[str, str]) -> bytes | None:
    """The payload as bytes; adds its content type to ``headers`` unless one is there."""
    has_type = any(name.lower() == "content-type" for name in headers)

    def say(content_type: str) -> None:
        if not has_type:
            headers["Content-Type"] = content_type

    if files:
        from requests.models import RequestEncodingMixin

        encoded, content_type = RequestEncodingMixin._encode_files(files, data)
        say(content_type)
        return encoded
    if not data and json is not None:
        say("application/json")
        if not any(name.lower() == "accept" for name in headers):
            headers["Accept"] = "application/json"
        return json_dumps(json).encode()
    if data is None:
        return None
    if isinstance(data, dict):
        say("application/x-www-form-urlencoded; charset=utf-8")
        return urlencode(data).encode()
    if isinstance(data, str):
        say("text/plain; charset=utf-8")
        return data.encode()
    if isinstance(data, bytes | bytearray | memoryview):
        say("application/octet-stream")
        return bytes(data)
    if hasattr(data, "read"):
        say("application/octet-stream")
        content = data.read()
        return content.encode() if isinstance(content, str) else content
    if hasattr(data, "__iter__") and not isinstance(data, list | tuple):
        say("application/octet-stream")
        return b"".join(piece.encode() if isinstance(piece, str) else piece for piece in data)
    raise AttributeError(f"{type(data).__name__!r} object cannot be sent as a body")


def with_params(url: str, params: Any) -> str:
    """``url`` with these added to its query."""
    query = params if isinstance(params, str) else urlencode(params, doseq=True)
    bare, separator, fragment = url.partition("#")
    return f"{bare}{'&' if '?' in bare else '?'}{query}{separator}{fragment}"


def basic_auth(user: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + b64encode(f"{user}:{password}".encode("latin-1")).decode()
