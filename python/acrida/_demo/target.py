"""A small web shop to shoot at, standard library only: python -m acrida._demo.target --port 8000

    GET  /              a page of HTML
    GET  /items         the goods as JSON
    GET  /items/7       one of them; 404 beyond the last
    POST /login         {"user": ..., "password": "secret"}: a token as JSON, and a session cookie
    GET  /sign-in       the same as an HTML form with a hidden token
    POST /sign-in       its fields; sends on to /account
    GET  /account       needs the cookie or the token
    POST /cart          {"item": 7}, needs the same: the number of things in the cart
    GET  /slow          answers after 0.2 s
    GET  /flaky         every tenth answer is a 500

For demonstrations, examples and their tests; one process, one thread, keep-alive HTTP/1.1.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import parse_qsl

ITEMS = [{"id": number, "name": f"thing {number}", "price": 3 * number + 5} for number in range(20)]
REASONS = {
    200: "OK",
    201: "Created",
    303: "See Other",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    500: "Server Error",
}
FORM = """<form method="post" action="/sign-in"><input name="user"><input name="password" type="password">
<input type="hidden" name="token" value="{token}"><button>Sign in</button></form>"""
SLOW_SECONDS = 0.2
MAX_BODY_BYTES = 1 << 20


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def token(self) -> str:
        cookie = re.search(r"session=(\w+)", self.headers.get("cookie", ""))
        return cookie[1] if cookie else self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass
class Reply:
    status: int
    body: bytes
    content_type: str = "application/json"
    headers: list[str] = field(default_factory=list)
    delay_seconds: float = 0

    def to_bytes(self, *, with_body: bool) -> bytes:
        lines = [
            f"HTTP/1.1 {self.status} {REASONS[self.status]}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.body)}",
            *self.headers,
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + (self.body if with_body else b"")


def as_json(status: int, value: object, *headers: str, delay_seconds: float = 0) -> Reply:
    return Reply(status, json.dumps(value).encode(), headers=list(headers), delay_seconds=delay_seconds)


class Shop:
    """What the target knows: who is logged in and what is in their carts."""

    def __init__(self) -> None:
        self._carts: dict[str, list[object]] = {}
        self._forms: set[str] = set()
        self._numbers: Iterator[int] = count(1)
        self._flaky: Iterator[int] = count(1)
        self._routes: dict[tuple[str, str], Callable[[Request], Reply]] = {
            ("GET", "/"): lambda _: Reply(200, b"<html><h1>The little shop</h1></html>", "text/html; charset=utf-8"),
            ("GET", "/items"): lambda _: as_json(200, ITEMS),
            ("POST", "/login"): self._login,
            ("GET", "/sign-in"): self._form,
            ("POST", "/sign-in"): self._sign_in,
            ("GET", "/account"): self._account,
            ("POST", "/cart"): self._cart,
            ("GET", "/slow"): lambda _: as_json(200, {"slow": True}, delay_seconds=SLOW_SECONDS),
            ("GET", "/flaky"): self._flake,
        }

    def answer(self, request: Request) -> Reply:
        method = "GET" if request.method == "HEAD" else request.method
        path = request.path.split("?")[0]
        route = self._routes.get((method, path))
        if route:
            return route(request)
        item = re.fullmatch(r"/items/(\d{1,6})", path)
        if item and method == "GET" and int(item[1]) < len(ITEMS):
            return as_json(200, ITEMS[int(item[1])])
        return as_json(404, {"error": f"there is no {method} {path}"})

    def _login(self, request: Request) -> Reply:
        if request.json().get("password") != "secret":
            return as_json(401, {"error": "the password is 'secret'"})
        token = self._new_cart()
        return as_json(200, {"token": token}, f"Set-Cookie: session={token}; Path=/; HttpOnly")

    def _form(self, _: Request) -> Reply:
        token = f"f{next(self._numbers)}"
        self._forms.add(token)
        return Reply(200, FORM.format(token=token).encode(), "text/html; charset=utf-8")

    def _sign_in(self, request: Request) -> Reply:
        fields = dict(parse_qsl(request.body.decode("latin-1")))
        if fields.get("token") not in self._forms or fields.get("password") != "secret":
            return Reply(303, b"", headers=["Location: /sign-in"])
        self._forms.discard(fields["token"])
        return Reply(
            303, b"", headers=["Location: /account", f"Set-Cookie: session={self._new_cart()}; Path=/; HttpOnly"]
        )

    def _new_cart(self) -> str:
        token = f"t{next(self._numbers)}"
        self._carts[token] = []
        return token

    def _account(self, request: Request) -> Reply:
        cart = self._carts.get(request.token())
        return as_json(401, {"error": "log in first"}) if cart is None else as_json(200, {"in_cart": len(cart)})

    def _cart(self, request: Request) -> Reply:
        cart = self._carts.get(request.token())
        if cart is None:
            return as_json(401, {"error": "log in first"})
        if "item" not in request.json():
            return as_json(400, {"error": 'send {"item": number}'})
        cart.append(request.json()["item"])
        return as_json(201, {"in_cart": len(cart)})

    def _flake(self, _: Request) -> Reply:
        is_bad = next(self._flaky) % 10 == 0
        return as_json(500, {"error": "every tenth"}) if is_bad else as_json(200, {"fine": True})


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection, or None where the connection is over."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    first, *lines = head.split("\r\n")
    words = first.split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = headers.get("content-length", "0")
    if len(words) != 3 or not length.isdecimal() or int(length) > MAX_BODY_BYTES:
        return None
    try:
        body = await reader.readexactly(int(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return Request(words[0], words[1], headers, body)


async def serve_connection(shop: Shop, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while request := await read_request(reader):
            reply = shop.answer(request)
            if reply.delay_seconds:
                await asyncio.sleep(reply.delay_seconds)
            writer.write(reply.to_bytes(with_body=request.method != "HEAD"))
            await writer.drain()
            if request.headers.get("connection", "").lower() == "close":
                break
    except ConnectionError:
        pass  # the visitor left in the middle of an answer
    finally:
        writer.close()


async def serve(host: str, port: int) -> None:
    """Serves until it is cancelled, and says where on the first line of standard output (port 0: any free one)."""
    shop = Shop()
    server = await asyncio.start_server(lambda r, w: serve_connection(shop, r, w), host, port, backlog=1024)
    print(f"listening on http://{host}:{server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="acrida._demo.target", description="A small web shop to shoot at.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="0: any free one; it is printed")
    options = parser.parse_args(arguments)
    try:
        asyncio.run(serve(options.host, options.port))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(f"target: cannot listen on {options.host}:{options.port}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
