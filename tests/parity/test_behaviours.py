"""The list of observable behaviours is complete, and what it names exists."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from typing import Any

import pytest

from tests.parity.case import HERE, all_cases
from tests.support.target import ROOT

LISTED: dict[str, dict[str, Any]] = tomllib.loads((HERE / "behaviours.toml").read_text())
CASES = {case.id for case in all_cases()}
WANTED = {"python": set(range(1, 146)), "command": set(range(1, 101))}


@cache
def names_in(file: str) -> set[str]:
    path = ROOT / file
    tree = ast.parse(path.read_text()) if path.exists() else ast.Module([], [])
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def exists(proof: str) -> bool:
    file, _, test = proof.partition("::")
    return test in names_in(file) if test else proof in CASES


@pytest.mark.parametrize("part", WANTED)
def test_every_behaviour_is_listed(part: str) -> None:
    assert {int(number) for number in LISTED[part]} == WANTED[part]


@pytest.mark.parametrize("part", WANTED)
def test_each_is_proven_by_something_that_exists(part: str) -> None:
    for number, entry in LISTED[part].items():
        assert {"what", "by"} <= set(entry) <= {"what", "by", "differs"} and entry["by"], (
            f"{part} {number} has no proof"
        )
        unknown = [proof for proof in entry["by"] if not exists(proof)]
        assert not unknown, f"{part} {number} names what does not exist: {unknown}"
