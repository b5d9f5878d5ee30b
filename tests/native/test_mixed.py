"""`acrida -f a.py,b.cpp` with the web page, with --processes, and as master with workers."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cluster.swarm import free_port
from tests.native.conftest import LOOKER
from tests.native.test_page import edit_while_it_runs, move_while_it_runs, served
from tests.native.test_swarm import running
from tests.support.program import Program

PYTHON = """
from locust import FastHttpUser, constant, task

class Pythonic(FastHttpUser):
    wait_time = constant(0.05)

    @task
    def items(self):
        self.client.get("/items")
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / "a.py").write_text(PYTHON)
    (tmp_path / "b.cpp").write_text(LOOKER)
    return ["-f", "a.py,b.cpp"]


def test_the_page_starts_edits_and_stops_both_kinds(files: list[str], shop_url: str, tmp_path: Path) -> None:
    with served(sys.executable, "-m", "acrida", *files, "--class-picker", "--host", shop_url, cwd=tmp_path) as page:
        users = page.args()["users"]
        assert users["Looker"]["tasks"] == ["look"] * 3 + ["miss"] and users["Pythonic"]["tasks"] == ["items"]
        page.post("/swarm", user_count=4, spawn_rate=8, user_classes=["Pythonic", "Looker"])
        page.wait_for(lambda stats: len(stats["stats"]) == 4 and stats["user_count"] == 4)
        ratios = page.json("/tasks")["total"]
        assert ratios["Looker"]["tasks"]["look"]["ratio"] == pytest.approx(0.75 * 0.75)
        page.post("/swarm", user_count=6, spawn_rate=8)
        page.wait_for(lambda stats: stats["user_count"] == 6)
        move_while_it_runs(page, 8)
        assert page.json("/stop")["success"]
        assert page.json("/stats/requests")["user_count"] == 0
        # The next test has one task less, and the class that fails.
        page.send("/user", json.dumps({"user_class_name": "Looker", "tasks": ["look"], "weight": 1}))
        page.post("/swarm", user_count=3, spawn_rate=8, host=shop_url, user_classes=["Pythonic", "Looker", "Failing"])
        page.wait_for(lambda stats: stats["stats"][-1]["num_requests"] > 30)
        assert {row["name"] for row in page.json("/stats/requests")["stats"]} == {"/", "/items", "Aggregated"}
        exceptions = page.json("/exceptions")["exceptions"]
        assert [(each["msg"], each["nodes"]) for each in exceptions] == [("divided by zero", "local")]
        assert page.get("/stats/reset") == "ok"
        page.wait_for(lambda stats: 0 < stats["stats"][-1]["num_requests"] < 30)
        assert page.json("/stop")["success"]
        page.post("/swarm", user_count=1, spawn_rate=8, user_classes=["Looker"])
        edit_while_it_runs(page, "Looker", "/", "/missing")
        page.end()


def test_processes_share_both_kinds(acrida: Program, files: list[str], shop_url: str) -> None:
    words = ["--processes", "2", "--headless", "-u", "10", "-r", "10", "-t", "3s", "-s", "5", "--host", shop_url]
    done = acrida.run(None, *files, *words, "--json", "--csv", "out", "--threads", "2", timeout_s=120)
    assert done.exit_code == 1, done.stderr
    assert '{"Failing": 2, "Looker": 6, "Pythonic": 2} (10 total users)' in done.stderr
    rows = {row["name"]: row for row in done.json()}
    assert set(rows) == {"/", "/missing", "/items"} and rows["/"]["num_requests"] > 50
    (exception,) = done.csv("exceptions")
    assert exception["Message"] == "divided by zero" and int(exception["Count"]) > 20
    assert exception["Nodes"].count("_") >= 1
    assert int(done.csv("stats")[-1]["Request Count"]) == sum(row["num_requests"] for row in rows.values())


def test_a_master_with_its_page_steers_a_mixed_worker_and_a_native_one(
    looker: Path, files: list[str], shop_url: str, tmp_path: Path
) -> None:
    port = str(free_port())
    mixed = [sys.executable, "-m", "acrida", *files]
    worker = ["--worker", "--master-port", port]
    with (
        served(
            *mixed, "--master", "--master-bind-port", port, "--class-picker", "--host", shop_url, cwd=tmp_path
        ) as page,
        running(*mixed, *worker, cwd=tmp_path) as first,
        running(looker, *worker, cwd=tmp_path) as second,
    ):
        page.wait_for(lambda stats: len([w for w in stats["workers"] if w["state"] == "ready"]) == 2)
        page.post("/swarm", user_count=6, spawn_rate=10, user_classes=["Looker"])
        page.wait_for(lambda stats: len(stats["stats"]) == 3 and stats["user_count"] == 6)
        assert {w["user_count"] for w in page.json("/stats/requests")["workers"]} == {3}
        assert page.json("/stop")["success"]
        page.send("/user", json.dumps({"user_class_name": "Looker", "tasks": ["look"]}))
        page.post("/swarm", user_count=6, spawn_rate=10, user_classes=["Looker"])
        page.wait_for(lambda stats: stats["stats"][-1]["num_requests"] > 100)
        assert {row["name"] for row in page.json("/stats/requests")["stats"]} == {"/", "Aggregated"}
        page.send("/user", json.dumps({"user_class_name": "Looker", "tasks": ["miss"]}))
        page.wait_for(lambda stats: any(row["name"] == "/missing" for row in stats["stats"]))
        page.end()
        assert (first.wait(60), second.wait(60)) == (0, 0)
