"""Which share of the load each user class and task gets, as printed by ``--show-task-ratio``."""

from __future__ import annotations

from collections import Counter
from json import dumps
from typing import Any

from .task import TaskSet

Ratios = dict[str, dict[str, Any]]


def print_task_ratio(user_classes: list[Any], num_users: int | None, total: bool) -> None:
    """Print the ratios as an indented table; shares of the whole if ``total``, else of the parent."""
    heading = "Total task ratio" if total else "Task ratio per User class"
    print(f"\n {heading}")
    print("-" * 80)
    _print_task_ratio(get_ratio(user_classes, _calc_distribution(user_classes, num_users), total))


def print_task_ratio_json(user_classes: list[Any], num_users: int | None) -> None:
    """Print both kinds of ratios as one JSON object."""
    counts = _calc_distribution(user_classes, num_users)
    ratios = {
        "per_class": get_ratio(user_classes, counts, False),
        "total": get_ratio(user_classes, counts, True),
    }
    print(dumps(ratios, indent=4))


def _calc_distribution(user_classes: list[Any], num_users: int | None) -> dict[str, int]:
    fixed = sum(cls.fixed_count for cls in user_classes)
    total_weight = sum(cls.weight for cls in user_classes if not cls.fixed_count)
    users = num_users or (total_weight if not fixed else 1)
    shared = max(0, users - fixed)
    return {cls.__name__: cls.fixed_count or round(shared * cls.weight / (total_weight or 1)) for cls in user_classes}


def _print_task_ratio(ratios: Ratios, level: int = 0) -> None:
    for name, entry in ratios.items():
        indented = "  " * level + f"{100 * entry['ratio']:.1f}"
        print(f" {indented:<10s} {'  ' * level + name:<50s}")
        if "tasks" in entry:
            _print_task_ratio(entry["tasks"], level + 1)


def get_ratio(user_classes: list[Any], user_spawned: dict[str, int], total: bool) -> Ratios:
    """``{class: {"ratio": r, "tasks": {task: {"ratio": r, ...}}}}`` for users spawned as told."""
    user_count = sum(user_spawned.values()) or 1
    shares = {cls: user_spawned.get(cls.__name__, 0) / user_count for cls in user_classes}
    return {
        cls.__name__: {"ratio": share, "tasks": _get_task_ratio(cls.tasks, total, share)}
        for cls, share in shares.items()
    }


def _get_task_ratio(tasks: list[Any], total: bool, parent_ratio: float) -> Ratios:
    parent = parent_ratio if total else 1.0
    ratios: Ratios = {}
    for task, count in Counter(tasks).items():
        ratio = count / len(tasks) * parent
        entry: dict[str, Any] = {"ratio": ratio}
        if isinstance(task, type) and issubclass(task, TaskSet):
            entry["tasks"] = _get_task_ratio(task.tasks, total, ratio)
        ratios[task.__name__] = entry
    return ratios
