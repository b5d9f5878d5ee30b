"""acrida: load tests whose users are plain Python, driven by a C++ engine."""

from __future__ import annotations

from ._patch import patch_standard_library

patch_standard_library()

import importlib  # noqa: E402
import os  # noqa: E402, F401
from typing import TYPE_CHECKING, Any  # noqa: E402

from gevent import monkey, queue  # noqa: E402, F401

from ._version import __version__  # noqa: E402
from .event import Events  # noqa: E402

#: The hooks used by the command line and by ``run_single_user``.
events = Events()

from .debug import run_single_user  # noqa: E402
from .shape import LoadTestShape  # noqa: E402
from .user import wait_time  # noqa: E402
from .user.markov_taskset import MarkovTaskSet, transition, transitions  # noqa: E402
from .user.sequential_taskset import SequentialTaskSet  # noqa: E402
from .user.task import TaskSet, tag, task  # noqa: E402
from .user.users import HttpUser, User  # noqa: E402
from .user.wait_time import between, constant, constant_pacing, constant_throughput, poisson  # noqa: E402
from .util.deprecation import DeprecatedHttpLocustClass as HttpLocust  # noqa: E402
from .util.deprecation import DeprecatedLocustClass as Locust  # noqa: E402

if TYPE_CHECKING:
    from .contrib.fasthttp import FastHttpUser

__all__ = [
    "FastHttpUser",
    "HttpLocust",
    "HttpUser",
    "LoadTestShape",
    "Locust",
    "MarkovTaskSet",
    "SequentialTaskSet",
    "TaskSet",
    "User",
    "__version__",
    "between",
    "constant",
    "constant_pacing",
    "constant_throughput",
    "events",
    "poisson",
    "run_single_user",
    "tag",
    "task",
    "transition",
    "transitions",
    "wait_time",
]

# Loaded when first asked for: requests, Flask and their like would double the start-up time of runs that
# never touch them.
_LAZY_MODULES = frozenset(
    {
        "argument_parser",
        "clients",
        "contrib",
        "dispatch",
        "env",
        "exception",
        "html",
        "log",
        "rpc",
        "runners",
        "stats",
        "util",
        "web",
    }
)


def __getattr__(name: str) -> Any:
    if name == "FastHttpUser":
        return importlib.import_module(".contrib.fasthttp", __name__).FastHttpUser
    if name == "urllib3":
        return importlib.import_module("urllib3")
    if name in _LAZY_MODULES:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_LAZY_MODULES})
