"""Names of Locust 0.x that are gone: using them says what to write instead."""

from __future__ import annotations

import warnings
from typing import Any

# People run their files with default warning filters: the message must show anyway.
warnings.filterwarnings("always", category=DeprecationWarning, module="locust")
warnings.filterwarnings("always", category=DeprecationWarning, module="acrida")

_CHANGELOG = "https://docs.locust.io/en/latest/changelog.html#changelog-1-0"


def check_for_deprecated_task_set_attribute(class_dict: dict[str, Any]) -> None:
    """Warn when a class body sets ``task_set``, which has been ``tasks`` since 1.0."""
    if "task_set" not in class_dict:
        return
    from ..user.task import TaskSet

    value = class_dict["task_set"]
    if not issubclass(value, TaskSet) or hasattr(value, "locust_task_weight"):
        return
    with warnings.catch_warnings():
        # The filters above look at the module that is to blame, and that is the user's own here.
        warnings.simplefilter("always", DeprecationWarning)
        warnings.warn(
            "Usage of User.task_set is deprecated since version 1.0. "
            f"Set the tasks attribute instead (tasks = [{getattr(value, '__name__', value)}])",
            DeprecationWarning,
            stacklevel=3,
        )


def deprecated_locust_meta_class(deprecation_message: str) -> type:
    """A metaclass whose classes can be named but not subclassed: that raises ImportError with the message."""

    class Tombstone(type):
        def __new__(mcs, name: str, bases: tuple[type, ...], class_dict: dict[str, Any]) -> Tombstone:
            if bases:
                raise ImportError(deprecation_message)
            return super().__new__(mcs, name, bases, class_dict)

    return Tombstone


def _renamed(old: str, new: str) -> type:
    return deprecated_locust_meta_class(
        f"The {old} class has been renamed to {new} in version 1.0. For more info see: {_CHANGELOG}"
    )


class DeprecatedLocustClass(metaclass=_renamed("Locust", "User")):  # type: ignore[metaclass]
    """What ``locust.Locust`` is now."""


class DeprecatedHttpLocustClass(metaclass=_renamed("HttpLocust", "HttpUser")):  # type: ignore[metaclass]
    """What ``locust.HttpLocust`` is now."""


class DeprecatedFastHttpLocustClass(metaclass=_renamed("FastHttpLocust", "FastHttpUser")):  # type: ignore[metaclass]
    """What ``locust.contrib.fasthttp.FastHttpLocust`` is now."""
