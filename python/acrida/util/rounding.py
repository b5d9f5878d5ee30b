"""Rounding as people expect it from tables."""

from __future__ import annotations


def proper_round(val: float, digits: int = 0) -> float:
    """Rounds halves up: 0.5 -> 1.0, 2.5 -> 3.0, 2.675 with two digits -> 2.68."""
    return round(val + 10.0 ** (-len(str(val)) - 1), digits)
