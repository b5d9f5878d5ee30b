"""FastHttpUser and its client: the engine's HTTP with the interface of geventhttpclient's user agent."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar
from json import dumps as json_dumps
from json import loads as json_loads
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from urllib.parse import urlencode

from .. import _core
from .._http import cookies as cookie_rules
from .._http.failures import ExchangeError, for_fast
from .._http.lazy import lazy
from .._http.session_config import (
    credentials,
    header_pairs,
    overrides_context,
    shared_client,
    split_base,
    without_credentials,
)
from .._http.stream import StreamedBody
from .._http.tracked import TrackedHeaders, TrackedJar
from .._http.trust import own_certificate, trust_file, watch_certificates
from ..exception import StopTest
from ..user.users import NO_HOST, RestMixin, User

if TYPE_CHECKING:
    import ssl

    from geventhttpclient.client import HTTPClientPool
    from geventhttpclient.header import Headers

    from ..env import Environment
    from ..event import EventHook

absolute_http_url_regexp = re.compile(r"^https?://", re.I)
watch_certificates()

#: geventhttpclient's idea of a good answer.
VALID_RESPONSE_CODES = frozenset({*range(200, 209), 226, 301, 302, 303, 304, 307, 308})
REDIRECT_RESPONSE_CODES = frozenset({301, 302, 303, 307, 308})

_USER_AGENT = "python/gevent-http-client-2.6.1"
_ACCEPT_ENCODING = "gzip, deflate, br"


def insecure_ssl_context_factory() -> ssl.SSLContext:
    """A context that verifies nothing."""
    import ssl

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class FastRequest:
    """The request that a response answers."""

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
            if separator:
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


class ErrorResponse(ResponseContextManager):
    """Stands for the answer that never came."""

    content: bytes | None = None
    text: str | None = None
    headers = None
    status_code: int = 0


RestResponseT = TypeVar("RestResponseT")


class RestResponseContextManager(ResponseContextManager, Generic[RestResponseT]):
    """What ``rest()`` yields: the response with the parsed body as ``js``."""

    js: Any


class FastHttpSession(_core.Session):
    """Sends requests through the engine, measures each and fires the request event.

    ``network_timeout``, ``connection_timeout``: seconds; ``concurrency``: connections per host.
    """

    def __init__(
        self,
        base_url: str,
        request_event: EventHook,
        user: User | None,
        insecure: bool = True,
        client_pool: HTTPClientPool | None = None,
        ssl_context_factory: Callable[[], ssl.SSLContext] | None = None,
        *,
        max_redirects: int = 3,
        max_retries: int = 3,
        network_timeout: float | None = 5.0,
        connection_timeout: float | None = 5.0,
        concurrency: int = 1,
        headers: Mapping[str, str] | None = None,
        cookiejar: CookieJar | None = None,
        proxy_host: str | None = None,
        proxy_port: int | None = None,
        **kwargs: Any,
    ) -> None:
        self.base_url = base_url
        self.request_event = request_event
        self.user = user
        self.request_name: str | None = None
        self.auth_header: str | None = None
        self._options = _Options(
            insecure, max_redirects, max_retries, network_timeout, connection_timeout, concurrency, headers,
            proxy_host, proxy_port, client_pool, ssl_context_factory, kwargs,
        )  # fmt: skip
        if cookiejar is not None:
            self.cookiejar = cookiejar
        if base_url and "@" in base_url:
            self.base_url, auth = credentials(base_url)
            if auth:
                self.auth_header = basic_auth(*auth)

    @contextmanager
    def rename_request(self, name: str) -> Generator[None]:
        """Requests in the block are reported as ``name`` unless they are given one."""
        self.request_name = name
        try:
            yield
        finally:
            self.request_name = None

    @lazy
    def cookiejar(self) -> CookieJar:
        """The user's cookies; made when the first one comes."""
        self._invalidate()
        return TrackedJar()

    @lazy
    def client(self) -> LocustUserAgent:
        """What stands for geventhttpclient's user agent."""
        self._invalidate()
        return LocustUserAgent(self)

    def iter_lines(self, url: str, method: str = "GET", **kwargs: Any) -> Generator[str]:
        """Request ``url`` streamed and yield the lines of the body as they arrive."""
        response = self.request(method, url, stream=True, **kwargs)
        response.raise_for_status()
        yield from response.iter_lines()

    # ---- for the engine

    def _acrida_config(self) -> dict[str, Any]:
        """Called by the engine after something has changed."""
        options = self._options
        agent = self.__dict__.get("client")
        headers = agent.default_headers if agent is not None else _agent_headers(options.headers)
        pairs = header_pairs(headers, ascii_only=False)
        names = {name.lower() for name, _ in pairs}
        if "accept-encoding" not in names:
            pairs.append(("Accept-Encoding", _ACCEPT_ENCODING))
        if self.auth_header:
            pairs = [pair for pair in pairs if pair[0].lower() != "authorization"]
            pairs.append(("Authorization", self.auth_header))
        pool = options.client_pool
        args = getattr(pool, "client_args", {}) if pool is not None else {}
        config: dict[str, Any] = {
            "is_fast": True,
            "user": self.user,
            "event": self.request_event,
            "user_has_context": overrides_context(self.user),
            "request_is_overridden": type(self).request is not _core.Session.request or "request" in self.__dict__,
            "response_class": FastResponse,
            "managed_class": ResponseContextManager,
            "failed_class": ErrorResponse,
            "max_redirects": options.max_redirects if agent is None else agent.max_redirects,
            "max_retries": self._max_retries(),
            "request_name": self.request_name or None,
            "cookies": self.__dict__.get("cookiejar"),
            "origin": split_base(self.base_url),
            "headers": pairs,
            "tls": self._tls(),
            "connect_timeout": args.get("connection_timeout", options.connection_timeout),
            "idle_timeout": args.get("network_timeout", options.network_timeout),
            "connections": args.get("concurrency", options.concurrency),
            "trackers": (headers,) if isinstance(headers, _core.Tracker) else (),
            "is_lasting": agent is None or isinstance(headers, _core.Tracker),
        }
        if pool is not None:
            config["shared_client"] = shared_client(pool, int(args.get("concurrency", options.concurrency)))
        if options.proxy_host:
            config["proxy"] = (options.proxy_host, int(options.proxy_port or 80))
        return config

    def _max_retries(self) -> int:
        agent = self.__dict__.get("client")
        return self._options.max_retries if agent is None else agent.max_retries

    def _tls(self) -> tuple[bool, str, str, str, bool]:
        options = self._options
        factory = options.ssl_context_factory
        if factory is None:
            return not options.insecure, "", "", "", False
        context = factory()  # an invalid factory shows here
        import ssl

        if not isinstance(context, ssl.SSLContext):
            raise TypeError(f"ssl_context_factory must return an SSLContext, not {context!r}")
        verifies = context.verify_mode != ssl.CERT_NONE
        return verifies, trust_file(context) if verifies else "", *own_certificate(context), False

    def _cookie_header(self, url: str) -> tuple[str, bool, float]:
        return cookie_rules.header_for(self.cookiejar, url)

    def _store_cookies(self, url: str, values: list[str]) -> None:
        cookie_rules.store(self.cookiejar, url, values)

    def _make_failure(self, response: FastResponse) -> Exception | None:
        """What is reported for a response that does not count as a success."""
        if response._exchange_error:
            return for_fast(ExchangeError(*response._exchange_error), response._sent_url or "", self._max_retries())
        return _bad_status_class()(response._sent_url, code=response.status_code)  # type: ignore[no-any-return]

    # ---- calls that need preparing

    def _general_request(
        self,
        method: str,
        url: str,
        name: str | None = None,
        data: Any = None,
        catch_response: bool = False,
        stream: bool = False,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        json: Any = None,
        allow_redirects: bool = True,
        context: Mapping[str, Any] = {},  # part of the signature people know
        *,
        params: Any = None,
        files: Any = None,
        **kwargs: Any,
    ) -> FastResponse:
        if not isinstance(url, str):
            raise TypeError(f"the URL must be a str, not {type(url).__name__}")
        max_retries = kwargs.pop("max_retries", -1)
        for ignored in ("max_redirects", "debug_stream", "response_codes"):
            kwargs.pop(ignored, None)
        sent = dict(headers or {})
        if auth:
            sent["Authorization"] = basic_auth(*auth)
        full_url = url if absolute_http_url_regexp.match(url) else f"{self.base_url}{url}"
        if kwargs:  # geventhttpclient's rule: what it does not know is sent to the server
            if method.upper() in ("POST", "PUT", "PATCH"):
                if data is None or isinstance(data, dict):
                    data = {**(data or {}), **kwargs}
            else:
                params = {**kwargs, **dict(params or {})}
        if params:
            full_url = _with_params(full_url, params)
        body = self._body(data, json, files, sent)
        names = {key.lower() for key in sent}
        # An unprepared head: what the session sends with every request, then this request's own.
        pairs = [pair for pair in self._acrida_config()["headers"] if pair[0].lower() not in names]
        if self.auth_header and "authorization" in names:
            pairs = [pair for pair in pairs if pair[0].lower() != "authorization"]
        pairs += header_pairs(sent, ascii_only=False)
        jar = self.__dict__.get("cookiejar")
        if jar is not None and "cookie" not in names:
            cookie = self._cookie_header(full_url)[0]
            if cookie:
                pairs.append(("Cookie", cookie))
        return self._perform(  # type: ignore[no-any-return]
            method,
            method.upper(),
            without_credentials(full_url),
            name or self.request_name or url,
            body,
            pairs,
            context,
            catch_response=catch_response,
            allow_redirects=allow_redirects,
            stream=stream,
            event_url=url,
            max_retries=max_retries,
        )

    @staticmethod
    def _body(data: Any, json: Any, files: Any, headers: dict[str, str]) -> bytes | None:
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


class _Options:
    """What a session was made with; shared by nobody, changed by nobody."""

    insecure: bool
    max_redirects: int
    max_retries: int
    network_timeout: float | None
    connection_timeout: float | None
    concurrency: int
    headers: Mapping[str, str] | None
    proxy_host: str | None
    proxy_port: int | None
    client_pool: HTTPClientPool | None
    ssl_context_factory: Callable[[], ssl.SSLContext] | None
    others: dict[str, Any]

    __slots__ = (  # noqa: RUF023 - the order of the values given to __init__
        "insecure", "max_redirects", "max_retries", "network_timeout", "connection_timeout", "concurrency", "headers",
        "proxy_host", "proxy_port", "client_pool", "ssl_context_factory", "others",
    )  # fmt: skip

    def __init__(self, *values: Any) -> None:
        for name, value in zip(self.__slots__, values, strict=True):
            setattr(self, name, value)


def _agent_headers(given: Mapping[str, Any] | None) -> TrackedHeaders:
    headers = TrackedHeaders({"User-Agent": _USER_AGENT})
    headers.update(given or {})
    return headers


def _with_params(url: str, params: Any) -> str:
    query = params if isinstance(params, str) else urlencode(params, doseq=True)
    bare, separator, fragment = url.partition("#")
    return f"{bare}{'&' if '?' in bare else '?'}{query}{separator}{fragment}"


def basic_auth(user: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + b64encode(f"{user}:{password}".encode("latin-1")).decode()


class _Pool:
    """``client.client.clientpool``."""

    def __init__(self, session: FastHttpSession) -> None:
        self._session = session
        options = session._options
        self.client_args = {
            "connection_timeout": options.connection_timeout,
            "network_timeout": options.network_timeout,
            "concurrency": options.concurrency,
            "insecure": options.insecure,
            "ssl_context_factory": options.ssl_context_factory,
        }

    def close(self) -> None:
        """Close the user's connections."""
        self._session._close_connections()


class LocustUserAgent:
    """What people reach as ``client.client``: settings of the session under geventhttpclient's names."""

    response_type = FastResponse
    request_type = FastRequest
    valid_response_codes = VALID_RESPONSE_CODES

    def __init__(self, session: FastHttpSession) -> None:
        self._session = session
        self.default_headers = _agent_headers(session._options.headers)
        self.clientpool: Any = session._options.client_pool or _Pool(session)
        self.max_retries = session._options.max_retries
        self.redirect_response_codes = set(REDIRECT_RESPONSE_CODES)
        self.__dict__["max_redirects"] = session._options.max_redirects

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        self._session._invalidate()

    @property
    def cookiejar(self) -> CookieJar:
        """The session's jar."""
        return self._session.cookiejar  # type: ignore[no-any-return]

    def close(self) -> None:
        """Close the user's connections."""
        self._session._close_connections()


class FastHttpUser(RestMixin[RestResponseContextManager[Any]], User):
    """A user with a ``client`` (FastHttpSession) that costs little; certificates are not verified unless told to."""

    abstract: ClassVar[bool] = True

    #: Seconds without a byte after the connection stands.
    network_timeout: float = 60.0
    #: Seconds to connect.
    connection_timeout: float = 60.0
    #: Redirects followed for one request.
    max_redirects: int = 30
    #: Re-sends after a timeout.
    max_retries: int = 0
    #: True: any certificate will do.
    insecure: bool = True
    #: Headers sent with every request.
    default_headers: Mapping[str, str] | None = None
    #: Simultaneous connections of one user to one host; further requests wait.
    concurrency: int = 10
    #: HTTP CONNECT proxy.
    proxy_host: str | None = None
    proxy_port: int | None = None
    #: Connections shared between users.
    client_pool: HTTPClientPool | None = None
    #: Makes the SSLContext to use.
    ssl_context_factory: Callable[[], ssl.SSLContext] | None = None

    client: FastHttpSession

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        if self.host is None:
            raise StopTest(NO_HOST)
        self.client = FastHttpSession(
            base_url=self.host,
            request_event=environment.events.request,
            user=self,
            network_timeout=self.network_timeout,
            connection_timeout=self.connection_timeout,
            max_redirects=self.max_redirects,
            max_retries=self.max_retries,
            insecure=self.insecure,
            concurrency=self.concurrency,
            headers=self.default_headers,
            proxy_host=self.proxy_host,
            proxy_port=self.proxy_port,
            client_pool=self.client_pool,
            ssl_context_factory=self.ssl_context_factory,
        )


class FastHttpLocust:
    """The name of FastHttpUser before version 1.0."""

    def __init_subclass__(cls) -> None:
        raise ImportError(
            "The FastHttpLocust class has been renamed to FastHttpUser in version 1.0. "
            "For more info see: https://docs.locust.io/en/latest/changelog.html#changelog-1-0"
        )


def __getattr__(name: str) -> Any:
    """Names that need geventhttpclient, which is imported when one of them is."""
    if name in ("LocustBadStatusCode", "FAILURE_EXCEPTIONS"):
        _import_geventhttpclient()
        return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _bad_status_class() -> Any:
    if "LocustBadStatusCode" not in globals():
        _import_geventhttpclient()
    return globals()["LocustBadStatusCode"]


def _import_geventhttpclient() -> None:
    import zlib
    from ssl import SSLError

    import gevent
    from geventhttpclient.response import HTTPConnectionClosed
    from geventhttpclient.useragent import BadStatusCode, ConnectionError

    class LocustBadStatusCode(BadStatusCode):
        """A status that does not count as a success; its repr leaves the URL out so that errors group."""

        def __init__(self, url: Any, *args: Any, **kwargs: Any) -> None:
            super().__init__(url, *args, **kwargs)

        def __repr__(self) -> str:
            return f"LocustBadStatusCode(code={self.code})"

        def __str__(self) -> str:
            return f"URL {self.url}: code={self.code}"

    LocustBadStatusCode.__module__ = __name__
    LocustBadStatusCode.__qualname__ = "LocustBadStatusCode"
    globals()["LocustBadStatusCode"] = LocustBadStatusCode
    globals()["FAILURE_EXCEPTIONS"] = (
        ConnectionError, OSError, SSLError, gevent.Timeout, HTTPConnectionClosed, zlib.error,
    )  # fmt: skip
