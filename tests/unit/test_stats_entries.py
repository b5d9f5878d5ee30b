"""What people read from and write into ``environment.stats``."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from types import SimpleNamespace

import gevent
import pytest
from acrida import stats
from acrida.stats import CachedResponseTimes, RequestStats, StatsEntry

from .clock import Clock, clock

__all__ = ["clock"]


@pytest.fixture
def request_stats(clock: Clock) -> RequestStats:
    return RequestStats()


@pytest.fixture
def restored_bucket_function() -> Iterator[None]:
    yield
    stats.bucket_response_time = stats._original_bucket_response_time


def test_a_request_is_counted_in_its_entry_and_in_the_total(request_stats: RequestStats) -> None:
    request_stats.log_request("GET", "/a", 12, 100)
    request_stats.log_request("GET", "/a", 5.5, 7)
    request_stats.log_request("POST", "/b", None, 1)

    entry = request_stats.get("/a", "GET")
    assert (entry.num_requests, entry.num_none_requests, entry.num_failures) == (2, 0, 0)
    assert entry.total_response_time == 17.5
    assert (entry.min_response_time, entry.max_response_time) == (5.5, 12)
    assert isinstance(entry.max_response_time, int)
    assert entry.total_content_length == 107
    assert entry.response_times == {12: 1, 6: 1}
    assert entry.num_reqs_per_sec == {1_790_000_000: 2}
    assert (request_stats.num_requests, request_stats.num_none_requests) == (3, 1)
    assert request_stats.total.name == "Aggregated"
    assert request_stats.total.method == ""


def test_reading_a_missing_entry_makes_it_but_asking_for_it_does_not(request_stats: RequestStats) -> None:
    assert ("/a", "GET") not in request_stats.entries
    assert request_stats.entries.get(("/a", "GET")) is None
    assert len(request_stats.entries) == 0
    assert request_stats.entries["/a", "GET"] is request_stats.get("/a", "GET")
    assert list(request_stats.entries) == [("/a", "GET")]
    assert request_stats.get("/a", "GET").use_response_times_cache


def test_entries_that_the_engine_made_appear_with_attributes_that_stay(request_stats: RequestStats) -> None:
    request_stats._core.epoch.find_or_create("GET", "/engine", time.time()).log(3, 1, time.time())
    entry = request_stats.entries["/engine", "GET"]
    entry.my_own = "kept"  # type: ignore[attr-defined]
    assert entry.num_requests == 1
    assert request_stats.entries["/engine", "GET"].my_own == "kept"  # type: ignore[attr-defined]


def test_what_is_written_is_read_and_counted_on(request_stats: RequestStats) -> None:
    request_stats.log_request("GET", "/a", 12, 100)
    entry = request_stats.get("/a", "GET")
    entry.num_requests = 10
    entry.num_failures = 5
    entry.max_response_time = 900.5
    entry.min_response_time = None
    entry.response_times = {100: 4, 2: 6}
    entry.num_reqs_per_sec[7] += 3
    entry.start_time = 5.0
    entry.last_request_timestamp = 25.0
    assert entry.fail_ratio == 0.5
    assert entry.response_times == {2: 6, 100: 4}
    assert entry.num_reqs_per_sec == {1_790_000_000: 1, 7: 3}
    assert (entry.min_response_time, entry.max_response_time) == (None, 900.5)
    assert (entry.start_time, entry.last_request_timestamp) == (5.0, 25.0)
    request_stats.log_request("GET", "/a", 1, 0)
    assert entry.num_requests == 11
    assert entry.min_response_time == 1


def test_counts_that_were_read_are_live_dictionaries(request_stats: RequestStats) -> None:
    entry = request_stats.get("/a", "GET")
    entry.response_times[10] = 3
    entry.response_times.update({20: 1})
    assert entry.response_times == {10: 3, 20: 1}
    assert entry.response_times[99] == 0
    assert 99 not in entry.response_times
    del entry.response_times[10]
    copied = copy.deepcopy(entry.response_times)
    entry.response_times.clear()
    assert copied == {20: 1}
    assert entry.response_times == {}


def test_an_entry_of_ones_own_counts_by_itself(request_stats: RequestStats) -> None:
    entry = StatsEntry(request_stats, "/mine", "GET", use_response_times_cache=True)
    entry.log(100, 3)
    entry.log_error("boom")
    assert (entry.num_requests, entry.num_failures) == (1, 1)
    assert request_stats.num_requests == 0
    assert ("/mine", "GET") not in request_stats.entries


def test_an_entry_of_ones_own_can_take_the_place_of_another(request_stats: RequestStats) -> None:
    request_stats.log_request("GET", "/a", 1, 1)
    mine = StatsEntry(request_stats, "/a", "GET")
    request_stats.entries["/a", "GET"] = mine
    request_stats.log_request("GET", "/a", 2, 1)
    assert request_stats.get("/a", "GET") is mine
    assert mine.response_times == {2: 1}
    assert len(request_stats.entries) == 1


def test_a_total_of_ones_own_is_read_as_it_is_and_counts_on(request_stats: RequestStats) -> None:
    request_stats.log_request("GET", "/a", 1, 1)
    total = StatsEntry(request_stats, "Aggregated", "")
    total.num_requests = 100
    request_stats.total = total
    assert request_stats.total is total
    assert request_stats.num_requests == 100
    request_stats.log_request("GET", "/a", 1, 1)
    assert request_stats.num_requests == 101


def test_entries_can_be_deleted(request_stats: RequestStats) -> None:
    for name in ("/a", "/b"):
        request_stats.log_request("GET", name, 1, 1)
    del request_stats.entries["/a", "GET"]
    assert list(request_stats.entries) == [("/b", "GET")]
    with pytest.raises(KeyError):
        del request_stats.entries["/a", "GET"]
    request_stats.entries.clear()
    assert not request_stats.entries


@pytest.mark.parametrize(("method", "name"), [(None, "/a"), ("GET", None), (5, 6)])
def test_strange_names_are_counted_too(request_stats: RequestStats, method: object, name: object) -> None:
    request_stats.log_request(method, name, 7, 1)  # type: ignore[arg-type]
    request_stats.log_error(method, name, "boom")  # type: ignore[arg-type]
    entry = request_stats.entries[name, method]  # type: ignore[index]
    assert (entry.num_requests, entry.num_failures) == (1, 1)
    assert request_stats.num_requests == 1
    assert "boom" in next(iter(request_stats.errors.values())).to_name()


@pytest.mark.parametrize(
    ("bad", "error"), [(float("nan"), ValueError), (float("inf"), OverflowError), ("12", TypeError)]
)
def test_a_response_time_that_is_none_is_refused(
    request_stats: RequestStats, bad: float, error: type[Exception]
) -> None:
    with pytest.raises(error):
        request_stats.log_request("GET", "/a", bad, 1)
    assert request_stats.num_requests == 0


def test_a_reset_keeps_the_objects_and_a_new_run_has_others(request_stats: RequestStats, clock: Clock) -> None:
    request_stats.log_request("GET", "/a", 1, 1)
    request_stats.log_error("GET", "/a", "boom")
    entry, total, errors = request_stats.get("/a", "GET"), request_stats.total, request_stats.errors
    clock.now += 10
    request_stats.reset_all()
    assert request_stats.get("/a", "GET") is entry
    assert (entry.num_requests, total.num_failures, entry.start_time) == (0, 0, clock.now)
    assert request_stats.errors == {}
    assert len(errors) == 1

    request_stats.log_request("GET", "/a", 1, 1)
    request_stats.clear_all()
    assert request_stats.num_requests == 0
    assert len(request_stats.entries) == 0
    assert request_stats.total is not total
    assert (entry.num_requests, total.num_requests) == (1, 1)


def test_rates_refer_to_the_period_of_the_total(request_stats: RequestStats, clock: Clock) -> None:
    for _ in range(20):
        request_stats.log_request("GET", "/a", 1, 1)
        clock.now += 0.5
    entry = request_stats.get("/a", "GET")
    assert entry.total_rps == pytest.approx(20 / 9.5)
    assert entry.current_rps == 2.0
    assert entry.current_fail_per_sec == 0.0
    assert RequestStats().total.current_rps == 0


def test_percentiles_are_rounded_times_and_the_median_stays_in_range(request_stats: RequestStats) -> None:
    entry = request_stats.get("/a", "GET")
    for ms in (10, 20, 30, 40):
        entry.log(ms, 0)
    assert [entry.get_response_time_percentile(p) for p in (0.0, 0.5, 0.95, 1.0)] == [10, 30, 40, 40]
    lonely = request_stats.get("/b", "GET")
    lonely.log(1470.6, 0)
    assert lonely.get_response_time_percentile(0.5) == 1500
    assert lonely.median_response_time == 1470.6


def test_percentiles_of_the_last_seconds(request_stats: RequestStats, clock: Clock) -> None:
    for second in range(25):
        clock.now = 1_790_000_000.5 + second
        request_stats.log_request("GET", "/a", 100 if second < 12 else 5, 1)
    total = request_stats.total
    assert total.get_response_time_percentile(0.95) == 100
    assert total.get_current_response_time_percentile(0.95) == 5
    assert total.response_times_cache is not None
    assert len(total.response_times_cache) == 20
    clock.now += 60
    assert total.get_current_response_time_percentile(0.95) is None
    with pytest.raises(ValueError, match="use_response_times_cache"):
        StatsEntry(request_stats, "/a", "GET").get_current_response_time_percentile(0.5)


def test_states_of_the_last_seconds_can_be_written(request_stats: RequestStats, clock: Clock) -> None:
    total = request_stats.total
    total.response_times = {1: 10, 500: 2}
    total.num_requests = 12
    assert total.response_times_cache is not None
    total.response_times_cache[int(clock.now) - 10] = CachedResponseTimes({1: 10}, 10, 0)
    assert total.get_current_response_time_percentile(0.5) == 500
    total.response_times_cache = None
    assert not total.use_response_times_cache


def test_an_own_bucket_function_is_asked_for_every_request(
    request_stats: RequestStats, restored_bucket_function: None
) -> None:
    stats.bucket_response_time = lambda ms: int(ms) // 7 * 7
    request_stats.log_request("GET", "/a", 20.5, 1)
    request_stats.log_request("GET", "/a", None, 1)
    assert request_stats.get("/a", "GET").response_times == {14: 1}
    stats.bucket_response_time = stats._original_bucket_response_time
    request_stats.log_request("GET", "/a", 20.5, 1)
    assert request_stats.total.response_times == {14: 1, 20: 1}


def test_the_figures_for_the_web_page(request_stats: RequestStats) -> None:
    request_stats.log_request("GET", "/<a>", 5.5, 7)
    entry = request_stats.get("/<a>", "GET")
    figures = entry.to_dict()
    assert list(figures) == [
        "method",
        "name",
        "num_requests",
        "num_failures",
        "min_response_time",
        "max_response_time",
        "current_rps",
        "current_fail_per_sec",
        "avg_response_time",
        "median_response_time",
        "total_rps",
        "total_fail_per_sec",
        "response_time_percentile_0.95",
        "response_time_percentile_0.99",
        "avg_content_length",
    ]
    assert figures["min_response_time"] == 6.0
    assert figures["median_response_time"] == 5.5
    assert entry.to_dict(escape_string_values=True)["name"] == "/&lt;a&gt;"
    assert RequestStats().total.to_dict()["min_response_time"] == 0


def test_the_engine_counts_get_states_from_a_greenlet_of_the_runner(
    request_stats: RequestStats, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) > 20:
            raise StopIteration
        request_stats._core.epoch.find_or_create("GET", "/a", clock.now).log(5, 1, clock.now)
        clock.now += seconds

    monkeypatch.setattr(gevent, "sleep", sleep)
    request_stats.log_request("GET", "/a", 1, 1)
    with pytest.raises(StopIteration):
        stats.note_seconds(SimpleNamespace(stats=request_stats))  # type: ignore[arg-type]
    assert naps[0] == pytest.approx(0.751)
    assert all(nap == pytest.approx(1.0) for nap in naps[1:])
    assert request_stats.get("/a", "GET").get_current_response_time_percentile(0.5) == 5
