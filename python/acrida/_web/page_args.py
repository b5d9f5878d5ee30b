"""The data that the page starts with (``window.templateArgs``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import argument_parser, stats
from .. import web as tunables
from .._version import LOCUST_VERSION
from ..runners import STATE_MISSING
from .shown import is_distributed, lacks_host, shown_host

if TYPE_CHECKING:
    from argparse import Namespace

    from ..env import Environment


class PageArgs:
    """Computes the data; knows the options that locustfiles added."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._parser: argument_parser.LocustArgumentParser | None = None
        self._standard: set[str] = set()

    def compute(self, has_class_picker: bool) -> dict[str, Any]:
        """All keys that Locust has, but for the history, which the server knows."""
        return {**self._run(), **self._options(), **self._classes(has_class_picker), **self._shape(has_class_picker)}

    def _run(self) -> dict[str, Any]:
        environment, runner = self.environment, self.environment.runner
        host, has_different_hosts = shown_host(environment)
        return {
            "locustfile": environment.locustfile,
            "state": runner.state if runner else STATE_MISSING,
            "is_distributed": is_distributed(environment),
            "user_count": runner.user_count if runner else 0,
            "worker_count": getattr(runner, "worker_count", 0) if is_distributed(environment) else 0,
            "version": LOCUST_VERSION,
            "host": host,
            "override_host_warning": has_different_hosts,
            "missing_host_warning": lacks_host(environment),
            "is_host_required": tunables.HOST_IS_REQUIRED,
            "profile": environment.profile,
            "tasks": "{}",
        }

    def _options(self) -> dict[str, Any]:
        options = self.environment.parsed_options
        return {
            "num_users": getattr(options, "num_users", None),
            "spawn_rate": getattr(options, "spawn_rate", None),
            "run_time": getattr(options, "run_time", None),
            "stats_history_enabled": getattr(options, "stats_history_enabled", None),
            "extra_options": self.extra_options(options),
            "percentiles_to_chart": stats.PERCENTILES_TO_CHART,
            "percentiles_to_statistics": stats.PERCENTILES_TO_STATISTICS,
        }

    def secrets(self) -> list[str]:
        """The names of options whose values are not shown."""
        return [name for name, option in self.extra_options(None).items() if option["is_secret"]]

    def extra_options(self, options: Namespace | None) -> dict[str, dict[str, Any]]:
        """The fields of options that locustfiles added, with the values that they have now."""
        if self._parser is None:
            self._parser = argument_parser.get_parser()
            self._standard = set(argument_parser.default_args_dict())
        parser = self._parser
        return {
            name: argument_parser.field_of_option(parser, name, getattr(options, name, action.default))
            for name, action in parser.args_included_in_web_ui.items()
            if name not in self._standard
        }

    def _classes(self, has_class_picker: bool) -> dict[str, Any]:
        available, tasks = self.environment.available_user_classes, self.environment.available_user_tasks
        return {
            "show_userclass_picker": has_class_picker,
            "available_user_classes": sorted(available) if available else None,
            "available_user_tasks": (
                {name: [task.__name__ for task in each] for name, each in tasks.items()} if tasks else None
            ),
            "users": {name: each.json() for name, each in available.items()} if available else None,
        }

    def _shape(self, has_class_picker: bool) -> dict[str, Any]:
        shape, shapes = self.environment.shape_class, self.environment.available_shape_classes
        return {
            "available_shape_classes": ["Default", *sorted(shapes or ())],
            "hide_common_options": (not has_class_picker and not shape.use_common_options) if shape else None,
            "shape_use_common_options": shape.use_common_options if shape else None,
        }
