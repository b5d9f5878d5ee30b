"""Lines after the final tables: what the load generator says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._runner.generator import NOTABLE_LAG

if TYPE_CHECKING:
    from .env import Environment


def lines(environment: Environment) -> list[str]:
    """One line about requests on the wire if any went through the engine, and one if the generator was the limit."""
    if environment.runner is None:
        return []
    report = environment.runner.generator_report()
    if not report["sent"]:
        return []
    return [_on_the_wire(report), *_lag(report)]


def _on_the_wire(report: dict[str, Any]) -> str:
    return (
        f"Sent {report['sent']} requests over {report['connects']} connections "
        f"({report['redirects']} redirects followed, {report['resent']} re-sent, {report['aborted']} aborted)"
    )


def _lag(report: dict[str, Any]) -> list[str]:
    if report["python_lag_average"] < NOTABLE_LAG:
        return []
    return [
        f"The load generator was busy: answers waited {report['python_lag_average'] * 1000:.0f} ms on average "
        f"(at most {report['python_lag_max'] * 1000:.0f} ms) for the scenario's Python. Response times do not "
        "contain this, but fewer requests were made than the users would have made otherwise. Use more processes."
    ]
