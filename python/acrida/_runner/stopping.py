"""Ending many users at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import gevent

from ..user.task import LOCUST_STATE_RUNNING, LOCUST_STATE_STOPPING

if TYPE_CHECKING:
    from ..user import User

logger = logging.getLogger("locust.runners")


def end_users(users: Iterable[User], timeout: float) -> None:
    """Ask the users to stop, give them ``timeout`` seconds, kill the rest, and wait until all are gone.

    With a timeout of 0 they are killed where they are. All of it happens concurrently; ``on_stop`` methods of
    killed users are waited for without limit. The calling greenlet may not be one of the users.
    """
    remaining = [user for user in users if _lives(user)]
    if timeout:
        for user in remaining:
            _ask(user)
        _join(remaining, timeout)
        remaining = [user for user in remaining if _lives(user)]
        if remaining:
            logger.info("Not all users finished their tasks & terminated in %s seconds. Stopping them...", timeout)
    for user in remaining:
        kill(user)
    _join(remaining, None)


def leave_soon(user: User, timeout: float) -> None:
    """For the user who is stopping the run itself: end after its task, or at its next switch if there is no timeout."""
    if not timeout:
        kill(user)
    elif user._state == LOCUST_STATE_RUNNING:
        user._state = LOCUST_STATE_STOPPING


def kill(user: User) -> None:
    """Throw GreenletExit into the user at its next turn; a user that is being killed already is left alone."""
    _call_stop(user, True, lambda: _kill_plainly(user))


def _ask(user: User) -> None:
    if user._state == LOCUST_STATE_STOPPING:
        return
    _call_stop(user, False, lambda: _ask_plainly(user))


def _ask_plainly(user: User) -> None:
    if user._state == LOCUST_STATE_RUNNING:
        user._state = LOCUST_STATE_STOPPING
    else:
        _kill_plainly(user)


def _call_stop(user: User, force: bool, shortcut: Callable[[], Any]) -> None:
    # stop() waits for the user to be gone, so it would need a greenlet per user: only where it was overridden.
    from ..user.users import User

    if type(user).stop is User.stop and "stop" not in vars(user):
        shortcut()
    else:
        gevent.spawn(user.stop, force=force)


def _join(users: list[User], timeout: float | None) -> None:
    gevent.joinall([user.greenlet for user in users if user.greenlet is not None], timeout=timeout)


def _kill_plainly(user: User) -> None:
    if user.greenlet is not None:
        user.group.killone(user.greenlet, block=False)


def _lives(user: User) -> bool:
    return user.greenlet is not None and not user.greenlet.dead
