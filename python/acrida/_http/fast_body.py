"""What FastHttpUser's client sends: payloads, their content types, query strings, by geventhttpclient's rules."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from json import dumps as json_dumps
from typing import Any
from urllib.parse import urlencode

from .call_checks import is_token

_NOT_IN_VALUES = re.compile(r"[\r\n\0]|[^\0-\xff]")


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
    if hasattr(data, "__len__"):
        raise AttributeError(f"{type(data).__name__!r} object has no attribute 'read'")
    if hasattr(data, "__iter__") and not isinstance(data, type):
        say("application/octet-stream")
        return b"".join(piece.encode() if isinstance(piece, str) else piece for piece in data)
    raise TypeError(f"{type(data).__name__!r} object is not iterable")


def with_params(url: str, params: Any) -> str:
    """``url`` with these added to its query; what is None is left out."""
    query = params if isinstance(params, str) else urlencode(list(_pairs(params)))
    if not query:
        return url
    bare, separator, fragment = url.partition("#")
    return f"{bare}{'&' if '?' in bare else '?'}{query}{separator}{fragment}"


def _pairs(params: Any) -> Iterator[tuple[Any, Any]]:
    items = params.items() if hasattr(params, "items") else params
    if isinstance(items, bytes) or not hasattr(items, "__iter__"):
        raise TypeError(f'can only concatenate str (not "{type(params).__name__}") to str')
    for name, value in items:
        is_one = isinstance(value, str | bytes) or not hasattr(value, "__iter__")
        yield from ((name, each) for each in ([value] if is_one else value) if each is not None)


def lines_of(headers: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    """The header lines of a request, several for a list. ValueError for what no header may hold."""
    for name, value in headers.items():
        if not is_token(name):
            raise ValueError(f"invalid header field name {name!r}")
        for each in value if isinstance(value, list | tuple) else (value,):
            text = each if isinstance(each, str) else str(each)
            if _NOT_IN_VALUES.search(text):
                raise ValueError(f"invalid value for header field {name!r}: {text!r}")
            yield name, text


def basic_auth(user: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + b64encode(f"{user}:{password}".encode("latin-1")).decode()
