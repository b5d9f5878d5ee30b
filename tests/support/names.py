"""The public names of the package `locust`, seen from outside: modules, classes, members, parameters.

`python tests/support/names.py` prints those of the real Locust (run it by the interpreter that has one, write the
result to tests/data/names.json); `… check < tests/data/names.json` runs in an environment with acrida and prints what
is missing there, as {module: [text, …]}.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from types import ModuleType
from typing import Any

MODULES = """
locust locust.argument_parser locust.clients locust.contrib.csv_request_logger locust.contrib.fasthttp
locust.contrib.socketio locust.debug locust.dispatch locust.env locust.event locust.exception locust.html
locust.input_events locust.log locust.main locust.opentelemetry locust.rpc locust.rpc.protocol locust.rpc.zmqrpc
locust.runners locust.shape locust.stats locust.user locust.user.inspectuser locust.user.markov_taskset
locust.user.sequential_taskset locust.user.task locust.user.users locust.user.wait_time locust.util.cache
locust.util.date locust.util.deprecation locust.util.directory locust.util.exception_handler
locust.util.load_locustfile locust.util.rounding locust.util.timespan locust.util.url locust.web
""".split()  # noqa: SIM905


def load(name: str) -> ModuleType:
    importlib.import_module(name)
    return sys.modules[name]


def parameters(function: Any) -> list[str] | None:
    """`name=` has a default, `name!` is keyword only, `*name` and `**name` take the rest."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    return [
        stars.get(one.kind, "")
        + one.name
        + ("" if one.default is one.empty else "=")
        + ("!" if one.kind is one.KEYWORD_ONLY else "")
        for one in found
    ]


def members(kind: type) -> dict[str, Any]:
    """Public ones, of the package's own classes."""
    found = {}
    for name in dir(kind):
        owner = next((base for base in kind.__mro__ if name in base.__dict__), None)
        if owner is None or not owner.__module__.startswith("locust") or (name.startswith("_") and name != "__init__"):
            continue
        value = getattr(kind, name)
        found[name] = parameters(value) if callable(value) and not inspect.isclass(value) else "value"
    return found


def describe(value: Any, module: str) -> Any:
    if inspect.isclass(value):
        return {"members": members(value)} if value.__module__ == module else "class"
    return parameters(value) if inspect.isfunction(value) else "value"


def dump() -> dict[str, Any]:
    return {
        module: {
            name: describe(value, module)
            for name, value in sorted(vars(load(module)).items())
            if not name.startswith("_")
            and not inspect.ismodule(value)
            and str(getattr(value, "__module__", "locust")).startswith("locust")
        }
        for module in MODULES
    }


def accepts(function: Any, wanted: list[str]) -> bool:
    """Whether a call that names all of `wanted` would be taken, by position and by name."""
    signature = inspect.signature(function)
    named = [one.rstrip("=!") for one in wanted if not one.startswith("*")]
    only_named = {one.rstrip("=!") for one in wanted if one.endswith("!")}
    by_position = [one for one in named if one not in only_named]
    own = by_position[:1] if by_position[:1] == ["self"] else []
    try:
        signature.bind(*by_position, **dict.fromkeys(only_named))
        signature.bind(*own, **dict.fromkeys(set(named) - set(own)))
    except TypeError:
        return False
    return True


def missing(value: Any, wanted: Any, where: str) -> list[str]:
    if isinstance(wanted, list):
        return [] if accepts(value, wanted) else [f"{where}{inspect.signature(value)} should take {wanted}"]
    if not isinstance(wanted, dict):
        return []
    found = []
    for name, shape in wanted["members"].items():
        if not hasattr(value, name):
            found.append(f"{where}.{name}")
        elif name != "__init__":
            found += missing(getattr(value, name), shape, f"{where}.{name}")
        elif shape is not None:
            found += missing(value.__init__, shape, f"{where}()")
    return found


def check(recorded: dict[str, Any]) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for module_name, names in recorded.items():
        result[module_name] = found = []
        module = load(module_name)
        for name, wanted in names.items():
            if hasattr(module, name):
                found += missing(getattr(module, name), wanted, name)
            else:
                found.append(name)
    return result


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        importlib.import_module("acrida.as_locust")

        json.dump(check(json.load(sys.stdin)), sys.stdout)
    else:
        recorded = dump()
        # One module is one line: a changed name is a small difference.
        print("{\n" + ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in recorded.items()) + "\n}")
