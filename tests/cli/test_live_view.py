"""The live view on a real (pseudo-)terminal, and that pipes and CI never see it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios

from tests.support.program import Program

SCENARIO = """
from locust import User, constant, task
class Quick(User):
    wait_time = constant(0.05)
    @task
    def act(self):
        self.environment.events.request.fire(request_type="GET", name="/a", response_time=7, response_length=1,
                                             exception=ValueError("bad"))
        print("a print of the scenario")
"""
OPTIONS = ["--headless", "-u", "2", "-r", "10", "-t", "2s", "--exit-code-on-error", "0"]


def run_on_terminal(acrida: Program, env: dict[str, str]) -> str:
    """Everything that the terminal was sent."""
    (acrida.folder / "locustfile.py").write_text(SCENARIO)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    kept = {name: value for name, value in acrida.environment({}).items() if name not in ("CI", "COLUMNS")}
    command = [acrida.python, "-m", "acrida", *OPTIONS]
    process = subprocess.Popen(
        command, cwd=acrida.folder, env={**kept, "TERM": "xterm", **env}, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    seen = b""
    try:
        # select() and not only read(): this process is patched by gevent, which closes our copy of `theirs` in its hub.
        while select.select([ours], [], [], 60)[0] and (piece := os.read(ours, 65536)):
            seen += piece
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait(20) == 0, seen.decode()
    return seen.decode()


def test_a_terminal_shows_the_run_and_ends_with_the_tables(acrida: Program) -> None:
    seen = run_on_terminal(acrida, {})
    assert "running 0:01 of 0:02 ━" in seen
    assert "users 2 " in seen and "req/s" in seen
    assert "× GET /a: ValueError('bad')" in seen
    # Logged and printed lines are whole, with the block below them.
    assert "\x1b[Ja print of the scenario\r\n" in seen
    end = seen[seen.rindex("\x1b[J") :]  # the block was taken away, and nothing moved the cursor since
    assert "running 0:" not in end
    assert "Response time percentiles (approximated)" in end
    assert "Aggregated" in end
    tables = end[end.index("Type Name") :].splitlines()  # of 80 columns, as the terminal has
    assert max(len(line.rstrip("\r")) for line in tables if not line.startswith("[")) == 80


def test_ci_gets_the_plain_tables(acrida: Program) -> None:
    seen = run_on_terminal(acrida, {"CI": "true"})
    assert "\x1b" not in seen
    assert seen.count("Type     Name") >= 2


def test_a_pipe_gets_the_plain_tables(acrida: Program) -> None:
    outcome = acrida.run(SCENARIO, *OPTIONS, env={"TERM": "xterm"})
    assert "\x1b" not in outcome.stderr + outcome.stdout
    assert outcome.stderr.count("Type     Name") >= 2
