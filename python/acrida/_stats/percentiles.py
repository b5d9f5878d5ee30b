"""Functions of plain dictionaries ``bucket -> count``, for those who compute with them."""

from __future__ import annotations

from collections.abc import Sequence

from .. import _core


def get_readable_percentiles(percentile_list: Sequence[float]) -> list[str]:
    """``[0.5, 0.999]`` as ``["50%", "99.9%"]``."""
    return [_core.percentile_label(percentile) for percentile in percentile_list]


def calculate_response_time_percentile(response_times: dict[int, int], num_requests: int, percent: float) -> int:
    """The bucket that ``percent`` (0 to 1) of the requests do not exceed, counted from the slowest."""
    return _core.percentile(dict(response_times), num_requests, percent)


def diff_response_time_dicts(latest: dict[int, int], old: dict[int, int]) -> dict[int, int]:
    """What was added between two states; buckets that did not grow are left out."""
    grown = {}
    for bucket, count in latest.items():
        if diff := count - old.get(bucket, 0):
            grown[bucket] = diff
    return grown


def avg(values: Sequence[float]) -> float:
    """The mean; 0.0 of nothing."""
    return sum(values, 0.0) / max(len(values), 1)
