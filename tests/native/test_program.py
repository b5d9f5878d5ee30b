"""A program of its own: installed into an empty prefix, built with find_package(acrida), run without Python."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from acrida import _options


@pytest.fixture(scope="module")
def program(build_program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `acrida new --cpp shop` gives, built as its CMakeLists says."""
    folder = tmp_path_factory.mktemp("new")
    done = subprocess.run(
        [sys.executable, "-m", "acrida", "new", "--cpp", "shop"], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "shop/shop.cpp and shop/CMakeLists.txt are written" in done.stdout
    again = subprocess.run(
        [sys.executable, "-m", "acrida", "new", "--cpp", "shop"], cwd=folder, capture_output=True, text=True
    )
    assert again.returncode == 2 and "there is a 'shop' here already" in again.stderr
    return build_program(folder / "shop") / "shop"


def run(program: Path, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program, *words], cwd=cwd, capture_output=True, text=True, timeout=60)


def test_it_needs_no_python(program: Path) -> None:
    libraries = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    assert "libssl" in libraries
    assert "python" not in libraries


def test_only_include_acrida_is_installed(prefix: Path) -> None:
    assert {path.name for path in (prefix / "include").iterdir()} == {"acrida"}
    assert not list(prefix.rglob("*.cpp"))


def test_a_run_leaves_table_csv_json_and_exit_code(program: Path, shop_url: str, tmp_path: Path) -> None:
    words = ["--headless", "-u", "4", "-r", "4", "-t", "2s", "--host", shop_url, "--csv", "results/out", "--json"]
    done = run(program, *words, "--threads", "2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert rows["/"]["num_requests"] >= 4 - rows.get("/?q=[word]", {"num_requests": 0})["num_requests"]
    assert "Response time percentiles (approximated)" in done.stderr
    assert 'All users spawned: {"Visitor": 4} (4 total users)' in done.stderr
    with open(tmp_path / "results" / "out_stats.csv", newline="") as file:
        table = list(csv.DictReader(file))
    assert table[-1]["Name"] == "Aggregated"
    assert int(table[-1]["Request Count"]) == sum(row["num_requests"] for row in rows.values())
    with open(tmp_path / "results" / "out_stats_history.csv", newline="") as file:
        assert len(list(csv.DictReader(file))) >= 2
    for kind in ("failures", "exceptions"):
        assert (tmp_path / "results" / f"out_{kind}.csv").exists()


def test_failures_decide_the_exit_code(program: Path, tmp_path: Path) -> None:
    words = ["--headless", "-t", "1s", "--host", "http://127.0.0.1:1", "--only-summary", "--json-file", "end"]
    done = run(program, *words, "--exit-code-on-error", "7", cwd=tmp_path)
    assert done.returncode == 7
    assert "Shutting down (exit code 7)" in done.stderr
    assert json.loads((tmp_path / "end.json").read_text())[0]["num_failures"] > 0


def test_control_c_ends_the_run_in_order(program: Path, shop_url: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        [program, "--headless", "--host", shop_url], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        for line in process.stderr:
            if "All users spawned" in line:
                break
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 0
    assert "Shutting down (exit code 0)" in rest and "Aggregated" in rest


def test_its_options_are_those_of_the_python_program(program: Path, tmp_path: Path) -> None:
    text = " ".join(run(program, "--help", cwd=tmp_path).stdout.split())
    ours = {option.flags: option for group in _options.GROUPS for option in group.options}
    known = {flag for flags in ours for flag in flags}
    named = set(re.findall(r"(?<![\w-])(--[a-z-]+)", text)) - {"--help", "--version", "--autostart"}
    assert named <= known, f"only in C++: {named - known}"
    described = 0
    for option in ours.values():
        if option.flags[-1] in named or option.flags[0] in named:
            assert option.help in text, option.flags
            described += 1
    assert described >= 17


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["-r", "0"], 2, "error: argument -r/--spawn-rate: must be > 0"),
        (["-t", "5x"], 2, "error: argument -t/--run-time: Invalid time span format. Valid formats: 20, 20s, 3m"),
        (["--csv-full-history"], 2, "error: '--csv-full-history' requires '--csv'."),
        (["--headless", "Nobody"], 1, "Unknown User(s): Nobody"),
        (["--threads", "0"], 2, "error: argument --threads: must be 1 or more"),
        ([], 1, "A program of its own has no web page yet: give --headless"),
        (["--headless", "-u", "-1"], 2, "--users is -1: it must be 0 or more"),
    ],
)
def test_what_cannot_be_meant_is_said(
    program: Path, tmp_path: Path, words: list[str], code: int, sentence: str
) -> None:
    done = run(program, *words, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert sentence in done.stderr


def test_list_names_the_classes(program: Path, tmp_path: Path) -> None:
    assert run(program, "--list", cwd=tmp_path).stdout == "Available Users:\n    Visitor\n"
