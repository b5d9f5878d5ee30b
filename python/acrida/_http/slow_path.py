"""Requests that requests itself sends, measured and reported like those of the engine."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, MutableMapping
from typing import Any

import requests
import urllib3
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema, RequestException

from .requests_response import ResponseContextManager

logger = logging.getLogger("locust.clients")

_WRAPPERS = (
    requests.exceptions.ConnectionError,
    urllib3.exceptions.ProtocolError,
    urllib3.exceptions.MaxRetryError,
    urllib3.exceptions.NewConnectionError,
)

_reasons_logged: set[str] = set()


def request_by_requests(
    session: Any,
    method: str,
    url: str,
    name: str | None,
    catch_response: bool,
    context: Mapping[str, Any],
    kwargs: dict[str, Any],
) -> ResponseContextManager:
    """The call by requests' own way; one event, fired here unless ``catch_response`` leaves that to the with-block."""
    session.explicit_name = name or session.request_name
    full_url = session._build_url(url)
    start_time = time.time()
    started_at = time.perf_counter()
    plain = session._send_request_safe_mode(method, full_url, **kwargs)
    response_time = (time.perf_counter() - started_at) * 1000
    first = ((plain.history and plain.history[0]) or plain).request
    response_name = name or session.request_name or (first.path_url if first is not None else str(url))
    if session.user is not None:
        context = {**session.user.context(), **context}
    length = int(plain.headers.get("content-length") or 0) if kwargs.get("stream") else len(plain.content or b"")
    meta: dict[str, Any] = {
        "request_type": method,
        "name": response_name,
        "context": context,
        "response": None,
        "exception": None,
        "start_time": start_time,
        "url": first.url if first is not None else full_url,
        "response_time": response_time,
        "response_length": length,
    }
    response = adopt(plain, session, meta, catch_response)
    if not catch_response:
        session.request_event.fire(**meta)
    return response


def adopt(
    plain: requests.Response, session: Any, meta: MutableMapping[str, Any], catch_response: bool
) -> ResponseContextManager:
    """The same response as one of ours, which ``session`` reports as ``meta`` says."""
    response = ResponseContextManager.__new__(ResponseContextManager)
    response.__dict__.update(plain.__dict__)
    response.__dict__.setdefault("error", None)
    response._adopt(session)
    response._catch_response = catch_response
    meta["response"] = response
    response.request_meta = meta
    response._failure = _innermost(response.error) if response.error else bad_status(response)
    meta["exception"] = response._failure
    return response


def send_safely(session: requests.Session, method: str, url: str, kwargs: dict[str, Any]) -> requests.Response:
    """requests' answer, or one with status 0 and the error that it raised; URLs that cannot be meant still raise."""
    try:
        # Looked up now and bound by hand: tests put mocks there, which do not take the session.
        send: Any = requests.Session.request
        bound = send.__get__(session) if hasattr(type(send), "__get__") else send
        return bound(method, url, **{"data": None, "json": None, **kwargs})  # type: ignore[no-any-return]
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


def log_reason(why: str) -> None:
    """Why a call takes this path: each reason once, at DEBUG."""
    if why not in _reasons_logged:
        _reasons_logged.add(why)
        logger.debug("A request takes requests' own path: %s", why)


def bad_status(response: Any) -> Exception | None:
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
