"""Every example runs clean against the built-in target or its own server, and does what its first lines say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import Outcome, Program

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
AGAINST_THE_SHOP = [path for path in sorted(EXAMPLES.glob("*.py")) if path.stem not in ("as_library", "debug_one_user")]
#: These end by themselves.
SHAPES = sorted((EXAMPLES / "shapes").glob("*.py"))


def run(acrida: Program, example: Path, shop_url: str, *options: str, env: dict[str, str] | None = None) -> Outcome:
    words = ["-f", str(example), "--headless", "-u", "6", "-r", "6", "-t", "1s", "--host", shop_url, "--json"]
    return acrida.run(None, *words, *options, env=env or {})


def counts(outcome: Outcome) -> dict[str, tuple[int, int]]:
    """Name of the row -> requests, failures. Some examples print lines of their own before the JSON."""
    import json

    rows = json.loads(outcome.stdout[outcome.stdout.index("[\n") :])
    return {row["name"]: (row["num_requests"], row["num_failures"]) for row in rows}


def assert_clean(done: Outcome) -> dict[str, tuple[int, int]]:
    assert done.exit_code == 0, done.stderr
    assert "Traceback" not in done.stderr
    rows = counts(done)
    assert sum(requests for requests, _ in rows.values()) > 0
    # The flaky page is the only one that fails, and it is meant to.
    assert {name for name, (_, failures) in rows.items() if failures} <= {"/flaky"}
    return rows


@pytest.mark.parametrize("example", AGAINST_THE_SHOP, ids=lambda path: path.stem)
def test_example_runs_clean(example: Path, acrida: Program, shop_url: str) -> None:
    flaky_fails = ["--exit-code-on-error", "0"] if "/flaky" in example.read_text() else []
    assert_clean(run(acrida, example, shop_url, *flaky_fails))


def test_every_example_stands_in_the_index() -> None:
    index = (EXAMPLES / "README.md").read_text()
    files = [str(path.relative_to(EXAMPLES)) for path in EXAMPLES.rglob("*.py")]
    assert [file for file in files if f"({file})" not in index] == []


@pytest.mark.parametrize("example", SHAPES, ids=lambda path: path.stem)
def test_a_shape_ends_the_run_by_itself(example: Path, acrida: Program, shop_url: str) -> None:
    assert_clean(acrida.run(None, "-f", str(example), "--headless", "--host", shop_url, "--json"))


def test_tags_choose_a_part_of_the_scenario(acrida: Program, shop_url: str) -> None:
    done = run(acrida, EXAMPLES / "tags.py", shop_url, "--tags", "reading", "--exclude-tags", "slow")
    assert set(counts(done)) == {"/"}, done.stderr


def test_too_many_failures_are_a_failed_run(acrida: Program, shop_url: str, tmp_path: Path) -> None:
    strict = tmp_path / "strict.py"
    strict.write_text(
        (EXAMPLES / "events_and_exit_code.py").read_text().replace("MOST_FAILURES = 0.2", "MOST_FAILURES = 0")
    )
    assert run(acrida, strict, shop_url).exit_code == 1


def test_too_many_failures_end_the_run_early(acrida: Program, shop_url: str, tmp_path: Path) -> None:
    strict = tmp_path / "strict.py"
    strict.write_text(
        (EXAMPLES / "stop_on_threshold.py").read_text().replace("MOST_FAILURES = 0.3", "MOST_FAILURES = 0")
    )
    done = run(acrida, strict, shop_url, "-t", "20s")
    assert done.exit_code == 3
    assert "the run ends here" in done.stderr


def test_own_options_are_understood(acrida: Program, shop_url: str) -> None:
    options = ["--buyer", "emil", "--goods", "3", "--goods", "7", "--gift"]
    done = run(acrida, EXAMPLES / "custom_arguments.py", shop_url, *options)
    assert "emil buys [3, 7] as a gift" in done.stdout
    assert assert_clean(done)["/login"][0] > 0


def test_messages_reach_the_users(acrida: Program, shop_url: str) -> None:
    done = run(acrida, EXAMPLES / "messages.py", shop_url)
    assert "master heard: thanks for 6 names" in done.stdout


def test_every_moment_of_a_run_has_its_hook_in_order(acrida: Program, shop_url: str) -> None:
    log = run(acrida, EXAMPLES / "whole_life.py", shop_url).stderr
    moments = ["init: alone", "test_start:", "test_stopping:", "test_stop:", "quitting after", "quit: exit code 0"]
    places = [log.index(moment) for moment in moments]
    assert places == sorted(places)


def test_data_and_requests_of_several_forms(acrida: Program, shop_url: str) -> None:
    rows = assert_clean(run(acrida, EXAMPLES / "names.py", shop_url))
    assert set(rows) == {"/items?page=[n]", "a search", "the front page"}


def test_one_user_is_debugged(acrida: Program, shop_url: str) -> None:
    text = (EXAMPLES / "debug_one_user.py").read_text().replace("http://127.0.0.1:8000", shop_url)
    done = acrida.script(text)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.endswith("done\n")


def test_the_library_workflow(acrida: Program, shop_url: str) -> None:
    # Some seconds, as a busy machine needs them for the first answer.
    done = acrida.script((EXAMPLES / "as_library.py").read_text(), shop_url, "4")
    assert done.exit_code == 0, done.stderr
    assert " requests, 0 failed" in done.stdout


def test_the_pytest_file_is_also_a_pytest_file(shop_url: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--noconftest", "--host", shop_url]
    done = subprocess.run([*command, EXAMPLES / "test_shop.py"], capture_output=True, text=True, timeout=60)
    assert "2 passed" in done.stdout, done.stdout


def test_a_port_that_is_taken_is_one_clear_line(shop_url: str) -> None:
    port = shop_url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "acrida._demo.target", "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert done.stderr.startswith(f"target: cannot listen on 127.0.0.1:{port}:")
    assert done.stderr.count("\n") == 1
