"""Keys pressed in the terminal during a run."""

from __future__ import annotations

import collections
import logging
import os
import sys
from collections.abc import Callable

import gevent

logger = logging.getLogger("locust.input_events")

_POLL_SECONDS = 0.2


class InitError(Exception):
    """There is no terminal to read keys from."""


class UnixKeyPoller:
    """Reads single keys from a terminal, which it puts into character mode until ``cleanup()``."""

    def __init__(self) -> None:
        if not sys.stdin.isatty():
            raise InitError("Terminal was not a tty. Keyboard input disabled")
        import termios
        import tty

        self._stdin = sys.stdin.fileno()
        self._settings = termios.tcgetattr(self._stdin)
        # Not TCSAFLUSH, the default: a key pressed early would be thrown away.
        tty.setcbreak(self._stdin, termios.TCSADRAIN)

    def cleanup(self) -> None:
        """Restore the terminal."""
        import termios

        termios.tcsetattr(self._stdin, termios.TCSADRAIN, self._settings)

    def poll(self) -> str | None:
        """The next key, or None if none was pressed."""
        import select

        readable, _, _ = select.select([self._stdin], [], [], 0)
        return os.read(self._stdin, 1).decode(errors="replace") if readable else None


class WindowsKeyPoller:
    """Reads single keys from a Windows console."""

    def __init__(self) -> None:
        if not sys.stdin.isatty():
            raise InitError("Terminal was not a tty. Keyboard input disabled")
        import msvcrt

        self._console = msvcrt
        self._keys: collections.deque[str] = collections.deque()

    def cleanup(self) -> None:
        """Nothing to restore."""

    def poll(self) -> str | None:
        """The next key, or None if none was pressed."""
        while self._console.kbhit():  # type: ignore[attr-defined]
            self._keys.append(self._console.getwch())  # type: ignore[attr-defined]
        return self._keys.popleft() if self._keys else None


def get_poller() -> UnixKeyPoller | WindowsKeyPoller:
    """The poller for this system; InitError without a terminal."""
    return WindowsKeyPoller() if os.name == "nt" else UnixKeyPoller()


def input_listener(key_to_func_map: dict[str, Callable[[], None]]) -> Callable[[], None]:
    """A function to be spawned: calls the function of each key that is pressed, for ever."""

    def listen() -> None:
        try:
            poller = get_poller()
        except InitError as error:
            logger.debug(error)
            return
        try:
            while True:
                key = poller.poll()
                if key in key_to_func_map:
                    key_to_func_map[key]()
                elif not key:
                    gevent.sleep(_POLL_SECONDS)
        except Exception as error:
            logger.warning("Exception in keyboard input poller: %s", error)
        finally:
            poller.cleanup()

    return listen
