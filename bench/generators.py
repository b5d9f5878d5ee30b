"""Runs one generator once and says what it cost: wrk, the real Locust, acrida."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.cores import GENERATOR_CORE
from tests.support.program import install_locust

HERE = Path(__file__).parent


@dataclass
class Cost:
    """One run: CPU time of the generator process alone, over the requests answered in that time."""

    requests: int
    cpu_s: float
    wall_s: float
    failures: int = 0
    marks: dict[str, Any] = field(default_factory=dict)

    @property
    def us_per_request(self) -> float:
        return self.cpu_s / max(self.requests, 1) * 1e6

    @property
    def per_second(self) -> float:
        return self.requests / self.wall_s


def pinned(*command: str) -> list[str]:
    return ["taskset", "-c", str(GENERATOR_CORE), *command]


def cost_of(command: list[str], answered: str, env: dict[str, str] | None = None) -> Cost:
    """Of a program that says in its output how many requests were `answered` (a pattern with their number)."""
    with tempfile.TemporaryFile("w+") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})})
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall_s = time.perf_counter() - started
        output.seek(0)
        text = output.read()
    found = re.search(answered, text)
    if process.returncode or not found:
        raise SystemExit(f"bench: {' '.join(command)} failed: {text[-3000:]}")
    return Cost(int(found[1]), usage.ru_utime + usage.ru_stime, wall_s)


def run_wrk(url: str, connections: int, length_s: float) -> Cost:
    command = pinned("wrk", "-t1", f"-c{connections}", f"-d{max(1, round(length_s))}s", url)
    return cost_of(command, r"(\d+) requests in")


def python_of(kind: str) -> str:
    return sys.executable if kind == "acrida" else str(install_locust())


def run_program(
    kind: str,
    locustfile: str,
    host: str,
    users: int,
    *,
    rate: float = 1000,
    warm_up_s: float = 1,
    length_s: float = 3,
    env: dict[str, str] | None = None,
    timeout_s: float = 180,
) -> dict[str, Any]:
    """What bench_marks (or the locustfile itself) wrote, with the moment of the start added."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        result = Path(folder) / "result.json"
        variables = {
            **os.environ,
            **(env or {}),
            "BENCH_RESULT": str(result),
            "BENCH_WARM_UP_S": str(warm_up_s),
            "BENCH_LENGTH_S": str(length_s),
            "PYTHONDONTWRITEBYTECODE": "",
        }
        command = pinned(
            python_of(kind),
            "-m",
            kind,
            "-f",
            str(HERE / "locustfiles" / f"{locustfile}.py"),
            "--headless",
            "--only-summary",
            "-u",
            str(users),
            "-r",
            str(rate),
            "-H",
            host,
        )
        launched = time.time()
        done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=timeout_s)
        if not result.exists():
            raise RuntimeError(f"{kind} {locustfile} left no result (exit {done.returncode}):\n{done.stderr[-3000:]}")
        return {"launched": launched, "exit_code": done.returncode, **json.loads(result.read_text())}


def cost_of_run(kind: str, locustfile: str, host: str, users: int, **options: Any) -> Cost:
    marks = run_program(kind, locustfile, host, users, **options)
    first, second = marks["first"], marks["second"]
    return Cost(
        second["requests"] - first["requests"],
        second["cpu_s"] - first["cpu_s"],
        second["wall_s"] - first["wall_s"],
        second["failures"],
        marks,
    )
