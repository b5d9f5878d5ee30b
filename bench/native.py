"""`python -m bench.native [--rounds N]`: what scenarios in C++ cost, as a program of their own.

CPU time of the generator's process over its requests, beside wrk in the same round; memory per user; how many users fit
inside a task. The raw figures go to bench/results/.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.generators import Cost, cost_of, pinned, run_wrk
from bench.machine import describe
from bench.nginx import Nginx

HERE = Path(__file__).parent
ROOT = HERE.parent
SENT = r"Sent (\d+) requests"
CMAKE = """\
cmake_minimum_required(VERSION 3.20)
project(load LANGUAGES CXX)
find_package(acrida REQUIRED)
add_executable(load {source})
target_link_libraries(load PRIVATE acrida::main)
"""


def build(folder: Path) -> Path:
    """The program, against an acrida installed for it."""

    def run(*words: str | Path) -> None:
        subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)

    release, prefix, source = ROOT / "build" / "release", folder / "prefix", folder / "source"
    run("cmake", "--build", release, "--target", "acrida_main")
    run("cmake", "--install", release, "--component", "native", "--prefix", prefix)
    source.mkdir()
    (source / "CMakeLists.txt").write_text(CMAKE.format(source=HERE / "native" / "load.cpp"))
    run("cmake", "-S", source, "-B", folder / "build", "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", folder / "build")
    return folder / "build" / "load"


def command(program: Path, user: str, users: int, url: str, length_s: float, threads: int) -> list[str]:
    words = [str(program), "--headless", "--only-summary", "-u", str(users), "-r", "1000000", "-H", url]
    return [*words, "-t", f"{round(length_s)}s", "--threads", str(threads), *user.split()]


def run_native(program: Path, url: str, users: int, length_s: float) -> Cost:
    return cost_of(pinned(*command(program, "Get", users, url, length_s, 1)), SENT)


def run_beside(program: Path, users: int, length_s: float, threads: int) -> Cost:
    """So many users per thread, and in each thread the server of its users: nothing competes with the generator."""
    everybody = (users + 1) * threads
    words = command(program, "Server Beside", everybody, "http://127.0.0.1", length_s, threads)
    return cost_of(words, SENT, {"BENCH_SERVERS": str(threads)})


def resident_kb(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") // 1024


def settled(pid: int) -> int:
    """Resident memory once it has not changed for a second."""
    before, since = resident_kb(pid), time.monotonic()
    while time.monotonic() - since < 1:
        time.sleep(0.1)
        now = resident_kb(pid)
        if abs(now - before) > 64:
            before, since = now, time.monotonic()
    return before


def memory(program: Path, user: str, users: int, url: str) -> dict[str, Any]:
    figures = {}
    for count in (1, users):
        process = subprocess.Popen(
            command(program, user, count, url, 100, 1), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr
        text = ""
        for line in process.stderr:
            text += line
            if "All users spawned" in line:
                break
        figures[count] = settled(process.pid)
        process.kill()
        text += process.stderr.read()
        process.wait()
    limit = re.search(r"(\d+) users are inside of a task", text)
    kb = (figures[users] - figures[1]) / users
    return {"users": users, "kb_per_user": kb, "users_inside_at_most": int(limit[1]) if limit else None}


def medians(costs: list[dict[str, Cost]]) -> dict[str, float]:
    return {name: statistics.median(cost[name].us_per_request for cost in costs) for name in costs[0]}


def side_by_side(program: Path, url: str, users: int, rounds: int, length_s: float) -> dict[str, Any]:
    costs = []
    for _ in range(rounds):
        costs.append({"wrk": run_wrk(url + "/", users, length_s), "acrida": run_native(program, url, users, length_s)})
    middle = medians(costs)
    pairs = [cost["acrida"].us_per_request / cost["wrk"].us_per_request for cost in costs]
    return {**middle, "ratio": middle["acrida"] / middle["wrk"], "ratios_of_the_rounds": [round(r, 3) for r in pairs]}


def two_threads(program: Path, rounds: int, length_s: float) -> dict[str, Any]:
    costs = []
    for _ in range(rounds):
        costs.append({name: run_beside(program, 50, length_s, n) for name, n in (("one", 1), ("two", 2))})
    middle = medians(costs)
    pairs = [cost["two"].us_per_request / cost["one"].us_per_request for cost in costs]
    rates = {f"{name}_per_second": round(statistics.median(c[name].per_second for c in costs)) for name in costs[0]}
    ratio = middle["two"] / middle["one"]
    return {**middle, **rates, "ratio": ratio, "ratios_of_the_rounds": [round(pair, 3) for pair in pairs]}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.native")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--length", type=float, default=3.0, help="seconds of one measurement")
    parser.add_argument("--idle", type=int, default=1_000_000)
    parser.add_argument("--only", nargs="+", default=["cpu", "threads", "memory"])
    chosen = parser.parse_args()
    found: dict[str, Any] = {"machine": describe()}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        program, nginx = build(folder), Nginx(folder / "nginx")
        try:
            if "cpu" in chosen.only:
                for users in (50, 1000):
                    found[f"get_{users}"] = side_by_side(program, nginx.url, users, chosen.rounds, chosen.length)
                    print(users, found[f"get_{users}"], flush=True)
            if "threads" in chosen.only:
                found["two_threads"] = two_threads(program, chosen.rounds, chosen.length)
                print("threads", found["two_threads"], flush=True)
            if "memory" in chosen.only:
                for user, users in (("Idle", chosen.idle), ("Connected", 15000), ("Inside", 40000)):
                    found[user.lower()] = memory(program, user, users, nginx.url)
                    print(user, found[user.lower()], flush=True)
        finally:
            nginx.stop()
    at = datetime.datetime.now(datetime.UTC).date().isoformat()
    output = HERE / "results" / f"{at}-native.json"
    output.write_text(json.dumps(found, indent=1) + "\n")
    print(f"raw results: {output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
