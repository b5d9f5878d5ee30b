"""A socket of messages for programs that want to talk to a master or a worker themselves.

acrida's own master and workers speak the same protocol in C++ and do not use this. Every object belongs to the
greenlet that made it, or to one that sends and one that receives; waiting lets the other greenlets run.
"""

from __future__ import annotations

import socket as _socket
from typing import Any

import msgpack
import zmq.green as zmq

from ..exception import RPCError, RPCReceiveError, RPCSendError
from ..util.exception_handler import retry
from .protocol import Message


class BaseSocket:
    """What Server and Client share. After close() everything raises RPCError."""

    def __init__(self, sock_type: int, ipv4_only: bool) -> None:
        self.socket: Any = zmq.Context.instance().socket(sock_type)
        self.socket.setsockopt(zmq.TCP_KEEPALIVE, 1)
        self.socket.setsockopt(zmq.TCP_KEEPALIVE_IDLE, 30)
        if not ipv4_only:
            self.socket.setsockopt(zmq.IPV6, 1)

    @retry()
    def send(self, msg: Message) -> None:
        """To the other side, without waiting; RPCSendError after the last try."""
        self._send([msg.serialize()])

    @retry()
    def send_to_client(self, msg: Message) -> None:
        """To the client that ``msg.node_id`` names; one that is not there gets nothing, without an error."""
        self._send([str(msg.node_id).encode(), msg.serialize()])

    def recv(self) -> Message:
        """The next message; RPCReceiveError when it cannot be read."""
        return _message(self._receive())

    def recv_from_client(self) -> tuple[str, Message]:
        """The next message and the id of its sender; RPCReceiveError (with ``addr``) when it cannot be read."""
        sender, *frames = self._receive()
        address = sender.decode("utf-8", "backslashreplace")
        return address, _message(frames, address)

    def close(self, linger: int | None = None) -> None:
        """Close; ``linger``: milliseconds that unsent messages are still given."""
        self.socket.close(linger)

    def ipv4_only(self, host: str, port: int) -> bool:
        """Whether ``host`` has no address of the newer kind, or the system does not know it."""
        if not _socket.has_ipv6:
            return True
        try:
            found = _socket.getaddrinfo(None if host == "*" else host, port, proto=_socket.IPPROTO_TCP)
        except OSError:
            return True
        return all(family != _socket.AF_INET6 for family, *_ in found)

    def _send(self, frames: list[bytes]) -> None:
        try:
            self.socket.send_multipart(frames, zmq.NOBLOCK)
        except zmq.ZMQError as error:
            raise RPCSendError(f"the message was not sent: {error}") from error

    def _receive(self) -> list[bytes]:
        try:
            return self.socket.recv_multipart()  # type: ignore[no-any-return]
        except zmq.ZMQError as error:
            raise RPCError(f"the socket cannot receive: {error}") from error


class Server(BaseSocket):
    """Listens on ``host`` (``*``: all addresses) and ``port`` (0: any free one; see the attribute ``port``)."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(zmq.ROUTER, self.ipv4_only(host, port))
        try:
            if port:
                self.port = port
                self.socket.bind(f"tcp://{_bracketed(host)}:{port}")
            else:
                self.port = self.socket.bind_to_random_port(f"tcp://{_bracketed(host)}")
        except zmq.ZMQError as error:
            self.socket.close(0)
            raise RPCError(f"Socket bind failure: {error}") from error


class Client(BaseSocket):
    """Connects to a Server in the background; ``identity`` is the id that the server sees."""

    def __init__(self, host: str, port: int, identity: str) -> None:
        super().__init__(zmq.DEALER, self.ipv4_only(host, port))
        self.socket.setsockopt(zmq.IDENTITY, identity.encode())
        self.socket.connect(f"tcp://{_bracketed(host)}:{port}")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _message(frames: list[bytes], address: str | None = None) -> Message:
    try:
        (packed,) = frames
        return Message.unserialize(packed)
    except (ValueError, TypeError, KeyError, msgpack.exceptions.UnpackException) as error:
        raise RPCReceiveError(f"a message that cannot be read: {error}", addr=address) from error


__all__ = ["BaseSocket", "Client", "Message", "RPCError", "RPCReceiveError", "RPCSendError", "Server"]
