"""The client of HttpUser: a ``requests.Session`` whose requests go through the engine and are reported."""

from __future__ import annotations

import http.client
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth, _basic_auth_str

from . import _core
from ._http import cookies as cookie_rules
from ._http.call_checks import check_method, check_url
from ._http.fast_path import can_be_prepared, why_not_fast
from ._http.requests_response import (
    FailedResponse,
    ResponseContextManager,
    RestResponseContextManager,
    errors_of,
)
from ._http.session_config import (
    credentials,
    header_pairs,
    overrides_context,
    shared_client,
    split_base,
    with_urllib3_headers,
    without_credentials,
)
from ._http.slow_path import bad_status, log_reason, request_by_requests, send_safely
from ._http.tracked import TrackedHeaders, TrackedRequestsJar

if TYPE_CHECKING:
    from .event import EventHook
    from .user import User

absolute_http_url_regexp = re.compile(r"^https?://", re.I)


class LocustHttpAdapter(HTTPAdapter):
    """requests' transport, used for calls that the engine does not take; may share a urllib3 pool."""

    def __init__(self, pool_manager: urllib3.PoolManager | None = None, *args: Any, **kwargs: Any) -> None:
        self.poolmanager = pool_manager  # type: ignore[assignment]
        super().__init__(*args, **kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make a pool unless one was given."""
        if self.poolmanager is None:
            super().init_poolmanager(*args, **kwargs)


class HttpSession(_core.Session, requests.Session):
    """A ``requests.Session`` that knows a base URL, measures every request and fires the request event.

    Calls that the engine understands go through it; the others (own adapters, hooks, auth classes, proxies,
    patched requests …) take requests' own path, with the same events and statistics.
    """

    def __init__(
        self,
        base_url: str,
        request_event: EventHook,
        user: User | None,
        *args: Any,
        pool_manager: urllib3.PoolManager | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._uses_requests_rules = True
        self.headers = TrackedHeaders(self.headers)
        self.cookies = TrackedRequestsJar()
        self.base_url = base_url
        self.request_event = request_event
        self.user = user
        self.request_name: str | None = None
        self._pool_manager = pool_manager
        if isinstance(base_url, str):
            self.base_url, auth = credentials(base_url)
            if auth:
                self.auth = HTTPBasicAuth(*auth)
        self.mount("https://", LocustHttpAdapter(pool_manager=pool_manager))
        self.mount("http://", LocustHttpAdapter(pool_manager=pool_manager))

    # ---- for people

    @contextmanager
    def rename_request(self, name: str) -> Generator[None]:
        """Requests in the block are reported as ``name`` unless they are given one."""
        self.request_name = name
        try:
            yield
        finally:
            self.request_name = None

    def close(self) -> None:
        """Close the connections; the session stays usable."""
        self._close_connections()
        requests.Session.close(self)

    def mount(self, prefix: str, adapter: Any) -> None:
        """As requests' mount(); an adapter of one's own takes the requests from the engine."""
        requests.Session.mount(self, prefix, adapter)
        self._invalidate()

    # ---- for the engine

    def _acrida_config(self) -> dict[str, Any]:
        """Called by the engine after something has changed."""
        cls = type(self)
        config: dict[str, Any] = {
            "user": self.user,
            "event": self.request_event,
            "user_has_context": overrides_context(self.user),
            "request_is_overridden": cls.request is not _core.Session.request or "request" in self.__dict__,
            "response_class": ResponseContextManager,
            "managed_class": ResponseContextManager,
            "failed_class": FailedResponse,
            "max_redirects": self.max_redirects,
            "request_name": self.request_name or None,
            "cookies": self.cookies,
            "types": (
                LocustHttpAdapter,
                http.client.HTTPConnection,
                urllib3.connectionpool.HTTPConnectionPool,
                urllib3.connectionpool.HTTPSConnectionPool,
            ),
            "connections": 0,
            "is_lasting": False,
        }
        if self._pool_manager is not None:
            config["shared_client"] = shared_client(self._pool_manager, _limit_of(self._pool_manager))
        why = self._why_not_fast()
        if why:
            config["headers"] = []
            config["tls"] = (True, "", "", "", False)
            return config
        try:
            headers = self._session_headers()
        except (TypeError, ValueError, AttributeError):
            return config
        trackers = [part for part in (self.headers, self.cookies) if isinstance(part, _core.Tracker)]
        config.update(
            is_fast=True,
            origin=split_base(self.base_url),
            headers=headers,
            tls=self._tls(),
            trackers=tuple(part for part in trackers if part is not self.cookies),
            empty=tuple(
                part
                for part in (self.params, self.proxies, self.hooks.get("response"))
                if isinstance(part, dict | list)
            ),
            is_lasting=isinstance(self.headers, _core.Tracker),
        )
        return config

    def _why_not_fast(self) -> str:
        """Why no request of this session can go through the engine; empty if they can."""
        return why_not_fast(self, HttpSession, LocustHttpAdapter)

    def _session_headers(self) -> list[tuple[str, str]]:
        pairs = header_pairs(self.headers)
        if self.auth is not None:
            auth: Any = self.auth
            user, password = auth if isinstance(auth, tuple) else (auth.username, auth.password)
            pairs = [pair for pair in pairs if pair[0].lower() != "authorization"]
            pairs.append(("Authorization", _basic_auth_str(user, password)))
        return with_urllib3_headers(pairs)

    def _tls(self) -> tuple[bool, str, str, str, bool]:
        cert, key = ("", "")
        if isinstance(self.cert, str):
            cert = self.cert
        elif self.cert:
            cert, key = self.cert
        ca = self.verify if isinstance(self.verify, str) else requests.certs.where()  # type: ignore[attr-defined]
        return self.verify is not False, ca, cert, key, False

    def _cookie_header(self, url: str) -> tuple[str, bool, float]:
        return cookie_rules.header_for(self.cookies, url)

    def _store_cookies(self, url: str, values: list[str]) -> None:
        cookie_rules.store(self.cookies, url, values)

    def _make_failure(self, response: ResponseContextManager) -> Exception | None:
        """What is reported for a response that does not count as a success."""
        if response._exchange_error:
            return errors_of(response)[1]
        return bad_status(response)

    # ---- calls that the engine leaves to Python

    def _general_request(
        self,
        method: str,
        url: str,
        name: str | None = None,
        catch_response: bool = False,
        context: Mapping[str, Any] = {},  # part of the signature people know
        **kwargs: Any,
    ) -> ResponseContextManager:
        check_url(url)
        check_method(method)
        if not self._why_not_fast() and can_be_prepared(kwargs):
            prepared = self._prepared(method, self._build_url(url), kwargs)
            if prepared is not None:
                response = self._perform(
                    method,
                    prepared.method,
                    without_credentials(prepared.url or ""),
                    name or self.request_name or prepared.path_url,
                    prepared.body,
                    with_urllib3_headers([(_as_text(key), _as_text(value)) for key, value in prepared.headers.items()]),
                    context,
                    kwargs.get("timeout"),
                    kwargs.get("verify"),
                    catch_response,
                    kwargs.get("allow_redirects", True),
                    kwargs.get("stream") or False,
                    prepared.url if "#" in (prepared.url or "") else None,
                )
                response.__dict__.setdefault("request", prepared)
                return response  # type: ignore[no-any-return]
        return self._requests_path(method, url, name, catch_response, context, kwargs)

    def _requests_path(
        self,
        method: str,
        url: str,
        name: str | None,
        catch_response: bool,
        context: Mapping[str, Any],
        kwargs: dict[str, Any],
    ) -> ResponseContextManager:
        log_reason(self._why_not_fast() or f"arguments {sorted(kwargs)}")
        return request_by_requests(self, method, url, name, catch_response, context, kwargs)

    def _build_url(self, path: str) -> str:
        """The URL that is asked for; a class of one's own may build it in another way."""
        return path if absolute_http_url_regexp.match(path) else f"{self.base_url}{path}"

    def _send_request_safe_mode(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        """Send by requests; a failed connection is an answer with status 0. A class of one's own may add to it."""
        return send_safely(self, method, url, kwargs)

    def _prepared(self, method: str, url: str, kwargs: dict[str, Any]) -> requests.PreparedRequest | None:
        """The request as requests would send it; None if only requests can send it, or say what is wrong with it."""
        request = requests.Request(
            method=method.upper(),
            url=url,
            headers=kwargs.get("headers"),
            files=kwargs.get("files"),
            data=kwargs.get("data") or {},
            json=kwargs.get("json"),
            params=kwargs.get("params") or {},
            auth=kwargs.get("auth"),
            cookies=kwargs.get("cookies"),
        )
        try:
            prepared = self.prepare_request(request)
        except requests.RequestException:
            return None
        if not isinstance(prepared.body, str | bytes | None) or not (prepared.url or "").startswith("http"):
            return None
        return prepared

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """As requests'; libraries that trace requests find the name of this one in ``_explicit_name``."""
        prepared: requests.PreparedRequest = super().prepare_request(request)
        if explicit_name := getattr(self, "explicit_name", None):
            prepared._explicit_name = explicit_name  # type: ignore[attr-defined]
        return prepared


def _limit_of(pool_manager: urllib3.PoolManager) -> int:
    """Connections per host; 0 for a pool that opens more when all are busy."""
    options = pool_manager.connection_pool_kw
    return int(options.get("maxsize", 1)) if options.get("block") else 0


def _as_text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


__all__ = [
    "HttpSession",
    "LocustHttpAdapter",
    "ResponseContextManager",
    "RestResponseContextManager",
    "absolute_http_url_regexp",
]
