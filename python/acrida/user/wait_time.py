"""How long a user waits between two tasks.

Each function returns one to be stored as a class attribute: ``wait_time = between(1, 5)``. It is called as a
method of the user (or of the task set that declares it) and returns seconds.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from time import perf_counter
from typing import Any

WaitFunction = Callable[[Any], float]


def between(min_wait: float, max_wait: float) -> WaitFunction:
    """Evenly distributed between the two, in seconds."""
    return lambda instance: min_wait + random.random() * (max_wait - min_wait)


def constant(wait_time: float) -> WaitFunction:
    """Always ``wait_time`` seconds after the end of a task."""

    def wait_constantly(instance: Any) -> float:
        return wait_time

    wait_constantly._acrida_constant = wait_time  # type: ignore[attr-defined]  # the engine need not call it
    return wait_constantly


def constant_pacing(wait_time: float) -> WaitFunction:
    """At least ``wait_time`` seconds between the *starts* of two tasks: a task that takes longer is followed at once.

    It relies on the caller really sleeping what it returned.
    """

    def wait_for_pace(instance: Any) -> float:
        now = perf_counter()
        task_took = now - instance._cp_last_run - instance._cp_last_wait_time
        instance._cp_last_wait_time = max(0, wait_time - task_took)
        instance._cp_last_run = now
        return instance._cp_last_wait_time  # type: ignore[no-any-return]

    return wait_for_pace


def constant_throughput(task_runs_per_second: float) -> WaitFunction:
    """At most that many task runs per second and user; ValueError unless it is above 0."""
    if task_runs_per_second <= 0:
        raise ValueError(f"constant_throughput() requires a positive rate, got: {task_runs_per_second}")
    return constant_pacing(1 / task_runs_per_second)


def poisson(rate: float) -> WaitFunction:
    """Exponentially distributed with mean ``1/rate`` seconds; ValueError unless ``rate`` is above 0."""
    if rate <= 0:
        raise ValueError(f"poisson() requires a positive rate, got: {rate}")
    return lambda instance: random.expovariate(rate)
