"""User classes that stand for those of a C++ scenario."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar

from .. import _core
from ..shape import LoadTestShape
from ..user import User
from .compiler import library_of


class NativeUser(User):
    """A class of users that is written in C++: its name, weight and tasks are here, its users are on other threads."""

    abstract: ClassVar[bool] = True
    _native_scenario: ClassVar[_core.NativeScenario]


def load(path: str) -> tuple[dict[str, type[User]], list[LoadTestShape]]:
    """Compile the file if need be; its classes by their names, and its shape."""
    try:
        scenario = _core.NativeScenario(library_of(path))
    except (RuntimeError, ValueError) as error:
        sys.stderr.write(f"acrida: {path}: {error}\n")
        sys.exit(1)
    module = _module(path)
    users = {name: _user_class(scenario, module, name, *rest) for name, *rest in scenario.classes()}
    return users, [_shape(scenario)] if scenario.has_shape else []


def _module(path: str) -> str:
    # Two files with a class of one name are told apart by the file of their module.
    module = ModuleType(f"acrida_native_{abs(hash(path)):x}")
    module.__file__ = path
    sys.modules[module.__name__] = module
    return module.__name__


def _user_class(
    scenario: _core.NativeScenario, module: str, name: str, weight: float, fixed_count: int, host: str, tasks: Any
) -> type[User]:
    body = {
        "__module__": module,
        "_native_scenario": scenario,
        "weight": int(weight) if weight == int(weight) else weight,
        "fixed_count": fixed_count,
        "host": host or None,
        "tasks": [task for task_name, count, tags in tasks for task in [_task(task_name, tags)] * count],
    }
    return type(name, (NativeUser,), body)


def _task(name: str, tags: list[str]) -> Callable[..., None]:
    def task(_: Any) -> None:
        raise AssertionError("a task in C++ is not called from Python")

    task.__name__ = task.__qualname__ = name
    if tags:
        task.locust_tag_set = set(tags)  # type: ignore[attr-defined]
    return task


def _shape(scenario: _core.NativeScenario) -> LoadTestShape:
    class NativeShape(LoadTestShape):
        """The shape of a C++ scenario."""

        def tick(self) -> Any:
            tick = scenario.tick(self.get_run_time(), self.get_current_user_count())
            if tick is None:
                return None
            users, spawn_rate, names = tick
            by_name = self.runner.user_classes_by_name if self.runner else {}
            return (users, spawn_rate, [by_name[name] for name in names]) if names else (users, spawn_rate)

    return NativeShape()
