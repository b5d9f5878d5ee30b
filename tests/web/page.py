"""A program with its web page open, as scripts and browsers see it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import requests

from tests.support.program import Outcome, Program, Running

IDLE = """
from locust import HttpUser, task, constant, events
class Idle(HttpUser):
    host = "http://127.0.0.1:1"
    wait_time = constant(1000)
    @task
    def act(self):
        self.environment.events.request.fire(request_type="GET", name="/a", response_time=12, response_length=5,
                                             exception=None)
"""


class Page:
    def __init__(self, running: Running, url: str, verify: str | bool = True):
        self.running, self.url = running, url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = verify
        self.stderr: list[str] = []
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self) -> None:
        assert self.running.process.stderr
        self.stderr.extend(self.running.process.stderr)

    @property
    def port(self) -> int:
        return int(re.findall(r":(\d+)", self.url)[0])

    @property
    def folder(self) -> Path:
        return self.running.folder

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.url + path, timeout=20, allow_redirects=False, **options)

    def post(self, path: str, data: Any = None, **options: Any) -> requests.Response:
        return self.session.post(self.url + path, data=data, timeout=20, allow_redirects=False, **options)

    def swarm(self, **fields: Any) -> Any:
        return self.post("/swarm", {"user_count": 1, "spawn_rate": 100, **fields}).json()

    def stats(self) -> Any:
        return self.get("/stats/requests").json()

    def wait_until(self, what: Callable[[Any], bool], path: str = "/stats/requests") -> Any:
        """Asks until the answer is as wanted; a state that is never reached fails the test."""
        for _ in range(400):
            answer = self.get(path).json()
            if what(answer):
                return answer
            time.sleep(0.02)
        raise AssertionError(f"never came: {json.dumps(answer)[:2000]}\n{''.join(self.stderr)[-2000:]}")

    def wait_for_state(self, *states: str) -> Any:
        return self.wait_until(lambda stats: stats["state"] in states)

    def page_data(self) -> Any:
        """What `/` gives the page to start with."""
        found = re.search(r"window\.templateArgs ?= ?(\{.*?\});window\.basePath", self.get("/").text, re.S)
        assert found, self.get("/").text[:500]
        return json.loads(found[1])

    def events(self, **options: Any) -> Iterator[tuple[str, Any]]:
        """(event, data) of the stream."""
        with self.session.get(self.url + "/events", stream=True, timeout=20, **options) as answer:
            assert answer.headers["Content-Type"] == "text/event-stream"
            name = ""
            for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: "):
                    yield name, json.loads(line[6:])

    def finish(self) -> Outcome:
        process = self.running.process
        try:
            process.wait(20)
        except Exception:
            process.kill()
            raise
        return Outcome(process.returncode, "", "".join(self.stderr), self.folder)

    def close(self) -> None:
        if self.running.process.poll() is None:
            self.running.process.terminate()
        self.finish()


def open_page(
    program: Program, locustfile: str | None, *options: str, host: str = "127.0.0.1", verify: str | bool = True
) -> Page:
    bundle = program.folder / "bundle"
    if not bundle.exists() and program.kind == "acrida":
        (bundle / "assets").mkdir(parents=True)
        (bundle / "index.html").write_text("<html><head><!--acrida:page-data--></head><body>own page</body></html>")
        (bundle / "assets" / "app.js").write_text("console.log('app');" * 100)
    own_build = ["--build-path", str(bundle)] if "--build-path" not in options else []
    running = program.start(locustfile, "--web-host", host, "--web-port", "0", *own_build, *options)
    seen = running.wait_for_stderr("Starting web interface at ")
    found = re.search(r"Starting web interface at (\S+),", seen)
    assert found
    return Page(running, found[1].replace("0.0.0.0", "127.0.0.1"), verify)
