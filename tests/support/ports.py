"""Ports for servers that cannot be asked which one they took."""

from __future__ import annotations

import random
import socket


def free_port() -> int:
    """Free now, and not of those that connections of other tests are given (32768 and more)."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
