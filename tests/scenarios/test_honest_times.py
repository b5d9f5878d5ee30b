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
        gevent.sleep(0.3)
        end = time.perf_counter() + BURN_S
        while time.perf_counter() < end: pass

@events.test_start.add_listener
def start(environment): gevent.spawn(burn)

@events.quitting.add_listener
def told(environment, **kwargs):
    total = environment.stats.total
    note("reported", total.num_requests, total.get_response_time_percentile(0.9), total.get_response_time_percentile(0.99))
"""


@pytest.mark.parametrize("kind", sorted(CLIENTS))
def test_a_busy_script_inflates_no_response_time(acrida: Program, target: Target, kind: str) -> None:
    text = BUSY.replace("BASE", CLIENTS[kind]).replace("BURN_S", str(BURN_MS / 1000))
    done = acrida.headless(text, "-t", "4", host=target.url, users=10)
    requests, p90, p99 = done.noted("reported")[0]
    served = sorted((entry["end"] - entry["start"]) * 1000 for entry in target.log() if entry["end"])
    assert requests > 200
    # The script burns 40 % of the time: if its burns leaked into the times, the 90th percentile would hold most of one.
    assert p90 - served[int(len(served) * 0.90)] < BURN_MS / 8
    assert p99 - served[int(len(served) * 0.99)] < BURN_MS / 4
