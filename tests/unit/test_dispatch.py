"""The dispatcher as runners and people who test shapes use it."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import gevent
import pytest
from acrida import User
from acrida.dispatch import UsersDispatcher
from acrida.env import Environment
from gevent.event import Event


def user_class(name: str, weight: float = 1, fixed_count: int = 0) -> type[User]:
    return type(name, (User,), {"weight": weight, "fixed_count": fixed_count})


def nodes(*ids: str) -> list[Any]:
    return [SimpleNamespace(id=each) for each in ids]


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the dispatcher slept; time passes only then."""
    slept: list[float] = []
    monkeypatch.setattr(gevent, "sleep", slept.append)
    monkeypatch.setattr(time, "perf_counter", lambda: sum(slept))
    return slept


def test_it_yields_wanted_users_and_sleeps_between(naps: list[float]) -> None:
    dispatcher = UsersDispatcher(worker_nodes=nodes("w1", "w2"), user_classes=[user_class("A"), user_class("B")])
    dispatcher.new_dispatch(target_user_count=5, spawn_rate=2)
    assert dispatcher.dispatch_in_progress
    assert list(dispatcher) == [
        {"w1": {"A": 1, "B": 0}, "w2": {"A": 0, "B": 1}},
        {"w1": {"A": 2, "B": 0}, "w2": {"A": 0, "B": 2}},
        {"w1": {"A": 3, "B": 0}, "w2": {"A": 0, "B": 2}},
    ]
    assert naps == [1.0, 1.0]
    assert not dispatcher.dispatch_in_progress
    assert dispatcher.get_current_user_count() == 5
    assert len(dispatcher.dispatch_iteration_durations) == 3


@pytest.mark.parametrize(
    ("count", "rate", "text"),
    [
        (-1, 1, "target_user_count must be >= 0, got -1"),
        (1, 0, "spawn_rate must be > 0, got 0"),
        (1, -0.5, "spawn_rate must be > 0, got -0.5"),
        (1, float("inf"), "spawn_rate must be a finite number, got inf"),
        (1, float("nan"), "spawn_rate must be a finite number, got nan"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(count: int, rate: float, text: str) -> None:
    dispatcher = UsersDispatcher(worker_nodes=nodes("w1"), user_classes=[user_class("A")])
    with pytest.raises(ValueError, match=text):
        dispatcher.new_dispatch(count, rate)
    assert not dispatcher.dispatch_in_progress


def test_a_class_unknown_at_the_beginning_is_refused() -> None:
    dispatcher = UsersDispatcher(worker_nodes=nodes("w1"), user_classes=[user_class("A")])
    with pytest.raises(ValueError, match="Stranger"):
        dispatcher.new_dispatch(1, 1, [user_class("Stranger")])


def test_workers_come_and_go(naps: list[float]) -> None:
    first, second = nodes("w1", "w2")
    dispatcher = UsersDispatcher(worker_nodes=[first], user_classes=[user_class("A")])
    dispatcher.new_dispatch(4, 4)
    assert list(dispatcher) == [{"w1": {"A": 4}}]
    dispatcher.add_worker(second)
    assert dispatcher._rebalance
    dispatcher.new_dispatch(4, 4)
    assert next(dispatcher) == {"w1": {"A": 2}, "w2": {"A": 2}}
    dispatcher.remove_worker(first)
    dispatcher.new_dispatch(4, 4)
    assert next(dispatcher) == {"w2": {"A": 4}}


def test_weights_may_be_edited_while_it_runs(naps: list[float]) -> None:
    a, b = user_class("A"), user_class("B")
    dispatcher = UsersDispatcher(worker_nodes=nodes("w1"), user_classes=[a, b])
    dispatcher.new_dispatch(2, 2)
    assert list(dispatcher) == [{"w1": {"A": 1, "B": 1}}]
    a.fixed_count = 3  # looked at when users were removed, and served first
    dispatcher.new_dispatch(1, 2)
    assert list(dispatcher) == [{"w1": {"A": 1, "B": 0}}]
    dispatcher.new_dispatch(3, 5)
    assert list(dispatcher) == [{"w1": {"A": 3, "B": 0}}]


def test_people_may_set_the_wait_and_subclass(naps: list[float]) -> None:
    class Hasty(UsersDispatcher):
        def new_dispatch(self, *args: Any, **kwargs: Any) -> None:
            super().new_dispatch(*args, **kwargs)
            self._wait_between_dispatch = 0.25

    dispatcher = Hasty(worker_nodes=nodes("local"), user_classes=[user_class("A")])
    dispatcher.new_dispatch(3, 1)
    assert len(list(dispatcher)) == 3
    assert naps == [0.25, 0.25]


class OwnBooks(UsersDispatcher):
    """Replaces the dispatcher wholesale, under the names that it has, and never calls its constructor."""

    def __init__(self, worker_nodes: Any, user_classes: Any) -> None:
        self._worker_nodes = worker_nodes
        self._user_classes = user_classes
        self._rebalance = False
        self._wait_between_dispatch = 0.5
        self.asked: list[tuple[int, float]] = []

    @property
    def dispatch_in_progress(self) -> bool:
        return False

    @property
    def dispatch_iteration_durations(self) -> list[float]:
        return []

    def new_dispatch(self, target_user_count: int, spawn_rate: float, user_classes: Any = None) -> None:
        self.asked.append((target_user_count, spawn_rate))
        self._maps = iter([self._map(2), self._map(3)])

    def _map(self, users: int) -> dict[str, dict[str, int]]:
        assert (self._rebalance, self._wait_between_dispatch) == (False, 0.5)
        return {node.id: {each.__name__: users for each in self._user_classes} for node in self._worker_nodes}

    def __next__(self) -> dict[str, dict[str, int]]:
        return next(self._maps)


def test_a_dispatcher_that_keeps_its_own_books_drives_a_runner() -> None:
    class Sleeper(User):
        def on_start(self) -> None:
            gevent.sleep(1000)

    environment = Environment(user_classes=[Sleeper], dispatcher_class=OwnBooks)
    told = Event()
    environment.events.spawning_complete.add_listener(lambda user_count: told.set())
    runner = environment.create_local_runner()
    runner.start(-1, 5)
    assert told.wait(10)
    dispatcher = runner._users_dispatcher
    assert isinstance(dispatcher, OwnBooks) and dispatcher.asked == [(-1, 5)]
    assert (runner.user_count, runner.target_user_classes_count) == (3, {"Sleeper": 3})
    runner.quit()
