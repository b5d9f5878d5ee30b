"""A parity case: a small program and what is looked at when it runs. It never says what the result should be:
that is recorded from the real Locust."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from textwrap import dedent

HERE = Path(__file__).parent
AREAS = sorted(file.stem for file in (HERE / "cases").glob("*.py") if file.stem != "__init__")


@dataclass(frozen=True)
class Case:
    """`covers` names the behaviour in words; `observe` is for commands: which parts of the outcome are compared."""

    name: str
    covers: str
    code: str
    kind: str = "library"
    options: tuple[str, ...] = ()
    observe: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    interrupt_at: str = ""
    area: str = ""

    @property
    def id(self) -> str:
        return f"{self.area}/{self.name}"

    @property
    def fingerprint(self) -> str:
        """Changes when the case changes, so that a stale record is noticed. `covers` is only a description."""
        content = {key: value for key, value in asdict(self).items() if key not in ("covers", "area", "name")}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def library(name: str, covers: str, code: str) -> Case:
    """Runs in one process with the other library cases of its area, each with an Environment of its own."""
    return Case(name, covers, dedent(code))


def command(
    name: str,
    covers: str,
    code: str,
    *options: str,
    observe: tuple[str, ...] = ("exit", "notes"),
    files: dict[str, str] | None = None,
    env: dict[str, str] | None = None,
    interrupt_at: str = "",
) -> Case:
    """Runs in a process of its own through the real command line. {target} in options is the server's URL."""
    return Case(
        name,
        covers,
        dedent(code),
        "command",
        options,
        observe,
        {path: dedent(text) for path, text in (files or {}).items()},
        env or {},
        interrupt_at,
    )


def cases_of(area: str) -> list[Case]:
    module = import_module(f"tests.parity.cases.{area}")
    found = [Case(**{**case.__dict__, "area": area}) for case in module.CASES]
    names = [case.name for case in found]
    assert len(set(names)) == len(names), f"a name is used twice in {area}"
    return found


def all_cases() -> Iterator[Case]:
    for area in AREAS:
        yield from cases_of(area)
