"""Exceptions that scenarios raise to steer a user, and errors that the package reports."""

from __future__ import annotations

from typing import Any


class LocustError(Exception):
    """The package was used in a way that cannot work."""


class ResponseError(Exception):
    """Raise it in a ``catch_response`` block: the request counts as failed, the task goes on."""


class CatchResponseError(Exception):
    """Carries what was given to ``response.failure(...)`` when that was not an exception itself."""


class MissingWaitTimeError(LocustError):
    """A user has neither a ``wait_time`` nor ``min_wait``/``max_wait``."""


class InterruptTaskSet(Exception):
    """Leaves the current task set; its parent goes on with another task.

    ``reschedule=True``: the parent continues at once; ``False``: it waits first.
    """

    def __init__(self, reschedule: bool = True) -> None:
        self.reschedule = reschedule


class StopTest(Exception):
    """In a user's constructor: ends the whole run. In a task: ends this user only."""


class StopUser(Exception):
    """Ends the user that raises it, after the ``on_stop`` methods."""


class RescheduleTask(Exception):
    """Ends the current task as if it had returned: the user waits, then picks the next one."""


class RescheduleTaskImmediately(Exception):
    """Ends the current task; the user picks the next one without waiting."""


#: Those that change the flow of the user; event hooks let them through.
FLOW_EXCEPTIONS = (StopUser, StopTest, RescheduleTask, RescheduleTaskImmediately, InterruptTaskSet)


class RPCError(Exception):
    """The link between master and worker failed."""


class RPCSendError(RPCError):
    """A message could not be sent."""


class RPCReceiveError(RPCError):
    """A message could not be received or read; ``addr`` is the sender when it is known."""

    def __init__(self, *args: Any, addr: str | None = None) -> None:
        super().__init__(*args)
        self.addr = addr


class RunnerAlreadyExistsError(Exception):
    """The environment has a runner already; one is all it can have."""
