"""Somebody sets the clock of a worker's machine, or of the master's, while a test runs. Here: of that process only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cluster.swarm import Swarm, eventually, reported

WATCH = """
import time, gevent
from locust import FastHttpUser, constant, events, task

class Buyer(FastHttpUser):
    wait_time = constant(0.02)
    @task
    def ok(self): self.client.get("/ok")

seen = []
def look():
    while True:
        seen.append(time.time())
        gevent.sleep(0.05)

@events.init.add_listener
def begin(**kwargs): gevent.spawn(look)

@events.quitting.add_listener
def quitting(**kwargs): note("jumped", max(seen) - min(seen) > 3000)
"""


def set_clock(file: Path, offset: str) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(offset)
    fresh.rename(file)


@pytest.mark.parametrize("who", ["worker", "master"])
@pytest.mark.parametrize("jump", ["+3600", "-3600"])
def test_a_clock_that_is_set_disturbs_nobody(swarm: Swarm, tmp_path: Path, who: str, jump: str) -> None:
    libraries = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    if not libraries:
        pytest.skip("libfaketime is not installed (tools/setup_system.sh test)")
    clock = tmp_path / "clock"
    set_clock(clock, "+0")
    # The clock that nobody can set stays as it is.
    env = {
        "LD_PRELOAD": str(libraries[0]), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    worker = swarm.worker("worker", locustfile=WATCH, **(env if who == "worker" else {}))
    master = swarm.master("-u", "2", "-r", "10", workers=1, locustfile=WATCH, **(env if who == "master" else {}))
    seen = master.wait_for_stderr("All users spawned")
    set_clock(clock, jump)
    before = swarm.target.hits()
    eventually(lambda: swarm.target.hits() > before + 150, "requests after the jump")
    set_clock(clock, "+0")
    before = swarm.target.hits()
    eventually(lambda: swarm.target.hits() > before + 50, "requests after the clock was right again")
    master.interrupt()
    done = master.finish()
    workers = worker.finish()
    assert (done.exit_code, workers.exit_code) == (0, 0), done.stderr
    assert (done.noted("jumped"), workers.noted("jumped")) == ([[who == "master"]], [[who == "worker"]])
    assert "missing" not in seen + done.stderr
    assert reported(done) == swarm.target.hits()
    assert all(row["max_response_time"] < 60_000 and row["min_response_time"] >= 0 for row in json.loads(done.stdout))
