"""``--processes N``: further programs like this one, as workers of it or of another master."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from argparse import Namespace
from typing import NoReturn

logger = logging.getLogger("locust.main")

#: What tells a program that it is a worker started by another one: "<pid of the parent>:<port of the master or empty>".
_VARIABLE = "ACRIDA_WORKER_OF"

#: Seconds that workers get to end by themselves, then after SIGINT.
_PATIENCE = 3.0
_PATIENCE_AFTER_INTERRUPT = 30.0


def count_of(options: Namespace) -> int:
    """How many to start; -1 is one per processor."""
    count = options.processes or 0
    return (os.cpu_count() or 1) if count == -1 else count


def is_child() -> bool:
    """Whether ``--processes`` of another program has started this one."""
    return bool(os.environ.get(_VARIABLE, "").partition(":")[0])


def become_child(options: Namespace) -> None:
    """In a program that ``--processes`` has started: be a worker, and leave to the parent what only one may do."""
    parent, _, port = os.environ.get(_VARIABLE, "").partition(":")
    if not parent:
        return
    options.worker, options.master, options.processes = True, False, None
    options.run_time = options.csv_prefix = options.html_file = options.json_file = None
    options.autostart = options.print_stats = options.stats_history_enabled = options.json = False
    options.autoquit = -1
    if port:
        options.master_host, options.master_port = "127.0.0.1", int(port)


def end_with_parent() -> None:
    """To be called first. However the parent ends, also by SIGKILL, nobody that it has started is left behind.

    A parent that was the master takes everything along that a worker could still deliver: its workers end at once, also
    those that hang. The parent of a group was nobody's master: its workers stop their users and hand in their results.
    """
    parent, _, port = os.environ.get(_VARIABLE, "").partition(":")
    if not parent:
        return
    if sys.platform == "linux":
        import ctypes

        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL if port else signal.SIGTERM)
    if os.getppid() != int(parent):
        sys.exit(1)


class Children:
    """The programs that were started."""

    def __init__(self, count: int, master_port: int | None) -> None:
        environment = {**os.environ, _VARIABLE: f"{os.getpid()}:{master_port or ''}"}
        command = [sys.executable, *sys.orig_argv[1:]]
        self._running: list[subprocess.Popen[bytes]] = []
        self._signalled: set[int] = set()
        for _ in range(count):
            child = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
            logger.debug("Started child worker with pid #%d", child.pid)
            self._running.append(child)

    def failed(self) -> int | None:
        """The exit code of one that has ended already; None while all run."""
        return next((code for child in self._running if (code := child.poll()) is not None), None)

    def finish(self, own_code: int) -> int:
        """Wait for all of them, with growing insistence; the exit code of the whole."""
        self._wait(_PATIENCE)
        self._signal(signal.SIGINT)
        self._wait(_PATIENCE_AFTER_INTERRUPT)
        self._signal(signal.SIGKILL)
        codes = [child.wait() for child in self._running]
        worst = max(codes, default=0)
        if worst > 1:
            logging.error("Bad response code from worker children: %d", worst)
        strangers = [child.returncode for child in self._running if child.pid not in self._signalled]
        if killed := [-code for code in strangers if code < 0]:
            logger.error("Worker processes were killed by signal %s", ", ".join(map(str, killed)))
        return own_code or max(worst, 0) or (1 if killed else 0)

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and any(child.poll() is None for child in self._running):
            time.sleep(0.05)

    def _signal(self, number: int) -> None:
        for child in self._running:
            if child.poll() is None:
                self._signalled.add(child.pid)
                child.send_signal(number)

    def wait_as_group(self) -> NoReturn:
        """For a parent that is nobody's master: end when all have ended, with the highest of their codes."""
        interrupts = 0

        def on_interrupt(signum: int, frame: object) -> None:
            nonlocal interrupts
            interrupts += 1
            if interrupts > 1:
                self._signal(signal.SIGKILL)
                os._exit(1)

        signal.signal(signal.SIGINT, on_interrupt)
        signal.signal(signal.SIGTERM, lambda signum, frame: self._signal(signal.SIGTERM))
        for child in self._running:
            while child.poll() is None:
                time.sleep(0.1)
        sys.exit(max(max(child.wait() for child in self._running), 0))
