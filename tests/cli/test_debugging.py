"""run_single_user: what is printed, and stepping through a task with pdb."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import Program
from tests.support.target import Target

SCRIPT = """
import sys
from locust import FastHttpUser, HttpUser, run_single_user, task
from locust.exception import StopUser
class One({base}):
    host = sys.argv.pop()
    @task
    def t(self):
        self.client.post("/ok", data="mine")
        self.environment.events.request.fire(
            request_type="OWN", name="event", response_time=None, response_length=0, exception=None, context={{}})
        raise StopUser
run_single_user(One, include_payload=True)
"""


@pytest.mark.parametrize("base", ["HttpUser", "FastHttpUser"])
def test_payloads_are_printed(acrida: Program, target: Target, base: str) -> None:
    done = acrida.script(SCRIPT.format(base=base), target.url)
    posted, own = done.stdout.strip().splitlines()[1:]
    assert posted.startswith("POST\t/ok") and posted.endswith("mine" if base == "HttpUser" else "b'mine'")
    assert own.split() == ["OWN", "event", "-1"]


def test_a_breakpoint_in_a_task_opens_pdb(target: Target, tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(
        "import acrida.as_locust\n"
        "from locust import HttpUser, run_single_user, task\n"
        "from locust.exception import StopUser\n"
        "class One(HttpUser):\n"
        f"    host = {target.url!r}\n"
        "    @task\n"
        "    def t(self):\n"
        "        answer = self.client.get('/json').json()\n"
        "        breakpoint()\n"
        "        raise StopUser\n"
        "run_single_user(One)\n"
    )
    done = subprocess.run(
        [sys.executable, "file.py"],
        input="p answer['items']\np self.client.get('/ok').text\nup\np self\nc\n",
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "[1, 2, 3]" in done.stdout
    assert "'ok'" in done.stdout
    assert target.hits("/ok") == 1
