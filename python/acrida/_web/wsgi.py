"""Requests that go through the Flask application: one greenlet each, bodies in pieces as the application makes them."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

import gevent
from gevent.event import Event
from gevent.queue import Queue

from .. import _core
from .messages import Headers, WebRequest

logger = logging.getLogger("locust.web")

#: So much may lie between the application and the client (bytes).
_CREDIT = 256 * 1024
#: What is read of a long body at a time (bytes).
_PIECE = 64 * 1024
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "upgrade", "trailer", "te"}


def environ_of(request: WebRequest, port: int, body: io.RawIOBase | None = None) -> dict[str, Any]:
    """As PEP 3333 wants it; ``body`` reads what is not in the request yet."""
    path, _, query = request.target.partition("?")
    # The server has taken chunks apart: a length is that of what is here, or as announced, or unknown.
    length = str(len(request.body)) if body is None else _announced_length(request)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": request.target,
        "REQUEST_URI": request.target,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "acrida",
        "REMOTE_ADDR": request.peer,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https" if request.is_tls else "http",
        "wsgi.input": io.BytesIO(request.body) if body is None else io.BufferedReader(body, _PIECE),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        if key in ("CONTENT_LENGTH", "TRANSFER_ENCODING"):
            continue  # see above
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    if length is not None:
        environ["CONTENT_LENGTH"] = length
    if body is None or length is None:
        environ["wsgi.input_terminated"] = True  # its presence counts: werkzeug then does not ask whether all came
    return environ


def _announced_length(request: WebRequest) -> str | None:
    return next((value for name, value in request.headers if name.lower() == "content-length"), None)


class _Body(io.RawIOBase):
    """A long body, read as the application asks for it; ConnectionResetError when the client leaves before its end."""

    def __init__(self, response: _Response, request: WebRequest) -> None:
        self._response, self._piece = response, memoryview(request.body)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._piece:
            more = self._response.read_more()
            if self._response.is_gone:
                raise ConnectionResetError("The client has left before the end of its body.")
            if more is None:
                return 0
            self._piece = memoryview(more)
        count = min(len(buffer), len(self._piece))
        buffer[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count


class _Response:
    """One request on its way through the application."""

    def __init__(self, site: _core.WebSite, id: int, is_head: bool) -> None:
        self._site, self._id, self._is_head = site, id, is_head
        self._status, self._headers = 500, Headers()
        self._length: int | None = None
        self._has_begun = False
        self._unsent = 0
        self._may_send = Event()
        self.is_gone = False
        self._pieces: Queue[tuple[bytes, bool]] = Queue()
        self._has_all = False

    def read_more(self) -> bytes | None:
        """The next piece of the body; None at its end, and when the client has left."""
        if self._has_all or self.is_gone:
            return None
        self._site.read_more(self._id)
        piece, self._has_all = self._pieces.get()
        return piece

    def on_body(self, piece: bytes, is_last: bool) -> None:
        self._pieces.put((piece, is_last))

    def on_drained(self) -> None:
        self._unsent = 0
        self._may_send.set()

    def on_gone(self) -> None:
        self.is_gone = True
        self._may_send.set()
        self._pieces.put((b"", True))

    def start_response(self, status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], None]:
        if exc_info and self._has_begun:
            raise exc_info[1].with_traceback(exc_info[2])
        self._status = int(status.split(None, 1)[0])
        lengths = [value for name, value in headers if name.lower() == "content-length" and value.isdecimal()]
        self._length = int(lengths[0]) if lengths else None
        self._headers = [(name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP]
        if self._is_head and lengths:
            self._headers.append(("Content-Length", lengths[0]))
        return self.push

    def push(self, data: bytes) -> None:
        """A piece; waits while the client is slow."""
        if not data:
            return
        if not self._has_begun:
            self._has_begun = True
            self._site.begin(self._id, self._status, self._headers)
        self._unsent += len(data)
        self._may_send.clear()
        self._site.push(self._id, bytes(data))
        while self._unsent > _CREDIT and not self.is_gone:
            self._may_send.wait()

    def send_all(self, pieces: Iterable[bytes]) -> None:
        """A body that is there already, or short and of known length, goes in one piece; others piece by piece."""
        is_short = self._length is not None and self._length <= _CREDIT and not self._has_begun
        if is_short or isinstance(pieces, list | tuple) or getattr(pieces, "__len__", None):
            self.answer(b"".join(pieces))
            return
        for piece in pieces:
            if self.is_gone:
                return
            self.push(piece)
        if self._has_begun:
            self._site.end(self._id)
        else:
            self.answer(b"")

    def answer(self, body: bytes) -> None:
        if self._has_begun:  # through write()
            self.push(body)
            self._site.end(self._id)
        else:
            self._site.answer(self._id, self._status, self._headers, body)

    def fail(self) -> None:
        if self._has_begun:
            self._site.end(self._id)
        else:
            self._site.answer(self._id, 500, [("Content-Type", "text/plain")], b"Internal Server Error")


class Responses:
    """Those on their way."""

    def __init__(self, site: _core.WebSite) -> None:
        self._site = site
        self._open: dict[int, _Response] = {}

    def start(self, id: int, app: Any, request: WebRequest) -> None:
        """In a greenlet of its own."""
        self._open[id] = _Response(self._site, id, request.method == "HEAD")
        gevent.spawn(self._run, id, app, request)

    def on_body(self, id: int, piece: bytes, is_last: bool) -> None:
        """The next piece of its body is here."""
        if response := self._open.get(id):
            response.on_body(piece, is_last)

    def on_drained(self, id: int) -> None:
        """The client has taken everything so far."""
        if response := self._open.get(id):
            response.on_drained()

    def on_gone(self, id: int) -> None:
        """The client has left."""
        if response := self._open.get(id):
            response.on_gone()

    def _run(self, id: int, app: Any, request: WebRequest) -> None:
        response = self._open[id]
        try:
            body = _Body(response, request) if request.has_more else None
            pieces = app(environ_of(request, self._site.port, body), response.start_response)
            try:
                buffered = getattr(pieces, "response", None)
                response.send_all(buffered if isinstance(buffered, list) else _unwrapped(pieces))
            finally:
                if hasattr(pieces, "close"):
                    pieces.close()
        except (Exception, gevent.Timeout):
            logger.exception("%s %s failed:", request.method, request.target)
            response.fail()
        except BaseException:
            response.fail()  # whoever ends the program or this greenlet: the client is not left waiting
            raise
        finally:
            del self._open[id]


def _unwrapped(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """The list of pieces, if they are there already behind werkzeug's iterator."""
    inner = getattr(pieces, "iterable", None)
    return inner if isinstance(inner, list | tuple) else pieces
