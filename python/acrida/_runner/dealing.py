"""A swarm whose users are dealt by a dispatcher of the person's own (``Environment(dispatcher_class=...)``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dispatch import UsersDispatcher

if TYPE_CHECKING:
    from ..user import User
    from .master import MasterRunner
    from .nodes import WorkerNode


class Dealing:
    """Follows the dispatcher in the greenlet that starts the test; the engine sends what it says to the workers."""

    def __init__(self, runner: MasterRunner) -> None:
        self._runner = runner
        self._dealt_to: dict[str, WorkerNode] = {}
        # Identifies the ramp in progress: one that is not wanted any more notices it at its next map.
        self._in_progress: object = None

    @property
    def is_wanted(self) -> bool:
        """Does the environment name another class than the built-in one, which the engine has itself?"""
        return self._runner.environment.dispatcher_class is not UsersDispatcher

    def cancel(self) -> None:
        """Forget the ramp in progress."""
        self._in_progress = None

    def run(self, user_count: int, spawn_rate: float, user_classes: list[type[User]] | None) -> None:
        """Deal until the dispatcher has no more."""
        runner = self._runner
        ramp = self._in_progress = object()
        dispatcher = self._dispatcher()
        dispatcher.new_dispatch(user_count, spawn_rate, user_classes)
        for shares in dispatcher:
            if self._in_progress is not ramp:
                return
            runner._node.deal([(worker, list(counts.items())) for worker, counts in shares.items()])
        if self._in_progress is ramp:
            self._in_progress = None
            runner._node.dealt()

    def _dispatcher(self) -> UsersDispatcher:
        runner = self._runner
        if runner._users_dispatcher is None:
            self._dealt_to = self._active()
            runner._users_dispatcher = runner.environment.dispatcher_class(
                worker_nodes=list(self._dealt_to.values()), user_classes=runner.user_classes
            )
        return runner._users_dispatcher

    def _active(self) -> dict[str, WorkerNode]:
        from ..runners import STATE_MISSING

        return {name: node for name, node in self._runner.clients.items() if node.state != STATE_MISSING}

    def workers_changed(self) -> bool:
        """Tell the dispatcher who came and who left; True if a ramp has to say it to the workers."""
        dispatcher = self._runner._users_dispatcher
        if dispatcher is None:
            return False
        before, self._dealt_to = self._dealt_to, self._active()
        gone, come = before.keys() - self._dealt_to.keys(), self._dealt_to.keys() - before.keys()
        for name in sorted(gone):
            dispatcher.remove_worker(before[name])
        for name in sorted(come):
            dispatcher.add_worker(self._dealt_to[name])
        return bool(self._dealt_to and (gone or come)) and self._in_progress is None
