"""A worker that stands still (SIGSTOP) is missing for a while, a master is waited for: what was counted before and
meanwhile arrives all the same."""

from __future__ import annotations

import signal

from tests.cluster.swarm import Swarm, eventually, reported


def test_a_worker_that_stood_still_loses_nothing(swarm: Swarm) -> None:
    frozen, other = swarm.worker("frozen"), swarm.worker("other")
    master = swarm.master("-u", "4", "-r", "10", "--exit-code-on-error", "0")
    master.wait_for_stderr("All users spawned")
    frozen.process.send_signal(signal.SIGSTOP)
    master.wait_for_stderr("setting state to missing")
    frozen.process.send_signal(signal.SIGCONT)
    master.wait_for_stderr("self-healed")
    before = swarm.target.hits()
    eventually(lambda: swarm.target.hits() > before + 50, "requests after the standstill")
    master.interrupt()
    done = master.finish(40)
    assert done.exit_code == 0, done.stderr[-3000:]
    assert reported(done) == swarm.target.hits()
    assert (frozen.finish().exit_code, other.finish().exit_code) == (0, 0)


def test_a_master_that_stood_still_blames_nobody_and_loses_nothing(swarm: Swarm) -> None:
    workers = [swarm.worker("one"), swarm.worker("two")]
    master = swarm.master("-u", "4", "-r", "10", "--exit-code-on-error", "0")
    seen = master.wait_for_stderr("All users spawned")
    master.process.send_signal(signal.SIGSTOP)
    before = swarm.target.hits()
    # Four users with 20 ms between two requests: for longer than a worker may be silent.
    eventually(lambda: swarm.target.hits() > before + 900, "requests while the master stands still", 60)
    master.process.send_signal(signal.SIGCONT)
    before = swarm.target.hits()
    eventually(lambda: swarm.target.hits() > before + 200, "requests after the standstill")
    master.interrupt()
    done = master.finish(40)
    assert done.exit_code == 0, done.stderr[-3000:]
    assert "missing" not in seen + done.stderr
    assert reported(done) == swarm.target.hits()
    assert [worker.finish().exit_code for worker in workers] == [0, 0]
