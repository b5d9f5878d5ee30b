"""The JSON of POST /user: what of it a user class can take. Nothing is changed here: bad settings leave no traces."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from .swarm_form import BadForm

if TYPE_CHECKING:
    from ..env import Environment
    from ..user import User


def read(body: bytes, environment: Environment) -> dict[str, Any]:
    """The settings with numbers as numbers; BadForm if the class cannot have them."""
    classes = environment.user_classes_by_name
    try:
        settings = json.loads(body)
        name = settings["user_class_name"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadForm("Send a JSON object with user_class_name and attributes of it.", 400) from None
    if not isinstance(name, str) or name not in classes:
        raise BadForm(f"There is no such user class: {name}", 400)
    checked = {key: _checked(classes[name], key, value) for key, value in settings.items()}
    known = {task.__name__ for task in (environment.available_user_tasks or {}).get(name, [])}
    if known and (unknown := sorted(set(checked.get("tasks") or []) - known)):
        raise BadForm(f"There are no such tasks: {', '.join(unknown)}", 400)
    return checked


def _checked(user_class: type[User], key: str, value: Any) -> Any:
    if key == "tasks":
        if value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value)):
            return value
        raise BadForm("tasks must be a list of names of tasks.", 400)
    if key == "weight":
        return _number(key, value)
    if key == "fixed_count":
        return int(_number(key, value))
    if key == "host" and not isinstance(value, str | None):
        raise BadForm("host must be a text.", 400)
    if key.startswith("_") or callable(getattr(user_class, key, None)):
        raise BadForm(f"{key} cannot be set: it is no plain attribute of {user_class.__name__}.", 400)
    return value


def _number(key: str, value: Any) -> float:
    try:
        number = value if isinstance(value, int | float) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not (0 <= number < _MOST):
        raise BadForm(f"{key} must be a number from 0 on, not {value!r}.", 400)
    return number


#: Of users, and of a weight.
_MOST = 1e9
