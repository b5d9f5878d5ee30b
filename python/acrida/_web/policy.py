"""Which requests the person's Flask application wants to see."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _core
from .flask_app import own_hooks

if TYPE_CHECKING:
    import flask


class Policy(NamedTuple):
    """As the server takes it."""

    has_app: bool = False
    all_through_app: bool = False
    has_hooks: bool = False
    endpoints: tuple[str, ...] = ()
    own_paths: tuple[str, ...] = ()


def is_jinja_page(build_path: str | None) -> bool:
    """Is the index.html of a person's own build a template?"""
    page = Path(build_path or "", "index.html")
    return bool(build_path) and page.is_file() and "{{" in page.read_text(encoding="utf-8", errors="replace")


def policy_of(app: flask.Flask, original_views: dict[str, Any], base_path: str, index_through_app: bool) -> Policy:
    """What the application has besides what we put into it."""
    replaced = [
        endpoint.removeprefix("locust.")
        for endpoint, view in original_views.items()
        if app.view_functions.get(endpoint) is not view
    ]
    before = _theirs(app.before_request_funcs, app)
    after = _theirs(app.after_request_funcs, app) or _theirs(app.teardown_request_funcs, app)
    handlers = any(any(by_class for by_class in each.values()) for each in app.error_handler_spec.values())
    return Policy(
        has_app=True,
        all_through_app=before or after or handlers,
        has_hooks=before,
        endpoints=(*replaced, *(["index"] if index_through_app else [])),
        own_paths=tuple(
            path for path, endpoint, *_ in _core.web_routes() if not endpoint and _has(app, base_path, path)
        ),
    )


def _theirs(hooks: dict[Any, list[Any]], app: flask.Flask) -> bool:
    ours = own_hooks() | set(getattr(app, "_acrida_hooks", ()))
    return any(function not in ours for functions in hooks.values() for function in functions)


def _has(app: flask.Flask, base_path: str, path: str) -> bool:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    return base_path + path in rules or (not base_path and path in rules)
