"""Logging set-up of the command line, and the switch for errors that nobody handled."""

from __future__ import annotations

import logging
import logging.config  # plugins call it without importing it, since Locust has imported it
import os
import re
import socket
from collections import deque
from collections.abc import Callable
from typing import Any

#: Machine name up to the first dot; part of every log line.
HOSTNAME = re.sub(r"\..*", "", socket.gethostname())

#: True once a background greenlet or an event listener failed: the exit code becomes 2 if nothing else decides.
#: Settable by anybody.
unhandled_greenlet_exception = False

_LINES_KEPT = 500


class LogReader(logging.Handler):
    """Keeps the last formatted log lines for the web page and for the master."""

    def __init__(self) -> None:
        super().__init__()
        self.logs: deque[str] = deque(maxlen=_LINES_KEPT)
        #: How many there have been.
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the formatted line, dropping the oldest when 500 are held."""
        self.logs.append(self.format(record))
        self.count += 1


def setup_logging(loglevel: str, logfile: str | None = None) -> None:
    """Send log lines to stderr, or to ``logfile``; statistics tables always go to stderr.

    ``loglevel`` is a level name in any case. Missing directories of ``logfile`` are created; a file that
    cannot be opened raises ``OSError``.
    """
    if logfile and (folder := os.path.dirname(logfile)):
        os.makedirs(folder, exist_ok=True)
    line = logging.Formatter(f"[%(asctime)s] {HOSTNAME}/%(levelname)s/%(name)s: %(message)s")
    lines = _named("file", logging.FileHandler(logfile)) if logfile else _named("console", logging.StreamHandler())
    reader = _named("log_reader", LogReader())
    tables = _named("console_plain", logging.StreamHandler())
    for handler in (lines, reader):
        handler.setFormatter(line)
    tables.setFormatter(logging.Formatter("%(message)s"))
    _set_handlers(logging.getLogger(), loglevel, lines, reader)
    _set_handlers(logging.getLogger("locust"), loglevel, lines, reader)
    _set_handlers(logging.getLogger("locust.stats_logger"), "INFO", tables, reader)


def _named(name: str, handler: logging.Handler) -> logging.Handler:
    handler.name = name
    return handler


def _set_handlers(logger: logging.Logger, level: str, *handlers: logging.Handler) -> None:
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    for handler in handlers:
        logger.addHandler(handler)
    logger.setLevel(level.upper())
    logger.propagate = False


def get_logs() -> list[str]:
    """The last 500 log lines, oldest first; empty when logging was not set up here."""
    reader = _reader()
    return list(reader.logs) if reader else []


def count_of_lines() -> int:
    """How many log lines there have been."""
    reader = _reader()
    return reader.count if reader else 0


def _reader() -> LogReader | None:
    for handler in logging.getLogger().handlers:
        if handler.name == "log_reader" and isinstance(handler, LogReader):
            return handler
    return None


def greenlet_exception_logger(logger: logging.Logger, level: int = logging.CRITICAL) -> Callable[[Any], None]:
    """A function for ``greenlet.link_exception``: logs what killed the greenlet and remembers that it happened."""

    def handle(greenlet: Any) -> None:
        global unhandled_greenlet_exception
        kind, value, _ = greenlet.exc_info
        if kind is not None and issubclass(kind, SystemExit):
            if value.code is not None and value.code != 0:
                unhandled_greenlet_exception = True
            logger.info("sys.exit(%s) called (use log level DEBUG for callstack)", value.code)
            logger.debug("sys.exit was called here", exc_info=greenlet.exc_info)
            return
        unhandled_greenlet_exception = True
        logger.log(level, "Unhandled exception in greenlet: %s", greenlet, exc_info=greenlet.exc_info)

    return handle
