"""A worker that speaks as Go and Java clients do: an older form of the protocol, in an older form of MessagePack."""

from __future__ import annotations

import json
import socket
import struct
from pathlib import Path
from typing import Any

import msgpack
import pytest
import zmq

from tests.cluster.swarm import LOCUSTFILE as BUYERS
from tests.cluster.swarm import Swarm, eventually, reported
from tests.support.program import Outcome

NAME = "box_0123456789abcdef0123456789abcdef"


def old(value: Any) -> bytes:
    """MessagePack without str8 and bin: longer texts are str16, whatever their length."""
    if value is None:
        return b"\xc0"
    if isinstance(value, dict):
        return bytes([0x80 | len(value)]) + b"".join(old(key) + old(each) for key, each in value.items())
    if isinstance(value, list):
        return bytes([0x90 | len(value)]) + b"".join(map(old, value))
    if isinstance(value, str):
        data = value.encode()
        return (bytes([0xA0 | len(data)]) if len(data) < 32 else b"\xda" + struct.pack(">H", len(data))) + data
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if -32 <= value < 128:
        return struct.pack(">b", value)
    return b"\xd3" + struct.pack(">q", value)


class JavaLink:
    """A socket of the ZeroMQ library."""

    def __init__(self, port: int, name: str = NAME):
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.IDENTITY, name.encode())
        self._socket.setsockopt(zmq.LINGER, 1000)
        self._socket.connect(f"tcp://127.0.0.1:{port}")

    def send(self, body: bytes) -> None:
        self._socket.send(body)

    def receive(self) -> bytes:
        assert self._socket.poll(15_000), "the master is silent"
        return self._socket.recv()

    def close(self) -> None:
        self._socket.close()
        self._context.term()


class GoLink:
    """ZeroMQ's protocol as the Go library speaks it by itself: version 3.1, each part of a frame in a packet of its
    own, the name of a property in small letters, nothing but READY accepted first."""

    def __init__(self, port: int, name: str = NAME):
        self._socket = eventually(lambda: _connected_to(port), "a connection")
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x01" + b"NULL".ljust(20, b"\0") + bytes(32))
        assert self._read(64)[10] == 3
        self._frame(4, b"\x05READY" + _property("socket-type", "DEALER") + _property("Identity", name))
        flags, body = self._read_frame()
        assert flags & 4 and body.startswith(b"\x05READY")

    def send(self, body: bytes) -> None:
        self._frame(0, body)

    def receive(self) -> bytes:
        while True:
            flags, body = self._read_frame()
            if not flags & 4:
                return body
            assert body.startswith(b"\x04PING")
            self._frame(4, b"\x04PONG")

    def close(self) -> None:
        self._socket.close()

    def _frame(self, flags: int, body: bytes) -> None:
        is_long = len(body) > 255
        self._socket.sendall(bytes([flags | 2 * is_long]))
        self._socket.sendall(struct.pack(">Q" if is_long else ">B", len(body)))
        self._socket.sendall(body)

    def _read_frame(self) -> tuple[int, bytes]:
        (flags,) = self._read(1)
        (length,) = struct.unpack(">Q", self._read(8)) if flags & 2 else self._read(1)
        return flags, self._read(length)

    def _read(self, length: int) -> bytes:
        read = b""
        while len(read) < length:
            more = self._socket.recv(length - len(read))
            assert more, "the master has closed the connection"
            read += more
        return read


def _connected_to(port: int) -> socket.socket | None:
    """The first connection is tried again and again, and it is the only one."""
    try:
        return socket.create_connection(("127.0.0.1", port), 15)
    except ConnectionRefusedError:
        return None


def _property(name: str, value: str) -> bytes:
    return bytes([len(name)]) + name.encode() + struct.pack(">I", len(value)) + value.encode()


class OlderWorker:
    def __init__(self, link: GoLink | JavaLink, name: str = NAME):
        self._link = link
        self._name = name
        self.close = link.close

    def say(self, kind: str, data: Any) -> None:
        self._link.send(old([kind, data, NAME]))

    def hear(self, kind: str) -> Any:
        while True:
            heard, data, whose = msgpack.unpackb(self._link.receive(), raw=False, strict_map_key=False)
            assert whose == self._name  # what is for another is dropped by these workers
            if heard == kind:
                return data


LOCUSTFILE = (
    BUYERS
    + """
@events.init.add_listener
def begin(environment, runner, **_):
    runner.register_message("heard", lambda environment, msg: note("heard", msg.data))

@events.test_start.add_listener
def start(environment, **_): environment.runner.send_message("word", "hello")
"""
)


@pytest.mark.parametrize("version", [-1, None], ids=["Go", "Java"])
def test_it_joins_works_reports_and_quits(swarm: Swarm, version: int | None) -> None:
    master = swarm.master("-u", "3", "-r", "10", "-t", "3", workers=1, locustfile=LOCUSTFILE)
    worker = OlderWorker(GoLink(swarm.port) if version else JavaLink(swarm.port))
    worker.say("client_ready", version)
    worker.hear("ack")
    worker.say("heartbeat", {"state": "ready", "current_cpu_usage": 3.5, "current_memory_usage": 20_000_000})
    worker.say("heard", worker.hear("word"))
    order = worker.hear("spawn")
    assert isinstance(order["timestamp"], float)
    assert order["user_classes_count"] == {"Buyer": 3}
    worker.say("spawning", None)
    worker.say("spawning_complete", {"count": 3, "user_classes_count": order["user_classes_count"]})
    entry = {
        "name": "/go", "method": "GET", "last_request_timestamp": 1_790_000_000, "start_time": 1_790_000_000,
        "num_requests": 5, "num_none_requests": 0, "num_failures": 1, "total_response_time": 50,
        "max_response_time": 12, "min_response_time": 8, "total_content_length": 60,
        "response_times": {8: 2, 12: 3}, "num_reqs_per_sec": {1_790_000_000: 5},
        "num_fail_per_sec": {1_790_000_000: 1},
    }  # fmt: skip
    error = {"name": "/go", "method": "GET", "error": "no answer", "occurrences": 1}
    worker.say(
        "stats",
        {
            "stats": [entry],
            "stats_total": {**entry, "name": "Total", "method": ""},
            "errors": {"0123456789abcdef0123456789abcdef": error},
            "user_classes_count": order["user_classes_count"],
            "user_count": 3,
        },
    )
    worker.say("heartbeat", {"state": "running", "current_cpu_usage": 3.5, "current_memory_usage": 20_000_000})
    worker.hear("quit")
    worker.say("quit", None)
    done = master.finish()
    worker.close()
    assert reported(done) == 5
    assert 'All users spawned: {"Buyer": 3} (3 total users)' in done.stderr
    assert "no answer" in done.stderr
    assert done.noted("heard") == [["hello"]]
    assert "sent no last report, as is the way of Go and Java workers" in done.stderr


DUMMY = """
from locust import User, events, task

class Dummy(User):
    @task
    def work(self): pass

@events.init.add_listener
def begin(environment, runner, **_):
    runner.register_message("hello_from_go", lambda environment, msg: note("hello", msg.data))
"""


class Recorded(OlderWorker):
    """Sends what a real one has sent, byte for byte."""

    def __init__(self, link: type[GoLink | JavaLink], port: int, life: str):
        lines = (Path(__file__).parents[1] / "data" / "workers" / f"{life}.txt").read_text().splitlines()
        self._said = [bytes.fromhex(line) for line in lines if not line.startswith("#")]
        name = msgpack.unpackb(self._said[0])[2]
        super().__init__(link(port, name), name)

    def say_next(self, *kinds: str) -> None:
        for kind in kinds:
            body = self._said.pop(0)
            assert msgpack.unpackb(body, unicode_errors="replace", strict_map_key=False)[0] == kind
            self._link.send(body)


def rows(done: Outcome) -> dict[str, tuple[Any, ...]]:
    """By method and name: requests, failures, length, least and greatest time, times."""
    return {
        f"{row['method']} {row['name']}": (
            *(row["num_requests"], row["num_failures"], row["total_content_length"]),
            *(row["min_response_time"], row["max_response_time"], row["response_times"]),
        )
        for row in json.loads(done.stdout)
    }


GO_ROWS = {
    "GET /go": (3, 0, 30, 8, 10, {"8": 1, "9": 1, "10": 1}),
    "POST /go": (1, 1, 0, 147, 147, {"150": 1}),
    "http a name that is longer than thirty-one characters": (1, 0, 70_000, 58_760, 58_760, {"59000": 1}),
}
JAVA_ROWS = {
    "GET /java": (3, 0, 30, 8, 10, {"8": 1, "9": 1, "10": 1}),
    "POST /java a name beyond thirty-one characters": (3, 3, 0, 58_760, 58_760, {"59000": 3}),
}


@pytest.mark.parametrize(
    ("link", "life", "expected", "error"),
    [
        (GoLink, "boomer", GO_ROWS, "POST /go: boom, said the Go worker: ä"),
        (JavaLink, "locust4j", JAVA_ROWS, "POST /java a name beyond thirty-one characters: java said: ä€"),
    ],
    ids=["Go", "Java"],
)
def test_what_real_ones_sent(
    swarm: Swarm, link: type[GoLink | JavaLink], life: str, expected: dict[str, tuple[Any, ...]], error: str
) -> None:
    options = ("--config-users", '{"user_class_name": "Dummy", "weight": 2}')  # Java readers stumble over its list
    master = swarm.master("-u", "2", "-r", "10", "-t", "2", *options, workers=1, locustfile=DUMMY)
    worker = Recorded(link, swarm.port, life)
    worker.say_next("client_ready")
    worker.hear("ack")
    if link is GoLink:
        worker.say_next("hello_from_go")
    order = worker.hear("spawn")
    assert order["user_classes_count"] == {"Dummy": 2}
    assert not [value for value in order["parsed_options"].values() if isinstance(value, list | dict | bytes)]
    worker.say_next("spawning", "spawning_complete", "heartbeat", "stats", "stats", "stats")
    worker.hear("quit")
    worker.say_next("quit")
    done = master.finish()
    worker.close()
    assert rows(done) == expected
    assert error in done.stderr
    assert 'All users spawned: {"Dummy": 2} (2 total users)' in done.stderr
    assert "dropped" not in done.stderr
    if link is GoLink:
        assert done.noted("hello") == [[{"n": 1, "list": [1, 200, 70_000], "raw": "\ufffd\x00"}]]
