"""examples/protocols and examples/web, each against a server: a real one, its own, or a double."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from tests.contrib import doubles, servers
from tests.support.program import ROOT, Program

PROTOCOLS = ROOT / "examples" / "protocols"
WEB = ROOT / "examples" / "web"
STAND_INS = {"PYTHONPATH": str(Path(__file__).with_name("stand_ins"))}


def rows(acrida: Program, name: str, *options: str, env: dict[str, str] | None = None) -> set[tuple[str, str]]:
    """Type and name of the rows of a run in which something happened and nothing failed."""
    words = [
        "-f",
        str(PROTOCOLS / f"{name}.py"),
        "--headless",
        "-u",
        "4",
        "-r",
        "4",
        "-t",
        "1s",
        "--stop-timeout",
        "10",
        "--json",
    ]
    done = acrida.run(None, *words, *options, env=env or {})
    assert done.exit_code == 0, done.stderr
    assert "Traceback" not in done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert [row for row in found if row["num_failures"]] == []
    return {(row["method"], row["name"]) for row in found if row["num_requests"]}


def test_xmlrpc(acrida: Program) -> None:
    assert rows(acrida, "xmlrpc_user") == {("xmlrpc", "add")}


def test_grpc(acrida: Program) -> None:
    pytest.importorskip("grpc")
    assert rows(acrida, "grpc_user") == {("grpc", "/shop.Greeter/Hello")}


def test_postgres(acrida: Program, tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with servers.postgres(tmp_path / "server") as address:
        assert rows(acrida, "postgres_user", env={"POSTGRES": address}) == {("postgres_success", "execute_query")}


def test_mongodb(acrida: Program) -> None:
    pytest.importorskip("pymongo")
    with doubles.mongodb() as port:
        assert rows(acrida, "mongodb_user", env={"MONGODB": f"mongodb://127.0.0.1:{port}/"}) == {("MONGODB", "QUERY")}


def test_mqtt(acrida: Program, tmp_path: Path) -> None:
    pytest.importorskip("paho.mqtt.client")
    with servers.mosquitto(tmp_path / "broker") as port:
        found = rows(acrida, "mqtt_user", "--host", "127.0.0.1", env={"MQTT_PORT": str(port)})
    assert {("MQTT", "publish:1:room/1"), ("MQTT", "publish:room")} <= found


def test_dns(acrida: Program) -> None:
    pytest.importorskip("dns.message")
    with doubles.name_server() as port:
        assert rows(acrida, "dns_user", env={"NAME_SERVER": f"127.0.0.1:{port}"}) == {("DNS", "example.com")}


def test_openai(acrida: Program) -> None:
    pytest.importorskip("openai")
    with doubles.openai() as port:
        env = {"OPENAI_API_KEY": "x", "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1"}
        assert rows(acrida, "openai_user", "-t", "5s", env=env) == {
            ("POST", "/v1/responses"),
            ("POST", "a long question"),
        }


def test_milvus(acrida: Program) -> None:
    pytest.importorskip("grpc")
    env = STAND_INS
    assert ("milvus", "search") in rows(acrida, "milvus_user", "--host", "http://127.0.0.1:19530", env=env)


def test_qdrant(acrida: Program) -> None:
    assert ("qdrant", "search") in rows(acrida, "qdrant_user", env=STAND_INS)


def test_socketio(acrida: Program) -> None:
    assert {("WSC", "ask"), ("WSR", "news")} <= rows(acrida, "socketio_user")


def test_websocket(acrida: Program) -> None:
    pytest.importorskip("websockets")
    command = [sys.executable, "-m", "tests.support.websocket_echo"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout
        address = server.stdout.readline().strip()
        assert rows(acrida, "websocket_user", "--host", address) == {("WS", "echo")}
        server.terminate()


class Page:
    """An example with its web server, as a browser without script would meet it."""

    def __init__(self, acrida: Program, name: str, *options: str, env: dict[str, str] | None = None) -> None:
        words = ["-f", str(WEB / f"{name}.py"), "--web-host", "127.0.0.1", "--web-port", "0", *options]
        self.running = acrida.start(None, *words, env=env or {})
        log = self.running.wait_for_stderr("web interface at")
        match = re.search(r"http://[\d.]+:\d+", log)
        assert match
        self.url = match[0]
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        self.running.interrupt()
        self.running.finish()

    def open(self, path: str, **fields: str) -> tuple[str, str]:
        """The address where one ends up, and the text there."""
        data = urllib.parse.urlencode(fields).encode() if fields else None
        with self.browser.open(self.url + path, data, timeout=10) as answer:
            return answer.url, answer.read().decode()

    def json(self, path: str) -> Any:
        return json.loads(self.open(path)[1])


def wait_until_counted(page: Page, name: str) -> None:
    while not any(row["name"] == name and row["num_requests"] for row in page.json("/stats/requests")["stats"]):
        pass  # each look is a request that waits for its answer


def test_a_target_in_the_web_server(acrida: Program) -> None:
    with Page(acrida, "slow_server") as page:
        page.open("/swarm", user_count="4", spawn_rate="4", host=page.url)
        wait_until_counted(page, "/shop/slow")
        assert page.json("/stats/requests")["fail_ratio"] == 0


def test_figures_of_ones_own(acrida: Program) -> None:
    with Page(acrida, "more_figures") as page:
        page.open("/swarm", user_count="2", spawn_rate="2", host=page.url)
        wait_until_counted(page, "/items")
        wait_until_counted(page, "/")
        assert '"extended_tabs"' in page.open("/bytes/")[1]
        (table,) = page.json("/stats/requests")["extended_stats"]
        assert {row["name"]: row["bytes"] > 0 for row in table["data"]} == {"/": True, "/items": True}
        assert page.open("/bytes/csv")[1].startswith("name,bytes\n/,")
        page.open("/stop")
        page.open("/stats/reset")
        assert page.open("/bytes/csv")[1] == "name,bytes"


@pytest.mark.parametrize("name", ["login_with_form", "login_with_password"])
def test_a_door_before_the_page(acrida: Program, name: str) -> None:
    with Page(acrida, name, "--web-login", env={"WEB_PASSWORD": "sesame"}) as page:
        assert urllib.parse.urlsplit(page.open("/")[0]).path == "/login"
        address, text = page.open("/sign-in", username="anna", password="wrong")
        assert urllib.parse.urlsplit(address).path == "/login"
        assert "That is not the word." in text
        address, _ = page.open("/sign-in", username="anna", password="sesame")
        assert urllib.parse.urlsplit(address).path == "/"
