"""POST /swarm and its companions: what forms mean, what is refused, who wins."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from .conftest import OpenPage
from .page import IDLE, Page

OPTIONS = """
from locust import User, HttpUser, task, constant, events, LoadTestShape
@events.init_command_line_parser.add_listener
def _(parser):
    parser.add_argument("--text", default="a")
    parser.add_argument("--number", type=int, default=1)
    parser.add_argument("--words", type=str, nargs="*", default=["a", "b"])
    parser.add_argument("--numbers", type=int, nargs="*", default=[1])
    parser.add_argument("--flag", action="store_true")
    parser.add_argument("--secret", is_secret=True, default="s")
    parser.add_argument("--choice", choices=["x", "y"], default="x", help="which")
    parser.add_argument("--hidden", include_in_web_ui=False, default="h")
@events.test_start.add_listener
def _(environment, **_):
    o = environment.parsed_options
    note("options", o.text, o.number, o.words, o.numbers, o.flag, o.num_users, o.spawn_rate)
class First(User):
    host = "http://one"
    wait_time = constant(1000)
    @task
    def act(self): pass
class Second(User):
    host = "http://two"
    wait_time = constant(1000)
    @task
    def other(self): note("other", self.environment.parsed_options.text)
"""

SHAPES = (
    OPTIONS
    + """
class Waves(LoadTestShape):
    def tick(self):
        return (2, 100) if self.get_run_time() < 100 else None
class Steps(LoadTestShape):
    def tick(self):
        return (4, 100)
"""
)


def test_a_start_an_edit_and_a_stop(page: Page) -> None:
    assert page.swarm(user_count=2) == {"success": True, "message": "Swarming started", "host": None}
    page.wait_until(lambda stats: stats["user_count"] == 2 and stats["state"] == "running")
    page.wait_until(lambda stats: stats["stats"][-1]["num_requests"] == 2)
    assert page.post("/swarm", files={"user_count": (None, "5"), "spawn_rate": (None, "100")}).json()["success"]
    assert page.wait_until(lambda stats: stats["user_count"] == 5)["stats"][-1]["num_requests"] >= 2
    assert page.get("/last-form").json() == {"user_count": "5", "spawn_rate": "100"}
    assert page.post("/stop").json() == {"message": "Test stopped", "success": True}
    assert page.stats()["state"] == "stopped"
    assert page.stats()["user_count"] == 0
    assert page.post("/stats/reset").text == "ok"
    assert page.stats()["stats"][0]["num_requests"] == 0


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"user_count": "x"}, "Invalid user_count value: 'x' (must be an integer)"),
        ({"user_count": "1.5"}, "Invalid user_count value: '1.5' (must be an integer)"),
        ({"user_count": ""}, "Invalid user_count value: '' (must be an integer)"),
        ({"spawn_rate": "fast"}, "Invalid spawn_rate value: 'fast' (must be a number)"),
        ({"spawn_rate": "inf"}, "Missing or invalid user_count or spawn_rate from /swarm request"),
        ({"spawn_rate": "0"}, "Missing or invalid user_count or spawn_rate from /swarm request"),
        ({"user_count": "-1"}, "Missing or invalid user_count or spawn_rate from /swarm request"),
        (
            {"run_time": "1h30", "host": "http://no"},
            "Valid run_time formats are : 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc.",
        ),
    ],
)
def test_a_bad_form_is_refused_and_leaves_nothing(page: Page, fields: dict[str, str], message: str) -> None:
    before = page.page_data()["host"]
    answer = page.swarm(**fields)
    assert answer == {"success": False, "message": message, "host": None}
    assert page.stats()["state"] != "running"
    assert page.page_data()["host"] == before


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"user_count": "9" * 30}, "user_count is too large: at most 1,000,000,000"),
        ({"run_time": "9" * 400 + "s"}, "run_time is too long: at most 10 years."),
        ({"stop_timeout": "soon"}, "Invalid value for stop_timeout: 'soon' (must be int)"),
        ({"user_count": "9" * 5000}, f"Invalid user_count value: '{'9' * 100}'… (must be an integer)"),
    ],
)
def test_numbers_beyond_measure_are_refused_and_the_next_start_succeeds(
    page: Page, fields: dict[str, str], message: str
) -> None:
    answer = page.post("/swarm", {"user_count": 1, "spawn_rate": 100, "host": "http://half", **fields})
    assert answer.json() == {"success": False, "message": message, "host": None}
    assert answer.status_code < 500
    assert page.swarm(user_count=2, __class__="x", _private="x")["success"]
    page.wait_until(lambda stats: stats["user_count"] == 2)


def test_forms_that_cannot_be_read(page: Page) -> None:
    nothing = page.post("/swarm", json.dumps({"user_count": 1}), headers={"Content-Type": "application/json"})
    assert nothing.json()["message"] == "Missing or invalid user_count or spawn_rate from /swarm request"
    broken = page.post("/swarm", b"--x\r\nbroken", headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert broken.status_code == 400 and broken.json()["success"] is False


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b'"x"', b"\xff", b"[" * 100_000, b'{"user_class_name": "Nobody"}',
        b'{"user_class_name": ["Idle"]}',
        *(
            b'{"user_class_name": "Idle", "host": "http://half", %s}' % settings
            for settings in (
                b'"weight": "x"', b'"weight": -1', b'"weight": NaN', b'"weight": true', b'"fixed_count": 1e400',
                b'"tasks": 5', b'"tasks": ["nothing"]', b'"__class__": "x"', b'"json": 1', b'"wait_time": 3',
            )
        ),
    ],
)  # fmt: skip
def test_settings_that_a_class_cannot_have_are_refused_and_leave_nothing(page: Page, body: bytes) -> None:
    before = page.page_data()["users"]
    answer = page.post("/user", body)
    assert answer.status_code == 400 and answer.json()["success"] is False
    assert answer.json()["message"]
    assert page.page_data()["users"] == before


def test_a_user_class_is_changed_at_once(page: Page) -> None:
    answer = page.post("/user", json.dumps({"user_class_name": "Idle", "host": "http://changed", "weight": 7}))
    assert (answer.status_code, answer.json()) == (201, {})
    assert page.page_data()["users"]["Idle"]["host"] == "http://changed"
    assert page.page_data()["host"] == "http://changed"
    page.post("/user", json.dumps({"user_class_name": "Idle", "host": "http://127.0.0.1:1", "weight": 1}))


def test_a_run_time_ends_the_test_and_a_new_start_forgets_the_old_limit(page: Page) -> None:
    assert page.swarm(run_time="1s")["run_time"] == 1
    page.wait_for_state("running", "spawning")
    page.wait_for_state("stopped")
    page.swarm(run_time="1s")
    page.wait_for_state("running")
    page.post("/stop")
    page.swarm()
    with_timer_gone = next(data for name, data in page.events() if name == "snapshot")
    assert with_timer_gone["run"]["run_time"] is None
    page.swarm(run_time="2")
    page.post("/stop")
    page.swarm()
    for ticks, (_, data) in enumerate(page.events(), 1):
        assert data.get("state", "running") in ("running", "spawning"), (ticks, data, page.stderr)
        page.swarm(user_count=ticks + 1)  # something to tell every second
        if ticks == 4:
            break


def test_options_keep_their_types(opened: OpenPage) -> None:
    page = opened(OPTIONS)
    options = page.page_data()["extra_options"]
    assert set(options) == {"text", "number", "words", "numbers", "flag", "secret", "choice"}
    assert options["secret"]["is_secret"] and options["choice"]["choices"] == ["x", "y"]
    assert options["choice"]["help_text"] == "which"
    fields = [("user_count", "2"), ("spawn_rate", "100"), ("text", "b"), ("number", "7"), ("words", "c,d"),
              ("numbers", "3"), ("numbers", "4"), ("flag", "true"), ("secret", "hush"), ("unknown", "x")]  # fmt: skip
    assert page.post("/swarm", fields).json()["success"]
    page.wait_for_state("running")
    kept = page.get("/last-form").json()
    assert kept["words"] == "c,d" and "secret" not in kept and "hush" not in str(kept)
    page.post("/stop")
    assert page.page_data()["extra_options"]["number"]["default_value"] == 7
    bad = page.post("/swarm", {"user_count": 1, "spawn_rate": 1, "text": "kept", "number": "many"})
    assert bad.status_code == 400 and bad.json()["message"] == "Invalid value for number: 'many' (must be int)"
    assert page.page_data()["extra_options"]["text"]["default_value"] == "b"
    page.close()
    assert page.finish().noted("options") == [["b", 7, ["c", "d"], [3, 4], True, 2, 100.0]]
    assert page.finish().noted("other") == [["b"]]


def test_hosts_and_profile(opened: OpenPage) -> None:
    page = opened(OPTIONS, "--profile", "first")
    data = page.page_data()
    assert (data["host"], data["override_host_warning"], data["profile"]) == ("", True, "first")
    assert page.swarm(host="http://<three>", profile="second")["host"] == "http://three"
    data = page.page_data()
    assert (data["host"], data["override_host_warning"], data["profile"]) == ("http://three", False, "second")
    page.post("/stop")
    page.swarm(profile="", host="")
    assert page.page_data()["profile"] is None


def test_the_class_picker(opened: OpenPage) -> None:
    page = opened(SHAPES, "--class-picker")
    data = page.page_data()
    assert data["available_user_classes"] == ["First", "Second"] and data["show_userclass_picker"]
    assert data["available_shape_classes"] == ["Default", "Steps", "Waves"]
    one = page.swarm(user_classes="Second", user_count=2)
    assert one["user_classes"] == ["Second"]
    page.wait_until(lambda stats: stats["user_count"] == 2)
    assert set(page.get("/tasks").json()["total"]) == {"Second"}
    assert page.swarm(user_count=3)["user_classes"] == ["Second"]  # while running: as they are
    page.post("/stop")
    assert page.swarm()["user_classes"] == ["First", "Second"]
    page.post("/stop")
    assert page.post("/swarm", {"user_count": 1, "spawn_rate": 1, "user_classes": "Nobody"}).status_code == 400
    assert page.post("/swarm", {"user_count": 1, "spawn_rate": 1, "shape_class": "Nobody"}).status_code == 400
    answer = page.post("/swarm", {"shape_class": "Waves"}).json()
    assert answer["message"] == "Swarming started using shape class 'Waves'"
    page.wait_until(lambda stats: stats["user_count"] == 2)
    assert page.post("/swarm", {"shape_class": "Steps"}).json()["success"]
    page.wait_until(lambda stats: stats["user_count"] == 4)  # one shape takes over from the other
    page.swarm(user_count=3)
    page.wait_until(lambda stats: stats["user_count"] == 3)  # as a person does from a shape
    while not any("goes on without a shape" in line for line in page.stderr):
        page.stats()
    page.post("/swarm", {"shape_class": "Waves"})
    page.wait_until(lambda stats: stats["user_count"] == 2)


def test_of_many_starts_at_once_one_wins(opened: OpenPage) -> None:
    slow = (
        IDLE
        + """
import gevent
@events.test_start.add_listener
def _(**_):
    note("start")
    gevent.sleep(0.5)
"""
    )
    page = opened(slow)
    answers: list[Any] = []

    def press() -> None:
        import requests

        answers.append(
            requests.post(page.url + "/swarm", {"user_count": 3, "spawn_rate": 9, "acrida_run": 0}, timeout=20)
        )

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]
    assert {answer.json()["success"] for answer in answers if answer.status_code == 409} == {False}
    page.wait_until(lambda stats: stats["user_count"] == 3)
    late = page.post("/swarm", {"user_count": 5, "spawn_rate": 9, "acrida_run": 0})
    assert late.status_code == 409 and "Somebody else" in late.json()["message"]
    page.close()
    assert page.finish().noted("start") == [[]]


def test_a_start_is_answered_before_its_ramp_is_over_and_a_stop_ends_the_ramp(page: Page) -> None:
    page.swarm(user_count=2, spawn_rate=1)
    page.wait_until(lambda stats: stats["state"] == "spawning" and stats["user_count"] == 1)
    page.wait_until(lambda stats: stats["state"] == "running" and stats["user_count"] == 2)
    page.swarm(user_count=1000, spawn_rate=1)
    page.wait_until(lambda stats: stats["state"] == "spawning")
    assert page.post("/stop").json()["success"]
    shown = page.stats()
    assert (shown["state"], shown["user_count"]) == ("stopped", 0)
