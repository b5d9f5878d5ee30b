"""The live view in the terminal: what it says, at which width."""

from __future__ import annotations

import io

from acrida._cli.live_lines import Figures, clock, live_lines, sparkline
from acrida._cli.live_view import Screen

RUNNING = Figures(
    state="running", elapsed=12, run_time=60, users=30, target_users=40, rps=132.44, failures_per_second=0.5,
    fail_ratio=0.012, p50_ms=3, p95_ms=12.4, rps_before=[0, 50, 100, 132], p95_before=[10, 12, 40, 12],
    errors=[(3, "GET /a: one"), (90, "POST /pay:\n two"), (1, "GET /b: three"), (2, "GET /c: four")],
)  # fmt: skip


def test_a_run_at_80_columns() -> None:
    assert live_lines(RUNNING, 80) == [
        "running 0:12 of 1:00 ━━━━━━━━────────────────────────────────" + " 20 %",
        "users 30/40   132.4 req/s   failures 1.2 % (0.5/s)   p50 3 ms   p95 12 ms",
        "req/s ▁▄▆█ 132.4",
        "p95   ▃▃█▃ 12 ms",
        "    90 × POST /pay: two",
        "     3 × GET /a: one",
        "     2 × GET /c: four",
        "       and 1 more kinds of failures",
    ]


def test_no_line_is_wider_than_the_terminal() -> None:
    long = Figures(**{**vars(RUNNING), "rps_before": [1.0] * 300, "errors": [(1, "x" * 300)]})
    for width in (1, 10, 40, 80, 200):
        assert max(len(line) for line in live_lines(long, width)) <= width


def test_without_a_limit_there_is_no_bar_and_without_requests_no_time() -> None:
    early = Figures("spawning", 0, None, 0, 5, 0, 0, 0, None, None)
    assert live_lines(early, 80)[:2] == [
        "spawning 0:00",
        "users 0/5   0.0 req/s   failures 0.0 %   p50 –   p95 –",
    ]


def test_bars_go_from_zero_to_the_greatest() -> None:
    assert sparkline([0, 1, 2], 10) == "▁▅█"
    assert sparkline([0, 0], 10) == "▁▁"
    assert sparkline([8, 1, 2, 4], 3) == "▃▅█"
    assert sparkline([1], 0) == ""
    assert clock(3723) == "1:02:03"


def test_other_lines_land_above_the_block() -> None:
    terminal = io.StringIO()
    screen = Screen(terminal)
    screen.draw(["one", "two"])
    screen.write("a log line\n", terminal)
    screen.write("half ", terminal)
    screen.write("a line\n", terminal)
    screen.close()
    up = "\x1b[2A\x1b[J"
    assert terminal.getvalue() == (f"one\ntwo\n{up}a log line\none\ntwo\n{up}half a line\none\ntwo\n{up}")
