"""Remembering a function's last result for a while."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import time
from typing import Any


def memoize(timeout: float, dynamic_timeout: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: answer with the last result for ``timeout`` seconds, whatever the arguments.

    With ``dynamic_timeout`` a function that takes longer than ``timeout`` is asked only after twice that time.
    The decorated function gets ``clear_cache()``.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        kept: dict[str, Any] = {"until": 0.0}

        @wraps(function)
        def remembered(*args: Any, **kwargs: Any) -> Any:
            called_at = time()
            if called_at >= kept["until"]:
                kept["result"] = function(*args, **kwargs)
                took = time() - called_at
                slow = dynamic_timeout and took > timeout
                kept["until"] = called_at + (took * 2 if slow else timeout)
            return kept["result"]

        remembered.clear_cache = lambda: kept.update(until=0.0)  # type: ignore[attr-defined]
        return remembered

    return decorate
