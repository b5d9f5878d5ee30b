"""The map from behaviours to tests is complete, and what it names exists."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAP = tomllib.loads((ROOT / "tests/cluster/behaviours.toml").read_text())


def _exists(named: str) -> bool:
    file, _, name = named.partition("::")
    text = (ROOT / file).read_text()
    return f'TEST_CASE("{name}")' in text if file.endswith(".cpp") else f"def {name}(" in text


def test_every_behaviour_stands_in_the_map_once() -> None:
    assert sorted([*MAP["open"], *map(int, MAP["tests"])]) == list(range(1, 129))


def test_every_named_test_exists() -> None:
    assert [named for named in MAP["tests"].values() if not _exists(named)] == []
