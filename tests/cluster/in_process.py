"""A master and its workers in the test's own process: real links, nodes and runners, without a start of programs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import gevent
from acrida import LoadTestShape, User, constant, task
from acrida.env import Environment
from acrida.runners import MasterRunner, WorkerRunner

PATIENCE_S = 20


def until(holds: Callable[[], Any], what: str) -> Any:
    """Gives its turn to the nodes until `holds()` is true, and its value back."""
    end = time.monotonic() + PATIENCE_S
    while not (value := holds()):
        assert time.monotonic() < end, f"never happened: {what}"
        gevent.sleep(0.01)
    return value


def fire(user: User, name: str, exception: Exception | None = None, ms: float = 5) -> None:
    """A request of which the statistics hear."""
    user.environment.events.request.fire(
        request_type="GET", name=name, response_time=ms, response_length=1, exception=exception, context={}
    )


class First(User):
    wait_time = constant(1000)

    @task
    def act(self) -> None:
        fire(self, "/first")


class Second(User):
    wait_time = constant(1000)

    @task
    def act(self) -> None:
        fire(self, "/second", ValueError("no such thing"))


class Steps(LoadTestShape):
    """Wants what the test has said last; None ends the run. `ticks` are the master's states, tick by tick."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: Any = (1, 100)
        self.ticks: list[str] = []

    def tick(self) -> Any:
        self.ticks.append(self.runner.state)  # type: ignore[union-attr]
        return self.wanted


class SwarmHere:
    """The nodes; all have an environment of their own, and the same classes."""

    def __init__(self, *user_classes: type[User], shape: LoadTestShape | None = None, **options: Any) -> None:
        self.user_classes = user_classes
        self.environment = Environment(user_classes=list(user_classes), shape_class=shape, **options)
        self.states: list[str] = []
        self.events: list[tuple[str, Any]] = []
        self.master: MasterRunner = self.environment.create_master_runner("127.0.0.1", 0)
        self.workers: list[WorkerRunner] = []
        self._note(self.environment, "master")

    def _note(self, environment: Environment, who: str) -> None:
        for name in ("test_start", "test_stopping", "test_stop", "spawning_complete"):
            getattr(environment.events, name).add_listener(
                lambda _name=name, **_: self.events.append((who, _name))  # type: ignore[misc]
            )

    def add_workers(self, count: int, **options: Any) -> list[WorkerRunner]:
        for _ in range(count):
            environment = Environment(user_classes=list(self.user_classes), **options)
            self._note(environment, f"worker {len(self.workers)}")
            self.workers.append(environment.create_worker_runner("127.0.0.1", self.master.server.port))
        until(lambda: self.master.worker_count == len(self.workers), "all workers known")
        return self.workers

    def users(self) -> list[int]:
        """Of each worker."""
        return [worker.user_count for worker in self.workers]

    def seen(self, who: str, event: str) -> int:
        """How often that node has fired the event."""
        return self.events.count((who, event))

    def close(self) -> None:
        with gevent.Timeout(PATIENCE_S):
            self.master.quit()
            for worker in self.workers:
                worker.quit()
