"""Load shapes: how many users a run should have, decided second by second."""

from __future__ import annotations

import time
from abc import ABCMeta, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from .runners import Runner
    from .user import User

    Tick = tuple[int, float] | tuple[int, float, list[type[User]] | None] | None


class LoadTestShapeMeta(ABCMeta):
    """Makes ``abstract`` hold for the class that says so, not for its subclasses."""

    def __new__(mcs, classname: str, bases: tuple[type, ...], class_dict: dict[str, Any]) -> LoadTestShapeMeta:
        class_dict["abstract"] = class_dict.get("abstract", False)
        return super().__new__(mcs, classname, bases, class_dict)


class LoadTestShape(metaclass=LoadTestShapeMeta):
    """Subclass it in a locustfile and implement ``tick()``; the run then follows it."""

    #: The runner that follows this shape; None until there is one.
    runner: Runner | None = None

    #: True: a class to build others on, never used itself.
    abstract: ClassVar[bool] = True

    #: True: the shape reads ``--users``, ``--spawn-rate`` and ``--run-time`` itself.
    use_common_options: ClassVar[bool] = False

    def __init__(self) -> None:
        self.start_time = time.perf_counter()

    def reset_time(self) -> None:
        """Let ``get_run_time()`` count from now on."""
        self.start_time = time.perf_counter()

    def get_run_time(self) -> float:
        """Seconds since the test started, or since ``reset_time()``."""
        return time.perf_counter() - self.start_time

    def get_current_user_count(self) -> int:
        """How many users are alive now. Needs a runner."""
        assert self.runner is not None
        return self.runner.user_count

    @abstractmethod
    def tick(self) -> Tick:
        """Called about once a second: ``(users, spawn_rate)``, ``(users, spawn_rate, classes)``, or None to stop.

        ``spawn_rate`` is in users per second; ``classes`` limits which users are spawned from now on.
        """
