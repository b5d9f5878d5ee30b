"""The settings of FastHttpUser's client under the names that they have in geventhttpclient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Any

from .fast_response import FastRequest, FastResponse
from .tracked import TrackedHeaders

if TYPE_CHECKING:
    import ssl

    from geventhttpclient.client import HTTPClientPool

    from ..contrib.fasthttp import FastHttpSession

#: geventhttpclient's idea of a good answer.
VALID_RESPONSE_CODES = frozenset({*range(200, 209), 226, 301, 302, 303, 304, 307, 308})
REDIRECT_RESPONSE_CODES = frozenset({301, 302, 303, 307, 308})

_USER_AGENT = "python/gevent-http-client-2.6.1"


class Options:
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


def agent_headers(given: Mapping[str, Any] | None) -> TrackedHeaders:
    """The headers of every request."""
    headers = TrackedHeaders({"User-Agent": _USER_AGENT})
    headers.update(given or {})
    return headers


class Pool:
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

    __module__ = "acrida.contrib.fasthttp"

    response_type = FastResponse
    request_type = FastRequest
    valid_response_codes = VALID_RESPONSE_CODES

    def __init__(self, session: FastHttpSession) -> None:
        self._session = session
        self.default_headers = agent_headers(session._options.headers)
        self.clientpool: Any = session._options.client_pool or Pool(session)
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
