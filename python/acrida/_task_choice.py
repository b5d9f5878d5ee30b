"""Changing which tasks a class has: by name, or each exactly once."""

from __future__ import annotations

from typing import Any


def select_tasks(available: list[Any], names: list[str]) -> list[Any]:
    """The entries whose function is named in ``names``; repetitions, that is weights, are kept."""
    return [task for task in available if task.__name__ in names]


def equal_tasks(tasks: list[Any]) -> list[Any]:
    """Every distinct task once, those of nested task sets in their place."""
    flat: dict[Any, None] = {}
    for task in tasks:
        for leaf in equal_tasks(task.tasks) if hasattr(task, "tasks") else [task]:
            flat[leaf] = None
    return list(flat)
