"""Addresses, TLS, base path, busy port, logins."""

from __future__ import annotations

import contextlib
import socket
import ssl
from urllib.parse import unquote

import pytest
import requests

from tests.support.certs import Certificates
from tests.support.program import Program

from .conftest import OpenPage
from .page import IDLE, Page

LOGIN = (
    IDLE
    + """
import flask, flask_login, os
class Person(flask_login.UserMixin):
    def get_id(self): return "ann"
@events.init.add_listener
def _(environment, web_ui, **_):
    if not os.environ.get("NO_SECRET"):
        web_ui.app.config["SECRET_KEY"] = "not secret"
    web_ui.login_manager.user_loader(lambda user_id: Person() if user_id == "ann" else None)
    web_ui.auth_args = {"username_password_callback": "/check", "title": "Enter"}
    @web_ui.app.route("/check", methods=["POST"])
    def check():
        if flask.request.form["password"] == "right":
            flask_login.login_user(Person())
            return flask.redirect(flask.url_for("locust.index"))
        flask.session["auth_error"] = "Wrong!"
        return flask.redirect(flask.url_for("locust.login"))
    @web_ui.app.route("/mine")
    @web_ui.auth_required_if_enabled
    def mine(): return "mine"
    @web_ui.app.route("/open")
    def open_to_all(): return "open"
    @web_ui.app.route("/spin")
    def spin():
        while not os.path.exists("enough"): pass
        return "done"
"""
)


def test_tls(opened: OpenPage, certificates: Certificates) -> None:
    page = opened(IDLE, "--tls-cert", str(certificates.server_cert), "--tls-key", str(certificates.server_key),
                  verify=str(certificates.authority))  # fmt: skip
    assert page.url.startswith("https://")
    page.url = page.url.replace("127.0.0.1", "localhost")
    assert page.get("/health").json() == {"state": "ready"}
    assert page.swarm()["success"]
    assert next(page.events())[0] == "snapshot"
    with socket.create_connection(("127.0.0.1", page.port), timeout=20) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):  # that is a refusal, too
            assert b"200 OK" not in plain.recv(1000)
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", page.port), timeout=20) as plain:
        old.wrap_socket(plain)


def test_a_certificate_that_cannot_be_read_is_one_line(acrida: Program) -> None:
    done = acrida.run(IDLE, "--web-port", "0", "--tls-cert", "nothing.pem", "--tls-key", "nothing.pem")
    assert done.exit_code == 2 and "The certificate file 'nothing.pem' cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_busy_port_is_one_line(acrida: Program) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        done = acrida.run(IDLE, "--web-host", "127.0.0.1", "--web-port", str(busy.getsockname()[1]))
    assert done.exit_code == 2
    assert "Another program has that port: choose one with --web-port." in done.stderr
    assert "Traceback" not in done.stderr


def test_addresses(opened: OpenPage) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # never listens: no other program can answer there
        port = str(nobody.getsockname()[1])
        page = opened(IDLE, "--web-port", port, host="127.0.0.2")
        assert page.get("/health").status_code == 200
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://127.0.0.1:{port}/health", timeout=20)


def test_all_addresses_of_both_families(opened: OpenPage) -> None:
    page = opened(IDLE, host="*")
    assert page.get("/health", headers={"Host": "some.name"}).status_code == 200
    assert page.get("/health").status_code == 200
    if socket.has_ipv6:
        page.url = f"http://[::1]:{page.port}"
        assert page.get("/health").status_code == 200


def test_a_base_path(opened: OpenPage) -> None:
    page = opened(IDLE, "--web-base-path", "/lo")
    assert page.url.endswith("/lo")
    root = page.url.removesuffix("/lo")
    bare = requests.get(page.url, timeout=20, allow_redirects=False)
    assert (bare.status_code, bare.headers["Location"]) == (308, "/lo/")
    asking = requests.get(page.url + "?a=/b?c", timeout=20, allow_redirects=False)
    assert asking.headers["Location"] == "/lo/?a=/b?c"
    assert requests.get(root + "/", timeout=20).status_code == 404
    assert requests.get(root + "/stats/requests", timeout=20).status_code == 404
    assert requests.get(root + "/lobster", timeout=20).status_code == 404
    assert page.page_data()["basePath"] == "/lo"
    assert page.swarm()["success"] and page.get("/assets/app.js").status_code == 200
    assert page.get("/login").headers["Location"] == "/lo/"


def enter(page: Page) -> None:
    answer = page.post("/check", {"username": "ann", "password": "right"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_a_login_protects_every_route_but_those_that_need_none(opened: OpenPage) -> None:
    page = opened(LOGIN, "--web-login")
    for path in ("/", "/stats/requests", "/tasks", "/logs", "/stats/report", "/events", "/metrics", "/mine", "/stop"):
        answer = page.get(path)
        assert answer.status_code == 302, path
        assert unquote(answer.headers["Location"]) == f"/login?next={path}"
    assert page.post("/swarm", {"user_count": 1, "spawn_rate": 1}).status_code == 302
    assert page.get("/open").text == "open" and page.get("/assets/app.js").status_code == 200
    login = page.get("/login").text
    assert "/check" in login and '"title": "Enter"' in login
    page.post("/check", {"username": "ann", "password": "wrong"})
    assert "Wrong!" in page.get("/login").text
    enter(page)
    for path in ("/", "/stats/requests", "/metrics", "/mine"):
        assert page.get(path).status_code == 200, path
    assert page.swarm()["success"]
    assert next(page.events())[0] == "snapshot"


def test_who_was_let_in_a_moment_ago_sees_the_page_while_python_is_busy(opened: OpenPage) -> None:
    import threading

    page = opened(LOGIN, "--web-login")
    enter(page)
    assert page.get("/stats/requests").status_code == 200
    spinning = threading.Thread(target=lambda: requests.get(page.url + "/spin", timeout=20))
    spinning.start()
    for path in ("/", "/stats/requests", "/logs") * 3:
        assert page.get(path).status_code == 200
    assert not (page.folder / "enough").exists()
    (page.folder / "enough").touch()
    spinning.join()


def test_a_login_without_a_key_says_what_is_missing(opened: OpenPage) -> None:
    page = opened(LOGIN.replace('os.environ.get("NO_SECRET")', "True"), "--web-login")
    answer = page.get("/")
    assert answer.status_code == 200 and answer.text.startswith("Locust auth exception: ")
