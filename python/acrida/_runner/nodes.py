"""What is known about each worker."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

#: When the page calls a worker busy, and when stuck.
BUSY_SECONDS = 3.0
STUCK_SECONDS = 30.0


class WorkerNode:
    """One worker, as its master or a dispatcher sees it."""

    def __init__(self, id: str, state: str = "ready", heartbeat_liveness: int = 3) -> None:
        self.id = id
        self.state = state
        #: Heartbeats that may be missed before the worker counts as missing.
        self.heartbeat = heartbeat_liveness
        self.cpu_usage: float = 0
        self.cpu_warning_emitted = False
        self.memory_usage = 0
        #: Ordinal that the master gave; -1 before.
        self.index = -1
        #: Seconds by which the worker's Python is late; None where it does not say.
        self.hub_lag: float | None = None
        #: Users of each class, as last reported.
        self.user_classes_count: dict[str, int] = {}
        #: Locust's version that it follows; None for Go and Java workers, which say none.
        self.version: str | None = None
        #: Its own name and version, if it is acrida's; else the same.
        self.shown_version: str | None = None
        #: Where it connects from, without the port.
        self.address: str | None = None

    def _update(self, row: tuple[Any, ...]) -> None:
        """To what the engine's master knows."""
        _, self.index, self.state, self.cpu_usage, self.memory_usage, self.user_classes_count, self.hub_lag = row[:7]
        self.version, self.address, self.shown_version = row[7] or None, row[8] or None, row[9] or None

    @property
    def user_count(self) -> int:
        """All users that the worker last reported."""
        return sum(self.user_classes_count.values())

    @property
    def lag_ms(self) -> int | None:
        """How late the worker's Python is; None where it does not say."""
        return None if self.hub_lag is None else round(self.hub_lag * 1000)

    @property
    def is_busy(self) -> bool | None:
        """Its Python has not been heard of for some seconds."""
        return None if self.hub_lag is None else self.hub_lag > BUSY_SECONDS

    @property
    def is_stuck(self) -> bool | None:
        """Its Python has not been heard of for so long that it may never be."""
        return None if self.hub_lag is None else self.hub_lag > STUCK_SECONDS


class WorkerNodes(MutableMapping[str, WorkerNode]):
    """The workers by their ids; iterating gives ids."""

    def __init__(self) -> None:
        self._nodes: dict[str, WorkerNode] = {}

    def get_by_state(self, state: str) -> list[WorkerNode]:
        """Workers in this state."""
        return [node for node in self._nodes.values() if node.state == state]

    @property
    def all(self) -> list[WorkerNode]:
        """Every worker."""
        return list(self._nodes.values())

    @property
    def ready(self) -> list[WorkerNode]:
        """Workers that wait for a test."""
        return self.get_by_state("ready")

    @property
    def spawning(self) -> list[WorkerNode]:
        """Workers that are starting or stopping users."""
        return self.get_by_state("spawning")

    @property
    def running(self) -> list[WorkerNode]:
        """Workers that have the users they should have."""
        return self.get_by_state("running")

    @property
    def missing(self) -> list[WorkerNode]:
        """Workers that fell silent."""
        return self.get_by_state("missing")

    def __setitem__(self, key: str, node: WorkerNode) -> None:
        self._nodes[key] = node

    def __delitem__(self, key: str) -> None:
        del self._nodes[key]

    def __getitem__(self, key: str) -> WorkerNode:
        return self._nodes[key]

    def __len__(self) -> int:
        return len(self._nodes)

    def __iter__(self) -> Iterator[str]:
        # A copy: handlers may add and remove workers while somebody iterates.
        return iter(list(self._nodes))
