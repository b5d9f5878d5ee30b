"""Errors of scenarios in the log: all counted, few printed."""

from __future__ import annotations

import logging

import pytest
from acrida import _error_log
from acrida._error_log import ErrorLog, place_of


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(_error_log, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def errors(monkeypatch):
    monkeypatch.setattr(ErrorLog, "_all", [])
    return ErrorLog(logging.getLogger("scenario"))


def failure(text="boom"):
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


def test_an_error_is_printed_with_its_traceback(errors, clock, caplog):
    errors.log(failure())
    assert caplog.messages[0].startswith("boom\nTraceback (most recent call last):")
    assert caplog.messages[0].endswith("ValueError: boom\n")


def test_equal_errors_are_printed_five_times_a_second_and_the_rest_is_counted(errors, clock, caplog):
    for _ in range(20):
        errors.log(failure())
    assert len(caplog.messages) == 5
    clock[0] += 1
    errors.log(failure())
    assert caplog.messages[5].startswith("boom (repeated 15 times)\nTraceback")


def test_other_texts_and_places_have_a_count_of_their_own(errors, clock, caplog):
    for _ in range(10):
        errors.log(failure("one"))
        errors.log(failure("two"))
    assert len(caplog.messages) == 10


def test_what_was_left_out_is_said_at_the_end(errors, clock, caplog):
    for _ in range(8):
        errors.log(failure())
    caplog.clear()
    ErrorLog.flush_all()
    assert caplog.messages == ["ValueError: boom (repeated 3 times, not shown)"]
    ErrorLog.flush_all()
    assert len(caplog.messages) == 1


def test_a_place_is_the_chain_of_lines():
    one, same = (failure() for _ in range(2))
    assert place_of(one.__traceback__) == place_of(same.__traceback__)
    assert place_of(one.__traceback__) != place_of(None)
