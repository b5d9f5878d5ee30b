"""``@tag`` and the selection of tasks by ``--tags`` and ``--exclude-tags``."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

Task = TypeVar("Task")


def tag(*tags: str) -> Callable[[Task], Task]:
    """Decorator: give a task, or every task of a task set, these tags. ValueError without any."""
    if not tags or callable(tags[0]):
        raise ValueError("No tag name was supplied")

    def mark(holder: Task) -> Task:
        _add_tags(holder, set(tags))
        return holder

    return mark


def _add_tags(holder: Any, tags: set[str]) -> None:
    if hasattr(holder, "tasks"):
        for task in holder.tasks:
            _add_tags(task, tags)
    else:
        holder.locust_tag_set = tags | getattr(holder, "locust_tag_set", set())


def filter_tasks_by_tags(
    task_holder: Any,
    tags: set[str] | None = None,
    exclude_tags: set[str] | None = None,
    checked: dict[Any, bool] | None = None,
) -> None:
    """Drop from ``task_holder.tasks``, in place and recursively, what the two sets rule out.

    ``checked`` remembers decisions per task, so that repeated (weighted) entries are asked once.
    """
    # A Markov chain would break when one of its links went missing.
    if _is_markov(task_holder):
        return
    decided = {} if checked is None else checked
    kept = []
    for task in task_holder.tasks:
        if task not in decided:
            decided[task] = _passes(task, tags, exclude_tags, decided)
        if decided[task]:
            kept.append(task)
    task_holder.tasks = kept
    if not kept and "functions" not in vars(task_holder):
        name = getattr(task_holder, "__name__", type(task_holder).__name__)
        logging.warning("%s had no tasks left after filtering, instantiating it will fail!", name)


def _passes(task: Any, tags: set[str] | None, exclude_tags: set[str] | None, decided: dict[Any, bool]) -> bool:
    if hasattr(task, "tasks"):
        filter_tasks_by_tags(task, tags, exclude_tags, decided)
        return bool(task.tasks) or _is_markov(task)
    own: set[str] = getattr(task, "locust_tag_set", set())
    wanted = tags is None or bool(own & tags)
    return wanted and not (exclude_tags and own & exclude_tags)


def _is_markov(holder: Any) -> bool:
    from .task import is_markov_taskset

    return isinstance(holder, type) and is_markov_taskset(holder)
