"""Cookies between the engine and a ``http.cookiejar.CookieJar``: the jar's rules, the engine's speed.

The jar is asked once per host (or once per path, where a cookie has one of its own); the engine keeps the answer
until the jar changes or a cookie expires.
"""

from __future__ import annotations

from email.message import Message
from http.cookiejar import Cookie, CookieJar
from urllib.parse import urlsplit
from urllib.request import Request


class _Answer:
    """As much of a response as CookieJar.extract_cookies looks at."""

    def __init__(self, set_cookie_values: list[str]) -> None:
        self._headers = Message()
        for value in set_cookie_values:
            self._headers["Set-Cookie"] = value

    def info(self) -> Message:
        return self._headers


def store(jar: CookieJar, url: str, set_cookie_values: list[str]) -> None:
    """Take over the cookies that the answer to ``url`` has set."""
    jar.extract_cookies(_Answer(set_cookie_values), Request(url))  # type: ignore[arg-type]


def header_for(jar: CookieJar, url: str) -> tuple[str, bool, float]:
    """The Cookie header of a request to ``url``: (value or "", holds for the whole host, valid until epoch s or 0)."""
    cookies = list(jar)
    if not cookies:
        return "", True, 0.0
    request = Request(url)
    jar.add_cookie_header(request)
    value = request.get_header("Cookie") or ""
    host = urlsplit(url).hostname or ""
    expiries = [cookie.expires for cookie in cookies if cookie.expires]
    return value, all(_ignores_path(cookie, host) for cookie in cookies), float(min(expiries, default=0))


def _ignores_path(cookie: Cookie, host: str) -> bool:
    return cookie.path == "/" and not cookie.port_specified
