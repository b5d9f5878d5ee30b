"""Real faults of a network between master and workers: a cable that is cut, and one that is slow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.network import Network
from tests.cluster.swarm import Swarm, eventually, reported
from tests.support.program import NOTES

QUIET = """
from locust import FastHttpUser, constant, task

class Buyer(FastHttpUser):
    wait_time = constant(0.02)
    @task
    def ok(self): self.client.get("/ok")
"""


@pytest.fixture
def network(swarm: Swarm) -> Iterator[Network]:
    network = Network()
    swarm.master_prefix = network.prefix
    yield network
    swarm.kill_all()
    network.close()


def test_a_cable_that_is_cut_for_a_while_loses_nothing(swarm: Swarm, network: Network) -> None:
    links = [network.link(), network.link()]
    workers = [
        swarm.worker(f"worker{number}", "--master-host", link.master_host, locustfile=QUIET)
        for number, link in enumerate(links)
    ]
    master = swarm.master("-u", "4", "-r", "10", locustfile=QUIET)
    master.wait_for_stderr("All users spawned")
    links[0].cut()
    master.wait_for_stderr("setting state to missing")
    during = swarm.target.hits()
    eventually(lambda: swarm.target.hits() > during + 50, "requests of a worker that is cut off, and of the other")
    links[0].mend()
    master.wait_for_stderr("self-healed")
    master.interrupt()
    done = master.finish(60)
    assert done.exit_code == 0, done.stderr
    assert reported(done) == swarm.target.hits()
    assert [worker.finish().exit_code for worker in workers] == [0, 0]


def test_over_a_slow_cable_come_files_and_all_results(swarm: Swarm, network: Network, tmp_path: Path) -> None:
    link = network.link()
    link.slow_down(1000)
    worker = swarm.worker("worker", "-f", "-", "--master-host", link.master_host, locustfile=None)
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "locustfile.py").write_text(NOTES + QUIET + SIZE)
    (folder / "noise.bin").write_bytes(os.urandom(400_000))  # more than one piece, more than three seconds
    master = swarm.master("-f", str(folder), "-u", "2", "-r", "10", "-t", "2", workers=1, locustfile=QUIET)
    done = master.finish(60)
    assert done.exit_code == 0, done.stderr
    assert reported(done) == swarm.target.hits() > 0
    arrived = worker.finish()
    assert arrived.exit_code == 0, arrived.stderr
    assert arrived.noted("size") == [[400_000]]


SIZE = """
import os
note("size", os.path.getsize(os.path.join(os.path.dirname(__file__), "noise.bin")))
"""
