"""The load generator's account of itself: what it sent, and whether it was the limit."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import gevent

from .. import _core

if TYPE_CHECKING:
    from ..event import Events

_COUNTED = ("sent", "resent", "redirects", "aborted", "connects", "read_time_used", "own_delay_ns")

#: Answers that wait longer than this for Python, on average, mean that the load was lower than asked for (seconds).
NOTABLE_LAG = 0.010


class GeneratorWatch:
    """Counts from the beginning of a test; the engine itself counts from the beginning of the process."""

    def __init__(self) -> None:
        self._before: dict[str, int] = dict.fromkeys(_COUNTED, 0)

    def begin(self) -> None:
        """A test begins."""
        self._before = _core.service_counters()
        _core.reset_hub_lag()

    def report(self) -> dict[str, Any]:
        """Requests as the network saw them, and delays (seconds) that the generator added beside response times.

        ``sent`` = requests reported + ``redirects`` (followed) + ``resent`` + ``aborted`` (given up on the way).
        """
        _let_go_of_aborted()
        now = _core.service_counters()
        lag = _core.hub_lag()
        since = {name: now[name] - self._before[name] for name in _COUNTED}
        answers = max(lag["answers"], 1)
        return {
            **{name: since[name] for name in _COUNTED if name != "own_delay_ns"},
            "read_delay_average": since["own_delay_ns"] / 1e9 / answers,
            "read_delay_max": now["own_delay_max_ns"] / 1e9,
            "python_lag_average": lag["total_seconds"] / answers,
            "python_lag_max": lag["max_seconds"],
        }


def _let_go_of_aborted() -> None:
    """Requests that were given up count as aborted once the data thread has dropped them: give it a moment."""
    for _ in range(100):
        if not _core.operations_in_flight() or gevent.getcurrent() is gevent.get_hub():
            return
        gevent.sleep(0.002)


def freeze_users_while_running(events: Events) -> None:
    """Keep the garbage collector from walking thousands of users again and again while a test runs."""

    def freeze(**_: Any) -> None:
        gc.collect()
        gc.freeze()

    def unfreeze(**_: Any) -> None:
        gc.unfreeze()

    events.spawning_complete.add_listener(freeze)
    events.test_stopping.add_listener(unfreeze)
