"""Writes one line per request to a CSV file."""

from __future__ import annotations

import csv
import time
from typing import TYPE_CHECKING, Any, TextIO

import gevent

if TYPE_CHECKING:
    from ..env import Environment

#: The head of the file.
CSV_COLUMNS = (
    "timestamp",
    "request_type",
    "name",
    "response_time_ms",
    "response_length",
    "status_code",
    "exception",
)


class CsvRequestLogger:
    """Logs every request of an environment to ``filepath``, which is overwritten; flushed every ``flush_interval`` s.

    The directory must exist. ``register()`` begins, the ``quitting`` event or ``close()`` ends it.
    """

    def __init__(self, filepath: str, *, flush_interval: int = 1) -> None:
        self.filepath = filepath
        self.flush_interval = max(1, flush_interval)
        self._file: TextIO | None = None
        self._writer: Any = None
        self._flusher: gevent.Greenlet[..., Any] | None = None

    def register(self, environment: Environment) -> None:
        """Open the file and listen to the environment's requests; OSError if it cannot be written."""
        self._open()
        environment.events.request.add_listener(self._on_request)
        environment.events.quitting.add_listener(self._on_quitting)

    def close(self) -> None:
        """Write what is left and close the file; may be called again."""
        if self._flusher is not None:
            self._flusher.kill(block=False)
            self._flusher = None
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> None:
        self._file = open(self.filepath, "w", newline="", encoding="utf-8")  # noqa: SIM115
        self._writer = csv.writer(self._file)
        self._writer.writerow(CSV_COLUMNS)
        self._file.flush()
        self._flusher = gevent.spawn(self._flush_now_and_then)

    def _flush_now_and_then(self) -> None:
        while self._file is not None:
            gevent.sleep(self.flush_interval)
            if self._file is not None:
                self._file.flush()

    def _on_request(
        self,
        *,
        request_type: str,
        name: str,
        response_time: float | None,
        response_length: int,
        exception: Any = None,
        response: Any = None,
        start_time: float | None = None,
        context: Any = None,
        **kwargs: Any,
    ) -> None:
        if self._file is None:
            return
        self._writer.writerow(
            (
                f"{time.time() if start_time is None else start_time:.6f}",
                request_type,
                name,
                "" if response_time is None else f"{response_time:.2f}",
                response_length,
                getattr(response, "status_code", 0) or 0,
                str(exception) if exception else "",
            )
        )

    def _on_quitting(self, **kwargs: Any) -> None:
        self.close()
