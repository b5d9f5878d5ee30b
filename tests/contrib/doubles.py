"""Small stand-ins for servers that no package brings: they speak the protocol, and nothing more than the tests need."""

from __future__ import annotations

import json
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[int]:
    """Runs the server in a thread; yields its port."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[index]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _MongoConnection(socketserver.BaseRequestHandler):
    """Answers OP_MSG and the old OP_QUERY of the handshake: greets, finds two documents, refuses one collection."""

    OP_QUERY, OP_REPLY, OP_MSG = 2004, 1, 2013

    def handle(self) -> None:
        import bson

        while head := self._read(16):
            length, request, _, code = struct.unpack("<iiii", head)
            body = self._read(length - 16)
            if code == self.OP_MSG:
                command = bson.decode(body[5 : 5 + struct.unpack_from("<i", body, 5)[0]])
                answer = struct.pack("<IB", 0, 0) + bson.encode(self._answer(command))
                kind = self.OP_MSG
            else:
                answer = struct.pack("<iqii", 8, 0, 0, 1) + bson.encode(self._hello())
                kind = self.OP_REPLY
            self.request.sendall(struct.pack("<iiii", 16 + len(answer), 1, request, kind) + answer)

    def _read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = self.request.recv(count - len(data))
            if not piece:
                return b""
            data += piece
        return data

    def _hello(self) -> dict[str, Any]:
        return {"ok": 1.0, "isWritablePrimary": True, "ismaster": True, "maxWireVersion": 21, "minWireVersion": 0}

    def _answer(self, command: dict[str, Any]) -> dict[str, Any]:
        if "find" not in command:
            return self._hello()
        if command["find"] == "forbidden":
            return {"ok": 0.0, "errmsg": "not for you", "code": 13, "codeName": "Unauthorized"}
        documents = [{"_id": 1}, {"_id": 2}]
        return {"ok": 1.0, "cursor": {"id": 0, "ns": "shop.items", "firstBatch": documents}}


@contextmanager
def mongodb() -> Iterator[int]:
    """A MongoDB with one collection; yields its port."""
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _MongoConnection)
    server.daemon_threads = True
    with serving(server) as port:
        yield port


class _NameServer(socketserver.BaseRequestHandler):
    """Knows example.com and nothing else."""

    def handle(self) -> None:
        import dns.message
        import dns.rrset

        data, answer_on = self.request
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        name = query.question[0].name
        if name.to_text() == "example.com.":
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "A", "192.0.2.1"))
        answer_on.sendto(answer.to_wire(), self.client_address)


@contextmanager
def name_server() -> Iterator[int]:
    """A DNS server over UDP; yields its port."""
    with serving(socketserver.ThreadingUDPServer(("127.0.0.1", 0), _NameServer)) as port:
        yield port


class _OpenAI(BaseHTTPRequestHandler):
    """The one route that the tests call."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        wanted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if wanted["model"] == "missing":
            self._send(404, {"error": {"message": "no such model"}})
        else:
            self._send(200, {"id": "r", "object": "response", "output": [], "usage": {"output_tokens": 17}})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def openai() -> Iterator[int]:
    """Something that answers like the OpenAI API; yields its port."""
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), _OpenAI)) as port:
        yield port
