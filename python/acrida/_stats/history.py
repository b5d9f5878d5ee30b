"""What the charts show: one point every few seconds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NoReturn

import gevent

from .. import stats as tunables
from ..util.date import format_utc_timestamp
from ..util.rounding import proper_round

if TYPE_CHECKING:
    from ..runners import Runner


def update_stats_history(runner: Runner, timestamp: str | None = None) -> None:
    """Append one point to ``runner.stats.history``."""
    stats = runner.stats
    at = timestamp or format_utc_timestamp(time.time())
    point: dict[str, Any] = {
        f"response_time_percentile_{p}": [at, stats.total.get_current_response_time_percentile(p) or 0]
        for p in tunables.PERCENTILES_TO_CHART
    }
    point |= {
        "current_rps": [at, stats.total.current_rps or 0],
        "current_fail_per_sec": [at, stats.total.current_fail_per_sec or 0],
        "total_avg_response_time": [at, proper_round(stats.total.avg_response_time, digits=2)],
        "user_count": [at, runner.user_count or 0],
        "time": at,
    }
    stats.history.append(point)


def note_seconds(runner: Runner) -> NoReturn:
    """For a greenlet of its own: just after each second began, notes the states that percentiles of the last seconds
    need. Requests counted from Python note them by themselves, those that the engine counts do not."""
    while True:
        gevent.sleep(1.001 - time.time() % 1)
        if runner.stats.use_response_times_cache:
            runner.stats.tick()


def stats_history(runner: Runner) -> None:
    """For a greenlet of its own: a point every few seconds while a test runs; ends at once on workers."""
    while runner.stats.total.use_response_times_cache:
        if runner.state not in ("ready", "stopped"):
            update_stats_history(runner)
        gevent.sleep(tunables.HISTORY_STATS_INTERVAL_SEC)
