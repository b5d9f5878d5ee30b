"""What goes wrong with a real test is told on the page, with what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .site import Site

HOSTLESS = """
from locust import HttpUser, constant, task
class Shopper(HttpUser):
    wait_time = constant(0.1)
    @task
    def items(self):
        self.client.get("/items")
"""

EMPTIED = """
from locust import User, constant, events, task
class Shopper(User):
    @task
    def act(self): pass
@events.init.add_listener
def choose(environment, **_):
    environment.user_classes = []
"""

BURNING = """
import time
from locust import User, constant, events, task
from locust.exception import StopUser
class Burner(User):
    wait_time = constant(0)
    weight = 3
    @task
    def burn(self):
        end = time.perf_counter() + 0.1
        while time.perf_counter() < end: pass
        self.environment.events.request.fire(request_type="GET", name="/burn", response_time=100, response_length=1,
                                             exception=None)
class Leaver(User):
    @task
    def leave(self): raise StopUser()
class Stumbler(User):
    def on_start(self): raise KeyError("token")
    @task
    def act(self): pass
"""


@pytest.fixture(scope="module")
def hostless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site.open(tmp_path_factory.mktemp("hostless"), HOSTLESS)
    yield site
    site.close()


@pytest.fixture(scope="module")
def burning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site.open(tmp_path_factory.mktemp("burning"), BURNING, "--class-picker")
    yield site
    site.close()


def start(page: Page, **fields: str) -> None:
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(value)
    page.get_by_role("button", name="Start", exact=True).click()


def test_a_missing_host_stops_the_test_and_says_what_to_do(page: Page, hostless: Site) -> None:
    page.goto(hostless.url)
    expect(page.get_by_role("status").filter(has_text="No host is set.")).to_contain_text("fill in the host")
    start(page)
    alert = page.get_by_role("alert").filter(has_text="The test was stopped by an error.")
    expect(alert).to_contain_text("You must specify the base host.")
    expect(page.locator(".pill")).to_have_text("Stopped")
    expect(page.locator(".figure", has_text="p95 response time").locator(".figure-value")).to_have_text("– ms")


def test_a_host_that_refuses_is_named_with_the_error(page: Page, hostless: Site) -> None:
    hostless.post("/stats/reset")
    page.goto(hostless.url)
    page.get_by_role("button", name="New test").click()
    start(page, Host="http://127.0.0.1:9")
    alert = page.get_by_role("alert").filter(has_text="Not one request succeeds.")
    expect(alert).to_contain_text("Connection refused")
    expect(alert).to_contain_text("(http://127.0.0.1:9)?")
    expect(page.get_by_role("alert")).to_have_count(1)  # what stopped the test before is over
    hostless.stop()
    expect(alert).to_have_count(0)


def test_without_user_classes_nothing_can_be_started(page: Page, tmp_path: Path) -> None:
    site = Site.open(tmp_path, EMPTIED)
    page.goto(site.url)
    expect(page.get_by_role("alert")).to_contain_text("There are no user classes.")
    expect(page.get_by_text("There is no user class to start.")).to_be_visible()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_disabled()
    site.close()


def test_a_generator_that_cannot_make_the_load_says_so(page: Page, burning: Site) -> None:
    burning.post("/swarm", user_count=4, spawn_rate=100, user_classes="Burner", shape_class="Default")
    page.goto(burning.url)
    notice = page.get_by_role("status").filter(has_text="The load generator is at its limit.")
    expect(notice).to_contain_text("Add workers", timeout=30_000)
    burning.stop()


@pytest.mark.parametrize(
    ("user_class", "title", "text"),
    [
        ("Stumbler", "Not one request is made.", "'token'"),
        ("Leaver", "No user is left.", "The tab Logs may say why."),
    ],
)
def test_a_test_of_which_nothing_comes(
    page: Page, burning: Site, user_class: str, title: str, text: str, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(burning.stop)
    burning.post("/swarm", user_count=2, spawn_rate=100, user_classes=user_class, shape_class="Default")
    page.goto(burning.url)
    expect(page.get_by_role("alert").filter(has_text=title)).to_contain_text(text)
