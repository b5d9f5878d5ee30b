"""The table of failed requests."""

from __future__ import annotations

import pytest
from acrida.exception import CatchResponseError
from acrida.stats import RequestStats, StatsError

from .clock import Clock, clock

__all__ = ["clock"]


@pytest.fixture
def request_stats(clock: Clock) -> RequestStats:
    return RequestStats()


def test_equal_errors_share_a_row(request_stats: RequestStats, clock: Clock) -> None:
    request_stats.log_error("GET", "/x", ValueError("a"))
    clock.now += 5
    request_stats.log_error("GET", "/x", ValueError("a"))
    request_stats.log_error("GET", "/x", ValueError("b"))
    first, second = request_stats.errors.values()
    assert (first.occurrences, first.first_seen, first.last_seen) == (2, clock.now - 5, clock.now)
    assert isinstance(first.error, ValueError)
    assert second.occurrences == 1
    assert request_stats.total.num_failures == request_stats.get("/x", "GET").num_failures == 3


def test_keys_are_those_that_other_workers_use() -> None:
    boom = "e46368f4a74005406b8cfb81bc5a3aaf23f2f47025dc6b701c5c1e02f0e804ac"
    assert StatsError.create_key("GET", "/x", Exception("boom")) == boom
    plain = "e8de6ef97088b4ee27626f54aea54c43af7c77f6854e4ddf2fd198c433e30ba1"
    assert StatsError.create_key("GET", "/x", "plain 'q'") == plain


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ("plain 'q'", "plain 'q'"),
        (Exception("boom"), "Exception('boom')"),
        (CatchResponseError("bad thing"), "bad thing"),
        ("CatchResponseError('bad thing')", "'bad thing'"),
        (None, "None"),
    ],
)
def test_what_is_shown(error: Exception | str | None, shown: str) -> None:
    assert StatsError("GET", "/x", error).to_name() == f"GET /x: {shown}"


def test_errors_that_differ_only_in_an_address_meet(request_stats: RequestStats) -> None:
    for address in ("0x7f12", "0x7f34"):
        request_stats.log_error("GET", "/x", f"<Foo object at {address}>")
    (error,) = request_stats.errors.values()
    assert error.occurrences == 2
    assert error.to_dict()["error"] == "<Foo object at 0x....>"


def test_errors_that_the_engine_counted_appear(request_stats: RequestStats, clock: Clock) -> None:
    request_stats._core.log_error("GET", "/x", "refused", clock.now)
    (error,) = request_stats.errors.values()
    assert (error.to_name(), error.occurrences) == ("GET /x: refused", 1)
    request_stats.log_error("GET", "/x", "refused")
    assert error.occurrences == 2


def test_more_errors_than_anybody_reads_are_counted_in_one_row(request_stats: RequestStats) -> None:
    request_stats._core.set_error_limit(5)
    for user in range(20):
        request_stats.log_error("GET", "/x", f"no user {user}")
    rows = list(request_stats.errors.values())
    assert len(rows) == 6
    assert rows[-1].occurrences == 15
    assert "more than 5 different errors" in rows[-1].to_name()


def test_rows_can_be_put_and_taken(request_stats: RequestStats) -> None:
    mine = StatsError("GET", "/x", "boom", occurrences=7, first_seen=1.0, last_seen=2.0)
    key = StatsError.create_key("GET", "/x", "boom")
    request_stats.errors[key] = mine
    request_stats.log_error("GET", "/x", "boom")
    assert mine.occurrences == 8
    assert request_stats.errors.pop(key) is mine
    assert request_stats.errors == {}
    assert request_stats._core.error_count == 0
    request_stats.errors[key] = mine
    request_stats.errors = {}
    assert request_stats.errors == {}


def test_a_row_survives_the_way_to_the_master(request_stats: RequestStats) -> None:
    request_stats.log_error("GET", "/x", ValueError("a"))
    ((key, data),) = request_stats.serialize_errors().items()
    error = StatsError.unserialize(data)
    assert StatsError.create_key(error.method, error.name, error.error) == key
    assert error.serialize() == data
    assert list(data) == ["name", "method", "error", "occurrences", "first_seen", "last_seen"]
