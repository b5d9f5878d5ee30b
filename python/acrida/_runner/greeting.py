"""Does something listen there that is a master with a join secret?"""

from __future__ import annotations

import contextlib
import socket

#: How a ZeroMQ peer begins, as far as it must for the other side to say everything about itself.
_HELLO = b"\xff" + bytes(7) + b"\x01\x7f\x03\x01"
_MECHANISM = slice(12, 32)
_SECONDS = 2.0

NOT_THE_SAME_SECRET = (
    "The master and this worker do not have the same join secret. Give all nodes the same --join-secret (or none)."
)


def encrypts(host: str, port: int) -> bool:
    """True if a peer answers there and encrypts: a connection that it closes was not closed for another reason."""
    greeting = b""
    with contextlib.suppress(OSError), socket.create_connection((host, port), _SECONDS) as probe:
        probe.sendall(_HELLO)
        while len(greeting) < _MECHANISM.stop and (more := probe.recv(64)):
            greeting += more
    return greeting[_MECHANISM].rstrip(b"\0") == b"CURVE"
