"""`acrida -f scenario.cpp`: compiled once, mixed with Python, and what happens when it goes wrong."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.support.program import Program

COMPILE_S = 120  # for a run that may begin with a compiler, on a busy machine

MIXED = """
from locust import FastHttpUser, constant, task

class Pythonic(FastHttpUser):
    wait_time = constant(0.05)

    @task
    def front_page(self):
        self.client.get("/")
"""

HEAD = "#include <acrida/acrida.h>\nusing namespace acrida;\n"
TWO = (
    HEAD
    + """
#include <chrono>
#include <stdexcept>
#include <thread>

struct Native : HttpUser {
  static void define(UserType& me) { me.wait_time(constant(0.05)).task<&Native::front_page>(); }
  void front_page() { client.get("/"); }
};
struct Failing : User {
  static void define(UserType& me) { me.wait_time(constant(0.1)).task<&Failing::divide>(); }
  void divide() { throw std::runtime_error("divided by zero"); }
};
struct Crashing : User {
  static void define(UserType& me) { me.task<&Crashing::boom>(); }
  void boom() { volatile int* nothing = nullptr; *nothing = 1; }
};
struct Deep : User {
  static void define(UserType& me) { me.task<&Deep::dive>(); }
  int fall(int n) {
    volatile char big[6000];
    big[n % 6000] = 1;
    return fall(n + 1) + big[0];
  }
  void dive() noexcept { fall(0); }
};
struct Blocking : User {
  static void define(UserType& me) { me.task<&Blocking::hold>(); }
  void hold() { std::this_thread::sleep_for(std::chrono::milliseconds(1200)); }
};
struct Leaving : User {
  static void define(UserType& me) { me.task<&Leaving::work>(); }
  void on_stop() override { log("left in order"); }
  void work() { acrida::sleep(0.4); log("task is done"); acrida::sleep(1000); }
};
ACRIDA_SCENARIO(scenario) {
  scenario.user<Native>().user<Failing>().user<Crashing>().user<Blocking>().user<Leaving>().user<Deep>();
  scenario.events().spawning_complete.push_back([](std::int64_t) {});
}
"""
)

SMALL = (
    HEAD
    + """
struct Small : User {
  static void define(UserType& me) { me.task<&Small::nothing>(); }
  void nothing() const noexcept {}
};
ACRIDA_SCENARIO(scenario) { scenario.user<Small>(); }
"""
)


def write(acrida: Program, name: str, text: str) -> str:
    (acrida.folder / name).write_text(text)
    return name


def test_python_and_cpp_share_one_run_and_one_table(acrida: Program, shop_url: str, cache: Path) -> None:
    files = f"{write(acrida, 'mixed.py', MIXED)},{write(acrida, 'two.cpp', TWO)}"
    words = ["-f", files, "--headless", "-u", "4", "-r", "4", "-t", "1s", "--host", shop_url, "--json"]
    done = acrida.run(None, *words, "--csv", "out", "--threads", "2", "Native", "Pythonic", timeout_s=COMPILE_S)
    assert done.exit_code == 0, done.stderr
    assert 'All users spawned: {"Native": 2, "Pythonic": 2} (4 total users)' in done.stderr
    (row,) = done.json()
    assert row["name"] == "/" and row["num_failures"] == 0
    wire = re.search(r"Sent (\d+) requests over 4 connections \(.* (\d+) aborted\)", done.stderr)
    assert wire, done.stderr
    assert int(wire[1]) - int(wire[2]) == row["num_requests"] > 8
    assert int(done.csv("stats")[-1]["Request Count"]) == row["num_requests"]
    before = {path: path.stat().st_mtime_ns for path in cache.glob("two-*.so")}
    listed = acrida.run(None, "-f", "two.cpp", "--list")
    assert "    Native\n" in listed.stdout
    assert {path: path.stat().st_mtime_ns for path in cache.glob("two-*.so")} == before, "it was compiled again"
    assert len(before) == 1


def run(acrida: Program, user: str, *options: str):
    return acrida.run(None, "-f", write(acrida, "two.cpp", TWO), "--headless", *options, user, timeout_s=COMPILE_S)


def test_an_exception_in_a_task_is_counted_and_shown(acrida: Program) -> None:
    done = run(acrida, "Failing", "-t", "1s", "--csv", "out")
    assert done.exit_code == 1
    assert "divided by zero" in done.stderr and "Task divide of Failing" in done.stderr
    (row,) = done.csv("exceptions")
    assert int(row["Count"]) > 3 and row["Message"] == "divided by zero"


def test_a_crash_names_the_task(acrida: Program) -> None:
    done = run(acrida, "Crashing", "-t", "5s")
    assert done.exit_code == -11
    assert "acrida: the scenario crashed in Crashing.boom: signal SEGV" in done.stderr


def test_a_stack_that_is_full_is_named(acrida: Program) -> None:
    done = run(acrida, "Deep", "-t", "5s")
    assert done.exit_code == -11
    assert "acrida: the scenario crashed in Deep.dive: its stack is full (256 KB)." in done.stderr


def test_a_compiler_with_words_and_a_cache_that_cannot_be(acrida: Program) -> None:
    (acrida.folder / "file").write_text("")
    write(acrida, "small.cpp", SMALL)
    env = {"XDG_CACHE_HOME": str(acrida.folder / "file"), "CXX": "g++ -O0", "TMPDIR": str(acrida.folder)}
    done = acrida.run(None, "-f", "small.cpp", "--list", env=env, timeout_s=COMPILE_S)
    assert done.exit_code == 0 and "    Small\n" in done.stdout, done.stderr
    assert "file/acrida/scenarios: Not a directory. What is compiled is thrown away afterwards" in done.stderr
    assert not list(acrida.folder.glob("acrida-*")), "it was to be thrown away"
    done = acrida.run(None, "-f", "small.cpp", "--list", env={"CXX": "no-compiler -O0"})
    assert done.exit_code == 1 and "needs a compiler, and there is no 'no-compiler'. Install g++" in done.stderr


def test_a_task_with_arguments_is_said_in_words(acrida: Program) -> None:
    write(acrida, "small.cpp", SMALL.replace("nothing() const", "nothing(int)"))
    done = acrida.run(None, "-f", "small.cpp", "--list", timeout_s=COMPILE_S)
    assert done.exit_code == 1 and "a task is a member function without arguments: void buy()" in done.stderr


def test_who_blocks_the_loop_is_named_once(acrida: Program) -> None:
    done = run(acrida, "Blocking", "-t", "2s")
    assert done.stderr.count("Blocking.hold blocks its thread, and all other users on it wait.") == 1


def test_stopping_lets_users_leave_in_order(acrida: Program) -> None:
    done = run(acrida, "Leaving", "-t", "1s", "-u", "3", "-r", "3", "--stop-timeout", "1")
    assert done.stderr.count("task is done") == 3
    assert "Not all users finished their tasks & terminated in 1 seconds. Stopping them..." in done.stderr
    assert done.stderr.count("left in order") == 3


def test_the_compilers_words_are_shown_as_they_are(acrida: Program) -> None:
    write(acrida, "wrong.cpp", HEAD + "ACRIDA_SCENARIO(s) { s.user<Missing>(); }\n")
    done = acrida.run(None, "-f", "wrong.cpp", "--headless")
    assert done.exit_code == 1
    assert "wrong.cpp:3:" in done.stderr and "error: 'Missing'" in done.stderr.replace("\u2018", "'").replace(
        "\u2019", "'"
    )
    assert "acrida: wrong.cpp does not compile" in done.stderr.replace(str(acrida.folder) + "/", "")


def test_a_file_without_a_scenario_is_told_so(acrida: Program) -> None:
    write(acrida, "empty.cpp", HEAD)
    done = acrida.run(None, "-f", "empty.cpp", "--headless")
    assert done.exit_code == 1
    assert "the file holds no ACRIDA_SCENARIO" in done.stderr


def test_without_a_compiler_it_says_what_to_install(acrida: Program, monkeypatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    done = acrida.run(None, "-f", write(acrida, "two.cpp", TWO), "--list")
    assert done.exit_code == 1
    assert "there is no 'no-such-compiler'. Install g++" in done.stderr


def test_each_header_stands_alone(tmp_path: Path) -> None:
    include = Path(__file__).resolve().parents[2] / "include"
    headers = sorted(path.name for path in (include / "acrida").glob("*.h"))
    for header in headers:
        (tmp_path / f"{header}.cpp").write_text(f"#include <acrida/{header}>\n")
    sources = [str(tmp_path / f"{header}.cpp") for header in headers]
    done = subprocess.run(
        ["c++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{include}", *sources],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_a_file_without_classes_is_no_pytest_file(acrida: Program) -> None:
    write(acrida, "nobody.cpp", HEAD + "ACRIDA_SCENARIO(scenario) { (void)scenario; }\n")
    done = acrida.run(None, "-f", "nobody.cpp", "--headless", timeout_s=COMPILE_S)
    assert done.exit_code == 1 and "No User class found!" in done.stderr
    assert "no match in any of" not in done.stdout + done.stderr


def test_words_for_the_compiler_and_libraries(acrida: Program) -> None:
    write(acrida, "small.cpp", SMALL.replace("struct Small", "struct NAME").replace("Small", "NAME"))
    env = {"CXXFLAGS": "-DNAME=Named", "LDFLAGS": "-lz"}
    assert "    Named\n" in acrida.run(None, "-f", "small.cpp", "--list", env=env, timeout_s=COMPILE_S).stdout
    done = acrida.run(None, "-f", "small.cpp", "--list", env={"LDFLAGS": "-lno-such-library"}, timeout_s=COMPILE_S)
    assert done.exit_code == 1 and "no-such-library" in done.stderr


def test_a_variable_that_cannot_be_initialised_is_told_with_its_file(acrida: Program) -> None:
    thrower = 'static int x = [] { throw std::runtime_error("no luck"); return 1; }();\n'
    write(acrida, "early.cpp", "#include <stdexcept>\n" + SMALL.replace("struct Small", thrower + "struct Small", 1))
    done = acrida.run(None, "-f", "early.cpp", "--list", timeout_s=COMPILE_S)
    assert done.exit_code == -6 and "no luck" in done.stderr
    assert "acrida: a variable of the scenario could not be initialised, in" in done.stderr
