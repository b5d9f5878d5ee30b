"""What the page can change: start, stop, reset, attributes of user classes."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import gevent
from gevent.lock import RLock

from ..log import greenlet_exception_logger
from ..runners import STATE_INIT, STATE_RUNNING, STATE_SPAWNING, STATE_STOPPED
from . import user_settings
from .run_timer import RunTimer
from .shown import to_json
from .swarm_form import BadForm, Form, Start, read

if TYPE_CHECKING:
    from ..web import WebUI

logger = logging.getLogger("locust.web")

#: Status and JSON.
Reply = tuple[int, Any]

#: How often is looked, every 10 ms, whether a start shows in the runner's state, before another one is let in.
_SETTLING_LOOKS = 500


class Changes:
    """Carries them out in the hub; a start waits for a stop in progress."""

    def __init__(self, web_ui: WebUI) -> None:
        self._web_ui = web_ui
        self._environment = web_ui.environment
        self._run_timer = RunTimer(web_ui.environment)
        self._stopping = RLock()
        self._last_form: dict[str, Any] = {}

    # Start

    def swarm(self, fields: Iterable[tuple[str, str]]) -> Reply:
        """Start a test or change the one that runs. The caller has passed the server's gate for starts."""
        try:
            return 200, self._swarm(Form(fields))
        except BadForm as error:
            return error.status, self._failure(str(error))
        finally:
            gevent.spawn(self._settle)

    def _failure(self, message: str) -> dict[str, Any]:
        return {"success": False, "message": message, "host": self._environment.host}

    def _swarm(self, form: Form) -> dict[str, Any]:
        runner = self._environment.runner
        if runner is None:
            return self._failure("No runner")
        is_running = runner.state in (STATE_RUNNING, STATE_SPAWNING)
        start = read(form, self._environment, self._web_ui.userclass_picker_is_active, is_running)
        with self._stopping:
            self._apply(start)
            # An edit sends less than a start: what it leaves out stays as it was.
            self._last_form = (self._last_form if is_running else {}) | self._kept(form)
            self._web_ui._site.set_last_form(to_json(self._last_form))
            return self._begin(start, is_running)

    def _kept(self, form: Form) -> dict[str, Any]:
        """What the form shows the next time."""
        left_out = {"acrida_run", *self._web_ui._page_args.secrets()}
        return {
            name: values if len(values) > 1 else values[0]
            for name, values in form.values.items()
            if name not in left_out
        }

    def _apply(self, start: Start) -> None:
        environment = self._environment
        if start.host is not None:
            environment.host = start.host
        if start.has_profile:
            environment.profile = start.profile
        if self._web_ui.userclass_picker_is_active:
            self._choose(start)
        options = environment.parsed_options
        if options is None:
            return
        known = {"num_users": start.user_count, "spawn_rate": start.spawn_rate}
        for name, value in {**start.options, **{key: each for key, each in known.items() if each is not None}}.items():
            setattr(options, name, value)
        if start.has_run_time:
            options.run_time = start.run_time

    def _choose(self, start: Start) -> None:
        environment = self._environment
        if start.user_classes is not None:
            environment.user_classes = list(start.user_classes.values())
            if environment.locustfile is None:
                environment.locustfile = ",".join(start.user_classes)
            environment._remove_user_classes_with_weight_zero()
            environment._validate_user_class_name_uniqueness()
            if environment.runner is not None:
                environment.runner._users_dispatcher = None
            if environment.parsed_options is not None:
                environment.parsed_options.user_classes = list(start.user_classes)
        environment.shape_class = start.shape
        if start.shape is not None:
            start.shape.runner = environment.runner

    def _begin(self, start: Start, is_edit: bool) -> dict[str, Any]:
        runner = self._environment.runner
        assert runner is not None
        answer: dict[str, Any] = {"success": True, "message": "Swarming started", "host": self._environment.host}
        if start.shape is not None:
            runner.start_shape()
            return {**answer, "message": f"Swarming started using shape class '{type(start.shape).__name__}'"}
        if start.has_run_time or not is_edit:
            self._limit_run_time(start, is_edit)
        self._start_soon(start)
        if start.run_time:
            answer["run_time"] = start.run_time
        if self._web_ui.userclass_picker_is_active:
            answer["user_classes"] = sorted(cls.__name__ for cls in self._environment.user_classes)
        return answer

    def _limit_run_time(self, start: Start, is_edit: bool) -> None:
        self._run_timer.cancel()
        shown = self._web_ui._shown
        # What an edit says counts from now, what is shown counts from the start.
        passed = time.time() - shown.started_at if is_edit and shown.started_at else 0
        shown.run_time = start.run_time + passed if start.run_time else None
        if start.run_time:
            self._run_timer.begin(start.run_time)

    def _start_soon(self, start: Start) -> None:
        # Not here: a master may wait for its workers.
        runner = self._environment.runner
        assert runner is not None and start.user_count is not None and start.spawn_rate is not None
        greenlet = gevent.spawn(runner.start, start.user_count, start.spawn_rate)
        greenlet.link_exception(greenlet_exception_logger(logger))
        gevent.sleep(0)

    def _settle(self) -> None:
        runner = self._environment.runner
        try:
            for _ in range(_SETTLING_LOOKS):
                if runner is None or runner.state not in (STATE_INIT, STATE_STOPPED) or not _is_starting(runner):
                    break
                gevent.sleep(0.01)
        finally:
            try:
                self._web_ui._push("status")
            finally:  # else nobody could start anything any more
                self._web_ui._site.end_start()

    # Other changes

    def stop(self) -> Reply:
        """End the test and wait for its end."""
        self._run_timer.cancel()
        with self._stopping:
            if self._environment.runner is not None:
                self._environment.runner.stop()
        return 200, {"success": True, "message": "Test stopped"}

    def reset(self) -> str:
        """Statistics to zero."""
        self._environment.events.reset_stats.fire()
        runner = self._environment.runner
        if runner is not None:
            runner.stats.reset_all()
            runner.exceptions = {}
        return "ok"

    def update_user(self, body: bytes) -> Reply:
        """Set attributes of a user class."""
        try:
            settings = user_settings.read(body, self._environment)
        except BadForm as error:
            return error.status, {"success": False, "message": str(error)}
        self._environment.update_user_class(settings)
        return 201, {}


def _is_starting(runner: Any) -> bool:
    return any(
        greenlet is not None and not greenlet.dead for greenlet in (runner.spawning_greenlet, runner.shape_greenlet)
    )
