"""Turning pytest-style test functions into user classes."""

from __future__ import annotations

import contextlib
import io
from typing import Any

from ..user._pytest_user import fixtures_of
from ..user.users import PytestUser, User


class _Collector:
    """A pytest plugin that keeps what was collected and runs nothing."""

    def __init__(self) -> None:
        self.items: list[Any] = []

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        self.items = list(items)

    def pytest_runtestloop(self) -> bool:
        return True


def user_classes_of(path: str) -> dict[str, type[User]]:
    """One class per name of a test function in the file; their ``functions`` are the collected items."""
    import pytest
    from pytest_acrida import plugin

    collector = _Collector()
    # Blocked by their entry points' names, ours because it would be registered twice.
    options = ["-qq", "-p", "no:acrida", "-p", "no:locust"]
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([path, *options], plugins=[collector, plugin])
    classes: dict[str, type[User]] = {}
    for item in collector.items:
        fixtures_of(item)  # what is wrong with it is said now, not by every user that dies of it
        user_class = classes.setdefault(item.name, type(item.name, (PytestUser,), {"functions": []}))
        user_class.functions.append(item)  # type: ignore[attr-defined]
    return classes
