"""Users of a batch, spread over the time until the next batch."""

from __future__ import annotations

import time

import gevent
import pytest
from acrida._runner import spread


def test_classes_take_turns() -> None:
    names = spread.in_turn({"A": 4, "B": 2, "C": 0})
    assert sorted(names) == ["A"] * 4 + ["B"] * 2
    assert sorted(names[:3]) == sorted(names[3:]) == ["A", "A", "B"]


@pytest.mark.parametrize(
    ("elapsed", "offset", "due"),
    [(0, 0, 1), (0, 0.5, 0), (0.05, 0.5, 1), (0.1, 0, 2), (0.85, 0.5, 9), (0.95, 0.5, 10), (99, 0.5, 10), (-1, 0, 0)],
)
def test_how_many_are_due(elapsed: float, offset: float, due: int) -> None:
    assert spread.due_after(elapsed, 10, 1.0, offset) == due


def test_without_a_time_all_are_due_at_once() -> None:
    assert spread.due_after(0, 7, 0, 0.9) == 7


def test_they_are_started_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, spawned = [100.0], []

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(gevent, "sleep", sleep)
    spread.spread({"A": 2, "B": 2}, 1.0, 0.5, lambda counts: spawned.append((round(clock[0] - 100, 3), counts)))
    assert [at for at, _ in spawned] == [0.125, 0.375, 0.625, 0.875]
    assert sorted(name for _, counts in spawned for name in counts) == ["A", "A", "B", "B"]


def test_many_within_a_moment_start_together(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, parts = [0.0], []
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(gevent, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    spread.spread({"A": 10_000}, 1.0, 0, lambda counts: parts.append(counts["A"]))
    assert sum(parts) == 10_000
    assert len(parts) <= 101
    assert max(parts[1:]) - min(parts[1:]) <= 100
