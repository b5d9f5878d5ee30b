"""Limits of the machine: raised where possible, told before the start where not."""

from __future__ import annotations

from tests.support.program import Program
from tests.support.target import Target

KEEPERS = """
from locust import FastHttpUser, constant, events, task
import gevent
class Keeper(FastHttpUser):
    wait_time = constant(1000)
    @task
    def once(self):
        self.client.get("/ok")
        if self.environment.stats.total.num_requests == 300: gevent.spawn(self.environment.runner.quit)
"""


def test_a_low_soft_limit_of_open_files_is_raised_by_itself(acrida: Program, target: Target) -> None:
    acrida.open_files = (64, 4096)
    done = acrida.headless(KEEPERS, "--csv", "out", host=target.url, users=300, rate=1000)
    assert done.exit_code == 0, done.stderr[-2000:]
    assert done.csv("stats")[-1]["Failure Count"] == "0"
    assert target.counts()["connections"] == 300


def test_more_users_than_local_ports_is_said_before_the_start(acrida: Program, target: Target) -> None:
    text = (
        "from locust import User, task\nclass One(User):\n    @task\n    def t(self): self.environment.runner.quit()\n"
    )
    done = acrida.headless(text, host=target.url, users=70000, rate=100)
    before, _, _ = done.stderr.partition("Ramping to 70000 users")
    assert "70000 users need as many local ports" in before
