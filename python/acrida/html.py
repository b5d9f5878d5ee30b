"""The HTML report."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

#: Percentile columns of the report, as fractions.
PERCENTILES_FOR_HTML_REPORT = [0.50, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0]

_PLACEHOLDERS = {"{u}": "num_users", "{r}": "spawn_rate", "{t}": "run_time"}


def process_html_filename(options: Namespace) -> None:
    """Fill ``{u}``, ``{r}`` and ``{t}`` in ``options.html_file``: users, spawn rate, run time (s), where known."""
    for placeholder, name in _PLACEHOLDERS.items():
        value = getattr(options, name, None)
        if value:
            options.html_file = options.html_file.replace(placeholder, _number(value))


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)
