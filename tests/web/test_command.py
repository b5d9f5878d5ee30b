"""The page and the command line: start, end, keys."""

from __future__ import annotations

import os
import pty
import signal
import subprocess

import pytest

from tests.support.ports import free_port
from tests.support.program import NOTES, Program

from .conftest import OpenPage
from .page import IDLE


def test_autostart_shows_a_running_test_and_autoquit_ends_the_program(opened: OpenPage) -> None:
    page = opened(IDLE, "--autostart", "-u", "2", "-t", "1", "--autoquit", "0")
    done = page.finish()
    assert done.exit_code == 0, done.stderr
    for line in ("Run time limit set to 1 seconds", "--run-time limit reached, stopping test",
                 "--autoquit time reached, shutting down", "Shutting down (exit code 0)"):  # fmt: skip
        assert line in done.stderr


def test_autostart_without_autoquit_stays(opened: OpenPage) -> None:
    page = opened(IDLE, "--autostart", "-u", "2", "-t", "1")
    page.wait_for_state("stopped")
    assert page.swarm(user_count=3)["success"]
    page.wait_until(lambda stats: stats["user_count"] == 3)
    assert any("--autoquit not specified, leaving web ui running indefinitely" in line for line in page.stderr)


def test_a_shape_with_the_page(opened: OpenPage) -> None:
    shape = (
        IDLE
        + """
from locust import LoadTestShape
class Short(LoadTestShape):
    def tick(self):
        return (2, 100) if self.get_run_time() < 1 else None
"""
    )
    page = opened(shape, "--autostart", "--autoquit", "0")
    assert page.finish().exit_code == 0
    assert "Shape test completed, stopping test" in "".join(page.stderr)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_the_run_in_order(opened: OpenPage, how: signal.Signals) -> None:
    page = opened(IDLE, "--autostart", "-u", "2")
    page.wait_until(lambda stats: stats["user_count"] == 2)
    page.running.process.send_signal(how)
    done = page.finish()
    assert done.exit_code == 0 and "Shutting down (exit code 0)" in done.stderr
    assert ("Got SIGTERM signal" in done.stderr) == (how == signal.SIGTERM)
    assert "Traceback" not in done.stderr


def test_the_history_file_can_be_downloaded(opened: OpenPage) -> None:
    page = opened(IDLE, "--csv", "out", "--csv-full-history", "--autostart")
    page.wait_until(lambda stats: stats["stats"][-1]["num_requests"] == 1)
    for _ in range(200):
        answer = page.get("/stats/requests_full_history/csv")
        if ",Aggregated," in answer.text:
            break
    assert answer.headers["Content-Type"].startswith("text/csv") and "Content-Length" in answer.headers
    assert answer.text.startswith("Timestamp,User Count,Type,Name") and "ETag" in answer.headers
    assert page.page_data()["stats_history_enabled"] is True


def test_a_page_without_files_says_so(opened: OpenPage, tmp_path) -> None:  # type: ignore[no-untyped-def]
    own = tmp_path / "jinja"
    own.mkdir()
    (own / "index.html").write_text(
        "<script>window.templateArgs = {{ template_args|tojson }};window.basePath=''</script>"
    )
    page = opened(IDLE, "--build-path", str(own))
    assert page.page_data()["state"] == "ready"  # a build of one's own may be a template


def test_enter_opens_the_browser(acrida: Program) -> None:
    acrida.folder.mkdir(exist_ok=True)
    (acrida.folder / "locustfile.py").write_text(
        NOTES
        + IDLE
        + """
import webbrowser
webbrowser.open_new_tab = lambda url: note("opened", url) or True
"""
    )
    master, slave = pty.openpty()
    command = [str(acrida.python), "-m", "acrida", "--web-host", "127.0.0.1", "--web-port", "0"]
    process = subprocess.Popen(command, cwd=acrida.folder, env=acrida.environment({}), stdin=slave, text=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip
    assert process.stderr
    for line in process.stderr:
        if "Starting web interface" in line:
            break
    os.write(master, b"\n")
    for line in process.stderr:
        if "Opening http://127.0.0.1:" in line:
            break
    process.terminate()
    process.communicate(timeout=20)
    assert '["opened", "http://127.0.0.1:' in (acrida.folder / "notes.jsonl").read_text()


def test_a_start_on_a_master_without_workers_succeeds_and_warns(opened: OpenPage) -> None:
    page = opened(IDLE, "--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", str(free_port()))
    assert page.swarm(user_count=3) == {"success": True, "message": "Swarming started", "host": None}
    warning = "You can't start a distributed test before at least one worker processes has connected"
    logs = page.wait_until(lambda logs: any(warning in line for line in logs["master"]), "/logs")
    assert sum(warning in line for line in logs["master"]) == 1
    stats = page.stats()
    assert (stats["state"], stats["user_count"], stats["worker_count"], stats["workers"]) == ("ready", 0, 0, [])
    assert page.swarm(user_count=3)["success"]  # and the next one is not refused
    assert page.post("/stop").json()["success"]
