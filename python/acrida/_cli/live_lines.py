"""What the live view in the terminal says: lines of text out of figures. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

_BARS = "▁▂▃▄▅▆▇█"
_LABEL = 5
_MOST_ERRORS = 3


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
    users = f"{figures.users}" if figures.users == figures.target_users else f"{figures.users}/{figures.target_users}"
    p50, p95 = _ms(figures.p50_ms), _ms(figures.p95_ms)
    lines = [
        _progress(figures, width),
        f"users {users}   {figures.rps:.1f} req/s   {_failures(figures)}   p50 {p50}   p95 {p95}",
        _chart("req/s", figures.rps_before, f"{figures.rps:.1f}", width),
        _chart("p95", figures.p95_before, p95, width),
        *_errors(figures.errors),
    ]
    return [line[:width] for line in lines]


def sparkline(values: Sequence[float], width: int) -> str:
    """The last ``width`` values as bars from zero to the greatest of them."""
    shown = list(values)[-width:] if width > 0 else []
    top = max(shown, default=0)
    return "".join(_BARS[round(value / top * (len(_BARS) - 1))] if top > 0 else _BARS[0] for value in shown)


def clock(seconds: float) -> str:
    """1:05 or 2:03:09."""
    minutes, rest = divmod(int(max(0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _progress(figures: Figures, width: int) -> str:
    head = f"{figures.state} {clock(figures.elapsed)}"
    if not figures.run_time:
        return head
    head += f" of {clock(figures.run_time)} "
    done = min(1.0, figures.elapsed / figures.run_time)
    tail = f" {done * 100:.0f} %"
    cells = max(0, min(40, width - len(head) - len(tail)))
    full = round(done * cells)
    return head + "━" * full + "─" * (cells - full) + tail


def _failures(figures: Figures) -> str:
    now = f" ({figures.failures_per_second:.1f}/s)" if figures.failures_per_second else ""
    return f"failures {figures.fail_ratio * 100:.1f} %{now}"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"


def _chart(label: str, values: Sequence[float], now: str, width: int) -> str:
    cells = max(0, width - _LABEL - len(now) - 2)
    return f"{label:<{_LABEL}} {sparkline(values, cells):<{min(cells, max(len(values), 1))}} {now}"


def _errors(errors: Sequence[tuple[int, str]]) -> list[str]:
    most = sorted(errors, key=lambda each: -each[0])
    lines = [f"{count:>6} × {' '.join(text.split())}" for count, text in most[:_MOST_ERRORS]]
    if len(most) > _MOST_ERRORS:
        lines.append(f"       and {len(most) - _MOST_ERRORS} more kinds of failures")
    return lines
