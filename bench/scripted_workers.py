"""`python -m bench.scripted_workers PORT COUNT ROWS`: workers of Locust's own dialect without users.

They do at once what they are told, send a heartbeat every second and, every third, a report of ROWS entries with 60
buckets each.
Ends when all were told to quit.
"""

from __future__ import annotations

import resource
import sys
import time
from typing import Any

import msgpack
import zmq

_VERSION = "2.47.0"


def report_data(rows: int, now: float, classes: dict[str, int]) -> bytes:
    def row(name: str, method: str) -> dict[str, Any]:
        return {
            "name": name, "method": method, "last_request_timestamp": now, "start_time": now - 3, "num_requests": 180,
            "num_none_requests": 0, "num_failures": 0, "total_response_time": 54321.5, "max_response_time": 987.6,
            "min_response_time": 10.1, "total_content_length": 180_000,
            "response_times": {10 + i if i < 50 else 10 * i: 3 for i in range(60)},
            "num_reqs_per_sec": {int(now) - i: 60 for i in range(3)}, "num_fail_per_sec": {},
        }  # fmt: skip

    entries = [row(f"/shop/category/item-{number}", "GET") for number in range(rows)]
    users = sum(classes.values())
    return msgpack.packb(
        {
            "stats": entries, "stats_total": row("Aggregated", ""), "errors": {}, "user_classes_count": classes,
            "user_count": users,
        }
    )  # fmt: skip


class Worker:
    def __init__(self, context: zmq.Context, port: int, number: int) -> None:
        self.name = f"box_{number:032x}"
        self._tail = msgpack.packb(self.name)
        self.socket = context.socket(zmq.DEALER)
        self.socket.setsockopt(zmq.IDENTITY, self.name.encode())
        self.socket.setsockopt(zmq.LINGER, 1000)
        self.socket.connect(f"tcp://127.0.0.1:{port}")
        self.classes: dict[str, int] = {}
        self.state = "ready"
        self.is_over = False
        self.say("client_ready", _VERSION)

    def say(self, kind: str, data: Any) -> None:
        self.say_packed(kind, msgpack.packb(data))

    def say_packed(self, kind: str, data: bytes) -> None:
        self.socket.send(b"\x93" + msgpack.packb(kind) + data + self._tail)

    def beat(self) -> None:
        self.say("heartbeat", {"state": self.state, "current_cpu_usage": 5.0, "current_memory_usage": 1 << 26})

    def hear(self) -> None:
        while not self.is_over and self.socket.poll(0):
            kind, data, _ = msgpack.unpackb(self.socket.recv(), strict_map_key=False)
            if kind == "spawn":
                self.classes, self.state = data["user_classes_count"], "running"
                self.say("spawning", None)
                counts = {"user_classes_count": self.classes, "user_count": sum(self.classes.values())}
                self.say("spawning_complete", counts)
            elif kind == "quit":
                self.say("quit", None)
                self.is_over = True


def main() -> None:
    port, count, rows = map(int, sys.argv[1:])
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    context = zmq.Context()
    context.set(zmq.MAX_SOCKETS, count + 10)
    workers = [Worker(context, port, number) for number in range(count)]
    poller = zmq.Poller()
    by_socket = {worker.socket: worker for worker in workers}
    for socket in by_socket:
        poller.register(socket, zmq.POLLIN)
    print("all greeted", flush=True)
    began, turn = time.monotonic(), 0
    while any(not worker.is_over for worker in workers):
        # Each worker has its place in the second, as if they had been started one after the other.
        due = int((time.monotonic() - began) * count)
        data = b""
        while turn < due:
            worker = workers[turn % count]
            if not worker.is_over:
                worker.beat()
                if rows and worker.state == "running" and (turn // count + turn) % 3 == 0:
                    data = data or report_data(rows, time.time(), worker.classes)
                    worker.say_packed("stats", data)
            turn += 1
        for socket, _ in poller.poll(5):
            by_socket[socket].hear()
    for worker in workers:
        worker.socket.close()
    context.term()


if __name__ == "__main__":
    main()
