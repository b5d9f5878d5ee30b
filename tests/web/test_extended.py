"""What locustfiles add to the web server: a complete Flask application."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator

import pytest
import requests

from .conftest import OpenPage
from .page import IDLE, Page

EXTENDED = (
    IDLE
    + """
import flask, gevent
from itertools import count
calls = count()
@events.init.add_listener
def _(environment, web_ui, **_):
    if not web_ui: return
    extend = flask.Blueprint("extend", "extend", url_prefix="/extend")
    @extend.route("/")
    def page():
        web_ui.update_template_args()
        return flask.render_template("index.html", template_args={
            **web_ui.template_args,
            "extended_tabs": [{"title": "Cache </script>", "key": "cache"}],
            "extended_tables": [{"key": "cache", "structure": [{"key": "name", "title": "Name"}]}],
        })
    @extend.route("/echo", methods=["GET", "POST", "PUT"])
    def echo():
        r = flask.request
        return flask.jsonify(method=r.method, args=r.args.to_dict(False), form=r.form.to_dict(False), path=r.path,
                             body=r.get_data(as_text=True), agent=r.headers.get("X-Name"), cookie=r.cookies.get("a"),
                             files=[f.filename for f in r.files.values()], host=r.host)
    @extend.route("/slow")
    def slow():
        gevent.sleep(30)
        return "slow"
    @extend.route("/stream")
    def stream():
        def pieces():
            for i in range(200):
                yield bytes([65 + i % 26]) * 10_000
        return flask.Response(pieces(), mimetype="text/x-letters")
    @extend.route("/endless")
    def endless():
        def pieces():
            try:
                while True:
                    yield b"x" * 10_000
            finally:
                note("closed")
        return flask.Response(pieces())
    @extend.route("/times-out", methods=["POST"])
    def times_out():
        with gevent.Timeout(0.1): return flask.request.stream.read()
    @extend.route("/fails")
    def fails(): raise ZeroDivisionError("mine")
    @extend.route("/upload", methods=["POST"])
    def upload():
        count = 0
        try:
            while piece := flask.request.stream.read(50_000):
                count += len(piece)
                if flask.request.args.get("note"): note("piece")
        except Exception as error:
            note("ended", type(error).__name__)
            raise
        return {"length": flask.request.content_length, "count": count}
    @extend.route("/file", methods=["POST"])
    def file(): return {"size": len(flask.request.files["file"].read())}
    @extend.route("/limited", methods=["POST"])
    def limited():
        flask.request.max_content_length = 2_000_000
        return {"size": len(flask.request.get_data())}
    @extend.route("/memory")
    def memory():
        return dict(line.split(":", 1) for line in open("/proc/self/status") if line.startswith("VmHWM"))
    @extend.route("/café")
    def cafe(): return "coffee"
    @web_ui.app.route("/metrics")
    def metrics(): return "my own metrics"
    web_ui.app.register_blueprint(extend)
    web_ui.template_args["all_profiles"] = ["p1", "p2"]
    web_ui.template_args["host"] = "overwritten"
    note("port before", web_ui.server.server_port)
    note("endpoints", sorted(rule.endpoint for rule in web_ui.app.url_map.iter_rules()))
    web_ui.app.view_functions["locust.request_stats"].clear_cache()
"""
)

HOOKED = (
    IDLE
    + """
import flask
@events.init.add_listener
def _(environment, web_ui, **_):
    @web_ui.app.after_request
    def add(response):
        response.headers["X-Hooked"] = "yes"
        if flask.request.path == "/stats/requests":
            extra = {"extended_stats": [{"key": "cache", "data": [{"a": 1}]}]}
            response.set_data(flask.json.dumps({**response.json, **extra}))
        return response
    @web_ui.app.before_request
    def guard():
        if flask.request.headers.get("X-Stop"):
            return "stopped by the hook", 418
    original = web_ui.app.view_functions["locust.get_worker_count"]
    def more(): return flask.jsonify(worker_count=original().json["worker_count"] + 100)
    web_ui.app.view_functions["locust.get_worker_count"] = more
    @web_ui.app.errorhandler(404)
    def missing(error): return "my 404", 404
"""
)


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    from tests.support.program import Program

    from .page import open_page

    page = open_page(Program("acrida", tmp_path_factory.mktemp("extended")), EXTENDED)
    yield page
    page.close()


def test_a_page_of_ones_own_carries_the_data_of_the_page(extended: Page) -> None:
    text = extended.get("/extend/").text
    assert "own page" in text and '"extended_tabs"' in text and "Cache \\u003c/script\\u003e" in text
    assert extended.get("/extend").status_code in (301, 308)
    data = extended.page_data()
    assert data["all_profiles"] == ["p1", "p2"] and data["host"] == "http://127.0.0.1:1"


def test_requests_reach_the_application_as_they_are(extended: Page) -> None:
    got = extended.get("/extend/echo?a=1&a=%C3%A9", headers={"X-Name": "me", "Cookie": "a=b"}).json()
    assert got["args"] == {"a": ["1", "é"]} and (got["agent"], got["cookie"]) == ("me", "b")
    assert got["host"] == f"127.0.0.1:{extended.port}"
    posted = extended.post("/extend/echo", {"x": ["1", "2"]}).json()
    assert posted["form"] == {"x": ["1", "2"]}
    sent = extended.post("/extend/echo", files={"file": ("name.txt", b"z" * 3_000_000)}).json()
    assert sent["files"] == ["name.txt"]
    assert extended.session.put(extended.url + "/extend/echo", data=b"raw", timeout=20).json()["body"] == "raw"
    assert extended.session.delete(extended.url + "/extend/echo", timeout=20).status_code == 405
    assert extended.get("/extend/caf%C3%A9").text == "coffee"
    assert extended.get("/extend/nothing").status_code == 404
    head = extended.session.head(extended.url + "/extend/echo", timeout=20)
    assert head.status_code == 200 and head.content == b""
    whole = extended.get("/extend/echo")
    assert whole.headers["Content-Length"] == str(len(whole.content))
    assert head.headers["Content-Length"] == str(len(whole.content) + 1)  # its method is a letter longer


MEGABYTES = 40


def pieces_of(megabytes: int) -> Iterator[bytes]:
    for _ in range(megabytes * 10):
        yield b"x" * 100_000


def test_a_long_body_is_read_as_the_application_asks_for_it(extended: Page) -> None:
    def used_kilobytes() -> int:
        return int(extended.get("/extend/memory").json()["VmHWM"].split()[0])

    before = used_kilobytes()
    body = b"x" * (MEGABYTES * 1_000_000)
    assert extended.post("/extend/upload", body).json() == {"length": len(body), "count": len(body)}
    chunked = extended.post("/extend/upload", pieces_of(MEGABYTES)).json()
    assert chunked == {"length": None, "count": len(body)}
    assert used_kilobytes() - before < MEGABYTES * 1000 / 2  # never as a whole
    assert extended.post("/extend/file", files={"file": ("name.txt", body)}).json() == {"size": len(body)}
    asked = extended.post("/extend/upload", body, headers={"Expect": "100-continue"})
    assert asked.json()["count"] == len(body)


def test_how_much_a_route_takes_is_said_by_flask(extended: Page) -> None:
    assert extended.post("/extend/limited", b"x" * 2_000_000).json() == {"size": 2_000_000}
    for body in (b"x" * 2_000_001, b"x" * 30_000_000):
        assert extended.post("/extend/limited", body).status_code == 413
    for path in ("/stats/requests", "/swarm", "/user", "/stats/reset", "/extend/nothing"):
        answer = extended.session.post(extended.url + path, b"x" * 3_000_000, timeout=20)
        assert answer.status_code == (404 if path == "/extend/nothing" else 405 if path == "/stats/requests" else 413)
    assert extended.session.get(extended.url + "/tasks", data=b"x" * 3_000_000, timeout=20).status_code == 413


def test_a_client_that_leaves_in_the_middle_of_its_body_ends_the_request(extended: Page) -> None:
    notes = extended.folder / "notes.jsonl"
    with socket.create_connection(("127.0.0.1", extended.port), timeout=20) as connection:
        connection.sendall(b"POST /extend/upload?note=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n")
        connection.sendall(b"x" * 200_000)
        extended.wait_until(lambda _: '["piece"]' in notes.read_text())
    extended.wait_until(lambda _: '["ended", "ClientDisconnected"]' in notes.read_text())
    assert extended.get("/extend/echo").status_code == 200


def test_a_slow_view_delays_no_other(extended: Page) -> None:
    def wait() -> None:
        with contextlib.suppress(requests.RequestException):  # it is still waiting when the program ends
            extended.get("/extend/slow")

    threading.Thread(target=wait, daemon=True).start()
    for _ in range(5):
        assert extended.get("/extend/echo").status_code == 200
        assert extended.get("/stats/requests").status_code == 200


def test_streams_come_in_pieces_and_end_when_the_client_leaves(extended: Page) -> None:
    answer = extended.get("/extend/stream")
    assert len(answer.content) == 2_000_000 and answer.headers["Content-Type"].startswith("text/x-letters")
    with extended.get("/extend/endless", stream=True) as endless:
        assert len(endless.raw.read(100_000)) == 100_000
    notes = extended.folder / "notes.jsonl"
    extended.wait_until(lambda _: '["closed"]' in notes.read_text())


def test_a_view_that_fails_is_a_500_and_nothing_else(extended: Page) -> None:
    assert extended.get("/extend/fails").status_code == 500
    with socket.create_connection(("127.0.0.1", extended.port), timeout=20) as slow:  # its body never comes
        slow.sendall(b"POST /extend/times-out HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\nabc")
        assert slow.recv(1000).startswith(b"HTTP/1.1 500 ")
    assert extended.get("/extend/echo").status_code == 200


def test_ones_own_route_wins_over_an_addition_of_ours(extended: Page) -> None:
    assert extended.get("/metrics").text == "my own metrics"
    assert extended.get("/health").json()["state"] == "ready"


def test_built_in_routes_have_the_names_that_people_use(extended: Page) -> None:
    notes = (extended.folder / "notes.jsonl").read_text()
    for name in ("index", "swarm", "stop", "reset_stats", "stats_report", "request_stats", "request_stats_csv",
                 "request_stats_full_history_csv", "failures_stats_csv", "exceptions", "exceptions_csv", "tasks",
                 "logs",                 "login", "update_user", "get_worker_count", "send_assets"):  # fmt: skip
        assert f'"locust.{name}"' in notes, name


def test_hooks_replaced_views_and_error_handlers_see_the_built_in_routes(opened: OpenPage) -> None:
    page = opened(HOOKED)
    stats = page.get("/stats/requests")
    assert stats.headers["X-Hooked"] == "yes" and stats.json()["extended_stats"][0]["key"] == "cache"
    assert page.get("/worker-count").text == '{\n  "worker_count": 100\n}\n'  # written as without hooks
    assert page.get("/").headers["X-Hooked"] == "yes" and page.page_data()["state"] == "ready"
    assert page.get("/nothing").text == "my 404"
    assert page.get("/tasks", headers={"X-Stop": "1"}).status_code == 418
    assert page.get("/events", headers={"X-Stop": "1"}).status_code == 418
    assert page.swarm(user_count=2)["success"]
    page.wait_until(lambda stats: stats["user_count"] == 2)
    assert page.post("/swarm", {"user_count": "x", "spawn_rate": 1}).json()["success"] is False
    assert page.post("/stop").json()["success"]
    assert page.post("/stats/reset").text == "ok"
    assert page.post("/user", '{"user_class_name": "Idle", "weight": 3}').status_code == 201
    assert page.get("/assets/app.js").status_code == 200
    assert page.get("/stats/requests/csv").headers["Content-Type"].startswith("text/csv")
    assert next(page.events())[0] == "snapshot"


def test_a_program_of_ones_own(acrida) -> None:  # type: ignore[no-untyped-def]
    done = acrida.script("""
from gevent import monkey; monkey.patch_all()
import gevent, requests
from locust import User, task, constant
from locust.env import Environment
class A(User):
    wait_time = constant(1)
    @task
    def t(self): pass
env = Environment(user_classes=[A])
web_ui = env.create_web_ui("127.0.0.1", 0)
url = f"http://127.0.0.1:{web_ui.server.server_port}"
note("without", requests.get(url + "/").text, requests.get(url + "/stats/requests").json()["state"])
note("swarm without", requests.post(url + "/swarm", data={"user_count": 1, "spawn_rate": 1}).json()["message"])
env.create_local_runner()
note("with", requests.get(url + "/stats/requests").json()["state"])
env.stats.log_request("GET", "/<x>", 1.39764125, 2)
env.stats.log_request("GET", "/<x>", 999.9764125, 1000)
web_ui.app.view_functions["locust.request_stats"].clear_cache()
row = requests.get(url + "/stats/requests").json()["stats"][0]
note("row", row["name"], row["min_response_time"], row["max_response_time"])
note("client", web_ui.app.test_client().get("/stats/requests").json["stats"][0]["name"])
second = Environment(user_classes=[A]).create_web_ui("127.0.0.1", 0)
note("two", second.server.server_port != web_ui.server.server_port)
second.stop()
web_ui.stop()
web_ui.greenlet.join()
try: requests.get(url)
except requests.ConnectionError: note("gone")
env.runner.quit()
""")
    assert done.exit_code == 0, done.stderr
    assert done.noted("without") == [["Error: Locust Environment does not have any runner", "missing"]]
    assert done.noted("swarm without") == [["No runner"]] and done.noted("with") == [["ready"]]
    assert done.noted("row") == [["/<x>", 1.0, 1000.0]] and done.noted("client") == [["/<x>"]]
    assert done.noted("two") == [[True]] and done.noted("gone") == [[]]


FAILING = (
    IDLE
    + """
from locust.html import get_html_report
class Bad(HttpUser):
    host = "http://127.0.0.1:1"
    wait_time = constant(1000)
    @task
    def act(self): raise KeyError("a </script> basket")
@events.init.add_listener
def _(environment, web_ui, **_):
    @web_ui.app.route("/records")
    def records():
        return {key: repr(sorted(record.items())) for key, record in environment.runner.exceptions.items()}
    @web_ui.app.route("/own-report")
    def own_report(): return get_html_report(environment)
"""
)


def test_a_report_changes_no_exception(opened: OpenPage) -> None:
    page = opened(FAILING)
    page.swarm(user_count=4)
    page.wait_until(lambda answer: sum(each["count"] for each in answer["exceptions"]) == 2, "/exceptions")
    before = page.get("/records").json()
    assert len(before) == 1 and "('count', 2)" in next(iter(before.values()))
    for path in ("/stats/report", "/stats/report?download=1", "/exceptions/csv", "/own-report"):
        assert "basket" in page.get(path).text, path
    assert page.get("/records").json() == before


FORKING = (
    IDLE
    + """
import multiprocessing, os, signal, time
@events.init.add_listener
def _(environment, web_ui, **_):
    @web_ui.app.route("/fork")
    def fork():
        child = os.fork()
        if child == 0:
            web_ui.stop()  # not its page
            note("child")
            signal.pause()  # nothing else runs: the copied main greenlet would end, as the page it waits for has
        return str(child)
    @web_ui.app.route("/process")
    def process():
        child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,), daemon=False)
        child.start()
        return str(child.pid)
"""
)


def test_a_forked_child_keeps_neither_the_port_nor_the_messages(opened: OpenPage) -> None:
    page = opened(FORKING)
    children = [int(page.get(path).text) for path in ("/fork", "/process")]
    try:
        notes = page.folder / "notes.jsonl"
        page.wait_until(lambda _: notes.exists() and '["child"]' in notes.read_text())
        for users in range(1, 30):  # each of them is a message that only the parent may take
            assert page.swarm(user_count=users)["success"]
        page.wait_until(lambda stats: stats["user_count"] == 29)
        page.running.process.kill()
        page.running.process.wait(20)
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", page.port))
            again.listen()
        for child in children:
            os.kill(child, 0)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
