"""Running a single user from a plain Python program, for example under a debugger."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .env import Environment
    from .exception import CatchResponseError
    from .user import User

#: The environment of all ``run_single_user`` calls of the process; None before the first.
_env: Environment | None = None

_NAME_WIDTH = 50
_ERROR_LENGTH = 500


class PrintListener:
    """Prints one line per request."""

    def __init__(
        self,
        env: Environment,
        include_length: bool = False,
        include_time: bool = False,
        include_context: bool = False,
        include_payload: bool = False,
    ) -> None:
        env.events.request.add_listener(self.on_request)
        self.include_length = include_length
        self.include_time = include_time
        self.include_context = include_context
        self.include_payload = include_payload
        self._print_heading()

    def _print_heading(self) -> None:
        columns = ["time".ljust(24)] if self.include_time else []
        columns += ["type", "name".ljust(_NAME_WIDTH), "resp_ms"]
        if self.include_length:
            columns.append("length")
        columns += ["exception", "context" if self.include_context else "", "payload" if self.include_payload else ""]
        print("\n" + "\t".join(columns))

    def on_request(
        self,
        request_type: str,
        name: str,
        response_time: float | None,
        response_length: int,
        exception: Exception | None,
        context: dict[str, Any],
        start_time: float | None = None,
        response: Any = None,
        **_kwargs: Any,
    ) -> None:
        """Print the request."""
        columns = []
        if self.include_time:
            columns.append(_time_of(start_time))
        milliseconds = -1 if response_time is None else round(response_time)
        columns += [request_type, name.ljust(_NAME_WIDTH), str(milliseconds).ljust(7)]
        if self.include_length:
            columns.append(str(response_length))
        columns.append(_text_of(exception).ljust(9))
        if self.include_context:
            columns.append(str(context) if context else "")
        columns.append(_payload_of(response) if self.include_payload else "")
        print("\t".join(columns))


def _payload_of(response: Any) -> str:
    request = getattr(response, "request", None)
    payload = getattr(request, "payload", None) if hasattr(request, "payload") else getattr(request, "body", None)
    return "" if request is None else str(payload)


def _time_of(start_time: float | None) -> str:
    if start_time is None:
        return datetime.now().isoformat(" ")
    return datetime.fromtimestamp(start_time, UTC).isoformat(" ")


def _text_of(exception: Exception | CatchResponseError | None) -> str:
    if not exception:
        return ""
    from .exception import CatchResponseError

    text = str(exception) if isinstance(exception, CatchResponseError) else repr(exception)
    return text.replace("\n", " ")[:_ERROR_LENGTH]


def run_single_user(
    user_class: type[User],
    include_length: bool = False,
    include_time: bool = False,
    include_context: bool = False,
    include_payload: bool = False,
    loglevel: str | None = "WARNING",
) -> None:
    """Run one user here, in the calling greenlet, and print its requests; returns when the user ends.

    The first call of a process reads ``sys.argv``. There is no runner, so nothing is counted. ``loglevel`` None
    leaves logging alone. The ``include_...`` flags of the first call hold for the later ones.
    """
    global _env
    if loglevel:
        from .log import setup_logging

        setup_logging(loglevel)
    if _env is None:
        _env = _make_environment(_file_of_caller())
        PrintListener(_env, include_length, include_time, include_context, include_payload)
        _initialise(_env)
    _run(_env, user_class)


def _file_of_caller() -> str:
    return os.path.basename(sys._getframe(2).f_code.co_filename)


def _make_environment(locustfile: str) -> Environment:
    from . import argument_parser, events
    from .env import Environment

    options = argument_parser.get_parser().parse_args()
    options.locustfile = locustfile
    return Environment(events=events, locustfile=locustfile, host=options.host, parsed_options=options)


def _initialise(env: Environment) -> None:
    from . import log

    env.events.init.fire(environment=env, runner=None, web_ui=None)
    if log.unhandled_greenlet_exception:
        sys.exit(1)


def _run(env: Environment, user_class: type[User]) -> None:
    env.user_classes = [user_class]
    env._filter_tasks_by_tags()
    env.events.test_start.fire(environment=env)
    if env.host:
        user_class.host = env.host
    user = user_class(env)
    env.single_user_instance = user  # type: ignore[attr-defined]
    user.run()
