"""What the target answers when it behaves. The first path segment picks the handler."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.target_http import Reply, Request

Handler = Callable[[Request, Reply, list[str]], Awaitable[None]]
ROUTES: dict[str, Handler] = {}


def route(name: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        ROUTES[name] = handler
        return handler

    return register


async def send_json(reply: Reply, value: Any, status: int = 200, *headers: tuple[str, str]) -> None:
    await reply.send(status, json.dumps(value).encode(), *headers, content_type="application/json")


@route("ok")
async def ok(request: Request, reply: Reply, rest: list[str]) -> None:
    await reply.send(200, b"ok")


@route("bytes")
async def some_bytes(request: Request, reply: Reply, rest: list[str]) -> None:
    pattern = bytes(range(256))
    size = int(rest[0])
    await reply.send(200, (pattern * (size // 256 + 1))[:size], content_type="application/octet-stream")


@route("text")
async def text(request: Request, reply: Reply, rest: list[str]) -> None:
    """/text/<content type with _ for />?body=..: the body in latin-1, the content type as asked."""
    body = request.query.get("body", "grün").encode("latin-1")
    await reply.send(200, body, content_type=rest[0].replace("_", "/"))


@route("source")
async def source(request: Request, reply: Reply, rest: list[str]) -> None:
    """/source/<any name>.py: a locustfile with one user class; /source/broken.py is no Python."""
    text = (
        "class (:"
        if rest[0] == "broken.py"
        else (
            "from locust import User, task, events\n"
            "class Fetched(User):\n    @task\n    def t(self): self.environment.runner.quit()\n"
        )
    )
    await reply.send(200, text.encode(), content_type="text/x-python")


@route("status")
async def status(request: Request, reply: Reply, rest: list[str]) -> None:
    await reply.send(int(rest[0]), f"status {rest[0]}".encode())


@route("delay")
async def delay(request: Request, reply: Reply, rest: list[str]) -> None:
    await asyncio.sleep(float(rest[0]) / 1000)
    await reply.send(200, b"late")


@route("redirect")
async def redirect(request: Request, reply: Reply, rest: list[str]) -> None:
    """/redirect/N[/status]: N redirects, then /ok."""
    left, code = int(rest[0]), int(rest[1]) if len(rest) > 1 else 302
    await reply.send(code, b"", ("Location", f"/redirect/{left - 1}/{code}" if left > 1 else "/ok"))


@route("redirect-to")
async def redirect_to(request: Request, reply: Reply, rest: list[str]) -> None:
    code = int(request.query.get("status", "302"))
    await reply.send(code, b"", ("Location", request.query["url"]))


@route("redirect-loop")
async def redirect_loop(request: Request, reply: Reply, rest: list[str]) -> None:
    await reply.send(302, b"", ("Location", "/redirect-loop"))


@route("relredir")
async def relative_redirect(request: Request, reply: Reply, rest: list[str]) -> None:
    if rest and rest[0] == "final":
        return await reply.send(200, b"final")
    await reply.send(302, b"", ("Location", "final"))


@route("final")
async def final(request: Request, reply: Reply, rest: list[str]) -> None:
    await reply.send(200, b"final at the root")


@route("redirect-without-location")
async def no_location(request: Request, reply: Reply, rest: list[str]) -> None:
    await reply.send(302, b"nowhere")


@route("set-cookie")
async def set_cookie(request: Request, reply: Reply, rest: list[str]) -> None:
    """/set-cookie?name=value&...; an attribute list may follow the value: ?a=1;%20Path=/x"""
    await reply.send(200, b"set", *(("Set-Cookie", f"{name}={value}") for name, value in request.query.items()))


@route("cookies")
async def cookies(request: Request, reply: Reply, rest: list[str]) -> None:
    pairs = (request.header("Cookie") or "").split("; ")
    await send_json(reply, sorted(pair for pair in pairs if pair))


@route("echo")
async def echo(request: Request, reply: Reply, rest: list[str]) -> None:
    seen = {
        "method": request.method,
        "target": request.target,
        "headers": request.headers,
        "body": request.body.decode("latin-1"),
        "connection": request.connection,
    }
    # Padded, so that the length does not tell version numbers or ports apart.
    text = json.dumps(seen)
    await reply.send(200, text.ljust(-(-len(text) // 1024) * 1024).encode(), content_type="application/json")


@route("mirror")
async def mirror(request: Request, reply: Reply, rest: list[str]) -> None:
    await reply.send(200, request.body, content_type="application/json")


@route("tls")
async def tls(request: Request, reply: Reply, rest: list[str]) -> None:
    await send_json(reply, reply.tls)


@route("json")
async def some_json(request: Request, reply: Reply, rest: list[str]) -> None:
    await send_json(reply, {"name": "acrida", "items": [1, 2, 3], "nested": {"deep": None, "text": "grün"}})


@route("login")
async def login(request: Request, reply: Reply, rest: list[str]) -> None:
    await send_json(reply, {"token": "t-1"}, 200, ("Set-Cookie", "session=s-1; Path=/"))


@route("basic-auth")
async def basic_auth(request: Request, reply: Reply, rest: list[str]) -> None:
    wanted = "Basic " + base64.b64encode(f"{rest[0]}:{rest[1]}".encode()).decode()
    if request.header("Authorization") == wanted:
        return await reply.send(200, b"welcome")
    await reply.send(401, b"who?", ("WWW-Authenticate", 'Basic realm="target"'))


PLAIN = b"squeeze me " * 500


@route("gzip")
async def gzipped(request: Request, reply: Reply, rest: list[str]) -> None:
    await reply.send(200, gzip.compress(PLAIN), ("Content-Encoding", "gzip"))


@route("deflate")
async def deflated(request: Request, reply: Reply, rest: list[str]) -> None:
    """/deflate: with zlib header, /deflate/raw: without, as some servers do."""
    packer = zlib.compressobj(wbits=-15 if rest == ["raw"] else 15)
    await reply.send(200, packer.compress(PLAIN) + packer.flush(), ("Content-Encoding", "deflate"))


@route("br")
async def brotlied(request: Request, reply: Reply, rest: list[str]) -> None:
    import brotli

    await reply.send(200, brotli.compress(PLAIN), ("Content-Encoding", "br"))


# PLAIN as one zstd frame with a run-length block: needs no library to make.
ZSTD_FRAME = bytes.fromhex("28b52ffd") + bytes([0x20, 200]) + ((200 << 3) | (1 << 1) | 1).to_bytes(3, "little") + b"z"


@route("zstd")
async def zstd(request: Request, reply: Reply, rest: list[str]) -> None:
    """200 times the letter z."""
    await reply.send(200, ZSTD_FRAME, ("Content-Encoding", "zstd"))


@route("chunked")
async def chunked(request: Request, reply: Reply, rest: list[str]) -> None:
    """/chunked[/N]: N chunks, each in its own write, extensions and trailers included."""
    count = int(rest[0]) if rest else 3
    await reply.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n", 200)
    for number in range(count):
        part = f"part {number};".encode()
        await reply.raw(b"%x;ext=1\r\n%s\r\n" % (len(part), part))
        await asyncio.sleep(0)
    await reply.raw(b"0\r\nX-Trailer: yes\r\n\r\n")


@route("close")
async def close(request: Request, reply: Reply, rest: list[str]) -> None:
    await reply.send(200, b"bye", ("Connection", "close"))
    reply.hang_up()


@route("until-close")
async def until_close(request: Request, reply: Reply, rest: list[str]) -> None:
    """No length at all: the end of the connection is the end of the body."""
    await reply.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nall of it", 200)
    reply.hang_up()


@route("http10")
async def http10(request: Request, reply: Reply, rest: list[str]) -> None:
    await reply.raw(b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold", 200)
    reply.hang_up()


@route("interim")
async def interim(request: Request, reply: Reply, rest: list[str]) -> None:
    await reply.raw(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
    await reply.send(200, b"at last")


@route("headers-many")
async def many_headers(request: Request, reply: Reply, rest: list[str]) -> None:
    """/headers-many[/N]: N numbered headers, and one name three times."""
    count = int(rest[0]) if rest else 50
    await reply.send(
        200,
        b"many",
        *((f"X-Header-{number}", f"value {number}") for number in range(count)),
        ("X-Twice", "one"),
        ("X-Twice", "two"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
    )


@route("slow-body")
async def slow_body(request: Request, reply: Reply, rest: list[str]) -> None:
    """/slow-body/parts/ms: the head at once, then the parts with a pause before each."""
    parts, pause = int(rest[0]), float(rest[1]) / 1000
    await reply.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % (parts * 5), 200)
    for _ in range(parts):
        await asyncio.sleep(pause)
        await reply.raw(b"part;")


@route("infinite-stream")
async def infinite_stream(request: Request, reply: Reply, rest: list[str]) -> None:
    await reply.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n", 200)
    number = 0
    while True:
        part = f"data: {number}\n\n".encode()
        await reply.raw(b"%x\r\n%s\r\n" % (len(part), part))
        number += 1
        await asyncio.sleep(0.002)


@route("bigchunks")
async def big_chunks(request: Request, reply: Reply, rest: list[str]) -> None:
    """/bigchunks/N: N chunks of 64 KB, for streaming and back-pressure."""
    await reply.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200)
    for _ in range(int(rest[0])):
        await reply.raw(b"10000\r\n" + b"x" * 65536 + b"\r\n")
    await reply.raw(b"0\r\n\r\n")
