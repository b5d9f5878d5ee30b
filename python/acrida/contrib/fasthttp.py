"""FastHttpUser and its client: the engine's HTTP with the interface of geventhttpclient's user agent."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Any, ClassVar

from .. import _core
from .._http import cookies as cookie_rules
from .._http.call_checks import check_fast_method, check_url
from .._http.debug_stream import write_exchange
from .._http.failures import ExchangeError, for_fast
from .._http.fast_agent import (
    LocustUserAgent,
    Options,
    agent_headers,
)
from .._http.fast_body import basic_auth, body_of, lines_of, with_params
from .._http.fast_response import (
    ErrorResponse,
    FastRequest,
    FastResponse,
    ResponseContextManager,
    RestResponseContextManager,
)
from .._http.lazy import lazy
from .._http.session_config import (
    credentials,
    header_pairs,
    overrides_context,
    proxy_of,
    shared_client,
    split_base,
    without_credentials,
)
from .._http.tracked import TrackedJar
from .._http.trust import limits, own_certificate, trust_file, watch_certificates
from ..exception import StopTest
from ..user.users import NO_HOST, RestMixin, User

if TYPE_CHECKING:
    import ssl

    from geventhttpclient.client import HTTPClientPool

    from ..env import Environment
    from ..event import EventHook

absolute_http_url_regexp = re.compile(r"^https?://", re.I)
watch_certificates()

_ACCEPT_ENCODING = "gzip, deflate, br"


def insecure_ssl_context_factory() -> ssl.SSLContext:
    """A context that verifies nothing."""
    import ssl

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


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
        self._options = Options(
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

    def _build_url(self, path: str) -> str:
        """The URL that is asked for; a class of one's own may build it in another way."""
        return path if absolute_http_url_regexp.match(path) else f"{self.base_url}{path}"

    def _acrida_config(self) -> dict[str, Any]:
        """Called by the engine after something has changed."""
        options = self._options
        agent = self.__dict__.get("client")
        headers = agent.default_headers if agent is not None else agent_headers(options.headers)
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
            "is_fast": type(self)._build_url is FastHttpSession._build_url and "_build_url" not in self.__dict__,
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
            config["proxy"] = proxy_of(options.proxy_host, options.proxy_port, pairs)
        return config

    def _max_retries(self) -> int:
        agent = self.__dict__.get("client")
        return self._options.max_retries if agent is None else agent.max_retries

    def _tls(self) -> tuple[Any, ...]:
        options = self._options
        factory = options.ssl_context_factory
        if factory is None:
            return not options.insecure, "", "", "", False
        context = factory()  # an invalid factory shows here
        import ssl

        if not isinstance(context, ssl.SSLContext):
            raise TypeError(f"ssl_context_factory must return an SSLContext, not {context!r}")
        verifies = context.verify_mode != ssl.CERT_NONE
        trusted = trust_file(context) if verifies else ""
        return verifies, trusted, *own_certificate(context), False, context.check_hostname, *limits(context)

    def _cookie_header(self, url: str) -> tuple[str, bool, float]:
        return cookie_rules.header_for(self.cookiejar, url)

    def _store_cookies(self, url: str, values: list[str]) -> None:
        cookie_rules.store(self.cookiejar, url, values)

    def _make_failure(self, response: FastResponse) -> Exception | None:
        """What is reported for a response that does not count as a success."""
        if response._exchange_error:
            return for_fast(ExchangeError(*response._exchange_error), response._sent_url or "", self._max_retries())
        from .._http.fast_errors import LocustBadStatusCode

        return LocustBadStatusCode(response._sent_url, code=response.status_code)

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
        check_url(url)
        wire_method = check_fast_method(method)
        max_retries = kwargs.pop("max_retries", -1)
        debug_stream = kwargs.pop("debug_stream", None)
        for ignored in ("max_redirects", "response_codes"):
            kwargs.pop(ignored, None)
        sent = dict(headers or {})
        if auth:
            sent["Authorization"] = basic_auth(*auth)
        full_url = self._build_url(url)
        if kwargs:  # geventhttpclient's rule: what it does not know is sent to the server
            if wire_method in ("POST", "PUT", "PATCH"):
                if data is None or isinstance(data, dict):
                    data = {**(data or {}), **kwargs}
            else:
                params = {**kwargs, **dict(params or {})}
        bare_url = full_url
        if params:
            full_url = with_params(full_url, params)
        body = body_of(data, json, files, sent)
        names = {key.lower() for key in sent}
        # An unprepared head: what the session sends with every request, then this request's own.
        pairs = [pair for pair in self._acrida_config()["headers"] if pair[0].lower() not in names]
        if self.auth_header and "authorization" in names:
            pairs = [pair for pair in pairs if pair[0].lower() != "authorization"]
        pairs += lines_of(sent)
        jar = self.__dict__.get("cookiejar")
        if jar is not None and "cookie" not in names:
            cookie = self._cookie_header(full_url)[0]
            if cookie:
                pairs.append(("Cookie", cookie))
        response: FastResponse = self._perform(
            method,
            wire_method,
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
        if params and response.url == full_url:
            response.__dict__["url"] = bare_url  # what was asked for, as geventhttpclient has it
        if debug_stream is not None:
            write_exchange(debug_stream, response)
        return response


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
    #: HTTP proxy; ``user:password@host`` where it wants to know who asks. TLS goes through a tunnel (CONNECT).
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
        from .._http import fast_errors

        return getattr(fast_errors, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "ErrorResponse",
    "FastHttpLocust",
    "FastHttpSession",
    "FastHttpUser",
    "FastRequest",
    "FastResponse",
    "LocustUserAgent",
    "ResponseContextManager",
    "RestResponseContextManager",
    "absolute_http_url_regexp",
    "insecure_ssl_context_factory",
]
