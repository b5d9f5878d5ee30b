"""A program of its own shows the web page and is steered there."""

from __future__ import annotations

import json
import re
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.certs import make_certificates

PATIENCE = 30


class Served:
    """A program that runs, and its page."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.read().decode()

    def json(self, path: str) -> Any:
        return json.loads(self.get(path))

    def args(self) -> Any:
        """What the page starts with."""
        found = re.search(r"window.templateArgs=(.*?);window.basePath", self.get("/"))
        assert found
        return json.loads(found[1])

    def post(self, path: str, **fields: Any) -> Any:
        return json.loads(self.send(path, urllib.parse.urlencode(fields, doseq=True)))

    def send(self, path: str, body: str) -> str:
        with urllib.request.urlopen(self.url + path, body.encode(), timeout=10) as answer:
            return answer.read().decode()

    def wait_for(self, what: Callable[[Any], Any]) -> Any:
        """Until the statistics fulfil it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            stats = self.json("/stats/requests")
            if what(stats):
                return stats
            time.sleep(0.05)
        raise AssertionError(stats)

    def end(self) -> str:
        """Control-C; answers what it wrote."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.stderr
        text = self.process.stderr.read()
        self.process.wait(PATIENCE)
        return text


@contextmanager
def served(program: str | Path, *words: str, cwd: Path) -> Iterator[Served]:
    command = [program, *words, "--web-port", "0", "--web-host", "127.0.0.1"]
    with subprocess.Popen(command, cwd=cwd, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        try:
            for line in process.stderr:
                if found := re.search(r"Starting web interface at ([^\s,]+)", line):
                    yield Served(process, found[1])
                    break
            else:
                raise AssertionError("there is no page")
        finally:
            process.kill()


def test_a_test_is_started_edited_stopped_and_reset(looker: Path, shop_url: str, tmp_path: Path) -> None:
    with served(looker, "--class-picker", "--host", "http://127.0.0.1:1", cwd=tmp_path) as page:
        assert "window.templateArgs" in page.get("/")
        script = re.search(r'src="\.?/?(assets/index[^"]*)"', page.get("/"))
        assert script and len(page.get("/" + script[1])) > 10_000
        answer = page.post("/swarm", user_count=3, spawn_rate=10, host=shop_url, user_classes=["Looker"])
        assert answer["success"] and answer["user_classes"] == ["Looker"] and answer["host"] == shop_url
        page.wait_for(lambda stats: stats["state"] == "running" and len(stats["stats"]) == 3)
        assert page.json("/tasks")["total"]["Looker"]["tasks"]["miss"]["ratio"] == 0.25
        page.post("/swarm", user_count=5, spawn_rate=10)
        page.wait_for(lambda stats: stats["user_count"] == 5)
        move_while_it_runs(page, 7)
        assert "GET,/missing," in page.get("/stats/requests/csv")
        assert "HTTPError('404 Client Error" in page.get("/stats/failures/csv")
        assert page.json("/stop") == {"success": True, "message": "Test stopped"}
        stopped = page.json("/stats/requests")
        assert (stopped["state"], stopped["user_count"]) == ("stopped", 0)
        assert page.get("/stats/reset") == "ok"
        assert page.json("/stats/requests")["stats"][-1]["num_requests"] == 0
        assert any("Ramping to 5 users" in line for line in page.json("/logs")["master"])
        text = page.end()
    assert "Shutting down (exit code 0)" in text and page.process.returncode == 0


def edit_while_it_runs(page: Served, user_class: str, first: str, then: str) -> None:
    """One user of the class picks what its path ``first`` is for, then only what ``then`` is for."""

    def count(stats: Any, path: str) -> int:
        return sum(row["num_requests"] for row in stats["stats"] if row["name"] == path)

    page.wait_for(lambda stats: count(stats, first) > 3)
    page.send("/user", json.dumps({"user_class_name": user_class, "tasks": ["miss"]}))
    missed = page.wait_for(lambda stats: count(stats, then) > 0)
    later = page.wait_for(lambda stats: count(stats, then) > count(missed, then) + 5)
    assert count(later, first) == count(missed, first), "it goes on with what was taken from it"
    assert set(page.json("/tasks")["total"][user_class]["tasks"]) == {"miss"}


def move_while_it_runs(page: Served, user_count: int) -> None:
    """Whoever is spawned after a start with another host goes there; nobody listens at this one."""
    page.post("/swarm", user_count=user_count, spawn_rate=8, host="http://127.0.0.1:1")
    page.wait_for(lambda stats: any("Connection refused" in e["error"] and e["name"] == "/" for e in stats["errors"]))


def test_a_user_that_lives_picks_from_what_the_page_leaves_it(looker: Path, shop_url: str, tmp_path: Path) -> None:
    with served(looker, "--class-picker", "--host", shop_url, cwd=tmp_path) as page:
        page.send("/user", json.dumps({"user_class_name": "Looker", "tasks": ["look"]}))
        page.post("/swarm", user_count=1, spawn_rate=1, user_classes=["Looker"])
        edit_while_it_runs(page, "Looker", "/", "/missing")
        page.end()


def test_classes_are_chosen_and_edited(looker: Path, shop_url: str, tmp_path: Path) -> None:
    with served(looker, "--class-picker", "--host", shop_url, cwd=tmp_path) as page:
        page.send("/user", json.dumps({"user_class_name": "Looker", "tasks": ["look"], "weight": 2}))
        for beyond in ('{"weight": 1e300}', '{"fixed_count": 1e300}', '{"weight": true}', '{"fixed_count": -1}'):
            with pytest.raises(urllib.error.HTTPError, match="400"):
                page.send("/user", json.dumps({"user_class_name": "Looker", **json.loads(beyond)}))
        with pytest.raises(urllib.error.HTTPError, match="400") as refused:
            page.send("/user", json.dumps({"user_class_name": "Looker", "tasks": ["look", "nap"]}))
        assert "Looker has no task nap" in refused.value.read().decode()
        args = page.args()
        assert args["users"]["Looker"] == {"host": None, "weight": 2, "fixed_count": 0, "tasks": ["look"] * 3}
        assert args["available_user_classes"] == ["Looker", "Failing"] and args["show_userclass_picker"]
        page.post("/swarm", user_count=3, spawn_rate=10, run_time="1s", user_classes=["Looker", "Failing"])
        done = page.wait_for(lambda stats: stats["state"] == "stopped")
        assert {row["name"] for row in done["stats"]} == {"/", "Aggregated"}
        (exception,) = page.json("/exceptions")["exceptions"]
        assert exception["msg"] == "divided by zero" and exception["count"] >= 2
        assert exception["traceback"].startswith("  Task divide of Failing")
        report = page.get("/stats/report?download=1")
        assert '"num_requests"' in report and "divided by zero" in report
        for fields in ({"user_count": "x", "spawn_rate": 1}, {"user_count": 1, "spawn_rate": 0}):
            assert not page.post("/swarm", **fields)["success"]
        page.end()
    assert page.process.returncode == 1


def test_autostart_and_autoquit(looker: Path, shop_url: str, tmp_path: Path) -> None:
    words = ["--autostart", "--autoquit", "0", "-u", "2", "-r", "2", "-t", "1s", "--web-base-path", "/load"]
    with served(looker, *words, "--host", shop_url, "Looker", cwd=tmp_path) as page:
        assert page.url.endswith("/load") and page.json("/health")["state"] in ("running", "spawning")
        assert page.process.stderr
        text = page.process.stderr.read()
        assert page.process.wait(PATIENCE) == 1
    order = ["--run-time limit reached, stopping test", "--autoquit time reached, shutting down", "(exit code 1)"]
    assert [text.index(line) for line in order] == sorted(text.index(line) for line in order)


def test_the_page_over_tls(looker: Path, tmp_path: Path) -> None:
    certificates = make_certificates(tmp_path)
    words = ["--tls-cert", str(certificates.server_cert), "--tls-key", str(certificates.server_key)]
    with served(looker, *words, cwd=tmp_path) as page:
        assert page.url.startswith("https://127.0.0.1:")
        trusting = ssl.create_default_context(cafile=str(certificates.authority))
        with urllib.request.urlopen(page.url + "/health", timeout=10, context=trusting) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            page.get("/health")
    done = subprocess.run(
        [looker, "--tls-cert", "none.pem", "--tls-key", "none.key"], cwd=tmp_path, capture_output=True
    )
    assert done.returncode != 0 and b"none.pem" in done.stderr


def test_a_busy_port_is_said(looker: Path, tmp_path: Path) -> None:
    with served(looker, cwd=tmp_path) as page:
        port = page.url.rpartition(":")[2]
        done = subprocess.run(
            [looker, "--web-port", port, "--web-host", "127.0.0.1"], cwd=tmp_path, capture_output=True, text=True
        )
    assert done.returncode == 2 and port in done.stderr, done.stderr
