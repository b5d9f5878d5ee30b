"""Statistics between workers and their master."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .entry import StatsEntry
from .errors import StatsError

if TYPE_CHECKING:
    from ..event import Events
    from .requests import RequestStats


def setup_distributed_stats_event_listeners(events: Events, stats: RequestStats) -> None:
    """Workers put what they have counted into their reports, the master adds it up."""

    def on_report_to_master(client_id: str, data: dict[str, Any]) -> None:
        data["stats"] = stats.serialize_stats()
        data["stats_total"] = stats.total.get_stripped_report()
        data["errors"] = stats.serialize_errors()
        stats.errors = {}

    def on_worker_report(client_id: str, data: dict[str, Any]) -> None:
        for reported in data["stats"]:
            entry = StatsEntry.unserialize(reported, stats)
            stats.entries[entry.name, entry.method].extend(entry)
        for key, reported in data["errors"].items():
            _merge_error(stats, key, reported)
        stats.total.extend(StatsEntry.unserialize(data["stats_total"], stats))

    events.report_to_master.add_listener(on_report_to_master)
    events.worker_report.add_listener(on_worker_report)


def _merge_error(stats: RequestStats, key: str, reported: dict[str, Any]) -> None:
    known = stats.errors.get(key)
    if known is None:
        stats.errors[key] = StatsError.unserialize(reported)
        return
    known.occurrences += reported["occurrences"]
    known.first_seen = _choose(min, known.first_seen, reported.get("first_seen"))
    known.last_seen = _choose(max, known.last_seen, reported.get("last_seen"))


def _choose(choice: Callable[..., float], *moments: float | None) -> float | None:
    known = [moment for moment in moments if moment is not None]
    return choice(known) if known else None
