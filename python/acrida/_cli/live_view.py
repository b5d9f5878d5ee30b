"""The live view of a headless run: a block of lines at the bottom of a terminal, below what is logged.

Only for people: in a pipe, in CI, with --print-stats or --only-summary the plain tables stay what they are.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import time
from argparse import Namespace
from collections import deque
from typing import IO, TYPE_CHECKING, Any, cast

import gevent

from .live_lines import Figures, live_lines

if TYPE_CHECKING:
    from ..env import Environment

_EVERY_SECONDS = 0.5
_SECONDS_KEPT = 300


def is_wanted(options: Namespace) -> bool:
    """Does somebody sit before a terminal that can move its cursor?"""
    plain = options.print_stats or options.only_summary or options.json or options.skip_log_setup
    is_terminal = sys.stderr.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    return bool(options.headless and not plain and is_terminal and not os.environ.get("CI"))


class Screen:
    """The bottom of the terminal. Everybody else's lines go through it, so that they land above the block."""

    def __init__(self, terminal: IO[str]) -> None:
        self._terminal = terminal
        self._block: list[str] = []
        self._is_shown = False

    def draw(self, lines: list[str]) -> None:
        """Replaces the block."""
        self._erase()
        self._block = lines
        self._show()

    def write(self, text: str, to: IO[str]) -> None:
        """Somebody's text, above the block; the block waits for the end of the line."""
        self._erase()
        to.write(text)
        to.flush()
        if text.endswith("\n"):
            self._show()

    def close(self) -> None:
        """No block any more."""
        self._erase()
        self._block = []
        self._terminal.flush()

    def _erase(self) -> None:
        if self._is_shown:
            self._terminal.write(f"\x1b[{len(self._block)}A\x1b[J")
        self._is_shown = False

    def _show(self) -> None:
        if self._block:
            self._terminal.write("".join(f"{line}\n" for line in self._block))
            self._is_shown = True
        self._terminal.flush()


class _Above:
    """Stands for a stream of the terminal while the view is on."""

    def __init__(self, screen: Screen, stream: IO[str]) -> None:
        self._screen, self._stream = screen, stream

    def write(self, text: str) -> int:
        self._screen.write(text, self._stream)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class LiveView:
    """Call it in a greenlet of its own; when that is killed the terminal is as it was before."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._rps: deque[float] = deque(maxlen=_SECONDS_KEPT)
        self._p95: deque[float] = deque(maxlen=_SECONDS_KEPT)
        self._second = 0

    def __call__(self) -> None:
        """Draws until the greenlet is killed."""
        out, err = sys.stdout, sys.stderr
        screen = Screen(err)
        above_out, above_err = cast(IO[str], _Above(screen, out)), cast(IO[str], _Above(screen, err))
        moved = _move_handlers({out: above_out, err: above_err})
        sys.stdout, sys.stderr = above_out, above_err
        try:
            while True:
                width = shutil.get_terminal_size().columns - 1
                screen.draw(live_lines(self._figures(), width))
                gevent.sleep(_EVERY_SECONDS)
        finally:
            screen.close()
            sys.stdout, sys.stderr = out, err
            for handler, stream in moved:
                handler.setStream(stream)

    def _figures(self) -> Figures:
        runner, counted = self.environment.runner, self.environment.stats
        assert runner is not None and self.environment.parsed_options is not None
        total = counted.total
        p50, p95 = (total.get_current_response_time_percentile(p) for p in (0.5, 0.95))
        elapsed = max(0.0, time.time() - counted.start_time)
        if int(elapsed) != self._second:
            self._second = int(elapsed)
            self._rps.append(total.current_rps)
            self._p95.append(p95 or 0)
        return Figures(
            state=runner.state,
            elapsed=elapsed,
            run_time=self.environment.parsed_options.run_time or None,
            users=runner.user_count,
            target_users=runner.target_user_count,
            rps=total.current_rps,
            failures_per_second=total.current_fail_per_sec,
            fail_ratio=total.fail_ratio,
            p50_ms=p50,
            p95_ms=p95,
            rps_before=list(self._rps),
            p95_before=list(self._p95),
            errors=[(error.occurrences, error.to_name()) for error in counted.errors.values()],
        )


def _move_handlers(streams: dict[IO[str], IO[str]]) -> list[tuple[logging.StreamHandler[Any], IO[str]]]:
    """Log lines written to these streams go to the others; returns what to undo."""
    loggers = [logging.getLogger(), *(each for each in logging.root.manager.loggerDict.values())]
    handlers = {handler for logger in loggers for handler in getattr(logger, "handlers", ())}
    moved = []
    for handler in handlers:
        stream = getattr(handler, "stream", None)
        if isinstance(handler, logging.StreamHandler) and stream in streams:
            moved.append((handler, stream))
            handler.setStream(streams[stream])
    return moved
