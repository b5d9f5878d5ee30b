"""Creating users."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import gevent

if TYPE_CHECKING:
    from ..runners import Runner
    from ..user import User


def spawn(runner: Runner, counts: dict[str, int]) -> list[User]:
    """Create and start that many users of each class, without switching to any of them in between."""
    users: list[User] = []
    with _without_greenlet_tree():
        for name, count in counts.items():
            user_class = runner.user_classes_by_name[name] if count else None
            if hasattr(user_class, "_native_scenario"):
                runner.native_users.spawn(user_class, count)  # type: ignore[arg-type]
                continue
            for _ in range(count):
                users.append(_start_user(runner, user_class))
    return users


def _start_user(runner: Runner, user_class: type[User] | None) -> User:
    assert user_class is not None
    user = user_class(runner.environment)
    assert hasattr(user, "environment"), (
        f"Attribute 'environment' is missing on user {user_class.__name__}. Perhaps you defined your own __init__ "
        "and forgot to call the base constructor? (super().__init__(*args, **kwargs))"
    )
    user.start(runner.user_greenlets)
    return user


@contextmanager
def _without_greenlet_tree() -> Iterator[None]:
    # gevent would remember for each greenlet who spawned it, and where: more memory than the user itself.
    before = gevent.config.track_greenlet_tree
    gevent.config.track_greenlet_tree = False
    try:
        yield
    finally:
        gevent.config.track_greenlet_tree = before
