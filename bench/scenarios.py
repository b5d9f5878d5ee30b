"""The scenarios, each a function from a round's tools to {generator: figures}."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cores import TARGET_CORE
from bench.generators import Cost, cost_of_run, run_program, run_wrk
from bench.nginx import Nginx
from bench.page import ms_per_stats_request, percent_of_core_with_viewers, run_page
from bench.page_load import measure as measure_page
from bench.swarm import cost_with_processes, idle_users, percent_of_core, seconds_to_start
from tests.support.target import ROOT


@dataclass
class Round:
    """What a scenario may use: the target, who takes part, how long to measure."""

    nginx: Nginx
    folder: Path
    programs: list[str]
    with_wrk: bool
    length_s: float
    quick: bool


def _figures(cost: Cost) -> dict[str, float]:
    return {
        "us_per_request": cost.us_per_request,
        "per_second": cost.per_second,
        "requests": cost.requests,
        "failures": cost.failures,
    }


def _side_by_side(
    this: Round,
    locustfile: str,
    client: str,
    users: int,
    *,
    url: str | None = None,
    wrk: bool = True,
    env: dict[str, str] | None = None,
) -> dict[str, Any]:
    url = url or this.nginx.url
    found = {}
    if this.with_wrk and wrk:
        found["wrk"] = _figures(run_wrk(url + "/", users, this.length_s))
    for program in this.programs:
        found[program] = _figures(
            cost_of_run(
                program, locustfile, url, users, length_s=this.length_s, env={"BENCH_CLIENT": client, **(env or {})}
            )
        )
    return found


def fast_get_50(this: Round) -> dict[str, Any]:
    return _side_by_side(this, "get", "fast", 50)


def fast_get_1000(this: Round) -> dict[str, Any]:
    return _side_by_side(this, "get", "fast", 1000)


def http_get_50(this: Round) -> dict[str, Any]:
    return _side_by_side(this, "get", "http", 50)


def fast_mix_50(this: Round) -> dict[str, Any]:
    return _side_by_side(this, "mix", "fast", 50)


def http_mix_50(this: Round) -> dict[str, Any]:
    return _side_by_side(this, "mix", "http", 50)


def fast_https_50(this: Round) -> dict[str, Any]:
    return _side_by_side(this, "get", "fast", 50, url=this.nginx.tls_url)


def http_https_50(this: Round) -> dict[str, Any]:
    return _side_by_side(
        this, "get", "http", 50, url=this.nginx.tls_url, env={"BENCH_CA": str(this.nginx.certificates.authority)}
    )


def _difference(this: Round, locustfile: str, without: dict[str, str], with_it: dict[str, str]) -> dict[str, Any]:
    """What something adds to a request, in µs: two runs that differ in their environment only."""
    found = {}
    for program in this.programs:
        costs = [
            cost_of_run(
                program, locustfile, this.nginx.url, 50, length_s=this.length_s, env={"BENCH_CLIENT": "fast", **env}
            ).us_per_request
            for env in (without, with_it)
        ]
        found[program] = {"us_more": costs[1] - costs[0], "us_without": costs[0], "us_with": costs[1]}
    return found


def listener_50(this: Round) -> dict[str, Any]:
    return _difference(this, "listener", {}, {"BENCH_LISTENS": "1"})


def names_1000(this: Round) -> dict[str, Any]:
    return _difference(this, "names", {"BENCH_NAMES": "1"}, {"BENCH_NAMES": "1000"})


def fallback_50(this: Round) -> dict[str, Any]:
    return _side_by_side(this, "fallback", "http", 50, wrk=False)


def _per_user(program: str, locustfile: str, host: str, users: int, rate: float, settle_s: float) -> dict[str, float]:
    marks = run_program(program, locustfile, host, users, rate=rate, warm_up_s=settle_s, length_s=0.5, timeout_s=400)
    return {
        "kb_per_user": (marks["second"]["resident_kb"] - marks["start"]["resident_kb"]) / users,
        "spawn_s": marks["spawned"]["wall_s"] - marks["start"]["wall_s"],
        "cpu_us_per_user": (marks["second"]["cpu_s"] - marks["start"]["cpu_s"]) / users * 1e6,
        "users": marks["second"]["users"],
        "failures": marks["second"]["failures"],
        "requests": marks["second"]["requests"],
    }


def memory_connected(this: Round) -> dict[str, Any]:
    users = 1000 if this.quick else 10000
    return {
        program: _per_user(program, "connected", this.nginx.url, users, 1000, 2 if program == "acrida" else 8)
        for program in this.programs
    }


def memory_idle(this: Round) -> dict[str, Any]:
    users = 5000 if this.quick else 50000
    return {program: _per_user(program, "idle", this.nginx.url, users, 10000, 1) for program in this.programs}


def start_up(this: Round) -> dict[str, Any]:
    found = {}
    for program in this.programs:
        marks = run_program(program, "first_request", this.nginx.url, 1)
        found[program] = {"seconds": marks["answered"] - marks["launched"]}
    return found


def busy_script(this: Round) -> dict[str, Any]:
    found = {}
    for program in this.programs:
        command = ["taskset", "-c", str(TARGET_CORE), sys.executable, "-m", "bench.slow_server", "5"]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert server.stdout
        try:
            url = f"http://127.0.0.1:{int(server.stdout.readline())}"
            marks = run_program(program, "busy", url, 50, rate=100, warm_up_s=0, length_s=max(this.length_s, 5))
        finally:
            server.terminate()
            served = json.loads(server.communicate()[0])
        found[program] = {
            **{f"{key}_ms": value for key, value in marks["percentiles"].items() if key != "requests"},
            "server_p50_ms": statistics.median(served),
            "server_p99_ms": served[int(len(served) * 0.99)],
            "server_max_ms": served[-1],
            "requests": marks["percentiles"]["requests"],
        }
    return found


def page_load(this: Round) -> dict[str, Any]:
    return {kind: measure_page(kind, this.folder, 18089 + index) for index, kind in enumerate(this.programs)}


@dataclass(frozen=True)
class Scenario:
    title: str
    run: Callable[[Round], dict[str, Any]]
    unit: str
    wanted: str
    rounds: int = 5


def page_stats(this: Round) -> dict[str, Any]:
    return {"acrida": {"ms_per_answer": run_page(this.folder, ms_per_stats_request, this.quick)}}


def page_viewers(this: Round) -> dict[str, Any]:
    return {"acrida": {"percent_of_core": run_page(this.folder, percent_of_core_with_viewers, this.quick)}}


def swarm_processes(this: Round) -> dict[str, Any]:
    one, two = (cost_with_processes(count, this.nginx.url, this.folder, this.length_s) for count in (1, 2))
    return {
        "acrida": {
            "times_one": two["us_per_request"] / one["us_per_request"],
            "us_one": one["us_per_request"],
            "us_two": two["us_per_request"],
        }
    }


def swarm_master(this: Round) -> dict[str, Any]:
    workers, length_s = (200, 3) if this.quick else (1000, 15)
    return {"acrida": percent_of_core(workers, length_s)}


def swarm_start(this: Round) -> dict[str, Any]:
    return {"acrida": seconds_to_start(200)}


def swarm_users(this: Round) -> dict[str, Any]:
    return {"acrida": idle_users(10_000 if this.quick else 200_000, 4)}


SCENARIOS = {
    "fast_get_50": Scenario(
        "FastHttpUser, one GET, 50 users", fast_get_50, "us_per_request", "≤ 1.1 × wrk, ≥ 18 × less than Locust"
    ),
    "fast_get_1000": Scenario("FastHttpUser, one GET, 1,000 users", fast_get_1000, "us_per_request", "≤ 1.0 × wrk"),
    "http_get_50": Scenario(
        "HttpUser, one GET, 50 users", http_get_50, "us_per_request", "≤ 1.25 × wrk, ≥ 60 × less than Locust"
    ),
    "fast_mix_50": Scenario(
        "FastHttpUser, five tasks with JSON", fast_mix_50, "us_per_request", "≥ 11 × less than Locust"
    ),
    "http_mix_50": Scenario("HttpUser, five tasks with JSON", http_mix_50, "us_per_request", "≥ 30 × less than Locust"),
    "fast_https_50": Scenario("FastHttpUser, HTTPS keep-alive", fast_https_50, "us_per_request", "≤ 1.3 × wrk"),
    "http_https_50": Scenario("HttpUser, HTTPS keep-alive", http_https_50, "us_per_request", "≤ 1.3 × wrk"),
    "listener_50": Scenario("one request listener", listener_50, "us_more", "≤ 1.2 µs"),
    "names_1000": Scenario("1,000 names instead of one", names_1000, "us_more", "no more than one"),
    "fallback_50": Scenario("HttpUser on requests' own path", fallback_50, "us_per_request", "≤ Locust's HttpUser"),
    "memory_connected": Scenario("10,000 connected users", memory_connected, "kb_per_user", "≤ 10 KB per user", 1),
    "memory_idle": Scenario("50,000 users at 10,000/s", memory_idle, "kb_per_user", "≤ 9 KB per user", 1),
    "start_up": Scenario("start to first answer", start_up, "seconds", "< 0.35 s", 5),
    "page_load": Scenario(
        "web page, first visit", page_load, "first_paint_ms", "< 200 ms, interactive < 300 ms, ≤ 10 requests", 5
    ),
    "page_stats": Scenario("/stats/requests, 1,000 names", page_stats, "ms_per_answer", "< 10 ms", 1),
    "page_viewers": Scenario("20 viewers, 1,000 names", page_viewers, "percent_of_core", "< 1 %", 1),
    "swarm_processes": Scenario("two workers instead of one", swarm_processes, "times_one", "≤ 1.1", 5),
    "swarm_master": Scenario("1,000 workers × 300 entries", swarm_master, "percent_of_core", "≤ 15 %", 1),
    "swarm_start": Scenario("start of 200 workers", swarm_start, "seconds", "< 3 s", 3),
    "swarm_users": Scenario("200,000 idle users, 4 workers", swarm_users, "up_s", "no error", 1),
    "busy_script": Scenario("busy script, reported p99", busy_script, "p99_ms", "within 1 ms of the server's log", 1),
}


def pause_between_runs() -> None:
    time.sleep(0.2)
