"""What importing the package does to the standard library.

Every simulated user is a greenlet, so blocking calls of the standard library must switch to the next
user instead of stopping the process: that is gevent's monkey patching. It has to happen before anything
else of the package is loaded, hence this module imports nothing but gevent.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def patch_standard_library() -> None:
    """Let gevent replace blocking calls, unless ``LOCUST_SKIP_MONKEY_PATCH`` is set (library use)."""
    _drop_playwright_setting()
    if os.environ.get("LOCUST_SKIP_MONKEY_PATCH"):
        return
    from gevent import monkey

    with _entry_points_read_once():
        monkey.patch_all()


@contextmanager
def _entry_points_read_once() -> Iterator[None]:
    """gevent asks two dozen times for its plugins; each time every installed package is read, 5 ms and more."""
    from importlib import metadata

    original = metadata.entry_points
    read: list[Any] = []

    def entry_points(**wanted: Any) -> Any:
        if not read:
            read.append(original())
        return read[0].select(**wanted)

    metadata.entry_points = entry_points
    try:
        yield
    finally:
        metadata.entry_points = original


def _drop_playwright_setting() -> None:
    if not os.environ.get("LOCUST_PLAYWRIGHT"):
        return
    print("LOCUST_PLAYWRIGHT has no effect any more: Playwright works without it.")
    print("If asyncio misbehaves, uninstall trio (pip uninstall trio).")
    try:
        import trio  # noqa: F401
    except ImportError:
        os._exit(1)
