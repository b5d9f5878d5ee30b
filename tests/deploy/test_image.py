"""The image, without an engine to build it: the Dockerfile is linted, and what it runs is run here."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from dockerfile_parse import DockerfileParser

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = DEPLOY / "Dockerfile"


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    parsed = DockerfileParser(path=str(DOCKERFILE)).structure
    return [(step["instruction"], step["value"]) for step in parsed if step["instruction"] != "COMMENT"]


def test_hadolint_has_no_complaint() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [hadolint, "--failure-threshold", "warning", DOCKERFILE], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout


def test_the_shipped_stage_is_what_existing_charts_expect(steps: list[tuple[str, str]]) -> None:
    last = max(n for n, (word, _) in enumerate(steps) if word == "FROM")
    shipped = dict(steps[last + 1 :])
    assert shipped["USER"] == "1000:1000"
    assert shipped["WORKDIR"] == "/home/locust"
    assert shipped["EXPOSE"].split() == ["8089", "5557"]
    assert json.loads(shipped["ENTRYPOINT"]) == ["acrida"]
    assert shipped["ENV"].startswith("PATH=/opt/venv/bin:")
    assert ("RUN", "/opt/venv/bin/acrida alias install") in steps[:last]


def test_what_is_copied_exists_and_reaches_the_builder(steps: list[tuple[str, str]]) -> None:
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    for word, value in steps:
        if word == "COPY" and "--from=" not in value:
            *sources, _ = [part for part in value.split() if not part.startswith("--")]
            for source in sources:
                assert (ROOT / source).exists(), source
                assert source == "." or not any(source.startswith(name) for name in ignored), f"{source} is ignored"


def test_no_file_that_the_build_needs_is_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for needed in ("CMakeLists.txt", "pyproject.toml", "README.md", "LICENSE", "src", "python", "cmake", "tools"):
        assert needed not in ignored
    assert {".*", "build*", "tests"} <= set(ignored), "secrets, history and build results stay outside"


def test_the_packages_of_the_shipped_stage_hold_every_library_of_the_program() -> None:
    done = subprocess.run(
        [DEPLOY / "runtime_packages.sh", sys.prefix], capture_output=True, text=True, timeout=60, check=True
    )
    packages = done.stdout.split()
    assert {"python3", "ca-certificates", "libc6", "libssl3", "libstdc++6"} <= set(packages)
    assert not [package for package in packages if package.endswith("-dev")]


def test_a_virtual_environment_without_acrida_is_refused(tmp_path: Path) -> None:
    done = subprocess.run([DEPLOY / "runtime_packages.sh", tmp_path], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "no compiled acrida module" in done.stderr


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path in ("/health", "/base/health") else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def health(tmp_path: Path, words: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """The health check, for a container whose first process has this command line."""
    line = tmp_path / "cmdline"
    line.write_bytes(
        b"".join(word.encode() + b"\0" for word in ["/opt/venv/bin/python", "/opt/venv/bin/acrida", *words])
    )
    env = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run([DEPLOY / "healthcheck.sh", line], env=env, capture_output=True, text=True, timeout=30)


def test_a_page_that_answers_is_healthy(tmp_path: Path, port: int) -> None:
    for words in ([f"--web-port={port}"], ["--web-port", str(port)], ["-P", str(port), "--master"], [f"-P{port}"]):
        assert health(tmp_path, words).returncode == 0, words
    assert health(tmp_path, [], LOCUST_WEB_PORT=str(port)).returncode == 0
    assert health(tmp_path, ["--web-base-path=/base"], LOCUST_WEB_PORT=str(port)).returncode == 0


def test_a_page_that_answers_wrongly_or_not_at_all_is_not(tmp_path: Path, port: int) -> None:
    wrong = health(tmp_path, ["--web-base-path=/elsewhere"], LOCUST_WEB_PORT=str(port))
    assert wrong.returncode == 1 and re.search(r"404", wrong.stdout)
    silent = health(tmp_path, ["--web-port=1"])
    assert silent.returncode == 1 and "nobody listens on port 1" in silent.stdout


def test_nodes_without_a_page_are_healthy_while_they_run(tmp_path: Path) -> None:
    for words in (["--worker"], ["--headless", "--master"]):
        assert health(tmp_path, words).returncode == 0
    assert health(tmp_path, [], LOCUST_MODE_WORKER="true").returncode == 0
    assert health(tmp_path, [], LOCUST_HEADLESS="1").returncode == 0
