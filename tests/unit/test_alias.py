"""`locust` as another name of acrida, each time in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest


def run(code: str, folder) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_submodules_are_the_same_objects(tmp_path):
    assert (
        run(
            "import acrida.as_locust, acrida.user.task, locust.user.task, locust.runners, acrida.runners\n"
            "import sys\n"
            "print(sys.modules['locust.user.task'] is sys.modules['acrida.user.task'])\n"
            "print(locust.runners is acrida.runners)\n"
            "locust.runners.HEARTBEAT_INTERVAL = 9\n"
            "print(acrida.runners.HEARTBEAT_INTERVAL, acrida.runners.__spec__.name)",
            tmp_path,
        )
        == "True\nTrue\n9 acrida.runners"
    )


def test_the_module_named_task_does_not_hide_the_decorator(tmp_path):
    assert (
        run(
            "import acrida.as_locust\nimport locust.user.task as t\n"
            "import locust\nfrom locust.user.task import TaskSet\n"
            "print(callable(t), locust.task is t, locust.TaskSet is TaskSet)",
            tmp_path,
        )
        == "True True True"
    )


def test_each_name_has_its_own_version(tmp_path):
    assert (
        run(
            "import acrida.as_locust, acrida, locust\nfrom importlib.metadata import version\n"
            "print(locust.__version__, version('locust'), acrida.__version__)",
            tmp_path,
        )
        == "2.47.0 2.47.0 0.1.0"
    )


def test_assigning_to_the_root_is_seen_by_both(tmp_path):
    assert run("import acrida.as_locust, acrida, locust\nlocust.events = 5\nprint(acrida.events)", tmp_path) == "5"


def test_a_folder_called_locust_does_not_shadow_it(tmp_path):
    (tmp_path / "locust").mkdir()
    (tmp_path / "locust" / "__init__.py").write_text("x = 1")
    assert run("import acrida.as_locust\nfrom locust import task\nprint(task.__module__)", tmp_path).startswith(
        "acrida"
    )


def test_import_star_gives_every_public_name(tmp_path):
    code = (
        "import acrida.as_locust\nfrom locust import *\nprint(HttpUser.__name__, between.__name__, wait_time.__name__)"
    )
    assert run(code, tmp_path) == "HttpUser between acrida.user.wait_time"


@pytest.mark.parametrize("name", ["locust.wait_time", "locust.nonsense"])
def test_what_does_not_exist_there_does_not_exist_here(tmp_path, name):
    code = f"import acrida.as_locust\ntry:\n    import {name}\nexcept ModuleNotFoundError as error:\n    print(error)"
    assert run(code, tmp_path) == f"No module named '{name}'"


@pytest.mark.parametrize(("old", "new"), [("HttpLocust", "HttpUser"), ("Locust", "User")])
def test_old_names_say_what_they_are_called_now(tmp_path, old, new):
    code = (
        f"import acrida.as_locust\nfrom locust import {old}\n"
        f"try:\n    class X({old}): pass\nexcept ImportError as error:\n    print(error)"
    )
    assert run(code, tmp_path).startswith(f"The {old} class has been renamed to {new} in version 1.0.")
