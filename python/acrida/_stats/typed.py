"""The form of what ``serialize()`` and ``to_dict()`` of statistics return, for annotations."""

from __future__ import annotations

from typing import Protocol, TypedDict, runtime_checkable


@runtime_checkable
class StatsHolder(Protocol):
    """Anything with the name and the method of a request."""

    name: str
    method: str


class StatsBaseDict(TypedDict):
    """Which request."""

    name: str
    method: str


class StatsEntryDict(StatsBaseDict):
    """A serialized StatsEntry."""

    last_request_timestamp: float | None
    start_time: float
    num_requests: int
    num_none_requests: int
    num_failures: int
    total_response_time: int
    max_response_time: int
    min_response_time: int | None
    total_content_length: int
    response_times: dict[int, int]
    num_reqs_per_sec: dict[int, int]
    num_fail_per_sec: dict[int, int]


class StatsErrorDict(StatsBaseDict):
    """A serialized StatsError."""

    error: str
    occurrences: int
    first_seen: float | None
    last_seen: float | None
