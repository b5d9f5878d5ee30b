"""Converters of option values. Each takes the text and raises ArgumentTypeError with what is wrong."""

from __future__ import annotations

import argparse
import json
import math
import os
from collections.abc import Sequence
from typing import Any, NoReturn

from .util.timespan import parse_timespan

#: Of --threads.
MOST_THREADS = 1024


def timespan(time_str: str) -> int:
    """Seconds of a time span such as ``1h30m``."""
    try:
        return parse_timespan(time_str)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def positive_integer(string: str) -> int:
    """A whole number above 0."""
    value = int(string)
    if value < 1:
        raise argparse.ArgumentTypeError(f"Invalid --expect-workers argument ({value}), must be a positive number")
    return value


def threads(text: str) -> int:
    """A whole number from 1 to MOST_THREADS."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    if value > MOST_THREADS:
        raise argparse.ArgumentTypeError(f"{value} is too large: at most {MOST_THREADS}")
    return value


def gt_zero(text: str) -> float:
    """A finite number above 0."""
    value = float(text)
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError("must be a finite number")
    if value <= 0:
        raise argparse.ArgumentTypeError("must be > 0")
    return value


def json_user_config(string: str) -> list[dict[str, Any]]:
    """Settings of user classes from JSON, or from the file of that name if it ends in ``.json``."""
    try:
        config = _read_json(string)
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(
            f"The --config-users argument must be a valid JSON string or file: {error}"
        ) from None
    entries = config if isinstance(config, list) else [config]
    if not all(isinstance(entry, dict) and "user_class_name" in entry for entry in entries):
        raise argparse.ArgumentTypeError("The user config must specify a user_class_name")
    return entries


def _read_json(string: str) -> Any:
    if string.endswith(".json") and os.path.exists(string):
        with open(string, encoding="utf-8") as file:
            return json.load(file)
    return json.loads(string)


class Retired(argparse.Action):
    """Refuses an option that is gone, with the words of its help text."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> NoReturn:
        raise argparse.ArgumentError(self, str(self.metavar))


#: By ``Option.kind``.
CONVERTERS: dict[str, Any] = {
    "str": str,
    "int": int,
    "upper": str.upper,
    "timespan": timespan,
    "gt_zero": gt_zero,
    "positive": positive_integer,
    "threads": threads,
    "json_user_config": json_user_config,
}
