"""What is reported is what the target saw: over ramps, failures, redirects and stops."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.http.attack import CLIENTS
from tests.support.program import Outcome, Program
from tests.support.target import Target

BUSY = """
from locust import FastHttpUser, HttpUser, events, task

class Busy(BASE):
    @task(6)
    def ok(self): self.client.get("/ok")
    @task(3)
    def fail(self): self.client.get("/status/503")
    @task(2)
    def post(self): self.client.post("/echo", data="x" * 2000)
    @task(2)
    def late(self): self.client.get("/delay/30")
    @task(1)
    def caught(self):
        with self.client.get("/ok", name="caught", catch_response=True) as answer:
            answer.failure("by hand")
    @task(1)
    def dropped(self): self.client.post("/drop", name="dropped")
    MORE

@events.quit.add_listener
def told(exit_code):
    note("report", _environment.runner.generator_report())

@events.init.add_listener
def keep(environment, **kwargs):
    global _environment
    _environment = environment
"""
REDIRECTS = """
    @task(2)
    def moved(self): self.client.get("/redirect/3", name="moved")
    @task(1)
    def stale(self): self.client.get("/drop-reused", name="stale")
"""


def run(program: Program, kind: str, target: Target, more: str, *options: str) -> tuple[int, dict[str, int], Outcome]:
    text = BUSY.replace("BASE", CLIENTS[kind]).replace("    MORE\n", more)
    done = program.headless(text, *options, "--json", host=target.url, users=20, rate=20)
    reported = sum(row["num_requests"] for row in json.loads(done.stdout))
    return reported, done.noted("report")[0][0], done


def test_with_a_stop_timeout_the_target_counts_what_is_reported(acrida: Program, target: Target, kind: str) -> None:
    reported, report, done = run(acrida, kind, target, "", "-t", "2", "-s", "10")
    assert done.exit_code == 1
    assert reported > 100
    assert target.hits() == reported
    assert report["aborted"] == 0


def test_without_one_the_difference_is_counted(acrida: Program, target: Target, kind: str) -> None:
    reported, report, _ = run(acrida, kind, target, REDIRECTS, "-t", "2")
    assert reported > 100
    assert target.hits() == reported + report["redirects"] + report["resent"] + report["aborted"]


RAMPS = """
import gevent
from locust import FastHttpUser, HttpUser, LoadTestShape, events, task

class Busy(BASE):
    @task
    def late(self): self.client.get("/delay/5")
    @task
    def ok(self): self.client.get("/status/404")

class UpAndDown(LoadTestShape):
    steps = [(10, 100), (30, 100), (5, 100), (20, 50)]
    n = 0
    def tick(self):
        self.n += 1
        return self.steps[self.n - 1] if self.n <= len(self.steps) else None
"""


def test_ramps_up_and_down_lose_nothing(acrida: Program, target: Target, kind: str) -> None:
    done = acrida.headless(RAMPS.replace("BASE", CLIENTS[kind]), "--json", "-s", "10", host=target.url)
    reported = sum(row["num_requests"] for row in json.loads(done.stdout))
    assert reported > 50
    assert target.hits() == reported


@pytest.mark.parametrize("how", ["run time", "Ctrl-C", "runner.quit"])
def test_every_way_to_stop_keeps_the_books(acrida: Program, target: Target, how: str) -> None:
    quitting = """
@events.spawning_complete.add_listener
def soon(user_count): gevent.spawn_later(0.5, _environment.runner.quit if HOW == "runner.quit" else print_ready)
def print_ready():
    import logging
    logging.info("interrupt me")
import gevent
"""
    text = BUSY.replace("BASE", "FastHttpUser").replace("    MORE\n", "") + quitting.replace("HOW", repr(how))
    options = ["--headless", "--only-summary", "-u", "10", "-r", "10", "-H", target.url, "--csv", "out", "-s", "10"]
    running = acrida.start(text, *options, *(["-t", "1"] if how == "run time" else []))
    if how == "Ctrl-C":
        running.wait_for_stderr("interrupt me")
        running.interrupt()
    done = running.finish()
    aggregated: Any = done.csv("stats")[-1]
    assert int(aggregated["Request Count"]) == target.hits() > 20
