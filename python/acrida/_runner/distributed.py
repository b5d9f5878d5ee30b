"""Master and worker: here to be asked for by ``isinstance``, not to be made yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..runners import Runner

if TYPE_CHECKING:
    from ..env import Environment


class DistributedRunner(Runner):
    """What master and worker share."""


class MasterRunner(DistributedRunner):
    """Runs no users itself: tells workers what to run and adds up their reports."""

    def __init__(self, environment: Environment, master_bind_host: str, master_bind_port: int) -> None:
        raise NotImplementedError("Distributed runs (--master) are not part of this version of acrida yet.")


class WorkerRunner(DistributedRunner):
    """Runs users as a master tells it."""

    def __init__(self, environment: Environment, master_host: str, master_port: int) -> None:
        raise NotImplementedError("Distributed runs (--worker) are not part of this version of acrida yet.")
