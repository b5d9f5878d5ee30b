"""What a request cannot be made of, in the words that people know from the libraries below Locust."""

from __future__ import annotations

import re
from typing import Any

_NOT_IN_TOKENS = re.compile(r"[^!#$%&'*+\-.^_`|~0-9A-Za-z]")


def is_token(text: Any) -> bool:
    """Whether it may name a method or a header."""
    return isinstance(text, str) and bool(text) and not _NOT_IN_TOKENS.search(text)


def check_url(url: Any) -> None:
    """TypeError for what is no text."""
    if isinstance(url, bytes):
        raise TypeError("cannot use a string pattern on a bytes-like object")
    if not isinstance(url, str):
        raise TypeError(f"expected string or bytes-like object, got {type(url).__name__!r}")


def check_method(method: Any) -> None:
    """ValueError for what urllib3 does not send."""
    found = _NOT_IN_TOKENS.search(method) if isinstance(method, str) else None
    if found:
        raise ValueError(
            f"Method cannot contain non-token characters {method.upper()!r} (found at least {found.group()!r})"
        )


def check_fast_method(method: Any) -> str:
    """The method as it is sent. ValueError for what geventhttpclient does not send."""
    sent = method.upper()
    if not is_token(method):
        raise ValueError(f"invalid HTTP method {method!r}")
    return sent  # type: ignore[no-any-return]
