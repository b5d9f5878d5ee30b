"""Waits between nodes that environment variables set."""

from __future__ import annotations

import pytest
from acrida import runners
from acrida._runner.waits import report_wait, wait_before_ready

AFTER_RAMP = "LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP"
BEFORE_READY = "LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, 1.0),
        ("5.7", 5.7),
        ("0.01", 0.01),
        ("5.7 * WORKER_REPORT_INTERVAL", 5.7 * runners.WORKER_REPORT_INTERVAL),
        ("2*WORKER_REPORT_INTERVAL", 2 * runners.WORKER_REPORT_INTERVAL),
    ],
)
def test_how_long_a_master_waits_for_reports(monkeypatch: pytest.MonkeyPatch, text: str | None, seconds: float) -> None:
    if text is not None:
        monkeypatch.setenv(AFTER_RAMP, text)
    assert report_wait() == pytest.approx(seconds)


def test_how_long_a_worker_waits_until_it_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wait_before_ready() == 0
    monkeypatch.setenv(BEFORE_READY, "7")
    assert wait_before_ready() == 7


@pytest.mark.parametrize("text", ["soon", "-1", "5 * HEARTBEAT_INTERVAL", "1e3x"])
def test_what_is_no_time_is_said(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, text: str) -> None:
    for variable, wait in ((AFTER_RAMP, report_wait), (BEFORE_READY, wait_before_ready)):
        monkeypatch.setenv(variable, text)
        with pytest.raises(SystemExit):
            wait()
        assert f"{variable} is {text!r}" in caplog.text
