"""What master and worker share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gevent

from .._version import LOCUST_VERSION
from ..runners import Runner
from .swarm_events import Node, follow

if TYPE_CHECKING:
    from gevent import Greenlet

VERSION = LOCUST_VERSION


class DistributedRunner(Runner):
    """A node of a swarm. Its link and its rules are C++ on the control thread; here are its users and its events."""

    #: The greenlet in which everything happens that the node says.
    _events_greenlet: Greenlet[..., Any]

    def _follow(self, node: Node, handlers: dict[str, Callable[..., None]]) -> None:
        self._events_greenlet = self.greenlet.spawn(lambda: follow(node, handlers))  # type: ignore[misc]

    def _must_not_wait(self) -> bool:
        """A listener called from an event of the node cannot wait for another one: it would come after it."""
        return gevent.getcurrent() is self._events_greenlet

    def _option(self, name: str, default: Any) -> Any:
        value = getattr(self.environment.parsed_options, name, None)
        return default if value is None else value


class ServerOrClient:
    """What plugins look at under ``runner.server`` and ``runner.client``: the port, and sending by hand."""

    def __init__(self, runner: Any, port: int) -> None:
        self._runner = runner
        self.port = port

    def send(self, message: Any) -> None:
        """To the master."""
        self._runner.send_message(message.type, message.data)

    def send_to_client(self, message: Any) -> None:
        """To the worker that the message names."""
        self._runner.send_message(message.type, message.data, message.node_id)

    def close(self, linger: int | None = None) -> None:
        """The runner closes its link itself, when it quits."""


__all__ = ["VERSION", "DistributedRunner", "MasterRunner", "ServerOrClient", "WorkerRunner"]

# They subclass DistributedRunner, so they come last.
from .master import MasterRunner  # noqa: E402
from .worker import WorkerRunner  # noqa: E402
