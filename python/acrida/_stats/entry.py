"""The statistics of one (method, name): a view of the engine's counters."""

from __future__ import annotations

import html
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import _core
from .. import stats as tunables
from ..util.rounding import proper_round
from .live import CachedResponseTimes, LiveCounts, LiveSnapshots

if TYPE_CHECKING:
    from .requests import RequestStats

_REPORTED = (
    "last_request_timestamp",
    "start_time",
    "num_requests",
    "num_none_requests",
    "num_failures",
    "total_response_time",
    "max_response_time",
    "min_response_time",
    "total_content_length",
    "response_times",
    "num_reqs_per_sec",
    "num_fail_per_sec",
)


def own_bucket(response_time: float | None) -> float | None:
    """What a person's own ``stats.bucket_response_time`` says; None where it is the original."""
    function = tunables.bucket_response_time
    if function is tunables._original_bucket_response_time or response_time is None:
        return None
    return function(response_time)


class _Counters:
    """The counters by Locust's names. Reading adds up what all threads have counted, writing corrects the sum."""

    _core: _core.Entry

    def _read(name: str, doc: str) -> Any:  # type: ignore[misc]
        def get(self: _Counters) -> Any:
            return getattr(self._core, name)

        def put(self: _Counters, value: Any) -> None:
            setattr(self._core, name, value)

        return property(get, put, doc=doc)

    def _read_counts(name: str, doc: str) -> Any:  # type: ignore[misc]
        def put(self: _Counters, counts: Mapping[Any, int]) -> None:
            setattr(self._core, name, dict(counts))

        def get(self: _Counters) -> LiveCounts:
            return LiveCounts(getattr(self._core, name), lambda counts: put(self, counts))

        return property(get, put, doc=doc)

    num_requests: int = _read("num_requests", "All requests, failed ones included.")
    num_none_requests: int = _read("num_none_requests", "Requests without a response time.")
    num_failures: int = _read("num_failures", "Failed requests.")
    total_response_time: float = _read("total_response_time", "The sum, in ms.")
    min_response_time: float | None = _read("min_response_time", "In ms, exact; None without any.")
    max_response_time: float = _read("max_response_time", "In ms, exact.")
    total_content_length: int = _read("total_content_length", "The sum, in bytes.")
    start_time: float = _read("start_time", "Epoch seconds of the creation or the last reset.")
    last_request_timestamp: float | None = _read("last_request_timestamp", "Epoch seconds; None without any request.")
    response_times: dict[int, int] = _read_counts("response_times", "How many requests per rounded response time.")
    num_reqs_per_sec: dict[int, int] = _read_counts("num_reqs_per_sec", "How many requests per epoch second.")
    num_fail_per_sec: dict[int, int] = _read_counts("num_fail_per_sec", "How many failures per epoch second.")

    del _read, _read_counts


class StatsEntry(_Counters):
    """One row of the statistics."""

    def __init__(self, stats: RequestStats, name: str, method: str, use_response_times_cache: bool = False) -> None:
        self.stats = stats
        self.name = name
        self.method = method
        self._core = _core.Entry(_text(method), _text(name), time.time(), use_response_times_cache)

    @classmethod
    def _of(cls, stats: RequestStats, core: _core.Entry) -> StatsEntry:
        """The view of an entry that the engine keeps."""
        view = cls.__new__(cls)
        view.stats, view.name, view.method, view._core = stats, core.name, core.method, core
        return view

    @property
    def use_response_times_cache(self) -> bool:
        """Whether states are kept by which percentiles of the last seconds can be computed."""
        return self._core.has_cache

    @use_response_times_cache.setter
    def use_response_times_cache(self, wanted: bool) -> None:
        self._core.use_cache(bool(wanted), time.time())

    @property
    def response_times_cache(self) -> LiveSnapshots | None:
        """The states at the ends of the last busy seconds; None without the cache."""
        return LiveSnapshots(self._core) if self._core.has_cache else None

    @response_times_cache.setter
    def response_times_cache(self, states: Mapping[int, CachedResponseTimes] | None) -> None:
        self._core.use_cache(False, time.time())
        if states is None:
            return
        self._core.use_cache(True, time.time())
        live = LiveSnapshots(self._core)
        for second in list(live):
            del live[second]
        for second, state in states.items():
            live[second] = state

    # Counting

    def log(self, response_time: float | None, content_length: int) -> None:
        """One request, in this entry only."""
        self._core.log(response_time, content_length, time.time(), own_bucket(response_time))

    def log_error(self, error: Exception | str | None) -> None:
        """One failure, in this entry only."""
        self._core.log_error(time.time())

    def reset(self) -> None:
        """Everything to zero."""
        self._core.reset(time.time())

    def extend(self, other: StatsEntry) -> None:
        """Add what another entry has counted, here or on a worker."""
        self._core.extend(other._core)

    # Derived values

    @property
    def _row(self) -> _core.Row:
        stats = self.stats
        row = _core.make_row(self._core, stats.start_time, stats.last_request_timestamp)
        if row.name != self.name or row.method != self.method:
            row.name, row.method = _text(self.name), _text(self.method or "")
        return row

    @property
    def fail_ratio(self) -> float:
        """Failures per request; 1.0 where there are failures without requests."""
        requests, failures = self.num_requests, self.num_failures
        return failures / requests if requests else float(failures > 0)

    @property
    def avg_response_time(self) -> float:
        """In ms."""
        return self._row.avg_response_time

    @property
    def median_response_time(self) -> float:
        """In ms: a rounded response time, but never outside of what really occurred."""
        return self._row.median_response_time

    @property
    def current_rps(self) -> float:
        """Requests per second over ten seconds that end two before the newest request."""
        return 0 if self.stats.last_request_timestamp is None else self._row.current_rps

    @property
    def current_fail_per_sec(self) -> float:
        """Failures per second, over the same seconds."""
        return 0 if self.stats.last_request_timestamp is None else self._row.current_fail_per_sec

    @property
    def total_rps(self) -> float:
        """Requests per second of the whole run."""
        return self._row.total_rps

    @property
    def total_fail_per_sec(self) -> float:
        """Failures per second of the whole run."""
        return self._row.total_fail_per_sec

    @property
    def avg_content_length(self) -> float:
        """In bytes."""
        return self._row.avg_content_length

    def get_response_time_percentile(self, percent: float) -> int:
        """The rounded response time that ``percent`` (0 to 1) of the requests did not exceed."""
        return self._core.percentile(percent)

    def get_current_response_time_percentile(self, percent: float) -> int | None:
        """The same of about the last ten seconds; None if too little is known of them."""
        if not self.use_response_times_cache:
            raise ValueError(
                "StatsEntry.use_response_times_cache must be set to True"
                " to calculate the _current_ response time percentile"
            )
        window = tunables.CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW
        return self._core.current_percentile(percent, time.time(), window)

    def _cache_response_times(self, t: int) -> None:
        self._core.put_snapshot(t)

    # As text and data

    def to_string(self, current: bool = True) -> str:
        """The row in the terminal; rates of the last seconds or of the whole run."""
        return _core.stats_line(self._row, current, tunables.STATS_NAME_WIDTH, tunables.STATS_TYPE_WIDTH)

    __str__ = to_string

    def percentile(self) -> str:
        """The row of the percentile table."""
        if not self.num_requests:
            raise ValueError("Can't calculate percentile on url with no successful requests")
        return _core.percentile_line(
            self._row, tunables.PERCENTILES_TO_REPORT, tunables.STATS_NAME_WIDTH, tunables.STATS_TYPE_WIDTH
        )

    def to_dict(self, escape_string_values: bool = False) -> dict[str, Any]:
        """For JSON and web pages."""
        row, has_current = self._row, self.stats.last_request_timestamp is not None
        escape = html.escape if escape_string_values else str
        minimum = self.min_response_time
        return {
            "method": escape(self.method or ""),
            "name": escape(self.name),
            "num_requests": row.num_requests,
            "num_failures": row.num_failures,
            "min_response_time": 0 if minimum is None else proper_round(minimum),
            "max_response_time": proper_round(row.max_response_time),
            "current_rps": row.current_rps if has_current else 0,
            "current_fail_per_sec": row.current_fail_per_sec if has_current else 0,
            "avg_response_time": row.avg_response_time,
            "median_response_time": row.median_response_time,
            "total_rps": row.total_rps,
            "total_fail_per_sec": row.total_fail_per_sec,
            **{f"response_time_percentile_{p}": row.percentile(p) for p in tunables.PERCENTILES_TO_STATISTICS},
            "avg_content_length": row.avg_content_length,
        }

    # Between nodes

    def serialize(self) -> dict[str, Any]:
        """All counters, as workers report them."""
        return {**self._core.serialize(), "name": self.name, "method": self.method}

    @classmethod
    def unserialize(cls, data: dict[str, Any], stats: RequestStats) -> StatsEntry:
        """An entry out of a report."""
        entry = cls(stats, data["name"], data["method"])
        for field in _REPORTED:
            setattr(entry, field, data[field])
        return entry

    def get_stripped_report(self) -> dict[str, Any]:
        """:meth:`serialize` and :meth:`reset` in one: nothing that is counted meanwhile gets lost."""
        return {**self._core.take(time.time()).serialize(), "name": self.name, "method": self.method}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
