"""Servers with a bell for the fairness tests: python -m tests.fairness.bells grpc|websocket|http. Prints its address.

Each answers at once, but to whoever asks for the bell only when somebody else rings it.
"""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

bell = threading.Event()


def answer(text: str) -> str:
    if text == "wait":
        bell.wait(60)
    elif text == "ring":
        bell.set()
    return text


def serve_grpc() -> None:
    import grpc
    from google.protobuf.wrappers_pb2 import StringValue

    def say(request: Any, _: Any) -> Any:
        return StringValue(value=answer(request.value))

    server = grpc.server(ThreadPoolExecutor(8))
    method = grpc.unary_unary_rpc_method_handler(say, StringValue.FromString, StringValue.SerializeToString)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("Bell", {"Say": method}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"127.0.0.1:{port}", flush=True)
    server.wait_for_termination()


def serve_websocket() -> None:
    from websockets.sync.server import ServerConnection, serve

    def speak(connection: ServerConnection) -> None:
        for message in connection:
            connection.send(answer(str(message)))

    with serve(speak, "127.0.0.1", 0) as server:
        print(f"ws://127.0.0.1:{server.socket.getsockname()[1]}", flush=True)
        server.serve_forever()


class _Bucket(BaseHTTPRequestHandler):
    """As much of S3 as the tests need: every object exists, and is its own name."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._send(answer(self.path.split("?")[0].rsplit("/", 1)[-1]).encode())

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        answer(self.path.split("?")[0].rsplit("/", 1)[-1])
        self._send(b"")

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def serve_http() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Bucket)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    {"grpc": serve_grpc, "websocket": serve_websocket, "http": serve_http}[sys.argv[1]]()
