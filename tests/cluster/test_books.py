"""What a swarm reports is what the target saw: with acrida's nodes, with Locust's, and with both."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.swarm import LOCUSTFILE, Swarm, eventually, failures, hard_kill, reported


def test_acrida_nodes_lose_nothing(swarm: Swarm) -> None:
    first, second = swarm.worker("one"), swarm.worker("two")
    done = swarm.master("-u", "10", "-r", "10", "-t", "3").finish()
    assert done.exit_code == 1, done.stderr  # failed requests
    assert 'All users spawned: {"Buyer": 10} (10 total users)' in done.stderr
    assert reported(done) > 100
    assert failures(done) > 10
    assert swarm.target.hits() == reported(done)
    assert (first.finish().exit_code, second.finish().exit_code) == (0, 0)


def test_processes_are_one_command(swarm: Swarm) -> None:
    options = ["--processes", "2", "--headless", "--only-summary", "--json", "-H", swarm.target.url, "-s", "10"]
    done = swarm.start(
        "all", LOCUSTFILE, *options, "--master-bind-port", str(swarm.port), "-u", "10", "-r", "10", "-t", "3"
    ).finish()
    assert done.exit_code == 1, done.stderr
    assert "2 workers connected" in done.stderr
    assert swarm.target.hits() == reported(done) > 100


def test_a_worker_of_locust_and_one_of_acrida_work_together(swarm: Swarm, real_locust: Path) -> None:
    other, ours = swarm.worker("other", kind="locust"), swarm.worker("ours", "-f", "-", locustfile=None)
    done = swarm.master("-u", "10", "-r", "10", "-t", "4").finish()
    assert 'All users spawned: {"Buyer": 10} (10 total users)' in done.stderr
    assert swarm.target.hits() == reported(done) > 100
    assert failures(done) > 10
    assert "Got quit message from master" in other.finish().stderr
    assert ours.finish().exit_code == 0


def test_acrida_workers_of_a_master_of_locust(swarm: Swarm, real_locust: Path) -> None:
    first, second = swarm.worker("one"), swarm.worker("two")
    done = swarm.master("-u", "10", "-r", "10", "-t", "4", kind="locust").finish()
    assert 'All users spawned: {"Buyer": 10} (10 total users)' in done.stderr
    assert swarm.target.hits() == reported(done) > 100
    assert (first.finish().exit_code, second.finish().exit_code) == (0, 0)


def test_a_killed_worker_is_named_with_what_is_missing(swarm: Swarm) -> None:
    victim, other = swarm.worker("victim"), swarm.worker("other")
    master = swarm.master("-u", "10", "-r", "10", "-t", "9")
    eventually(lambda: swarm.target.hits() > 100, "requests")
    hard_kill(victim)
    done = master.finish()
    assert "failed to send heartbeat, setting state to missing" in done.stderr
    assert "requests that it counted are missing from these results" in done.stderr
    assert 100 < reported(done) <= swarm.target.hits()
    assert other.finish().exit_code == 0


def test_a_killed_master_is_resumed_and_nothing_is_lost(swarm: Swarm, tmp_path: Path) -> None:
    workers = [swarm.worker("one"), swarm.worker("two")]
    options = ["-u", "10", "-r", "10", "--resume", str(tmp_path / "run.db")]
    master = swarm.master(*options, "-t", "60")
    eventually(lambda: swarm.target.hits() > 200, "requests")
    hard_kill(master)
    between = swarm.target.hits()
    eventually(lambda: swarm.target.hits() > between + 50, "the workers go on")
    done = swarm.master(*options, "-t", "3", name="second").finish()
    assert "Resuming the run" in done.stderr
    assert swarm.target.hits() == reported(done) > between
    assert [worker.finish().exit_code for worker in workers] == [0, 0]


@pytest.mark.parametrize("bad", [b"", b"\x00", b"\xc1\xc1", b"\x93\xa5stats\x81", b"\xdd\xff\xff\xff\xff"])
def test_a_malformed_message_does_not_make_the_master_deaf(swarm: Swarm, bad: bytes) -> None:
    import zmq

    worker = swarm.worker("one")
    master = swarm.master("-u", "2", "-r", "10", "-t", "2", workers=1)
    context = zmq.Context()
    stranger = context.socket(zmq.DEALER)
    stranger.setsockopt(zmq.LINGER, 1000)
    stranger.connect(f"tcp://127.0.0.1:{swarm.port}")
    stranger.send(bad)
    done = master.finish()
    stranger.close()
    context.term()
    assert swarm.target.hits() == reported(done) > 10
    assert worker.finish().exit_code == 0
