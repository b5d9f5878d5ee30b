"""The client of HttpUser: a ``requests.Session`` whose requests go through the engine and are reported."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth, _basic_auth_str
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema, RequestException
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from . import _core
from ._http import cookies as cookie_rules
from ._http.failures import ExchangeError, for_requests
from ._http.lazy import lazy
from ._http.session_config import (
    credentials,
    header_pairs,
    overrides_context,
    shared_client,
    split_base,
    without_credentials,
)
from ._http.stream import StreamedBody
from ._http.tracked import TrackedHeaders, TrackedRequestsJar
from .exception import LocustError

if TYPE_CHECKING:
    from .event import EventHook
    from .user import User

absolute_http_url_regexp = re.compile(r"^https?://", re.I)


def _own(function: Any, module: Any) -> Any:
    """The function if it is requests' own; None if somebody patched it before this module was loaded."""
    code = getattr(function, "__code__", None)
    return function if code is not None and code.co_filename == module.__file__ else None


_ORIGINALS = {
    "send": _own(requests.Session.send, requests.sessions),
    "request": _own(requests.Session.request, requests.sessions),
    "prepare_request": _own(requests.Session.prepare_request, requests.sessions),
    "adapter_send": _own(HTTPAdapter.send, requests.adapters),
    "http_class": urllib3.connectionpool.HTTPConnectionPool.ConnectionCls,
    "https_class": urllib3.connectionpool.HTTPSConnectionPool.ConnectionCls,
}
_WRAPPERS = (
    requests.exceptions.ConnectionError,
    urllib3.exceptions.ProtocolError,
    urllib3.exceptions.MaxRetryError,
    urllib3.exceptions.NewConnectionError,
)


class LocustHttpAdapter(HTTPAdapter):
    """requests' transport, used for calls that the engine does not take; may share a urllib3 pool."""

    def __init__(self, pool_manager: urllib3.PoolManager | None = None, *args: Any, **kwargs: Any) -> None:
        self.poolmanager = pool_manager  # type: ignore[assignment]
        super().__init__(*args, **kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make a pool unless one was given."""
        if self.poolmanager is None:
            super().init_poolmanager(*args, **kwargs)


class ResponseContextManager(_core.Response, requests.Response):
    """A ``requests.Response`` that can be judged in a with-block when ``catch_response=True`` was given."""

    status_code = _core.LazyField("status")
    reason = _core.LazyField("reason")
    elapsed = _core.LazyField("elapsed")
    url = _core.LazyField("url")
    _next = None
    connection = None  # type: ignore[assignment]

    @lazy
    def _content(self) -> Any:
        if self._is_stream:
            return False
        return self._raw_content

    _raw_content = _core.LazyField("content")

    @lazy
    def _content_consumed(self) -> bool:
        return not self._is_stream

    @lazy
    def headers(self) -> CaseInsensitiveDict[str]:
        """Header fields; repeated ones are joined with a comma."""
        headers: CaseInsensitiveDict[str] = CaseInsensitiveDict()
        for name, value in self._header_items():
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return headers

    @lazy
    def encoding(self) -> str | None:
        """The encoding that the headers name, or None."""
        return get_encoding_from_headers(self.headers)

    @lazy
    def history(self) -> list[requests.Response]:
        """The redirects before this response."""
        return []

    @lazy
    def cookies(self) -> requests.cookies.RequestsCookieJar:
        """Cookies that this response has set."""
        jar = requests.cookies.RequestsCookieJar()
        values = [value for name, value in self._header_items() if name.lower() == "set-cookie"]
        if values and self._sent_url:
            cookie_rules.store(jar, self._sent_url, values)
        return jar

    @lazy
    def raw(self) -> Any:
        """The body as a file."""
        return StreamedBody(self, self.status_code, self.reason, self.headers)

    @lazy
    def request(self) -> Any:
        """The request that was sent, as a PreparedRequest."""
        return _request_of(self)

    @lazy
    def error(self) -> Exception | None:
        """Why there is no answer (a RequestException), or None."""
        return None

    @property
    def text(self) -> str:
        """The body as text."""
        text: str | None = self._plain_text()
        return requests.Response.text.fget(self) if text is None else text  # type: ignore[attr-defined]

    def _general_json(self, **kwargs: Any) -> Any:
        return requests.Response.json(self, **kwargs)

    def close(self) -> None:
        """Give up what is left of a streamed body."""
        if self._is_stream:
            self._close_stream()
        elif not self._has_operation:
            super().close()

    def raise_for_status(self) -> None:
        """Raise for what was set by failure(), for a failed connection or for a status from 400 on."""
        if self._manual_result is True:
            return
        failure = self._manual_result or self.error
        if failure is not None:
            raise failure
        requests.Response.raise_for_status(self)

    def _stream_error(self) -> Any:
        error = ExchangeError(*self._exchange_error)
        raise for_requests(error, "http", None)[0]

    def __getstate__(self) -> dict[str, Any]:
        if not self._content_consumed:
            _ = self.content
        return {name: getattr(self, name, None) for name in self.__attrs__}

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _rebuild_response, (type(self), self.__getstate__())


def _rebuild_response(kind: type[ResponseContextManager], state: dict[str, Any]) -> ResponseContextManager:
    response = kind.__new__(kind)
    response.__dict__.update(state, _content_consumed=True, raw=None)
    return response


class _FailedResponse(ResponseContextManager):
    """The response of a request that got no answer."""

    status_code = 0
    reason = None
    url = None
    content = None  # type: ignore[assignment]
    text = ""
    _content = None

    @lazy
    def headers(self) -> CaseInsensitiveDict[str]:
        return CaseInsensitiveDict()

    @lazy
    def error(self) -> Exception | None:
        return _errors_of(self)[0]


def _errors_of(response: ResponseContextManager) -> tuple[Exception, Exception]:
    """(what ``error`` is, what is reported) of a failed exchange; made once."""
    if "_errors" not in response.__dict__:
        scheme = (response._sent_url or "http").partition(":")[0]
        response.__dict__["_errors"] = for_requests(
            ExchangeError(*response._exchange_error),
            scheme,
            response.request,
            response._find_header("content-encoding"),
        )
    return response.__dict__["_errors"]  # type: ignore[no-any-return]


def _request_of(response: ResponseContextManager) -> requests.PreparedRequest | None:
    head = response._request_head
    if not head:
        return None
    lines = head.split("\r\n")
    request = requests.PreparedRequest()
    request.method = lines[0].partition(" ")[0]
    request.url = response._sent_url
    request.headers = CaseInsensitiveDict()
    for line in lines[1:]:
        name, separator, value = line.partition(": ")
        if separator and name.lower() != "host":
            request.headers[name] = value
    request.body = response._request_body
    request._cookies = requests.cookies.RequestsCookieJar()
    return request


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
            "failed_class": _FailedResponse,
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
        adapters = list(self.adapters.items())
        if [prefix for prefix, _ in adapters] != ["https://", "http://"] or any(
            type(adapter) is not LocustHttpAdapter for _, adapter in adapters
        ):
            return "an adapter is mounted"
        if self._pool_manager is not None and type(self._pool_manager) is not urllib3.PoolManager:
            return "a pool manager of another kind is used"
        if type(self).send is not _ORIGINALS["send"] or requests.Session.request is not _ORIGINALS["request"]:
            return "Session.send or Session.request is patched"
        if (
            requests.Session.prepare_request is not _ORIGINALS["prepare_request"]
            or type(self).prepare_request is not HttpSession.prepare_request
            or HTTPAdapter.send is not _ORIGINALS["adapter_send"]
        ):
            return "requests is patched"
        if {"send", "prepare_request", "get_adapter"} & self.__dict__.keys():
            return "a method of the session is replaced"
        pools = urllib3.connectionpool
        if (
            pools.HTTPConnectionPool.ConnectionCls is not _ORIGINALS["http_class"]
            or pools.HTTPSConnectionPool.ConnectionCls is not _ORIGINALS["https_class"]
        ):
            return "urllib3 is patched"
        if http.client.HTTPConnection.debuglevel:
            return "HTTPConnection.debuglevel is set"
        if any(self.hooks.values()) or self.proxies or self.params or self.stream:
            return "hooks, proxies, params or stream of the session are set"
        if self.trust_env and _environment_matters(self.base_url):
            return "trust_env: the environment names proxies or credentials"
        if not (self.auth is None or isinstance(self.auth, tuple) or type(self.auth) is HTTPBasicAuth):
            return "an auth class is set"
        if not isinstance(self.verify, bool | str | None) or not isinstance(self.cert, str | tuple | None):
            return "verify or cert is not a path"
        return ""

    def _session_headers(self) -> list[tuple[str, str]]:
        pairs = header_pairs(self.headers)
        if self.auth is not None:
            auth: Any = self.auth
            user, password = auth if isinstance(auth, tuple) else (auth.username, auth.password)
            pairs = [pair for pair in pairs if pair[0].lower() != "authorization"]
            pairs.append(("Authorization", _basic_auth_str(user, password)))
        return pairs

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
            return _errors_of(response)[1]
        return _bad_status(response)

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
        if not isinstance(url, str):
            raise TypeError(f"the URL must be a str, not {type(url).__name__}")
        full_url = url if absolute_http_url_regexp.match(url) else f"{self.base_url}{url}"
        if not self._why_not_fast() and _can_be_prepared(kwargs):
            prepared = self._prepared(method, full_url, kwargs)
            if prepared is not None:
                response = self._perform(
                    method,
                    prepared.method,
                    without_credentials(prepared.url or ""),
                    name or self.request_name or prepared.path_url,
                    prepared.body,
                    [(_as_text(key), _as_text(value)) for key, value in prepared.headers.items()],
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
        return self._requests_path(method, full_url, name, catch_response, context, kwargs)

    def _prepared(self, method: str, url: str, kwargs: dict[str, Any]) -> requests.PreparedRequest | None:
        """The request as requests would send it; None if only requests can send it."""
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
        prepared = self.prepare_request(request)
        if not isinstance(prepared.body, str | bytes | None) or not (prepared.url or "").startswith("http"):
            return None
        return prepared

    def _requests_path(
        self,
        method: str,
        url: str,
        name: str | None,
        catch_response: bool,
        context: Mapping[str, Any],
        kwargs: dict[str, Any],
    ) -> ResponseContextManager:
        """requests' own way, measured and reported like the others."""
        _log_slow_path(self._why_not_fast() or f"arguments {sorted(kwargs)}")
        self.explicit_name = name or self.request_name
        start_time = time.time()
        started_at = time.perf_counter()
        plain = self._send_safely(method, url, kwargs)
        response_time = (time.perf_counter() - started_at) * 1000
        response = ResponseContextManager.__new__(ResponseContextManager)
        response.__dict__.update(plain.__dict__)
        response.__dict__.setdefault("error", None)
        response._adopt(self)
        response._catch_response = catch_response
        first = ((plain.history and plain.history[0]) or plain).request
        response_name = name or self.request_name or (first.path_url if first is not None else str(url))
        if self.user is not None:
            context = {**self.user.context(), **context}
        length = int(plain.headers.get("content-length") or 0) if kwargs.get("stream") else len(plain.content or b"")
        response.request_meta = {
            "request_type": method,
            "name": response_name,
            "context": context,
            "response": response,
            "exception": None,
            "start_time": start_time,
            "url": first.url if first is not None else url,
            "response_time": response_time,
            "response_length": length,
        }
        response._failure = _innermost(response.error) if response.error else _bad_status(response)
        response.request_meta["exception"] = response._failure
        if not catch_response:
            self.request_event.fire(**response.request_meta)
        return response

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """As requests'; libraries that trace requests find the name of this one in ``_explicit_name``."""
        prepared: requests.PreparedRequest = super().prepare_request(request)
        if explicit_name := getattr(self, "explicit_name", None):
            prepared._explicit_name = explicit_name  # type: ignore[attr-defined]
        return prepared

    def _send_safely(self, method: str, url: str, kwargs: dict[str, Any]) -> requests.Response:
        try:
            return requests.Session.request(self, method, url, **kwargs)
        except (MissingSchema, InvalidSchema, InvalidURL):
            raise
        except RequestException as error:
            failed = requests.Response()
            failed.error = error  # type: ignore[attr-defined]
            failed.status_code = 0
            failed._content = None
            failed.request = error.request  # type: ignore[assignment]
            failed.url = None  # type: ignore[assignment]
            failed.raw = None
            return failed


def _limit_of(pool_manager: urllib3.PoolManager) -> int:
    """Connections per host; 0 for a pool that opens more when all are busy."""
    options = pool_manager.connection_pool_kw
    return int(options.get("maxsize", 1)) if options.get("block") else 0


def _environment_matters(base_url: Any) -> bool:
    url = base_url if isinstance(base_url, str) and base_url else "http://localhost"
    return bool(requests.utils.get_environ_proxies(url)) or requests.utils.get_netrc_auth(url) is not None


def _can_be_prepared(kwargs: dict[str, Any]) -> bool:
    known = {
        "params",
        "data",
        "json",
        "headers",
        "cookies",
        "files",
        "auth",
        "timeout",
        "allow_redirects",
        "stream",
        "verify",
    }
    auth = kwargs.get("auth")
    if not kwargs.keys() <= known or not (auth is None or isinstance(auth, tuple) or type(auth) is HTTPBasicAuth):
        return False
    timeout = kwargs.get("timeout")
    if not isinstance(timeout, int | float | tuple | None) or isinstance(timeout, bool):
        return False
    parts = timeout if isinstance(timeout, tuple) else (timeout,)
    if any(part is not None and part <= 0 for part in parts) or (isinstance(timeout, tuple) and len(timeout) != 2):
        return False
    return isinstance(kwargs.get("verify"), bool | str | None)


def _as_text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _bad_status(response: Any) -> Exception | None:
    """An HTTPError that names the request instead of its URL, so that errors group."""
    if response.status_code < 400:
        return None
    kind = "Client" if response.status_code < 500 else "Server"
    reason = response.reason.decode("utf-8", "replace") if isinstance(response.reason, bytes) else response.reason
    return requests.exceptions.HTTPError(
        f"{response.status_code} {kind} Error: {reason} for url: {response.request_meta['name']}"
        if response.status_code < 600
        else f"{response.status_code} Error: {reason} for url: {response.request_meta['name']}",
        response=response,
    )


def _innermost(error: BaseException) -> BaseException:
    while isinstance(error, _WRAPPERS) and error.__context__ is not None:
        error = error.__context__
    return error


_slow_paths: set[str] = set()


def _log_slow_path(why: str) -> None:
    """Each reason once, at DEBUG."""
    if why not in _slow_paths:
        _slow_paths.add(why)
        import logging

        logging.getLogger(__name__.replace("acrida", "locust", 1)).debug("A request takes requests' own path: %s", why)


def _refuse(self: requests.Response, *args: Any) -> None:
    raise LocustError(
        "If you want to change the state of the request using .success() or .failure(), you must pass "
        "catch_response=True. See http://docs.locust.io/en/stable/writing-a-locustfile.html#validating-responses"
    )


requests.Response.success = _refuse  # type: ignore[attr-defined]
requests.Response.failure = _refuse  # type: ignore[attr-defined]

RestResponseT = TypeVar("RestResponseT")


class RestResponseContextManager(ResponseContextManager, Generic[RestResponseT]):
    """What ``HttpUser.rest()`` yields: the response with the parsed body as ``js``."""

    js: Any
