"""The statistics of one environment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from .. import _core
from .. import stats as tunables
from .entry import StatsEntry, own_bucket
from .errors import ErrorsDict, StatsError

if TYPE_CHECKING:
    from .own_requests import OwnRequests

Key = tuple[str, str]


class RequestStatsAdditionError(Exception):
    """Kept for those who catch it; nothing raises it."""


class EntriesDict(MutableMapping[Key, StatsEntry]):
    """Entries by ``(name, method)``. Shows what the engine has counted; reading a missing key makes an entry."""

    def __init__(self, request_stats: RequestStats, epoch: _core.Epoch) -> None:
        self.request_stats = request_stats
        self._epoch = epoch
        self._views: dict[Key, StatsEntry] = {}
        self._strange: dict[Any, StatsEntry] = {}  # keys that are not two strings, values under a foreign key

    def _view(self, core: _core.Entry) -> StatsEntry:
        key = core.name, core.method
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = StatsEntry._of(self.request_stats, core)
        return view

    def _find(self, key: Any) -> StatsEntry | None:
        view = self._views.get(key) or self._strange.get(key)
        if view is None and _is_plain(key):
            core = self._epoch.find(key[1], key[0])
            view = self._view(core) if core is not None else None
        return view

    def refresh(self, key: Key) -> None:
        """The engine has another entry under this key: who has asked for it before sees that one from now on."""
        view, core = self._views.get(key), self._epoch.find(key[1], key[0])
        if view is not None and core is not None:
            view._core = core

    def __getitem__(self, key: Key) -> StatsEntry:
        return self._find(key) or self.__missing__(key)

    def __missing__(self, key: Key) -> StatsEntry:
        if _is_plain(key):
            return self._view(self._epoch.find_or_create(key[1], key[0], time.time()))
        name, method = key
        entry = StatsEntry(self.request_stats, name, method, self.request_stats.use_response_times_cache)
        self._strange[key] = entry
        return entry

    def get(self, key: Key, default: Any = None) -> Any:
        """The entry if there is one; does not make one."""
        return self._find(key) or default

    def __contains__(self, key: object) -> bool:
        return self._find(key) is not None

    def __setitem__(self, key: Key, entry: StatsEntry) -> None:
        if _is_plain(key) and isinstance(entry, StatsEntry) and key == (entry._core.name, entry._core.method):
            self._epoch.put(entry._core)
            self._views[key] = entry
        else:
            self._strange[key] = entry

    def __delitem__(self, key: Key) -> None:
        if self._find(key) is None:
            raise KeyError(key)
        if self._strange.pop(key, None) is None:
            self._views.pop(key, None)
            self._epoch.remove(key[1], key[0])

    def clear(self) -> None:
        """No entries."""
        self._views.clear()
        self._strange.clear()
        self._epoch.remove_all()

    def __iter__(self) -> Iterator[Key]:
        yield from [(core.name, core.method) for core in self._epoch.entries()]
        yield from list(self._strange)

    def __len__(self) -> int:
        return len(self._epoch) + len(self._strange)

    def __repr__(self) -> str:
        return repr(dict(self))

    def reset_strange(self) -> None:
        """The engine does not know these."""
        for entry in self._strange.values():
            entry.reset()


def _is_plain(key: Any) -> bool:
    return type(key) is tuple and len(key) == 2 and isinstance(key[0], str) and isinstance(key[1], str)


class RequestStats:
    """All entries, their total, the errors and the history of a run."""

    def __init__(self, use_response_times_cache: bool = True) -> None:
        self.use_response_times_cache = use_response_times_cache
        self._core = _core.RequestStats(use_response_times_cache, time.time())
        self._begin()

    _total: StatsEntry
    #: On a master: what resets the statistics, which are counted elsewhere.
    _reset_elsewhere: Callable[[], None] | None = None

    #: On a master: what counts requests that its own listeners fire.
    _own_requests: OwnRequests | None = None

    def _refresh_total(self) -> None:
        """The engine has another total: who has asked for it before sees that one from now on."""
        if isinstance(self._total, StatsEntry):
            self._total._core = self._core.epoch.total
        else:
            self._total = StatsEntry._of(self, self._core.epoch.total)

    def _begin(self) -> None:
        epoch = self._core.epoch
        self._entries = EntriesDict(self, epoch)
        self._total = StatsEntry._of(self, epoch.total)
        self._errors = ErrorsDict(self._core)
        self.history: list[dict[str, Any]] = []

    # What there is

    @property
    def entries(self) -> EntriesDict:
        """Entries by ``(name, method)``."""
        return self._entries

    @entries.setter
    def entries(self, entries: Mapping[Key, StatsEntry]) -> None:
        if entries is self._entries:
            return
        items = list(entries.items())
        self._entries.clear()
        self._entries = EntriesDict(self, self._core.epoch)
        self._entries.update(items)

    @property
    def total(self) -> StatsEntry:
        """The sum of all entries."""
        return self._total

    @total.setter
    def total(self, entry: StatsEntry) -> None:
        self._total = entry
        if isinstance(entry, StatsEntry):
            self._core.epoch.put_total(entry._core)

    @property
    def errors(self) -> dict[str, StatsError]:
        """Failed requests by a hash of method, name and error text."""
        if len(self._errors) != self._core.error_count:
            for record in self._core.error_records():
                self._errors.add_record(record)
        return self._errors

    @errors.setter
    def errors(self, errors: dict[str, StatsError]) -> None:
        if errors is self._errors:
            return
        self._new_errors()
        self._core.clear_errors()
        for key, error in errors.items():
            self._errors[key] = error

    def _new_errors(self) -> None:
        self._errors.detach()
        self._errors = ErrorsDict(self._core)

    @property
    def num_requests(self) -> int:
        """Of the whole run."""
        return self.total.num_requests

    @property
    def num_none_requests(self) -> int:
        """Of the whole run."""
        return self.total.num_none_requests

    @property
    def num_failures(self) -> int:
        """Of the whole run."""
        return self.total.num_failures

    @property
    def last_request_timestamp(self) -> float | None:
        """Epoch seconds of the newest request."""
        return self.total.last_request_timestamp

    @property
    def start_time(self) -> float:
        """Epoch seconds of the start or the last reset."""
        return self.total.start_time

    def get(self, name: str, method: str) -> StatsEntry:
        """The entry, made if need be."""
        return self._entries[name, method]

    # Counting

    def log_request(self, method: str, name: str, response_time: float | None, content_length: int) -> None:
        """One request."""
        now, bucket = time.time(), own_bucket(response_time)
        own = self._own_requests
        if own is not None and own.request(method, name, response_time, content_length, now, bucket):
            return
        if not self._core.log_request(method, name, response_time, content_length, now, bucket):
            self.total.log(response_time, content_length)
            self._entries[name, method].log(response_time, content_length)

    def log_error(self, method: str, name: str, error: Exception | str | None) -> None:
        """One failed request; it has been counted as a request, too."""
        if not (isinstance(method, str) and isinstance(name, str)):
            self._log_strange_error(method, name, error)
            return
        text = StatsError.parse_error(error)
        is_new = self._own_requests.error(method, name, text, time.time()) if self._own_requests else None
        if is_new is None:
            is_new = self._core.log_error(method, name, text, time.time())
        if is_new:
            record = self._core.error_record(method, name, text)
            self._errors.add_record(record, error if record.text == text else None)

    def _log_strange_error(self, method: Any, name: Any, error: Exception | str | None) -> None:
        self.total.log_error(error)
        self._entries[name, method].log_error(error)
        key = StatsError.create_key(method, name, error)
        if key not in self._errors:
            self._errors[key] = StatsError(method, name, error)
        self._errors[key].occurred()

    def tick(self, now: float | None = None) -> None:
        """To be called once a second: notes the states that percentiles of the last seconds need."""
        window = tunables.CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW
        self._core.tick(time.time() if now is None else now, window)

    # Starting again

    def reset_all(self) -> None:
        """Everything to zero; entries stay the objects they are."""
        if self._reset_elsewhere:
            self._reset_elsewhere()
            self._core.clear_errors()
        else:
            self._core.reset_all(time.time())
        self._entries.reset_strange()
        self._new_errors()
        self.history = []

    def clear_all(self) -> None:
        """A new run: new entries, a new total. Those taken before show the run before."""
        self._core.clear_all(time.time())
        self._errors.detach()
        self._begin()

    # Between nodes

    def serialize_stats(self) -> list[dict[str, Any]]:
        """All entries that have something to report; resets them."""
        return [
            entry.get_stripped_report()
            for entry in list(self._entries.values())
            if not (entry.num_requests == 0 and entry.num_failures == 0)
        ]

    def serialize_errors(self) -> dict[str, dict[str, Any]]:
        """All errors."""
        return {key: error.serialize() for key, error in self.errors.items()}
