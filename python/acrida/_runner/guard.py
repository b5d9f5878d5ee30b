"""Background jobs of a runner: what happens when one of them raises."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gevent

from .. import log
from ..exception import StopTest

if TYPE_CHECKING:
    from gevent import Greenlet

    from ..runners import Runner

logger = logging.getLogger("locust.runners")


def run_guarded(runner: Runner, function: Callable[..., Any], *args: Any) -> None:
    """Call the function; exceptions are logged and go on, StopTest ends the test, SystemExit the process."""
    try:
        function(*args)
    except StopTest as error:
        logger.error("%s", error)
        runner.stopped_by = str(error)
        logger.warning("Stopping Locust...")
        options = runner.environment.parsed_options
        # Not from here: stopping kills this very greenlet.
        gevent.spawn(runner.quit if getattr(options, "headless", False) else runner.stop)
    except SystemExit as error:
        logger.info("sys.exit(%s) called (use log level DEBUG for callstack)", error.code)
        logger.debug("sys.exit was called here", exc_info=True)
        raise
    except Exception:
        log.unhandled_greenlet_exception = True
        logger.critical("Unhandled exception in greenlet: %s", gevent.getcurrent(), exc_info=True)
        # For who asks the greenlet for its result.
        raise


def kill_other(greenlet: Greenlet[..., Any] | None) -> None:
    """Kill the greenlet and wait for its end, unless it is the caller itself."""
    if greenlet is not None and greenlet is not gevent.getcurrent():
        greenlet.kill(block=True)
