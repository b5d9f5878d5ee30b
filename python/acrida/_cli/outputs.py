"""What a run leaves behind: tables, JSON and files."""

from __future__ import annotations

import logging
import sys
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
    """Opens the four files of ``--csv``; None without the option. The process ends if that cannot be done."""
    if not options.csv_prefix:
        return None
    try:
        return StatsCSVFileWriter(
            environment, stats.PERCENTILES_TO_REPORT, options.csv_prefix, options.stats_history_enabled
        )
    except OSError as error:
        logger.error("The CSV files cannot be written: %s. Choose another place with --csv.", error)
        sys.exit(1)


def stop_printers(helpers: list[Greenlet[..., Any]]) -> None:
    """No periodic output from here on."""
    gevent.killall([helper for helper in helpers if helper is not gevent.getcurrent()])


def write_final(environment: Environment, options: Namespace) -> bool:
    """JSON if asked for, else the tables; then what the generator has to say about itself. False: a file is missing."""
    is_complete = True
    if options.json:
        stats.print_stats_json(environment.stats)
    if options.json_file:
        is_complete = _write_json(environment, options.json_file)
    else:
        stats.print_stats(environment.stats, current=False)
        stats.print_percentile_stats(environment.stats)
        stats.print_error_report(environment.stats)
    for line in [*_gaps(environment), *_own_health(environment)]:
        console.info(line)
    if options.html_file:
        is_complete = _write_html(environment, options) and is_complete
    return is_complete


def _write_json(environment: Environment, file: str) -> bool:
    try:
        stats.save_stats_json(environment.stats, file)
    except OSError as error:
        logger.error("The JSON file could not be written: %s", error)
        return False
    return True


def _write_html(environment: Environment, options: Namespace) -> bool:
    html.process_html_filename(options)
    logger.debug("Writing html report to file: %s", options.html_file)
    try:
        html.write_html_report(environment, options.html_file)
    except OSError as error:
        logger.error("The HTML report could not be written: %s", error)
        return False
    return True


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


def close_csv(writer: StatsCSVFileWriter) -> bool:
    """Close the files; whatever happened since the last periodic write is in them, too. False: it is not."""
    try:
        writer.close_files()
    except OSError as error:
        logger.error("The CSV files could not be written to their end: %s", error)
        return False
    return True
