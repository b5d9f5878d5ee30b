"""Runners: start, steer and stop the users of a test."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Any

import gevent
from gevent.event import Event
from gevent.pool import Group

from . import log
from ._error_log import ErrorLog
from ._native.messages import connect as connect_native_messages
from ._native.users import NativeUsers
from ._runner import shape_loop, stopping, usage
from ._runner.generator import GeneratorWatch
from ._runner.guard import kill_other, run_guarded
from ._runner.messages import CustomMessages
from ._runner.nodes import WorkerNode, WorkerNodes
from ._runner.scenario_errors import ExceptionDict, TracebackTexts
from ._runner.spawning import spawn
from ._runner.user_group import Group as UserGroup
from .stats import note_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from gevent import Greenlet

    from .dispatch import UsersDispatcher
    from .env import Environment
    from .stats import RequestStats
    from .user import User

__all__ = [
    "CONNECT_RETRY_COUNT",
    "CONNECT_TIMEOUT",
    "CPU_MONITOR_INTERVAL",
    "CPU_WARNING_THRESHOLD",
    "FALLBACK_INTERVAL",
    "HEARTBEAT_DEAD_INTERNAL",
    "HEARTBEAT_INTERVAL",
    "HEARTBEAT_LIVENESS",
    "MASTER_HEARTBEAT_TIMEOUT",
    "STATE_CLEANUP",
    "STATE_INIT",
    "STATE_MISSING",
    "STATE_RUNNING",
    "STATE_SPAWNING",
    "STATE_STOPPED",
    "STATE_STOPPING",
    "WORKER_LOG_REPORT_INTERVAL",
    "WORKER_REPORT_INTERVAL",
    "DistributedRunner",
    "ExceptionDict",
    "LocalRunner",
    "MasterRunner",
    "Runner",
    "WorkerNode",
    "WorkerNodes",
    "WorkerRunner",
    "locust_exception_handler",
]

logger = logging.getLogger("locust.runners")

STATE_INIT, STATE_SPAWNING, STATE_RUNNING, STATE_CLEANUP, STATE_STOPPING, STATE_STOPPED, STATE_MISSING = (
    "ready",
    "spawning",
    "running",
    "cleanup",
    "stopping",
    "stopped",
    "missing",
)

# Tunables, read at the moment of use: assign to them as attributes of this module. Seconds unless said otherwise.
WORKER_REPORT_INTERVAL = 3.0
WORKER_LOG_REPORT_INTERVAL = 10
CPU_MONITOR_INTERVAL = 10.0
CPU_WARNING_THRESHOLD = 90  # percent
HEARTBEAT_INTERVAL = 1
HEARTBEAT_LIVENESS = 3  # beats
HEARTBEAT_DEAD_INTERNAL = -60  # beats
MASTER_HEARTBEAT_TIMEOUT = 60
FALLBACK_INTERVAL = 5
CONNECT_TIMEOUT = 5
CONNECT_RETRY_COUNT = 60  # times


class Runner:
    """What all runners share: users, state, statistics, messages. One per environment."""

    #: Ordinal of this node among the workers; absent on a master.
    worker_index: int

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        #: The greenlets of all users.
        self.user_greenlets = UserGroup()
        #: The users that are written in C++.
        self.native_users = NativeUsers(self)
        #: Greenlets of the runner itself; its ``join()`` returns after ``quit()``.
        self.greenlet = Group()
        self.state = STATE_INIT
        self.spawning_greenlet: Greenlet[..., Any] | None = None
        self.shape_greenlet: Greenlet[..., Any] | None = None
        self.shape_last_tick: Any = None
        self.current_cpu_usage: float = 0.0
        self.current_memory_usage: int = 0
        self.cpu_warning_emitted = False
        self.worker_cpu_warning_emitted = False
        #: Exceptions that left a task: one row per distinct traceback.
        self.exceptions: dict[int, ExceptionDict] = {}
        #: Wanted number of users, known before the ramp begins.
        self.target_user_count = 0
        #: Wanted number per class, known when the ramp is done.
        self.target_user_classes_count: dict[str, int] = {}
        #: What was alive when the last test stopped.
        self.final_user_classes_count: dict[str, int] = {}
        self.connection_broken = False
        #: Users per second that the last start asked for.
        self.target_spawn_rate: float | None = None
        #: Why the test ended by itself, if an error did it.
        self.stopped_by: str | None = None
        self._messages = CustomMessages()
        self._generator = GeneratorWatch()
        self._users_dispatcher: UsersDispatcher | None = None
        self._traceback_texts = TracebackTexts()
        self._stopper: Any = None
        self._stop_is_done = Event()
        self._quit_after_stop = False
        self._add_listeners()
        connect_native_messages(self)
        self.greenlet.spawn(lambda: self.guarded(self.monitor_cpu_and_memory))
        self.greenlet.spawn(lambda: self.guarded(note_seconds, self))

    def _add_listeners(self) -> None:
        events = self.environment.events
        events.request.add_listener(self._make_request_listener())
        events.spawning_complete.add_listener(self._on_spawning_complete)

    def _make_request_listener(self) -> Callable[..., None]:
        def _record_request(
            request_type: str,
            name: str,
            response_time: float | None,
            response_length: int,
            exception: Any = None,
            **_: Any,
        ) -> None:
            stats = self.stats
            stats.log_request(request_type, name, response_time, response_length)
            if exception:
                stats.log_error(request_type, name, exception)

        # The engine counts by itself, without calling anybody, where this is the only listener.
        _record_request._acrida_statistics = self  # type: ignore[attr-defined]
        return _record_request

    def _on_spawning_complete(self, user_count: int) -> None:
        self.native_users.fire_spawning_complete(user_count)
        self.update_state(STATE_RUNNING)
        if self.environment.reset_stats:
            logger.info("Resetting stats\n")
            self.stats.reset_all()

    @property
    def user_classes(self) -> list[type[User]]:
        """The classes of the environment."""
        return self.environment.user_classes

    @property
    def user_classes_by_name(self) -> dict[str, type[User]]:
        """The classes of the environment by their names."""
        return self.environment.user_classes_by_name

    @property
    def stats(self) -> RequestStats:
        """The statistics of the environment."""
        return self.environment.stats

    @property
    def errors(self) -> dict[str, Any]:
        """Failed requests: one row per method, name and error text."""
        errors: dict[str, Any] = self.stats.errors
        return errors

    @property
    def user_count(self) -> int:
        """How many users live."""
        return len(self.user_greenlets) + self.native_users.alive()

    @property
    def user_classes_count(self) -> dict[str, int]:
        """How many users of each class live."""
        names = [cls.__name__ for cls in self.user_classes]
        return {name: self.user_greenlets.count(name) + self.native_users.count(name) for name in names}

    @property
    def custom_messages(self) -> dict[str, tuple[Callable[..., None], bool]]:
        """Registered message types: listener, and whether it runs in a greenlet of its own."""
        return self._messages.listeners

    def generator_report(self) -> dict[str, Any]:
        """What this process sent since the test began, and the delays it added itself; see GeneratorWatch.report."""
        report = self._generator.report()
        for name, count in self.native_users.counters().items():
            report[name] += count
        return report

    def update_state(self, new_state: str) -> None:
        """Change the state of the run."""
        logger.debug("Updating state to '%s', old state was '%s'", new_state, self.state)
        self.state = new_state
        # The page must know it also if a user takes the turn from here on and never gives it back.
        if show := getattr(self.environment.web_ui, "_show_state", None):
            show()

    def cpu_log_warning(self) -> bool:
        """Say again, at the end, that the processor was too busy; True if it was."""
        return usage.warn_at_end(self)

    def monitor_cpu_and_memory(self) -> None:
        """Measure this process for ever."""
        usage.watch_usage(self)

    def spawn_users(self, user_classes_spawn_count: dict[str, int], wait: bool = False) -> list[User]:
        """Create and start users now, past the dispatcher, and return them; with ``wait`` when all have ended."""
        if self.state in (STATE_INIT, STATE_STOPPED):
            self.update_state(STATE_SPAWNING)
        logger.debug(
            "Spawning additional %s (%s already running)...", user_classes_spawn_count, self.user_classes_count
        )
        users = spawn(self, user_classes_spawn_count)
        if wait:
            self.user_greenlets.join()
            logger.info("All users stopped\n")
        return users

    def stop_users(self, user_classes_stop_count: dict[str, int]) -> None:
        """End so many users of each class, the youngest first, and wait until they are gone."""
        self.native_users.ask_to_stop(user_classes_stop_count)
        leaving = [
            user
            for name, count in user_classes_stop_count.items()
            for user in self.user_greenlets.mark_leaving(name, count)
        ]
        current = gevent.getcurrent()
        stopping.end_users((user for user in leaving if user.greenlet is not current), self._stop_timeout)
        for user in leaving:
            if user.greenlet is current:
                stopping.leave_soon(user, self._stop_timeout)
        self.native_users.wait_until_gone(self._stop_timeout)

    @property
    def _stop_timeout(self) -> float:
        return self.environment.stop_timeout or 0.0

    def start(
        self, user_count: int, spawn_rate: float, wait: bool = False, user_classes: list[type[User]] | None = None
    ) -> None:
        """Start a test, or change the number of users of the one that runs. ``spawn_rate`` is in users per second."""
        raise NotImplementedError

    def start_shape(self) -> None:
        """Let the environment's shape drive the test; refused while it already does."""
        if self.shape_greenlet:
            logger.info("There is an ongoing shape test running. Editing is disabled")
            return
        assert self.environment.shape_class is not None
        logger.info("Shape test starting.")
        self.update_state(STATE_INIT)
        self.shape_last_tick = None
        self.shape_greenlet = self.greenlet.spawn(lambda: self.guarded(self.shape_worker))  # type: ignore[misc]
        self.environment.shape_class.reset_time()

    def shape_worker(self) -> None:
        """Follow the shape until it or the test ends."""
        shape_loop.follow_shape(self)

    def stop(self) -> None:
        """End all users, then the test. Nothing happens if it is stopped; a stop in progress is waited for."""
        if self._stopper is not None:
            # Waiting for ourselves, or as a user whom the one that stops is waiting for, would last for ever.
            if self._called_by_a_user():
                gevent.sleep(0)  # a user who is being killed ends here: what follows its quit() is not reached
            elif self._stopper is not gevent.getcurrent():
                self._stop_is_done.wait()
            return
        if self.state == STATE_STOPPED:
            return
        logger.debug("Stopping all users (called from %s)", _caller())
        self._stopper = gevent.getcurrent()
        self._stop_is_done.clear()
        try:
            self._stop()
        finally:
            self._stopper = None
            self._stop_is_done.set()
        self._end_caller()
        if self._quit_after_stop:
            self.greenlet.kill(block=True)

    def _stop(self) -> None:
        self.environment.events.test_stopping.fire(environment=self.environment)
        self._stop_test()
        self.environment.events.test_stop.fire(environment=self.environment)

    def _stop_test(self) -> None:
        self.final_user_classes_count = self.user_classes_count
        self.update_state(STATE_CLEANUP)
        self._cancel_ramp()
        self._cancel_shape()
        self._end_all_users()
        ErrorLog.flush_all()
        self._users_dispatcher = None
        self.update_state(STATE_STOPPED)
        self.cpu_log_warning()

    def _cancel_ramp(self) -> None:
        kill_other(self.spawning_greenlet)

    def _cancel_shape(self) -> None:
        if self.shape_greenlet is not None:
            kill_other(self.shape_greenlet)
            self.shape_greenlet = None
            self.shape_last_tick = None

    def _end_all_users(self) -> None:
        self.native_users.ask_to_stop(self.native_users.counts_staying())
        current = gevent.getcurrent()
        for name in {type(user).__name__ for user in self.user_greenlets.users()}:
            self.user_greenlets.mark_leaving(name, self.user_greenlets.count(name))
        stopping.end_users(
            [user for user in self.user_greenlets.users() if user.greenlet is not current], self._stop_timeout
        )
        self.native_users.wait_until_gone(self._stop_timeout)
        self.native_users.end()

    def _called_by_a_user(self) -> bool:
        return gevent.getcurrent() in self.user_greenlets  # type: ignore[operator]

    def _end_caller(self) -> None:
        current = gevent.getcurrent()
        for user in self.user_greenlets.users() if self._called_by_a_user() else ():
            if user.greenlet is current:
                stopping.leave_soon(user, self._stop_timeout)
                return

    def quit(self) -> None:
        """Stop the test and end the runner's own greenlets, so that ``runner.greenlet.join()`` returns."""
        self.stop()
        if self._stopper is not None:
            self._quit_after_stop = True
        else:
            self.greenlet.kill(block=True)

    def log_exception(self, node_id: str, msg: str, formatted_tb: str) -> None:
        """Count an exception of a scenario under its traceback."""
        row = self.exceptions.setdefault(
            hash(formatted_tb), {"count": 0, "msg": msg, "traceback": formatted_tb, "nodes": set()}
        )
        row["count"] += 1
        row["nodes"].add(node_id)

    def _count_exceptions(self, node_id: str, msg: str, formatted_tb: str, count: int) -> None:
        self.log_exception(node_id, msg, formatted_tb)
        if (row := self.exceptions.get(hash(formatted_tb))) and count > 1:
            row["count"] += count - 1

    def _log_native_exceptions(self, msg: str, place: str, count: int) -> None:
        # Of a user written in C++: no traceback, and no user_error.
        self._count_exceptions("local", msg, place, count)

    def register_message(self, msg_type: str, listener: Callable[..., None], concurrent: bool = False) -> None:
        """Have ``listener(environment=, msg=)`` called for messages of this type; Exception if it has one already."""
        self._messages.register(msg_type, listener, concurrent)

    def send_message(self, msg_type: str, data: Any = None, client_id: str | None = None) -> None:
        """Send a message to the other nodes; which ones depends on the kind of runner."""
        raise NotImplementedError

    def guarded(self, function: Callable[..., Any], *args: Any) -> None:
        """Run a background job: what it raises is logged, and StopTest ends the test."""
        run_guarded(self, function, *args)


def locust_exception_handler(environment: Environment) -> Callable[[Greenlet[..., Any]], None]:
    """A function for ``greenlet.link_exception`` that logs what the greenlet raised."""
    return log.greenlet_exception_logger(logger)


def _caller() -> str:
    frame = sys._getframe(1).f_back
    while frame is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    if frame is None:
        return "a greenlet of its own"
    return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"


# They subclass Runner, so they come last.
from ._runner.distributed import DistributedRunner, MasterRunner, WorkerRunner  # noqa: E402
from ._runner.local import LocalRunner  # noqa: E402
