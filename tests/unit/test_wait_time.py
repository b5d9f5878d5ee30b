"""What the wait functions return; nobody waits here."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest
from acrida import TaskSet, User, between, constant, constant_pacing, constant_throughput, poisson
from acrida.exception import MissingWaitTimeError
from acrida.user import wait_time as module


def test_between_is_within_its_bounds_also_when_they_are_reversed():
    random.seed(1)
    for wait in (between(1, 3), between(3, 1)):
        values = [wait(None) for _ in range(200)]
        assert 1 <= min(values) < 1.2 and 2.8 < max(values) <= 3


def test_constant():
    assert constant(2.5)(None) == 2.5


@pytest.mark.parametrize("wait", [constant_pacing(1), constant_throughput(1)])
def test_pacing_fills_up_the_period_and_never_makes_up_for_overruns(monkeypatch, wait):
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(module, "perf_counter", lambda: clock.now)
    user = SimpleNamespace(_cp_last_run=100.0, _cp_last_wait_time=0)
    waits = []
    for task_took in (0.2, 0.2, 1.5, 0.2):
        clock.now += task_took
        waits.append(round(wait(user), 6))
        clock.now += waits[-1]
    assert waits == [0.8, 0.8, 0, 0.8]


def test_poisson_has_the_wanted_mean():
    random.seed(3)
    values = [poisson(4)(None) for _ in range(5000)]
    assert sum(values) / len(values) == pytest.approx(0.25, rel=0.05)


@pytest.mark.parametrize("factory", [constant_throughput, poisson])
@pytest.mark.parametrize("rate", [0, -1])
def test_rates_must_be_positive(factory, rate):
    with pytest.raises(ValueError, match=rf"{factory.__name__}\(\) requires a positive rate, got: {rate}"):
        factory(rate)


def test_a_task_set_has_its_users_wait_time_unless_it_has_its_own(environment):
    class Slow(User):
        wait_time = constant(7)

    class Quick(TaskSet):
        wait_time = constant(1)

    class Outer(TaskSet):
        wait_time = constant(3)

    user = Slow(environment)
    assert TaskSet(Outer(user)).wait_time() == 7
    assert Quick(user).wait_time() == 1


def test_min_and_max_wait_count_only_without_wait_time(environment):
    class Old(User):
        wait_time = None
        min_wait, max_wait = 500, 500

    class Both(User):
        min_wait = max_wait = 500

    assert TaskSet(Old(environment)).wait_time() == 0.5
    assert TaskSet(Both(environment)).wait_time() == 0


def test_no_wait_time_at_all(environment):
    class None_(User):
        wait_time = None

    with pytest.raises(MissingWaitTimeError, match="You must define a wait_time method on either the"):
        TaskSet(None_(environment)).wait_time()
