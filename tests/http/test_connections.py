"""Connections: kept, stale, refused, IPv6; and what may be sent again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.http.attack import generator
from tests.support.target import Target


def test_requests_of_a_user_share_one_connection(either: Any, target: Target) -> None:
    done = either("for _ in range(20): client.get('/ok')")
    assert done.noted("total") == [[20, 0]]
    assert target.counts()["connections"] == 1
    assert generator(done)["connects"] == 1


def test_connection_close_is_obeyed(either: Any, target: Target) -> None:
    either("for _ in range(3): client.get('/close')")
    assert target.counts()["connections"] == 3


def test_a_connection_closed_while_idle_is_replaced(either: Any, target: Target) -> None:
    done = either("""
        for verb in ("get", "post", "get", "post"):
            note("status", getattr(client, verb)("/keepalive-once").status_code)
            gevent.sleep(0.05)
    """)
    assert done.noted("status") == [[200]] * 4
    assert done.noted("total") == [[4, 0]]
    assert target.hits() == 4


def test_a_get_on_a_stale_connection_is_sent_again_and_counted(either: Any, target: Target) -> None:
    done = either("""
        client.get("/drop-reused")
        note("status", client.get("/drop-reused").status_code)
    """)
    assert done.noted("status") == [[200]]
    assert done.noted("total") == [[2, 0]]
    assert target.hits() == 3
    assert generator(done)["resent"] == 1


def test_a_post_on_a_stale_connection_is_never_sent_again(either: Any, target: Target) -> None:
    done = either("""
        client.get("/drop-reused")
        note("status", client.post("/drop-reused", data="order one book", name="post").status_code)
    """)
    assert done.noted("status") == [[0]]
    assert done.noted("total") == [[2, 1]]
    assert target.counts()["by_method_path"] == {"GET /drop-reused": 1, "POST /drop-reused": 1}
    assert generator(done)["resent"] == 0


@pytest.mark.parametrize("path", ["/drop", "/reset"])
def test_a_fresh_connection_that_is_dropped_fails_without_a_second_try(either: Any, target: Target, path: str) -> None:
    done = either(f"note('status', client.get({path!r}).status_code)")
    assert done.noted("status") == [[0]]
    assert target.hits() == 1


def test_ipv6(either: Any, target: Target) -> None:
    if target.url6 is None:
        pytest.skip("this machine has no IPv6")
    done = either("note('text', client.get('/ok').text)", host=repr(target.url6))
    assert done.noted("text") == [["ok"]]


def test_a_name_with_both_families_is_reached_where_somebody_listens(either: Any, target: Target) -> None:
    done = either("note('text', client.get('/ok').text)", host=repr(target.url.replace("127.0.0.1", "localhost")))
    assert done.noted("text") == [["ok"]]


def test_redirects_are_followed_and_counted_apart(either: Any, target: Target) -> None:
    done = either("note('status', client.get('/redirect/5').status_code)")
    assert done.noted("total") == [[1, 0]]
    assert target.hits() == 6
    assert generator(done)["redirects"] == 5


def test_an_interim_answer_is_not_the_answer(either: Any) -> None:
    done = either("note('text', client.get('/interim').text, client.get('/ok').text)")
    assert done.noted("text") == [["at last", "ok"]]


def test_greenlets_sharing_a_client_each_get_their_own_answer(either: Any, target: Target) -> None:
    done = either("""
        from gevent.pool import Pool
        def ask(number):
            gevent.sleep(0.001 * (number % 3))
            return len(client.get(f"/bytes/{number}", name="bytes").content) == number
        note("all right", all(Pool(10).map(ask, range(200))))
    """)
    assert done.noted("all right") == [[True]]
    assert done.noted("total") == [[200, 0]]
    assert target.hits() == 200


def test_many_users_each_have_their_own_connection_and_answers(either: Any, target: Target) -> None:
    done = either(
        """
        size = id(user) % 1000
        note("right", all(len(client.get(f"/bytes/{size}", name="bytes").content) == size for _ in range(5)))
    """,
        users=50,
    )
    assert done.noted("right") == [[True]] * 50
    assert done.noted("total") == [[250, 0]]
    assert target.counts()["connections"] == 50
