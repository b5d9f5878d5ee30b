"""Task sets whose tasks run in the order in which they are written."""

from __future__ import annotations

from typing import Any

from ..exception import LocustError
from .task import TaskSet, TaskSetMeta


class SequentialTaskSetMeta(TaskSetMeta):
    """As TaskSetMeta, but a ``tasks`` attribute takes its place among the decorated methods of the body."""

    def __new__(mcs, classname: str, bases: tuple[type, ...], class_dict: dict[str, Any]) -> SequentialTaskSetMeta:
        tasks: list[Any] = []
        for base in bases:
            tasks += getattr(base, "tasks", None) or []
        for name, member in class_dict.items():
            if name == "tasks":
                tasks += _in_order(member)
            elif "locust_task_weight" in dir(member):
                tasks += [member for _ in range(member.locust_task_weight)]
        class_dict["tasks"] = tasks
        return type.__new__(mcs, classname, bases, class_dict)


def _in_order(declared: Any) -> list[Any]:
    if isinstance(declared, list):
        return declared
    if isinstance(declared, dict):
        return [task for task, times in declared.items() for _ in range(times)]
    raise ValueError("The 'tasks' attribute can only be set to list or dict")


class SequentialTaskSet(TaskSet, metaclass=SequentialTaskSetMeta):
    """Runs its tasks in class-body order, again and again; a weight repeats a task that many times in a row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sequence = tuple(self.tasks)
        self._task_index = 0

    def get_next_task(self) -> Any:
        """The task after the last one, the first one again after the end; LocustError when there is none."""
        if not self._sequence:
            raise LocustError(
                "No tasks defined. Use the @task decorator or set the 'tasks' attribute of the SequentialTaskSet"
            )
        task = self._sequence[self._task_index % len(self._sequence)]
        self._task_index += 1
        return task
