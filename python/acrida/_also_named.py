"""Names that people import from modules where Locust only happens to import them too, such as
``from locust.runners import StatsError``.

They are attributes of the shared modules once the alias ``locust`` is in force; each is looked up when it is used.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

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
#: The same, of other packages.
_FOREIGN: dict[str, dict[str, tuple[str, ...]]] = {
    "web": {"flask": ("redirect", "render_template", "request", "session", "url_for")}
}


def complete(module: ModuleType) -> None:
    """Let the names of the table be found in this module, which may still be loading."""
    package, _, name = module.__name__.partition(".")
    homes = {
        also: prefix + home
        for table, prefix in ((_ALSO, f"{package}."), (_FOREIGN, ""))
        for home, names in table.get(name, {}).items()
        for also in names
    }
    if homes:
        _add_lookup(module, homes)


def _add_lookup(module: ModuleType, homes: dict[str, str]) -> None:
    own = module.__dict__.get("__getattr__")

    def look_up(name: str) -> Any:
        if name in homes:
            return getattr(importlib.import_module(homes[name]), name)
        if own is not None:
            return own(name)
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

    module.__dict__["__getattr__"] = look_up
