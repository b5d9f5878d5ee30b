"""Clients that are broken, slow, many or malicious: they lose their connection, and nobody else notices."""

from __future__ import annotations

import random
import resource
import socket

import pytest

from .page import Page

GOOD = (
    b"POST /swarm HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 26\r\n\r\nuser_count=x&spawn_rate=100"
)


def exchange(page: Page, sent: bytes, *, half_close: bool = True) -> bytes:
    with socket.create_connection(("127.0.0.1", page.port), timeout=20) as connection:
        try:
            connection.sendall(sent)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            received = b""
            while data := connection.recv(65536):
                received += data
            return received
        except ConnectionError:
            return b""


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n", 431),
        (b"POST /swarm HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"POST /swarm HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /swarm HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET / HTTP/3.9\r\n\r\n", 400),
        (b"GET  /\r\n\r\n", 400),
        (b"POST /swarm HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET /health HTTP/1.0\r\n\r\n", 200),
        (b"GET /%zz%00%ff HTTP/1.1\r\n\r\n", 404),
        (b"BREW /health HTTP/1.1\r\n\r\n", 405),
        (b"HEAD /events HTTP/1.1\r\nConnection: close\r\n\r\n", 200),
        (b"GET /assets/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n\r\n", 404),
        (b"POST /stats/reset HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST /swarm HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400),
        (b"POST /swarm HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\nx", 413),
        (b"GET /health HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n", 403),
    ],
)
def test_what_is_wrong_is_said_and_the_connection_ends(page: Page, sent: bytes, status: int) -> None:
    received = exchange(page, sent, half_close=status in (200, 403, 404, 405))
    assert received.split(b" ")[1] == b"%d" % status
    assert page.get("/health").status_code == 200


def test_a_form_that_is_too_large_and_one_that_waits_to_be_asked_for(page: Page) -> None:
    answer = page.post(
        "/swarm", b"a=" + b"x" * 2_000_000, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413
    head = GOOD.replace(b"Host:", b"Expect: 100-continue\r\nHost:")
    assert exchange(page, head).startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_several_requests_on_one_connection(page: Page) -> None:
    received = exchange(
        page, b"GET /health HTTP/1.1\r\n\r\n" * 3 + b"HEAD /health HTTP/1.1\r\nConnection: close\r\n\r\n"
    )
    assert received.count(b"HTTP/1.1 200 OK") == 4 and received.endswith(b"\r\n\r\n")


def test_broken_bytes(page: Page) -> None:
    rng = random.Random(20260905)
    for _ in range(300):
        sent = bytearray(GOOD if rng.random() < 0.7 else b"GET /stats/requests?a=%20 HTTP/1.1\r\nCookie: a\r\n\r\n")
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(sent))
            sent[at : at + rng.randrange(3)] = rng.randbytes(rng.randrange(3))
        received = exchange(page, bytes(sent))
        assert received == b"" or received.startswith(b"HTTP/1."), (bytes(sent), received)
        assert b" 500 " not in received.split(b"\r\n")[0], (bytes(sent), received)
    assert page.stats()["state"] in ("ready", "stopped")


def test_two_thousand_idle_and_slow_connections_do_not_keep_others_out(page: Page) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    idle = []
    try:
        for number in range(2000):
            idle.append(socket.create_connection(("127.0.0.1", page.port), timeout=20))
            if number % 4 == 0:
                idle[-1].sendall(b"POST /swarm HTTP/1.1\r\nHost: localhost\r\nContent-Le")  # and never goes on
        assert page.get("/health").status_code == 200
        assert page.swarm()["success"] and page.post("/stop").json()["success"]
    finally:
        for connection in idle:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert page.get("/health").status_code == 200


def test_a_page_of_the_internet_cannot_pretend_to_be_this_machine(page: Page) -> None:
    answer = page.get("/stats/requests", headers={"Host": "evil.example:8089"})
    assert answer.status_code == 403 and "--web-host" in answer.text
    assert page.get("/health", headers={"Host": f"localhost:{page.port}"}).status_code == 200
