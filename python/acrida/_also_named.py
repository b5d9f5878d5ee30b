"""Names that people import from modules where Locust only happens to import them too, such as
``from locust.runners import StatsError``.

They are attributes of the shared modules once the alias ``locust`` is in force; each is looked up when it is used.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from . import _also_foreign

_ERRORS = ("InterruptTaskSet", "RescheduleTask", "RescheduleTaskImmediately", "StopTest", "StopUser")

#: {module: {where a name is at home: names}}, all below the package.
_ALSO: dict[str, dict[str, tuple[str, ...]]] = {
    "argument_parser": {
        "rpc": ("Message",),
        "util.directory": ("get_abspaths_in",),
        "util.timespan": ("parse_timespan",),
        "util.url": ("is_url",),
    },
    "clients": {"event": ("EventHook",), "exception": ("CatchResponseError", "LocustError", "ResponseError")},
    "contrib.fasthttp": {"exception": ("CatchResponseError", "LocustError", "ResponseError")},
    "debug": {"env": ("Environment",), "exception": ("CatchResponseError", "RescheduleTask")},
    "env": {"user.task": ("TaskHolder", "TaskSet")},
    "event": {"exception": _ERRORS},
    "html": {
        "runners": ("MasterRunner", "STATE_STOPPED", "STATE_STOPPING"),
        "user.inspectuser": ("get_ratio",),
        "util.date": ("format_duration",),
    },
    "main": {
        "argument_parser": ("get_locustfiles_locally", "get_parser", "parse_locustfile_option"),
        "html": ("get_html_report", "process_html_filename"),
        "input_events": ("input_listener",),
        "log": ("greenlet_exception_logger", "setup_logging"),
        "opentelemetry": ("setup_opentelemetry",),
    },
    "runners": {
        "dispatch": ("UsersDispatcher",),
        "exception": ("RPCError", "RPCReceiveError", "RPCSendError", "StopTest"),
        "log": ("get_logs", "greenlet_exception_logger"),
        "rpc": ("Message", "rpc"),
        "stats": ("RequestStats", "StatsError", "setup_distributed_stats_event_listeners"),
        "user.task": ("LOCUST_STATE_STOPPING",),
        "util.directory": ("get_abspaths_in",),
        "util.url": ("is_url",),
    },
    "shape": {"runners": ("Runner",)},
    "stats": {
        "event": ("Events",),
        "exception": ("CatchResponseError",),
        "util.date": ("format_utc_timestamp",),
        "util.rounding": ("proper_round",),
    },
    "user.inspectuser": {"user.users": ("User",)},
    "user.users": {
        "clients": ("HttpSession", "RestResponseContextManager"),
        "exception": ("CatchResponseError",),
    },
    "util.load_locustfile": {"user.users": ("PytestUser",)},
    "web": {
        "html": ("DEFAULT_BUILD_PATH", "get_html_report", "render_template_from"),
        "log": ("get_logs", "greenlet_exception_logger"),
        "runners": ("MasterRunner", "STATE_MISSING", "STATE_RUNNING"),
        "stats": ("StatsCSV", "StatsCSVFileWriter", "sort_stats"),
        "user.inspectuser": ("get_ratio",),
        "user.users": ("HttpUser",),
        "util.cache": ("memoize",),
        "util.date": ("format_safe_timestamp",),
        "util.timespan": ("parse_timespan",),
    },
}


def complete(module: ModuleType) -> None:
    """Let the names of the table be found in this module, which may still be loading."""
    package, _, name = module.__name__.partition(".")
    homes = _also_foreign.homes(name, package)
    for home, names in _ALSO.get(name, {}).items():
        homes.update((also, (f"{package}.{home}", also)) for also in names)
    if homes and not isinstance(module.__dict__.get("__getattr__"), _LookUp):
        module.__dict__["__getattr__"] = _LookUp(module, homes)


class _LookUp:
    """The ``__getattr__`` of a module."""

    def __init__(self, module: ModuleType, homes: dict[str, tuple[str, str]]) -> None:
        self._module = module
        self._homes = homes
        self._own = module.__dict__.get("__getattr__")
        # Locust's modules have no __all__: a star import brings every name. Ours may say what they promise.
        self._promised: list[str] = module.__dict__.pop("__all__", [])

    def __call__(self, name: str) -> Any:
        if name in self._homes:
            return self._find(name)
        if name == "__all__":
            return self._public()
        if self._own is not None:
            return self._own(name)
        raise AttributeError(f"module {self._module.__name__!r} has no attribute {name!r}")

    def _find(self, name: str) -> Any:
        home, attribute = self._homes[name]
        module = importlib.import_module(home)
        return getattr(module, attribute) if attribute else module

    def _public(self) -> list[str]:
        """What a star import of the original would bring."""
        own = {name for name, value in vars(self._module).items() if name[0] != "_" and not self._is_inner(value)}
        return sorted(own.union(self._promised, filter(self._is_there, self._homes)))

    def _is_inner(self, value: Any) -> bool:
        """Whether a module of ours uses this without being its home: nothing that the original would have."""
        home = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        here = self._module.__name__
        return isinstance(home, str) and home != here and home.startswith(here.partition(".")[0] + ".")

    def _is_there(self, name: str) -> bool:
        try:
            self._find(name)
        except ImportError:  # a package that only some installations have
            return False
        return True
