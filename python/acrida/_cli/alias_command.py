"""``acrida alias install|remove``: lets the whole environment say ``locust``.

Installed are: a hook that Python runs at start-up and that costs nothing until somebody imports ``locust``; a
``locust`` command; and stubs by which editors and type checkers resolve ``from locust import ...``.
"""

from __future__ import annotations

import os
import pkgutil
import shutil
import stat
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import DistributionFinder, MetadataPathFinder
from pathlib import Path
from typing import NoReturn

from .._version import LOCUST_VERSION

_HOOK = "acrida_locust_alias"
_STUBS = "locust-stubs"
_MARK = "# made by `acrida alias install`; `acrida alias remove` takes it away"

_HOOK_TEXT = f'''{_MARK}
"""Answers for `locust` before any file of that name can; loads acrida when it is asked the first time."""
import sys


class Finder:
    def find_spec(self, fullname, path=None, target=None):
        if fullname != "locust" and not fullname.startswith("locust."):
            return None
        sys.meta_path.remove(self)
        import importlib.util
        import acrida.as_locust
        return importlib.util.find_spec(fullname)

    def find_distributions(self, context=None):
        name = getattr(context, "name", None)
        if name is not None and name.lower() != "locust":
            return []
        from importlib.metadata import Distribution

        class Locust(Distribution):
            def read_text(self, filename):
                if filename == "METADATA":
                    return "Metadata-Version: 2.1\\nName: locust\\nVersion: {LOCUST_VERSION}\\n"

            def locate_file(self, path):
                return path

        return [Locust()]


sys.meta_path.insert(0, Finder())
'''

_COMMAND_TEXT = f"""#!{{python}}
{_MARK}
import sys
from acrida.main import main

if __name__ == "__main__":
    sys.exit(main())
"""


def run(words: list[str]) -> NoReturn:
    """Obey ``acrida alias ...`` and end the process: 0 when done, 1 when refused, 2 for a wrong word."""
    actions = {"install": install, "remove": remove}
    if len(words) != 1 or words[0] not in actions:
        sys.stderr.write("usage: acrida alias install|remove\n")
        sys.exit(2)
    try:
        actions[words[0]](Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("scripts")))
    except OSError as error:
        sys.stderr.write(f"acrida alias: {error}\n")
        sys.exit(1)
    sys.exit(0)


def install(packages: Path, scripts: Path) -> None:
    """Put hook, command and stubs into these directories; refused where the real Locust lives."""
    if (present := real_locust()) is not None:
        sys.stderr.write(
            f"acrida alias: Locust {present} is installed in this environment. "
            "Remove it first (pip uninstall locust), or use another environment.\n"
        )
        sys.exit(1)
    (packages / f"{_HOOK}.py").write_text(_HOOK_TEXT)
    (packages / f"{_HOOK}.pth").write_text(f"import {_HOOK}\n")
    command = scripts / "locust"
    command.write_text(_COMMAND_TEXT.format(python=sys.executable))
    command.chmod(command.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    _write_stubs(packages / _STUBS)
    print(f"locust now means acrida in {sys.prefix}: the command {command}, and every import of locust")


def remove(packages: Path, scripts: Path) -> None:
    """Take away what ``install`` made, and nothing else."""
    (packages / f"{_HOOK}.pth").unlink(missing_ok=True)
    (packages / f"{_HOOK}.py").unlink(missing_ok=True)
    for compiled in (packages / "__pycache__").glob(f"{_HOOK}.*.pyc"):
        compiled.unlink()
    command = scripts / "locust"
    if command.exists() and _MARK in command.read_text(errors="replace"):
        command.unlink()
    if (packages / _STUBS / "__init__.pyi").exists() and _is_ours(packages / _STUBS / "__init__.pyi"):
        shutil.rmtree(packages / _STUBS)
    print(f"locust no longer means acrida in {sys.prefix}")


def _is_ours(file: Path) -> bool:
    return file.read_text(errors="replace").startswith(_MARK)


def real_locust() -> str | None:
    """The version of the Locust that is installed here, if any."""
    for found in MetadataPathFinder.find_distributions(DistributionFinder.Context(name="locust")):
        return found.version
    return None


def _write_stubs(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name, is_package in _modules():
        parts = name.split(".")[1:]
        file = folder.joinpath(*parts, "__init__.pyi") if is_package else folder.joinpath(*parts).with_suffix(".pyi")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{_MARK}\nfrom {name} import *\n")


def _modules() -> Iterator[tuple[str, bool]]:
    """Every public module of the package, and whether it is a package."""
    root = Path(__file__).parents[1]
    yield "acrida", True
    folders = [(root, "acrida")]
    while folders:
        folder, prefix = folders.pop()
        for module in pkgutil.iter_modules([os.fspath(folder)]):
            if module.name.startswith("_"):
                continue
            yield f"{prefix}.{module.name}", module.ispkg
            if module.ispkg:
                folders.append((folder / module.name, f"{prefix}.{module.name}"))
