"""Requests that a master's own listeners fire: counted in the rows of its swarm, which are the engine's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .. import _core
    from .requests import RequestStats


class OwnRequests:
    """The rows of a swarm have one writer, which adds these to what workers report under the same name."""

    def __init__(self, stats: RequestStats, node: _core.MasterNode) -> None:
        self._stats, self._node = stats, node

    def request(
        self, method: Any, name: Any, response_time: float | None, length: int, now: float, bucket: float | None
    ) -> bool:
        """False if it is for somebody else: names that are no text, a master that has ended."""
        if not (isinstance(method, str) and isinstance(name, str)):
            return False
        if response_time is not None:
            round(response_time if bucket is None else bucket)  # refuses what is no number
        core = self._stats._core
        if not self._node.count_request(core, method, name, response_time, length, now, bucket):
            return False
        self._show(method, name)
        return True

    def error(self, method: str, name: str, text: str, now: float) -> bool | None:
        """Is its row a new one? ``None`` if it is for somebody else."""
        is_new = self._node.count_error(self._stats._core, method, name, text, now)
        if is_new is not None:
            self._show(method, name)
        return is_new

    def _show(self, method: str, name: str) -> None:
        self._stats.entries.refresh((name, method))
        self._stats._refresh_total()
