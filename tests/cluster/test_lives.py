"""Several starts, edits and stops in one life of a swarm, with Locust's nodes among acrida's."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.swarm import LOCUSTFILE, Swarm, eventually
from tests.support.ports import free_port
from tests.support.program import Running


class PageOfMaster:
    """What scripts do with a master's page, acrida's or Locust's."""

    def __init__(self, swarm: Swarm, kind: str):
        self._web = free_port()
        # One second: a real worker waits that long after each stop, whatever its users do.
        options = ("--web-port", str(self._web), "-H", swarm.target.url, "-s", "1")
        self.program: Running = swarm.start(
            "master", LOCUSTFILE, "--master", "--master-bind-port", str(swarm.port), *options, kind=kind
        )

    def ask(self, path: str, form: bytes | None = None) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._web}{path}", data=form, timeout=30) as answer:
            return json.load(answer)

    def shown(self) -> dict[str, Any]:
        """The statistics; nothing while nobody answers yet."""
        try:
            shown: dict[str, Any] = self.ask("/stats/requests")
            return shown
        except OSError:
            return {}

    def swarm(self, users: int, rate: int = 50) -> None:
        assert self.ask("/swarm", f"user_count={users}&spawn_rate={rate}".encode())["success"]
        eventually(lambda: (self.shown()["user_count"], self.shown()["state"]) == (users, "running"), f"{users} users")

    def total(self) -> int:
        return int(self.shown()["stats"][-1]["num_requests"])


@pytest.fixture(params=["acrida", "locust"])
def master(request: pytest.FixtureRequest, swarm: Swarm, real_locust: Path) -> Iterator[PageOfMaster]:
    yield PageOfMaster(swarm, request.param)


def test_tests_edits_and_stops_in_one_life(master: PageOfMaster, swarm: Swarm, request: pytest.FixtureRequest) -> None:
    is_ours = request.node.callspec.params["master"] == "acrida"
    kinds = ["acrida", "locust", "acrida"] if is_ours else ["acrida", "acrida"]
    workers = [swarm.worker(f"worker {i}", kind=kind) for i, kind in enumerate(kinds)]
    eventually(lambda: master.shown().get("worker_count") == len(workers), "all workers")
    for numbers in ((6, 2), (5,)):
        before = swarm.target.hits()
        for users in numbers:
            already = swarm.target.hits()
            master.swarm(users)
            eventually(lambda already=already: swarm.target.hits() > already + 20, "requests")
        assert master.ask("/stop", b"")["success"]
        eventually(lambda: master.shown()["user_count"] == 0, "no users")
        sent = swarm.target.hits() - before
        eventually(lambda sent=sent: master.total() >= sent, "all reports of this test")
        assert master.total() == sent == swarm.target.hits() - before > 20
        eventually(lambda: sum(each["state"] == "ready" for each in master.shown()["workers"]) == len(workers), "ready")
    master.program.process.terminate()
    done = master.program.finish()
    assert "Traceback" not in done.stderr
    outcomes = [worker.finish() for worker in workers]
    assert [outcome.exit_code for outcome in outcomes] == [0] * len(workers), outcomes
