"""How much processor and memory this process uses."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, NoReturn

import gevent

if TYPE_CHECKING:
    from ..runners import Runner

_ADVICE = (
    "See https://docs.locust.io/en/stable/running-distributed.html for how to distribute the load "
    "over multiple CPU cores or machines"
)


def watch_usage(runner: Runner) -> NoReturn:
    """Measure every ``CPU_MONITOR_INTERVAL`` seconds, for ever; tell the listeners and warn once per test."""
    from .. import runners

    process = None
    spent, since = time.process_time(), time.monotonic()
    while True:
        gevent.sleep(runners.CPU_MONITOR_INTERVAL)
        if process is None:
            import psutil

            process = psutil.Process()
        # By hand: the first figure of psutil's cpu_percent() is always 0.
        now_spent, now = time.process_time(), time.monotonic()
        runner.current_cpu_usage = round(100 * (now_spent - spent) / max(now - since, 1e-3), 1)
        spent, since = now_spent, now
        runner.current_memory_usage = process.memory_info().rss
        events = runner.environment.events
        events.usage_monitor.fire(
            environment=runner.environment,
            cpu_usage=runner.current_cpu_usage,
            memory_usage=runner.current_memory_usage,
        )
        if runner.current_cpu_usage > runners.CPU_WARNING_THRESHOLD:
            events.cpu_warning.fire(environment=runner.environment, cpu_usage=runner.current_cpu_usage)
            _warn_once(runner)


def _warn_once(runner: Runner) -> None:
    if runner.cpu_warning_emitted:
        return
    runner.cpu_warning_emitted = True
    logging.warning(
        "CPU usage above 90%%! This may constrain your throughput and may even give inconsistent response time "
        "measurements! %s",
        _ADVICE,
    )


def warn_at_end(runner: Runner) -> bool:
    """Remind of a warning that was given during the test; True if there was one."""
    if runner.cpu_warning_emitted:
        logging.getLogger("locust.runners").warning("CPU usage was too high at some point during the test! %s", _ADVICE)
    return runner.cpu_warning_emitted
