"""What `pip install` puts in place: every file of the package, the commands, the metadata."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def installed() -> set[str]:
    files = distribution("acrida").files
    assert files
    return {str(file) for file in files}


def test_every_file_of_the_package_is_installed(installed: set[str]) -> None:
    python = ROOT / "python"
    ours = {str(file.relative_to(python)) for file in python.rglob("*") if file.is_file() and file.suffix != ".so"}
    assert {name for name in ours if "__pycache__" not in name and not name.endswith(".pyc")} - installed == set()


def test_the_compiled_module_its_stub_and_the_typing_mark_are_installed(installed: set[str]) -> None:
    assert {"acrida/_core.pyi", "acrida/py.typed"} <= installed
    assert [name for name in installed if re.fullmatch(r"acrida/_core\..*\.so", name)]


def test_nothing_is_installed_under_the_name_of_the_original(installed: set[str]) -> None:
    assert {name.split("/")[0] for name in installed} & {"locust", "locust.py"} == set()


def test_version_is_that_of_the_build_file() -> None:
    declared = re.search(r"project\(acrida VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())
    assert declared
    assert distribution("acrida").version == declared[1]
    shown = subprocess.run(
        [sys.executable, "-c", "import acrida; print(acrida.__version__)"], capture_output=True, text=True
    )
    assert shown.stdout.strip() == declared[1], shown.stderr


@pytest.mark.parametrize("command", [["acrida"], ["python", "-m", "acrida"]], ids=" ".join)
def test_both_commands_answer(command: list[str]) -> None:
    program, *rest = command
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *rest, "--version"], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0, done.stderr
    assert "acrida" in done.stdout


@pytest.mark.parametrize("requirement", [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]])
def test_every_requirement_is_bounded_on_both_sides(requirement: str) -> None:
    assert re.fullmatch(r"[\w-]+(\[\w+\])?>=[\d.]+,<[\d.]+", requirement)
