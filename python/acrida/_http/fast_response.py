"""What FastHttpUser's client gives back; its parts are made when they are read.

The classes belong to ``acrida.contrib.fasthttp``. The engine makes their objects, in the greenlet that waits for the
answer; those that people make by hand report to the event that they were given.
"""

from __future__ import annotations

from collections.abc import Generator, MutableMapping
from json import loads as json_loads
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .. import _core
from .failures import ExchangeError, for_fast
from .lazy import lazy
from .stream import StreamedBody

if TYPE_CHECKING:
    from geventhttpclient.header import Headers

    from ..event import EventHook


class FastRequest:
    """The request that a response answers."""

    __module__ = "acrida.contrib.fasthttp"

    def __init__(self, response: FastResponse) -> None:
        head = response._request_head or ""
        lines = head.split("\r\n")
        self.method = lines[0].partition(" ")[0]
        self.url = response._sent_url
        self._lines = lines[1:]
        body = response._request_body
        self.payload = body.encode() if isinstance(body, str) else body

    @property
    def body(self) -> Any:
        """The payload."""
        return self.payload

    @lazy
    def headers(self) -> Headers:
        """The headers that were sent."""
        from geventhttpclient.header import Headers

        headers = Headers()
        for line in self._lines:
            name, separator, value = line.partition(": ")
            # Host is the engine's unless somebody has chosen another one.
            if separator and not (name == "Host" and f"//{value}/" in f"{self.url}/"):
                headers.add(name, value)
        return headers

    def get_header(self, name: str, default: Any = None) -> Any:
        """One header's value."""
        return self.headers.get(name, default)

    def get_full_url(self) -> str | None:
        """The URL."""
        return self.url  # type: ignore[no-any-return]


class FastResponse(_core.Response):
    """The answer to a request of FastHttpSession."""

    __module__ = "acrida.contrib.fasthttp"

    status_code: int = _core.LazyField("status")  # type: ignore[assignment]
    content: bytes | None = _core.LazyField("content")  # type: ignore[assignment]
    elapsed = _core.LazyField("elapsed")
    url: str = _core.LazyField("url")  # type: ignore[assignment]
    _reason: str = _core.LazyField("reason")  # type: ignore[assignment]
    #: Set it to have ``text`` decoded so; None: found out from the headers or the body.
    encoding: str | None = None
    request_name: str | None = None

    @lazy
    def headers(self) -> Headers | None:
        """Header fields: case-insensitive, a list where a field came more than once."""
        from geventhttpclient.header import Headers

        headers = Headers()
        for name, value in self._header_items():
            headers.add(name, value)
        return headers

    @lazy
    def request(self) -> FastRequest:
        """The request that was sent."""
        return FastRequest(self)

    @property
    def _request(self) -> FastRequest:
        return self.request  # type: ignore[no-any-return]

    @lazy
    def stream(self) -> StreamedBody:
        """The raw body as a file."""
        return StreamedBody(self, self.status_code, self._reason, self.headers)

    raw = lazy(lambda self: self.stream)
    raw.name = "raw"

    @property
    def ok(self) -> bool:
        """Whether the status is below 400."""
        return self.status_code < 400

    @property
    def status(self) -> str:
        """The status code as text."""
        return str(self.status_code)

    @lazy
    def history(self) -> list[Any]:
        """Redirects before this answer; the engine keeps none."""
        return []

    @property
    def text(self) -> str | None:
        """The body as text."""
        if self.content is None:
            return None
        plain: str | None = self._plain_text()
        if self.encoding is None:
            # Past __setattr__: found out, not told.
            self.__dict__["encoding"] = self._declared_encoding() or (
                "utf-8" if plain is not None else self.apparent_encoding
            )
        if plain is not None:
            return plain
        return str(self._whole_body(), self.encoding or "utf-8", errors="replace")

    def __len__(self) -> int:
        if self.headers is None:
            # The kind of error that people who write `if response:` meet with Locust.
            raise AttributeError("there was no answer, so there is no length")
        length = self._find_header("content-length")
        if length is None:
            raise TypeError("the answer has no Content-Length")
        return int(length)

    def _read_stream(self) -> bytes:
        return self.stream.read()  # type: ignore[no-any-return]

    def _whole_body(self) -> bytes:
        return self.content or b""

    def _declared_encoding(self) -> str | None:
        from requests.utils import get_encoding_from_headers

        content_type = self._find_header("content-type")
        headers: Any = {"content-type": content_type}
        return get_encoding_from_headers(headers) if content_type else None

    @property
    def apparent_encoding(self) -> str | None:
        """The encoding that the body looks like."""
        import charset_normalizer

        return charset_normalizer.detect(self._whole_body())["encoding"]

    def _general_json(self, **kwargs: Any) -> Any:
        return json_loads(self.text, **kwargs)  # type: ignore[arg-type]

    def raise_for_status(self) -> None:
        """Raise the error of a failed request."""
        if self._manual_result is True:
            return
        failure = self._manual_result or self._failure
        if failure is not None:
            raise failure

    def __getattr__(self, name: str) -> Any:
        # `error` exists on failed responses only.
        if name == "error":
            failure = self._failure
            if failure is not None:
                return failure
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def iter_content(self, chunk_size: int = 1024, decode_content: bool = True) -> Generator[bytes]:
        """The body in pieces of at most ``chunk_size`` bytes, as they arrive."""
        if self._is_stream:
            yield from self.stream.stream(chunk_size)
            return
        body = self._whole_body()
        for at in range(0, len(body), chunk_size):
            yield body[at : at + chunk_size]

    def iter_lines(self, chunk_size: int = 1024) -> Generator[str]:
        """The body's lines as text, without their line ends."""
        import codecs

        decoder = codecs.getincrementaldecoder(self._declared_encoding() or "utf-8")(errors="replace")
        rest = ""
        for piece in self.iter_content(chunk_size):
            *lines, rest = (rest + decoder.decode(piece)).split("\n")
            yield from lines
        rest += decoder.decode(b"", True)
        if rest:
            yield rest

    def read(self, size: int | None = None) -> bytes:
        """Bytes of the body."""
        return self._file.read(size)  # type: ignore[no-any-return]

    def readline(self) -> bytes:
        """One line of the body."""
        return self._file.readline()  # type: ignore[no-any-return]

    @lazy
    def _file(self) -> Any:
        import io

        return self.stream if self._is_stream else io.BytesIO(self._whole_body())

    @property
    def data(self) -> bytes:
        """The body."""
        return self._whole_body()

    def info(self) -> Any:
        """The headers."""
        return self.headers

    def release(self) -> None:
        """Give up what is left of a streamed body."""
        if self._is_stream:
            self._close_stream()

    close = release

    def _stream_error(self) -> Any:
        raise for_fast(ExchangeError(*self._exchange_error), self._sent_url or "")


class ResponseContextManager(FastResponse):
    """A response that is judged in a with-block (``catch_response=True``)."""

    __module__ = "acrida.contrib.fasthttp"

    def __init__(
        self,
        response: FastResponse,
        request_event: EventHook,
        request_meta: MutableMapping[str, Any],
        catch_response: bool,
    ) -> None:
        """By hand: what ``response`` is, reported to ``request_event`` at the end of the block."""
        from ..contrib.fasthttp import FastHttpSession

        for name in ("status_code", "content", "headers", "url", "request"):
            self.__dict__[name] = getattr(response, name, None)
        self._adopt(FastHttpSession("", request_event, None))
        self._catch_response = catch_response
        self._failure = getattr(response, "error", None)
        self.request_meta = request_meta


class ErrorResponse(ResponseContextManager):
    """Stands for the answer that never came."""

    __module__ = "acrida.contrib.fasthttp"

    content: bytes | None = None
    text: str | None = None
    headers = None
    status_code: int = 0

    def __init__(self, request: Any, error: Exception) -> None:
        """By hand."""
        self.__dict__.update(request=request, url=getattr(request, "url", None))
        self._failure = error


RestResponseT = TypeVar("RestResponseT")


class RestResponseContextManager(ResponseContextManager, Generic[RestResponseT]):
    """What ``rest()`` yields: the response with the parsed body as ``js``."""

    __module__ = "acrida.contrib.fasthttp"

    js: Any
