"""``async def`` tasks: a coroutine runs to its end inside its user's greenlet, beside users that block.

Each user gets a small asyncio loop of its own. Where that loop would wait, the greenlet gives way to the other
users, like any blocking call does.
"""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop
from asyncio.events import _get_running_loop, _set_running_loop
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import greenlet
from gevent import get_hub
from gevent.selectors import GeventSelector

if TYPE_CHECKING:
    from .user import User


def run(user: User, coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run the coroutine of this user, in the calling greenlet, and return its result."""
    return _loop_of(user).run_to_end(coroutine)


def _loop_of(user: User) -> _UserLoop:
    loop = vars(user).get("_async_loop")
    if loop is None or loop.is_closed() or loop.is_running():
        # Running: a coroutine called blocking code that ran a task of its own; loops do not nest.
        loop = _UserLoop()
        user._async_loop = loop
    return loop


class _Selector(GeventSelector):
    """gevent's selector, which another thread may wake."""

    def wake(self) -> None:
        # get_hub() would be the other thread's.
        self.hub.loop.run_callback_threadsafe(self._ready.set)  # type: ignore[attr-defined]


class _UserLoop(asyncio.SelectorEventLoop):
    """A selector loop without the pair of sockets that others need to be woken: users are many."""

    def __init__(self) -> None:
        self._gevent_selector = _Selector(get_hub())
        super().__init__(self._gevent_selector)

    def _make_self_pipe(self) -> None:
        self._internal_fds = 0

    def _close_self_pipe(self) -> None:
        pass

    def _write_to_self(self) -> None:
        self._gevent_selector.wake()

    def run_to_end(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Like ``run_until_complete``; when the greenlet is killed meanwhile, the coroutine's cleanup runs first."""
        _keep_running_loops_apart()
        task = self.create_task(coroutine)
        try:
            return self.run_until_complete(task)
        except BaseException:
            if not task.done():
                task.cancel()
                self.run_until_complete(asyncio.gather(task, return_exceptions=True))
            raise


# asyncio remembers one running loop per thread, but each of our greenlets may have one of its own.
_parked: WeakKeyDictionary[Any, AbstractEventLoop] = WeakKeyDictionary()
_previous_trace: Any = None
_is_installed = False


def _keep_running_loops_apart() -> None:
    global _previous_trace, _is_installed
    if not _is_installed:
        _is_installed = True
        _previous_trace = greenlet.settrace(_on_switch)


def _on_switch(event: str, greenlets: Any) -> None:
    origin, target = greenlets
    running = _get_running_loop()
    if running is not None:
        _parked[origin] = running
        _set_running_loop(None)
    if target in _parked:
        _set_running_loop(_parked.pop(target))
    if _previous_trace is not None:
        _previous_trace(event, greenlets)
