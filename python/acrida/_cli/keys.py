"""What keys do during a run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..input_events import input_listener
from ..runners import STATE_SPAWNING
from . import page

if TYPE_CHECKING:
    from ..env import Environment

logger = logging.getLogger("locust.main")

_KEY_SPAWN_RATE = 100  # users per second


def listener(environment: Environment) -> Callable[[], None]:
    """A function to be spawned: w, W, s, S change the number of users, Enter opens the web page."""
    web_ui, options = environment.web_ui, environment.parsed_options
    opens = {"\n": lambda: page.open_browser(web_ui, options)} if web_ui and options else {}
    return input_listener(
        {
            **opens,
            "w": lambda: change_users(environment, 1),
            "W": lambda: change_users(environment, 10),
            "s": lambda: change_users(environment, -1),
            "S": lambda: change_users(environment, -10),
        }
    )


def change_users(environment: Environment, difference: int) -> None:
    """Add or take away users; refused while others are being spawned."""
    runner = environment.runner
    assert runner is not None
    if runner.state == STATE_SPAWNING:
        logger.warning(
            "Already spawning users, can't spawn more right now"
            if difference > 0
            else "Spawning users, can't stop right now"
        )
        return
    runner.start(max(0, runner.user_count + difference), _KEY_SPAWN_RATE)
