"""What the target answers when it misbehaves: each route is one way to break HTTP."""

from __future__ import annotations

import asyncio

from tests.support.target_http import Reply, Request
from tests.support.target_routes import route

# Bytes sent as they are, then the connection is closed. None of them is a complete, valid answer.
MALFORMED = {
    "bad-status-line": b"HELLO WORLD\r\n\r\n",
    "bad-version": b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
    "bad-status-code": b"HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n",
    "bad-header": b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\nok",
    "bad-length": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nok",
    "negative-length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nok",
    "two-lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk",
    "bad-chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
    "huge-chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nhello",
    "short-chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhello",
    "short-head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "short-body": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this",
    "nul-header": b"HTTP/1.1 200 OK\r\nX-Nul: a\0b\r\nContent-Length: 2\r\n\r\nok",
    "bad-gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!",
    "short-gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 10\r\n\r\n"
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    "bad-br": b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 9\r\n\r\nnot br!!!",
}


@route("malformed")
async def malformed(request: Request, reply: Reply, rest: list[str]) -> None:
    await reply.raw(MALFORMED[rest[0]], 0)
    reply.hang_up()


@route("endless-head")
async def endless_head(request: Request, reply: Reply, rest: list[str]) -> None:
    await reply.raw(b"HTTP/1.1 200 OK\r\n", 0)
    while True:
        await reply.raw(b"X-More: " + b"x" * 8000 + b"\r\n")


@route("drop")
async def drop(request: Request, reply: Reply, rest: list[str]) -> None:
    reply.hang_up()


@route("drop-reused")
async def drop_reused(request: Request, reply: Reply, rest: list[str]) -> None:
    """Answers the first request of a connection, closes without an answer at the second."""
    if reply.entry["on_connection"] > 1:
        reply.hang_up()
    await reply.send(200, b"first")


@route("reset")
async def reset(request: Request, reply: Reply, rest: list[str]) -> None:
    reply.reset()


@route("keepalive-once")
async def keepalive_once(request: Request, reply: Reply, rest: list[str]) -> None:
    """Promises keep-alive by its silence, and closes the idle connection right after."""
    await reply.send(200, b"once")
    reply.hang_up()


@route("extra-bytes")
async def extra_bytes(request: Request, reply: Reply, rest: list[str]) -> None:
    """A whole second answer that nobody asked for."""
    await reply.raw(
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 200
    )


@route("silent")
async def silent(request: Request, reply: Reply, rest: list[str]) -> None:
    await asyncio.Event().wait()


@route("half-body")
async def half_body(request: Request, reply: Reply, rest: list[str]) -> None:
    """The head and a part of the body, then nothing more."""
    await reply.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this", 200)
    await asyncio.Event().wait()
