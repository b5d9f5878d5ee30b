"""Proxies: plain requests are sent to them whole, TLS goes through a tunnel; credentials stay with the proxy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.program import Outcome
from tests.support.proxy import TestingProxy
from tests.support.target import Target

ORIGIN = "http://nowhere.invalid"
CREDENTIALS = "user:p%40ss"


@pytest.fixture
def proxy() -> Iterator[TestingProxy]:
    made = TestingProxy("user:p@ss")
    yield made
    made.stop()


def through(either: Any, proxy: TestingProxy, credentials: str, host: str = ORIGIN) -> Outcome:
    """One GET of either client; with requests the proxy is the session's."""
    at = f"{credentials}@127.0.0.1" if credentials else "127.0.0.1"
    return either(
        f"""
        if hasattr(client, "proxies"):
            client.verify = False
            client.proxies = dict.fromkeys(("http", "https"), "http://{at}:{proxy.port}")
        note("answer", client.get("/echo", name="n").text)
    """,
        host=repr(host),
        proxy_host=repr(at),
        proxy_port=str(proxy.port),
    )


def names_sent(done: Outcome) -> set[str]:
    """Of the headers that reached the target."""
    return {name.lower() for name, _ in json.loads(done.noted("answer")[0][0])["headers"]}


def test_a_plain_request_goes_to_the_proxy_with_credentials(either: Any, proxy: TestingProxy) -> None:
    assert through(either, proxy, CREDENTIALS).noted("answer") == [["by a proxy!"]]
    assert proxy.lines() == [f"GET {ORIGIN}/echo HTTP/1.1"]


def test_a_plain_request_without_credentials_is_refused(either: Any, proxy: TestingProxy) -> None:
    assert "407" in through(either, proxy, "").noted("event")[0][3]


def test_tls_goes_through_a_tunnel_and_the_server_sees_no_credentials(
    either: Any, proxy: TestingProxy, target: Target
) -> None:
    done = through(either, proxy, CREDENTIALS, target.tls_url)
    assert [line.split(" ")[0] for line in proxy.lines()] == ["CONNECT"]
    assert "proxy-authorization" not in names_sent(done)


def test_a_refused_tunnel_is_a_failure(either: Any, proxy: TestingProxy, target: Target) -> None:
    done = through(either, proxy, "", target.tls_url)
    assert done.noted("total") == [[1, 1]]
    assert "407" in done.noted("event")[0][3]
    assert target.hits() == 0


def test_credentials_may_be_a_default_header(fast: Any, proxy: TestingProxy, target: Target) -> None:
    done = fast(
        "note('answer', client.get('/echo').text)",
        host=repr(target.tls_url),
        proxy_host="'127.0.0.1'",
        proxy_port=str(proxy.port),
        default_headers="{'Proxy-Authorization': 'Basic dXNlcjpwQHNz'}",
    )
    assert "proxy-authorization" not in names_sent(done)


def test_what_is_no_proxy_is_said(fast: Any) -> None:
    done = fast("client.get('/ok')", proxy_host="'https://127.0.0.1'", proxy_port="1")
    assert done.noted("raised")[0][0] == "ValueError"
    assert "proxy_host" in done.noted("raised")[0][1]
