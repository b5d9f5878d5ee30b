"""The Flask application behind ``web_ui.app``: every built-in route as a thin view over the server's own answer.

It is made when somebody touches ``web_ui.app`` for the first time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flask
import jinja2

from .. import _core

if TYPE_CHECKING:
    from ..web import WebUI

PAGE_DATA = "<!--acrida:page-data-->"
_SCRIPT = (
    "<script>window.templateArgs = {{ template_args|tojson }};"
    "window.basePath = {{ (template_args.basePath or '')|tojson }};"
    "{% if theme is defined %}window.theme = {{ theme|tojson }};{% endif %}"
    "{% if auth_args is defined %}window.authArgs = {{ auth_args|tojson }};{% endif %}</script>"
)
_NO_BUNDLE = f"<!doctype html><title>acrida</title>{PAGE_DATA}<p>The files of the page are not in this installation."


class _Pages(jinja2.BaseLoader):
    """The pages of the bundle as templates; ``template_args`` stands where they have their mark."""

    def __init__(self, folders: list[str]) -> None:
        self._folders = folders

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str | None, Any]:
        if template == "auth.html":
            template = "login.html"  # Locust's name of it
        for folder in self._folders:
            path = Path(folder, template)
            if template.endswith(".html") and "/" not in template and path.is_file():
                text = path.read_text(encoding="utf-8")
                if PAGE_DATA in text:
                    text = (
                        "{% raw %}" + text.replace(PAGE_DATA, "{% endraw %}" + _SCRIPT + "{% raw %}") + "{% endraw %}"
                    )
                return text, str(path), lambda: True
        if template in ("index.html", "login.html", "report.html"):
            return _NO_BUNDLE.replace(PAGE_DATA, _SCRIPT), None, lambda: True
        raise jinja2.TemplateNotFound(template)


def make_app(web_ui: WebUI, folders: list[str]) -> flask.Flask:
    """The application with all built-in routes."""
    # Flask cannot find the folders of a package that is only an alias.
    here = str(Path(__file__).parent.parent)
    app = flask.Flask("locust", static_folder=None, root_path=here, instance_path=str(Path.cwd() / "instance"))
    app.json.compact = False  # type: ignore[attr-defined]  # as without it: scripts look for `"success": true`
    app.jinja_loader = jinja2.ChoiceLoader([_Pages(folders), jinja2.FileSystemLoader("templates")])
    app.config["SERVER_NAME"] = None
    blueprint = flask.Blueprint("locust", "locust", root_path=here, url_prefix=web_ui.web_base_path or None)
    for path, endpoint, has_get, has_post, needs_login in _core.web_routes():
        if not endpoint:
            continue
        methods = [*(["GET"] if has_get else []), *(["POST"] if has_post else [])]
        view = _views(web_ui).get(endpoint) or _shown(web_ui)
        if needs_login:
            view = web_ui.auth_required_if_enabled(view)
        view.clear_cache = lambda: None  # type: ignore[attr-defined]  # nothing is cached
        rule = "/assets/<path:path>" if endpoint == "send_assets" else path
        blueprint.add_url_rule(rule, endpoint, view, methods=methods, strict_slashes=path != "/")
    app.register_blueprint(blueprint)
    app.after_request(_allow_reading)
    return app


#: Changes, and the page, which holds what a person typed into its form.
_NOT_FOR_OTHER_SITES = {f"locust.{endpoint}" for endpoint in ("index", "swarm", "stop", "reset_stats", "update_user")}


#: Hooks that are ours: what else is there is the person's.
def own_hooks() -> set[Callable[..., Any]]:
    """The functions that :func:`make_app` has registered."""
    return {_allow_reading}


def _allow_reading(response: flask.Response) -> flask.Response:
    if flask.request.endpoint not in _NOT_FOR_OTHER_SITES:
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
    return response


def _shown(web_ui: WebUI) -> Callable[..., Any]:
    def view(**_: Any) -> flask.Response:
        web_ui._push_all()
        status, headers, body = web_ui._site.render(flask.request.method, flask.request.full_path.rstrip("?"))
        return flask.Response(body, status, headers)

    return view


def _views(web_ui: WebUI) -> dict[str, Callable[..., Any]]:
    changes = web_ui._changes

    def index() -> Any:
        if web_ui.environment.runner is None:
            return flask.Response("Error: Locust Environment does not have any runner", 500, mimetype="text/plain")
        web_ui.update_template_args()
        return flask.render_template("index.html", template_args=web_ui.template_args)

    def swarm() -> Any:
        verdict = web_ui._site.try_begin_start(flask.request.form.get("acrida_run", type=int))
        if verdict != "go":
            reply = {"success": False, "message": f"Refused: {verdict}.", "host": web_ui.environment.host}
            return flask.jsonify(reply), 409
        status, answer = changes.swarm(flask.request.form.items(multi=True))
        return flask.jsonify(answer), status

    def stop() -> Any:
        return flask.jsonify(changes.stop()[1])

    def reset_stats() -> Any:
        return changes.reset()

    def update_user() -> Any:
        status, answer = changes.update_user(flask.request.get_data())
        return flask.jsonify(answer), status

    def login() -> Any:
        return web_ui._login.page()

    return {
        "index": index,
        "swarm": swarm,
        "stop": stop,
        "reset_stats": reset_stats,
        "update_user": update_user,
        "login": login,
    }
