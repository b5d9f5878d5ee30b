"""The systemd units: systemd itself accepts them, and acrida what they start."""

from __future__ import annotations

import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from tests.deploy.nodes import options_of, unknown_variables

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
SERVICES = ["acrida-master.service", "acrida-worker@.service"]


class Unit(RawConfigParser):
    optionxform = staticmethod(str)  # type: ignore[assignment]


def section(name: str) -> dict[str, str]:
    unit = Unit(strict=False)
    unit.read(UNITS / name)
    return dict(unit["Service"])


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units in a folder, as of a machine where acrida is the program that runs these tests."""
    for unit in UNITS.glob("acrida-*"):
        program = str(Path(sys.executable).with_name("acrida"))
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/acrida/bin/acrida", program))
    return tmp_path


def systemd_analyze(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, timeout=60)


def test_systemd_has_no_complaint(installed: Path) -> None:
    units = [installed / "acrida-master.service", installed / "acrida-workers.target"]
    units.append((installed / "acrida-worker@.service").rename(installed / "acrida-worker@1.service"))
    done = systemd_analyze("verify", "--man=no", "--recursive-errors=no", *units)
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if "acrida" in line] == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_services_are_confined(installed: Path, service: str) -> None:
    done = systemd_analyze("security", "--offline=true", "--threshold=30", "--no-pager", installed / service)
    assert done.returncode == 0, done.stdout[-600:]


@pytest.mark.parametrize("service", SERVICES)
def test_acrida_understands_what_they_start(service: str) -> None:
    program, *words = section(service)["ExecStart"].split()
    assert program == "/opt/acrida/bin/acrida"
    lines = (UNITS / "acrida.env").read_text().splitlines()
    # Also those that are switched off by a #, which somebody will switch on.
    offered = dict(line.lstrip("#").split("=", 1) for line in lines if line.lstrip("#").startswith("LOCUST_"))
    assert unknown_variables(list(offered)) == []
    options = options_of([word for word in words if not word.startswith("$")], offered)
    assert (options.master, options.worker) == ("master" in service, "worker" in service)
    assert options.locustfile == "/etc/acrida/locustfile.py"


def test_a_worker_is_always_there_and_a_finished_test_is_not_repeated() -> None:
    assert section("acrida-worker@.service")["Restart"] == "always"
    master = section("acrida-master.service")
    assert (master["Restart"], master["RestartPreventExitStatus"]) == ("on-failure", "1 2")
