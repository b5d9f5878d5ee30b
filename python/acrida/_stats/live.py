"""Dictionaries that show counts of the engine; what is written into them is written into the engine."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, namedtuple
from collections.abc import Callable
from typing import Any, NoReturn

CachedResponseTimes = namedtuple("CachedResponseTimes", ["response_times", "num_requests", "num_none_requests"])
"""What an entry had counted at the end of a second."""


class LiveCounts(defaultdict[Any, int]):
    """Counts by bucket or by second, as they were when asked for; a missing key counts as zero."""

    def __init__(self, counts: dict[Any, int], write: Callable[[dict[Any, int]], None]) -> None:
        super().__init__(int, counts)
        self._write = write

    def __missing__(self, key: Any) -> int:
        return 0

    def __setitem__(self, key: Any, value: int) -> None:
        super().__setitem__(key, value)
        self._write(self)

    def __delitem__(self, key: Any) -> None:
        super().__delitem__(key)
        self._write(self)

    def clear(self) -> None:
        super().clear()
        self._write(self)

    def update(self, *args: Any, **kwargs: int) -> None:
        super().update(*args, **kwargs)
        self._write(self)

    def copy(self) -> defaultdict[Any, int]:  # type: ignore[override]
        return defaultdict(int, self)

    __copy__ = copy  # type: ignore[assignment]

    def __deepcopy__(self, memo: dict[int, Any]) -> defaultdict[Any, int]:
        return self.copy()

    def __reduce__(self) -> Any:
        return defaultdict, (int, dict(self))


class LiveSnapshots(OrderedDict[int, CachedResponseTimes]):
    """States of an entry by second, oldest first."""

    def __init__(self, core: Any) -> None:
        self._core: Any = None  # filling is not writing
        super().__init__((second, CachedResponseTimes(*state)) for second, state in core.snapshots().items())
        self._core = core

    def __setitem__(self, second: int, state: CachedResponseTimes) -> None:
        super().__setitem__(second, state)
        if self._core is not None:
            self._core.set_snapshot(second, dict(state.response_times), state.num_requests, state.num_none_requests)

    def __delitem__(self, second: int) -> None:
        super().__delitem__(second)
        self._core.remove_snapshot(second)

    def popitem(self, last: bool = True) -> tuple[int, CachedResponseTimes]:
        second = next(reversed(self) if last else iter(self))
        state = self[second]
        del self[second]
        return second, state

    def __reduce__(self) -> NoReturn:
        raise TypeError("states of a live entry cannot be pickled; make a dict of them")
