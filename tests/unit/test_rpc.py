"""The sockets that people's own programs use: their settings, and what they say when they are closed."""

from __future__ import annotations

import time

import gevent
import pytest
import zmq
from acrida.exception import RPCError, RPCSendError
from acrida.rpc import Message, zmqrpc


def test_settings_of_both_ends_and_errors_of_closed_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (gevent, time):  # between the tries to send
        monkeypatch.setattr(module, "sleep", lambda seconds: None)
    server = zmqrpc.Server("127.0.0.1", 0)
    client, of_the_newer_kind = (zmqrpc.Client(host, server.port, "one") for host in ("127.0.0.1", "::1"))
    for end in (server, client, of_the_newer_kind):
        assert end.socket.getsockopt(zmq.TCP_KEEPALIVE) == 1
        assert end.socket.getsockopt(zmq.TCP_KEEPALIVE_IDLE) == 30
    assert of_the_newer_kind.socket.getsockopt(zmq.IPV6) == 1
    for end in (server, client, of_the_newer_kind):
        end.close(0)
    with gevent.Timeout(10):
        for receive in (client.recv, server.recv_from_client):
            with pytest.raises(RPCError, match="the socket cannot receive"):
                receive()
        for send in (client.send, server.send_to_client):
            with pytest.raises(RPCSendError, match="the message was not sent"):
                send(Message("late", None, "one"))
