"""A server that answers after a fixed time, and knows exactly how long it took: from the kernel's receive time of the
request to the moment of its answer. `python -m bench.slow_server MILLISECONDS` prints its port; SIGTERM makes it print
the times it took, in milliseconds, as JSON."""

from __future__ import annotations

import heapq
import json
import selectors
import signal
import socket
import struct
import sys
import time

SO_TIMESTAMPNS = 35
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class SlowServer:
    def __init__(self, delay_s: float):
        self.delay_s = delay_s
        self.due: list[tuple[float, int, socket.socket, float]] = []
        self.took_ms: list[float] = []
        self.arrivals = 0
        self.selector = selectors.DefaultSelector()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.listener.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.selector.register(self.listener, selectors.EVENT_READ)

    def run(self) -> None:
        while True:
            wait_s = max(0.0, self.due[0][0] - time.time()) if self.due else None
            for key, _ in self.selector.select(wait_s):
                self._accept() if key.fileobj is self.listener else self._read(key.fileobj)  # type: ignore[arg-type]
            self._answer()

    def _accept(self) -> None:
        connection, _ = self.listener.accept()
        connection.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(connection, selectors.EVENT_READ)

    def _read(self, connection: socket.socket) -> None:
        try:
            data, ancillary, _, _ = connection.recvmsg(65536, 64)
        except ConnectionError:
            data, ancillary = b"", []
        if not data:
            self.selector.unregister(connection)
            connection.close()
            return
        arrived = time.time()
        for _, kind, stamp in ancillary:
            if kind == SO_TIMESTAMPNS:
                seconds, nanoseconds = struct.unpack("qq", stamp[:16])
                arrived = seconds + nanoseconds / 1e9
        self.arrivals += 1
        heapq.heappush(self.due, (arrived + self.delay_s, self.arrivals, connection, arrived))

    def _answer(self) -> None:
        while self.due and self.due[0][0] <= time.time():
            _, _, connection, arrived = heapq.heappop(self.due)
            try:
                connection.send(ANSWER)
            except OSError:
                continue
            self.took_ms.append((time.time() - arrived) * 1000)


def main() -> None:
    server = SlowServer(float(sys.argv[1]) / 1000)

    def tell(*_: object) -> None:
        print(json.dumps(sorted(server.took_ms)), flush=True)
        sys.exit(0)

    signal.signal(signal.SIGTERM, tell)
    print(server.listener.getsockname()[1], flush=True)
    server.run()


if __name__ == "__main__":
    main()
