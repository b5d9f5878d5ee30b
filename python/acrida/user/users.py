"""Simulated users."""

from __future__ import annotations

import logging
import traceback
from time import perf_counter
from typing import TYPE_CHECKING, Any, ClassVar

from gevent import GreenletExit
from gevent.pool import Group

from .. import _core
from .._runner.user_group import Group as UserGroup
from ..exception import StopTest, StopUser
from ..util import deprecation
from ._rest import RestMixin, RestResponseT
from .task import (
    LOCUST_STATE_RUNNING,
    LOCUST_STATE_STOPPING,
    LOCUST_STATE_WAITING,
    DefaultTaskSet,
    TaskSet,
    finish,
    get_tasks_from_base_classes,
)
from .wait_time import constant

if TYPE_CHECKING:
    from gevent import Greenlet
    from urllib3 import PoolManager

    from ..clients import HttpSession
    from ..env import Environment

__all__ = [
    "DefaultTaskSet",
    "HttpUser",
    "PytestUser",
    "RestMixin",
    "RestResponseT",
    "TaskSet",
    "User",
    "UserMeta",
]

logger = logging.getLogger("locust.user.users")

#: Said by HTTP users that do not know where to send their requests.
NO_HOST = (
    "You must specify the base host. Either in the host attribute in the User class, "
    "or on the command line using the --host option."
)


class UserMeta(type):
    """Collects the tasks of a class when its body has been executed, and makes it concrete."""

    def __new__(mcs, classname: str, bases: tuple[type, ...], class_dict: dict[str, Any]) -> UserMeta:
        deprecation.check_for_deprecated_task_set_attribute(class_dict)
        class_dict["tasks"] = get_tasks_from_base_classes(bases, class_dict)
        if not class_dict.get("abstract"):
            class_dict["abstract"] = False
        return super().__new__(mcs, classname, bases, class_dict)


class User(_core.LoopBase, metaclass=UserMeta):
    """One simulated user: a greenlet that performs its tasks and waits between them.

    Subclass it, write methods decorated with ``@task``, and set ``wait_time``.
    """

    #: Base address of the system under test; ``--host`` and the web page overwrite it for every class.
    host: str | None = None

    #: Tasks to pick from, each as often as it weighs; may be assigned at any time, also on instances.
    tasks: list[Any] = []

    #: How often this class is chosen compared to the others.
    weight: float = 1

    #: If above 0: exactly this many users of the class, whatever the weights.
    fixed_count: int = 0

    #: True: a class to build others on, never spawned. Not inherited.
    abstract: ClassVar[bool] = True

    # Milliseconds; used only when wait_time is None.
    min_wait: float | None = None
    max_wait: float | None = None
    wait_function: Any = None

    #: Seconds between two tasks; see ``acrida.wait_time``.
    wait_time: Any = constant(0)

    _group: Group

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self.environment = environment
        self._state: str | None = None
        self._greenlet: Greenlet[..., Any] | None = None
        self._taskset_instance: TaskSet | None = None
        self._cp_last_run = perf_counter()
        self._cp_last_wait_time: float = 0

    def __getstate__(self) -> dict[str, Any]:
        # For copy.copy(), which refuses classes with parts in C that do not say this.
        return self.__dict__

    def on_start(self) -> None:
        """Called once, before the first task."""

    def on_stop(self) -> None:
        """Called once, when the user ends in an orderly way."""

    def run(self) -> None:
        """The life of the user. Not to be overridden or called by scenarios."""
        self._state = LOCUST_STATE_RUNNING
        self._taskset_instance = DefaultTaskSet(self)
        try:
            self._start_up()
            self._taskset_instance.run()
        except (GreenletExit, StopUser, StopTest):
            finish(self, self.on_stop())  # type: ignore[func-returns-value]

    def _start_up(self) -> None:
        try:
            finish(self, self.on_start())  # type: ignore[func-returns-value]
        except Exception as error:
            logger.error("%s\n%s", error, traceback.format_exc())
            if not isinstance(error, (StopUser, StopTest)):
                self.environment.events.user_error.fire(user_instance=self, exception=error, tb=error.__traceback__)
            raise

    def wait(self) -> None:
        """Sleep ``wait_time()`` seconds; StopUser when the user was asked to stop."""
        self._taskset_instance.wait()  # type: ignore[union-attr]  # a user that was never started has none

    def start(self, group: Group) -> Greenlet[..., Any]:
        """Begin running as a greenlet of ``group`` and return it. Called by the runner."""
        self._group = group
        # Plugins reach the user as greenlet.args[0].
        self._greenlet = group.spawn(_core.run_user, self)
        return self._greenlet

    def _leave_group(self) -> None:
        # The last thing that a user does.
        if isinstance(self._group, UserGroup):
            self._group.leave(self._greenlet)

    def stop(self, force: bool = False) -> bool:
        """End the user: at once if it waits, has not begun or ``force``; else after its current task.

        Returns True if it is gone, False if it has yet to finish. Raises Exception in any other state.
        """
        if force or self._state == LOCUST_STATE_WAITING or self._state is None:
            self._group.killone(self._greenlet)  # type: ignore[arg-type]
            return True
        if self._state == LOCUST_STATE_RUNNING:
            self._state = LOCUST_STATE_STOPPING
            return False
        raise Exception(f"Tried to stop User in an unexpected state: {self._state}. This should never happen.")

    @property
    def group(self) -> Group:
        """The group that the user's greenlet belongs to; AttributeError before the start."""
        return self._group

    @property
    def greenlet(self) -> Greenlet[..., Any] | None:
        """The greenlet that runs the user; None before the start."""
        return self._greenlet

    def context(self) -> dict[str, Any]:
        """Merged into the ``context`` of every request event of this user; override to add to it."""
        return {}

    @classmethod
    def json(cls) -> dict[str, Any]:
        """What the class picker shows and edits."""
        return {
            "host": cls.host,
            "weight": cls.weight,
            "fixed_count": cls.fixed_count,
            "tasks": [task.__name__ for task in cls.tasks],
        }

    @classmethod
    def fullname(cls) -> str:
        """Module and name of the class, without the functions around its definition."""
        parts = [part for part in cls.__qualname__.split(".") if part != "<locals>"]
        return ".".join([cls.__module__, *parts])


class HttpUser(RestMixin[Any], User):
    """A user with a ``client`` that is a ``requests.Session`` with a base URL and reports each request."""

    abstract: ClassVar[bool] = True

    #: Share one urllib3 pool between users instead of one pool each.
    pool_manager: PoolManager | None = None

    client: HttpSession

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.host is None:
            raise StopTest(NO_HOST)
        from ..clients import HttpSession

        self.client = HttpSession(
            base_url=self.host,
            request_event=self.environment.events.request,
            user=self,
            pool_manager=self.pool_manager,
        )
        self.client.trust_env = False


from ._pytest_user import PytestUser  # noqa: E402  (it subclasses User)
