"""A worker that speaks as Go and Java clients do: an older form of the protocol, in an older form of MessagePack."""

from __future__ import annotations

import struct
from typing import Any

import pytest
import zmq

from tests.cluster.swarm import Swarm, reported

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


class GoWorker:
    def __init__(self, port: int):
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.IDENTITY, NAME.encode())
        self._socket.setsockopt(zmq.LINGER, 1000)
        self._socket.connect(f"tcp://127.0.0.1:{port}")

    def say(self, kind: str, data: Any) -> None:
        self._socket.send(old([kind, data, NAME]))

    def hear(self, kind: str) -> Any:
        import msgpack

        while True:
            assert self._socket.poll(15_000), f"the master never said {kind}"
            heard, data, _ = msgpack.unpackb(self._socket.recv(), raw=False, strict_map_key=False)
            if heard == kind:
                return data

    def close(self) -> None:
        self._socket.close()
        self._context.term()


@pytest.mark.parametrize("version", [-1, None], ids=["Go", "Java"])
def test_it_joins_works_reports_and_quits(swarm: Swarm, version: int | None) -> None:
    master = swarm.master("-u", "3", "-r", "10", "-t", "3", workers=1)
    worker = GoWorker(swarm.port)
    worker.say("client_ready", version)
    worker.hear("ack")
    worker.say("heartbeat", {"state": "ready", "current_cpu_usage": 3.5, "current_memory_usage": 20_000_000})
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
