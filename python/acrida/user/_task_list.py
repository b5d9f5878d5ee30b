"""How a class body becomes the flat, weighted list in its ``tasks`` attribute."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar, overload

Task = TypeVar("Task", bound=Callable[..., Any])


@overload
def task(weight: Task) -> Task: ...
@overload
def task(weight: int = 1) -> Callable[[Task], Task]: ...
def task(weight: Any = 1) -> Any:
    """Decorator that makes a method, or a nested TaskSet class, a task: ``@task`` or ``@task(3)``.

    The weight says how many times the task is listed, hence how often it is picked compared to the others.
    """

    def mark(function: Any, times: int) -> Any:
        _check_name(function)
        function.locust_task_weight = times
        return function

    if callable(weight):
        return mark(weight, 1)
    return lambda function: mark(function, weight)


def _check_name(function: Any) -> None:
    name = getattr(function, "__name__", "")
    if name == "run":
        raise Exception(
            "User.run() is a method used internally by Locust, and you must not override it or register it as a task"
        )
    if name in ("on_start", "on_stop"):
        logging.warning(
            "You have tagged your on_stop/start function with @task. "
            "This will make the method get called both as a task AND on stop/start."
        )


def get_tasks_from_base_classes(bases: tuple[type, ...], class_dict: dict[str, Any]) -> list[Any]:
    """Tasks of the direct bases, then the body's ``tasks``, then its decorated members, each as often as it weighs."""
    tasks: list[Any] = []
    for base in bases:
        tasks += getattr(base, "tasks", None) or []
    tasks += expand_declared(class_dict.get("tasks"))
    for member in class_dict.values():
        if "locust_task_weight" in dir(member):
            tasks += [member for _ in range(member.locust_task_weight)]
    return tasks


def expand_declared(declared: Any) -> list[Any]:
    """A ``tasks`` attribute as written: a list (tuples ``(task, weight)`` allowed), a dict task -> weight, or None."""
    if declared is None:
        return []
    entries = declared.items() if isinstance(declared, dict) else declared
    expanded: list[Any] = []
    for entry in entries:
        if isinstance(entry, tuple):
            expanded += [entry[0] for _ in range(entry[1])]
        else:
            expanded.append(entry)
    return expanded
