"""What the live view in the terminal says: lines of text out of figures. The rules are the engine's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .. import _core


@dataclass
class Figures:
    """A run at one moment."""

    state: str
    elapsed: float
    run_time: float | None
    users: int
    target_users: int
    rps: float
    failures_per_second: float
    fail_ratio: float
    p50_ms: float | None
    p95_ms: float | None
    rps_before: Sequence[float] = field(default_factory=list)  # one value a second, the newest last
    p95_before: Sequence[float] = field(default_factory=list)
    errors: Sequence[tuple[int, str]] = field(default_factory=list)  # (how often, what)


def live_lines(figures: Figures, width: int) -> list[str]:
    """The block, each line at most ``width`` characters long."""
    lines: list[str] = _core.live_lines(width=width, **vars(figures))
    return lines


def sparkline(values: Sequence[float], width: int) -> str:
    """The last ``width`` values as bars from zero to the greatest of them."""
    text: str = _core.sparkline(values, width)
    return text


def clock(seconds: float) -> str:
    """1:05 or 2:03:09."""
    text: str = _core.clock_text(seconds)
    return text
