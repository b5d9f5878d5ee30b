"""``--web-login``: who may see the page. The locustfile decides, through Flask-Login."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..web import WebUI

logger = logging.getLogger("locust.web")

_HOW_TO = "See https://docs.locust.io/en/stable/extending-locust.html#adding-authentication-to-the-web-ui"


class Login:
    """The login page, and the check before every protected view."""

    def __init__(self, web_ui: WebUI) -> None:
        self._web_ui = web_ui
        self.manager: Any = None

    def set_up(self, app: Any) -> None:
        """Make Flask-Login work on the application."""
        import flask_login

        self.manager = flask_login.LoginManager()
        self.manager.login_view = "locust.login"
        self.manager.init_app(app)

    def required(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """The view, shown only to those who are logged in."""

        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            refusal = self.refusal()
            return view(*args, **kwargs) if refusal is None else refusal

        return guarded

    def refusal(self) -> Any:
        """Within a request: None, or the answer to somebody who is not logged in."""
        import flask
        import flask_login

        try:
            for key in ("auth_error", "auth_info"):
                if flask.session.get(key) is not None:
                    flask.session[key] = None
            if flask_login.current_user.is_authenticated:
                return None
            if not flask.current_app.secret_key:
                raise RuntimeError("no secret key: set environment.web_ui.app.secret_key")
            return flask.redirect(flask.url_for("locust.login", next=flask.request.path))
        except Exception as error:
            return f"Locust auth exception: {error} {_HOW_TO}"

    def page(self) -> Any:
        """The answer of /login."""
        import flask

        web_ui = self._web_ui
        if not web_ui.web_login:
            return flask.redirect(flask.url_for("locust.index"))
        auth_args = {
            **web_ui.auth_args,
            "error": flask.session.get("auth_error"),
            "info": flask.session.get("auth_info"),
        }
        web_ui.auth_args.update(auth_args)
        template_args = {"basePath": web_ui.web_base_path or "", "isAcrida": True}
        return flask.render_template("login.html", auth_args=auth_args, template_args=template_args)
