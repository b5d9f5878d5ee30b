"""Exceptions that left a task, counted by traceback."""

from __future__ import annotations

import traceback
from types import TracebackType
from typing import Any, TypedDict

from .._error_log import place_of


class ExceptionDict(TypedDict):
    """One row of ``runner.exceptions``: equal tracebacks, wherever they occurred."""

    count: int
    msg: str
    traceback: str
    nodes: set[str]


class TracebackTexts:
    """Formats tracebacks, each distinct one once: a failing scenario fails thousands of times in the same place."""

    _KEPT = 1000

    def __init__(self) -> None:
        self._texts: dict[Any, str] = {}

    def of(self, tb: TracebackType | None) -> str:
        """The frames of ``tb`` as text."""
        place = place_of(tb)
        text = self._texts.get(place)
        if text is None:
            if len(self._texts) >= self._KEPT:
                self._texts.clear()
            text = self._texts[place] = "".join(traceback.format_tb(tb))
        return text
