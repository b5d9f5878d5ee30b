"""Programs of their own as master and workers: among themselves, with acrida's Python nodes and with Locust's."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.native.test_page import served
from tests.support.ports import free_port
from tests.support.program import install_locust

PYTHON = """
from locust import HttpUser, User, constant, task

class Looker(HttpUser):
    weight = 3
    wait_time = constant(0.05)
    @task(3)
    def look(self): self.client.get("/")
    @task
    def miss(self): self.client.get("/missing")

class Failing(User):
    wait_time = constant(0.1)
    @task
    def divide(self): raise RuntimeError("divided by zero")
"""
Command = list[str | Path]


@pytest.fixture
def commands(looker: Path, tmp_path: Path) -> Callable[[str], Command]:
    """How to start the same scenario as a program of its own, with acrida, with Locust."""
    (tmp_path / "pair.py").write_text(PYTHON)

    def command(kind: str) -> Command:
        if kind == "native":
            return [looker]
        python = sys.executable if kind == "acrida" else install_locust()
        return [python, "-m", kind, "-f", "pair.py"]

    return command


@contextmanager
def running(*words: str | Path, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(words, cwd=cwd, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("master", "worker"), [("acrida", "native"), ("native", "acrida"), ("locust", "native"), ("native", "locust")]
)
def test_native_nodes_work_with_those_in_python(
    master: str, worker: str, commands, shop_url: str, tmp_path: Path
) -> None:
    port = str(free_port())
    # Encrypted and with proof where both know how to.
    secret = [] if "locust" in (master, worker) else ["--join-secret", "s3"]
    with running(*commands(worker), "--worker", "--master-port", port, "-L", "INFO", *secret, cwd=tmp_path) as node:
        words = ["--master", "--master-bind-port", port, "--headless", "-u", "8", "-r", "8", "-t", "3s", "-s", "5"]
        words += ["--expect-workers", "1", *secret, "--json", "--csv", "out", "--only-summary", "--host", shop_url]
        done = subprocess.run([*commands(master), *words], cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert node.stderr
        log = node.stderr.read()
        assert node.wait(30) == 0, log
    assert done.returncode == 1, done.stderr
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert rows["/"]["num_requests"] > 120 and rows["/"]["num_failures"] == 0
    assert rows["/missing"]["num_requests"] == rows["/missing"]["num_failures"] > 30
    assert '{"Failing": 2, "Looker": 6} (8 total users)' in done.stderr
    with open(tmp_path / "out_exceptions.csv", newline="") as file:
        (exception,) = csv.DictReader(file)
    assert "divided by zero" in exception["Message"] and int(exception["Count"]) > 20
    if worker == "native":
        assert "Task divide of Failing" in exception["Traceback"]
        assert "Got quit message from master, shutting down..." in log
    with open(tmp_path / "out_stats.csv", newline="") as file:
        total = list(csv.DictReader(file))[-1]
    assert int(total["Request Count"]) == sum(row["num_requests"] for row in rows.values())


def test_a_native_master_with_its_page_and_two_workers(looker: Path, shop_url: str, tmp_path: Path) -> None:
    port = str(free_port())
    words = ["--worker", "--master-port", port, "--join-secret", "s3"]
    master = ["--master", "--master-bind-port", port, "--join-secret", "s3", "--host", shop_url, "--class-picker"]
    with (
        served(looker, *master, cwd=tmp_path) as page,
        running(looker, *words, cwd=tmp_path) as first,
        running(looker, *words, "--threads", "2", cwd=tmp_path) as second,
    ):
        page.wait_for(lambda stats: len([w for w in stats["workers"] if w["state"] == "ready"]) == 2)
        page.post("/swarm", user_count=8, spawn_rate=8, user_classes=["Looker", "Failing"])
        stats = page.wait_for(lambda stats: len(stats["stats"]) == 3 and stats["user_count"] == 8)
        assert stats["state"] == "running" and {w["user_count"] for w in stats["workers"]} == {4}
        page.wait_for(lambda _: page.json("/exceptions")["exceptions"])
        exceptions = page.json("/exceptions")["exceptions"]
        assert exceptions[0]["msg"] == "divided by zero" and exceptions[0]["nodes"].count("_") >= 1
        page.post("/swarm", user_count=2, spawn_rate=8)
        page.wait_for(lambda stats: stats["user_count"] == 2)
        assert page.json("/stop")["success"]
        assert page.json("/stats/requests")["state"] == "stopped"
        # Again, with a class that was changed meanwhile: the workers know.
        edit = {"user_class_name": "Looker", "tasks": ["look"]}
        page.send("/user", json.dumps(edit))
        page.post("/swarm", user_count=2, spawn_rate=8, user_classes=["Looker"])
        page.wait_for(lambda stats: stats["stats"][-1]["num_requests"] > 10)
        assert {row["name"] for row in page.json("/stats/requests")["stats"]} == {"/", "Aggregated"}
        # One is killed: the other takes over.
        second.kill()
        page.wait_for(lambda stats: [w["state"] for w in stats["workers"]].count("missing") == 1)
        page.end()
        assert first.wait(30) == 0
    assert page.process.returncode == 0


def test_a_stranger_is_not_let_in(looker: Path, commands, tmp_path: Path) -> None:
    port = str(free_port())
    words = ["--master", "--master-bind-port", port, "--headless", "--join-secret", "s3"]
    with running(*commands("acrida"), *words, "--expect-workers-max-wait", "4", cwd=tmp_path) as master:
        words = ["--worker", "--master-port", port, "--join-secret", "another"]
        done = subprocess.run([looker, *words], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode != 0 and "secret" in done.stderr
        assert master.wait(60) == 1


def test_a_worker_that_comes_later_takes_its_share(looker: Path, tmp_path: Path) -> None:
    port = str(free_port())
    worker = [looker, "--worker", "--master-port", port]
    with (
        served(looker, "--master", "--master-bind-port", port, "--enable-rebalancing", cwd=tmp_path) as page,
        running(*worker, cwd=tmp_path),
    ):
        page.wait_for(lambda stats: [w["state"] for w in stats["workers"]] == ["ready"])
        page.post("/swarm", user_count=8, spawn_rate=100, host="http://127.0.0.1:1")
        page.wait_for(lambda stats: [w["user_count"] for w in stats["workers"]] == [8])
        with running(*worker, cwd=tmp_path):
            page.wait_for(lambda stats: [w["user_count"] for w in stats["workers"]] == [4, 4])
        page.end()


def test_a_master_that_died_is_followed_by_one_that_goes_on(looker: Path, shop_url: str, tmp_path: Path) -> None:
    """--resume: the worker keeps its users and results, and the second master counts on where the first one ended."""
    port = str(free_port())
    words = ["--master", "--master-bind-port", port, "--resume", "run.db", "--host", shop_url]
    with running(looker, "--worker", "--master-port", port, cwd=tmp_path) as node:
        with served(looker, *words, cwd=tmp_path) as page:
            page.wait_for(lambda stats: [w["state"] for w in stats["workers"]] == ["ready"])
            page.post("/swarm", user_count=4, spawn_rate=100)
            before = page.wait_for(lambda stats: stats["stats"][-1]["num_requests"] > 20)["stats"][-1]["num_requests"]
            page.process.kill()
            page.process.wait()
        with served(looker, *words, cwd=tmp_path) as page:
            stats = page.wait_for(lambda stats: stats["stats"][-1]["num_requests"] > before + 20)
            assert stats["state"] == "running" and stats["user_count"] == 4
            page.end()
        assert node.wait(30) == 0


def test_a_headless_master_does_not_wait_for_ever(looker: Path, tmp_path: Path) -> None:
    words = ["--master", "--master-bind-port", "0", "--headless", "--expect-workers-max-wait", "1"]
    done = subprocess.run([looker, *words], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "Gave up waiting for workers to connect" in done.stderr


def test_what_stands_in_the_way_of_a_swarm_is_said(looker: Path, tmp_path: Path, acrida) -> None:
    port = str(free_port())
    both = subprocess.run([looker, "--master", "--worker"], cwd=tmp_path, capture_output=True, text=True)
    assert both.returncode == 255 and "The --master argument cannot be combined with --worker" in both.stderr
    with served(looker, "--master", "--master-bind-port", port, cwd=tmp_path):
        again = [looker, "--master", "--master-bind-port", port, "--headless"]
        done = subprocess.run(again, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and f"The Locust master port ({port}) was busy." in done.stderr
        asking = acrida.run(None, "-f", "-", "--worker", "--master-port", port)
        assert asking.exit_code == 1 and "is a program of its own and has no locustfile to give" in asking.stderr


def test_a_worker_without_a_master_can_be_interrupted(looker: Path, tmp_path: Path) -> None:
    with running(looker, "--worker", "--master-port", str(free_port()), cwd=tmp_path) as node:
        assert node.stderr and "Starting acrida" in node.stderr.readline()
        node.send_signal(signal.SIGTERM)
        assert "Got SIGTERM signal" in node.stderr.read()
        assert node.wait(30) == 0


def test_a_swarm_follows_a_native_shape(build_program, shop_url: str, tmp_path: Path) -> None:
    """The master's shape decides; the run ends with it."""
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(shaped LANGUAGES CXX)\nfind_package(acrida REQUIRED)\n"
        "add_executable(shaped shaped.cpp)\ntarget_link_libraries(shaped PRIVATE acrida::main)\n"
    )
    (tmp_path / "shaped.cpp").write_text(SHAPED)
    shaped = build_program(tmp_path) / "shaped"
    port = str(free_port())
    with running(shaped, "--worker", "--master-port", port, cwd=tmp_path) as node:
        words = ["--master", "--master-bind-port", port, "--headless", "--host", shop_url, "--json"]
        done = subprocess.run([shaped, *words], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert node.wait(30) == 0
    assert done.returncode == 0, done.stderr
    assert "Shape test updating to 2 users at 5.00 spawn rate" in done.stderr
    assert "Shape test completed, shutting down" in done.stderr
    assert json.loads(done.stdout)[0]["num_requests"] > 5


SHAPED = """
#include <acrida/acrida.h>
using namespace acrida;
struct Looker : HttpUser {
  static void define(UserType& me) { me.wait_time(constant(0.1)).task<&Looker::look>(); }
  void look() { client.get("/"); }
};
struct Steps : LoadTestShape {
  std::optional<Tick> tick() override {
    if (run_time() > 2) return std::nullopt;
    return Tick{.users = run_time() < 1 ? 1 : 2, .spawn_rate = 5};
  }
};
ACRIDA_SCENARIO(scenario) { scenario.user<Looker>().shape<Steps>(); }
"""
