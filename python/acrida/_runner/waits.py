"""How long nodes of a swarm wait for each other, where an environment variable says it."""

from __future__ import annotations

import logging
import os
import re
import sys
from typing import NoReturn

logger = logging.getLogger("locust.runners")

_NUMBER = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(\*\s*WORKER_REPORT_INTERVAL\s*)?")


def report_wait() -> float:
    """Seconds that a master waits after a ramp until all workers have reported their users."""
    from .. import runners

    variable = "LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP"
    text = os.environ.get(variable)
    if not text:
        return 1.0
    found = _NUMBER.fullmatch(text)
    if not found:
        _refuse(variable, text, "seconds, or a number and * WORKER_REPORT_INTERVAL")
    return float(found[1]) * (float(runners.WORKER_REPORT_INTERVAL) if found[2] else 1.0)


def wait_before_ready() -> float:
    """Seconds that a worker waits after a test until it says that it is ready for the next."""
    variable = "LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP"
    text = os.environ.get(variable)
    if not text:
        return 0.0
    if not text.strip().isdecimal():
        _refuse(variable, text, "whole seconds")
    return float(text)


def _refuse(variable: str, text: str, wanted: str) -> NoReturn:
    logger.error("%s is %r; it should be %s.", variable, text, wanted)
    sys.exit(1)
