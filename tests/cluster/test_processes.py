"""`--processes`, groups of workers, their exit codes, and what a locustfile sees in each process."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from tests.cluster.swarm import LOCUSTFILE, Swarm, children_of, eventually, hard_kill, lives, reported

SEEN = """
from locust import FastHttpUser, constant, events, tag, task
from locust.runners import MasterRunner, WorkerRunner
import gevent

class Buyer(FastHttpUser):
    wait_time = constant(0.05)
    @tag("nice")
    @task
    def ok(self): self.client.get("/ok", name='a "quoted", name')
    @task
    def other(self): self.client.get("/status/503")

@events.init.add_listener
def begin(environment, runner, **kwargs):
    if isinstance(runner, WorkerRunner): note("index", runner.worker_index)

@events.test_start.add_listener
def start(environment, **kwargs):
    if isinstance(environment.runner, WorkerRunner): gevent.sleep(0.5)

@events.test_stop.add_listener
def stop(environment, **kwargs): note("event", "test_stop")

@events.quitting.add_listener
def quitting(environment, **kwargs): note("event", "quitting")
"""


def test_a_group_of_workers_joins_a_master_from_elsewhere(swarm: Swarm) -> None:
    group = swarm.worker("group", "--processes", "2", locustfile=SEEN)
    options = ["-u", "4", "-r", "10", "-t", "3", "--tags", "nice", "--csv", "out", "--csv-full-history"]
    done = swarm.master(*options, locustfile=SEEN, LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP="0.01").finish()
    workers = group.finish()
    assert (done.exit_code, workers.exit_code) == (0, 0), done.stderr
    assert sorted(workers.noted("index")) == [[0], [1]]
    # Tags that the master was given are the workers' as well: nobody has called the other task.
    (row,) = json.loads(done.stdout)
    assert row["num_requests"] == swarm.target.hits() == swarm.target.hits("/ok") > 5
    # A listener delays the users: the master stops waiting for the workers' counts.
    assert "Spawning is complete and report waittime is expired, but not all reports received" in done.stderr
    assert done.noted("event") == [["test_stop"], ["quitting"]]
    statistics = done.csv("stats")
    assert [(each["Name"], each["Request Count"]) for each in statistics] == [
        ('a "quoted", name', str(row["num_requests"])),
        ("Aggregated", str(row["num_requests"])),
    ]
    history = done.csv("stats_history")
    assert {each["Name"] for each in history} == {'a "quoted", name', "Aggregated"}
    assert "4" in {each["User Count"] for each in history}
    assert [done.csv("failures"), done.csv("exceptions")] == [[], []]


def test_as_many_processes_as_processors_and_ctrl_c_for_all_of_them(swarm: Swarm) -> None:
    parent = swarm.start(
        "all", LOCUSTFILE, "--processes", "-1", "--headless", "--only-summary", "--json", "-H", swarm.target.url,
        "-u", "6", "-r", "10", "-s", "10", "--master-bind-port", "0",
    )  # fmt: skip
    seen = parent.wait_for_stderr("All users spawned")
    assert seen.count("Starting acrida") == 1
    children = children_of(parent.process.pid)
    assert len(children) == os.cpu_count()
    assert f"(index {len(children) - 1}) reported as ready. {len(children)} workers connected." in seen
    eventually(swarm.target.hits, "a request")
    for pid in (*children, parent.process.pid):  # as a terminal does
        os.kill(pid, signal.SIGINT)
    done = parent.finish()
    assert reported(done) == swarm.target.hits() > 0
    assert not any(lives(child) for child in children)
    assert "The last worker quit, stopping test." in done.stderr


def test_an_unknown_class_is_said_once_and_not_by_every_process(swarm: Swarm) -> None:
    done = swarm.start("all", LOCUSTFILE, "--processes", "4", "--headless", "Nobody").finish()
    assert done.exit_code == 1
    assert done.stderr.count("Unknown User(s): Nobody") == 1
    assert "Traceback" not in done.stderr


LEAVING = """
import sys
from locust import User, constant, runners, task

runners.MASTER_HEARTBEAT_TIMEOUT = 1.5

class Leaver(User):
    wait_time = constant(0.1)
    @task
    def leave(self):
        self.environment.events.request.fire(
            request_type="L", name="eave", response_time=1, response_length=1, exception=None, context={})
        if LEAVES: sys.exit(42)
"""


def test_the_exit_code_of_workers_is_that_of_their_group(swarm: Swarm) -> None:
    text = LEAVING.replace("LEAVES", "True")
    group = swarm.worker("group", "--processes", "2", locustfile=text)
    done = swarm.master("-u", "2", "-r", "10", locustfile=text).finish()
    assert group.finish().exit_code == 42
    # They end at once, without a goodbye: the master misses them, and ends when nobody is left.
    assert done.stderr.count("failed to send heartbeat, setting state to missing") == 2
    assert "The last worker went missing, stopping test." in done.stderr


def test_a_group_ends_when_its_master_was_killed(swarm: Swarm) -> None:
    text = LEAVING.replace("LEAVES", "False")
    group = swarm.worker("group", "--processes", "2", locustfile=text)
    master = swarm.master("-u", "2", "-r", "10", locustfile=text)
    master.wait_for_stderr("All users spawned")
    children = children_of(group.process.pid)
    hard_kill(master)
    done = group.finish()
    assert done.stderr.count("Didn't get heartbeat from master in over 1s") == 2
    assert not any(lives(child) for child in children)


def test_workers_that_came_first_get_both_files(swarm: Swarm, tmp_path: Path) -> None:
    workers = [swarm.worker(name, "-f", "-", locustfile=None) for name in ("one", "two")]
    for worker in workers:
        eventually(lambda worker=worker: lives(worker.process.pid), "the workers")
    (tmp_path / "master").mkdir()
    (tmp_path / "master" / "second.py").write_text(SECOND)
    done = swarm.master("-f", "locustfile.py,second.py", "-u", "4", "-r", "10", "-t", "1").finish()
    assert [worker.finish().exit_code for worker in workers] == [0, 0]
    assert 'All users spawned: {"Buyer": 2, "Other": 2} (4 total users)' in done.stderr
    assert swarm.target.hits("/bytes/3") > 2


SECOND = """
from locust import FastHttpUser, constant, task

class Other(FastHttpUser):
    wait_time = constant(0.1)
    @task
    def other(self): self.client.get("/bytes/3")
"""
