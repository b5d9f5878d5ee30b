"""Facts about statistics that other programs' own tests rely on, with the numbers that they use."""

from __future__ import annotations

import logging

import pytest
from acrida import stats
from acrida.rpc import Message
from acrida.stats import RequestStats, StatsEntry

from .clock import Clock, clock

__all__ = ["clock"]


@pytest.fixture
def request_stats(clock: Clock) -> RequestStats:
    return RequestStats()


def logged(request_stats: RequestStats, *times: float | None, name: str = "/a") -> StatsEntry:
    for time in times:
        request_stats.log_request("GET", name, time, 1)
    return request_stats.get(name, "GET")


def test_percentiles_of_a_hundred_times_do_not_change_with_requests_without_one(request_stats: RequestStats) -> None:
    entry = logged(request_stats, *range(100))
    for _ in range(2):
        assert [entry.get_response_time_percentile(part) for part in (0.5, 0.6, 0.95)] == [50, 60, 95]
        logged(request_stats, *[None] * 100)


def test_a_median_is_one_of_the_times(request_stats: RequestStats) -> None:
    for time in (6034, 6099):
        assert logged(request_stats, time, name=f"/{time}").median_response_time == time


def test_times_with_fractions(request_stats: RequestStats) -> None:
    entry = logged(request_stats, 1.99, 3.1, 1.1)
    assert (entry.median_response_time, entry.min_response_time, entry.max_response_time) == (2, 1.1, 3.1)
    assert entry.avg_response_time == pytest.approx((1.1 + 1.99 + 3.1) / 3, rel=1e-12)


def test_the_current_rates_are_of_the_last_seconds(request_stats: RequestStats, clock: Clock) -> None:
    for second in range(20):
        logged(request_stats, 5, 5)
        if second < 4:
            request_stats.log_error("GET", "/a", "boom")
            logged(request_stats, 5, name="/early")
        clock.now += 1
    assert request_stats.get("/a", "GET").current_rps == 2
    assert request_stats.get("/a", "GET").current_fail_per_sec == 0
    assert request_stats.get("/early", "GET").current_rps == 0
    assert request_stats.get("/early", "GET").total_rps == pytest.approx(4 / 19)  # of the time of all requests


def test_a_reset_begins_from_nothing(request_stats: RequestStats) -> None:
    entry = logged(request_stats, 7, 3)
    request_stats.reset_all()
    assert (entry.num_requests, entry.last_request_timestamp, entry.min_response_time) == (0, None, None)
    logged(request_stats, 9)
    assert entry.min_response_time == 9


def test_an_entry_without_a_least_time_takes_that_of_the_other(request_stats: RequestStats, clock: Clock) -> None:
    without, other = logged(request_stats, None), logged(request_stats, 12, 15, name="/b")
    newest = other.last_request_timestamp
    clock.now += 5
    logged(request_stats, None, name="/a")
    without.extend(other)
    assert (without.num_requests, without.num_none_requests, without.min_response_time) == (4, 2, 12)
    assert without.last_request_timestamp == clock.now != newest


def test_percentiles_are_shown_rounded(request_stats: RequestStats, monkeypatch: pytest.MonkeyPatch) -> None:
    for time, shown in ((122, "120"), (127, "130")):
        text = logged(request_stats, time, name=f"/{time}").percentile()
        assert text.split()[2:] == [shown] * len(stats.PERCENTILES_TO_REPORT) + ["1"]
    monkeypatch.setattr(stats, "PERCENTILES_TO_REPORT", [0.5, 0.9999])
    assert request_stats.get("/122", "GET").percentile().split() == ["GET", "/122", "120", "120", "1"]


def test_tables_are_straight(
    request_stats: RequestStats, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("locust.stats_logger"), "propagate", True)
    caplog.set_level(logging.INFO, "locust.stats_logger")
    for number in range(3):
        logged(request_stats, 5, name=f"/{number}")
    for show, columns in (
        (lambda: stats.print_stats(request_stats), 10),
        (lambda: stats.print_percentile_stats(request_stats), 3 + len(stats.PERCENTILES_TO_REPORT)),
    ):
        caplog.clear()
        show()
        lines = [line for line in caplog.messages if line and "(approximated)" not in line]
        _head, rule, *rows, last_rule, total = lines
        assert len(rows) == 3
        assert rule == last_rule
        assert all(each.split()[0] == "GET" for each in rows)
        assert total.split()[0] == "Aggregated"
        assert len(rows[0].replace("|", " ").split()) == columns


def test_a_message_survives_its_way() -> None:
    for data in (None, {"a": [1, 2.5, "ü", b"\x00\xff", True]}, [], "text", {1: {2: 3}}):
        message = Message.unserialize(Message("kind", data, "node_1").serialize())
        assert (message.type, message.data, message.node_id) == ("kind", data, "node_1")
