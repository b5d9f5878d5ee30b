"""The CSV files of ``--csv`` and of the web page's downloads."""

from __future__ import annotations

import csv
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO

import gevent

from .. import _core
from .. import stats as tunables
from .entry import StatsEntry
from .tables import sort_stats

if TYPE_CHECKING:
    from ..env import Environment


logger = logging.getLogger("locust.stats")


class CSVWriter(Protocol):
    """What is needed of a ``csv.writer``."""

    def writerow(self, columns: Sequence[Any], /) -> Any:
        """One row."""


class StatsCSV:
    """Writes statistics, failures and exceptions as rows."""

    def __init__(self, environment: Environment, percentiles_to_report: list[float]) -> None:
        self.environment = environment
        self.percentiles_to_report = percentiles_to_report
        self.percentiles_na = ["N/A"] * len(percentiles_to_report)
        self.requests_csv_columns = _core.stats_csv_head(percentiles_to_report)
        self.failures_columns = _core.failures_csv_head()
        self.exceptions_columns = _core.exceptions_csv_head()

    def _entries(self) -> list[StatsEntry]:
        stats = self.environment.stats
        return [*sort_stats(stats.entries), stats.total]

    def requests_csv(self, csv_writer: CSVWriter) -> None:
        """One row per entry and one for their total, with a head."""
        csv_writer.writerow(self.requests_csv_columns)
        self._requests_data_rows(csv_writer)

    def _requests_data_rows(self, csv_writer: CSVWriter) -> None:
        for entry in self._entries():
            csv_writer.writerow(_core.stats_csv_row(entry._row, self.percentiles_to_report))

    def failures_csv(self, csv_writer: CSVWriter) -> None:
        """One row per kind of failure, with a head."""
        csv_writer.writerow(self.failures_columns)
        self._failures_data_rows(csv_writer)

    def _failures_data_rows(self, csv_writer: CSVWriter) -> None:
        for error in sort_stats(self.environment.stats.errors):
            csv_writer.writerow(_core.failures_csv_row(error._record))

    def exceptions_csv(self, csv_writer: CSVWriter) -> None:
        """One row per traceback of scenario code, with a head."""
        csv_writer.writerow(self.exceptions_columns)
        self._exceptions_data_rows(csv_writer)

    def _exceptions_data_rows(self, csv_writer: CSVWriter) -> None:
        if self.environment.runner is None:
            return
        for exception in self.environment.runner.exceptions.values():
            nodes = ", ".join(exception["nodes"])
            csv_writer.writerow([exception["count"], exception["msg"], exception["traceback"], nodes])

    def _percentile_fields(self, stats_entry: StatsEntry, use_current: bool = False) -> list[str] | list[int]:
        if not stats_entry.num_requests:
            return self.percentiles_na
        if use_current:
            return self._current_percentiles(stats_entry)
        return [int(stats_entry.get_response_time_percentile(p)) for p in self.percentiles_to_report]

    def _current_percentiles(self, entry: StatsEntry) -> list[int]:
        """Of the last seconds, where states of them are kept, else of the whole run."""
        if entry.use_response_times_cache:
            return [int(entry.get_current_response_time_percentile(p) or 0) for p in self.percentiles_to_report]
        return [int(entry.get_response_time_percentile(p)) for p in self.percentiles_to_report]


class _RewrittenFile:
    """A file whose rows are replaced each time."""

    def __init__(self, path: str, head: Sequence[str], write_rows: Callable[[CSVWriter], None]) -> None:
        self.file = _open(path)
        self.writer = csv.writer(self.file)
        self._head = head
        self._write_rows = write_rows

    def write(self) -> None:
        self.file.seek(0)  # with the head: a disk that was full may have taken a part of it
        self.writer.writerow(self._head)
        self._write_rows(self.writer)
        self.file.truncate()


class StatsCSVFileWriter(StatsCSV):
    """Keeps the four files of ``--csv`` up to date; call it in a greenlet of its own."""

    def __init__(
        self,
        environment: Environment,
        percentiles_to_report: list[float],
        base_filepath: str,
        full_history: bool = False,
    ) -> None:
        super().__init__(environment, percentiles_to_report)
        self.base_filepath = base_filepath
        self.full_history = full_history
        Path(f"{base_filepath}_stats.csv").parent.mkdir(parents=True, exist_ok=True)
        self._requests = _RewrittenFile(
            f"{base_filepath}_stats.csv", self.requests_csv_columns, self._requests_data_rows
        )
        self._failures = _RewrittenFile(
            f"{base_filepath}_failures.csv", self.failures_columns, self._failures_data_rows
        )
        self._exceptions = _RewrittenFile(
            f"{base_filepath}_exceptions.csv", self.exceptions_columns, self._exceptions_data_rows
        )
        self.stats_history_csv_columns = _core.history_csv_head(percentiles_to_report)
        self._history = _open(self.stats_history_file_name())
        self._history_writer = csv.writer(self._history)
        self._history_writer.writerow(self.stats_history_csv_columns)
        self._history_ends_with: tuple[int, int] | None = None  # second and requests of the newest row
        #: Why the last attempt failed.
        self.trouble: OSError | None = None

    def __call__(self) -> None:
        self.stats_writer()

    def stats_writer(self) -> None:
        """Write every second, for ever."""
        flushed_at = 0.0
        while True:
            now = time.time()
            try:
                self._write_all(now)
                if now - flushed_at > tunables.CSV_STATS_FLUSH_INTERVAL_SEC:
                    self._flush_all()
                    flushed_at = now
            except OSError as error:
                self._note(error)
            gevent.sleep(tunables.CSV_STATS_INTERVAL_SEC)

    def _note(self, error: OSError) -> None:
        if self.trouble is None:
            logger.error("The CSV files cannot be written: %s. It is tried again each second.", error)
        self.trouble = error

    def _write_all(self, now: float) -> None:
        for file in (self._requests, self._failures, self._exceptions):
            file.write()
        if self.trouble is not None:
            self._history_writer.writerow([])  # its last row may be torn
            self._flush_all()
            logger.info("The CSV files are written again; the history has a gap.")
            self.trouble = None
        self._stats_history_data_rows(self._history_writer, now)
        self._history_ends_with = int(now), self.environment.stats.num_requests

    def _stats_history_data_rows(self, csv_writer: CSVWriter, now: float) -> None:
        """Without the full history only the total, whose percentiles are those of the whole run."""
        user_count = self.environment.runner.user_count if self.environment.runner else 0
        for entry in self._entries() if self.full_history else [self.environment.stats.total]:
            row = entry._row
            values = self._current_percentiles(entry) if self.full_history and row.num_requests else None
            csv_writer.writerow(_core.history_csv_row(row, int(now), user_count, self.percentiles_to_report, values))

    def requests_flush(self) -> None:
        """Bring the statistics to the disk."""
        self._requests.file.flush()

    def stats_history_flush(self) -> None:
        """Bring the history to the disk."""
        self._history.flush()

    def failures_flush(self) -> None:
        """Bring the failures to the disk."""
        self._failures.file.flush()

    def exceptions_flush(self) -> None:
        """Bring the exceptions to the disk."""
        self._exceptions.file.flush()

    def _flush_all(self) -> None:
        self.requests_flush()
        self.failures_flush()
        self.exceptions_flush()
        self.stats_history_flush()

    def close_files(self) -> None:
        """Close the files; what was counted since the last periodic write is in them, too. May fail with OSError."""
        if self._history.closed:
            return
        try:
            self._write_the_rest(time.time())
        finally:
            failed = None
            for handle in (self._requests.file, self._failures.file, self._exceptions.file, self._history):
                try:
                    handle.close()
                except OSError as error:
                    failed = error
            if failed is not None:
                raise failed

    def _write_the_rest(self, now: float) -> None:
        if self._history_ends_with != (int(now), self.environment.stats.num_requests):
            self._write_all(now)
        else:  # failures and exceptions may have come since
            for file in (self._requests, self._failures, self._exceptions):
                file.write()

    def stats_history_file_name(self) -> str:
        """Where the history goes."""
        return f"{self.base_filepath}_stats_history.csv"


def _open(path: str) -> TextIO:
    return open(path, "w", encoding="utf-8", newline="")
