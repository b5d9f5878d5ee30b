"""Wall-clock time that a test moves by hand."""

from __future__ import annotations

import time

import pytest


class Clock:
    """``time.time()`` is what stands in ``now``."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.25

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    fake = Clock()
    monkeypatch.setattr(time, "time", fake)
    return fake
