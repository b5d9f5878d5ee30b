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

    @property
    def dispatch_in_progress(self) -> bool:
        """Whether there are maps to come."""
        return self._core.is_in_progress

    @property
    def _worker_nodes(self) -> list[WorkerNode]:
        return [self._nodes[worker_id] for worker_id in self._core.workers]

    @property
    def _wait_between_dispatch(self) -> float:
        return self._core.wait_between_iterations

    @_wait_between_dispatch.setter
    def _wait_between_dispatch(self, seconds: float) -> None:
        self._core.wait_between_iterations = seconds

    @property
    def _rebalance(self) -> bool:
        return self._core.is_rebalance_due

    @_rebalance.setter
    def _rebalance(self, due: bool) -> None:
        self._core.is_rebalance_due = due

    def get_current_user_count(self) -> int:
        """How many users the workers have been told to run."""
        return self._core.user_count

    def new_dispatch(
        self, target_user_count: int, spawn_rate: float, user_classes: Sequence[type[User]] | None = None
    ) -> None:
        """Begin a ramp to ``target_user_count`` at ``spawn_rate`` users per second, from the users there are."""
        if target_user_count < 0:
            raise ValueError(f"target_user_count must be >= 0, got {target_user_count}")
        if not math.isfinite(spawn_rate):
            raise ValueError(f"spawn_rate must be a finite number, got {spawn_rate}")
        if spawn_rate <= 0:
            raise ValueError(f"spawn_rate must be > 0, got {spawn_rate}")
        self._read_classes()
        names = None if user_classes is None else [user_class.__name__ for user_class in user_classes]
        if not self._core.start(target_user_count, spawn_rate, names):
            known = {user_class.__name__ for user_class in self._user_classes}
            strangers = ", ".join(sorted(set(names or []) - known))
            raise ValueError(f"Cannot dispatch user classes that were not there at the beginning: {strangers}")
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
