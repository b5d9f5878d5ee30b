"""Bad days of a swarm, and what people are told."""

from __future__ import annotations

import json
import os
import signal
import socket
import urllib.request

import acrida

from tests.cluster.swarm import LOCUSTFILE, Swarm, children_of, eventually, free_port, hard_kill, lives

BROKEN = (
    """
import os
if "ACRIDA_WORKER_OF" in os.environ: raise SystemExit(3)
"""
    + LOCUSTFILE
)


QUIET = LOCUSTFILE.replace("/status/503", "/ok")


def test_a_worker_without_the_join_secret_stays_outside_and_both_sides_say_so(swarm: Swarm) -> None:
    stranger, wrong = swarm.worker("stranger"), swarm.worker("wrong", "--join-secret", "another")
    bare = swarm.worker("bare", "-f", "-", locustfile=None)
    bare_and_wrong = swarm.worker("bare_and_wrong", "-f", "-", locustfile=None, LOCUST_JOIN_SECRET="another")
    friend = swarm.worker("friend", "-f", "-", locustfile=None, LOCUST_JOIN_SECRET="open sesame")
    master = swarm.master("--join-secret", "open sesame", "-u", "2", "-r", "10", workers=1)
    for turned_away in (stranger, wrong, bare, bare_and_wrong):
        outcome = turned_away.finish()  # by themselves, with the reason as their only error
        assert outcome.exit_code in (1, 255)
        assert outcome.stderr.count("do not have the same join secret") == 1, outcome.stderr
        assert "Failed to connect" not in outcome.stderr
    seen = master.wait_for_stderr("All users spawned")
    master.interrupt()
    log = seen + master.finish().stderr
    assert "1 workers connected" in log
    assert "2 workers connected" not in log
    assert log.count("A node was turned away") == 1
    assert friend.finish().exit_code == 0


def test_a_port_that_closes_connections_is_not_taken_for_a_master_with_another_secret(swarm: Swarm) -> None:
    with socket.create_server(("127.0.0.1", swarm.port)) as listener:
        worker = swarm.worker("early", "--join-secret", "sesame", locustfile=QUIET)
        for _ in range(5):
            listener.accept()[0].close()
    done = swarm.master("--join-secret", "sesame", "-t", "1", workers=1, locustfile=QUIET).finish()
    assert (done.exit_code, worker.finish().exit_code) == (0, 0)


DEAF = (
    LOCUSTFILE
    + """
import signal
# As deaf to SIGTERM as one that hangs in C code.
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
"""
)


def test_nobody_is_left_behind_when_the_parent_is_killed(swarm: Swarm) -> None:
    parent = swarm.start(
        "all", DEAF, "--processes", "2", "--headless", "-H", swarm.target.url, "-u", "2", "-r", "2",
        "--master-bind-port", str(swarm.port),
    )  # fmt: skip
    eventually(lambda: swarm.target.hits() > 10, "requests")
    children = children_of(parent.process.pid)
    assert len(children) == 2
    hard_kill(parent)
    # Long before they would miss the master's heartbeats (60 s).
    eventually(lambda: not any(lives(child) for child in children), "the workers' end")


def test_a_child_that_fails_is_the_exit_code_of_the_whole(swarm: Swarm) -> None:
    done = swarm.start(
        "all", BROKEN, "--processes", "2", "--headless", "-t", "3", "--master-bind-port", str(swarm.port)
    ).finish()
    assert done.exit_code == 3
    assert "A worker process has ended with code 3 before the test began." in done.stderr


def test_ctrl_c_collects_everything(swarm: Swarm) -> None:
    parent = swarm.start(
        "all", LOCUSTFILE, "--processes", "2", "--headless", "--only-summary", "--json", "-H", swarm.target.url,
        "-u", "6", "-r", "10", "-s", "10", "--master-bind-port", str(swarm.port),
    )  # fmt: skip
    eventually(lambda: swarm.target.hits() > 50, "requests")
    parent.interrupt()
    done = parent.finish()
    assert sum(row["num_requests"] for row in json.loads(done.stdout)) == swarm.target.hits()


def test_a_busy_port_is_one_clear_line(swarm: Swarm) -> None:
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        swarm.port = other.getsockname()[1]
        done = swarm.master().finish()
    assert done.exit_code == 1
    assert f"The Locust master port ({swarm.port}) was busy" in done.stderr


def test_workers_that_never_come(swarm: Swarm) -> None:
    done = swarm.master("--expect-workers-max-wait", "1").finish()
    assert done.exit_code == 1
    assert "Gave up waiting for workers to connect" in done.stderr


def test_master_and_worker_in_one_is_refused(swarm: Swarm) -> None:
    done = swarm.start("both", LOCUSTFILE, "--master", "--worker").finish()
    assert done.exit_code == 255
    assert "cannot be combined" in done.stderr


def test_the_page_steers_the_swarm(swarm: Swarm) -> None:
    web = free_port()
    master = swarm.start(
        "master", LOCUSTFILE, "--master", "--master-bind-port", str(swarm.port), "--web-port", str(web),
        "-H", swarm.target.url,
    )  # fmt: skip
    workers = [swarm.worker("one"), swarm.worker("two")]

    def ask(path: str, form: bytes | None = None) -> dict[str, object]:
        with urllib.request.urlopen(f"http://127.0.0.1:{web}{path}", data=form, timeout=30) as answer:
            found: dict[str, object] = json.load(answer)
            return found

    def shown() -> dict[str, object]:
        try:
            return ask("/stats/requests")
        except OSError:
            return {}

    eventually(lambda: shown().get("worker_count") == 2, "two workers on the page")
    for users in (6, 2):
        assert ask("/swarm", f"user_count={users}&spawn_rate=10".encode())["success"]
        eventually(lambda users=users: shown()["user_count"] == users, f"{users} users")
        eventually(lambda: shown()["state"] == "running", "the end of the ramp")
    known = {(row["state"], row["version"], row["address"]) for row in shown()["workers"]}
    assert known == {("running", f"acrida {acrida.__version__}", "127.0.0.1")}
    eventually(lambda: len(shown()["stats"]) == 3, "rows")
    assert ask("/stop")["success"]
    assert (shown()["state"], shown()["user_count"]) == ("stopped", 0)
    master.process.terminate()
    master.finish()
    assert [worker.finish().exit_code for worker in workers] == [0, 0]


def test_a_killed_worker_process_shows_in_the_exit_code(swarm: Swarm) -> None:
    parent = swarm.start(
        "all", QUIET, "--processes", "2", "--headless", "--only-summary", "-H", swarm.target.url,
        "-u", "2", "-r", "10", "-t", "6", "--master-bind-port", "0",
    )  # fmt: skip
    eventually(lambda: swarm.target.hits() > 10, "requests")
    os.kill(children_of(parent.process.pid)[0], signal.SIGKILL)
    done = parent.finish()
    assert done.exit_code == 1
    assert "Worker processes were killed by signal 9" in done.stderr
