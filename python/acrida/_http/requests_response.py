"""What HttpUser's client gives back: a ``requests.Response`` whose parts are made when they are read.

The class is made by the engine, in the greenlet that waits for the answer; it belongs to ``acrida.clients``.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import requests
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from .. import _core
from ..exception import LocustError
from . import cookies as cookie_rules
from .failures import ExchangeError, for_requests
from .lazy import lazy
from .session_config import URLLIB3_HEADERS
from .stream import StreamedBody

if TYPE_CHECKING:
    from ..event import EventHook

RestResponseT = TypeVar("RestResponseT")


class ResponseContextManager(_core.Response, requests.Response):
    """A ``requests.Response`` that can be judged in a with-block when ``catch_response=True`` was given."""

    __module__ = "acrida.clients"

    def __init__(self, error: requests.RequestException | None = None) -> None:
        """By hand: the response that never came because of ``error``, or an empty one to fill in."""
        super().__init__()
        if error is not None:
            self.__dict__.update(error=error, request=error.request, status_code=0, _content=None, url=None, raw=None)

    status_code = _core.LazyField("status")
    reason = _core.LazyField("reason")
    elapsed = _core.LazyField("elapsed")
    url = _core.LazyField("url")
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
    def _next(self) -> requests.PreparedRequest | None:
        """What a redirect that was not followed asks for."""
        if not self._has_operation or self._session is None or not self.is_redirect:
            return None
        coming = self._session.resolve_redirects(self, self.request, yield_requests=True)
        return next(coming, None)

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

    @classmethod
    def wrap_response(
        cls,
        response: requests.Response,
        request_event: EventHook,
        request_meta: MutableMapping[str, Any],
        catch_response: bool,
    ) -> ResponseContextManager:
        """A response that somebody else got, judged in a with-block and reported to ``request_event``."""
        from ..clients import HttpSession
        from .slow_path import adopt

        return adopt(response, HttpSession("", request_event, None), request_meta, catch_response)

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


class FailedResponse(ResponseContextManager):
    """The response of a request that got no answer."""

    __module__ = "acrida.clients"

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
        return errors_of(self)[0]


def errors_of(response: ResponseContextManager) -> tuple[Exception, Exception]:
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
        if separator and name.lower() != "host" and (name, value) not in URLLIB3_HEADERS:
            request.headers[name] = value
    request.body = response._request_body
    request._cookies = requests.cookies.RequestsCookieJar()
    return request


class RestResponseContextManager(ResponseContextManager, Generic[RestResponseT]):
    """What ``HttpUser.rest()`` yields: the response with the parsed body as ``js``."""

    __module__ = "acrida.clients"

    js: Any


def _refuse(self: requests.Response, *args: Any) -> None:
    raise LocustError(
        "If you want to change the state of the request using .success() or .failure(), you must pass "
        "catch_response=True. See http://docs.locust.io/en/stable/writing-a-locustfile.html#validating-responses"
    )


requests.Response.success = _refuse  # type: ignore[attr-defined]
requests.Response.failure = _refuse  # type: ignore[attr-defined]
