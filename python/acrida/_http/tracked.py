"""Containers of a session whose changes the engine notices, so that it reads them anew only then."""

from __future__ import annotations

from http.cookiejar import Cookie, CookieJar
from typing import Any

from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict

from .. import _core


class TrackedHeaders(_core.Tracker, CaseInsensitiveDict):  # type: ignore[type-arg]
    """A session's headers; every way to change them goes through these two methods."""

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        self._touch()

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._touch()

    def copy(self) -> CaseInsensitiveDict[Any]:
        """A plain copy."""
        return CaseInsensitiveDict(self.items())

    def __reduce__(self) -> tuple[Any, ...]:
        return TrackedHeaders, (dict(self.items()),)


class _TracksChanges(_core.Tracker):
    def set_cookie(self, cookie: Cookie, *args: Any, **kwargs: Any) -> Any:
        self._touch()
        return super().set_cookie(cookie, *args, **kwargs)  # type: ignore[misc]

    def clear(self, *args: Any, **kwargs: Any) -> None:
        self._touch()
        super().clear(*args, **kwargs)  # type: ignore[misc]


class TrackedRequestsJar(_TracksChanges, RequestsCookieJar):
    """The jar of an HttpSession."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_jar, (list(self),)


class TrackedJar(_TracksChanges, CookieJar):
    """The jar of a FastHttpSession."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_jar, (list(self), False)


def _rebuild_jar(cookies: list[Cookie], is_requests: bool = True) -> CookieJar:
    jar: CookieJar = TrackedRequestsJar() if is_requests else TrackedJar()
    for cookie in cookies:
        jar.set_cookie(cookie)
    return jar
