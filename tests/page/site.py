"""A program with its page open, for a browser to look at."""

from __future__ import annotations

import json
import re
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.program import ROOT, Program, Running

AXE = ROOT / "webui" / "node_modules" / "axe-core" / "axe.min.js"

#: Users that count requests without sending any: quick, cheap and without a target.
SHOP = """
import time
from locust import LoadTestShape, TaskSet, User, constant, events, task

@events.init_command_line_parser.add_listener
def add_options(parser):
    parser.add_argument("--a1", type=int, default=3, help="A whole number")
    parser.add_argument("--my-arg2", default="abc", help="A text")
    parser.add_argument("--verify-tls", action="store_true", default=False, help="A switch")
    parser.add_argument("--region", choices=["eu", "us"], default="eu", help="One of some")
    parser.add_argument("--flavours", choices=["vanilla", "lemon"], default=["vanilla"], nargs="*", is_multiple=True)
    parser.add_argument("--api-key", default="s3cret", is_secret=True, help="Never shown")

@events.test_start.add_listener
def started(environment, **_):
    o = environment.parsed_options
    note("options", o.a1, o.my_arg2, o.verify_tls, o.region, o.flavours, o.api_key)

class Quick(User):
    abstract = True
    wait_time = constant(0.1)
    def count(self, method, name, error=None):
        self.environment.events.request.fire(request_type=method, name=name, response_time=20, response_length=100,
                                             exception=error)

class Buyer_view(Quick):
    weight = 3
    @task(3)
    def browse(self):
        self.count("GET", "/items")
    @task
    class Checkout(TaskSet):
        @task
        def pay(self):
            self.user.count("POST", "/pay", ValueError("card refused"))
            raise KeyError("basket")
        @task
        def leave(self):
            self.interrupt()

class Admin(Quick):
    fixed_count = 1
    @task
    def reports(self):
        self.count("GET", "/reports")

class Waves(LoadTestShape):
    def tick(self):
        return (2, 2)
"""

MANY = """
from locust import User, constant, task
class Many(User):
    wait_time = constant(0.2)
    def on_start(self):
        for number in range(500):
            self.environment.events.request.fire(request_type="GET", name=f"/goods/{number:03}", response_time=number,
                                                 response_length=10, exception=None)
    @task
    def again(self):
        self.environment.events.request.fire(request_type="GET", name="/goods/250", response_time=5,
                                             response_length=10, exception=None)
"""

EXTENDED = """
from flask import request
from locust import User, constant, events, task
from flask import render_template
class Idle(User):
    wait_time = constant(1)
    @task
    def act(self): pass
@events.init.add_listener
def init(environment, **_):
    web_ui = environment.web_ui
    @web_ui.app.after_request
    def more(response):
        if request.path == "/stats/requests":
            answer = response.json
            answer["extended_stats"] = [{"key": "cache-stats", "data": [{"path_name": "/a", "hits_1": 7}]}]
            response.set_data(environment.web_ui.app.json.dumps(answer))
        return response
    @web_ui.app.route("/extend")
    def extend():
        web_ui.template_args |= {
            "extended_tabs": [{"title": "Cache statistics", "key": "cache-stats"}],
            "extended_tables": [{"key": "cache-stats", "structure": [{"key": "path_name", "title": "Path"},
                                                                     {"key": "hits_1", "title": "Hits"}]}],
            "extended_csv_files": [{"href": "/cache/csv", "title": "Cache as CSV"}],
        }
        web_ui.update_template_args()
        return render_template("index.html", template_args=web_ui.template_args)
    @web_ui.app.route("/cache/csv")
    def csv():
        return "path,hits", 200, {"Content-Type": "text/csv"}
"""

LOGIN = """
from flask import redirect, request, session, url_for
from flask_login import UserMixin, login_user
from locust import User, constant, events, task
class Idle(User):
    wait_time = constant(1)
    @task
    def act(self): pass
class Person(UserMixin):
    def get_id(self): return "anna"
@events.init.add_listener
def init(environment, **_):
    web_ui = environment.web_ui
    web_ui.app.secret_key = "k"
    web_ui.login_manager.user_loader(lambda name: Person())
    web_ui.auth_args = {
        "username_password_callback": "/check",
        "auth_providers": [{"label": "Other door", "callback_url": "/other", "icon_url": None}],
    }
    @web_ui.app.route("/check", methods=["POST"])
    def check():
        if request.form["password"] == "secret":
            login_user(Person())
            return redirect(url_for("locust.index"))
        session["auth_error"] = "This is not the password"
        return redirect(url_for("locust.login"))
"""


class Site:
    """The handle that a test holds."""

    def __init__(self, running: Running, url: str) -> None:
        self.running, self.url = running, url
        assert running.process.stderr
        # Nobody reads on: the pipe must not fill up.
        threading.Thread(target=running.process.stderr.read, daemon=True).start()

    @classmethod
    def open(cls, folder: Path, locustfile: str, *options: str) -> Site:
        running = Program("acrida", folder).start(
            locustfile, "--web-host", "127.0.0.1", "--skip-log-setup" if "--skip" in options else "--loglevel=INFO",
            *([] if "--web-port" in options else ["--web-port", "0"]), *options,
        )  # fmt: skip
        log = running.wait_for_stderr("Starting web interface at")
        found = re.search(r"web interface at (http\S+?),", log)
        assert found, log
        return cls(running, found[1].rstrip("/"))

    @property
    def port(self) -> str:
        return re.findall(r":(\d+)", self.url)[0]

    def post(self, path: str, **fields: Any) -> Any:
        body = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(self.url + path, body, timeout=20) as answer:
            return answer.read()

    def get_json(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return json.load(answer)

    def stop(self) -> None:
        self.post("/stop")

    def noted(self, first: str) -> list[list[Any]]:
        file = self.running.folder / "notes.jsonl"
        notes = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        return [entry[1:] for entry in notes if entry[0] == first]

    def close(self) -> None:
        self.running.process.terminate()
        self.running.process.wait(20)


def eventually(what: Callable[[], bool]) -> None:
    """Asks until it is so; something that is never so fails the test."""
    for _ in range(200):
        if what():
            return
        time.sleep(0.02)
    raise AssertionError("it never was so")
