"""What a response carries: bodies, codings, copies."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("path", "length", "start"),
    [
        ("/gzip", 5500, "squeeze me"),
        ("/deflate", 5500, "squeeze me"),
        ("/deflate/raw", 5500, "squeeze me"),
        ("/br", 5500, "squeeze me"),
        ("/zstd", 200, "zzzzzzzzzz"),
    ],
)
def test_a_compressed_body_arrives_plain_and_counts_its_plain_length(
    fast: Any, path: str, length: int, start: str
) -> None:
    done = fast(f"note('text', client.get({path!r}).text[:10])")
    assert done.noted("text") == [[start]]
    assert done.noted("event")[0][2:] == [length, None]


def test_bodies_of_every_size_arrive_whole(either: Any) -> None:
    done = either("""
        wanted = bytes(range(256)) * 80000
        for size in (0, 1, 1023, 1024, 16383, 16384, 16385, 65536, 100_000, 1_000_000, 20_000_000):
            body = client.get(f"/bytes/{size}").content
            note("size", size, bytes(body) == wanted[:size])
    """)
    assert all(same for _, same in done.noted("size")) and len(done.noted("size")) == 11


def test_request_bodies_of_every_size_arrive_whole(either: Any) -> None:
    done = either("""
        for size in (0, 1, 16384, 65536, 300_000):
            for body in (b"x" * size, bytearray(b"y" * size) if size < 20000 else b"y" * size):
                seen = client.post("/echo", data=bytes(body)).json()["body"]
                note("size", size, seen == bytes(body).decode())
    """)
    assert all(same for _, same in done.noted("size"))


def test_a_response_can_be_pickled_and_copied(http: Any) -> None:
    done = http("""
        import copy, pickle, requests
        answer = client.get("/json")
        for twin in (copy.copy(answer), copy.deepcopy(answer), pickle.loads(pickle.dumps(answer))):
            same = twin.json() == answer.json() and twin.url == answer.url and twin.next is answer.next
            note("twin", twin.status_code, same, twin.headers["content-type"])
    """)
    assert done.noted("twin") == [[200, True, "application/json"]] * 3


def test_changes_of_the_session_are_noticed_by_the_next_request(http: Any) -> None:
    done = http("""
        from requests.cookies import RequestsCookieJar
        def seen(name):
            return {key.lower(): value for key, value in client.get("/echo").json()["headers"]}.get(name)
        note("header", seen("x-a"))
        client.headers["X-A"] = "1"; note("header", seen("x-a"))
        client.headers.update({"X-A": "2"}); note("header", seen("x-a"))
        client.headers = {"X-A": "3"}; note("header", seen("x-a"))
        client.headers["X-A"] = "4"; note("header", seen("x-a"))
        client.headers.pop("X-A"); note("header", seen("x-a"))
        client.headers.setdefault("X-A", "5"); note("header", seen("x-a"))
        client.headers.clear(); note("header", seen("x-a"))
        note("cookie", seen("cookie"))
        client.cookies.set("a", "1"); note("cookie", seen("cookie"))
        client.cookies["a"] = "2"; note("cookie", seen("cookie"))
        client.cookies.update({"a": "3"}); note("cookie", seen("cookie"))
        del client.cookies["a"]; note("cookie", seen("cookie"))
        jar = RequestsCookieJar(); jar.set("b", "1")
        client.cookies = jar; note("cookie", seen("cookie"))
        jar.set("b", "2"); note("cookie", seen("cookie"))
        client.cookies.clear(); note("cookie", seen("cookie"))
        note("auth", seen("authorization"))
        client.auth = ("a", "b"); note("auth", seen("authorization"))
        client.auth = None; note("auth", seen("authorization"))
        client.params = {"p": "1"}; note("params", client.get("/echo").json()["target"])
        client.params["p"] = "2"; note("params", client.get("/echo").json()["target"])
        client.params = {}; note("params", client.get("/echo").json()["target"])
    """)
    assert [value for [value] in done.noted("header")] == [None, "1", "2", "3", "4", None, "5", None]
    assert [value for [value] in done.noted("cookie")] == [None, "a=1", "a=2", "a=3", None, "b=1", "b=2", None]
    assert [value for [value] in done.noted("auth")] == [None, "Basic YTpi", None]
    assert [value for [value] in done.noted("params")] == ["/echo?p=1", "/echo?p=2", "/echo"]


def test_changes_of_the_base_url_are_noticed(either: Any) -> None:
    done = either("""
        note("target", client.get("/echo").json()["target"])
        client.base_url = client.base_url + "/echo"
        note("target", client.get("/deeper").json()["target"])
    """)
    assert done.noted("target") == [["/echo"], ["/echo/deeper"]]


def test_a_stream_is_read_as_it_comes_and_can_be_left_early(http: Any, target: Any) -> None:
    done = http("""
        with client.get("/infinite-stream", stream=True, catch_response=True) as answer:
            lines = answer.iter_lines()
            note("lines", [next(lines).decode() for _ in range(5)])
            answer.close()
        note("after", client.get("/ok").text)
    """)
    assert done.noted("lines") == [[["data: 0", "", "data: 1", "", "data: 2"]]]
    assert done.noted("after") == [["ok"]]


def test_a_slow_reader_holds_a_large_stream_back_and_gets_all_of_it(http: Any) -> None:
    done = http("""
        answer = client.get("/bigchunks/200", stream=True)
        total = 0
        for number, part in enumerate(answer.iter_content(65536)):
            if number % 20 == 0: gevent.sleep(0.005)
            total += len(part)
        note("total read", total)
    """)
    assert done.noted("total read") == [[200 * 65536]]


def test_header_names_keep_their_case_and_repeat(fast: Any) -> None:
    done = fast("""
        headers = client.get("/headers-many/3").headers
        note("seen", headers["x-HEADER-1"], headers["X-Twice"], len(headers["set-cookie"]))
    """)
    assert done.noted("seen") == [["value 1", ["one", "two"], 2]]


def test_a_function_put_in_the_place_of_reporting_is_called_instead(either: Any) -> None:
    """As plugins do that report by themselves; what the verdict was they find in request_meta."""
    done = either("""
        with client.get("/status/500", catch_response=True, name="silent") as answer:
            answer._report_request = lambda: note("instead", str(answer.request_meta["exception"]))
            answer.failure(ValueError("judged"))
        note("verdict", str(answer.request_meta["exception"]))
        with client.get("/status/500", catch_response=True, name="later") as answer:
            own = answer._report_request
            answer._report_request = lambda: (note("instead", "later"), own())
            answer.success()
        note("verdict", str(answer.request_meta["exception"]))
    """)
    assert done.noted("instead") == [["judged"], ["later"]]
    assert done.noted("verdict") == [["judged"], ["None"]]
    assert [event[1] for event in done.noted("event")] == ["later"]
