"""The target's own small HTTP/1.1: reading requests, writing answers, and the log of everything that arrived."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass
class Request:
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    connection: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def segments(self) -> list[str]:
        return [unquote(part) for part in self.path.split("/")[1:]]

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass
class Log:
    """Everything that reached the target. One event loop writes it, so no lock is needed."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    numbered: int = 0
    connections: int = 0
    open_connections: int = 0

    def opened(self) -> int:
        """A new connection; its number is never given again."""
        self.numbered += 1
        self.connections += 1
        self.open_connections += 1
        return self.numbered

    def arrived(self, request: Request) -> dict[str, Any]:
        entry = {
            "method": request.method,
            "target": request.target,
            "path": request.path,
            "status": None,
            "connection": request.connection,
            "start": time.monotonic(),
            "end": None,
        }
        self.entries.append(entry)
        return entry

    def reset(self) -> None:
        self.entries, self.connections = [], 0

    def counts(self) -> dict[str, Any]:
        return {
            "total": len(self.entries),
            "by_path": Counter(entry["path"] for entry in self.entries),
            "by_method_path": Counter(f"{entry['method']} {entry['path']}" for entry in self.entries),
            "by_status": Counter(str(entry["status"]) for entry in self.entries),
            "unanswered": sum(entry["end"] is None for entry in self.entries),
            "connections": self.connections,
            "open_connections": self.open_connections,
        }


class Hangup(Exception):
    """The handler has dealt with the connection: nothing more is read from it."""


class Reply:
    """Writes one answer, well-formed through send() or any bytes through raw()."""

    def __init__(self, request: Request, writer: asyncio.StreamWriter, entry: dict[str, Any], tls: dict[str, Any]):
        self.request, self.writer, self.entry, self.tls = request, writer, entry, tls

    async def send(
        self,
        status: int,
        body: bytes = b"",
        *headers: tuple[str, str],
        reason: str | None = None,
        content_type: str = "text/plain; charset=utf-8",
    ) -> None:
        lines = [f"HTTP/1.1 {status} {reason if reason is not None else phrase(status)}"]
        if status not in (204, 304) and status >= 200:
            lines += [f"Content-Length: {len(body)}", f"Content-Type: {content_type}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if (self.request.header("Connection") or "").lower() == "close":
            lines.append("Connection: close")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        bodiless = self.request.method == "HEAD" or status in (204, 304)
        await self.raw(head if bodiless else head + body, status)

    async def raw(self, data: bytes, status: int | None = None) -> None:
        if status is not None:
            self.entry["status"] = status
        # Stamped before the write: a client may have the answer before this process runs again.
        self.entry["end"] = time.monotonic()
        self.writer.write(data)
        await self.writer.drain()

    def hang_up(self) -> None:
        raise Hangup

    def reset(self) -> None:
        """Ends the connection with RST instead of FIN."""
        import socket
        import struct

        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        raise Hangup


def phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unassigned"


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int) -> Request | None:
    try:
        first = await reader.readexactly(1)
        if not first.isalpha():
            # Somebody speaks another protocol, TLS most likely: a server would say so and hang up.
            writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return None
        head = first + await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
        return None
    first, *rest = head[:-4].decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in rest)]
    request = Request(method, target, headers, b"", connection)
    if request.header("Expect") == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    request.body = await read_body(reader, request)
    return request


async def read_body(reader: asyncio.StreamReader, request: Request) -> bytes:
    if "chunked" in (request.header("Transfer-Encoding") or ""):
        parts = []
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readuntil(b"\r\n")
        return b"".join(parts)
    return await reader.readexactly(int(request.header("Content-Length") or 0))
