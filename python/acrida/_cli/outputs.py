"""What a run leaves behind: tables, JSON and files."""

from __future__ import annotations

import logging
from argparse import Namespace
from typing import TYPE_CHECKING, Any

import gevent

from .. import html, stats
from ..runners import MasterRunner
from ..stats import StatsCSVFileWriter

if TYPE_CHECKING:
    from gevent import Greenlet

    from ..env import Environment

logger = logging.getLogger("locust.main")
console = logging.getLogger("locust.stats_logger")


def make_csv_writer(environment: Environment, options: Namespace) -> StatsCSVFileWriter | None:
    """Opens the four files of ``--csv``; None without the option."""
    if not options.csv_prefix:
        return None
    return StatsCSVFileWriter(
        environment, stats.PERCENTILES_TO_REPORT, options.csv_prefix, options.stats_history_enabled
    )


def stop_printers(helpers: list[Greenlet[..., Any]]) -> None:
    """No periodic output from here on."""
    gevent.killall([helper for helper in helpers if helper is not gevent.getcurrent()])


def write_final(environment: Environment, options: Namespace) -> None:
    """JSON if asked for, else the tables; then what the generator has to say about itself."""
    if options.json:
        stats.print_stats_json(environment.stats)
    if options.json_file:
        stats.save_stats_json(environment.stats, options.json_file)
    else:
        stats.print_stats(environment.stats, current=False)
        stats.print_percentile_stats(environment.stats)
        stats.print_error_report(environment.stats)
    for line in [*_gaps(environment), *_own_health(environment)]:
        console.info(line)
    if options.html_file:
        _write_html(environment, options)


def _write_html(environment: Environment, options: Namespace) -> None:
    html.process_html_filename(options)
    logger.debug("Writing html report to file: %s", options.html_file)
    try:
        html.write_html_report(environment, options.html_file)
    except OSError as error:
        logger.error("The HTML report could not be written: %s", error)


def _gaps(environment: Environment) -> list[str]:
    """What is missing from the results, because a worker was lost."""
    lines = []
    for gap in environment.runner.gaps() if isinstance(environment.runner, MasterRunner) else ():
        pace, seconds = gap["requests_per_second"], gap["unknown_seconds"]
        lines.append(
            f"Worker {gap['worker']} {gap['why']}: {gap['known_missing']} requests that it counted are missing from "
            f"these results, and what it did in its last {seconds:.1f} s (at {pace} requests per second before)."
        )
    return lines


def _own_health(environment: Environment) -> list[str]:
    try:
        from .. import _summary
    except ImportError:
        return []
    lines: list[str] = _summary.lines(environment)
    return lines


def close_csv(writer: StatsCSVFileWriter) -> None:
    """Close the files; whatever happened since the last periodic write is in them, too."""
    writer.close_files()
