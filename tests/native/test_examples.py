"""Every example in C++ runs clean against a real server, beside its twin's rows."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import Outcome, Program

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "cpp"


def run(acrida: Program, example: str, *options: str, host: str) -> Outcome:
    words = ["-f", str(EXAMPLES / example), "--headless", "-u", "6", "-r", "6", "-t", "1s", "--host", host, "--json"]
    return acrida.run(None, *words, *options)


def counts(outcome: Outcome) -> dict[tuple[str, str], tuple[int, int]]:
    """Method and name of the row -> requests, failures."""
    return {(row["method"], row["name"]): (row["num_requests"], row["num_failures"]) for row in outcome.json()}


@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.glob("*.cpp") if path.stem != "redis"))
def test_example_runs_clean(example: str, acrida: Program, shop_url: str) -> None:
    done = run(acrida, example, host=shop_url)
    assert done.exit_code == 0, done.stderr
    rows = counts(done)
    assert sum(requests for requests, _ in rows.values()) > 0
    assert not any(failures for _, failures in rows.values()), done.stderr


def test_tags_choose_a_part_of_the_scenario(acrida: Program, shop_url: str) -> None:
    done = run(acrida, "tags.cpp", "--tags", "read", host=shop_url)
    assert set(counts(done)) == {("GET", "/items")}, done.stderr
    done = run(acrida, "tags.cpp", "--exclude-tags", "slow", host=shop_url)
    assert set(counts(done)) == {("GET", "/items")}, done.stderr


@pytest.fixture
def redis_address() -> Iterator[str]:
    program = shutil.which("redis-server")
    assert program, "redis-server is missing: tools/setup_system.sh test"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        for line in server.stdout:
            if "Ready to accept connections" in line:
                break
        yield f"127.0.0.1:{port}"
        server.terminate()


def test_a_protocol_of_ones_own_speaks_to_redis(acrida: Program, redis_address: str) -> None:
    done = run(acrida, "redis.cpp", host=redis_address)
    rows = counts(done)
    assert rows["REDIS", "SET"][0] > 0 and rows["REDIS", "SET"][1] == 0, done.stderr
    assert rows["REDIS", "GET"][0] > 0 and rows["REDIS", "GET"][1] == 0
    assert rows["REDIS", "INCR"][0] == rows["REDIS", "INCR"][1] > 0
    assert "wrong number of arguments for 'incr' command" in done.stderr
    assert done.exit_code == 1
