"""Messages between nodes that scenarios define themselves."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..rpc.protocol import Message

if TYPE_CHECKING:
    from ..env import Environment

logger = logging.getLogger("locust.runners")

Listener = Callable[..., None]


class CustomMessages:
    """Who wants to hear which type of message."""

    def __init__(self) -> None:
        self.listeners: dict[str, tuple[Listener, bool]] = {}

    @staticmethod
    def new_node_id() -> str:
        """A name for this node that no other has: host name and a random number."""
        return f"{socket.gethostname()}_{os.urandom(16).hex()}"

    def register(self, msg_type: str, listener: Listener, concurrent: bool) -> None:
        """Remember the listener; Exception if the type has one already."""
        if msg_type in self.listeners:
            raise Exception(f"Tried to register listener method for {msg_type}, but it already had a listener!")
        self.listeners[msg_type] = (listener, concurrent)

    def deliver_here(self, environment: Environment, msg_type: str, data: Any) -> None:
        """Call the listener in the sender's greenlet; without one a warning is logged."""
        logger.debug("Running locally: sending %s message to self", msg_type)
        if msg_type not in self.listeners:
            logger.warning("Unknown message type received: %s", msg_type)
            return
        listener, _ = self.listeners[msg_type]
        listener(environment=environment, msg=Message(msg_type, data, "local"))
