"""Ramps of the local runner, and its look at the processor."""

from __future__ import annotations

import logging
from itertools import count
from types import SimpleNamespace

import gevent
import psutil
from acrida import User, constant, runners, task
from acrida._runner import usage
from gevent.event import Event

from .kit import PATIENCE_S, Sleeper, ramp
from .test_dispatch import naps, nodes, user_class

__all__ = ["naps"]


def test_a_lower_target_during_the_ramp_ends_there(make):
    runner = make(Sleeper)
    runner.start(10, 1)
    gevent.sleep(0)
    assert runner.state == "spawning"
    ramp(runner, 5)
    assert (runner.user_count, runner.target_user_count, runner.state) == (5, 5, "running")


def test_batches_up_and_down_and_the_time_between_them(naps):
    from acrida.dispatch import UsersDispatcher

    dispatcher = UsersDispatcher(worker_nodes=nodes("local"), user_classes=[user_class("A")])

    def maps(target, rate, takes=0.0):
        dispatcher.new_dispatch(target, rate)
        for shares in dispatcher:
            yield shares["local"]["A"]
            naps.append(takes)

    assert list(maps(10, 10)) == [10]
    assert sum(naps) == 0
    assert list(maps(2, 4)) == [6, 2]
    assert sum(naps) == 1
    list(maps(10, 10))
    naps.clear()
    # Users that take a second to end: that second is not waited for once more.
    assert list(maps(2, 4, takes=1.0)) == [6, 2]
    assert sum(naps) == 2


def test_a_batch_that_leaves_is_waited_for_before_the_next(make, diary):
    go_on = Event()

    class Busy(User):
        wait_time = constant(1000)

        @task
        def act(self):
            go_on.wait()

    runner = make(Busy, stop_timeout=1000)
    ramp(runner, 10)
    inner = runner.stop_users

    def noted(counts):
        diary.append(f"ask {counts['Busy']}, go on: {go_on.is_set()}")
        gevent.spawn(go_on.set)
        inner(counts)
        diary.append(f"gone, left {runner.user_count}")

    runner.stop_users = noted
    ramp(runner, 2, 4)
    assert diary == ["ask 4, go on: False", "gone, left 6", "ask 4, go on: True", "gone, left 2"]


def test_a_busy_processor_is_told_and_remembered(make, monkeypatch, caplog):
    monkeypatch.setattr(runners, "CPU_MONITOR_INTERVAL", 0.01)
    memory = SimpleNamespace(rss=1_000_000)
    monkeypatch.setattr(psutil, "Process", lambda: SimpleNamespace(memory_info=lambda: memory))
    clocks = SimpleNamespace(process_time=count(0, 95.5).__next__, monotonic=count(0, 100).__next__)
    monkeypatch.setattr(usage, "time", clocks)
    runner = make(Sleeper)
    told = []
    twice = Event()

    def hear(environment, cpu_usage, **_):
        told.append(cpu_usage)
        if len(told) == 2:
            twice.set()

    ramp(runner, 1)
    runner.environment.events.cpu_warning.add_listener(hear)
    assert twice.wait(PATIENCE_S)
    with caplog.at_level(logging.WARNING):
        runner.quit()
    assert told[:2] == [95.5, 95.5]
    assert runner.cpu_warning_emitted
    assert [each.getMessage()[:18] for each in caplog.records].count("CPU usage above 90") == 1
    assert "CPU usage was too high at some point during the test!" in caplog.text
