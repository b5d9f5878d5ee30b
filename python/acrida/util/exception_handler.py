"""Trying again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

logger = logging.getLogger("locust.util.exception_handler")


def retry(
    delays: tuple[float, ...] = (1, 3, 5), exception: type[Exception] = Exception
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: on ``exception`` sleep and call again, once per entry of ``delays`` (seconds); then raise it."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def trying(*args: Any, **kwargs: Any) -> Any:
            for delay in delays:
                try:
                    return function(*args, **kwargs)
                except exception as error:
                    logger.info("%s failed (%s), trying again in %s s", function.__name__, error, delay)
                    time.sleep(delay)
            return function(*args, **kwargs)

        return trying

    return decorate
