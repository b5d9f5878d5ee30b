"""From the files named on the command line to the classes that the run is made of."""

from __future__ import annotations

import sys
from typing import Any

from .._native.compiler import is_native
from ..shape import LoadTestShape
from ..user import User
from ..util.load_locustfile import load_locustfile, load_locustfile_pytest


class Scenarios:
    """What the locustfiles define."""

    def __init__(self) -> None:
        self.user_classes: dict[str, type[User]] = {}
        self.shapes: dict[str, LoadTestShape] = {}

    @property
    def tasks(self) -> dict[str, list[Any]]:
        """The tasks of each class, before anybody changes them."""
        return {name: list(user_class.tasks) for name, user_class in self.user_classes.items()}

    @property
    def first_shape(self) -> LoadTestShape | None:
        """The shape that is used unless another one is chosen."""
        return next(iter(self.shapes.values()), None)


def load_all(paths: list[str]) -> Scenarios:
    """Import every file; the process ends when two of them define different classes of one name."""
    found = Scenarios()
    for path in paths:
        user_classes, shapes = load_locustfile(path)
        for shape in shapes:
            _add_shape(found, shape)
        for name, user_class in user_classes.items():
            _add_user_class(found, name, user_class)
    if not found.user_classes:
        for path in paths:
            if not is_native(path):
                _add_pytest_classes(found, load_locustfile_pytest(path))
    return found


def _add_shape(found: Scenarios, shape: LoadTestShape) -> None:
    name = type(shape).__name__
    present = found.shapes.setdefault(name, shape)
    if type(present) is not type(shape):
        _give_up(f"Duplicate shape classes: {name}")


def _add_user_class(found: Scenarios, name: str, user_class: type[User]) -> None:
    present = found.user_classes.setdefault(name, user_class)
    if present is user_class:
        return
    before, now = _file_of(present), _file_of(user_class)
    if before != now:
        _give_up(f"Duplicate user class names: {name} is defined in both {before} and {now}")
    found.user_classes[name] = user_class


def _add_pytest_classes(found: Scenarios, classes: dict[str, type[User]]) -> None:
    for name, user_class in classes.items():
        present = found.user_classes.setdefault(name, user_class)
        if present is not user_class:
            present.functions += user_class.functions  # type: ignore[attr-defined]


def _file_of(user_class: type[User]) -> str | None:
    return getattr(sys.modules.get(user_class.__module__), "__file__", None)


def _give_up(message: str) -> None:
    sys.stderr.write(message + "\n")
    sys.exit(1)
