"""An HTTP proxy for tests, on greenlets of the test's own process: tunnels, plain requests, credentials."""

from __future__ import annotations

import base64
import contextlib
from typing import Any

import gevent
import gevent.pool
import gevent.server
import gevent.socket


class TestingProxy:
    """`heads` are the heads of all that was asked for. With `credentials` ("user:password") others get a 407."""

    __test__ = False

    def __init__(self, credentials: str | None = None):
        self.heads: list[str] = []
        self._wanted = credentials and "Basic " + base64.b64encode(credentials.encode()).decode()
        self._server = gevent.server.StreamServer(("127.0.0.1", 0), self._serve)
        self._server.start()
        self.port: int = self._server.server_port

    def stop(self) -> None:
        self._server.stop()

    def lines(self) -> list[str]:
        return [head.splitlines()[0] for head in self.heads]

    def _serve(self, client: Any, address: Any) -> None:
        with client, client.makefile("rb") as reader:
            while head := self._read_head(reader):
                self.heads.append(head)
                method, target = head.split(" ")[:2]
                if self._wanted and f"Proxy-Authorization: {self._wanted}\r\n" not in head:
                    client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                elif method == "CONNECT":
                    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    return self._join(client, target)
                else:
                    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nby a proxy!")

    @staticmethod
    def _read_head(reader: Any) -> str:
        lines = []
        while (line := reader.readline()) not in (b"\r\n", b""):
            lines.append(line.decode("latin-1"))
        return "".join(lines)

    @staticmethod
    def _join(client: Any, target: str) -> None:
        host, _, port = target.rpartition(":")

        def pump(source: Any, sink: Any) -> None:
            while piece := source.recv(65536):
                sink.sendall(piece)
            with contextlib.suppress(OSError):  # it has gone already
                sink.shutdown(gevent.socket.SHUT_WR)

        with gevent.socket.create_connection((host, int(port))) as server:
            gevent.joinall([gevent.spawn(pump, client, server), gevent.spawn(pump, server, client)])
