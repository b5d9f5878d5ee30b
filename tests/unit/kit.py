"""Users and steps that the tests of runners share."""

from __future__ import annotations

import gevent
from acrida import User, constant, task
from gevent.event import Event

PATIENCE_S = 10


class Sleeper(User):
    """Waits for ever after its first task."""

    wait_time = constant(1000)

    @task
    def act(self): ...


class Other(Sleeper): ...


def ramp(runner, users, rate=100):
    done = Event()
    runner.environment.events.spawning_complete.add_listener(lambda user_count: done.set())
    runner.start(users, rate)
    assert done.wait(PATIENCE_S)
    gevent.sleep(0)
