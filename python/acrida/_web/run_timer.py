"""The end of a run after its time."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import gevent

from ..log import greenlet_exception_logger

if TYPE_CHECKING:
    from ..env import Environment

logger = logging.getLogger("locust.web")


class RunTimer:
    """One at a time: a new start, or the end of the test, cancels the one before."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._greenlet: Any = None
        environment.events.test_stopping.add_listener(lambda environment, **_: self.cancel())

    def begin(self, seconds: float) -> None:
        """Stop the test in so many seconds."""
        self.cancel()
        gevent.get_hub().loop.update_now()
        self._greenlet = gevent.spawn_later(seconds, self._stop)
        self._greenlet.link_exception(greenlet_exception_logger(logger))

    def cancel(self) -> None:
        """Forget it. It may be the caller, who is just stopping the test."""
        greenlet, self._greenlet = self._greenlet, None
        if greenlet is not None and greenlet is not gevent.getcurrent():
            greenlet.kill(block=False)

    def _stop(self) -> None:
        runner = self._environment.runner
        if runner is not None:
            runner.stop()
