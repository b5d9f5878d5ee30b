"""Task sets whose next task depends on the last one, by probabilities."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from ..exception import LocustError
from .task import TaskSet, TaskSetMeta

Function = TypeVar("Function", bound=Callable[..., Any])


class NoMarkovTasksError(LocustError):
    """A MarkovTaskSet without a single task that has transitions."""


class InvalidTransitionError(LocustError):
    """A transition to something that the class does not have."""


class NonMarkovTaskTransitionError(LocustError):
    """A transition to something that has no transitions of its own."""


class MarkovTaskTagError(LocustError):
    """A tagged task in a MarkovTaskSet."""


def is_markov_task(task: Any) -> bool:
    """True for functions decorated with ``@transition`` or ``@transitions``."""
    return "transitions" in dir(task)


def transition(func_name: str, weight: int = 1) -> Callable[[Function], Function]:
    """Decorator: after this task, go to the task called ``func_name`` with this weight. May be stacked."""
    return transitions({func_name: weight})


def transitions(weights: dict[str, int] | list[tuple[str, int] | str]) -> Callable[[Function], Function]:
    """Decorator: several transitions at once, as ``{"name": weight}`` or as a list of names and pairs."""
    if isinstance(weights, dict):
        edges = dict(weights)
    else:
        edges = dict((entry, 1) if isinstance(entry, str) else entry for entry in weights)

    def mark(function: Function) -> Function:
        if not hasattr(function, "transitions"):
            function.transitions = {}  # type: ignore[attr-defined]
        function.transitions.update(edges)  # type: ignore[attr-defined]
        return function

    return mark


def get_markov_tasks(class_dict: dict[str, Any]) -> list[Any]:
    """The members of a class body that have transitions, in order."""
    return [member for member in class_dict.values() if is_markov_task(member)]


def to_weighted_list(transitions: dict[str, int]) -> list[str]:
    """Each name as often as its weight says."""
    return [name for name, weight in transitions.items() for _ in range(weight)]


def validate_has_markov_tasks(tasks: list[Any], classname: str) -> None:
    """NoMarkovTasksError if ``tasks`` is empty."""
    if not tasks:
        raise NoMarkovTasksError(
            f"No Markov tasks defined in class {classname}. Use the @transition(s) decorators to define some."
        )


def validate_transitions(tasks: list[Any], class_dict: dict[str, Any], classname: str) -> None:
    """InvalidTransitionError or NonMarkovTaskTransitionError if an edge leads nowhere."""
    for task in tasks:
        for target in task.transitions:
            if target not in class_dict:
                raise InvalidTransitionError(
                    f"Transition to {target} from {task.__name__} is invalid since no such element exists "
                    f"on class {classname}"
                )
            if not is_markov_task(class_dict[target]):
                raise NonMarkovTaskTransitionError(
                    f"{classname}.{target} cannot be used as a target for a transition "
                    "since it does not define any transitions of its own."
                    f"Used as a transition from {task.__name__}."
                )


def validate_no_unreachable_tasks(tasks: list[Any], class_dict: dict[str, Any], classname: str) -> None:
    """A warning that names the tasks which cannot be reached from the first one."""
    reached: set[str] = set()
    ahead = [tasks[0].__name__]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += [target for target, weight in class_dict[name].transitions.items() if weight > 0]
    unreachable = {task.__name__ for task in tasks} - reached
    if unreachable:
        logging.warning("The following markov tasks are unreachable in class %s: %s", classname, unreachable)


def validate_task_name(decorated_func: Any) -> None:
    """Refuse ``run``; warn about ``on_start`` and ``on_stop``."""
    if decorated_func.__name__ == "run":
        raise Exception(
            "TaskSet.run() is a method used internally by Locust, and you must not override it or annotate it "
            "with transitions"
        )
    if decorated_func.__name__ in ("on_start", "on_stop"):
        logging.warning(
            "You have annotated your on_stop/start function with transitions. "
            "This will make the method get called both as a task AND on stop/start."
        )


def validate_no_tags(task: Any, classname: str) -> None:
    """MarkovTaskTagError for a tagged task."""
    if "locust_tag_set" in dir(task):
        raise MarkovTaskTagError(
            "Tags are unsupported for MarkovTaskSet since they can make the markov chain invalid. "
            f"Tags detected on {classname}.{task.__name__}: {task.locust_tag_set}"
        )


def validate_markov_chain(tasks: list[Any], class_dict: dict[str, Any], classname: str) -> None:
    """Every check of this module, in the order in which errors win."""
    validate_has_markov_tasks(tasks, classname)
    validate_transitions(tasks, class_dict, classname)
    validate_no_unreachable_tasks(tasks, class_dict, classname)
    for task in tasks:
        validate_task_name(task)
        validate_no_tags(task, classname)


class MarkovTaskSetMeta(TaskSetMeta):
    """Checks the chain when a concrete class is created and keeps its first task as ``current``."""

    def __new__(mcs, classname: str, bases: tuple[type, ...], class_dict: dict[str, Any]) -> MarkovTaskSetMeta:
        if not class_dict.get("abstract"):
            class_dict["abstract"] = False
            tasks = get_markov_tasks(class_dict)
            validate_markov_chain(tasks, class_dict, classname)
            class_dict["current"] = tasks[0]
            for task in tasks:
                task.transitions = to_weighted_list(task.transitions)
        class_dict["tasks"] = []
        return type.__new__(mcs, classname, bases, class_dict)


class MarkovTaskSet(TaskSet, metaclass=MarkovTaskSetMeta):
    """Walks from task to task along ``@transition`` edges, starting at the first decorated method."""

    #: True: a class to build others on; its chain is not checked.
    abstract: ClassVar[bool] = True

    current: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def get_next_task(self) -> Any:
        """The current task; its successor is drawn now, before it runs."""
        task = self.current
        self.current = getattr(self, random.choice(task.transitions))
        return task
