"""A skipped test fails the run on CI, and only there, unless it is on the list."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.skip_guard import read_allowed, unexpected

ROOT = Path(__file__).resolve().parents[1]
ONE_SKIPPED = "import pytest\ndef test_ok(): pass\n@pytest.mark.skip(reason='no reason')\ndef test_skipped(): pass\n"
SKIPPED_MODULE = "import pytest\npytest.importorskip('no_such_module')\n"
ONE_XFAIL = "import pytest\n@pytest.mark.xfail\ndef test_known(): assert False\n"


def run(folder: Path, source: str, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.skip_guard", "--rootdir", folder, folder]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "CI": ci}, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize("source", [ONE_SKIPPED, "def test_ok(): pass\n" + SKIPPED_MODULE], ids=["test", "module"])
def test_on_ci_an_unlisted_skip_fails_the_run_and_is_named(tmp_path: Path, source: str) -> None:
    done = run(tmp_path, source, "true")
    assert done.returncode != 0, done.stdout
    assert "not in tests/allowed_skips.txt" in done.stdout
    assert "test_it.py" in done.stdout


def test_elsewhere_a_skip_is_just_a_skip(tmp_path: Path) -> None:
    assert run(tmp_path, ONE_SKIPPED, "").returncode == 0


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    assert run(tmp_path, ONE_XFAIL, "true").returncode == 0


def test_patterns_allow_by_node_id_and_ignore_reasons(tmp_path: Path) -> None:
    file = tmp_path / "allowed.txt"
    file.write_text("# head\n\ntests/net/*  # needs namespaces\ntests/test_a.py::test_one\n")
    allowed = read_allowed(file)
    assert allowed == ["tests/net/*", "tests/test_a.py::test_one"]
    assert unexpected(["tests/net/test_cut.py::test_x", "tests/test_a.py::test_two"], allowed) == [
        "tests/test_a.py::test_two"
    ]
