"""`acrida alias install|remove`, in an environment of its own."""

from __future__ import annotations

import subprocess
import sysconfig
import venv
from pathlib import Path

import acrida
import pytest

OURS = Path(acrida.__file__).parents[1]
LIBRARIES = Path(sysconfig.get_path("purelib"))


class Place:
    """A virtual environment that sees acrida and its libraries."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder, symlinks=True)
        (packages,) = folder.glob("lib/python*/site-packages")
        self.packages = packages
        (packages / "seen.pth").write_text(f"{OURS}\n{LIBRARIES}\n")
        self.python = folder / "bin" / "python"
        self.command = folder / "bin" / "locust"

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(word) for word in words], capture_output=True, text=True, timeout=60, cwd=self.folder
        )

    def alias(self, word: str) -> subprocess.CompletedProcess[str]:
        return self.run(self.python, "-m", "acrida", "alias", word)

    def say(self, code: str) -> str:
        done = self.run(self.python, "-W", "ignore", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "env")


def test_install_makes_locust_importable_and_callable(place: Place) -> None:
    assert place.alias("install").returncode == 0
    assert place.say("import locust, acrida; print(locust.__version__, locust.HttpUser is acrida.HttpUser)") == (
        "2.47.0 True"
    )
    assert place.say("from locust.runners import LocalRunner; print(LocalRunner.__name__)") == "LocalRunner"
    for start in ([place.command], [place.python, "-m", "locust"]):
        assert place.run(*start, "-V").stdout.startswith("locust 2.47.0 from ")


def test_the_hook_loads_nothing_until_locust_is_imported(place: Place) -> None:
    place.alias("install")
    assert place.say("import importlib.metadata as m, sys; print(m.version('locust'), 'acrida' in sys.modules)") == (
        "2.47.0 False"
    )


def test_type_checkers_find_stubs(place: Place) -> None:
    place.alias("install")
    stubs = place.packages / "locust-stubs"
    assert "from acrida.user.task import *" in (stubs / "user" / "task.pyi").read_text()
    assert (stubs / "__init__.pyi").exists() and (stubs / "contrib" / "fasthttp.pyi").exists()


def test_remove_takes_everything_away(place: Place) -> None:
    place.alias("install")
    assert place.alias("remove").returncode == 0
    assert not [path for path in place.folder.rglob("*") if "locust" in path.name]
    assert place.alias("remove").returncode == 0


def test_a_real_locust_is_not_touched(place: Place) -> None:
    info = place.packages / "locust-2.46.3.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: locust\nVersion: 2.46.3\n")
    place.command.write_text("#!/bin/sh\n")
    refused = place.alias("install")
    assert refused.returncode == 1
    assert "Locust 2.46.3 is installed in this environment." in refused.stderr
    place.alias("remove")
    assert place.command.read_text() == "#!/bin/sh\n"


def test_other_words_are_refused(place: Place) -> None:
    refused = place.alias("invent")
    assert refused.returncode == 2
    assert refused.stderr == "usage: acrida alias install|remove\n"
