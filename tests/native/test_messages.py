"""Messages of a scenario's own, and exceptions by the thousand, between nodes in C++ and in Python."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.native.test_swarm import running
from tests.support.ports import free_port
from tests.support.program import Program

TELLER = """
#include <acrida/acrida.h>
#include <cstdio>
#include <stdexcept>
using namespace acrida;

struct Flood : User {
  static void define(UserType& me) { me.wait_time(constant(0.005)).task<&Flood::fail>(); }
  void fail() {
    record({.method = "FAIL", .name = "now"});
    throw std::runtime_error("one of many");
  }
};
struct Teller : User {
  static void define(UserType& me) { me.wait_time(constant(1)).task<&Teller::nothing>(); }
  void on_start() override { send_message("reply", {{"n", 7}, {"by", "a user"}}); }
  void nothing() {}
};

ACRIDA_SCENARIO(scenario) {
  scenario.user<Flood>().user<Teller>();
  scenario.on_message("hello", [](const Message& hello) {
    send_message("reply", {{"n", hello.data["n"].integer() + 1}, {"by", role() == Role::Worker ? "worker" : "local"}});
    send_message("unheard");
  });
  scenario.on_message("reply", [](const Message& reply) {
    std::fprintf(stderr, "reply %s of %s\\n", reply.data.dump().c_str(), reply.node_id.c_str());
  });
  scenario.on_message("broken", [](const Message&) { throw std::runtime_error("no good"); });
  scenario.events().spawning_complete.push_back([](std::int64_t) {
    if (role() == Role::Worker) return;
    send_message("hello", {{"n", 41}});
    if (role() == Role::Local) send_message("broken");
  });
}
"""
PYTHON = """
import sys
from locust import User, constant, events, task
from locust.runners import WorkerRunner

class Flood(User):
    wait_time = constant(1)
    @task
    def fail(self): pass
class Teller(User):
    wait_time = constant(1)
    @task
    def nothing(self): pass
    def on_start(self): self.environment.runner.send_message("reply", {"n": 7, "by": "a user"})

@events.init.add_listener
def listen(environment, **_):
    runner = environment.runner
    def hello(environment, msg, **_):
        runner.send_message("reply", {"n": msg.data["n"] + 1, "by": "worker"})
        runner.send_message("unheard")
    def reply(environment, msg, **_):
        print("reply", '{"by":"%s","n":%s}' % (msg.data["by"], msg.data["n"]), "of", msg.node_id, file=sys.stderr)
    runner.register_message("hello", hello)
    runner.register_message("reply", reply)
    @events.spawning_complete.add_listener
    def complete(**_):
        if not isinstance(runner, WorkerRunner):
            runner.send_message("hello", {"n": 41})
"""


@pytest.fixture(scope="module")
def teller(build_program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("teller")
    (folder / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(teller LANGUAGES CXX)\nfind_package(acrida REQUIRED)\n"
        "add_executable(teller teller.cpp)\ntarget_link_libraries(teller PRIVATE acrida::main)\n"
    )
    (folder / "teller.cpp").write_text(TELLER)
    return build_program(folder) / "teller"


@pytest.mark.parametrize(
    ("master", "worker"),
    [
        ("native", "native"),
        ("acrida", "native"),
        ("native", "acrida"),
        ("native", "cpp"),
        ("cpp", "native"),
        ("cpp", "cpp"),
    ],
)
def test_messages_go_both_ways(master: str, worker: str, teller: Path, tmp_path: Path) -> None:
    (tmp_path / "teller.py").write_text(PYTHON)
    (tmp_path / "teller.cpp").write_text(TELLER)
    python = [sys.executable, "-m", "acrida", "-f"]
    start = {"native": [teller], "acrida": [*python, "teller.py"], "cpp": [*python, "teller.cpp"]}
    port = str(free_port())
    with running(*start[worker], "--worker", "--master-port", port, cwd=tmp_path) as node:
        words = ["--master", "--master-bind-port", port, "--headless", "-u", "1", "-t", "2s", "--expect-workers", "1"]
        done = subprocess.run([*start[master], *words, "Teller"], cwd=tmp_path, capture_output=True, text=True)
        assert node.wait(30) == 0
    assert done.returncode == 0, done.stderr
    assert 'reply {"by":"worker","n":42} of ' in done.stderr
    assert 'reply {"by":"a user","n":7} of ' in done.stderr
    assert "Unknown message type received from worker" in done.stderr and "(index 0): unheard" in done.stderr


def test_alone_a_program_talks_to_itself(teller: Path, tmp_path: Path) -> None:
    done = subprocess.run([teller, "--headless", "-t", "1s", "Teller"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert 'reply {"by":"local","n":42} of local' in done.stderr and 'reply {"by":"a user","n":7}' in done.stderr
    assert "There is no listener for a message of the type unheard" in done.stderr
    assert "The listener of message broken failed: std::runtime_error: no good" in done.stderr


BESIDE = """
import sys
from locust import events

@events.init.add_listener
def listen(environment, **_):
    runner = environment.runner
    def unheard(environment, msg, **_):
        print("unheard is heard in Python:", msg.data, msg.node_id, file=sys.stderr)
        runner.send_message("reply", {"n": 1, "by": "python"})
        runner.send_message("reply", {"n": {1}})
    runner.register_message("unheard", unheard)
"""


def test_cpp_and_python_in_one_process_talk_to_each_other(acrida: Program) -> None:
    (acrida.folder / "teller.cpp").write_text(TELLER)
    (acrida.folder / "beside.py").write_text(BESIDE)
    words = ["-f", "teller.cpp,beside.py", "--headless", "-t", "1s", "--only-summary", "Teller"]
    done = acrida.run(None, *words, timeout_s=120)  # it begins with a compiler
    assert 'reply {"by":"a user","n":7} of local' in done.stderr
    assert 'reply {"by":"local","n":42} of local' in done.stderr
    assert "unheard is heard in Python: None local" in done.stderr
    assert 'reply {"by":"python","n":1} of local' in done.stderr
    assert "A message reply of local was dropped: C++ gets what JSON can hold" in done.stderr
    assert "The listener of message broken failed: std::runtime_error: no good" in done.stderr
    assert done.exit_code == 0, done.stderr


@pytest.mark.parametrize("master", ["native", "acrida"])
def test_exceptions_by_the_thousand_are_all_counted(master: str, teller: Path, tmp_path: Path) -> None:
    (tmp_path / "teller.py").write_text(PYTHON)
    start = {"native": [teller], "acrida": [sys.executable, "-m", "acrida", "-f", "teller.py"]}
    port = str(free_port())
    with running(teller, "--worker", "--master-port", port, cwd=tmp_path) as node:
        words = ["--master", "--master-bind-port", port, "--headless", "-u", "20", "-r", "100", "-t", "2s", "--json"]
        words += ["--expect-workers", "1", "--only-summary", "--csv", "out", "Flood"]
        done = subprocess.run([*start[master], *words], cwd=tmp_path, capture_output=True, text=True)
        assert node.stderr and "missing from the master's list" not in node.stderr.read()
        assert node.wait(30) == 0
    assert done.returncode == 1, done.stderr
    (row,) = json.loads(done.stdout)
    with open(tmp_path / "out_exceptions.csv", newline="") as file:
        (exception,) = csv.DictReader(file)
    assert int(exception["Count"]) == row["num_requests"] > 500
