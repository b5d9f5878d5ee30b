"""Which kind of node this process is, and waiting for the others."""

from __future__ import annotations

import logging
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

import gevent

from .processes import Children, count_of

if TYPE_CHECKING:
    from ..env import Environment
    from ..runners import MasterRunner, Runner

logger = logging.getLogger("locust.main")

#: How long it is not worth a line that workers are still missing (seconds).
_QUIET_SECONDS = 5


def settle_role(options: Namespace) -> None:
    """What ``--processes`` means here: a group of workers, which lives and ends in this call, or a master of some."""
    count = count_of(options)
    if count and options.worker:
        Children(count, None).wait_as_group()
    if count:
        options.master = True
        options.expect_workers = count


def start_children(runner: Runner, options: Namespace) -> Children | None:
    """The workers of a master with ``--processes``, now that its port is known."""
    count = count_of(options)
    return Children(count, runner.server.port) if count else None  # type: ignore[attr-defined]


def make_runner(environment: Environment, options: Namespace) -> Runner:
    """Master, worker or both in one; the process ends where that is not possible."""
    if options.master:
        return environment.create_master_runner(options.master_bind_host, options.master_bind_port)
    if options.worker:
        try:
            return environment.create_worker_runner(options.master_host, options.master_port)
        except OSError as error:
            if str(error):  # otherwise the worker has said it
                logger.error("Failed to connect to the Locust master: %s", error)
            sys.exit(-1)
    return environment.create_local_runner()


def wait_for_workers(runner: MasterRunner, options: Namespace, children: Children | None) -> int | None:
    """Until as many are ready as were asked for: None. An exit code when that takes too long, or cannot happen."""
    seconds = 0
    while (ready := runner._node.ready_count) < options.expect_workers:
        if children is not None and (code := children.failed()) is not None:
            logger.error("A worker process has ended with code %d before the test began.", code)
            return code if code > 0 else 1
        if options.expect_workers_max_wait and seconds > options.expect_workers_max_wait:
            logger.error("Gave up waiting for workers to connect")
            return 1
        logging.log(
            logging.DEBUG if seconds < _QUIET_SECONDS else logging.INFO,
            "Waiting for workers to be ready, %s of %s connected",
            ready,
            options.expect_workers,
        )
        _wait_for_change(runner, ready)
        seconds += 1
    return None


def _wait_for_change(runner: MasterRunner, ready: int) -> None:
    for _ in range(20):
        gevent.sleep(0.05)
        if runner._node.ready_count != ready:
            return
