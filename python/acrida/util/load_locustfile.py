"""Importing locustfiles and finding the user classes and shapes in them."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from .._native.compiler import is_native
from ..shape import LoadTestShape
from ..user import User


def is_user_class(item: Any) -> bool:
    """True for a concrete subclass of User."""
    return bool(isinstance(item, type) and issubclass(item, User) and not item.abstract)


def is_shape_class(item: Any) -> bool:
    """True for a concrete subclass of LoadTestShape."""
    return bool(isinstance(item, type) and issubclass(item, LoadTestShape) and not getattr(item, "abstract", True))


def load_locustfile(path: str) -> tuple[dict[str, type[User]], list[LoadTestShape]]:
    """Import the file and return its user classes by variable name, and an instance of each of its shapes.

    Whatever the file raises goes to the caller.
    """
    if is_native(path):
        from .._native.classes import load

        return load(path)
    namespace = vars(_import(path))
    users = {name: value for name, value in namespace.items() if is_user_class(value)}
    shapes = [value() for value in namespace.values() if is_shape_class(value)]
    return users, shapes


def load_locustfile_pytest(path: str) -> dict[str, type[User]]:
    """Collect the file with pytest and return a user class per name of a test function."""
    from ._pytest_file import user_classes_of

    return user_classes_of(path)


def _import(path: str) -> ModuleType:
    if os.getcwd() not in sys.path:
        # It stays: scenarios import from the working directory at run time, too.
        sys.path.insert(0, os.getcwd())
    directory, file_name = os.path.split(os.path.abspath(path))
    name = os.path.splitext(file_name)[0]
    with _first_on_path(directory):
        return _execute("locustfile" if name == "locust" else name, os.path.join(directory, file_name))


def _execute(name: str, path: str) -> ModuleType:
    loader = importlib.machinery.SourceFileLoader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module


@contextmanager
def _first_on_path(directory: str) -> Iterator[None]:
    former = sys.path.index(directory) if directory in sys.path else None
    if former is not None:
        del sys.path[former]
    sys.path.insert(0, directory)
    try:
        yield
    finally:
        # The file may have changed the path itself: take out ours, wherever it is now.
        if directory in sys.path:
            sys.path.remove(directory)
        if former is not None:
            sys.path.insert(former, directory)
