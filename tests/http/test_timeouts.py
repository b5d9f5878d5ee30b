"""Time limits: a request that takes longer fails; the next one is none the wiser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.target import Target


@pytest.mark.parametrize("path", ["/silent", "/half-body", "/slow-body/3/2000"])
def test_http_user_gives_up_after_its_timeout(http: Any, path: str) -> None:
    done = http(f"""
        answer = client.get({path!r}, timeout=0.2, name="slow")
        note("status", answer.status_code, type(answer.error).__name__)
        note("next", client.get("/ok").text)
    """)
    assert done.noted("status")[0][0] == 0
    assert "timed out" in done.noted("event")[0][3]
    assert done.noted("next") == [["ok"]]


@pytest.mark.parametrize("path", ["/silent", "/half-body"])
def test_fast_user_gives_up_after_its_network_timeout(fast: Any, path: str) -> None:
    done = fast(
        f"""
        client.get({path!r}, name="slow")
        note("next", client.get("/ok").text)
    """,
        network_timeout="0.2",
    )
    assert done.noted("event")[0][3] is not None
    assert done.noted("next") == [["ok"]]


def test_the_timeout_is_between_bytes_not_for_the_whole_body(http: Any) -> None:
    done = http("note('text', client.get('/slow-body/5/100', timeout=1.0).text)")
    assert done.noted("text") == [["part;" * 5]]


def test_a_listener_that_never_accepts_is_a_connect_timeout(either: Any) -> None:
    """A full backlog: the handshake is never answered."""
    done = either(
        """
        import socket
        listener = socket.socket(); listener.bind(("127.0.0.1", 0)); listener.listen(0)
        fillers = []
        for _ in range(4):
            filler = socket.socket(); filler.setblocking(False)
            try: filler.connect(listener.getsockname())
            except BlockingIOError: pass
            fillers.append(filler)
        gevent.sleep(0.05)
        url = "http://127.0.0.1:%d/" % listener.getsockname()[1]
        answer = client.get(url, name="full", **({"timeout": 0.3} if hasattr(client, "verify") else {}))
        note("status", answer.status_code)
    """,
        connection_timeout="0.3",
        network_timeout="0.3",
    )
    assert done.noted("status") == [[0]]


@pytest.mark.parametrize("after_s", [0.0, 0.05])
def test_a_gevent_timeout_ends_the_wait_and_the_late_answer_reaches_nobody(
    either: Any, target: Target, after_s: float
) -> None:
    done = either(f"""
        for number in range(5):
            try:
                with gevent.Timeout({after_s} or 0.001):
                    client.get("/delay/100", name="late")
            except gevent.Timeout:
                note("timeout")
            note("next", client.get("/bytes/%d" % number, name="next").content == bytes(range(number)))
        gevent.sleep(0.2)
        note("next", client.get("/ok").text == "ok")
    """)
    assert done.noted("next") == [[True]] * 6


@pytest.mark.parametrize("path, attempts", [("/silent", 3), ("/half-body", 3), ("/ok", 1)])
def test_fast_user_tries_again_after_a_timeout_as_often_as_it_was_told(
    fast: Any, target: Target, path: str, attempts: int
) -> None:
    done = fast(f"client.post({path!r}, name='again')", network_timeout="0.1", max_retries="2")
    assert len(done.noted("event")) == 1
    assert target.hits() == attempts


def test_a_call_may_have_its_own_number_of_attempts(fast: Any, target: Target) -> None:
    done = fast("client.get('/silent', max_retries=1)", network_timeout="0.1", max_retries="5")
    assert done.noted("total") == [[1, 1]]
    assert target.hits() == 2
