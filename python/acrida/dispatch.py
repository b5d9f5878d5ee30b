"""Which worker should run how many users of which class, and when."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import gevent

from . import _core

if TYPE_CHECKING:
    from .runners import WorkerNode
    from .user.users import User

__all__ = ["UsersDispatcher"]


class _Setting:
    """An attribute that lives in the engine, or in a subclass that keeps its own books, where it is a plain one."""

    def __init__(self, name_in_engine: str) -> None:
        self._name_in_engine = name_in_engine

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, dispatcher: Any, owner: type | None = None) -> Any:
        if dispatcher is None:
            return self
        own = vars(dispatcher)
        if "_core" in own:
            return getattr(own["_core"], self._name_in_engine)
        if self._name not in own:
            raise AttributeError(f"{type(dispatcher).__name__} has no attribute {self._name!r} yet")
        return own[self._name]

    def __set__(self, dispatcher: Any, value: Any) -> None:
        own = vars(dispatcher)
        if "_core" in own:
            setattr(own["_core"], self._name_in_engine, value)
        else:
            own[self._name] = value


class _Nodes:
    """The nodes in dealing order; without ``__set__``, so that subclasses may assign their own."""

    def __get__(self, dispatcher: Any, owner: type | None = None) -> Any:
        return self if dispatcher is None else [dispatcher._nodes[each] for each in dispatcher._core.workers]


class UsersDispatcher(Iterator[dict[str, dict[str, int]]]):
    """Iterating over it after :meth:`new_dispatch` yields ``{worker id: {class name: wanted users}}`` and sleeps
    between two of them, so that users come and go at the spawn rate. May be replaced through
    ``Environment(dispatcher_class=...)``.
    """

    def __init__(self, worker_nodes: Sequence[WorkerNode], user_classes: Sequence[type[User]]) -> None:
        self._nodes = {node.id: node for node in worker_nodes}
        self._user_classes = sorted(user_classes, key=lambda user_class: user_class.__name__)
        self._core = _core.Dispatcher(
            list(self._nodes), [(c.__name__, *_weight_and_count(c)) for c in self._user_classes]
        )
        #: How long each map took to compute, in seconds.
        self.dispatch_iteration_durations: list[float] = []
        #: The newest map.
        self._users_on_workers = {node: {c.__name__: 0 for c in self._user_classes} for node in self._nodes}

    @property
    def dispatch_in_progress(self) -> bool:
        """Whether there are maps to come."""
        return self._core.is_in_progress

    _worker_nodes = _Nodes()
    _wait_between_dispatch = _Setting("wait_between_iterations")
    _rebalance = _Setting("is_rebalance_due")

    def get_current_user_count(self) -> int:
        """How many users the workers have been told to run."""
        return self._core.user_count

    def new_dispatch(
        self, target_user_count: float, spawn_rate: float, user_classes: Sequence[type[User]] | None = None
    ) -> None:
        """Begin a ramp to ``target_user_count`` at ``spawn_rate`` users per second, from the users there are.

        Shapes compute their numbers, so a count may be a float; what is after its point does not count.
        """
        if not math.isfinite(target_user_count) or target_user_count < 0:
            raise ValueError(f"target_user_count must be >= 0, got {target_user_count}")
        if not math.isfinite(spawn_rate):
            raise ValueError(f"spawn_rate must be a finite number, got {spawn_rate}")
        if spawn_rate <= 0:
            raise ValueError(f"spawn_rate must be > 0, got {spawn_rate}")
        self._read_classes()
        names = None if user_classes is None else [user_class.__name__ for user_class in user_classes]
        if not self._core.start(math.floor(target_user_count), float(spawn_rate), names):
            known = {user_class.__name__ for user_class in self._user_classes}
            strangers = ", ".join(sorted(set(names or []) - known))
            raise ValueError(f"Cannot dispatch user classes that were not there at the beginning: {strangers}")
        self._target_user_count, self._spawn_rate = target_user_count, spawn_rate
        self._user_count_per_dispatch_iteration = max(1, math.floor(spawn_rate))
        self.dispatch_iteration_durations.clear()

    def __iter__(self) -> UsersDispatcher:
        return self

    def __next__(self) -> dict[str, dict[str, int]]:
        while True:
            self._read_classes()
            began_at = time.perf_counter()
            step: Any = self._core.next(began_at)
            if step is None:
                raise StopIteration
            if not isinstance(step, float):
                self.dispatch_iteration_durations.append(time.perf_counter() - began_at)
                self._users_on_workers = step
                return step  # type: ignore[no-any-return]
            gevent.sleep(step)

    def add_worker(self, worker_node: WorkerNode) -> None:
        """All users are dealt anew, to one more."""
        self._nodes[worker_node.id] = worker_node
        self._read_classes()
        self._core.add_worker(worker_node.id)

    def remove_worker(self, worker_node: WorkerNode) -> None:
        """All users are dealt anew, to those who stay."""
        self._nodes.pop(worker_node.id, None)
        self._read_classes()
        self._core.remove_worker(worker_node.id)

    def _read_classes(self) -> None:
        """Weights and fixed counts may be assigned in mid-run."""
        for user_class in self._user_classes:
            self._core.set_class(user_class.__name__, *_weight_and_count(user_class))


def _weight_and_count(user_class: type[User]) -> tuple[float, int]:
    return float(user_class.weight), int(user_class.fixed_count)
