"""Event hooks: named moments of a run at which anybody's function may be called."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

from . import log
from .exception import FLOW_EXCEPTIONS

Listener = TypeVar("Listener", bound=Callable[..., Any])


class EventHook:
    """A list of listeners that are called, in the order they were added, when the event fires."""

    def __init__(self) -> None:
        self._handlers: list[Callable[..., Any]] = []

    def add_listener(self, handler: Listener) -> Listener:
        """Append ``handler`` and return it, so that this works as a decorator."""
        self._handlers.append(handler)
        return handler

    def remove_listener(self, handler: Callable[..., Any]) -> None:
        """Remove one occurrence of ``handler``; ``ValueError`` if it was never added."""
        self._handlers.remove(handler)

    def fire(self, *, reverse: bool = False, **kwargs: Any) -> None:
        """Call every listener with ``kwargs``.

        Exceptions that steer a user (StopUser, RescheduleTask ...) go to the caller at once; any other one
        is logged, makes the exit code 2, and the next listener is called.
        """
        handlers = self._handlers[::-1] if reverse else self._handlers[:]
        for handler in handlers:
            try:
                handler(**kwargs)
            except FLOW_EXCEPTIONS:
                raise
            except Exception as error:
                listener_failed(error)

    @contextmanager
    def measure(
        self, request_type: str, name: str, response_length: int = 0, context: dict[str, Any] | None = None
    ) -> Generator[dict[str, Any]]:
        """Time the block and fire this hook, meant for the ``request`` event, when it ends.

        Yields the keyword arguments that will be fired; the block may change them. ``response_time`` (ms) is
        added at the end. An exception in the block is reported as ``exception`` and goes no further.
        """
        request: dict[str, Any] = {
            "request_type": request_type,
            "name": name,
            "response_length": response_length,
            "context": {} if context is None else context,
            "exception": None,
            "start_time": time.time(),
        }
        started_at = time.perf_counter()
        try:
            yield request
        except Exception as error:
            request["exception"] = error
        finally:
            request["response_time"] = (time.perf_counter() - started_at) * 1000
            self.fire(**request)


#: ``fire()`` as it was written: the engine calls the listeners of a request itself unless a plugin has replaced it.
PRISTINE_FIRE = EventHook.fire


def listener_failed(error: Exception) -> None:
    """Log what a listener raised; the process's exit code becomes 2."""
    text = "".join(traceback.format_exception(error))
    logging.error("Uncaught exception in event handler: \n%s", text)
    log.unhandled_greenlet_exception = True


class DeprecatedEventHook(EventHook):
    """A hook that still works but tells who listens to it what to use instead."""

    def __init__(self, message: str) -> None:
        super().__init__()
        self.message = message

    def add_listener(self, handler: Listener) -> Listener:
        """As EventHook.add_listener, with the hook's message as a warning."""
        logging.warning(self.message)
        return super().add_listener(handler)


class Events:
    """The hooks of one environment. Listeners receive exactly the keyword arguments named here."""

    #: ``request_type, name, response_time`` (ms), ``response_length`` (bytes), ``response, context, exception,
    #: start_time`` (epoch s), ``url``: a request ended. Own clients may fire fewer of them.
    request: EventHook
    #: ``user_instance, exception, tb``: a task (or ``on_start``) raised; the instance is the running task set.
    user_error: EventHook
    #: ``client_id, data``: a worker is about to report; listeners may add keys to ``data``.
    report_to_master: EventHook
    #: ``client_id, data``: the master received a worker's report.
    worker_report: EventHook
    #: ``client_id``: a worker connected to the master.
    worker_connect: EventHook
    #: ``user_count``: all users of a ramp are spawned.
    spawning_complete: EventHook
    #: ``environment``: the process is about to end; fired in reverse order of registration.
    quitting: EventHook
    #: ``exit_code``: the last event before the process ends.
    quit: EventHook
    #: ``environment, runner, web_ui``: everything is set up; once per process.
    init: EventHook
    #: ``parser``: the moment to add command line options.
    init_command_line_parser: EventHook
    #: ``environment``: a test starts, before any user exists.
    test_start: EventHook
    #: ``environment``: a test is about to stop, its users still run.
    test_stopping: EventHook
    #: ``environment``: a test stopped, its users are gone.
    test_stop: EventHook
    #: no arguments: statistics were reset in the web page.
    reset_stats: EventHook
    #: ``environment, cpu_usage`` (percent): this process uses more CPU than is good for the measurement.
    cpu_warning: EventHook
    #: ``client_id, timestamp``: the master answered a worker's heartbeat.
    heartbeat_sent: EventHook
    #: ``client_id, timestamp``: a worker heard the master's heartbeat.
    heartbeat_received: EventHook
    #: ``environment, cpu_usage`` (percent), ``memory_usage`` (bytes): measured every ten seconds.
    usage_monitor: EventHook

    def __init__(self) -> None:
        for name in Events.__annotations__:
            setattr(self, name, EventHook())
