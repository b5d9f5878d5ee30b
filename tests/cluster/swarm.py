"""Masters and workers as processes, each in a folder of its own, for the tests."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.ports import free_port
from tests.support.program import Outcome, Program, Running
from tests.support.target import Target

LOCUSTFILE = """
from locust import FastHttpUser, constant, events, task

class Buyer(FastHttpUser):
    wait_time = constant(0.02)
    @task(3)
    def ok(self): self.client.get("/ok")
    @task(1)
    def fail(self): self.client.get("/status/503")
"""


def eventually(holds: Callable[[], Any], what: str, seconds: float = 30) -> Any:
    """Waits until `holds()` is true and gives its value back."""
    until = time.monotonic() + seconds
    while not (value := holds()):
        assert time.monotonic() < until, f"never happened: {what}"
        time.sleep(0.05)
    return value


class Swarm:
    def __init__(self, folder: Path, target: Target):
        self._folder = folder
        self._nodes: list[Running] = []
        self.port = free_port()
        self.target = target
        #: In front of the master's command.
        self.master_prefix: tuple[str, ...] = ()

    def start(
        self,
        name: str,
        locustfile: str | None,
        *options: str,
        kind: str = "acrida",
        prefix: tuple[str, ...] = (),
        **env: str,
    ) -> Running:
        program = Program(kind, self._folder / name)
        program.prefix = prefix
        node = program.start(locustfile, *options, env=env)
        self._nodes.append(node)
        return node

    def worker(
        self, name: str, *options: str, kind: str = "acrida", locustfile: str | None = LOCUSTFILE, **env: str
    ) -> Running:
        return self.start(name, locustfile, "--worker", "--master-port", str(self.port), *options, kind=kind, **env)

    def master(
        self,
        *options: str,
        kind: str = "acrida",
        locustfile: str = LOCUSTFILE,
        name: str = "master",
        workers: int = 2,
        **env: str,
    ) -> Running:
        """Headless, with `--json`: users finish what they have begun, so that everything is counted."""
        return self.start(
            name,
            locustfile,
            *("--master", "--master-bind-port", str(self.port), "--headless", "--only-summary", "--json"),
            *("--expect-workers", str(workers), "-H", self.target.url, "-s", "10"),
            *options,
            kind=kind,
            prefix=self.master_prefix,
            **env,
        )

    def kill_all(self) -> None:
        for node in self._nodes:
            if node.process.poll() is None:
                node.process.kill()
                node.process.communicate()


def reported(done: Outcome) -> int:
    """Requests in the JSON of a finished master."""
    return sum(row["num_requests"] for row in json.loads(done.stdout))


def failures(done: Outcome) -> int:
    return sum(row["num_failures"] for row in json.loads(done.stdout))


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def hard_kill(node: Running) -> None:
    node.process.send_signal(signal.SIGKILL)
    node.process.wait()
