"""Following a load shape: ask it once a second how many users there should be."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import TYPE_CHECKING, Any

import gevent

if TYPE_CHECKING:
    from ..runners import Runner

logger = logging.getLogger("locust.runners")

_TICK_SECONDS = 1.0


def follow_shape(runner: Runner) -> None:
    """Call ``tick()`` each second while the test is alive; ends the test when the answer is None.

    The environment's shape may be another one from one second to the next, and none: then people give the numbers.
    """
    from ..runners import STATE_INIT, STATE_RUNNING, STATE_SPAWNING

    logger.info("Shape worker starting")
    followed = runner.environment.shape_class
    while runner.state in (STATE_INIT, STATE_SPAWNING, STATE_RUNNING):
        asked_at = perf_counter()
        shape = runner.environment.shape_class
        if shape is None:
            logger.info("The test goes on without a shape")
            _let_go(runner)
            return
        if shape is not followed:
            followed = shape
            shape.reset_time()
        wanted = shape.tick()
        if wanted is None:
            logger.info("Shape test stopping")
            _finish(runner)
            return
        if wanted != runner.shape_last_tick:
            _follow(runner, wanted)
        gevent.sleep(max(0.0, _TICK_SECONDS - (perf_counter() - asked_at)))


def _follow(runner: Runner, wanted: Any) -> None:
    runner.shape_last_tick = wanted
    user_count, spawn_rate, *classes = wanted
    logger.info("Shape test updating to %d users at %.2f spawn rate", user_count, spawn_rate)
    runner.start(user_count=user_count, spawn_rate=spawn_rate, user_classes=classes[0] if classes else None)


def _finish(runner: Runner) -> None:
    options = runner.environment.parsed_options
    if options and options.headless:
        runner.quit()
    else:
        runner.stop()
    _let_go(runner)


def _let_go(runner: Runner) -> None:
    runner.shape_greenlet = None
    runner.shape_last_tick = None
