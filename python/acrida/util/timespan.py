"""Time spans as people type them on the command line."""

from __future__ import annotations

import re

_FORM = re.compile(r"(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?(?:(?P<seconds>\d+)s)?", re.ASCII)


def parse_timespan(time_str: str) -> int:
    """Seconds of ``"20"``, ``"20s"``, ``"3m"``, ``"2h"``, ``"1h20m"``, ``"3h30m10s"``; ValueError for anything else."""
    if not time_str:
        raise ValueError("Invalid time span format")
    if re.fullmatch(r"\d+", time_str, re.ASCII):
        return int(time_str)
    parts = _FORM.fullmatch(time_str)
    if not parts:
        raise ValueError("Invalid time span format. Valid formats: 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc.")
    hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    return hours * 3600 + minutes * 60 + seconds
