"""A script that keeps the processor busy does not make the target look slow."""

from __future__ import annotations

import pytest

from tests.http.attack import CLIENTS
from tests.support.program import Program
from tests.support.target import Target

BURN_MS = 200
BUSY = """
from locust import FastHttpUser, HttpUser, constant, events, task
import gevent, time

class Steady(BASE):
    wait_time = constant(0.03)
    @task
    def get(self): self.client.get("/delay/5")

def burn():
    while True:
        gevent.sleep(0.1)
        end = time.perf_counter() + BURN_S
        while time.perf_counter() < end: pass

@events.test_start.add_listener
def start(environment): gevent.spawn(burn)

@events.quitting.add_listener
def told(environment, **kwargs):
    total = environment.stats.total
    percentile = total.get_response_time_percentile
    note("reported", total.num_requests, percentile(0.5), percentile(0.97))
"""


@pytest.mark.parametrize("kind", sorted(CLIENTS))
def test_a_busy_script_inflates_no_response_time(acrida: Program, target: Target, kind: str) -> None:
    text = BUSY.replace("BASE", CLIENTS[kind]).replace("BURN_S", str(BURN_MS / 1000))
    done = acrida.headless(text, "-t", "4", host=target.url, users=10)
    requests, p50, p97 = done.noted("reported")[0]
    served = sorted((entry["end"] - entry["start"]) * 1000 for entry in target.log() if entry["end"])
    assert requests > 100
    # Of 100 ms between two burns a request takes 5: about one in twenty is in flight when a burn begins, and its time
    # would hold most of the burn if that leaked in.
    assert p50 - served[len(served) // 2] < BURN_MS / 8
    assert p97 - served[int(len(served) * 0.97)] < BURN_MS / 4
