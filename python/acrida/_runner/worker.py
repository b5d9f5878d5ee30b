"""The runner of a worker: runs users as its master tells it, and reports what they did."""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import TYPE_CHECKING, Any, NoReturn

import gevent
from gevent.event import Event

from .. import _core
from .._version import __version__
from ..rpc.protocol import Message
from .distributed import VERSION, DistributedRunner, ServerOrClient
from .guard import kill_other
from .messages import CustomMessages
from .spread import spread
from .swarm_events import deliver, log_line, pack, unpack
from .waits import wait_before_ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from gevent import Greenlet

    from ..env import Environment

logger = logging.getLogger("locust.runners")

#: Keys of a report that the engine writes itself.
_OWN_KEYS = {"stats", "stats_total", "errors", "user_classes_count", "user_count"}
#: Options of the master that a worker takes over although it has them itself.
_TAKEN_OVER = {"expect_workers", "tags", "exclude_tags"}


class WorkerRunner(DistributedRunner):
    """Runs users as a master tells it. Waits for the master when it is made: ConnectionError without an answer."""

    def __init__(self, environment: Environment, master_host: str, master_port: int) -> None:
        super().__init__(environment)
        from .. import runners

        self.worker_index = -1
        self.worker_state = runners.STATE_INIT
        self.client_id = CustomMessages.new_node_id()
        self.master_host = master_host
        self.master_port = master_port
        self.last_received_spawn_timestamp = 0.0
        self._run_of_statistics = 0
        self._answered = Event()
        self._farewell = Event()
        self._gave_up: int | None = None
        self._has_quit = False
        #: In which listeners of the start of a test are called.
        self._beginning: Greenlet[..., Any] | None = None
        self._begun_run: int | None = None
        self._is_made = False
        self._log_forwarder: _LogForwarder | None = None
        self._node = _core.WorkerNode(
            host=master_host,
            port=int(master_port),
            client_id=self.client_id,
            version=VERSION,
            software=f"acrida {__version__}",
            join_secret=self._option("join_secret", ""),
            connect_retries=runners.CONNECT_RETRY_COUNT,
            connect_wait=float(runners.CONNECT_TIMEOUT),
            report_interval=float(runners.WORKER_REPORT_INTERVAL),
            heartbeat_interval=float(runners.HEARTBEAT_INTERVAL),
            log_interval=float(runners.WORKER_LOG_REPORT_INTERVAL),
            silence_limit=float(runners.MASTER_HEARTBEAT_TIMEOUT),
            wait_before_ready=wait_before_ready(),
        )
        self.client = ServerOrClient(self, master_port)
        if runners.WORKER_LOG_REPORT_INTERVAL >= 0:
            self._log_forwarder = _LogForwarder.install(self._node)
        environment.events.user_error.add_listener(self._on_user_error)
        environment.events.usage_monitor.add_listener(self._on_usage)
        environment.events.quitting.add_listener(self._on_quitting)
        self._follow(self._node, self._handlers())
        self.greenlet.spawn(lambda: self.guarded(self._tell_progress))
        self._node.begin()
        self._answered.wait()
        if self._gave_up is not None:
            self._node.close()
            raise ConnectionError()
        self._is_made = True

    @property
    def connected(self) -> bool:
        """Has the master answered?"""
        return self._node.is_connected

    def _handlers(self) -> dict[str, Callable[..., None]]:
        events = self.environment.events
        return {
            "log": log_line,
            "state": self._on_state,
            "message": self._on_message,
            "connected": self._on_connected,
            "give_up": self._on_give_up,
            "look_at_master": self._on_look_at_master,
            "apply_users": self._on_apply_users,
            "stop_users": self._on_stop_users,
            "quit_wanted": self._on_quit_wanted,
            "farewell": self._farewell.set,
            "swarm_complete": lambda user_count: events.spawning_complete.fire(user_count=user_count),
            "update_user_class": lambda data: self.environment.update_user_class(unpack(data)),
            "heartbeat_received": lambda at: events.heartbeat_received.fire(client_id=self.client_id, timestamp=at),
            "take_report": self._on_take_report,
        }

    # Connection

    def _on_connected(self, index: int) -> None:
        self.worker_index = index
        self._answered.set()

    def _on_give_up(self, exit_code: int) -> None:
        self._gave_up = exit_code
        if not self._answered.is_set():
            self._answered.set()
            return
        logger.error("The connection to the master is over: ending with exit code %d.", exit_code)
        self.environment.process_exit_code = exit_code
        self._farewell.set()
        gevent.spawn(self._end_greenlets)

    def _on_look_at_master(self) -> None:
        gevent.spawn(self._look_at_master)

    def _look_at_master(self) -> None:
        if gevent.get_hub().threadpool.apply(_core.encrypts, (self.master_host, self.master_port)):
            self._node.master_encrypts()

    def _on_state(self, state: str) -> None:
        self.worker_state = state
        self.update_state(state)

    def _tell_progress(self) -> NoReturn:
        counted, tick = -1, 0
        while True:
            self._node.is_alive()
            if tick % 2 == 0:
                self._node.set_users(self._counts())
                counted = self._tell_counted(counted)
            tick += 1
            gevent.sleep(0.5)

    def _tell_counted(self, told: int) -> int:
        counted = self._reported_requests + self.stats.total.num_requests
        if counted != told:
            self._node.set_counted(counted)
        return counted

    def _counts(self) -> list[tuple[str, int]]:
        return list(self.user_classes_count.items())

    # Users

    def start(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Not here: a worker does what its master says."""
        raise NotImplementedError("use start_worker")

    def _on_apply_users(
        self,
        number: int,
        is_new_test: bool,
        counts: dict[str, int],
        host: str | None,
        stop_timeout: float | None,
        options: bytes,
        run: int,
        *spread_over: float,
    ) -> None:
        kill_other(self.spawning_greenlet)
        self.last_received_spawn_timestamp = time.time()
        self._take_over(host, stop_timeout, unpack(options))
        if is_new_test:
            # By itself: a later order ends the spawning of this one, but not what listeners do at the start.
            before = self._beginning
            self._beginning = self.greenlet.spawn(
                lambda: self.guarded(self._begin_test, run, before)  # type: ignore[misc]
            )
        self.spawning_greenlet = self.greenlet.spawn(
            lambda: self.guarded(self._apply_users, number, counts, *spread_over)  # type: ignore[misc]
        )

    def _apply_users(
        self, number: int, counts: dict[str, int], spread_seconds: float = 0, spread_offset: float = 0
    ) -> None:
        if self._beginning is not None:
            self._beginning.join()
            if self._begun_run != self._run_of_statistics:
                return  # an error at the start of the test, which has been logged
        self.start_worker(counts, spread_seconds, spread_offset)
        self._node.set_users(self._counts())
        self._node.batch_applied(number, self._counts())

    def _take_over(self, host: str | None, stop_timeout: float | None, options: dict[str, Any]) -> None:
        self.environment.host = host
        self.environment.stop_timeout = stop_timeout or 0.0
        own = self.environment.parsed_options
        if own is not None and options:
            from ..argument_parser import default_args_dict

            built_in = default_args_dict()
            for name, value in options.items():
                if name not in built_in or name in _TAKEN_OVER:
                    setattr(own, name, value)
        if host:
            for user_class in self.user_classes:
                user_class.host = host

    def _begin_test(self, run: int, before: Greenlet[..., Any] | None) -> None:
        if before is not None:
            before.join()
        self.stats.clear_all()
        self._run_of_statistics = run
        self._begun_run = None
        self._reported_requests = 0
        self._generator.begin()
        self.exceptions = {}
        self.cpu_warning_emitted = False
        self.worker_cpu_warning_emitted = False
        self.environment._filter_tasks_by_tags()
        self.environment.events.test_start.fire(environment=self.environment)
        self._begun_run = run

    def start_worker(
        self, user_classes_count: dict[str, int], spread_seconds: float = 0, spread_offset: float = 0, **_: Any
    ) -> None:
        """Bring the users to these numbers: new ones first, stopping the surplus may take its time."""
        wanted = {name: count for name, count in user_classes_count.items() if name in self.user_classes_by_name}
        for name in set(user_classes_count) - set(wanted):
            if user_classes_count[name]:
                logger.error("The master asks for users of a class that is not here: %s", name)
        self.target_user_classes_count = user_classes_count
        self.target_user_count = sum(user_classes_count.values())
        staying = {name: self.user_greenlets.count_staying(name) for name in wanted}
        new = {name: count - staying[name] for name, count in wanted.items() if count > staying[name]}
        if spread_seconds > 0:
            spread(new, spread_seconds, spread_offset, self.spawn_users)
        else:
            self.spawn_users(new)
        surplus = {name: staying[name] - count for name, count in wanted.items() if count < staying[name]}
        if surplus:
            self.stop_users(surplus)

    def _on_stop_users(self, number: int) -> None:
        gevent.spawn(self._stop_users_of_run, number)

    def _stop_users_of_run(self, number: int) -> None:
        self.stop()
        self._node.set_users(self._counts())
        self._node.users_stopped(number)

    def _on_quit_wanted(self, number: int, reason: str) -> None:
        if reason:
            logger.info("%s", reason)
        gevent.spawn(self._leave, number)

    def _leave(self, number: int) -> None:
        self._stop_users_of_run(number)
        self._farewell.wait()
        self._end_greenlets()

    # Results

    _reported_requests = 0

    def _on_take_report(self, number: int) -> None:
        self._when_made(self._report, number)

    def _report(self, number: int) -> None:
        data: dict[str, Any] = {}
        self.environment.events.report_to_master.fire(client_id=self.client_id, data=data)
        extra = {key: value for key, value in data.items() if key not in _OWN_KEYS}
        self._reported_requests += self.stats.total.num_requests
        self._node.on_report(
            number,
            self.stats._core,
            time.time(),
            self._counts(),
            b"".join(pack(key) + pack(value) for key, value in extra.items()),
            len(extra),
            self._run_of_statistics,
        )
        self.stats._new_errors()

    def _send_stats(self) -> None:
        """For plugins that want a report now and not at the end of ``WORKER_REPORT_INTERVAL``."""
        self._node.report_now()

    def _on_user_error(self, user_instance: Any, exception: BaseException, tb: Any) -> None:
        self._node.send_exception(str(exception), self._traceback_texts.of(tb))

    def _log_native_exceptions(self, msg: str, place: str, count: int) -> None:
        self._node.send_exception(msg, place, count)

    def _on_usage(self, environment: Environment, cpu_usage: float, memory_usage: int, **_: Any) -> None:
        self._node.set_usage(float(cpu_usage), int(memory_usage))

    # End

    def _on_quitting(self, environment: Environment, **_: Any) -> None:
        """The process ends by itself: users first, then the last report."""
        if self._farewell.is_set() or self._gave_up is not None:
            return
        self._node.quit()
        self._farewell.wait()

    def quit(self) -> None:
        """End all users, hand in the last results, say goodbye to the master, and end the runner's own greenlets."""
        if self._has_quit:
            return
        if self._gave_up is None and not self._farewell.is_set():
            self._node.quit()
            if self._must_not_wait():
                return
            self._farewell.wait()
        self._has_quit = True
        self.stop()
        if self._log_forwarder:
            self._log_forwarder.remove()
        self._node.close()
        self.greenlet.kill(block=True)

    def _end_greenlets(self) -> None:
        self.greenlet.kill(block=True)

    # Messages

    def send_message(self, msg_type: str, data: Any = None, client_id: str | None = None) -> None:
        """To the master."""
        logger.debug("Sending %s message to master", msg_type)
        self._node.send_custom(msg_type, pack(data))

    def _when_made(self, work: Callable[..., None], *arguments: Any) -> None:
        # Whoever makes the runner goes first and fires `init`, whose listeners add to reports and wait for messages.
        if self._is_made:
            work(*arguments)
        else:
            self.greenlet.spawn(lambda: self.guarded(work, *arguments))

    def _on_message(self, msg_type: str, data: bytes, node_id: str, index: int) -> None:
        self._when_made(
            deliver,
            self._messages,
            self.environment,
            Message(msg_type, unpack(data), node_id),
            f"Unknown message type received: {msg_type}",
            self.greenlet.spawn,
        )


class _LogForwarder(logging.Handler):
    """Gives every formatted line to the node, which sends them to the master now and then."""

    def __init__(self, node: _core.WorkerNode, formatter: logging.Formatter | None) -> None:
        super().__init__()
        self._node = node
        self._pid = os.getpid()
        self.setFormatter(formatter)

    @classmethod
    def install(cls, node: _core.WorkerNode) -> _LogForwarder | None:
        """Beside the handler that keeps the lines for the page; None where logging was not set up."""
        kept = next((each for each in logging.getLogger().handlers if each.name == "log_reader"), None)
        if kept is None:
            return None
        handler = cls(node, kept.formatter)
        for name in ("", "locust", "locust.stats_logger"):
            logging.getLogger(name).addHandler(handler)
        return handler

    def remove(self) -> None:
        """No line more."""
        for name in ("", "locust", "locust.stats_logger"):
            logging.getLogger(name).removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        if os.getpid() == self._pid and not sys.is_finalizing():
            self._node.add_log_line(self.format(record))
