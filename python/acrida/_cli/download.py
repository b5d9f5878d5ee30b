"""Asking a master for its locustfiles, before there is a runner."""

from __future__ import annotations

import os
import socket
import sys
import time
from typing import Any

from .. import _core
from .._shipping.archive import MOST_BYTES, Archive, ArchiveError, unpack
from .._version import LOCUST_VERSION
from ..rpc.protocol import Message

#: Seconds between two requests, before the first word about waiting, between two such words, and in all.
_EVERY, _QUIET, _WORD_EVERY, _PATIENCE = 1.0, 10.0, 60.0, 300.0


class DownloadError(Exception):
    """Why there are no locustfiles; the text is for people."""


def fetch_locustfiles(host: str, port: int, join_secret: str) -> list[Any] | Archive:
    """An archive from a master of acrida; from one of Locust for each file ``filename`` and ``contents``, or a URL."""
    link = _Link(host, port, join_secret)
    try:
        first = link.ask({"acrida_piece": 0})
        if "pieces" not in first:
            files: list[Any] = first.get("locustfiles", [])
            return files
        return unpack(_all_pieces(link, first), str(first.get("sha256")))
    except ArchiveError as error:
        raise DownloadError(f"The master's locustfiles cannot be used: {error}") from error
    finally:
        link.close()


def _all_pieces(link: _Link, first: dict[str, Any]) -> bytes:
    pieces, data = first["pieces"], _piece(first)
    if not isinstance(pieces, int):
        raise ArchiveError("the master does not say how long the archive is")
    for number in range(1, pieces):
        data += _piece(link.ask({"acrida_piece": number}))
        if len(data) > 2 * MOST_BYTES:
            raise ArchiveError("the archive does not end")
    return bytes(data)


def _piece(answer: dict[str, Any]) -> bytearray:
    data = answer.get("data")
    if not isinstance(data, bytes) or not data:
        raise ArchiveError("the master sends a piece without content")
    return bytearray(data)


class _Link:
    """Questions to a master, each repeated until it is answered."""

    def __init__(self, host: str, port: int, join_secret: str) -> None:
        import zmq

        self._master = host, port
        self._secret = join_secret
        self._proof: dict[str, str] = {}
        self._identity = f"{socket.gethostname()}_download_locustfile_{os.urandom(16).hex()}"
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.IPV6, 1)
        self._socket.setsockopt(zmq.MAXMSGSIZE, 2 * MOST_BYTES)
        self._socket.setsockopt(zmq.IDENTITY, self._identity.encode())
        if join_secret:
            self._socket.curve_serverkey = _core.master_public_key(join_secret).encode()
            self._socket.curve_publickey, self._socket.curve_secretkey = zmq.curve_keypair()
        self._refusals = self._socket.get_monitor_socket(
            zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq.EVENT_HANDSHAKE_FAILED_AUTH
        )
        self._socket.connect(f"tcp://[{host}]:{port}" if ":" in host else f"tcp://{host}:{port}")

    def ask(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """The answer, after showing that we know the join secret where the master wants that."""
        answer = self._ask(wanted)
        if self._secret and "acrida" in answer:
            proof = _core.sign_join(self._secret, "locustfile", answer["acrida"], self._identity)
            self._proof = {"acrida": proof}
            answer = self._ask(wanted)
        if "error" in answer:
            raise DownloadError(f"Got error from master: {answer['error']}")
        return answer

    def _ask(self, wanted: dict[str, Any]) -> dict[str, Any]:
        data = {"version": LOCUST_VERSION, **self._proof, **wanted}
        began = time.monotonic()
        next_word = _QUIET
        while (waited := time.monotonic() - began) < _PATIENCE:
            if waited >= next_word:
                sys.stderr.write("Waiting to connect to master to receive locustfile...\n")
                next_word += _WORD_EVERY
            self._socket.send(Message("locustfile", data, self._identity).serialize())
            if (answer := self._answer(wanted)) is not None:
                return answer
            self._check_refusals()
        raise DownloadError(f"Got no locustfile response from master, gave up after {_PATIENCE:.0f}s")

    def _answer(self, wanted: dict[str, Any]) -> dict[str, Any] | None:
        while self._socket.poll(round(_EVERY * 1000)):
            message = Message.unserialize(self._socket.recv())
            if message.type != "locustfile":
                raise DownloadError(f"Got wrong message type from master {message.type}")
            answer = message.data if isinstance(message.data, dict) else {}
            # An earlier question may have been answered twice.
            if answer.get("piece", wanted["acrida_piece"]) == wanted["acrida_piece"]:
                return answer
        return None

    def _check_refusals(self) -> None:
        import zmq
        from zmq.utils.monitor import recv_monitor_message

        was_closed = False
        while self._refusals.poll(0):
            if recv_monitor_message(self._refusals)["event"] != zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL:
                raise DownloadError(_core.NOT_THE_SAME_SECRET)
            was_closed = True
        # Also a port behind which no master is yet may close connections.
        if was_closed and self._secret and _core.encrypts(*self._master):
            raise DownloadError(_core.NOT_THE_SAME_SECRET)

    def close(self) -> None:
        """Nothing more is asked."""
        self._socket.disable_monitor()
        self._socket.close()
