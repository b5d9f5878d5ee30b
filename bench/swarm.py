"""What a swarm costs: a master with many scripted workers, requests on two workers, very many users on four."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.cores import TARGET_CORE
from bench.generators import HERE, run_program
from tests.support.target import ROOT


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _master_with(workers: int, rows: int, warm_up_s: float, length_s: float) -> dict[str, Any]:
    """The marks of a master whose workers are scripted, in a process on the other core."""
    port = _free_port()
    command = ["taskset", "-c", str(TARGET_CORE), sys.executable, "-m", "bench.scripted_workers"]
    scripted = subprocess.Popen([*command, str(port), str(workers), str(rows)], cwd=ROOT, stdout=subprocess.PIPE)
    try:
        return run_program(
            "acrida", "idle", "http://127.0.0.1", workers, rate=workers, warm_up_s=warm_up_s, length_s=length_s,
            env={
                "LOCUST_MODE_MASTER": "true", "LOCUST_MASTER_BIND_PORT": str(port),
                "LOCUST_EXPECT_WORKERS": str(workers),
            },
        )  # fmt: skip
    finally:
        scripted.terminate()
        scripted.wait()


def percent_of_core(workers: int, length_s: float) -> dict[str, float]:
    """All threads of a master whose workers report 300 entries every 3 s."""
    marks = _master_with(workers, 300, 4, length_s)
    first, second = marks["first"], marks["second"]
    wall_s = second["wall_s"] - first["wall_s"]
    return {
        "percent_of_core": 100 * (second["cpu_s"] - first["cpu_s"]) / wall_s,
        "requests_per_second": (second["requests"] - first["requests"]) / wall_s,
        "mb_more": (second["resident_kb"] - first["resident_kb"]) / 1024,
    }


def seconds_to_start(workers: int) -> dict[str, float]:
    """From the start of a test to the last spawning_complete of connected workers."""
    marks = _master_with(workers, 0, 0, 0.5)
    return {"seconds": marks["spawned"]["wall_s"] - marks["start"]["wall_s"], "users": marks["spawned"]["users"]}


def cost_with_processes(processes: int, url: str, folder: Path, length_s: float) -> dict[str, float]:
    """CPU time of the workers over the requests that they made meanwhile, each at the same pace, far from its limit.

    At the limit there would be nothing to compare: a worker that waits for the target handles fewer answers at a time.
    """
    results = folder / f"processes-{processes}"
    results.mkdir(exist_ok=True)
    for old in results.iterdir():
        old.unlink()
    _acrida(
        "swarm_get", "--processes", str(processes), "-u", str(100 * processes), "-r", "1000", "-H", url,
        "-t", f"{length_s + 4:.0f}",
        env={"BENCH_RESULTS": str(results), "BENCH_LENGTH_S": str(length_s)},
    )  # fmt: skip
    marks = [json.loads(file.read_text()) for file in results.iterdir()]
    if len(marks) != processes:
        raise RuntimeError(f"{len(marks)} of {processes} workers left a result")
    requests = sum(mark["requests"] for mark in marks)
    return {"us_per_request": sum(mark["cpu_s"] for mark in marks) / requests * 1e6, "requests": requests}


def idle_users(users: int, processes: int) -> dict[str, float]:
    """Up and down again; everything that is not as it should be is an error of the bench."""
    began = time.monotonic()
    log = _acrida(
        "plain_idle", "--processes", str(processes), "-u", str(users), "-r", "10000", "-H", "http://127.0.0.1",
        "-t", f"{users // 10_000 + 40}",
    )  # fmt: skip
    took = time.monotonic() - began
    if f"({users} total users)" not in log or "0 failures" in log or re.search(r"/(ERROR|CRITICAL)/|Traceback", log):
        raise RuntimeError(f"not as it should be:\n{log[-3000:]}")
    stamps = {
        key: _time_of(log, key) for key in ("reported as ready", "All users spawned", "limit reached", "Shutting down")
    }
    return {
        "up_s": stamps["All users spawned"] - stamps["reported as ready"],
        "down_s": stamps["Shutting down"] - stamps["limit reached"],
        "users": users,
        "all_s": took,
    }


def _time_of(log: str, words: str) -> float:
    line = [line for line in log.splitlines() if words in line][-1]
    found = re.match(r"\[\d+-\d+-\d+ (\d+):(\d+):(\d+),(\d+)", line)
    assert found, line
    hours, minutes, seconds, thousandths = map(int, found.groups())
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _acrida(locustfile: str, *options: str, env: dict[str, str] | None = None) -> str:
    path = HERE / "locustfiles" / f"{locustfile}.py"
    command = [sys.executable, "-m", "acrida", "-f", str(path), "--headless", "--only-summary", *options]
    done = subprocess.run(
        [*command, "--master-bind-port", "0"],
        env={**os.environ, **(env or {})}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(options)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return done.stderr
