"""The runner of a master: starts, steers and stops a swarm, and has its statistics."""

from __future__ import annotations

import errno
import logging
import os
import sys
from typing import TYPE_CHECKING, Any

import gevent
from gevent.event import Event

from .. import _core
from .._shipping import archive as shipping
from .._shipping.collect import Collection
from .._stats.own_requests import OwnRequests
from ..rpc.protocol import Message
from .dealing import Dealing
from .distributed import VERSION, DistributedRunner, ServerOrClient
from .guard import kill_other
from .nodes import WorkerNode, WorkerNodes
from .swarm_events import deliver, log_line, pack, unpack
from .waits import report_wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..env import Environment
    from ..user import User

logger = logging.getLogger("locust.runners")

#: Options that every worker has of its own, whatever the master's are.
_JOINED_BY = ("join_secret",)


class MasterRunner(DistributedRunner):
    """Runs no users itself: tells workers what to run and adds up their reports."""

    def __init__(self, environment: Environment, master_bind_host: str, master_bind_port: int) -> None:
        super().__init__(environment)
        self.master_bind_host = master_bind_host
        self.master_bind_port = master_bind_port
        self.target_spawn_rate: float = 0
        self._known = WorkerNodes()
        self._dealing = Dealing(self)
        self._ramp_ended = Event()
        self._run_ended = Event()
        self._quit_ended = Event()
        self._is_cleared = False
        self._has_quit = False
        self._node = self._listen()
        self._has_resumed = bool(self._option("resume", "")) and self._resumes()
        self.server = ServerOrClient(self, self._node.port)
        environment.stats._reset_elsewhere = self._node.reset_statistics
        environment.stats._own_requests = OwnRequests(environment.stats, self._node)
        self._node.set_locustfiles(pack(_locustfiles(environment)))
        self._collection: Collection | None = Collection(
            environment.parsed_locustfiles or [], self._option("locustfile", ""), self._option("ship", "")
        )
        self._follow(self._node, self._handlers())
        self.greenlet.spawn(lambda: self.guarded(self._watch_listeners))
        environment.events.quitting.add_listener(self._on_quitting)

    def _listen(self) -> _core.MasterNode:
        host = self.master_bind_host
        try:
            return _core.MasterNode(
                host=host,
                port=int(self.master_bind_port),
                version=VERSION,
                is_headless=bool(self._option("headless", False)),
                enables_rebalancing=bool(self._option("enable_rebalancing", False)),
                join_secret=self._option("join_secret", ""),
                resume_file=self._option("resume", ""),
                report_wait=report_wait(),
            )
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                logger.error("%s", error.strerror or error)
                sys.exit(1)
            where = self.master_bind_port if host == "*" else f"{host}:{self.master_bind_port}"
            logger.error(
                "The Locust master port (%s) was busy. Close any applications using that port - perhaps an old "
                "instance of Locust master is still running? (Socket bind failure: %s)",
                where,
                os.strerror(errno.EADDRINUSE),
            )
            sys.exit(1)

    def _resumes(self) -> bool:
        from ..runners import STATE_RUNNING, STATE_SPAWNING

        state = self._node.state
        self.update_state(state)
        return state in (STATE_SPAWNING, STATE_RUNNING)

    def _handlers(self) -> dict[str, Callable[..., None]]:
        events = self.environment.events
        return {
            "log": log_line,
            "state": self.update_state,
            "message": self._on_message,
            "worker_connected": lambda client_id, index: events.worker_connect.fire(client_id=client_id),
            "report": lambda client_id, data: events.worker_report.fire(client_id=client_id, data=unpack(data)),
            "heartbeat_sent": lambda client_id, at: events.heartbeat_sent.fire(client_id=client_id, timestamp=at),
            "exception": self._count_exceptions,
            "logs": lambda worker_id, lines: self.environment.update_worker_logs(
                {"worker_id": worker_id, "logs": lines}
            ),
            "statistics": self._on_statistics,
            "entry": self._on_entry,
            "error": lambda row: row.put_into(self.stats._core, False),
            "spawning_completed": self._on_ramp_complete,
            "workers_changed": self._on_workers_changed,
            "run_stopped": lambda has_timed_out: self._run_ended.set(),
            "stop_wanted": self._on_stop_wanted,
            "quit_finished": self._on_quit_finished,
            "shipment_wanted": self._on_shipment_wanted,
            "locustfile_wanted": lambda peer: self._node.set_locustfiles(pack(_locustfiles(self.environment))),
        }

    def _on_shipment_wanted(self) -> None:
        collection, self._collection = self._collection, None
        if collection is None:
            return
        try:
            archive = collection.read()
            data, sha256 = shipping.pack(archive)
        except shipping.ArchiveError as error:
            logger.error("Workers with -f - get nothing. %s", error)
            self._node.set_shipment(b"", "", f"the master cannot send its locustfiles. {error}")
            return
        logger.debug("Workers with -f - get %d files: %s", len(archive.files), ", ".join(archive.files))
        self._node.set_shipment(data, sha256, "")

    # What there is

    @property
    def clients(self) -> WorkerNodes:
        """The workers, as they are now."""
        rows = {row[0]: row for row in self._node.nodes()}
        for gone in [known for known in self._known if known not in rows]:
            del self._known[gone]
        for name, row in rows.items():
            node = self._known.get(name)
            if node is None:
                node = self._known[name] = WorkerNode(name)
            node._update(row)
        return self._known

    @property
    def user_count(self) -> int:
        """How many users the workers have reported."""
        return self._node.user_count

    @property
    def user_classes_count(self) -> dict[str, int]:
        """How many users of each class the workers have reported."""
        return self._node.user_classes_count

    @property
    def reported_user_classes_count(self) -> dict[str, int]:
        """The same, under Locust's name."""
        return self._node.user_classes_count

    @property
    def worker_count(self) -> int:
        """Workers that are ready, spawning or running."""
        return self._node.worker_count

    @property
    def worker_indexes(self) -> dict[str, int]:
        """The ordinal of each worker."""
        return {row[0]: row[1] for row in self._node.nodes()}

    def get_worker_index(self, client_id: str) -> int:
        """The worker's ordinal, the same whenever it comes back; -1 for one that never came."""
        return self.worker_indexes.get(client_id, -1)

    @property
    def is_resumed(self) -> bool:
        """Does it go on with the run of a master before it (``--resume``)?"""
        return self._has_resumed

    @property
    def spawn_rate(self) -> float:
        """Of the last start."""
        return self.target_spawn_rate

    @property
    def spawning_completed(self) -> bool:
        """All users of the last start are there."""
        return self._ramp_ended.is_set()

    def rebalancing_enabled(self) -> bool:
        """Are users dealt anew when workers come or go?"""
        return bool(self._option("enable_rebalancing", False))

    def gaps(self) -> list[dict[str, Any]]:
        """What lost workers had counted and never delivered, as far as it is known."""
        names = ("worker", "why", "known_missing", "unknown_seconds", "requests_per_second")
        return [dict(zip(names, row, strict=True)) for row in self._node.gaps()]

    # Start

    def start(
        self, user_count: int, spawn_rate: float, wait: bool = False, user_classes: list[type[User]] | None = None
    ) -> None:
        """Start or change the test; returns when all users have been spawned, or when a stop came between."""
        from ..runners import STATE_SPAWNING

        if self._must_not_wait():
            gevent.spawn(self.start, user_count, spawn_rate, wait, user_classes)
            return
        self.target_user_count = user_count
        self.target_spawn_rate = spawn_rate
        kind = self._node.start_kind()
        if kind != "no workers":
            if kind == "new test":
                self._begin_test()
            self._ramp_ended.clear()
            self.update_state(STATE_SPAWNING)
        self._node.start(
            users=int(user_count),  # shapes compute floats
            spawn_rate=float(spawn_rate),
            classes=None if user_classes is None else [cls.__name__ for cls in user_classes],
            user_classes=[(cls.__name__, float(cls.weight), int(cls.fixed_count)) for cls in self.user_classes],
            host=self.environment.host,
            stop_timeout=self._stop_timeout,
            parsed_options=pack(
                _plain(vars(self.environment.parsed_options) if self.environment.parsed_options else {})
            ),
            is_dealt_elsewhere=self._dealing.is_wanted,
        )
        if kind != "no workers":
            if self._dealing.is_wanted:
                self._dealing.run(user_count, spawn_rate, user_classes)
            self._ramp_ended.wait()

    def _begin_test(self) -> None:
        self._users_dispatcher = None
        self.exceptions = {}
        self.stats.clear_all()
        self._is_cleared = True
        self._generator.begin()
        self._node.begin_test()
        self.environment._filter_tasks_by_tags()
        self.environment.events.test_start.fire(environment=self.environment)

    def start_shape(self) -> None:
        """As in one process; the state is "ready" until the shape's first answer."""
        if not self.shape_greenlet:
            self._node.shape_started()
        super().start_shape()

    def _on_statistics(self, row: _core.SwarmRow) -> None:
        if not self._is_cleared:
            self.stats.clear_all()
        self._is_cleared = False
        row.put_into(self.stats._core, True)
        self.stats._refresh_total()

    def _on_entry(self, row: _core.SwarmRow) -> None:
        row.put_into(self.stats._core, False)
        self.stats.entries.refresh(row.name_and_method)

    def _on_ramp_complete(self, user_count: int) -> None:
        self.target_user_classes_count = self._node.target_user_classes_count
        self.environment.events.spawning_complete.fire(user_count=user_count)
        self._ramp_ended.set()

    def _on_workers_changed(self) -> None:
        from ..runners import STATE_RUNNING

        if self._dealing.workers_changed() and self.state == STATE_RUNNING:
            self.greenlet.spawn(lambda: self.guarded(self.start, self.target_user_count, self.target_spawn_rate))

    # Stop

    def stop(self, send_stop_to_client: bool = True) -> None:
        """Have all workers stop their users, and wait until they have; a ramp in progress is cancelled.

        Without ``send_stop_to_client`` workers are told nothing: whoever calls it sends them home in their own way.
        """
        if not send_stop_to_client:
            self._stop(tells_workers=False)
        elif self._must_not_wait():
            gevent.spawn(self.stop)
        else:
            super().stop()

    def _stop(self, tells_workers: bool = True) -> None:
        from ..runners import STATE_INIT, STATE_STOPPED, STATE_STOPPING

        if self.state in (STATE_INIT, STATE_STOPPED, STATE_STOPPING):
            return
        self.environment.events.test_stopping.fire(environment=self.environment)
        self.final_user_classes_count = self.user_classes_count
        self._cancel_shape()
        self._run_ended.clear()
        self._dealing.cancel()
        self._node.stop(tells_workers)
        self._ramp_ended.set()
        if tells_workers:
            self._run_ended.wait()
        else:
            self.update_state(STATE_STOPPING)
        self.environment.events.test_stop.fire(environment=self.environment)

    def quit(self) -> None:
        """Stop the test, send all workers home, wait for their last results, and end the runner's own greenlets."""
        if self._must_not_wait():
            gevent.spawn(self.quit)
            return
        if self._has_quit:
            return
        self._has_quit = True
        self._send_home()
        self._node.close()
        kill_other(self.shape_greenlet)
        self.greenlet.kill(block=True)

    def _on_quitting(self, environment: Environment, **_: Any) -> None:
        # Before the exit code is decided: the last results count for it.
        self._send_home()

    def _send_home(self) -> None:
        from ..runners import STATE_INIT, STATE_STOPPED

        if self._quit_ended.is_set():
            return
        runs = self.state not in (STATE_INIT, STATE_STOPPED)
        if runs:
            self.environment.events.test_stopping.fire(environment=self.environment)
            self.final_user_classes_count = self.user_classes_count
        self._ramp_ended.set()
        self._dealing.cancel()
        self._node.quit()
        self._quit_ended.wait()
        self._run_ended.set()
        if runs:
            self.update_state(STATE_STOPPED)
            self.environment.events.test_stop.fire(environment=self.environment)

    def _on_quit_finished(self, silent: list[str]) -> None:
        for worker in silent:
            logger.warning("Worker %s did not say goodbye: its last results may be missing.", worker)
        self._quit_ended.set()

    def _on_stop_wanted(self, and_quit: bool) -> None:
        (self.quit if and_quit else self.stop)()

    # Messages

    def send_message(self, msg_type: str, data: Any = None, client_id: str | None = None) -> None:
        """To one worker, or to all that are known."""
        logger.debug("Sending %s message to %s", msg_type, client_id or "all workers")
        if msg_type == "update_user_class":
            return self._send_edit(data)
        self._node.send_custom(msg_type, pack(data), client_id)

    def _send_edit(self, settings: dict[str, Any]) -> None:
        user_class = self.user_classes_by_name.get(settings.get("user_class_name", ""))
        if user_class is not None:
            weight = settings.get("weight", user_class.weight)
            fixed_count = settings.get("fixed_count", user_class.fixed_count)
            self._node.update_user_class((user_class.__name__, float(weight), int(fixed_count)), pack(settings))

    def _on_message(self, msg_type: str, data: bytes, node_id: str, index: int) -> None:
        deliver(
            self._messages,
            self.environment,
            Message(msg_type, unpack(data), node_id),
            f"Unknown message type received from worker {node_id} (index {index}): {msg_type}",
            self.greenlet.spawn,
        )

    def _watch_listeners(self) -> None:
        # Reports are decoded for Python only while somebody wants them.
        events = self.environment.events
        while True:
            self._node.set_listeners(bool(events.worker_report._handlers), bool(events.heartbeat_sent._handlers))
            gevent.sleep(1)

    def cpu_log_warning(self) -> bool:
        """Workers watch their own processors."""
        return False


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    """What can travel; the rest stays here."""
    travelling = {}
    for name, value in options.items():
        if name in _JOINED_BY:
            continue
        try:
            pack(value)
        except (TypeError, ValueError, OverflowError):
            continue
        travelling[name] = value
    return travelling


def _locustfiles(environment: Environment) -> dict[str, Any]:
    """The answer to workers that ask for the locustfile."""
    try:
        return {"locustfiles": [_file(path) for path in environment.parsed_locustfiles or []]}
    except OSError as error:
        logger.error("The locustfile cannot be sent to workers: %s", error)
        return {"error": f"the master cannot read its locustfile: {error}"}


def _file(path: str) -> dict[str, str]:
    with open(path, encoding="utf-8") as file:
        return {"filename": os.path.basename(path), "contents": file.read()}
