"""The form of POST /swarm: what its fields mean. Nothing is changed here, so a bad form leaves no traces."""

from __future__ import annotations

import math
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..util.timespan import parse_timespan

if TYPE_CHECKING:
    from ..env import Environment
    from ..shape import LoadTestShape
    from ..user import User

_RUN_TIME_HELP = "Valid run_time formats are : 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc."
_MISSING = "Missing or invalid user_count or spawn_rate from /swarm request"
_NO_CLASSES = "UserClass picker is active but there are no available UserClasses"


#: Beyond these are typing errors, and numbers that do not fit.
_MOST_USERS = 1_000_000_000
_LONGEST = 10 * 366 * 24 * 3600


class BadForm(Exception):
    """The text is for the person who sent it."""

    def __init__(self, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.status = status


class Form:
    """Fields in the order sent; names may repeat."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self.values: dict[str, list[str]] = {}
        for name, value in fields:
            self.values.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def get(self, name: str) -> str | None:
        """The first value."""
        return self.values[name][0] if name in self.values else None

    def all(self, name: str) -> list[str]:
        """Every value of that name."""
        return self.values.get(name, [])


@dataclass
class Start:
    """A start, or a change of the run, as the form asks for it."""

    user_count: int | None = None
    spawn_rate: float | None = None
    run_time: int | None = None
    has_run_time: bool = False
    #: None: as it is.
    host: str | None = None
    profile: str | None = None
    has_profile: bool = False
    #: None: no class picker, or keep the classes of the run.
    user_classes: dict[str, type[User]] | None = None
    shape: LoadTestShape | None = None
    options: dict[str, Any] = field(default_factory=dict)


_OWN = {"user_count", "spawn_rate", "run_time", "host", "profile", "user_classes", "shape_class", "acrida_run"}


def read(form: Form, environment: Environment, has_class_picker: bool, is_running: bool) -> Start:
    """What the form means; BadForm if it cannot be done."""
    start = Start(shape=environment.shape_class)
    if has_class_picker:
        _read_classes(start, form, environment, is_running)
    if start.shape is None or start.shape.use_common_options or "user_count" in form or "spawn_rate" in form:
        _read_numbers(start, form)
    if start.shape is None and (start.user_count is None or start.spawn_rate is None):
        raise BadForm(_MISSING)
    if "host" in form:
        start.host = (form.get("host") or "").replace("<", "").replace(">", "")
    start.has_profile = "profile" in form
    start.profile = form.get("profile") or None
    start.has_run_time = "run_time" in form
    if run_time := form.get("run_time"):
        try:
            start.run_time = parse_timespan(run_time)
        except ValueError:
            raise BadForm(_RUN_TIME_HELP) from None
        if start.run_time > _LONGEST:
            raise BadForm("run_time is too long: at most 10 years.", 400)
    start.options = _read_options(form, environment.parsed_options)
    return start


def _read_classes(start: Start, form: Form, environment: Environment, is_running: bool) -> None:
    available = environment.available_user_classes
    if not available:
        raise BadForm(_NO_CLASSES)
    chosen = form.all("user_classes")
    if chosen:
        start.user_classes = {name: available[name] for name in chosen if name in available}
        if not start.user_classes:
            raise BadForm(f"There are no such user classes: {', '.join(chosen)}", 400)
    elif not is_running:
        start.user_classes = dict(available)
    name = form.get("shape_class") or "Default"
    start.shape = None if name == "Default" else (environment.available_shape_classes or {}).get(name)
    if name != "Default" and start.shape is None:
        raise BadForm(f"There is no such shape class: {name}", 400)


def _read_numbers(start: Start, form: Form) -> None:
    if (count := form.get("user_count")) is not None:
        try:
            start.user_count = int(count)
        except ValueError:
            raise BadForm(f"Invalid user_count value: {_short(count)} (must be an integer)") from None
        if start.user_count > _MOST_USERS:
            raise BadForm(f"user_count is too large: at most {_MOST_USERS:,}", 400)
    if (rate := form.get("spawn_rate")) is not None:
        try:
            start.spawn_rate = float(rate)
        except ValueError:
            raise BadForm(f"Invalid spawn_rate value: {_short(rate)} (must be a number)") from None
    is_bad_count = start.user_count is not None and start.user_count < 0
    is_bad_rate = start.spawn_rate is not None and not (math.isfinite(start.spawn_rate) and start.spawn_rate > 0)
    if is_bad_count or is_bad_rate:
        raise BadForm(_MISSING)


def _read_options(form: Form, options: Namespace | None) -> dict[str, Any]:
    if options is None:
        return {}
    current = vars(options)
    return {
        name: converted(name, values, current[name])
        for name, values in form.values.items()
        if name not in _OWN and name in current
    }


def converted(name: str, values: list[str], current: Any) -> Any:
    """The value of an option, with the type that it has now."""
    value = values[0]
    if isinstance(current, bool):
        return value == "true"
    if current is None or isinstance(current, str):
        return value
    if isinstance(current, list):
        parts = value.split(",") if "," in value else values
        is_of_numbers = bool(current) and all(isinstance(each, int) for each in current)
        return [_as(int, name, part) for part in parts] if is_of_numbers else parts
    return _as(type(current), name, value)


def _as(kind: Any, name: str, value: str) -> Any:
    try:
        return kind(value)
    except (TypeError, ValueError):
        raise BadForm(f"Invalid value for {name}: {_short(value)} (must be {kind.__name__})", 400) from None


def _short(value: str) -> str:
    """As it was sent, but not a whole page of it."""
    return repr(value) if len(value) <= 100 else f"{value[:100]!r}…"
