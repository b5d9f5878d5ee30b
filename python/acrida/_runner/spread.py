"""Starting the users of a batch evenly over the time until the next one, instead of all in one moment."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable

import gevent

#: Users that are due within so many seconds are started together.
_STEP = 0.01


def spread(counts: dict[str, int], seconds: float, offset: float, spawn: Callable[[dict[str, int]], object]) -> None:
    """Call ``spawn`` with a part of ``counts`` whenever some are due.

    ``offset`` (0 to 1) is where the first one stands in the distance between two: workers that have the same order then
    start their users one after the other.
    """
    names = in_turn(counts)
    began, started = time.monotonic(), 0
    while started < len(names):
        due = due_after(time.monotonic() - began, len(names), seconds, offset)
        if due > started:
            spawn(dict(Counter(names[started:due])))
            started = due
        if started < len(names):
            next_at = (started + offset) * seconds / len(names)
            gevent.sleep(max(_STEP, began + next_at - time.monotonic()))


def in_turn(counts: dict[str, int]) -> list[str]:
    """The classes' names, as often as users are wanted, each class evenly over the whole."""
    places = [((number + 0.5) / count, name) for name, count in counts.items() for number in range(count)]
    return [name for _, name in sorted(places, key=lambda place: place[0])]


def due_after(elapsed: float, count: int, seconds: float, offset: float) -> int:
    """How many of ``count`` users must have been started by then."""
    if seconds <= 0:
        return count
    return max(0, min(count, math.floor(elapsed * count / seconds - offset + 1e-9) + 1))
