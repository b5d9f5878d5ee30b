"""Bringing the users of this process to the wanted number, batch by batch."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .nodes import WorkerNode

if TYPE_CHECKING:
    from ..runners import LocalRunner
    from ..user import User

logger = logging.getLogger("locust.runners")


class LocalRamp:
    """One start request after the other; each runs in a greenlet of the runner."""

    def __init__(self, runner: LocalRunner) -> None:
        self._runner = runner
        #: This process.
        self.node = WorkerNode(id="local")
        # Identifies the ramp in progress. A ramp whose own listener stops or restarts the test cannot be killed:
        # it must look whether it is still wanted.
        self._in_progress: object = None

    def cancel(self) -> None:
        """Let the ramp in progress end at its next look."""
        self._in_progress = None

    def run(self, user_count: int, spawn_rate: float, wait: bool, user_classes: list[type[User]] | None) -> None:
        """Begin the test if none runs, then follow the dispatcher until the target is reached."""
        from ..runners import STATE_INIT, STATE_SPAWNING, STATE_STOPPED

        runner = self._runner
        ramp = self._in_progress = object()
        runner.target_user_count = user_count
        self._begin_test()
        if self._in_progress is not ramp:
            return
        if wait and user_count - runner.user_count > spawn_rate:
            raise ValueError("wait is True but the amount of users to add is greater than the spawn rate")
        set_host_on_classes(runner)
        if runner.state not in (STATE_INIT, STATE_STOPPED):
            runner.update_state(STATE_SPAWNING)
        wanted: dict[str, int] = {}
        for wanted in self._batches(user_count, spawn_rate, user_classes):
            if self._in_progress is not ramp:
                return
            self._apply(wanted, wait)
        self._complete(wanted)

    def _begin_test(self) -> None:
        from ..runners import STATE_RUNNING, STATE_SPAWNING

        runner = self._runner
        if runner.state in (STATE_RUNNING, STATE_SPAWNING):
            return
        runner.stats.clear_all()
        runner._generator.begin()
        runner.exceptions = {}
        runner.stopped_by = None
        runner.cpu_warning_emitted = False
        runner.worker_cpu_warning_emitted = False
        runner.environment._filter_tasks_by_tags()
        runner.environment.events.test_start.fire(environment=runner.environment)

    def _batches(
        self, user_count: int, spawn_rate: float, user_classes: list[type[User]] | None
    ) -> Iterator[dict[str, int]]:
        """What should live, class by class, after each step of the ramp; waits between the steps."""
        runner = self._runner
        if runner._users_dispatcher is None:
            runner._users_dispatcher = runner.environment.dispatcher_class(
                worker_nodes=[self.node], user_classes=runner.user_classes
            )
        dispatcher = runner._users_dispatcher
        logger.info("Ramping to %d users at a rate of %.2f per second", user_count, spawn_rate)
        dispatcher.new_dispatch(user_count, spawn_rate, user_classes)
        for shares in dispatcher:
            yield shares[self.node.id]

    def _apply(self, wanted: dict[str, int], wait: bool) -> None:
        """New users first: stopping the surplus may take its time."""
        runner = self._runner
        native = runner.native_users
        staying = {name: runner.user_greenlets.count_staying(name) + native.staying(name) for name in wanted}
        runner.spawn_users(
            {name: count - staying[name] for name, count in wanted.items() if count > staying[name]}, wait
        )
        surplus = {name: staying[name] - count for name, count in wanted.items() if count < staying[name]}
        if surplus:
            runner.stop_users(surplus)

    def _complete(self, wanted: dict[str, int]) -> None:
        runner = self._runner
        total = sum(wanted.values())
        logger.info("All users spawned: %s", counts_for_log(wanted))
        runner.target_user_classes_count = wanted
        runner.environment.events.spawning_complete.fire(user_count=total)


def set_host_on_classes(runner: LocalRunner) -> None:
    """The environment's host, when there is one, is everybody's host."""
    host = runner.environment.host
    if host:
        for user_class in runner.user_classes:
            user_class.host = host


def counts_for_log(counts: dict[str, int]) -> str:
    """``{"A": 5, "B": 5} (10 total users)``, names sorted."""
    return f"{json.dumps(dict(sorted(counts.items())))} ({sum(counts.values())} total users)"
