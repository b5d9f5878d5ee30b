"""The command as people call it: what it says, how it ends."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess

import pytest

from tests.support.program import Outcome, Program, Running
from tests.support.target import Target

IDLE = """
from locust import User, task, constant
class Idle(User):
    wait_time = constant(1000)
    @task
    def act(self):
        note("ran")
"""

FAILING = """
from locust import User, task, constant
class Failing(User):
    wait_time = constant(1000)
    @task
    def act(self):
        self.environment.events.request.fire(request_type="GET", name="/", response_time=1, response_length=1,
                                             exception=ValueError("bad"))
        note("ran")
"""


def one_line(outcome: Outcome, exit_code: int, text: str) -> None:
    """The command refused: one line that says why, no traceback."""
    assert outcome.exit_code == exit_code, outcome.stderr
    assert text in outcome.stderr
    assert "Traceback" not in outcome.stderr


class TestRefusals:
    def test_no_locustfile(self, acrida: Program) -> None:
        one_line(acrida.run(None, "--headless"), 1, "Could not find 'locustfile.py'.")

    def test_a_broken_locustfile_shows_its_traceback(self, acrida: Program) -> None:
        outcome = acrida.run("import not_there_at_all", "--headless")
        assert outcome.exit_code == 1
        assert "ModuleNotFoundError: No module named 'not_there_at_all'" in outcome.stderr

    def test_no_user_class(self, acrida: Program) -> None:
        one_line(acrida.run("x = 1", "--headless"), 1, "No User class found!")

    def test_an_unknown_class(self, acrida: Program) -> None:
        one_line(acrida.run(IDLE, "--headless", "Nobody"), 1, "Unknown User(s): Nobody")

    def test_an_unknown_option(self, acrida: Program) -> None:
        outcome = acrida.run(IDLE, "--headles-run")
        one_line(outcome, 2, "acrida: error: unrecognized arguments: --headles-run")
        assert outcome.stderr.endswith("Did you mean '--headless'?\n")

    def test_a_negative_count(self, acrida: Program) -> None:
        one_line(acrida.run(IDLE, "--headless", "-u", "-3"), 2, "--users is -3: it must be 0 or more")

    @pytest.mark.parametrize(
        ("options", "code", "text"),
        [
            (["--csv-full-history"], 2, "'--csv-full-history' requires '--csv'."),
            (["--autoquit", "3"], 1, "--autoquit is only meaningful in combination with --autostart"),
            (["-f", "-"], 1, "locustfile was set to '-'"),
            (["--processes", "-5"], 1, "Invalid --processes count -5"),
            (["--master", "--worker"], 255, "The --master argument cannot be combined with --worker"),
            (["--web-base-path", "x"], 1, "Invalid format for --web-base-path argument (x)"),
            (["--config-users", '{"user_class_name": "Q"}'], 255, "Error applying user config"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else None,
    )
    def test_options_that_cannot_be_meant(self, acrida: Program, options: list[str], code: int, text: str) -> None:
        one_line(acrida.run(IDLE, *options), code, text)

    def test_a_listener_of_init_that_fails(self, acrida: Program) -> None:
        listener = "\nfrom locust import events\n@events.init.add_listener\ndef _(**kw): raise ValueError('init')\n"
        outcome = acrida.headless(IDLE + listener, "-t", "1")
        assert outcome.exit_code == 1
        assert "ValueError: init" in outcome.stderr
        assert outcome.notes == []


class TestInformation:
    def test_version(self, acrida: Program) -> None:
        outcome = acrida.run(None, "-V")
        assert outcome.exit_code == 0
        assert re.fullmatch(
            r"acrida \S+ \(compatible with Locust 2\.47\.0\) from \S+ \(Python \d\S+\)\n", outcome.stdout
        )

    def test_help_needs_no_locustfile(self, acrida: Program) -> None:
        outcome = acrida.run(None, "--help")
        assert outcome.exit_code == 0
        assert outcome.stdout.startswith("Usage: acrida [options] [UserClass ...]")

    def test_list(self, acrida: Program) -> None:
        outcome = acrida.run(IDLE, "--list")
        assert (outcome.exit_code, outcome.stdout) == (0, "Available Users:\n    Idle\n")

    def test_task_ratio(self, acrida: Program) -> None:
        outcome = acrida.run(IDLE, "--show-task-ratio")
        assert outcome.exit_code == 0
        rows = [line.split() for line in outcome.stdout.splitlines() if line.strip()]
        assert rows == [
            ["Task", "ratio", "per", "User", "class"],
            ["-" * 80],
            ["100.0", "Idle"],
            ["100.0", "act"],
            ["Total", "task", "ratio"],
            ["-" * 80],
            ["100.0", "Idle"],
            ["100.0", "act"],
        ]


def test_calls_that_leave_the_fast_path_are_named_once_when_asked_for(acrida: Program, target: Target) -> None:
    shop = """
from locust import HttpUser, task, constant
class Shop(HttpUser):
    wait_time = constant(1000)
    @task
    def act(self):
        self.client.get("/ok")
        self.client.get("/ok", proxies={})
        self.client.hooks["response"].append(lambda response, **_: None)
        self.client.get("/ok")
        self.client.get("/ok")
        self.environment.runner.quit()
"""
    said = acrida.headless(shop, "--log-slow-path", "-t", "20", host=target.url).stderr
    assert said.count("takes requests' own path") >= 1
    assert "takes requests' own path" not in acrida.headless(shop, "-t", "20", host=target.url).stderr


class TestEnd:
    def started(self, acrida: Program, text: str, *options: str) -> Running:
        running = acrida.start(text, "--headless", "--only-summary", *options)
        running.wait_for_stderr("All users spawned")
        return running

    def test_ctrl_c_ends_in_order(self, acrida: Program) -> None:
        quitting = "\nfrom locust import events\n@events.quitting.add_listener\ndef _(**kw): note('quitting')\n"
        stop = "@events.test_stop.add_listener\ndef _(**kw): note('test_stop')\n"
        running = self.started(acrida, IDLE + quitting + stop)
        running.interrupt()
        outcome = running.finish()
        assert outcome.exit_code == 0
        assert "Shutting down (exit code 0)" in outcome.stderr
        assert "Traceback" not in outcome.stderr and "KeyboardInterrupt" not in outcome.stderr
        assert outcome.notes == [["ran"], ["quitting"], ["test_stop"]]

    def test_sigterm_ends_in_order(self, acrida: Program) -> None:
        running = self.started(acrida, IDLE)
        running.process.send_signal(signal.SIGTERM)
        outcome = running.finish()
        assert outcome.exit_code == 0
        assert "Got SIGTERM signal" in outcome.stderr and "Shutting down (exit code 0)" in outcome.stderr

    def test_a_second_ctrl_c_ends_at_once(self, acrida: Program) -> None:
        stubborn = """
from locust import User, task
import gevent
class Stubborn(User):
    @task
    def act(self):
        gevent.sleep(1000)
"""
        running = self.started(acrida, stubborn, "-s", "1000")
        running.interrupt()
        running.wait_for_stderr("Shutting down")
        running.interrupt()
        outcome = running.finish()
        assert outcome.exit_code == 130
        assert "ending at once" in outcome.stderr

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_a_user_that_never_gives_up_its_turn_is_interrupted(self, acrida: Program, number: int) -> None:
        spinning = """
from locust import User, task
class Spinning(User):
    @task
    def act(self):
        print("spinning", file=__import__("sys").stderr, flush=True)
        while True:
            pass
"""
        running = acrida.start(spinning, "--headless", "--only-summary")
        running.wait_for_stderr("spinning")
        running.process.send_signal(number)
        outcome = running.finish()
        assert outcome.exit_code == 0
        assert "Shutting down (exit code 0)" in outcome.stderr

    def test_a_task_that_computes_for_a_moment_is_not_torn_by_ctrl_c(self, acrida: Program) -> None:
        computing = """
from locust import User, task
import os, signal
class Computing(User):
    @task
    def act(self):
        os.kill(os.getpid(), signal.SIGINT)
        note("went on")
        self.environment.runner.greenlet.join(0.001)
"""
        outcome = acrida.headless(computing)
        assert outcome.exit_code == 0
        assert outcome.notes == [["went on"]]
        assert "KeyboardInterrupt" not in outcome.stderr

    @pytest.mark.parametrize(("options", "code"), [([], 1), (["--exit-code-on-error", "7"], 7)])
    def test_failures_decide_the_exit_code(self, acrida: Program, options: list[str], code: int) -> None:
        assert acrida.headless(FAILING, "-t", "1", *options).exit_code == code

    def test_process_exit_code_wins(self, acrida: Program) -> None:
        listeners = """
from locust import events
@events.quitting.add_listener
def _(environment, **kw):
    environment.process_exit_code = 42
@events.quit.add_listener
def _(exit_code):
    note("quit", exit_code)
"""
        outcome = acrida.headless(FAILING + listeners, "-t", "1")
        assert outcome.exit_code == 42
        assert outcome.noted("quit") == [[42]]

    def test_sys_exit_in_a_task_ends_the_process(self, acrida: Program) -> None:
        outcome = acrida.headless(IDLE.replace('note("ran")', "import sys; sys.exit(5)"))
        assert outcome.exit_code == 5

    def test_a_keyboard_interrupt_inside_a_user_ends_in_order(self, acrida: Program) -> None:
        outcome = acrida.headless(IDLE.replace('note("ran")', "raise KeyboardInterrupt"))
        assert outcome.exit_code == 0
        assert "Shutting down (exit code 0)" in outcome.stderr

    def test_an_unhandled_greenlet_error_is_exit_code_2(self, acrida: Program) -> None:
        broken = "    def __init__(self, environment): raise ValueError('made')\n"
        outcome = acrida.headless(IDLE + broken, "-t", "1")
        assert outcome.exit_code == 2
        assert "CRITICAL/locust.runners: Unhandled exception in greenlet" in outcome.stderr

    def test_a_missing_host_ends_the_run(self, acrida: Program) -> None:
        outcome = acrida.headless("from locust import HttpUser\nclass H(HttpUser):\n    tasks = [print]\n")
        assert outcome.exit_code == 0
        assert "You must specify the base host." in outcome.stderr
        assert "Stopping Locust..." in outcome.stderr
        assert "Shutting down" in outcome.stderr


class TestLimits:
    def test_too_many_users_for_the_open_files_are_said_before_the_start(self, acrida: Program) -> None:
        limited = IDLE + "\nimport resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (20000, 20000))\n"
        outcome = acrida.run(limited, "--show-task-ratio", "-u", "19950")
        assert "19950 users may need 20050 open files, but the limit is 20000" in outcome.stderr

    def test_a_low_limit_is_raised_or_warned_about(self, acrida: Program) -> None:
        limited = IDLE + (
            "\nimport resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (100, 20000))\n"
            "from locust import events\n@events.init.add_listener\n"
            "def _(**kw): note(resource.getrlimit(resource.RLIMIT_NOFILE)[0])\n"
        )
        assert acrida.headless(limited, "-t", "1").notes[0] == [10000]

    def test_too_many_users_for_the_local_ports(self, acrida: Program) -> None:
        outcome = acrida.run(IDLE, "--show-task-ratio", "-u", "70000")
        assert "70000 users need as many local ports" in outcome.stderr


class TestKeys:
    def test_keys_change_the_number_of_users(self, acrida: Program) -> None:
        ours, theirs = pty.openpty()
        running = start_on_terminal(acrida, theirs)
        running.wait_for_stderr("All users spawned")
        for key, users in (("w", 2), ("W", 12), ("s", 11), ("S", 1)):
            os.write(ours, key.encode())
            running.wait_for_stderr(f"Ramping to {users} users at a rate of 100.00 per second")
            running.wait_for_stderr("All users spawned")
        running.interrupt()
        assert running.finish().exit_code == 0
        os.close(ours)
        os.close(theirs)


def start_on_terminal(acrida: Program, terminal: int) -> Running:
    (acrida.folder / "locustfile.py").write_text(IDLE.replace('note("ran")', "pass"))
    process = subprocess.Popen(
        [acrida.python, "-m", "acrida", "--headless", "--only-summary"],
        cwd=acrida.folder,
        env=acrida.environment({}),
        text=True,
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    return Running(process, acrida.folder)
