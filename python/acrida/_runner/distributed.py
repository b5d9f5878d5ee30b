"""What master and worker share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from .._version import LOCUST_VERSION
from ..runners import Runner

if TYPE_CHECKING:
    from ..env import Environment

VERSION = LOCUST_VERSION


class DistributedRunner(Runner):
    """A node of a swarm. Its link and its rules are C++ on the control thread; here are its users and its events."""

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


def environment_of(runner: Runner) -> Environment:
    """For type checkers."""
    return runner.environment


__all__ = ["VERSION", "DistributedRunner", "MasterRunner", "ServerOrClient", "WorkerRunner", "_core"]

# They subclass DistributedRunner, so they come last.
from .master import MasterRunner  # noqa: E402
from .worker import WorkerRunner  # noqa: E402
