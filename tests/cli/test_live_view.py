"""The live view on a real (pseudo-)terminal, and that pipes and CI never see it."""

from __future__ import annotations

from tests.support.program import Program
from tests.support.terminal import run_on_terminal

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


def seen_on_terminal(acrida: Program, env: dict[str, str]) -> str:
    (acrida.folder / "locustfile.py").write_text(SCENARIO)
    kept = {name: value for name, value in acrida.environment({}).items() if name not in ("CI", "COLUMNS")}
    command = [acrida.python, "-m", "acrida", *OPTIONS]
    code, seen = run_on_terminal(command, acrida.folder, {**kept, "TERM": "xterm", **env})
    assert code == 0, seen
    return seen


def test_a_terminal_shows_the_run_and_ends_with_the_tables(acrida: Program) -> None:
    seen = seen_on_terminal(acrida, {})
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
    seen = seen_on_terminal(acrida, {"CI": "true"})
    assert "\x1b" not in seen
    assert seen.count("Type     Name") >= 2


def test_a_pipe_gets_the_plain_tables(acrida: Program) -> None:
    outcome = acrida.run(SCENARIO, *OPTIONS, env={"TERM": "xterm"})
    assert "\x1b" not in outcome.stderr + outcome.stdout
    assert outcome.stderr.count("Type     Name") >= 2
