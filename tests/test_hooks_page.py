"""docs/guide/hooks.md: every event has a listener there, each of them is called, and every shape form works."""

from __future__ import annotations

import re

import pytest
from acrida.event import Events

from tests.support.program import ROOT, Program

PAGE = (ROOT / "docs" / "guide" / "hooks.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.S)
LISTENERS = [block for block in BLOCKS if "@events." in block and "class " not in block]
SHAPES = [block for block in BLOCKS if "LoadTestShape" in block]
USERS = [block for block in BLOCKS if "class " in block and block not in SHAPES]

#: Notes which listeners are called; makes the rare events happen.
WATCH = """
import functools
import gevent, requests
import locust.runners
from locust import events
from locust.event import Events

locust.runners.CPU_MONITOR_INTERVAL = 0.2
locust.runners.CPU_WARNING_THRESHOLD = -1

def watch(name, hook):
    add = hook.add_listener
    def add_listener(listener):
        @functools.wraps(listener)
        def called(**kwargs):
            if name not in seen:
                seen.add(name)
                note("called", name)
            return listener(**kwargs)
        return add(called)
    hook.add_listener = add_listener

seen = set()
own = {}
for name in Events.__annotations__:
    watch(name, getattr(events, name))
"""
TROUBLE = """
from locust import FastHttpUser, constant, task

class Visitor(FastHttpUser):
    wait_time = constant(0.2)
    @task
    def page(self):
        self.client.get("/", context={"who": "anna"})
        raise ValueError("meant")

_EventHook_add = type(events.init).add_listener
def press_reset(environment, **kwargs):
    if environment.web_ui:
        address = f"http://127.0.0.1:{environment.web_ui.server.server_port}/stats/reset"
        gevent.spawn(requests.post, address)
_EventHook_add(events.test_start, press_reset)
"""


def test_every_event_has_its_heading() -> None:
    headings = "\n".join(line for line in PAGE.splitlines() if line.startswith("### "))
    assert [name for name in Events.__annotations__ if f"`{name}`" not in headings] == []


def test_every_listener_of_the_page_is_called(acrida: Program, shop_url: str) -> None:
    options = ["--processes", "1", "--autostart", "--autoquit", "0", "--web-host", "127.0.0.1", "--web-port", "0"]
    text = WATCH + "\n".join(LISTENERS) + TROUBLE
    done = acrida.run(text, *options, "--host", shop_url, "-t", "3s", "-u", "2", "-r", "2", timeout_s=60)
    called = {name for (name,) in done.noted("called")}
    assert set(Events.__annotations__) - called == set(), done.stderr
    assert "Uncaught exception in event handler" not in done.stderr
    # Both nodes print into one pipe, piece by piece: only the pieces stay together.
    for text in ("MasterRunner", "WorkerRunner", "ValueError('meant')", "different names"):
        assert text in done.stdout + done.stderr


@pytest.mark.parametrize("block", range(len(SHAPES)))
def test_every_shape_of_the_page_runs_to_its_end(acrida: Program, shop_url: str, block: int) -> None:
    done = acrida.run(SHAPES[block], "--headless", "--host", shop_url, "--json")
    assert done.exit_code == 0, done.stderr
    assert sum(row["num_requests"] for row in done.json()) > 0


def test_the_users_of_the_page_run(acrida: Program, shop_url: str) -> None:
    done = acrida.headless("\n".join(USERS), "-t", "1s", host=shop_url, users=4)
    assert done.exit_code == 0, done.stderr
    assert "somebody bought 3" in done.stdout
    assert "code     sort" in done.stderr
