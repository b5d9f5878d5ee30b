"""The environment: everything that belongs to one load test."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from . import _core
from ._task_choice import equal_tasks, select_tasks
from .dispatch import UsersDispatcher
from .event import Events
from .exception import RunnerAlreadyExistsError
from .runners import LocalRunner, MasterRunner, Runner, WorkerRunner
from .shape import LoadTestShape
from .stats import RequestStats, StatsCSV
from .user import User
from .user.task import filter_tasks_by_tags
from .web import WebUI

if TYPE_CHECKING:
    from argparse import Namespace

__all__ = [
    "Environment",
    "Events",
    "LoadTestShape",
    "LocalRunner",
    "MasterRunner",
    "RequestStats",
    "Runner",
    "StatsCSV",
    "User",
    "UsersDispatcher",
    "WebUI",
    "WorkerRunner",
]

logger = logging.getLogger("locust.env")

RunnerType = TypeVar("RunnerType", bound=Runner)


class Environment:
    """Events, user classes, statistics, runner and web page of a load test. Several may live in one process."""

    def __init__(
        self,
        *,
        user_classes: list[type[User]] | None = None,
        shape_class: LoadTestShape | None = None,
        tags: list[str] | None = None,
        locustfile: str | None = None,
        exclude_tags: list[str] | None = None,
        events: Events | None = None,
        host: str | None = None,
        reset_stats: bool = False,
        stop_timeout: float | None = None,
        catch_exceptions: bool = True,
        parsed_options: Namespace | None = None,
        parsed_locustfiles: list[str] | None = None,
        available_user_classes: dict[str, type[User]] | None = None,
        available_shape_classes: dict[str, LoadTestShape] | None = None,
        available_user_tasks: dict[str, list[Any]] | None = None,
        dispatcher_class: type[UsersDispatcher] = UsersDispatcher,
        profile: str | None = None,
    ) -> None:
        #: The runner, once one has been created.
        self.runner: Runner | None = None
        #: The web page, once one has been created.
        self.web_ui: WebUI | None = None
        #: Exit code of the process, if set.
        self.process_exit_code: int | None = None
        #: Base name of the first locustfile.
        self.locustfile = locustfile
        self.events = events or Events()
        #: Classes to spawn; the given list itself, without those that could never be chosen.
        self.user_classes: list[type[User]] = [] if user_classes is None else user_classes
        #: An *instance* of a shape, or None.
        self.shape_class = shape_class
        #: Only tasks with one of these tags; None: no such limit.
        self.tags = tags
        #: No tasks with one of these tags.
        self.exclude_tags = exclude_tags
        self.stats = RequestStats()
        #: If truthy: overwrites the host of every class when a test starts.
        self.host = host
        #: Zero the statistics when all users are spawned.
        self.reset_stats = reset_stats
        #: Seconds that running tasks get to end when the test stops; 0: none.
        self.stop_timeout = _seconds(stop_timeout, parsed_options)
        #: False: exceptions in tasks end the user.
        self.catch_exceptions = catch_exceptions
        self.parsed_options = parsed_options
        self.parsed_locustfiles = parsed_locustfiles
        self.available_user_classes = available_user_classes
        self.available_shape_classes = available_shape_classes
        self.available_user_tasks = available_user_tasks
        self.dispatcher_class = dispatcher_class
        #: Free label of the run.
        self.profile = profile
        #: Log lines of the workers by their id, on a master.
        self.worker_logs: dict[str, list[str]] = {}
        self._tags_filtered = False

        self._remove_user_classes_with_weight_zero()
        self._validate_user_class_name_uniqueness()
        self._validate_shape_class_instance()

    @property
    def stats(self) -> RequestStats:
        """What has been counted; another object may be put in its place at any time."""
        return self._stats

    @stats.setter
    def stats(self, stats: RequestStats) -> None:
        self._stats = stats
        _core.statistics_changed()

    def create_local_runner(self) -> LocalRunner:
        """Make the runner of a test in this process."""
        return self._create_runner(LocalRunner)

    def create_master_runner(self, master_bind_host: str = "*", master_bind_port: int = 5557) -> MasterRunner:
        """Make a master that workers connect to; port 0 takes a free one."""
        return self._create_runner(MasterRunner, master_bind_host, master_bind_port)

    def create_worker_runner(self, master_host: str, master_port: int) -> WorkerRunner:
        """Make a worker and connect it; ConnectionError if the master does not answer."""
        # A worker's statistics are emptied at each report: nobody asks it for current percentiles.
        self.stats = RequestStats(use_response_times_cache=False)
        return self._create_runner(WorkerRunner, master_host, master_port)

    def _create_runner(self, runner_class: type[RunnerType], *args: Any, **kwargs: Any) -> RunnerType:
        if self.runner is not None:
            raise RunnerAlreadyExistsError(f"Environment.runner already exists ({self.runner})")
        runner = runner_class(self, *args, **kwargs)
        self.runner = runner
        if self.shape_class:
            self.shape_class.runner = runner
        return runner

    def create_web_ui(
        self,
        host: str = "",
        port: int = 8089,
        web_base_path: str | None = None,
        web_login: bool = False,
        tls_cert: str | None = None,
        tls_key: str | None = None,
        stats_csv_writer: StatsCSV | None = None,
        delayed_start: bool = False,
        userclass_picker_is_active: bool = False,
        build_path: str | None = None,
    ) -> WebUI:
        """Make the web page; it listens at once unless ``delayed_start``."""
        self.web_ui = WebUI(
            self,
            host,
            port,
            web_base_path=web_base_path,
            web_login=web_login,
            tls_cert=tls_cert,
            tls_key=tls_key,
            stats_csv_writer=stats_csv_writer,
            delayed_start=delayed_start,
            userclass_picker_is_active=userclass_picker_is_active,
            build_path=build_path,
        )
        return self.web_ui

    def update_user_class(self, user_settings: dict[str, Any]) -> None:
        """Set attributes of the class named in ``user_class_name``; ``tasks`` selects tasks by name."""
        if isinstance(self.runner, MasterRunner):
            self.runner.send_message("update_user_class", user_settings)
        settings = dict(user_settings)
        name = settings.pop("user_class_name")
        user_class = self.user_classes_by_name[name]
        names = settings.pop("tasks", None)
        for attribute, value in settings.items():
            setattr(user_class, attribute, value)
        if names is not None and self.available_user_tasks:
            user_class.tasks = select_tasks(self.available_user_tasks[name], names)
        if self.runner is not None:
            self.runner.native_users.class_edited(user_class, user_settings)

    def update_worker_logs(self, worker_log_report: dict[str, Any]) -> None:
        """Keep the log lines that a worker sent."""
        if worker_id := worker_log_report.get("worker_id"):
            self.worker_logs[worker_id] = worker_log_report.get("logs", [])

    def assign_equal_weights(self) -> None:
        """Give every class weight 1 and each of its tasks, nested ones included, one entry."""
        for user_class in self.user_classes:
            user_class.weight = 1
            user_class.tasks = equal_tasks(user_class.tasks)

    def _filter_tasks_by_tags(self) -> None:
        """Apply the tags to the classes; the first call does it, the others nothing."""
        if self._tags_filtered:
            return
        self._tags_filtered = True
        tags = self._tag_set("tags")
        exclude_tags = self._tag_set("exclude_tags")
        for user_class in self.user_classes:
            filter_tasks_by_tags(user_class, tags, exclude_tags)

    def _tag_set(self, name: str) -> set[str] | None:
        own = getattr(self, name)
        if own is not None:
            return set(own)
        chosen = getattr(self.parsed_options, name, None)
        return set(chosen) if chosen else None

    def _remove_user_classes_with_weight_zero(self) -> None:
        if not self.user_classes:
            return
        self.user_classes[:] = [cls for cls in self.user_classes if cls.weight > 0 or cls.fixed_count > 0]
        if not self.user_classes:
            raise ValueError("There are no users with weight > 0.")

    def _validate_user_class_name_uniqueness(self) -> None:
        by_name = defaultdict(list)
        for user_class in self.user_classes:
            by_name[user_class.__name__].append(user_class.fullname())
        if doubles := [fullname for names in by_name.values() if len(names) > 1 for fullname in names]:
            raise ValueError(f"The following user classes have the same class name: {', '.join(doubles)}")

    def _validate_shape_class_instance(self) -> None:
        if self.shape_class is not None and not isinstance(self.shape_class, LoadTestShape):
            raise ValueError(
                "shape_class should be instance of LoadTestShape or subclass LoadTestShape, "
                f"but got: {self.shape_class}"
            )

    @property
    def user_classes_by_name(self) -> dict[str, type[User]]:
        """The classes by their names."""
        return {cls.__name__: cls for cls in self.user_classes}


def _seconds(given: float | None, parsed_options: Namespace | None) -> float:
    if given is not None:
        return given
    return float(getattr(parsed_options, "stop_timeout", 0.0) or 0.0)
