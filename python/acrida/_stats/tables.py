"""The tables in the terminal, and the same figures as JSON."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import gevent

from .. import _core
from .. import stats as tunables

if TYPE_CHECKING:
    from .entry import StatsEntry
    from .requests import RequestStats

console_logger = logging.getLogger("locust.stats_logger")

S = TypeVar("S")


def sort_stats(stats: Mapping[Any, S]) -> list[S]:
    """The values in the order of their keys; of their texts, where names of different types were given."""
    try:
        keys = sorted(stats)
    except TypeError:
        keys = sorted(stats, key=str)
    return [stats[key] for key in keys]


def _widths() -> tuple[int, int]:
    return tunables.STATS_NAME_WIDTH, tunables.STATS_TYPE_WIDTH


def get_stats_summary(stats: RequestStats, current: bool = True) -> list[str]:
    """The statistics table; rates of the last seconds or of the whole run."""
    if columns := tunables._columns_if_narrow():
        narrow = [entry._row for entry in sort_stats(stats.entries)]
        lines: list[str] = _core.narrow_stats_lines(narrow, stats.total._row, current, columns)
        return lines
    rows = [entry.to_string(current=current) for entry in sort_stats(stats.entries)]
    return [*_core.stats_head(*_widths()), *rows, _core.stats_rule(*_widths()), stats.total.to_string(current=current)]


def get_percentile_stats_summary(stats: RequestStats) -> list[str]:
    """The percentile table."""
    percentiles = tunables.PERCENTILES_TO_REPORT
    if columns := tunables._columns_if_narrow():
        narrow = [entry._row for entry in sort_stats(stats.entries)]
        lines: list[str] = _core.narrow_percentile_lines(narrow, stats.total._row, percentiles, columns)
        return lines
    with_times = [entry for entry in sort_stats(stats.entries) if entry.response_times]
    rows = [entry.percentile() for entry in with_times]
    total = [stats.total.percentile()] if stats.total.response_times else []
    rule = _core.percentile_rule(percentiles, *_widths())
    return [*_core.percentile_head(percentiles, *_widths()), *rows, rule, *total]


def get_error_report_summary(stats: RequestStats) -> list[str]:
    """The table of errors, in order of first occurrence, and an empty line."""
    errors = [(error.occurrences, error.to_name()) for error in stats.errors.values()]
    lines: list[str] = _core.error_lines(errors, tunables.STATS_NAME_WIDTH)
    # The blanks at their ends would make lines of their own.
    return [line.rstrip() for line in lines] if tunables._columns_if_narrow() else lines


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        console_logger.info(line)


def print_stats(stats: RequestStats, current: bool = True) -> None:
    """Log the statistics table."""
    _print([*get_stats_summary(stats, current), ""])


def print_percentile_stats(stats: RequestStats) -> None:
    """Log the percentile table."""
    _print([*get_percentile_stats_summary(stats), ""])


def print_error_report(stats: RequestStats) -> None:
    """Log the table of errors if there are any."""
    if stats.errors:
        _print(get_error_report_summary(stats))


def stats_printer(stats: RequestStats) -> Callable[[], None]:
    """A function for a greenlet of its own: logs the table again and again."""

    def stats_printer_func() -> None:
        while True:
            print_stats(stats)
            gevent.sleep(tunables.CONSOLE_STATS_INTERVAL_SEC)

    return stats_printer_func


def _json(stats: RequestStats) -> str:
    entries: list[StatsEntry] = list(stats.entries.values())
    text: str = _core.stats_json([entry._core for entry in entries])
    return text


def print_stats_json(stats: RequestStats) -> None:
    """All entries with requests or failures as JSON on standard output; nothing is reset."""
    print(_json(stats))


def save_stats_json(stats: RequestStats, filename: str) -> None:
    """The same into ``<filename>.json``."""
    path = Path(f"{filename}.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_json(stats), encoding="utf-8")


def _is_valid_percentile(parameter: object) -> bool:
    return isinstance(parameter, float) and 0 < parameter < 1


def validate_stats_configuration() -> None:
    """Percentiles that nobody can compute end the program before any load is sent."""
    if len(tunables.PERCENTILES_TO_CHART) > 6:
        _refuse("stats.PERCENTILES_TO_CHART parameter should be a maximum of 6 parameters")
    for name in ("PERCENTILES_TO_CHART", "PERCENTILES_TO_STATISTICS"):
        if not all(_is_valid_percentile(percentile) for percentile in getattr(tunables, name)):
            _refuse(f"stats.{name} parameter need to be float and value between. 0 < percentile < 1 Eg 0.95")


def _refuse(reason: str) -> None:
    sys.stderr.write(f"{reason}\n")
    sys.exit(1)
