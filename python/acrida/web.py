"""The web page of a run, and its HTTP interface.

The server itself is C++ on a thread of its own (see docs/web-api.md); it goes on while Python is busy. Here is what it
gets from Python, and what locustfiles may add: routes, hooks and templates of the Flask application ``web_ui.app``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gevent
from gevent.event import Event

from . import _core, log
from ._version import LOCUST_VERSION, __version__
from ._web.forms import AuthArgs, AuthProvider, CustomForm, InputField

if TYPE_CHECKING:
    import flask

    from ._web.messages import Reply, WebRequest
    from .env import Environment

logger = logging.getLogger("locust.web")

#: Given to ``greenlet.link_exception``: logs the exception that ended a greenlet.
greenlet_exception_handler = log.greenlet_exception_logger(logger)

#: True: the host field of the start form must be filled in.
HOST_IS_REQUIRED = False

#: Kept for programs that read it: nothing is cached, see ``clear_cache`` of a view.
DEFAULT_CACHE_TIME = 2.0

_BUNDLE = str(Path(__file__).parent / "_webui")
_PARTS = ("status", "page", "tasks", "exceptions", "settings", "worker_logs")


class _Server:
    """What ``web_ui.server`` offers of the original's server object."""

    def __init__(self, web_ui: WebUI) -> None:
        self._web_ui = web_ui

    @property
    def server_port(self) -> int:
        """The port; the one that was found if 0 was asked for."""
        return self._web_ui._site.port

    @property
    def server_host(self) -> str:
        """The address as given."""
        return self._web_ui.host

    @property
    def address(self) -> tuple[str, int]:
        """Both."""
        return self.server_host, self.server_port

    def stop(self, timeout: float | None = None) -> None:
        """End listening."""
        self._web_ui.stop()


class WebUI:
    """Shows and steers a run. One per environment; it listens from :meth:`start` to :meth:`stop`."""

    def __init__(
        self,
        environment: Environment,
        host: str,
        port: int,
        web_base_path: str | None = None,
        web_login: bool = False,
        tls_cert: str | None = None,
        tls_key: str | None = None,
        stats_csv_writer: Any = None,
        delayed_start: bool = False,
        userclass_picker_is_active: bool = False,
        build_path: str | None = None,
    ) -> None:
        from ._web.changes import Changes
        from ._web.login import Login
        from ._web.page_args import PageArgs
        from ._web.shown import Shown

        environment.web_ui = self
        self.environment = environment
        self.host = host
        self.port = port
        self.web_base_path = (web_base_path or "").rstrip("/")
        self.web_login = web_login
        self.tls_cert = tls_cert
        self.tls_key = tls_key
        self.stats_csv_writer = stats_csv_writer
        self.userclass_picker_is_active = userclass_picker_is_active
        self.build_path = build_path
        #: Data of the page; what is put in here is there, too, unless it has the name of a value of ours.
        self.template_args: dict[str, Any] = {}
        #: Data of the login page.
        self.auth_args: dict[str, Any] = {}
        self.server = _Server(self)
        #: Lives as long as the server listens.
        self.greenlet: Any = None
        self._app: flask.Flask | None = None
        self._original_views: dict[str, Any] = {}
        self._login = Login(self)
        self._site = _core.WebSite(
            self.web_base_path, build_path or "", _BUNDLE, LOCUST_VERSION, __version__, web_login
        )
        self._shown = Shown(environment)
        self._page_args = PageArgs(environment)
        self._changes = Changes(self)
        self._desk: Any = None
        self._log_lines_sent = 0
        self._is_stopped = Event()
        self._has_jinja_page: bool | None = None
        if not delayed_start:
            self.start()

    # Life

    def start(self) -> None:
        """Listen; OSError with a clear text where that is not possible."""
        from ._web.desk import Desk

        self._push_all()
        self._push_policy()
        self._site.listen(self.host, self.port, self.tls_cert or "", self.tls_key or "", self._own_names())
        self._desk = Desk(self)
        self._desk.start()
        self._is_stopped.clear()
        self.greenlet = gevent.spawn(self._is_stopped.wait)

    def stop(self) -> None:
        """End listening and every connection."""
        if self._desk is not None:
            self._desk.close()
            self._desk = None
        self._site.close()
        self._is_stopped.set()

    def _own_names(self) -> list[str]:
        display_name = getattr(self.environment.parsed_options, "web_host_display_name", None)
        return [name for name in (self.host, display_name) if name]

    # What locustfiles touch

    @property
    def app(self) -> flask.Flask:
        """A complete Flask application; it is made when this is read for the first time."""
        if self._app is None:
            from ._web.flask_app import make_app

            self._app = make_app(self, [folder for folder in (self.build_path, _BUNDLE) if folder])
            if self.web_login:
                self._login.set_up(self._app)
            self._original_views = dict(self._app.view_functions)
            hooks = (self._app.before_request_funcs, self._app.after_request_funcs, self._app.teardown_request_funcs)
            self._app._acrida_hooks = {  # type: ignore[attr-defined]
                function for each in hooks for functions in each.values() for function in functions
            }
        return self._app

    @property
    def login_manager(self) -> Any:
        """Flask-Login's; only with ``--web-login``."""
        if not self.web_login:
            raise AttributeError("The login_manager is only available with --web-login.\n")
        _ = self.app
        return self._login.manager

    @login_manager.setter
    def login_manager(self, manager: Any) -> None:
        self._login.manager = manager

    def auth_required_if_enabled(self, view_func: Callable[..., Any]) -> Callable[..., Any]:
        """A view that only those may see who are logged in, if ``--web-login`` is given."""
        return self._login.required(view_func) if self.web_login else _wrapped(view_func)

    def update_template_args(self) -> None:
        """Bring :attr:`template_args` up to date."""
        import json

        args = self._page_args.compute(self.userclass_picker_is_active)
        args["history"] = json.loads(self._site.history(1000))
        args["basePath"], args["acridaVersion"], args["isAcrida"] = self.web_base_path, __version__, True
        self.template_args.update(args)

    # What the server asks for

    def _push_all(self) -> None:
        for part in _PARTS:
            self._push(part)
        self._push_log_lines()

    def _push(self, part: str) -> None:
        from ._web.shown import to_json

        self._site.put(part, to_json(self._part(part)))
        if part == "status":
            statistics = self.environment.stats if self.environment.runner is None else self.environment.runner.stats
            self._site.watch(statistics._core)

    def _show_state(self) -> None:
        if self.environment.runner is not None:
            self._push("status")

    def _part(self, part: str) -> Any:
        if part == "page":
            self.template_args.update(self._page_args.compute(self.userclass_picker_is_active))
            return {name: value for name, value in self.template_args.items() if name != "history"}
        if part == "settings":
            return self._shown.settings(self.stats_csv_writer)
        if part == "worker_logs":
            return self.environment.worker_logs
        return getattr(self._shown, part)()

    def _push_log_lines(self) -> None:
        from ._web.shown import encodable

        lines, count = log.get_logs(), log.count_of_lines()
        new = count - self._log_lines_sent
        if new > 0:
            self._log_lines_sent = count
            self._site.add_log_lines([encodable(line) for line in lines[-new:]])

    def _push_policy(self) -> None:
        from ._web.policy import Policy, is_jinja_page

        if self._has_jinja_page is None:
            self._has_jinja_page = is_jinja_page(self.build_path)
        if self._app is None and not self._has_jinja_page:
            policy = Policy()
        else:
            from ._web.policy import policy_of

            policy = policy_of(self.app, self._original_views, self.web_base_path, self._has_jinja_page)
        self._site.set_policy(*policy)

    def _change(self, path: str, fields: list[tuple[str, str]], body: bytes) -> Reply:
        from ._web.messages import json_reply

        if path == "/swarm":
            return json_reply(*self._changes.swarm(fields))
        if path == "/stop":
            return json_reply(*self._changes.stop())
        if path == "/user":
            return json_reply(*self._changes.update_user(body))
        return 200, [("Content-Type", "text/html; charset=utf-8")], self._changes.reset().encode()

    def _gate(self, request: WebRequest) -> Reply | None:
        """None if the client may go on, else the answer to it. Runs the application's own hooks, too."""
        from ._web.wsgi import environ_of

        app = self.app
        with app.request_context(environ_of(request, self._site.port)):
            answer = app.preprocess_request()
            if answer is None and self.web_login:
                answer = self._login.refusal()
            if answer is None:
                return None
            response = app.process_response(app.make_response(answer))
            return response.status_code, list(response.headers), response.get_data()


def _wrapped(view: Callable[..., Any]) -> Callable[..., Any]:
    import functools

    @functools.wraps(view)
    def unguarded(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return unguarded


__all__ = [
    "DEFAULT_CACHE_TIME",
    "HOST_IS_REQUIRED",
    "AuthArgs",
    "AuthProvider",
    "CustomForm",
    "InputField",
    "WebUI",
    "greenlet_exception_handler",
]
