"""The HTML report: one file that opens from a disk, with the data of the run inside."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _core, stats
from ._stats.tables import sort_stats
from .util.date import format_utc_timestamp

if TYPE_CHECKING:
    from .env import Environment

#: Percentile columns of the report, as fractions.
PERCENTILES_FOR_HTML_REPORT = [0.50, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0]

#: The built pages of this package.
DEFAULT_BUILD_PATH = str(Path(__file__).parent / "_webui")

_PLACEHOLDERS = {"{u}": "num_users", "{r}": "spawn_rate", "{t}": "run_time"}


def process_html_filename(options: Namespace) -> None:
    """Fill ``{u}``, ``{r}`` and ``{t}`` in ``options.html_file``: users, spawn rate, run time (s), where known."""
    for placeholder, name in _PLACEHOLDERS.items():
        value = getattr(options, name, None)
        if value:
            options.html_file = options.html_file.replace(placeholder, _number(value))


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)


def get_html_report(environment: Environment, show_download_link: bool = True, theme: str = "") -> str:
    """The report of what has been counted so far, as text of an HTML page; ``theme`` is ``dark`` or light."""
    from ._web.shown import to_json

    template = Path(DEFAULT_BUILD_PATH, "report.html").read_text(encoding="utf-8")
    _end_history(environment)
    counted = environment.stats
    facts = to_json(_facts(environment, show_download_link))
    return _core.html_report(
        template,
        [entry._row for entry in sort_stats(counted.entries)],
        counted.total._row,
        [error._record for error in counted.errors.values()],
        facts,
        theme == "dark",
    )


def render_template_from(file: str, build_path: str = DEFAULT_BUILD_PATH, **variables: Any) -> str:
    """A built page with the variables (``template_args``, ``theme``, …) as JSON in ``window``."""
    from ._web.shown import to_json

    names = {"template_args": "templateArgs", "auth_args": "authArgs"}
    lines = [f"window.{names.get(name, name)}={to_json(value)};" for name, value in variables.items()]
    script = "".join(lines).replace("<", "\\u003c")
    if file == "auth.html" and build_path == DEFAULT_BUILD_PATH:
        file = "login.html"  # Locust's name of it
    page = Path(build_path, file).read_text(encoding="utf-8")
    return page.replace("<!--acrida:page-data-->", f"<script>{script}</script>", 1)


def write_html_report(environment: Environment, path: str) -> None:
    """The report without a download link as a file; its folders are made. OSError where that is not possible."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(get_html_report(environment, show_download_link=False), encoding="utf-8")


def _end_history(environment: Environment) -> None:
    """The charts go up to the last request, not only up to the last point that was due."""
    counted, runner = environment.stats, environment.runner
    last = counted.last_request_timestamp
    if runner is None or last is None:
        return
    now = format_utc_timestamp(time.time())
    newest = counted.history[-1]["time"] if counted.history else ""
    if newest < format_utc_timestamp(last) and newest != now:
        stats.update_stats_history(runner, now)


def _facts(environment: Environment, show_download_link: bool) -> dict[str, Any]:
    from ._web.shown import exceptions_of, final_ratios, shown_host

    counted = environment.stats
    return {
        "exceptions": exceptions_of(environment),
        "history": counted.history,
        "tasks": final_ratios(environment),
        "started_at": counted.start_time,
        "ended_at": counted.last_request_timestamp or counted.start_time,
        "host": shown_host(environment)[0],
        "locustfile": environment.locustfile or "",
        "profile": environment.profile or None,
        "percentiles_to_chart": stats.PERCENTILES_TO_CHART,
        "percentiles_to_statistics": stats.PERCENTILES_TO_STATISTICS,
        "show_download_link": show_download_link,
    }
