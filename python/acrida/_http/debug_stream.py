"""What ``debug_stream=`` of FastHttpUser's calls is written: the request and its answer as they were on the wire."""

from __future__ import annotations

from typing import Any, TextIO


def write_exchange(stream: TextIO, response: Any) -> None:
    """The last exchange of a request, after its redirects; just the request if there was no answer."""
    body = _text(response._request_body)
    body += "\n\n" if body else ""
    stream.write(f"REQUEST: {response._sent_url}\n{response._request_head or ''}{body}")
    if response.status_code:
        fields = "".join(f"{name}: {value}\n" for name, value in response.headers.items())
        stream.write(f"RESPONSE: HTTP/1.1 {response.status_code}\n{fields}\n{response.text or ''}\n\n")


def _text(body: Any) -> str:
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body).decode(errors="replace")
    return "" if body is None else str(body)
