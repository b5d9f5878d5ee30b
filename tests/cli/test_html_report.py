"""--html: a file that opens from a disk, with data that scripts can read back, however the run ended."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import Program

SCENARIO = """
from locust import User, task, constant
class Buyer(User):
    wait_time = constant(0.05)
    def count(self, name, error=None):
        self.environment.events.request.fire(request_type="GET", name=name, response_time=12.5, response_length=7,
                                             exception=error)
    @task
    def buy(self):
        self.count("</script><script>alert(1)</script>")
        self.count("/bad", ValueError("no 'luck' & <b>"))
        note("bought")
        raise KeyError("basket")
"""


def data_of(page: str) -> Any:
    found = re.search(r"window\.templateArgs=(.*?);window\.theme=\"(light|dark)\";</script>", page)
    assert found, "no data in the report"
    return json.loads(found[1])


def report_of(folder: Path, name: str) -> Any:
    return data_of((folder / name).read_text(encoding="utf-8"))


def test_the_report_of_a_run_with_failures(acrida: Program) -> None:
    outcome = acrida.run(
        SCENARIO, "--headless", "-u", "2", "-r", "2.0", "-t", "1s", "--html", "a/new/x_{u}_{r}_{t}.html",
        "--host", "https://shop.example", "--profile", "smoke & co", "--only-summary",
    )  # fmt: skip
    assert outcome.exit_code == 1, outcome.stderr
    page = outcome.file("a/new/x_2_2_1.html")
    # Self-contained: nothing is fetched, and no name from the outside ends a script.
    assert not re.search(r'(src|href)="(?!data:)[^"]+\.(js|css|woff2?)"', page)
    assert "<script>alert(1)" not in page
    assert len(page.encode()) < 300_000
    data = data_of(page)
    assert data["is_report"] is True and data["show_download_link"] is False
    assert (data["host"], data["profile"]) == ("https://shop.example", "smoke & co")
    assert data["locustfile"].endswith(".py")
    assert data["requests_statistics"][-1]["name"] == "Aggregated"
    first, bad = (row for row in data["requests_statistics"] if row["name"] != "Aggregated")
    assert bad["name"] == "</script><script>alert(1)</script>" or first["name"] == "/bad"
    assert data["failures_statistics"][0]["error"] == """ValueError("no 'luck' & <b>")"""
    assert data["exceptions_statistics"][0]["msg"] == "'basket'"
    assert data["exceptions_statistics"][0]["nodes"] == "local"
    assert data["response_time_statistics"][0]["0.5"] in (12, 13)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", data["start_time"])
    assert "second" in data["duration"]
    assert data["history"][-1]["current_rps"][0] == data["history"][-1]["time"]
    assert data["tasks"]["per_class"]["Buyer"]["tasks"]["buy"]["ratio"] == 1.0


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_run_that_is_interrupted_leaves_its_report(acrida: Program, which: signal.Signals) -> None:
    running = acrida.start(SCENARIO, "--headless", "--html", "out.html", "--only-summary")
    running.wait_for_stderr("KeyError: 'basket'")
    running.process.send_signal(which)
    outcome = running.finish()
    assert report_of(outcome.folder, "out.html")["requests_statistics"][-1]["num_requests"] >= 2


def test_a_report_that_cannot_be_written_is_said_and_spoils_nothing(acrida: Program) -> None:
    outcome = acrida.run("import pathlib\npathlib.Path('taken').write_text('')\n" + SCENARIO, "--headless", "-t", "1s",
                         "--html", "taken/out.html", "--only-summary")  # fmt: skip
    assert "The HTML report could not be written" in outcome.stderr
    assert "Traceback (most recent call last)" not in outcome.stderr.split("The HTML report")[1]


EMBEDDED = """
from locust import User, task
from locust.env import Environment
from locust.html import get_html_report
class Nobody(User):
    @task
    def act(self): pass
environment = Environment(user_classes=[Nobody])
environment.create_local_runner()
environment.events.request.fire(request_type="GET", name="/", response_time=1, response_length=1, exception=None)
page = get_html_report(environment, theme="dark")
from locust.html import render_template_from
note("login", "window.authArgs={" in render_template_from("login.html", auth_args={"error": "</script>"}))
note("page", page[page.index("window.templateArgs"):page.index("</script>", page.index("window.templateArgs"))])
"""


def test_people_can_make_the_report_themselves(acrida: Program) -> None:
    outcome = acrida.script(EMBEDDED)
    ((text,),) = outcome.noted("page")
    assert outcome.noted("login") == [[True]]
    assert text.endswith('window.theme="dark";')
    data = json.loads(text.removeprefix("window.templateArgs=").removesuffix(';window.theme="dark";'))
    assert data["show_download_link"] is True
    assert data["requests_statistics"][0]["num_requests"] == 1
    assert data["host"] == "None"


def test_a_full_disk_is_said_once_per_file_and_ends_the_program_with_1(acrida: Program) -> None:
    for name in ("a_stats.csv", "a_stats_history.csv", "b.json", "c.html"):
        (acrida.folder / name).symlink_to("/dev/full")
    quiet = "from locust import User, task\nclass Quiet(User):\n    @task\n    def act(self): self.stop()\n"
    outcome = acrida.run(quiet, "--headless", "-t", "2s", "--csv", "a", "--json-file", "b", "--html", "c.html")
    assert outcome.exit_code == 1
    assert outcome.stderr.count("The CSV files cannot be written: [Errno") == 1
    for what in ("CSV files could not be written to their end", "JSON file could not", "HTML report could not"):
        assert what in outcome.stderr
    assert "Traceback" not in outcome.stderr
    outcome = acrida.run(quiet, "--headless", "-t", "2s", "--csv", "c.html/a")
    assert outcome.exit_code == 1 and "Choose another place with --csv." in outcome.stderr
    assert "Traceback" not in outcome.stderr
