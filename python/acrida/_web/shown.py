"""What the web server shows of a run: each part of the view as plain data. Reads only."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from .. import _core, stats
from ..runners import STATE_MISSING, STATE_STOPPED, STATE_STOPPING, MasterRunner
from ..user.inspectuser import get_ratio

if TYPE_CHECKING:
    from ..env import Environment
    from ..runners import Runner

#: Mean seconds between an answer and its user going on from which the generator bends the load.
_OVERLOADED = 0.05


def to_json(value: Any) -> str:
    """JSON for the server; what JSON cannot hold becomes text, NaN and infinity become null."""
    try:
        return encodable(json.dumps(value, default=str, allow_nan=False, ensure_ascii=False))
    except ValueError:
        return encodable(json.dumps(_finite(value), default=str, ensure_ascii=False))


def encodable(text: str) -> str:
    """Halves of surrogate pairs, as undecodable bytes become in Python, become question marks."""
    return text.encode("utf-8", "replace").decode()


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value


def is_distributed(environment: Environment) -> bool:
    """Does a master run it?"""
    return isinstance(environment.runner, MasterRunner)


def shown_host(environment: Environment) -> tuple[str, bool]:
    """The host that all users have, or empty; and whether their classes have different ones."""
    if environment.host:
        return environment.host, False
    hosts = {user_class.host for user_class in environment.user_classes}
    if len(hosts) > 1:
        return "", True
    return (hosts.pop() if hosts else None) or "", False


def lacks_host(environment: Environment) -> bool:
    """Has a class that sends HTTP requests no host?"""
    from ..contrib.fasthttp import FastHttpUser
    from ..user import HttpUser

    return not environment.host and any(
        issubclass(user_class, HttpUser | FastHttpUser) and not user_class.host
        for user_class in environment.user_classes
    )


class Shown:
    """The parts of the view, computed when they are asked for."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.started_at: float | None = None
        self.ended_at: float | None = None
        self.run_time: float | None = None
        self._noticed_at: dict[str, float] = {}
        environment.events.test_start.add_listener(self._on_test_start)
        environment.events.test_stop.add_listener(self._on_test_stop)

    def _on_test_start(self, environment: Environment, **_: Any) -> None:
        self.started_at, self.ended_at = time.time(), None

    def _on_test_stop(self, environment: Environment, **_: Any) -> None:
        self.ended_at = time.time()

    def status(self) -> dict[str, Any]:
        """State, users, workers: small things that change all the time."""
        environment, runner = self.environment, self.environment.runner
        shared: dict[str, Any] = {
            "host": shown_host(environment)[0],
            "override_host": environment.host,
            "profile": environment.profile,
            "locustfile": environment.locustfile,
            "run": self._run(),
            "notices": self._notices(),
            "is_distributed": is_distributed(environment),
        }
        if runner is None:
            return {**shared, "state": STATE_MISSING, "user_count": 0, "worker_count": 0}
        return {
            **shared,
            "state": runner.state,
            "user_count": runner.user_count,
            "target_user_count": runner.target_user_count,
            "users_by_class": _users_by_class(runner),
            "spawn_rate": getattr(runner, "target_spawn_rate", None),
            "workers": _workers(runner),
            "worker_count": getattr(runner, "worker_count", 0) if is_distributed(environment) else 0,
            "generator": {"cpu_percent": round(runner.current_cpu_usage, 1)},
        }

    def _run(self) -> dict[str, Any]:
        shape = self.environment.shape_class
        return {
            "started_at": self.started_at,
            "ended_at": self.ended_at,
            "run_time": self.run_time,
            "shape": type(shape).__name__ if shape else None,
        }

    def _notices(self) -> list[dict[str, Any]]:
        texts = dict(_reasons_to_notice(self.environment))
        self._noticed_at = {kind: self._noticed_at.get(kind, time.time()) for kind in texts}
        return [{"kind": kind, "text": text, "since": self._noticed_at[kind]} for kind, text in texts.items()]

    def tasks(self) -> dict[str, Any]:
        """The ratios of the users that live, and (for the report) of those that ran last."""
        runner = self.environment.runner
        now = _ratios(self.environment, _users_by_class(runner)) if runner else _NO_RATIOS
        return {"now": now, "last": final_ratios(self.environment)}

    def exceptions(self) -> list[dict[str, Any]]:
        """Those of scenario code, by traceback."""
        return exceptions_of(self.environment)

    def settings(self, stats_csv_writer: Any) -> dict[str, Any]:
        """What people may assign in ``acrida.stats``, and where the full history is."""
        history_file = ""
        if getattr(stats_csv_writer, "full_history", False):
            stats_csv_writer.stats_history_flush()
            history_file = stats_csv_writer.stats_history_file_name()
        return {
            "percentiles_to_chart": stats.PERCENTILES_TO_CHART,
            "percentiles_to_statistics": stats.PERCENTILES_TO_STATISTICS,
            "percentiles_to_report": stats.PERCENTILES_TO_REPORT,
            "window_seconds": stats.CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW,
            "history_seconds": stats.HISTORY_STATS_INTERVAL_SEC,
            "full_history_file": history_file,
        }


_NO_RATIOS: dict[str, Any] = {"per_class": {}, "total": {}}


def final_ratios(environment: Environment) -> dict[str, Any]:
    """The ratios of the users that live or, once the test is stopping, of those that lived just before."""
    runner = environment.runner
    if runner is None:
        return _NO_RATIOS
    has_stopped = runner.state in (STATE_STOPPING, STATE_STOPPED)
    return _ratios(environment, runner.final_user_classes_count if has_stopped else _users_by_class(runner))


def _ratios(environment: Environment, counts: dict[str, int]) -> dict[str, Any]:
    classes = environment.user_classes
    return {"per_class": get_ratio(classes, counts, False), "total": get_ratio(classes, counts, True)}


def exceptions_of(environment: Environment) -> list[dict[str, Any]]:
    """The exceptions of scenario code; the nodes where they occurred as text."""
    runner = environment.runner
    return [
        {**exception, "nodes": ", ".join(exception["nodes"])}
        for exception in (runner.exceptions.values() if runner else ())
    ]


def _users_by_class(runner: Runner) -> dict[str, int]:
    if isinstance(runner, MasterRunner):
        reported: dict[str, int] = runner.reported_user_classes_count
        return reported
    return runner.user_classes_count


def _workers(runner: Runner) -> list[dict[str, Any]]:
    if not isinstance(runner, MasterRunner):
        return []
    return [_worker(node) for node in runner.clients.values()]


def _worker(node: Any) -> dict[str, Any]:
    known = {
        "id": node.id,
        "state": node.state,
        "user_count": node.user_count,
        "cpu_usage": node.cpu_usage,
        "memory_usage": node.memory_usage,
    }
    more = ("lag_ms", "version", "address", "index", "is_busy", "is_stuck", "gap")
    shown = {name: value for name in more if (value := getattr(node, name, None)) is not None}
    if version := getattr(node, "shown_version", None):
        shown["version"] = version
    return known | shown


def _reasons_to_notice(environment: Environment) -> list[tuple[str, str]]:
    runner = environment.runner
    found = []
    if not environment.user_classes:
        found.append(("no_user_classes", "There is no user class to run: choose one, or add one to the locustfile."))
    if lacks_host(environment):
        found.append(("host_missing", "A user class has no host: fill in the host, or set it in the class."))
    if runner is None:
        return found
    if reason := getattr(runner, "stopped_by", None):
        found.append(("stopped_by_error", str(reason)))
    if lost := [worker["id"] for worker in _workers(runner) if worker["state"] == STATE_MISSING]:
        found.append(("worker_lost", f"Workers that do not answer: {', '.join(lost)}"))
    if runner.cpu_warning_emitted or runner.worker_cpu_warning_emitted or _answers_wait():
        found.append(
            (
                "generator_overloaded",
                "The load generator is at its limit: the load is lower than asked for. Add workers.",
            )
        )
    return found


def _answers_wait() -> bool:
    lag = _core.hub_lag()
    return bool(lag["answers"]) and lag["total_seconds"] / lag["answers"] > _OVERLOADED
