"""The stream of the live state."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from .conftest import OpenPage
from .page import Page

KEYS = {
    "seq", "now", "state", "user_count", "target_user_count", "users_by_class", "spawn_rate", "host", "profile", "run",
    "rows", "total", "current_percentiles", "fail_ratio", "errors", "exceptions", "workers", "worker_count",
    "is_distributed", "history", "logs", "viewers", "notices", "generator",
}  # fmt: skip

FAILING = """
from locust import User, task, constant, events
class Failing(User):
    wait_time = constant(0.3)
    @task
    def act(self):
        self.environment.events.request.fire(request_type="GET", name="/f", response_time=1, response_length=1,
                                             exception=ValueError("bad <text>"))
        raise IndexError("of a task")
"""


def until(events: Iterator[tuple[str, Any]], what: Any, state: dict[str, Any] | None = None) -> dict[str, Any]:
    """Follows the stream as the page does, from what it knows, until the state is as wanted."""
    state = state or {}
    while not what(state):
        name, data = next(events)
        state = data if name == "snapshot" else {**state, **data}
    return state


def test_first_the_whole_state_then_changes(page: Page) -> None:
    events = page.events()
    name, first = next(events)
    assert name == "snapshot" and set(first) == KEYS
    assert first["state"] in ("ready", "stopped") and first["viewers"] == 1
    page.swarm(user_count=2)
    name, second = next(events)
    assert name == "snapshot" and second["run"]["number"] == first["run"]["number"] + 1  # a new test
    state = until(events, lambda state: state["state"] == "running" and state["user_count"] == 2, second)
    page.post("/stop")
    assert until(events, lambda state: state["state"] == "stopped", state)["seq"] > second["seq"]


def test_all_viewers_see_the_same_and_each_other(page: Page) -> None:
    first, second = page.events(), page.events()
    next(first)
    assert next(second)[1]["viewers"] == 2
    assert until(first, lambda state: state.get("viewers") == 2)
    second.close()  # type: ignore[attr-defined]
    assert until(first, lambda state: state.get("viewers") == 1)


def test_errors_exceptions_logs_and_notices(opened: OpenPage) -> None:
    page = opened(FAILING)
    events = page.events()
    next(events)
    page.swarm()
    state = until(events, lambda state: state.get("errors") and state.get("exceptions"))
    assert state["errors"][0]["error"] == "ValueError('bad <text>')"
    assert state["exceptions"][0]["msg"] == "of a task" and "IndexError" in state["exceptions"][0]["traceback"]
    assert page.get("/exceptions").json()["exceptions"][0]["nodes"] == "local"
    assert "IndexError" in page.get("/exceptions/csv").text
    assert page.stats()["fail_ratio"] == 1.0
    page.post("/stats/reset")
    assert page.get("/exceptions").json() == {"exceptions": []}


def test_streams_end_with_the_program(opened: OpenPage) -> None:
    page = opened()
    events = page.events()
    next(events)
    ended = threading.Event()

    def follow() -> None:
        for _ in events:
            pass
        ended.set()

    threading.Thread(target=follow, daemon=True).start()
    page.close()
    assert ended.wait(20)
    assert page.finish().exit_code == 0
