"""A program of its own: installed into an empty prefix, built with find_package(acrida), run without Python."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from acrida import _options

from tests.support.terminal import run_on_terminal


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


def test_what_was_sent_is_counted_or_given_up(looker: Path, shop_url: str, tmp_path: Path) -> None:
    """Also what is answered in the moment when all users are ended."""
    for _ in range(3):
        words = ["--headless", "-u", "300", "-r", "300", "-t", "1s", "--host", shop_url, "--only-summary", "--json"]
        done = run(looker, *words, "Looker", cwd=tmp_path)
        found = re.search(r"Sent (\d+) requests .* (\d+) re-sent, (\d+) aborted", done.stderr)
        assert found, done.stderr
        sent, resent, aborted = map(int, found.groups())
        assert sum(row["num_requests"] for row in json.loads(done.stdout)) == sent - resent - aborted


def test_a_terminal_shows_the_run_live_and_ends_with_tables_that_fit(
    looker: Path, shop_url: str, tmp_path: Path
) -> None:
    words = [looker, "--headless", "-u", "8", "-r", "50", "-t", "2s", "--host", shop_url, "--exit-code-on-error", "0"]
    kept = {name: value for name, value in os.environ.items() if name != "CI"}
    code, seen = run_on_terminal(words, tmp_path, {**kept, "TERM": "xterm"})
    assert code == 0, seen
    assert "running 0:01 of 0:02 ━" in seen and "users 8 " in seen and "× GET /missing: " in seen
    assert "\x1b[J[" in seen  # a log line above the block
    end = seen[seen.rindex("\x1b[J") :]  # the block was taken away, and nothing moved the cursor since
    assert "running 0:" not in end and "Response time percentiles (approximated)" in end
    tables = end[end.index("Type Name") : end.index("Error report")].splitlines()
    assert max(len(line.rstrip("\r")) for line in tables) == 80
    code, seen = run_on_terminal(words, tmp_path, {**kept, "TERM": "xterm", "CI": "true"})
    assert code == 0 and "\x1b" not in seen and seen.count("Type     Name") >= 2


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
    known = {flag for flags in ours for flag in flags} | {"--config", "--help", "--version"}
    named = set(re.findall(r"(?<=[ ,])(--[a-z-]+)(?=[ ,=])", text))
    assert named & known >= {"--html", "--logfile", "--config", "--web-port", "--autoquit", "--users"}
    for option in ours.values():
        if any(re.search(rf"(^| |,){flag}( |,)", text) and option.help in text for flag in option.flags):
            continue
        assert f" {option.flags[0]} <" not in text, f"{option.flags} has a help of its own"


def test_what_the_command_line_does_not_say_is_in_the_environment_or_a_file(program: Path, tmp_path: Path) -> None:
    """As in Python: files in their order, over them the environment, over that the command line."""
    (tmp_path / ".locust.conf").write_text("host = http://127.0.0.1:1\nusers: 2\nexit-code-on-error = 3\n")
    (tmp_path / "locust.conf").write_text("# ours\nrun-time 1s ; short\nheadless\nlocustfile = x.py\nusers=3\n")
    (tmp_path / "pyproject.toml").write_text('[tool.locust]\nusers = 4\nloglevel = "info"\ntags = ["a", "b"]\n')
    (tmp_path / "more.conf").write_text("users = 5\nexit-code-on-error = 4\ntags = []\n")
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LOCUST_SPAWN_RATE": "10", "LOCUST_RUN_TIME": "90"}

    def users_and_code(*words: str, **more: str) -> tuple[str, int]:
        done = subprocess.run(
            [program, "-t", "1", "--only-summary", *words],
            cwd=tmp_path,
            env=env | more,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert "--locustfile is not for a program of its own: " in done.stderr and "(set in locust.conf)" in done.stderr
        found = re.search(r"Ramping to (\d+) users at a rate of 10.00", done.stderr)
        assert found, done.stderr
        return found[1], done.returncode

    assert users_and_code("--config", "more.conf") == ("5", 4)
    assert users_and_code("--config", "more.conf", "-u", "7", LOCUST_USERS="6") == ("7", 4)
    assert users_and_code("--config", "more.conf", "--tags", LOCUST_USERS="6") == ("6", 4)
    (tmp_path / "locust.conf").write_text("headless = perhaps\n")
    done = subprocess.run([program], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 2
    assert "Unexpected value for headless: 'perhaps'. Expecting 'true', 'false'" in done.stderr


def test_the_report_and_the_log_are_files(program: Path, shop_url: str, tmp_path: Path) -> None:
    words = [
        "--headless",
        "-u",
        "2",
        "-t",
        "1",
        "-r",
        "2",
        "--host",
        shop_url,
        "--html",
        "out/{u}_{t}.html",
        "--logfile",
        "l/x.log",
    ]
    done = run(program, *words, "--profile", "night", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "2_1.html").read_text()
    found = re.search(r"window.templateArgs=(.*?);window.theme", page)
    assert found
    data = json.loads(found[1])
    assert data["requests_statistics"][-1]["num_requests"] >= 2
    assert (data["host"], data["profile"], data["locustfile"]) == (shop_url, "night", "shop")
    assert data["history"] and data["tasks"]["per_class"]["Visitor"]["tasks"]["look_around"]["ratio"] == 0.75
    log = (tmp_path / "l" / "x.log").read_text()
    assert "All users spawned" in log and "All users spawned" not in done.stderr and "Aggregated" in done.stderr


def test_task_ratios_as_the_python_program_prints_them(program: Path, tmp_path: Path) -> None:
    done = run(program, "--show-task-ratio-json", cwd=tmp_path)
    assert json.loads(done.stdout)["total"]["Visitor"]["tasks"]["search"]["ratio"] == 0.25
    assert " 100.0      Visitor" in run(program, "--show-task-ratio", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["-r", "0"], 2, "error: argument -r/--spawn-rate: must be > 0"),
        (["-t", "5x"], 2, "error: argument -t/--run-time: Invalid time span format. Valid formats: 20, 20s, 3m"),
        (["--csv-full-history"], 2, "error: '--csv-full-history' requires '--csv'."),
        (["--headless", "Nobody"], 1, "Unknown User(s): Nobody"),
        (["-t", "9000000000000000000h"], 2, "error: argument -t/--run-time: is too long: at most 10 years"),
        (["-u", "9000000000000000000"], 2, "9000000000000000000 is too large: at most 1000000000"),
        (["--web-login"], 2, "error: --web-login is not for a program of its own: use --web-host 127.0.0.1, or a"),
        (["--threads", "0"], 2, "error: argument --threads: must be 1 or more"),
        (["--threads", "100000"], 2, "error: argument --threads: 100000 is too large: at most 1024"),
        (["--nonsense"], 2, "error: unrecognized arguments: --nonsense"),
        (["--users"], 2, "error: argument -u/--users: expected one argument"),
        (["-u", "x"], 2, "error: argument -u/--users: invalid int value: 'x'"),
        (["-L", "loud"], 2, "error: argument --loglevel/-L: invalid choice: 'LOUD' (choose from 'DEBUG', 'INFO',"),
        (["--autoquit", "3"], 2, "--autoquit is only meaningful in combination with --autostart"),
        (["--web-base-path", "x"], 1, "Invalid format for --web-base-path argument (x)"),
        (["--config", "none.conf"], 2, "error: Unable to open config file: none.conf."),
        (["--headless", "-u", "-1"], 2, "--users is -1: it must be 0 or more"),
    ],
)
def test_what_cannot_be_meant_is_said(
    program: Path, tmp_path: Path, words: list[str], code: int, sentence: str
) -> None:
    done = run(program, *words, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert sentence in done.stderr


def test_a_result_that_cannot_be_written_takes_no_other_one_along(looker: Path, shop_url: str, tmp_path: Path) -> None:
    words = ["--headless", "-t", "1", "--host", shop_url, "--exit-code-on-error", "0", "--html", "x.html", "--csv", "x"]
    (tmp_path / "taken").write_text("")
    words += ["--json-file", "taken/x", "--logfile", "/dev/full", "Looker"]
    done = run(looker, *words, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("the log file cannot be written, the log goes on here: No space left on device") == 1
    assert "All users spawned" in done.stderr and "taken/x.json: Not a directory" in done.stderr
    assert (tmp_path / "x.html").stat().st_size > 1000 and "Aggregated" in (tmp_path / "x_stats.csv").read_text()
    (tmp_path / "full.json").symlink_to("/dev/full")
    done = run(looker, *words[:-5], "--json-file", "full", "Looker", cwd=tmp_path)
    assert "cannot write full.json: No space left on device" in done.stderr and done.returncode == 1
    (tmp_path / "y_failures.csv").symlink_to("/dev/full")
    done = run(
        looker, *words[:3], "--csv", "y", "--host", shop_url, "--exit-code-on-error", "0", "Looker", cwd=tmp_path
    )
    assert done.stderr.count("The CSV files could not be written: No space left on device") == 1
    assert done.returncode == 1 and "Aggregated" in (tmp_path / "y_stats.csv").read_text()
    with open("/dev/full", "w") as full:
        command = [looker, "--headless", "-t", "1", "--host", shop_url, "--exit-code-on-error", "0", "--json", "Looker"]
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert "cannot write the statistics to stdout: No space left on device" in done.stderr and done.returncode == 1


def test_tags_without_a_tag_choose_all(program: Path, tmp_path: Path) -> None:
    done = run(program, "--show-task-ratio-json", "--tags", cwd=tmp_path)
    assert json.loads(done.stdout)["total"]["Visitor"]["tasks"]["search"]["ratio"] == 0.25
    assert run(program, "--help", cwd=tmp_path).stdout.count("Usage: ") == 1


def test_list_names_the_classes(program: Path, tmp_path: Path) -> None:
    assert run(program, "--list", cwd=tmp_path).stdout == "Available Users:\n    Visitor\n"
