"""A worker that stands still (SIGSTOP) is missing for a while; what it counts before and after arrives all the same."""

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
