"""Answers that break HTTP: each is a clear failure of that one request, never a crash, never a hang."""

from __future__ import annotations

from typing import Any

import pytest

from tests.http.attack import CLIENTS, attack
from tests.support.program import Outcome, Program
from tests.support.target import Target
from tests.support.target_broken import MALFORMED

BODY = """
for name in NAMES:
    try:
        answer = client.get("/malformed/" + name, name=name)
        note("answer", name, answer.status_code, str(getattr(answer, "error", None)))
    except Exception as error:
        note("answer", name, "raised", repr(error))
    note("next", name, client.get("/ok", name="after " + name).text)
"""


@pytest.fixture(scope="module", params=sorted(CLIENTS))
def seen(request: pytest.FixtureRequest, shared_target: Target, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """All malformed answers, one after the other, on one user: what each leaves behind meets the next."""
    program = Program("acrida", tmp_path_factory.mktemp("malformed"))
    return attack(program, request.param, shared_target, BODY.replace("NAMES", repr(sorted(MALFORMED))), timeout_s=60)


@pytest.mark.parametrize("name", sorted(MALFORMED))
def test_a_malformed_answer_is_a_failure_of_its_request(seen: Outcome, name: str) -> None:
    events = [event for event in seen.noted("event") if event[1] == name]
    assert len(events) == 1
    assert events[0][3], f"{name} was taken for an answer"
    assert len(events[0][3]) > 10, f"{name} is not explained: {events[0][3]}"
    assert ["next", name, "ok"] in seen.notes


def test_all_malformed_answers_are_counted_as_failures(seen: Outcome) -> None:
    assert seen.noted("total") == [[2 * len(MALFORMED), len(MALFORMED)]]


def test_a_head_without_end_is_refused(either: Any) -> None:
    done = either("note('status', client.get('/endless-head', name='endless').status_code, client.get('/ok').text)")
    assert done.noted("status") == [[0, "ok"]]


def test_bytes_nobody_asked_for_are_not_the_next_answer(either: Any) -> None:
    done = either("""
        for _ in range(3):
            note("extra", client.get("/extra-bytes").text)
            note("next", client.get("/ok").text, client.get("/json").json()["name"])
    """)
    assert done.noted("extra") == [["ok"]] * 3
    assert done.noted("next") == [["ok", "acrida"]] * 3
