"""Every example runs clean against the built-in target, and does what its first lines say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import Outcome, Program

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


@pytest.fixture(scope="module")
def shop_url() -> Iterator[str]:
    command = [sys.executable, "-m", "acrida._demo.target", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[-1]
        process.terminate()


def run(acrida: Program, example: Path, shop_url: str, *options: str) -> Outcome:
    words = ["-f", str(example), "--headless", "-u", "6", "-r", "6", "-t", "1s", "--host", shop_url, "--json"]
    return acrida.run(None, *words, *options)


def counts(outcome: Outcome) -> dict[str, tuple[int, int]]:
    """Name of the row -> requests, failures."""
    return {row["name"]: (row["num_requests"], row["num_failures"]) for row in outcome.json()}


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_example_runs_clean(example: Path, acrida: Program, shop_url: str) -> None:
    done = run(acrida, example, shop_url)
    assert done.exit_code == 0, done.stderr
    assert "Traceback" not in done.stderr
    rows = counts(done)
    assert sum(requests for requests, _ in rows.values()) > 0
    # The flaky page is the only one that fails, and it is meant to.
    assert {name for name, (_, failures) in rows.items() if failures} <= {"/flaky"}


def test_tags_choose_a_part_of_the_scenario(acrida: Program, shop_url: str) -> None:
    done = run(acrida, EXAMPLES / "tags.py", shop_url, "--tags", "reading", "--exclude-tags", "slow")
    assert set(counts(done)) == {"/"}, done.stderr


def test_the_shape_ends_the_run_by_itself(acrida: Program, shop_url: str) -> None:
    words = ["-f", str(EXAMPLES / "load_shape.py"), "--headless", "--host", shop_url, "--json"]
    done = acrida.run(None, *words)
    assert done.exit_code == 0, done.stderr
    assert counts(done)["/"][0] > 0


def test_too_many_failures_are_a_failed_run(acrida: Program, shop_url: str, tmp_path: Path) -> None:
    strict = tmp_path / "strict.py"
    strict.write_text(
        (EXAMPLES / "events_and_exit_code.py").read_text().replace("MOST_FAILURES = 0.2", "MOST_FAILURES = 0")
    )
    assert run(acrida, strict, shop_url).exit_code == 1


def test_own_options_are_understood(acrida: Program, shop_url: str) -> None:
    done = run(acrida, EXAMPLES / "custom_arguments.py", shop_url, "--buyer", "emil")
    assert done.exit_code == 0, done.stderr
    assert counts(done)["/login"][0] > 0


def test_a_port_that_is_taken_is_one_clear_line(shop_url: str) -> None:
    port = shop_url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "acrida._demo.target", "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert done.stderr.startswith(f"target: cannot listen on 127.0.0.1:{port}:")
    assert done.stderr.count("\n") == 1
