"""What a session's settings come to for the engine, and whether it may take the fast path at all."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit
from weakref import WeakKeyDictionary

from urllib3._version import __version__ as urllib3_version

from .. import _core
from .fast_body import basic_auth

#: Requests does not know of them: they are not among the headers of ``response.request``.
URLLIB3_HEADERS = (("Accept-Encoding", "identity"), ("User-Agent", f"python-urllib3/{urllib3_version}"))
_PLAIN_PATH = re.compile(r"^[A-Za-z0-9\-._~!$&'()*+,;=:@/]*$")


def split_base(base_url: Any) -> tuple[bool, str, int, str, str] | None:
    """(is_tls, host, port, path, base_url) if relative URLs can simply be appended to it, else None."""
    if not isinstance(base_url, str) or not base_url.isascii():
        return None
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        return None
    if not _PLAIN_PATH.match(parts.path) or "/." in parts.path:
        return None
    is_tls = parts.scheme == "https"
    return is_tls, parts.hostname, port or (443 if is_tls else 80), parts.path, base_url


def header_pairs(headers: Any, ascii_only: bool = True) -> list[tuple[str, str]]:
    """The headers that are sent; None means that requests sends none. ValueError for what cannot be."""
    pairs = []
    for name, value in headers.items():
        if not ascii_only and isinstance(value, int | float | None):
            value = str(value)  # geventhttpclient's rule
        if value is None:
            continue
        pairs.append((_text(name, True), _text(value, ascii_only)))
    return pairs


def with_urllib3_headers(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What urllib3 says of itself below requests, where neither the session nor the call says it."""
    names = {name.lower() for name, _ in pairs}
    return [pair for pair in URLLIB3_HEADERS if pair[0].lower() not in names] + pairs


def _text(value: Any, ascii_only: bool) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if not isinstance(value, str):
        raise TypeError(f"a header must be text: {value!r}")
    if "\n" in value or "\r" in value or (ascii_only and not value.isascii()):
        raise ValueError(f"not to be sent as it is: {value!r}")
    return value


def overrides_context(user: Any) -> bool:
    """Whether the user adds something to every request's context."""
    from ..user.users import User

    return user is not None and getattr(type(user), "context", None) is not User.context


def without_credentials(url: str) -> str:
    """The URL as it is sent: user and password, if it holds any, belong into a header. ValueError for a bad port."""
    parts = urlsplit(url)
    host = parts.netloc
    if parts.port is None and not host:
        raise ValueError(f"a request cannot be sent to {url!r}: the URL has no host")
    return url.replace(host, host.rpartition("@")[2], 1) if "@" in host else url


def credentials(base_url: str) -> tuple[str, tuple[str, str] | None]:
    """The URL without user and password, and these percent-decoded; both must be there."""
    parts = urlsplit(base_url)
    if not (parts.username and parts.password):
        return base_url, None
    host = parts.netloc.rpartition("@")[2]
    bare = urlunsplit((parts.scheme, host, parts.path, parts.query, parts.fragment))
    return bare, (unquote(parts.username), unquote(parts.password))


def proxy_of(host: str, port: int | None, headers: list[tuple[str, str]]) -> tuple[str, int, str]:
    """(host, port, Proxy-Authorization or "") of a proxy named ``[http://][user:password@]host[:port]``.

    A Proxy-Authorization among ``headers`` is taken out of them: it is not for the servers behind a tunnel.
    """
    parts = urlsplit(host if "//" in host else f"//{host}")
    if parts.scheme not in ("", "http") or not parts.hostname:
        raise ValueError(f"proxy_host {host!r} is not a host; TLS to the proxy itself is not supported")
    authorization = basic_auth(unquote(parts.username), unquote(parts.password or "")) if parts.username else ""
    for pair in [pair for pair in headers if pair[0].lower() == "proxy-authorization"]:
        headers.remove(pair)
        authorization = pair[1]
    return parts.hostname, int(port or parts.port or 80), authorization


_shared_clients: WeakKeyDictionary[Any, _core.SharedClient] = WeakKeyDictionary()


def shared_client(pool: Any, connections_per_host: int) -> _core.SharedClient:
    """The engine's connections that stand for a pool object of the scenario; one for each such object."""
    if pool not in _shared_clients:
        _shared_clients[pool] = _core.SharedClient(connections_per_host)
    return _shared_clients[pool]
