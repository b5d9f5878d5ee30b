"""The set-up scripts, on a machine made of stand-ins for dpkg-query and apt-get."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def stand_in(folder: Path, name: str, body: str) -> None:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/bash\n{body}\n")
    program.chmod(0o755)


def machine(tmp_path: Path, missing: str, apt: str) -> dict[str, str]:
    """A PATH on which all packages but `missing` are installed, and whose apt-get notes what it is asked for."""
    folder = tmp_path / "bin"
    stand_in(folder, "dpkg-query", f'[[ "$3" == "{missing}" ]] || echo -n "install ok installed"')
    stand_in(folder, "apt-get", f'echo "$*" >> {tmp_path}/asked; {apt}')
    stand_in(folder, "sudo", 'exec "$@"')
    stand_in(folder, "sleep", "exit 0")
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def setup(env: dict[str, str], *jobs: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([TOOLS / "setup_system.sh", *jobs], env=env, capture_output=True, text=True, timeout=30)


def asked(tmp_path: Path) -> list[str]:
    file = tmp_path / "asked"
    return file.read_text().splitlines() if file.exists() else []


def test_where_nothing_is_missing_apt_is_not_called(tmp_path: Path) -> None:
    done = setup(machine(tmp_path, missing="", apt="exit 1"), "build", "test", "bench", "lint", "fuzz", "chroot")
    assert (done.returncode, done.stdout, asked(tmp_path)) == (0, "", [])


def test_only_what_is_missing_is_installed(tmp_path: Path) -> None:
    done = setup(machine(tmp_path, missing="ninja-build", apt="exit 0"), "build")
    assert done.returncode == 0, done.stderr
    assert [line.split()[-1] for line in asked(tmp_path)] == ["ninja-build"]
    assert " cmake" not in asked(tmp_path)[0]


def test_a_failed_install_fetches_the_lists_and_tries_again(tmp_path: Path) -> None:
    apt = f'[[ "$*" != *install* ]] || [[ $(grep -c install {tmp_path}/asked) -ge 2 ]]'
    done = setup(machine(tmp_path, missing="wrk", apt=apt), "bench")
    assert done.returncode == 0, done.stderr
    assert ["install" in line or "update" in line for line in asked(tmp_path)] == [True, True, True]
    assert asked(tmp_path)[1].endswith("update")


def test_an_install_that_never_succeeds_is_a_failure(tmp_path: Path) -> None:
    assert setup(machine(tmp_path, missing="wrk", apt="exit 100"), "bench").returncode == 100


def test_an_unknown_job_is_refused(tmp_path: Path) -> None:
    done = setup(machine(tmp_path, missing="", apt="exit 0"), "everything")
    assert done.returncode != 0
    assert "unknown job 'everything'" in done.stderr


def find_python(*wanted: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([TOOLS / "find_python.sh", *wanted], capture_output=True, text=True, timeout=30)


def test_the_wanted_interpreter_is_taken() -> None:
    assert find_python(sys.executable).stdout.strip() == sys.executable


def test_an_interpreter_that_is_too_old_is_one_clear_error(tmp_path: Path) -> None:
    stand_in(tmp_path, "old-python", "exit 1")
    done = find_python(str(tmp_path / "old-python"))
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "make PYTHON=" in done.stderr
