"""Tables, JSON and CSV files, from Python."""

from __future__ import annotations

import csv
import io
import json
import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
from acrida import stats
from acrida.env import Environment
from acrida.stats import RequestStats, StatsCSV, StatsCSVFileWriter

from .clock import Clock, clock

__all__ = ["clock"]


@pytest.fixture
def full(clock: Clock) -> Environment:
    """An environment in which something has happened."""
    environment = Environment()
    environment.stats = RequestStats()
    for name in ("/b", "/a"):
        environment.stats.log_request("GET", name, 12.345, 10)
        clock.now += 1
    environment.stats.log_error("GET", "/a", "status 500")
    exception = {"count": 2, "msg": 'm, "q"', "traceback": "line\nline", "nodes": {"local"}}
    environment.runner = SimpleNamespace(  # type: ignore[assignment]
        exceptions={1: exception}, user_count=3, state="running", stats=environment.stats
    )
    return environment


@pytest.fixture
def printed(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    monkeypatch.setattr(logging.getLogger("locust.stats_logger"), "propagate", True)
    monkeypatch.setattr(stats, "STATS_NAME_WIDTH", 20)
    caplog.set_level(logging.INFO, "locust.stats_logger")
    return caplog


def test_the_table_is_sorted_and_ends_with_the_total(full: Environment, printed: pytest.LogCaptureFixture) -> None:
    stats.print_stats(full.stats, current=False)
    assert [line[:25].rstrip() for line in printed.messages] == [
        "Type     Name",
        "--------|----------------",
        "GET      /a",
        "GET      /b",
        "--------|----------------",
        "         Aggregated",
        "",
    ]
    assert "1(100.00%)" in printed.messages[2]


def test_percentiles_and_errors_are_printed(full: Environment, printed: pytest.LogCaptureFixture) -> None:
    stats.print_percentile_stats(full.stats)
    stats.print_error_report(full.stats)
    assert printed.messages[0] == "Response time percentiles (approximated)"
    assert "1                  GET /a: status 500" in [line.rstrip() for line in printed.messages]
    printed.clear()
    stats.print_error_report(RequestStats())
    assert not printed.messages


def test_tunables_are_read_when_they_are_used(
    full: Environment, printed: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stats, "PERCENTILES_TO_REPORT", [0.5, 0.999])
    stats.print_percentile_stats(full.stats)
    assert printed.messages[1].split() == ["Type", "Name", "50%", "99.9%", "#", "reqs"]


def test_json_does_not_reset_anything(full: Environment, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stats.print_stats_json(full.stats)
    stats.save_stats_json(full.stats, str(tmp_path / "new" / "out"))
    text = (tmp_path / "new" / "out.json").read_text()
    assert capsys.readouterr().out == text + "\n"
    assert [entry["name"] for entry in json.loads(text)] == ["/b", "/a"]
    assert text == json.dumps(json.loads(text), indent=4)
    assert full.stats.get("/a", "GET").num_requests == 1


def rows_of(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))


def test_csv_for_downloads(full: Environment) -> None:
    out = io.StringIO()
    files = StatsCSV(full, [0.5])
    files.requests_csv(csv.writer(out))
    files.failures_csv(csv.writer(out))
    files.exceptions_csv(csv.writer(out))
    lines = out.getvalue().split("\r\n")
    assert lines[1] == "GET,/a,1,1,12.345,12.345,12.345,12.345,10.0,1.0,1.0,12"
    assert lines[3] == ",Aggregated,2,1,12.345,12.345,12.345,12.345,10.0,2.0,1.0,12"
    assert lines[5] == "GET,/a,status 500,1,2026-09-21T14:13:22Z,2026-09-21T14:13:22Z"
    assert lines[7] == '2,"m, ""q""","line\nline",local'


def test_the_files_hold_what_was_counted_last(full: Environment, tmp_path: Path, clock: Clock) -> None:
    writer = StatsCSVFileWriter(full, [0.5], str(tmp_path / "new" / "run"))
    writer._write_all(clock.now)
    clock.now += 1
    full.stats.log_request("GET", "/a", 5, 1)
    writer.close_files()
    writer.close_files()
    statistics = rows_of(tmp_path / "new" / "run_stats.csv")
    assert [row[1:3] for row in statistics] == [
        ["Name", "Request Count"],
        ["/a", "2"],
        ["/b", "1"],
        ["Aggregated", "3"],
    ]
    history = rows_of(Path(writer.stats_history_file_name()))
    assert [row[0] for row in history] == ["Timestamp", "1790000002", "1790000003"]
    assert [row[3] for row in history[1:]] == ["Aggregated", "Aggregated"]
    assert history[-1][7:9] == ["3", "1"]
    assert len(rows_of(tmp_path / "new" / "run_failures.csv")) == 2
    assert len(rows_of(tmp_path / "new" / "run_exceptions.csv")) == 2


def test_a_shorter_table_leaves_nothing_of_the_longer_one(full: Environment, tmp_path: Path, clock: Clock) -> None:
    writer = StatsCSVFileWriter(full, [0.5], str(tmp_path / "run"))
    writer._write_all(clock.now)
    full.stats.clear_all()
    writer._write_all(clock.now)
    writer.close_files()
    assert [row[1] for row in rows_of(tmp_path / "run_stats.csv")] == ["Name", "Aggregated"]


def test_after_a_full_disk_the_files_are_written_again(
    full: Environment, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    writer = StatsCSVFileWriter(full, [0.5], str(tmp_path / "run"))
    writer._write_all(clock.now)
    for _ in range(2):
        writer._note(OSError(28, "No space left on device"))
    clock.now += 1
    writer._write_all(clock.now)
    writer.close_files()
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    history = Path(writer.stats_history_file_name()).read_text(encoding="utf-8").splitlines()
    assert [line[:10] for line in history] == ["Timestamp,", "1790000002", "", "1790000003"]
    assert len(rows_of(tmp_path / "run_stats.csv")) == 4


def test_the_full_history_has_every_entry_with_percentiles_of_the_last_seconds(
    full: Environment, tmp_path: Path, clock: Clock
) -> None:
    for _ in range(30):
        clock.now += 1
        full.stats.log_request("GET", "/a", 500, 1)
    writer = StatsCSVFileWriter(full, [0.01, 1.0], str(tmp_path / "run"), full_history=True)
    writer._write_all(clock.now)
    writer.close_files()
    rows = rows_of(Path(writer.stats_history_file_name()))
    assert [row[3] for row in rows] == ["Name", "/a", "/b", "Aggregated"]
    assert [row[6:8] for row in rows[1:]] == [["500", "500"], ["0", "0"], ["500", "500"]]


def test_a_worker_has_no_states_so_its_history_shows_the_whole_run(tmp_path: Path, clock: Clock) -> None:
    environment = Environment()
    environment.stats = RequestStats(use_response_times_cache=False)
    environment.stats.log_request("GET", "/a", 7, 1)
    writer = StatsCSVFileWriter(environment, [0.5], str(tmp_path / "run"), full_history=True)
    writer._write_all(clock.now)
    writer.close_files()
    assert rows_of(Path(writer.stats_history_file_name()))[1][6] == "7"


def test_a_point_of_the_history(full: Environment) -> None:
    stats.update_stats_history(full.runner, "now")  # type: ignore[arg-type]
    assert full.stats.history == [
        {
            "response_time_percentile_0.5": ["now", 12],
            "response_time_percentile_0.95": ["now", 12],
            "current_rps": ["now", 0],
            "current_fail_per_sec": ["now", 0],
            "total_avg_response_time": ["now", 12.35],
            "user_count": ["now", 3],
            "time": "now",
        }
    ]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("PERCENTILES_TO_CHART", [0.1] * 7, "stats.PERCENTILES_TO_CHART parameter should be a maximum of 6 parameters"),
        ("PERCENTILES_TO_CHART", [1.0], "stats.PERCENTILES_TO_CHART parameter need to be float and value between."),
        ("PERCENTILES_TO_STATISTICS", ["0.5"], "stats.PERCENTILES_TO_STATISTICS parameter need to be float"),
    ],
)
def test_percentiles_nobody_can_compute_end_the_program(
    name: str,
    value: list[float],
    text: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stats.validate_stats_configuration()
    monkeypatch.setattr(stats, name, value)
    with pytest.raises(SystemExit) as ended:
        stats.validate_stats_configuration()
    assert ended.value.code == 1
    assert text in capsys.readouterr().err


def test_helper_functions_of_plain_dictionaries() -> None:
    assert stats.get_readable_percentiles([0.29, 0.5, 0.999, 1.0]) == ["29.0%", "50%", "99.9%", "100%"]
    assert stats.calculate_response_time_percentile({10: 1, 20: 1, 30: 1, 40: 1}, 4, 0.5) == 30
    assert stats.diff_response_time_dicts({1: 5, 2: 2, 4: 1}, {1: 3, 2: 2, 3: 9}) == {1: 2, 4: 1}
    assert stats.sort_stats({("b", "GET"): 2, ("a", "POST"): 1}) == [1, 2]
    assert stats.sort_stats({("b", "GET"): 2, (7, "GET"): 1, (None, "GET"): 3}) == [2, 1, 3]  # a name may be anything
    assert stats.bucket_response_time(3432.0) == 3400
    assert stats.avg([]) == 0.0
