"""Statistics of requests: counters, tables, files.

The values in capital letters may be assigned (``acrida.stats.CONSOLE_STATS_INTERVAL_SEC = 10``), also while a test
runs, and so may :func:`bucket_response_time`; they are read when they are needed.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any

from . import _core

STATS_NAME_WIDTH: int = 80
STATS_TYPE_WIDTH: int = 8
#: Follow the width of the terminal.
STATS_AUTORESIZE: bool = True
CONSOLE_STATS_INTERVAL_SEC: float = 2
HISTORY_STATS_INTERVAL_SEC: float = 5
CSV_STATS_INTERVAL_SEC: float = 1
CSV_STATS_FLUSH_INTERVAL_SEC: float = 5
#: "Now" is so many seconds long.
CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW: int = 10
PERCENTILES_TO_REPORT: list[float] = [0.50, 0.66, 0.75, 0.80, 0.90, 0.95, 0.98, 0.99, 0.999, 0.9999, 1.0]
PERCENTILES_TO_STATISTICS: list[float] = [0.95, 0.99]
#: Six at most.
PERCENTILES_TO_CHART: list[float] = [0.5, 0.95]


def _rounded(response_time: float) -> int:
    """Half to even: whole ms below 100, tens below 1000, hundreds below 10000, thousands above."""
    return _core.rounded_ms(response_time)


_original_bucket_response_time = _rounded
#: Under which response time a request is counted; assign your own function to have finer or coarser percentiles.
bucket_response_time: Callable[[float], int] = _rounded


def resize_handler(signum: int, frame: FrameType | None) -> None:
    """The name column takes what the other columns leave of the terminal."""
    if STATS_AUTORESIZE:
        _fit_to_terminal()


def _fit_to_terminal() -> None:
    global STATS_NAME_WIDTH, _narrow_columns, _fitted_width
    try:
        columns = os.get_terminal_size().columns
    except OSError:  # no terminal
        return
    STATS_NAME_WIDTH = _fitted_width = max(min(columns - 80, 80), 0)
    # CI is read by programs, also where it gives us a terminal.
    _narrow_columns = columns if columns < _NARROW_BELOW and not os.environ.get("CI") else 0


# Below so many columns Locust's layout leaves too few for the names.
_NARROW_BELOW = 110
_narrow_columns = 0
_fitted_width = STATS_NAME_WIDTH


def _columns_if_narrow() -> int:
    """The terminal's columns where they are too few for the usual tables; 0 also where a person chose the width."""
    return _narrow_columns if STATS_AUTORESIZE and _fitted_width == STATS_NAME_WIDTH else 0


class _StatsModule(ModuleType):
    """Tells the engine when its own bucket function is replaced: from then on Python counts every request."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "bucket_response_time":
            _core.set_bucket_function_is_original(value is _original_bucket_response_time)


sys.modules[__name__].__class__ = _StatsModule
_fit_to_terminal()
try:
    signal.signal(signal.SIGWINCH, resize_handler)
except (AttributeError, ValueError):  # no such signal here, or not in the main thread
    pass

# These read the values above from this module.
from ._stats.csv_files import CSVWriter, StatsCSV, StatsCSVFileWriter  # noqa: E402
from ._stats.entry import StatsEntry  # noqa: E402
from ._stats.errors import StatsError  # noqa: E402
from ._stats.history import note_seconds, stats_history, update_stats_history  # noqa: E402
from ._stats.live import CachedResponseTimes  # noqa: E402
from ._stats.nodes import setup_distributed_stats_event_listeners  # noqa: E402
from ._stats.percentiles import (  # noqa: E402
    avg,
    calculate_response_time_percentile,
    diff_response_time_dicts,
    get_readable_percentiles,
)
from ._stats.requests import EntriesDict, RequestStats, RequestStatsAdditionError  # noqa: E402
from ._stats.tables import (  # noqa: E402
    _is_valid_percentile,
    console_logger,
    get_error_report_summary,
    get_percentile_stats_summary,
    get_stats_summary,
    print_error_report,
    print_percentile_stats,
    print_stats,
    print_stats_json,
    save_stats_json,
    sort_stats,
    stats_printer,
    validate_stats_configuration,
)
from ._stats.typed import StatsBaseDict, StatsEntryDict, StatsErrorDict, StatsHolder  # noqa: E402

__all__ = [
    "CSVWriter",
    "CachedResponseTimes",
    "EntriesDict",
    "RequestStats",
    "RequestStatsAdditionError",
    "StatsBaseDict",
    "StatsCSV",
    "StatsCSVFileWriter",
    "StatsEntry",
    "StatsEntryDict",
    "StatsError",
    "StatsErrorDict",
    "StatsHolder",
    "_is_valid_percentile",
    "avg",
    "bucket_response_time",
    "calculate_response_time_percentile",
    "console_logger",
    "diff_response_time_dicts",
    "get_error_report_summary",
    "get_percentile_stats_summary",
    "get_readable_percentiles",
    "get_stats_summary",
    "note_seconds",
    "print_error_report",
    "print_percentile_stats",
    "print_stats",
    "print_stats_json",
    "resize_handler",
    "save_stats_json",
    "setup_distributed_stats_event_listeners",
    "sort_stats",
    "stats_history",
    "stats_printer",
    "update_stats_history",
    "validate_stats_configuration",
]
