"""The runner of a test in one process."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from ..runners import Runner
from .guard import kill_other
from .local_ramp import LocalRamp
from .messages import CustomMessages

if TYPE_CHECKING:
    from ..env import Environment
    from ..user import User
    from .nodes import WorkerNode

logger = logging.getLogger("locust.runners")


class LocalRunner(Runner):
    """Runs a test in this process."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.worker_index = 0
        self.worker_count = 1
        self.client_id = CustomMessages.new_node_id()
        self._ramp = LocalRamp(self)
        environment.events.user_error.add_listener(self._on_user_error)

    def _on_user_error(self, user_instance: Any, exception: BaseException, tb: Any) -> None:
        self.log_exception("local", str(exception), self._traceback_texts.of(tb))

    def start(
        self, user_count: int, spawn_rate: float, wait: bool = False, user_classes: list[type[User]] | None = None
    ) -> None:
        """Start or change the test and return at once; a ramp in progress is replaced by this one."""
        self.target_user_count = user_count
        self.target_spawn_rate = spawn_rate
        if spawn_rate > 100:
            logger.warning(
                "Your selected spawn rate is very high (>100), and this is known to sometimes cause issues. "
                "Do you really need to ramp up that fast?"
            )
        kill_other(self.spawning_greenlet)
        self.spawning_greenlet = self.greenlet.spawn(
            lambda: self.guarded(self._ramp.run, user_count, spawn_rate, wait, user_classes)  # type: ignore[misc]
        )

    @property
    def _local_worker_node(self) -> WorkerNode:
        """This process as a node, for those who make a dispatcher of their own."""
        return self._ramp.node

    def _cancel_ramp(self) -> None:
        self._ramp.cancel()
        super()._cancel_ramp()

    def send_message(self, msg_type: str, data: Any = None, client_id: str | None = None) -> None:
        """Hand the message to this process's own listener, at once; exceptions go to the caller."""
        self._messages.deliver_here(self.environment, msg_type, data)
