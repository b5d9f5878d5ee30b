"""What a scenario in C++ does wrong outside of its tasks, as a program and in `acrida -f`: told; the run goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCENARIO = """
#include <acrida/acrida.h>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
using namespace acrida;

template <class Call>
void on_a_thread(Call call) {
  std::thread([call] {
    try {
      call();
    } catch (const std::logic_error& error) {
      log(std::string("refused: ") + error.what());
    }
  }).join();
}

struct Calm : User {
  static void define(UserType& me) { me.wait_time(constant(0.1)).task<&Calm::rest>(); }
  void rest() { record({.method = "CALM", .name = "rest"}); }
};
struct Strange : User {
  static void define(UserType& me) { me.wait_time(constant(0.1)).task<&Strange::rest>(); }
  void rest() { throw 42; }
};
struct Foreign : HttpUser {
  static void define(UserType& me) {
    me.host("http://127.0.0.1:1").wait_time(constant(9)).task<&Foreign::all>();
  }
  void all() {
    on_a_thread([this] { client.get("/"); });
    on_a_thread([this] { wait(); });
    on_a_thread([] { acrida::sleep(1); });
    on_a_thread([] { TcpSocket("127.0.0.1", 1); });
    on_a_thread([] { resolve("localhost"); });
    on_a_thread([] { record({.method = "X", .name = "y"}); });
    on_a_thread([] { HttpClient of_nobody; });
    record({.method = "FOREIGN", .name = "done"});
  }
};
struct Odd : LoadTestShape {
  std::optional<Tick> tick() override {
    if (run_time() > 0.5) throw std::runtime_error("no idea");
    return Tick{1, 1, {"Calm"}};
  }
};
ACRIDA_SCENARIO(scenario) {
  const std::string wish = std::getenv("WISH") ? std::getenv("WISH") : "";
  if (wish == "setup") throw 3;
  scenario.user<Calm>().user<Strange>().user<Foreign>();
  if (wish == "shape") scenario.shape<Odd>();
  Events& events = scenario.events();
  if (wish == "start") events.test_start.push_back([] { throw std::runtime_error("no start"); });
  if (wish == "start") events.test_start.push_back([] { log("the next one is called"); });
  if (wish == "complete") events.spawning_complete.push_back([](std::int64_t) { throw 7; });
  if (wish == "stop") events.test_stop.push_back([] { throw std::runtime_error("no stop"); });
  if (wish == "quit") events.quitting.push_back([](Quitting&) { throw std::runtime_error("no quit"); });
}
"""
CMAKE = """
cmake_minimum_required(VERSION 3.20)
project(odd LANGUAGES CXX)
find_package(acrida REQUIRED)
add_executable(odd odd.cpp)
target_link_libraries(odd PRIVATE acrida::main)
"""


@pytest.fixture(scope="module")
def start(build_program, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("odd")
    (folder / "odd.cpp").write_text(SCENARIO)
    (folder / "CMakeLists.txt").write_text(CMAKE)
    return {
        "program": [build_program(folder) / "odd"],
        "command": [sys.executable, "-m", "acrida", "-f", folder / "odd.cpp"],
    }


HOSTS = pytest.mark.parametrize("host", ["program", "command"])


def run(command: list[str | Path], wish: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command, "--headless", "--only-summary", *words],
        cwd=cwd, capture_output=True, text=True, timeout=120, env={**os.environ, "WISH": wish},
    )  # fmt: skip


@HOSTS
@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("start", "std::runtime_error: no start"),
        ("complete", "int: not a std::exception"),
        ("stop", "std::runtime_error: no stop"),
        ("shape", "std::runtime_error: no idea"),
    ],
)
def test_a_listener_that_throws_is_told_of_and_decides_the_exit_code(
    start, host: str, wish: str, sentence: str, tmp_path: Path
) -> None:
    done = run(start[host], wish, "-t", "1s", "Calm", cwd=tmp_path)
    assert sentence in done.stderr and done.returncode == 2, done.stderr
    assert "the next one is called" in done.stderr or wish != "start"
    assert "CALM     rest" in done.stderr, "the run went on, and has its summary"


def test_a_listener_of_the_end_that_throws_leaves_the_summary(start, tmp_path: Path) -> None:
    done = run(start["program"], "quit", "-t", "1s", "Calm", cwd=tmp_path)
    assert "Uncaught exception in event handler of quitting: std::runtime_error: no quit" in done.stderr
    assert "CALM     rest" in done.stderr and done.returncode == 2


@HOSTS
def test_a_scenario_that_throws_while_it_is_set_up_is_named(start, host: str, tmp_path: Path) -> None:
    done = run(start[host], "setup", cwd=tmp_path)
    assert "could not be set up: int: not a std::exception" in done.stderr and done.returncode == 1


@HOSTS
def test_what_a_task_throws_need_be_no_std_exception(start, host: str, tmp_path: Path) -> None:
    done = run(start[host], "", "-t", "1s", "Strange", cwd=tmp_path)
    assert "Task rest of Strange\nint: not a std::exception" in done.stderr and done.returncode == 1


@HOSTS
def test_a_thread_of_the_scenarios_own_is_refused_and_may_log(start, host: str, tmp_path: Path) -> None:
    done = run(start[host], "", "-t", "1s", "Foreign", cwd=tmp_path)
    assert done.stderr.count("refused: ") == 7, done.stderr
    assert "A request is possible in its user's own code only" in done.stderr
    assert "FOREIGN  done" in done.stderr and done.returncode == 0
