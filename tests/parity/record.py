"""The recorded outcomes of the real Locust, and the list of deliberate differences."""

from __future__ import annotations

import json
import tomllib
from typing import Any

from tests.parity.case import HERE, Case

RECORDED = HERE / "recorded"


def load(area: str) -> dict[str, Any]:
    file = RECORDED / f"{area}.json"
    return json.loads(file.read_text()) if file.exists() else {}


def save(area: str, outcomes: dict[str, Any]) -> None:
    RECORDED.mkdir(exist_ok=True)
    # One case is one line: a changed behaviour is a one-line difference.
    lines = [f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in sorted(outcomes.items())]
    (RECORDED / f"{area}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def recorded_outcome(case: Case) -> Any:
    """The record of this very version of the case, or None when there is none."""
    entry = load(case.area).get(case.id)
    return entry["outcome"] if entry and entry["fingerprint"] == case.fingerprint else None


def differences() -> dict[str, str]:
    """{case id: why we differ on purpose}"""
    return _listed("differences")


def missing() -> dict[str, str]:
    """{case id: what is not there yet}"""
    return _listed("missing")


def _listed(kind: str) -> dict[str, str]:
    table = tomllib.loads((HERE / "differences.toml").read_text()).get(kind, {})
    return {entry["case"]: entry["why"] for entry in table.values()}
