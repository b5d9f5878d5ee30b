"""Asking a master for its locustfiles, before there is a runner."""

from __future__ import annotations

import os
import socket
import sys
import time
from typing import Any

from .. import _core
from .._version import LOCUST_VERSION
from ..rpc.protocol import Message

#: Seconds between two requests, before the first word about waiting, between two such words, and in all.
_EVERY, _QUIET, _WORD_EVERY, _PATIENCE = 1.0, 10.0, 60.0, 300.0


class DownloadError(Exception):
    """Why there are no locustfiles; the text is for people."""


def fetch_locustfiles(host: str, port: int, join_secret: str) -> list[Any]:
    """What the master sends: for each file a dict with ``filename`` and ``contents``, or a URL."""
    import zmq

    identity = f"{socket.gethostname()}_download_locustfile_{os.urandom(16).hex()}"
    link = zmq.Context().socket(zmq.DEALER)
    link.setsockopt(zmq.LINGER, 0)
    link.setsockopt(zmq.IPV6, 1)
    link.setsockopt(zmq.IDENTITY, identity.encode())
    if join_secret:
        link.curve_serverkey = _core.master_public_key(join_secret).encode()
        link.curve_publickey, link.curve_secretkey = zmq.curve_keypair()
    link.connect(f"tcp://[{host}]:{port}" if ":" in host else f"tcp://{host}:{port}")
    try:
        data: dict[str, Any] = {"version": LOCUST_VERSION}
        answer = _ask(link, identity, data)
        if join_secret and "acrida" in answer:
            data["acrida"] = _core.sign_join(join_secret, "locustfile", answer["acrida"], identity)
            answer = _ask(link, identity, data)
    finally:
        link.close()
    if "error" in answer:
        raise DownloadError(f"Got error from master: {answer['error']}")
    files: list[Any] = answer.get("locustfiles", [])
    return files


def _ask(link: Any, identity: str, data: dict[str, Any]) -> dict[str, Any]:
    began = time.monotonic()
    next_word = _QUIET
    while (waited := time.monotonic() - began) < _PATIENCE:
        if waited >= next_word:
            sys.stderr.write("Waiting to connect to master to receive locustfile...\n")
            next_word += _WORD_EVERY
        link.send(Message("locustfile", data, identity).serialize())
        if link.poll(_EVERY * 1000):
            message = Message.unserialize(link.recv())
            if message.type != "locustfile":
                raise DownloadError(f"Got wrong message type from master {message.type}")
            return message.data if isinstance(message.data, dict) else {}
    raise DownloadError(f"Got no locustfile response from master, gave up after {_PATIENCE:.0f}s")
