"""Logs errors of scenarios without letting a failing scenario bend the load.

Formatting a traceback costs more than hundred requests. So a text is formatted once per distinct place and
type, printed a few times a second at most, and what was left out is counted in the next line.
"""

from __future__ import annotations

import logging
import traceback
from time import monotonic
from types import TracebackType
from typing import Any

_PER_SECOND = 5
_DISTINCT_KEPT = 1000


def place_of(tb: TracebackType | None) -> tuple[Any, ...]:
    """Where a traceback leads, as something hashable: equal for the same chain of lines."""
    frames: list[Any] = []
    while tb is not None:
        frames += (tb.tb_frame.f_code, tb.tb_lineno)
        tb = tb.tb_next
    return tuple(frames)


class ErrorLog:
    """Writes exceptions to a logger as message and traceback, each distinct one at most five times a second."""

    _all: list[ErrorLog] = []

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._seen: dict[Any, _Seen] = {}
        self._all.append(self)

    @classmethod
    def flush_all(cls) -> None:
        """Say, at the end of a test, how often what was left out occurred."""
        for log in cls._all:
            log._flush()

    def _flush(self) -> None:
        for (kind, text, _), seen in self._seen.items():
            if seen.skipped:
                self._logger.error("%s: %s (repeated %d times, not shown)", kind.__name__, text, seen.skipped)
        self._seen.clear()

    def log(self, error: BaseException) -> None:
        """Log the error, or count it for later."""
        key = (type(error), str(error), place_of(error.__traceback__))
        seen = self._seen.get(key)
        if seen is None:
            if len(self._seen) >= _DISTINCT_KEPT:
                self._seen.clear()
            seen = self._seen[key] = _Seen()
        if not seen.may_print(monotonic()):
            return
        repeated = f" (repeated {seen.skipped} times)" if seen.skipped else ""
        seen.skipped = 0
        text = "".join(traceback.format_exception(error))
        self._logger.error("%s%s\n%s", error, repeated, text)


class _Seen:
    __slots__ = ("printed", "second_began_at", "skipped")

    def __init__(self) -> None:
        self.second_began_at = 0.0
        self.printed = 0
        self.skipped = 0

    def may_print(self, now: float) -> bool:
        if now - self.second_began_at >= 1:
            self.second_began_at, self.printed = now, 0
        self.printed += 1
        if self.printed > _PER_SECOND:
            self.skipped += 1
            return False
        return True
