"""Runs a program on a pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path


def run_on_terminal(
    command: Sequence[str | Path], cwd: Path, env: Mapping[str, str], columns: int = 80
) -> tuple[int, str]:
    """Its exit code, and everything that the terminal was sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(command, cwd=cwd, env=env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    seen = b""
    try:
        # select() and not only read(): this process is patched by gevent, which closes our copy of `theirs` in its hub.
        while select.select([ours], [], [], 60)[0] and (piece := os.read(ours, 65536)):
            seen += piece
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    return process.wait(20), seen.decode()
