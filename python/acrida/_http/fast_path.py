"""Which calls of HttpUser's client the engine takes: everything that nobody has changed the meaning of."""

from __future__ import annotations

import http.client
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth

_KNOWN_ARGUMENTS = {
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
#: What HttpSession does on requests' own path; whoever replaces one of them wants it called.
_STEPS = ("prepare_request", "_build_url", "_send_request_safe_mode")


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


def why_not_fast(session: Any, session_class: Any, adapter_class: type) -> str:
    """Why no request of this session can go through the engine; empty if they can."""
    return (
        _why_not_adapters(session, adapter_class)
        or _why_not_patches(session, session_class)
        or _why_not_settings(session)
    )


def _why_not_adapters(session: Any, adapter_class: type) -> str:
    adapters = list(session.adapters.items())
    if [prefix for prefix, _ in adapters] != ["https://", "http://"] or any(
        type(adapter) is not adapter_class for _, adapter in adapters
    ):
        return "an adapter is mounted"
    if session._pool_manager is not None and type(session._pool_manager) is not urllib3.PoolManager:
        return "a pool manager of another kind is used"
    return ""


def _why_not_patches(session: Any, session_class: Any) -> str:
    mine = type(session)
    if mine.send is not _ORIGINALS["send"] or requests.Session.request is not _ORIGINALS["request"]:
        return "Session.send or Session.request is patched"
    if (
        requests.Session.prepare_request is not _ORIGINALS["prepare_request"]
        or any(getattr(mine, step) is not session_class.__dict__[step] for step in _STEPS)
        or HTTPAdapter.send is not _ORIGINALS["adapter_send"]
    ):
        return "requests is patched"
    if {"send", "get_adapter", *_STEPS} & session.__dict__.keys():
        return "a method of the session is replaced"
    pools = urllib3.connectionpool
    if (
        pools.HTTPConnectionPool.ConnectionCls is not _ORIGINALS["http_class"]
        or pools.HTTPSConnectionPool.ConnectionCls is not _ORIGINALS["https_class"]
    ):
        return "urllib3 is patched"
    return "HTTPConnection.debuglevel is set" if http.client.HTTPConnection.debuglevel else ""


def _why_not_settings(session: Any) -> str:
    if any(session.hooks.values()) or session.proxies or session.params or session.stream:
        return "hooks, proxies, params or stream of the session are set"
    if session.trust_env and _environment_matters(session.base_url):
        return "trust_env: the environment names proxies or credentials"
    if not (session.auth is None or isinstance(session.auth, tuple) or type(session.auth) is HTTPBasicAuth):
        return "an auth class is set"
    if not isinstance(session.verify, bool | str | None) or not isinstance(session.cert, str | tuple | None):
        return "verify or cert is not a path"
    return ""


def _environment_matters(base_url: Any) -> bool:
    url = base_url if isinstance(base_url, str) and base_url else "http://localhost"
    return bool(requests.utils.get_environ_proxies(url)) or requests.utils.get_netrc_auth(url) is not None


def can_be_prepared(kwargs: dict[str, Any]) -> bool:
    """Whether requests can prepare a call with these arguments for the engine to send."""
    auth = kwargs.get("auth")
    if not kwargs.keys() <= _KNOWN_ARGUMENTS or not (
        auth is None or isinstance(auth, tuple) or type(auth) is HTTPBasicAuth
    ):
        return False
    timeout = kwargs.get("timeout")
    if not isinstance(timeout, int | float | tuple | None) or isinstance(timeout, bool):
        return False
    parts = timeout if isinstance(timeout, tuple) else (timeout,)
    if any(part is not None and part <= 0 for part in parts) or (isinstance(timeout, tuple) and len(timeout) != 2):
        return False
    return isinstance(kwargs.get("verify"), bool | str | None)
