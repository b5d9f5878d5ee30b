"""The map from behaviours to tests is complete, and what it names exists."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from tests.parity.case import all_cases

ROOT = Path(__file__).resolve().parents[2]
MAP = tomllib.loads((ROOT / "tests/cluster/behaviours.toml").read_text())
CASES = {case.id for case in all_cases()}


@cache
def _text(file: str) -> str:
    """C++ with the titles that stand in several lines joined."""
    text = (ROOT / file).read_text() if (ROOT / file).exists() else ""
    return "".join(text.split('"\n    "')).replace("TEST_CASE(\n    ", "TEST_CASE(")


def _exists(named: str) -> bool:
    file, _, name = named.partition("::")
    if file == "parity":
        return name in CASES
    return (f'TEST_CASE("{name}")' if file.endswith(".cpp") else f"def {name}(") in _text(file)


def _named() -> list[str]:
    tests = [each for value in MAP["tests"].values() for each in ([value] if isinstance(value, str) else value)]
    return tests + [each["test"] for each in MAP["differences"].values()]


def test_every_behaviour_is_proven_or_is_a_difference() -> None:
    assert set(MAP) == {"tests", "differences"}
    assert sorted(map(int, [*MAP["tests"], *MAP["differences"]])) == list(range(1, 129))
    assert all(MAP["tests"].values())
    assert all(set(each) == {"why", "test"} and each["why"] for each in MAP["differences"].values())


def test_every_named_test_exists() -> None:
    assert [named for named in _named() if not _exists(named)] == []
