"""`--processes` of a program of its own: one command, several processes, and nobody left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cluster.swarm import children_of, eventually, lives
from tests.native.test_swarm import running
from tests.support.ports import free_port

PATIENCE = 60


class Family:
    """A program with its workers; what it says is read line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""
        self.children: list[int] = []

    def wait_for(self, words: str) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.said += line
            if words in line:
                self.children = children_of(self.process.pid)
                return
        raise AssertionError(self.said)

    def finish(self) -> int:
        assert self.process.stderr
        self.said += self.process.stderr.read()
        code = self.process.wait(PATIENCE)
        eventually(lambda: not any(lives(child) for child in self.children), "the workers' end")
        return code


@contextmanager
def family(*words: str | Path, cwd: Path) -> Iterator[Family]:
    with running(*words, "--master-bind-port", "0", "--only-summary", cwd=cwd) as process:
        yield Family(process)


def test_one_command_is_a_master_and_its_workers(looker: Path, shop_url: str, tmp_path: Path) -> None:
    words = ["--processes", "2", "--master-bind-port", "0", "--headless", "-u", "4", "-r", "8", "-t", "1s", "Looker"]
    files = ["--csv", "out", "--json-file", "out", "--html", "out.html", "--logfile", "log", "--host", shop_url]
    done = subprocess.run([looker, *words, *files], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 1, done.stderr
    log = (tmp_path / "log").read_text()
    assert "2 workers connected" in log and '{"Looker": 4} (4 total users)' in log
    assert log.count("Run time limit set to 1 seconds") == 1
    rows = {row["name"]: row["num_requests"] for row in json.loads((tmp_path / "out.json").read_text())}
    assert set(rows) == {"/", "/missing"} and min(rows.values()) > 0
    assert (tmp_path / "out_stats.csv").read_text().splitlines()[-1].split(",")[2] == str(sum(rows.values()))


def test_ctrl_c_collects_everything(looker: Path, shop_url: str, tmp_path: Path) -> None:
    words = ["--processes", "-1", "--headless", "-u", "4", "-r", "9", "--host", shop_url, "Looker"]
    with family(looker, *words, cwd=tmp_path) as all_of_them:
        all_of_them.wait_for("All users spawned")
        assert len(all_of_them.children) == os.cpu_count()
        for pid in (*all_of_them.children, all_of_them.process.pid):  # as a terminal does
            os.kill(pid, signal.SIGINT)
        assert all_of_them.finish() in (0, 1)
    assert "The last worker quit, stopping test." in all_of_them.said
    assert "Worker processes were killed" not in all_of_them.said


def test_nobody_is_left_behind_when_the_parent_is_killed(looker: Path, shop_url: str, tmp_path: Path) -> None:
    words = ["--processes", "2", "--headless", "-u", "2", "-r", "9", "--host", shop_url, "Looker"]
    with family(looker, *words, cwd=tmp_path) as all_of_them:
        all_of_them.wait_for("All users spawned")
        assert len(all_of_them.children) == 2
        all_of_them.process.kill()
        assert all_of_them.finish() == -signal.SIGKILL


def test_a_worker_that_is_killed_shows_in_the_exit_code(looker: Path, shop_url: str, tmp_path: Path) -> None:
    words = ["--processes", "2", "--headless", "-u", "2", "-r", "9", "--host", shop_url, "--exit-code-on-error", "0"]
    with family(looker, *words, "Looker", cwd=tmp_path) as all_of_them:
        all_of_them.wait_for("All users spawned")
        os.kill(all_of_them.children[0], signal.SIGKILL)
        all_of_them.process.send_signal(signal.SIGINT)
        assert all_of_them.finish() == 1
    assert "Worker processes were killed by signal 9" in all_of_them.said


BROKEN = "#include <acrida/acrida.h>\n#include <unistd.h>\n#include <cstdlib>\nusing namespace acrida;\n" + (
    """
struct Idle : User {
  static void define(UserType& me) { me.wait_time(constant(1)).task<&Idle::nothing>(); }
  void nothing() {}
};
ACRIDA_SCENARIO(scenario) {
  if (std::getenv("ACRIDA_WORKER_OF")) _exit(9);
  if (getppid() == std::atoi(std::getenv("BROKEN_PARENT"))) scenario.user<Idle>();
  else _exit(3);
}
"""
)


def test_a_worker_that_fails_is_the_exit_code_of_the_whole(build_program, tmp_path: Path) -> None:
    (tmp_path / "broken.cpp").write_text(BROKEN)
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(broken LANGUAGES CXX)\nfind_package(acrida REQUIRED)\n"
        "add_executable(broken broken.cpp)\ntarget_link_libraries(broken PRIVATE acrida::main)\n"
    )
    broken = build_program(tmp_path) / "broken"
    done = subprocess.run(
        [broken, "--processes", "2", "--master-bind-port", "0", "--headless", "-t", "9"],
        cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE,
        env={**os.environ, "BROKEN_PARENT": str(os.getpid())},
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "A worker process has ended with code 3 before the test began." in done.stderr


def test_a_group_of_workers_joins_a_master_from_elsewhere(looker: Path, shop_url: str, tmp_path: Path) -> None:
    port = str(free_port())
    with running(looker, "--worker", "--processes", "2", "--master-port", port, cwd=tmp_path) as group:
        words = ["--master", "--master-bind-port", port, "--expect-workers", "2", "--headless", "-u", "2", "-r", "9"]
        done = subprocess.run(
            [looker, *words, "-t", "1s", "--host", shop_url, "--exit-code-on-error", "0", "Looker"],
            cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert group.wait(PATIENCE) == 0
    assert done.returncode == 0 and "2 workers connected" in done.stderr, done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--processes", "-2"], "Invalid --processes count -2"),
        (["--processes", "2", "--master"], "--master cannot be combined with --processes. Remove --master"),
    ],
)
def test_what_cannot_be_meant_is_said(looker: Path, tmp_path: Path, words: list[str], sentence: str) -> None:
    done = subprocess.run([looker, *words], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, sentence in done.stderr) == (1, True), done.stderr


STUCK = """
#include <acrida/acrida.h>
#include <unistd.h>
#include <cstdlib>
using namespace acrida;

struct Stuck : User {
  static void define(UserType& me) { me.task<&Stuck::hang>(); }
  void hang() {
    if (write(STDERR_FILENO, "hanging\\n", 8) != 8) _exit(1);
    for (;;) ::sleep(9);
  }
};
struct Idle : User {
  static void define(UserType& me) { me.wait_time(constant(1)).task<&Idle::nothing>(); }
  void nothing() {}
};
ACRIDA_SCENARIO(scenario) {
  scenario.user<Stuck>().user<Idle>();
  if (std::getenv("HANGS_AT_THE_END"))
    scenario.events().test_stop.push_back([] {
      if (write(STDERR_FILENO, "hanging\\n", 8) != 8) _exit(1);
      for (;;) ::sleep(9);
    });
}
"""


@pytest.fixture(scope="module")
def stuck(build_program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stuck")
    (folder / "stuck.cpp").write_text(STUCK)
    (folder / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(stuck LANGUAGES CXX)\nfind_package(acrida REQUIRED)\n"
        "add_executable(stuck stuck.cpp)\ntarget_link_libraries(stuck PRIVATE acrida::main)\n"
    )
    return build_program(folder) / "stuck"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_to_the_parent_alone_ends_everybody_at_once(stuck: Path, tmp_path: Path, number: int) -> None:
    """Though the workers hang in a task, for which the parent would wait half a minute."""
    with family(stuck, "--processes", "2", "--headless", "-u", "2", "-r", "9", "Stuck", cwd=tmp_path) as all_of_them:
        all_of_them.wait_for("hanging")
        assert len(all_of_them.children) == 2
        all_of_them.process.send_signal(number)
        all_of_them.wait_for("Got quit message from master")
        all_of_them.process.send_signal(number)
        assert all_of_them.finish() == 130
    assert "Interrupted again: ending at once" in all_of_them.said


def test_a_second_signal_ends_what_hangs_on_the_main_thread(stuck: Path, tmp_path: Path) -> None:
    words = [stuck, "--headless", "Idle"]
    with subprocess.Popen(
        words, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env={**os.environ, "HANGS_AT_THE_END": "1"}
    ) as process:
        alone = Family(process)
        alone.wait_for("All users spawned")
        process.send_signal(signal.SIGINT)
        alone.wait_for("hanging")
        process.send_signal(signal.SIGTERM)
        assert alone.finish() == 130


@pytest.mark.parametrize("is_terminal", [False, True])
def test_a_group_passes_its_signal_on_once(looker: Path, shop_url: str, tmp_path: Path, is_terminal: bool) -> None:
    """A terminal sends it to the workers as well; that and the parent's are not two."""
    port = str(free_port())
    words = ["--master", "--headless", "--expect-workers", "2", "-u", "4", "-r", "9", "--host", shop_url, "Looker"]
    with (
        running(looker, *words, "--master-bind-port", port, cwd=tmp_path) as process,
        running(looker, "--worker", "--processes", "2", "--master-port", port, cwd=tmp_path) as group_process,
    ):
        master, group = Family(process), Family(group_process)
        master.wait_for("All users spawned")
        children = group.children = children_of(group_process.pid)
        assert len(children) == 2
        for pid in (*(children if is_terminal else ()), group_process.pid):
            os.kill(pid, signal.SIGINT)
        assert group.finish() == 0
        assert "Interrupted again" not in group.said and group.said.count("Shutting down (exit code 0)") == 2
        assert master.finish() in (0, 1)
    assert "The last worker quit, stopping test." in master.said


def test_a_group_that_hangs_ends_with_the_second_signal(stuck: Path, tmp_path: Path) -> None:
    port = str(free_port())
    words = ["--master", "--headless", "--expect-workers", "2", "-u", "2", "-r", "9", "Stuck"]
    with (
        running(stuck, *words, "--master-bind-port", port, cwd=tmp_path),
        running(stuck, "--worker", "--processes", "2", "--master-port", port, cwd=tmp_path) as group_process,
    ):
        group = Family(group_process)
        group.wait_for("hanging")
        group_process.send_signal(signal.SIGTERM)
        group.wait_for("Got SIGTERM signal")  # which it passes on
        group_process.send_signal(signal.SIGINT)
        assert group.finish() == 1
    assert "Interrupted again: ending the workers at once" in group.said
