"""On CI a test that did not run is a failure, unless tests/allowed_skips.txt names it.

A pytest plugin (tests/conftest.py loads it). A test skipped for a reason that nobody wrote down would otherwise stay
green for ever on a machine that lacks something.
"""

from __future__ import annotations

import fnmatch
import os
from pathlib import Path

import pytest

ALLOWED = Path(__file__).resolve().parents[1] / "allowed_skips.txt"


def read_allowed(file: Path = ALLOWED) -> list[str]:
    """Patterns of node ids, one a line; what follows a # is the reason."""
    lines = (line.split("#")[0].strip() for line in file.read_text().splitlines())
    return [line for line in lines if line]


def is_on_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


def unexpected(skipped: list[str], allowed: list[str]) -> list[str]:
    return [name for name in skipped if not any(fnmatch.fnmatchcase(name, pattern) for pattern in allowed)]


class SkipGuard:
    def __init__(self, allowed: list[str]) -> None:
        self.allowed = allowed
        self.skipped: list[str] = []

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped.append(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if unexpected(self.skipped, self.allowed) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        names = unexpected(self.skipped, self.allowed)
        if names:
            terminalreporter.section("skipped, but not in tests/allowed_skips.txt: this fails on CI", red=True)
            terminalreporter.write_line("\n".join(names))


def pytest_configure(config: pytest.Config) -> None:
    if is_on_ci():
        config.pluginmanager.register(SkipGuard(read_allowed()), "acrida-skip-guard")
