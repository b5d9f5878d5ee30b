"""Reporting calls of a client library as requests, in whole milliseconds."""

from __future__ import annotations

import time
from typing import Any

from .. import events


class Stopwatch:
    """Counts from its making."""

    def __init__(self) -> None:
        self._started_at = time.perf_counter()

    def elapsed_ms(self) -> int:
        """Whole milliseconds since then."""
        return int((time.perf_counter() - self._started_at) * 1000)


def report(request_type: str, name: str, response_time: float, **more: Any) -> None:
    """Fire the request event of the command line's environment."""
    events.request.fire(request_type=request_type, name=name, response_time=response_time, response_length=0, **more)
