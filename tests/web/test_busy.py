"""Python computes and never gives up its turn: the page and the data stay alive."""

from __future__ import annotations

import pytest

from .conftest import OpenPage
from .page import Page

BUSY = """
from locust import User, task, constant, events
import os
class Spinning(User):
    wait_time = constant(1000)
    @task
    def spin(self):
        for i in range(3):
            self.environment.events.request.fire(request_type="GET", name=f"/{i}", response_time=1, response_length=1)
        open("spinning", "w").close()
        while not os.path.exists("enough"):
            pass
        note("done")
"""


@pytest.fixture
def busy(opened: OpenPage) -> Page:
    page = opened(BUSY, "--autostart")
    page.wait_until(lambda stats: len(stats["stats"]) == 4)
    return page


def test_everything_is_answered_while_python_is_busy(busy: Page) -> None:
    paths = """/ /stats/requests /stats/requests/csv /stats/failures/csv /exceptions /exceptions/csv /tasks /logs
        /worker-count /stats/report /metrics /health /assets/app.js /last-form"""
    for path in paths.split():
        assert busy.get(path).status_code == 200, path
    assert not (busy.folder / "enough").exists()  # so it was busy all the time
    stats = busy.stats()
    assert stats["state"] in ("spawning", "running") and stats["user_count"] in (0, 1)
    (busy.folder / "enough").touch()
    busy.close()
    assert busy.finish().noted("done") == [[]]


def test_the_stream_says_that_python_is_busy_and_changes_wait_for_it(busy: Page) -> None:
    for _, data in busy.events():
        if any(notice["kind"] == "hub_busy" for notice in data.get("notices", ())):
            assert data["generator"]["hub_lag_ms"] > 3000
            break
    (busy.folder / "enough").touch()
    assert busy.post("/stop").json()["success"]
    assert busy.stats()["state"] == "stopped"
    assert busy.stats()["stats"][-1]["num_requests"] == 3
