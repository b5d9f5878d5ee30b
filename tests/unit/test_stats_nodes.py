"""Statistics that workers report and a master adds up."""

from __future__ import annotations

import json
from typing import Any

import pytest
from acrida.event import Events
from acrida.stats import RequestStats, StatsEntry, setup_distributed_stats_event_listeners

from .clock import Clock, clock

__all__ = ["clock"]


class Node:
    """A worker or a master: statistics with the listeners of a cluster."""

    def __init__(self, cached: bool = False) -> None:
        self.stats = RequestStats(use_response_times_cache=cached)
        self.events = Events()
        setup_distributed_stats_event_listeners(self.events, self.stats)

    def report(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        self.events.report_to_master.fire(client_id="w1", data=data)
        return data

    def receive(self, data: dict[str, Any]) -> None:
        self.events.worker_report.fire(client_id="w1", data=data)


@pytest.fixture
def worker(clock: Clock) -> Node:
    return Node()


@pytest.fixture
def master(clock: Clock) -> Node:
    return Node(cached=True)


def test_two_reports_sum_up_to_what_was_counted(worker: Node, master: Node, clock: Clock) -> None:
    for round_ in range(2):
        worker.stats.log_request("GET", "/a", 5.5, 10)
        worker.stats.log_request("POST", "/b", 2000, 10)
        worker.stats.log_error("POST", "/b", "boom")
        clock.now += 3
        master.receive(worker.report())
        assert worker.stats.num_requests == 0
        assert worker.stats.errors == {}
        assert master.stats.num_requests == 2 * (round_ + 1)
    entry = master.stats.get("/b", "POST")
    assert (entry.num_requests, entry.num_failures) == (2, 2)
    assert entry.response_times == {2000: 2}
    assert master.stats.total.total_response_time == 4011.0
    assert entry.num_reqs_per_sec == {1_790_000_000: 1, 1_790_000_003: 1}
    (error,) = master.stats.errors.values()
    assert (error.occurrences, error.first_seen, error.last_seen) == (2, 1_790_000_000.25, 1_790_000_003.25)


def test_entries_without_anything_are_not_reported(worker: Node) -> None:
    worker.stats.get("/unused", "GET")
    worker.stats.log_request("GET", "/a", 1, 1)
    assert [each["name"] for each in worker.report()["stats"]] == ["/a"]


def test_a_report_keeps_its_shape(worker: Node) -> None:
    worker.stats.log_request("GET", "/a", 12, 100)
    report = worker.report()
    assert report["stats_total"]["name"] == "Aggregated"
    (entry,) = report["stats"]
    assert entry == {
        "name": "/a",
        "method": "GET",
        "last_request_timestamp": 1_790_000_000.25,
        "start_time": 1_790_000_000.25,
        "num_requests": 1,
        "num_none_requests": 0,
        "num_failures": 0,
        "total_response_time": 12,
        "max_response_time": 12,
        "min_response_time": 12,
        "total_content_length": 100,
        "response_times": {12: 1},
        "num_reqs_per_sec": {1_790_000_000: 1},
        "num_fail_per_sec": {},
    }
    json.dumps(report)


def test_a_merged_entry_equals_its_report(worker: Node, master: Node) -> None:
    worker.stats.log_request("GET", "/a", 12.345, 100)
    data = worker.stats.get("/a", "GET").serialize()
    assert StatsEntry.unserialize(data, master.stats).serialize() == data


def test_the_master_notes_a_state_when_a_report_reaches_a_new_second(worker: Node, master: Node, clock: Clock) -> None:
    clock.now += 5
    worker.stats.log_request("GET", "/a", 5, 1)
    master.receive(worker.report())
    cache = master.stats.total.response_times_cache
    assert cache is not None
    assert list(cache) == [1_790_000_000, 1_790_000_005]
    assert cache[1_790_000_005].response_times == {5: 1}
