"""Task sets: what a user does, one task after the other."""

from __future__ import annotations

import logging
import random
import traceback
from collections.abc import Callable
from time import perf_counter, time
from types import CoroutineType
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, runtime_checkable

from gevent import GreenletExit, sleep

from .. import _core
from .._error_log import ErrorLog
from ..exception import (
    InterruptTaskSet,
    MissingWaitTimeError,
    RescheduleTask,
    RescheduleTaskImmediately,
    StopTest,
    StopUser,
)
from ._tags import filter_tasks_by_tags, tag
from ._task_list import get_tasks_from_base_classes, task

if TYPE_CHECKING:
    from .users import User

__all__ = [
    "LOCUST_STATE_RUNNING",
    "LOCUST_STATE_STOPPING",
    "LOCUST_STATE_WAITING",
    "DefaultTaskSet",
    "TaskHolder",
    "TaskSet",
    "TaskSetMeta",
    "filter_tasks_by_tags",
    "get_tasks_from_base_classes",
    "is_markov_taskset",
    "tag",
    "task",
]

logger = logging.getLogger("locust.user.task")
_errors = ErrorLog(logger)

LOCUST_STATE_RUNNING, LOCUST_STATE_WAITING, LOCUST_STATE_STOPPING = "running", "waiting", "stopping"


@runtime_checkable
class TaskHolder(Protocol):
    """Anything with a list of tasks: users and task sets."""

    tasks: list[Any]


class TaskSetMeta(type):
    """Collects the tasks of a class when its body has been executed."""

    def __new__(mcs, classname: str, bases: tuple[type, ...], class_dict: dict[str, Any]) -> TaskSetMeta:
        class_dict["tasks"] = get_tasks_from_base_classes(bases, class_dict)
        return super().__new__(mcs, classname, bases, class_dict)


class TaskSet(_core.LoopBase, metaclass=TaskSetMeta):
    """A group of tasks that a user performs until ``interrupt()``; may be nested in a user or a task set.

    Every visit makes a new instance: what should last belongs on ``self.user``.
    """

    #: Tasks to pick from, each as often as it weighs. May be assigned at any time, also on instances.
    tasks: list[Any] = []

    #: Limits of the wait in milliseconds, used only by users whose ``wait_time`` is None.
    min_wait: float | None = None
    max_wait: float | None = None
    wait_function: Callable[..., float] | None = None

    _user: User
    _parent: TaskSet | User

    def __init__(self, parent: TaskSet | User) -> None:
        self._time_start = time()
        self._user = parent._user if isinstance(parent, TaskSet) else parent
        self._parent = parent
        for name in ("min_wait", "max_wait", "wait_function"):
            if not getattr(self, name) and getattr(self._user, name, None):
                setattr(self, name, getattr(self._user, name))
        self._cp_last_run = perf_counter()
        self._cp_last_wait_time: float = 0

    def __getstate__(self) -> dict[str, Any]:
        # For copy.copy(), which refuses classes with parts in C that do not say this.
        return self.__dict__

    @property
    def user(self) -> User:
        """The user that runs this task set."""
        return self._user

    @property
    def parent(self) -> TaskSet | User:
        """The enclosing task set, or the user when this set stands in the user's own tasks."""
        return self._parent

    @property
    def client(self) -> Any:
        """The user's client."""
        return self.user.client  # type: ignore[attr-defined]

    def on_start(self) -> None:
        """Called when a user enters this task set."""

    def on_stop(self) -> None:
        """Called when a user leaves this task set."""

    def run(self) -> NoReturn:
        """Perform tasks for ever; only an exception ends it. Not to be overridden or called by scenarios."""
        try:
            finish(self.user, self.on_start())  # type: ignore[func-returns-value]
        except InterruptTaskSet as interrupt:
            raise _answer_to(interrupt) from interrupt
        while True:
            try:
                _core.run_steps(self)
            except BaseException as error:
                self._on_error(error)

    def _on_error(self, error: BaseException) -> None:
        """Deal with what ended the steps: returns if the loop goes on, raises to leave this task set."""
        if isinstance(error, InterruptTaskSet):
            self._leave(StopUser, StopTest, GreenletExit)
            raise _answer_to(error) from error
        if isinstance(error, (StopUser, StopTest, GreenletExit)):
            self._leave(GreenletExit)
            raise error
        if not isinstance(error, Exception):
            raise error
        self._report(error)
        if not self.user.environment.catch_exceptions:
            raise error
        _errors.log(error)
        self.wait()

    def _step(self) -> None:
        """One turn of the loop. The engine's run_steps() does the same where none of the methods is replaced."""
        if not self._task_queue:
            self.schedule_task(self.get_next_task())
        if self.user._state == LOCUST_STATE_STOPPING:
            raise StopUser()
        try:
            self.execute_next_task()
        except RescheduleTaskImmediately:
            return
        except RescheduleTask:
            pass
        self.wait()

    def _leave(self, *let_through: type[BaseException]) -> None:
        try:
            finish(self.user, self.on_stop())  # type: ignore[func-returns-value]
        except let_through:
            raise
        except Exception:
            logging.error("Uncaught exception in on_stop: \n%s", traceback.format_exc())

    def _report(self, error: Exception) -> None:
        self.user.environment.events.user_error.fire(user_instance=self, exception=error, tb=error.__traceback__)

    def execute_next_task(self) -> None:
        """Run the task at the head of the queue."""
        self.execute_task(self._task_queue.popleft())

    def execute_task(self, task: Any) -> None:
        """Run one task: a method of this instance, a TaskSet class, or a function that takes the task set."""
        if isinstance(task, type) and issubclass(task, TaskSet):
            task(self).run()
        elif getattr(task, "__self__", None) is self:
            finish(self.user, task())
        else:
            finish(self.user, task(self))

    def schedule_task(self, task_callable: Any, first: bool = False) -> None:
        """Queue a task, at the head if ``first``; the queue is emptied before a new task is picked."""
        if first:
            self._task_queue.appendleft(task_callable)
        else:
            self._task_queue.append(task_callable)

    def get_next_task(self) -> Any:
        """Pick the next task: one of ``self.tasks`` at random. May be overridden."""
        if not self.tasks:
            extra = (
                ", but you have set a 'task' attribute - maybe you meant to set 'tasks'?"
                if getattr(self, "task", None)
                else "."
            )
            raise Exception(
                f"No tasks defined on {type(self).__name__}{extra} "
                "use the @task decorator or set the 'tasks' attribute of the TaskSet"
            )
        return random.choice(self.tasks)

    def wait_time(self) -> float:
        """Seconds to wait after a task; the user's wait time unless overridden."""
        if self.user.wait_time:
            return self.user.wait_time()  # type: ignore[no-any-return]
        if self.min_wait is not None and self.max_wait is not None:
            return random.randint(int(self.min_wait), int(self.max_wait)) / 1000
        # The placeholders were never filled in; programs compare with the text as it is.
        raise MissingWaitTimeError(
            "You must define a wait_time method on either the {type(self.user).__name__} or {type(self).__name__} class"
        )

    def wait(self) -> None:
        """Sleep ``wait_time()`` seconds; StopUser when the user was asked to stop. May be called in tasks."""
        user = self.user
        if user._state == LOCUST_STATE_STOPPING:
            raise StopUser()
        user._state = LOCUST_STATE_WAITING
        self._sleep(self.wait_time())
        if user._state == LOCUST_STATE_STOPPING:
            raise StopUser()
        user._state = LOCUST_STATE_RUNNING

    def _sleep(self, seconds: float) -> None:
        sleep(seconds)

    def interrupt(self, reschedule: bool = True) -> NoReturn:
        """Leave this task set; the parent goes on at once, or after its wait if ``reschedule`` is False."""
        raise InterruptTaskSet(reschedule)


class DefaultTaskSet(TaskSet):
    """The set that every user runs in: picks from the user's tasks and hands them the user."""

    def get_next_task(self) -> Any:
        """One of the user's tasks at random; an Exception that says what to do when there are none."""
        user = self.user
        if not user.tasks:
            extra = (
                ", but you have set a 'task' attribute on your class - maybe you meant to set 'tasks'?"
                if getattr(user, "task", None)
                else "."
            )
            raise Exception(
                f"No tasks defined on {type(user).__name__}{extra} "
                "Use the @task decorator or set the 'tasks' attribute of the User "
                "(or mark it as abstract = True if you only intend to subclass it)"
            )
        return random.choice(user.tasks)

    def execute_task(self, task: Any) -> None:
        """Run one task of the user: a TaskSet class, or a function that takes the user."""
        if isinstance(task, type) and issubclass(task, TaskSet):
            task(self.user).run()
        else:
            finish(self.user, task(self.user))


def execute_task(task: Callable[[Any], Any], owner: Any) -> Any:
    """How the engine calls a task: decorators that ask for their caller's frame find this one."""
    return task(owner)


_core.remember_task_sets(TaskSet, DefaultTaskSet)


def is_markov_taskset(task: type) -> bool:
    """True for subclasses of MarkovTaskSet."""
    from .markov_taskset import MarkovTaskSet

    return issubclass(task, MarkovTaskSet)


def finish(user: User, outcome: Any) -> Any:
    """What a task or hook returned, or, if that is a coroutine, its result once it has run to its end."""
    if not isinstance(outcome, CoroutineType):
        return outcome
    # Loads asyncio, which most runs never need.
    from .._async_task import run

    return run(user, outcome)


def _answer_to(interrupt: InterruptTaskSet) -> Exception:
    return RescheduleTaskImmediately(True) if interrupt.reschedule else RescheduleTask(False)
