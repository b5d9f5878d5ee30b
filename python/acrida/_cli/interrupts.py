"""SIGINT and SIGTERM: end the run in order, also when a user computes and never gives up its turn.

Handlers run in whichever greenlet is on turn, so the first signal only leaves a note for the main greenlet: no user
is torn out of a request. If the main greenlet has not read the note after a moment, the greenlet on turn is spinning;
then a native thread sends the signal again, and KeyboardInterrupt is raised there, as CPython does by default.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

from gevent.monkey import get_original

logger = logging.getLogger("locust.main")

#: How long the greenlet on turn may compute after the signal before it is interrupted (seconds).
_GRACE = 0.5

#: Exit code of a process that was interrupted twice, as a shell has it for SIGINT.
_INTERRUPTED = 130


class Interrupts:
    """Owned by the main greenlet. ``ask_to_end`` is called in the handler and must not block."""

    def __init__(self, ask_to_end: Callable[[], None], shape: bool) -> None:
        self._ask_to_end = ask_to_end
        self._shape = shape
        self._count = 0
        self._noticed = False
        self._overdue = False
        self._main_thread = get_original("_thread", "get_ident")()
        self._wake_watch = get_original("_thread", "allocate_lock")()
        self._wake_watch.acquire()

    def install(self) -> None:
        """From now on the signals come here."""
        signal.signal(signal.SIGTERM, self._on_sigterm)
        signal.signal(signal.SIGINT, self._on_sigint)

    def noticed(self) -> None:
        """The main greenlet has its turn: the run is being ended. Call this once."""
        self._noticed = True
        self._wake_watch.release()

    def _on_sigterm(self, signum: int, frame: FrameType | None) -> None:
        logger.info("Got SIGTERM signal")
        self._begin()

    def _on_sigint(self, signum: int, frame: FrameType | None) -> None:
        if self._overdue:
            self._overdue = False
            if not self._noticed:
                raise KeyboardInterrupt
            return
        self._count += 1
        if self._count > 1:
            _end_now()
        if self._shape:
            logger.info("Exiting due to CTRL+C interruption")
        self._begin()

    def _begin(self) -> None:
        self._ask_to_end()
        if not self._noticed:
            get_original("_thread", "start_new_thread")(self._watch, ())

    def _watch(self) -> None:
        # A native thread: nothing of gevent may be touched here.
        if self._wake_watch.acquire(timeout=_GRACE):
            self._wake_watch.release()
            return
        self._overdue = True
        signal.pthread_kill(self._main_thread, signal.SIGINT)


def _end_now() -> None:
    logger.warning("Interrupted again: ending at once, without waiting for users")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_INTERRUPTED)
