"""Users of other protocols, each against a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contrib import doubles, servers
from tests.support.ports import free_port
from tests.support.program import Program

#: Notes the requests that a locustfile reports.
REQUESTS = """
from locust import events
@events.request.add_listener
def note_request(request_type, name, response_time, response_length, exception=None, **more):
    note("request", request_type, name, response_length, exception and type(exception).__name__, sorted(more))
"""


def once(acrida: Program, text: str, *options: str, **keywords: object) -> list[list[object]]:
    """Runs the file until its user quits; the requests it reported."""
    outcome = acrida.run(text + REQUESTS, "--headless", "--only-summary", "-t", "20", *options, **keywords)  # type: ignore[arg-type]
    assert "limit reached" not in outcome.stderr, outcome.stderr
    return outcome.noted("request")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("psycopg")
    with servers.postgres(tmp_path_factory.mktemp("postgres") / "server") as address:
        yield address


class TestPostgres:
    def test_queries(self, acrida: Program, address: str) -> None:
        text = f"""
from locust import task
from locust.contrib.postgres import PostgresUser
class Shop(PostgresUser):
    conn_string = {address!r}
    @task
    def act(self):
        note("answer", self.client.execute_query("SELECT 1"))
        self.client.execute_query("SELECT nonsense")
        self.environment.runner.quit()
"""
        requests = once(acrida, text)
        assert [entry[:4] for entry in requests] == [
            ["postgres_success", "execute_query", 0, None],
            ["postgres_failure", "execute_query", 0, "UndefinedColumn"],
        ]

    def test_users_query_at_the_same_time(self, acrida: Program, address: str) -> None:
        text = f"""
from locust import task, constant
from locust.contrib.postgres import PostgresUser
inside = []
class Shop(PostgresUser):
    conn_string = {address!r}
    wait_time = constant(1000)
    @task
    def act(self):
        inside.append(self)
        self.client.execute_query("SELECT pg_sleep(0.2)")
        note("together", len(inside))
        if len(inside) == 5:
            self.environment.runner.quit()
"""
        outcome = acrida.run(text, "--headless", "--only-summary", "-u", "5", "-r", "5", "-t", "20")
        assert outcome.noted("together")[0] == [5]


def test_mongodb(acrida: Program) -> None:
    pytest.importorskip("pymongo")
    with doubles.mongodb() as port:
        requests = once(
            acrida,
            f"""
from locust import task
from locust.contrib.mongodb import MongoDBUser
class Shop(MongoDBUser):
    conn_string = "mongodb://127.0.0.1:{port}/?serverSelectionTimeoutMS=5000"
    db_name = "shop"
    @task
    def act(self):
        self.client.execute_query("items", {{}})
        self.client.execute_query("forbidden", {{}})
        self.environment.runner.quit()
""",
        )
    assert [entry[:4] for entry in requests] == [
        ["MONGODB", "QUERY", 0, None],
        ["MONGODB", "QUERY", 0, "OperationFailure"],
    ]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    pytest.importorskip("paho.mqtt.client")
    with servers.mosquitto(tmp_path_factory.mktemp("mqtt") / "broker") as port:
        yield port


class TestMqtt:
    @pytest.mark.parametrize("selectors", [False, True], ids=["select", "selectors"])
    def test_publish_and_subscribe(self, acrida: Program, port: int, selectors: bool) -> None:
        requests = once(
            acrida,
            f"""
import time
from gevent.event import Event
from locust import task
from locust.contrib.mqtt import MqttUser
class Sensor(MqttUser):
    host = "127.0.0.1"
    port = {port}
    use_loop_selectors = {selectors}
    @task
    def act(self):
        connected, arrived = Event(), Event()
        while not self.client.is_connected():
            time.sleep(0.01)
        self.client.on_message = lambda client, userdata, message: arrived.set()
        self.client.subscribe("room/1", qos=1)
        while not [note for note in seen if note.startswith("subscribe")]:
            time.sleep(0.01)
        self.client.publish("room/1", b"21.5", qos=1)
        note("arrived", arrived.wait(10))
        while len(seen) < 3:
            time.sleep(0.01)
        self.environment.runner.quit()
from locust import events
seen = []
events.request.add_listener(lambda name, **_: seen.append(name))
""",
        )
        assert [entry[:4] for entry in requests[:1]] == [["MQTT", "connect", 0, None]]
        assert sorted(entry[:4] for entry in requests[1:3]) == [
            ["MQTT", "publish:1:room/1", 4, None],
            ["MQTT", "subscribe:1:room/1", 0, None],
        ]

    def test_nobody_to_publish_to(self, acrida: Program) -> None:
        pytest.importorskip("paho.mqtt.client")
        requests = once(
            acrida,
            f"""
from locust import task
from locust.contrib.mqtt import MqttUser
class Lonely(MqttUser):
    host = "127.0.0.1"
    port = {free_port()}
    @task
    def act(self):
        self.client.publish("room/1", b"21.5")
        self.environment.runner.quit()
""",
        )
        assert ["MQTT", "publish:0:room/1", 0] in [entry[:3] for entry in requests]


def test_dns(acrida: Program) -> None:
    pytest.importorskip("dns.message")
    with doubles.name_server() as port:
        requests = once(
            acrida,
            f"""
import dns.message
from locust import task
from locust.contrib.dns import DNSUser
class Asking(DNSUser):
    @task
    def act(self):
        query = dns.message.make_query("example.com", "A")
        answer = self.client.udp(query, "127.0.0.1", port={port}, timeout=5)
        note("address", answer.answer[0][0].address)
        self.client.udp(dns.message.make_query("example.org", "A"), "127.0.0.1", port={port}, timeout=5, name="unknown")
        note("nothing", self.client.tcp(query, "127.0.0.1", port={free_port()}, timeout=0.2, name="silent"))
        self.environment.runner.quit()
""".replace("self.client.tcp(", "self.client.udp("),
        )
    assert [entry[:4] for entry in requests] == [
        ["DNS", "udp", 0, None],
        ["DNS", "unknown", 0, "LocustError"],
        ["DNS", "silent", 0, "Timeout"],
    ]


def test_openai(acrida: Program) -> None:
    pytest.importorskip("openai")
    with doubles.openai() as port:
        requests = once(
            acrida,
            """
from locust import task
from locust.contrib.oai import OpenAIUser
class Talking(OpenAIUser):
    @task
    def act(self):
        self.client.responses.create(model="there", input="hi")
        with self.client.rename_request("other"):
            try:
                self.client.responses.create(model="missing", input="hi")
            except Exception as error:
                note("raised", type(error).__name__)
        self.environment.runner.quit()
""",
            env={"OPENAI_API_KEY": "x", "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1"},
        )
    assert [entry[:4] for entry in requests] == [
        ["POST", "/v1/responses", 17, None],
        ["POST", "other", 0, "HTTPStatusError"],
    ]


def test_openai_needs_a_key(acrida: Program) -> None:
    outcome = acrida.run("from locust.contrib.oai import OpenAIUser", "--headless")
    assert outcome.exit_code == 1
    assert "You need to set OPENAI_API_KEY env var to use OpenAIUser" in outcome.stderr


def test_socketio(acrida: Program, tmp_path: Path) -> None:
    text = """
import gevent, socketio
from gevent.pywsgi import WSGIServer
from locust import HttpUser, task
from locust.contrib.socketio import SocketIOUser

server = socketio.Server(async_mode="gevent")
@server.on("ask")
def ask(sid, data):
    server.emit("news", "hot", to=sid)
    return data * 2
wsgi = WSGIServer(("127.0.0.1", 0), socketio.WSGIApp(server), log=None)
wsgi.start()

class Both(SocketIOUser, HttpUser):
    host = f"http://127.0.0.1:{wsgi.server_port}"
    @task
    def act(self):
        self.sio.connect(self.host, transports=["polling"])
        note("answer", self.sio.call("ask", "ab"))
        self.sio.send("text", name="named")
        while "news" not in seen:
            gevent.sleep(0.01)
        note("http", self.client is not None)
        self.environment.runner.quit()
from locust import events
seen = []
events.request.add_listener(lambda name, **_: seen.append(name))
"""
    requests = once(acrida, text)
    reported = {(entry[0], entry[1]) for entry in requests}
    assert {("WS", "connect"), ("WSC", "ask"), ("WSR", "news"), ("WSS", "named")} <= reported
