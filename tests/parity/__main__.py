"""`python -m tests.parity record [PATTERN]` asks the real Locust, `table [PATTERN]` compares acrida with the record,
`show CASE` prints both outcomes, `diff [PATTERN]` only where they part. RECORD=1 makes `table` record first."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from tests.parity import record
from tests.parity.case import AREAS, Case, cases_of
from tests.parity.observe import observe
from tests.support.certs import make_certificates
from tests.support.program import install_locust
from tests.support.target import Target


def chosen(area: str, pattern: str) -> list[Case]:
    return [case for case in cases_of(area) if pattern in case.id]


def record_all(pattern: str, target: Target) -> int:
    """Every case runs twice: one that cannot repeat itself is not an observation and is refused."""
    install_locust()
    unsteady = []
    for area in AREAS:
        cases = chosen(area, pattern)
        if not cases:
            continue
        first, second = observe(cases, "locust", target), observe(cases, "locust", target)
        known = record.load(area)
        ids = {case.id for case in cases_of(area)}
        for case in cases:
            if first[case.id] == second[case.id]:
                known[case.id] = {"fingerprint": case.fingerprint, "outcome": first[case.id]}
            else:
                unsteady.append(case.id)
                print(
                    f"unsteady: {case.id}\n  {json.dumps(first[case.id])[:400]}\n  {json.dumps(second[case.id])[:400]}"
                )
        record.save(area, {key: value for key, value in known.items() if key in ids})
    return 1 if unsteady else 0


def verdict(case: Case, ours: object) -> str:
    theirs = record.recorded_outcome(case)
    if theirs is None:
        return "NOT RECORDED"
    if case.id in record.differences():
        return "different on purpose" if ours != theirs else "LISTED, BUT EQUAL"
    if case.id in record.missing():
        return "missing" if ours != theirs else "LISTED, BUT EQUAL"
    return "equal" if ours == theirs else "DIFFERENT"


def table(pattern: str, target: Target) -> int:
    totals: dict[str, int] = {}
    for area in AREAS:
        cases = chosen(area, pattern)
        outcomes = observe(cases, "acrida", target)
        for case in cases:
            word = verdict(case, outcomes[case.id])
            totals[word] = totals.get(word, 0) + 1
            print(f"{word:<22} {case.id:<52} {case.covers}")
    print("\n" + ", ".join(f"{count} {word}" for word, count in sorted(totals.items())))
    return 0 if set(totals) <= {"equal", "different on purpose", "missing"} else 1


def show(case_id: str, target: Target) -> int:
    for case in chosen(case_id.split("/")[0], case_id):
        print(f"== {case.id}: {case.covers}\n{case.code}")
        print("locust:", json.dumps(record.recorded_outcome(case), indent=1))
        print("acrida:", json.dumps(observe([case], "acrida", target)[case.id], indent=1))
    return 0


def first_differences(theirs: object, ours: object, path: str = "") -> list[tuple[str, object, object]]:
    """(where, Locust's, ours) for the smallest parts that differ; one for the tail of a list out of step."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        keys = [*theirs, *(key for key in ours if key not in theirs)]
        return [found for key in keys for found in first_differences(theirs.get(key), ours.get(key), f"{path}.{key}")]
    if isinstance(theirs, list) and isinstance(ours, list):
        if len(theirs) != len(ours):
            step = next((n for n, pair in enumerate(zip(theirs, ours, strict=False)) if pair[0] != pair[1]), None)
            cut = min(len(theirs), len(ours)) if step is None else step
            return [(f"{path}[{cut}:]", theirs[cut:], ours[cut:])]
        pairs = enumerate(zip(theirs, ours, strict=True))
        return [found for n, pair in pairs for found in first_differences(*pair, f"{path}[{n}]")]
    return [] if theirs == ours else [(path, theirs, ours)]


def diff(pattern: str, target: Target) -> int:
    for area in AREAS:
        cases = chosen(area, pattern)
        outcomes = observe(cases, "acrida", target)
        for case in cases:
            found = first_differences(record.recorded_outcome(case), outcomes[case.id])
            if found:
                print(f"{case.id}: {case.covers}")
            for where, theirs, ours in found:
                print(f"   {where}\n      locust {json.dumps(theirs)[:300]}\n      acrida {json.dumps(ours)[:300]}")
    return 0


def main() -> int:
    verb, pattern, *_ = [*sys.argv[1:], *["table", ""][len(sys.argv) - 1 :], ""]
    with tempfile.TemporaryDirectory() as folder:
        make_certificates(Path(folder))
        target = Target.start(Path(folder))
        try:
            if verb == "table" and os.environ.get("RECORD"):
                return record_all(pattern, target) or table(pattern, target)
            return {"record": record_all, "table": table, "show": show, "diff": diff}[verb](pattern, target)
        finally:
            target.stop()


if __name__ == "__main__":
    sys.exit(main())
