"""Users made from test functions, for locustfiles written in pytest's style."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from .task import LOCUST_STATE_RUNNING
from .users import User

logger = logging.getLogger("locust.user.users")


class PytestUser(User):
    """Calls its test functions again and again, without waiting; made by the loader, one class per function name."""

    abstract: ClassVar[bool] = True

    #: The collected pytest items.
    functions: list[Any] = []

    def run(self) -> None:
        """Call the functions for ever; a failed request ends one round of a function, anything else the user."""
        self._state = LOCUST_STATE_RUNNING
        failures = _request_failures()
        calls = [(item.obj, [_value_of(fixture, self) for fixture in fixtures_of(item)]) for item in self.functions]
        while True:
            for function, arguments in calls:
                try:
                    function(*arguments)
                except failures as error:
                    # MissingSchema and its like are ValueErrors too: mistakes in the scenario.
                    if isinstance(error, ValueError):
                        raise
                    logger.debug("%s\n", error, exc_info=True)


def fixtures_of(item: Any) -> list[Any]:
    """The fixture functions of a collected test, one per parameter; ValueError unless each has exactly one."""
    definitions = item._fixtureinfo.name2fixturedefs
    found = [(name, definitions.get(name, ())) for name in item._fixtureinfo.argnames]
    for name, fixtures in found:
        # A parametrized argument is a fixture without a function of the file's own.
        if not fixtures or name in getattr(getattr(item, "callspec", None), "params", ()):
            raise ValueError(f"Could not find fixture for parameter {name!r} in {item.name}")
        if len(fixtures) > 1:
            raise ValueError(f"Multiple fixtures found for parameter {name!r} in {item.name}")
    return [fixtures[0].func for _, fixtures in found]


def _value_of(fixture: Any, user: User) -> Any:
    # session and fastsession take the user that they report for; a person's own fixtures need not.
    import inspect

    value = fixture(user) if "user" in inspect.signature(fixture).parameters else fixture()
    return next(value) if inspect.isgenerator(value) else value


def _request_failures() -> tuple[type[Exception], ...]:
    from geventhttpclient.useragent import ConnectionError
    from requests.exceptions import RequestException

    from ..exception import CatchResponseError

    return RequestException, CatchResponseError, ConnectionError
