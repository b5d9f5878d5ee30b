"""The group of all user greenlets, which knows at any moment how many of each class live."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gevent import pool

if TYPE_CHECKING:
    from ..user import User


class Group(pool.Group):
    """A gevent group whose greenlets run users.

    Counting is done when greenlets come and go, not when somebody asks: a group may have 50,000 members. Users
    that have been asked to stop are *leaving*: they live, but no longer count towards the plan.
    """

    def __init__(self) -> None:
        super().__init__()
        self._by_class: dict[str, dict[Any, User]] = {}
        self._leaving: dict[str, set[Any]] = {}

    def add(self, greenlet: Any) -> None:
        """Begin tracking; greenlets whose first argument is a user are counted by its class."""
        super().add(greenlet)
        user = _user_of(greenlet)
        if user is not None:
            self._by_class.setdefault(type(user).__name__, {})[greenlet] = user

    def _discard(self, greenlet: Any) -> None:
        super()._discard(greenlet)  # type: ignore[misc]
        for members in self._by_class.values():
            if members.pop(greenlet, None) is not None:
                break
        for leaving in self._leaving.values():
            leaving.discard(greenlet)

    def leave(self, greenlet: Any) -> None:
        """Forget a greenlet that is about to end; gevent would do it later."""
        self._discard(greenlet)

    def count(self, class_name: str) -> int:
        """Users of the class that live."""
        return len(self._by_class.get(class_name, ()))

    def count_staying(self, class_name: str) -> int:
        """Users of the class that live and were not asked to stop."""
        return self.count(class_name) - len(self._leaving.get(class_name, ()))

    def mark_leaving(self, class_name: str, count: int) -> list[User]:
        """Choose ``count`` users of the class, the youngest first, and count them as leaving from now on."""
        chosen: list[Any] = []
        leaving = self._leaving.setdefault(class_name, set())
        members = self._by_class.get(class_name, {})
        for greenlet in reversed(members):
            if len(chosen) == count:
                break
            if greenlet not in leaving:
                chosen.append(greenlet)
        leaving.update(chosen)
        return [members[greenlet] for greenlet in chosen]

    def leaving(self, class_name: str) -> list[User]:
        """Users of the class that were asked to stop and still live."""
        members = self._by_class.get(class_name, {})
        return [members[greenlet] for greenlet in self._leaving.get(class_name, ()) if greenlet in members]

    def users(self) -> Iterator[User]:
        """Every living user."""
        for members in self._by_class.values():
            yield from members.values()


def _user_of(greenlet: Any) -> User | None:
    from ..user.users import User

    args = getattr(greenlet, "args", ())
    return args[0] if args and isinstance(args[0], User) else None
