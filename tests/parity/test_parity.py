"""acrida against the recorded behaviour of Locust, case by case, and the record against the real program."""

from __future__ import annotations

import datetime
import os
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.parity import record
from tests.parity.case import Case, all_cases
from tests.parity.observe import observe
from tests.support.program import install_locust
from tests.support.target import Target

CASES = list(all_cases())
REASONS = {**record.differences(), **record.missing()}


def in_turn_today(case: Case) -> bool:
    return zlib.crc32(case.id.encode()) % 10 == datetime.date.today().toordinal() % 10


TODAY = [case for case in CASES if in_turn_today(case)]


def observer(kind: str, cases: list[Case], target: Target) -> Callable[[Case], Any]:
    """Observes one case; the library cases of its area run together, the first time one of them is asked for."""

    @cache
    def library_cases(area: str) -> dict[str, Any]:
        return observe([case for case in cases if case.area == area and case.kind == "library"], kind, target)

    def outcome(case: Case) -> Any:
        found = library_cases(case.area) if case.kind == "library" else observe([case], kind, target)
        return found[case.id]

    return outcome


@pytest.fixture(scope="session")
def ours(shared_target: Target) -> Callable[[Case], Any]:
    return observer("acrida", CASES, shared_target)


@pytest.fixture(scope="session")
def theirs(shared_target: Target) -> Callable[[Case], Any]:
    install_locust()
    return observer("locust", TODAY, shared_target)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_acrida_behaves_as_recorded(case: Case, ours: Callable[[Case], Any]) -> None:
    recorded = record.recorded_outcome(case)
    assert recorded is not None, "no record of this case as it stands: run `make parity RECORD=1`"
    if case.id in REASONS:
        assert ours(case) != recorded, f"equal again, so take it out of differences.toml ({REASONS[case.id]})"
    else:
        assert ours(case) == recorded


@pytest.mark.skipif(os.environ.get("PARITY_WITHOUT_LOCUST") == "1", reason="PARITY_WITHOUT_LOCUST=1 forbids it")
@pytest.mark.parametrize("case", TODAY, ids=lambda case: case.id)
def test_the_record_is_what_locust_does(case: Case, theirs: Callable[[Case], Any]) -> None:
    assert theirs(case) == record.recorded_outcome(case)


def test_every_listed_difference_names_a_case() -> None:
    assert set(REASONS) <= {case.id for case in CASES}
