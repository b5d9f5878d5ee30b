"""Client and sockets of C++ scenarios against the scripted server: one scenario, a sentence for each mistake."""

from __future__ import annotations

import socket
import threading

import pytest

from tests.support.certs import Certificates
from tests.support.program import Program
from tests.support.target import Target

SCENARIO = r"""
#include <acrida/acrida.h>
#include <cstdlib>
#include <stdexcept>
#include <string>
using namespace acrida;

void expect(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error("wrong: " + what);
}

struct Checks : HttpUser {
  static void define(UserType& me) {
    me.task_set<All>();
  }

  struct All : SequentialTaskSet {
    static void define(TaskSetType& set) {
      set.task<&All::repeats>().task<&All::redirects>().task<&All::cookies>().task<&All::bodies>().task<&All::failures>();
      set.task<&All::tls>().task<&All::certificates>().task<&All::passwords>().task<&All::sockets>().task<&All::datagrams>().task<&All::done>();
    }
    // What was prepared for the request before is only used for one that is just like it.
    void repeats() {
      const auto echo = [this](const char* url = "/echo") { return std::string(client().get(url).text()); };
      const auto has = [](const std::string& text, const char* what) { return text.find(what) != text.npos; };
      const std::string first = echo();
      expect(has(first, "GET") && echo() == first && echo() == first, "the same again: " + first);
      client().set_header("X-One", "eins");
      expect(has(echo(), "eins") && has(echo(), "eins"), "a header that came: " + echo());
      expect(has(std::string(client().post("/echo", {.data = "body"}).text()), "POST"), "another method");
      expect(has(echo("/echo?q=1"), "q=1") && !has(echo(), "q=1"), "another address");
      for (int i = 0; i < 2; ++i) expect(client().get("/redirect/1", {.name = "again"}).status() == 200, "redirects");
      client().set_cookie("later", "yes");
      expect(has(echo(), "later=yes"), "a cookie that came: " + echo());
      client().set_header("X-One", "");
      expect(!has(echo(), "eins"), "a header that went: " + echo());
    }
    void redirects() {
      auto answer = client().get("/redirect/3", {.name = "redirected"});
      expect(answer.status() == 200, "redirects are followed");
      expect(client().get("/redirect/1", {.allow_redirects = false}).status() == 302, "or not");
      expect(client().get("/redirect-loop").error() == "TooManyRedirects('Exceeded 30 redirects.')", "not for ever");
    }
    void cookies() {
      client().get("/set-cookie?flavour=oat");
      expect(client().cookie("flavour") == "oat", "a cookie is kept");
      expect(client().get("/cookies").text().find("oat") != std::string_view::npos, "and sent");
    }
    void bodies() {
      auto json = client().post("/echo", {.params = {{"q", "a b"}}, .json = {{"n", 1}}});
      const std::string text(json.text());
      expect(text.find("a+b") != text.npos, "params: " + text);
      expect(text.find("application/json") != text.npos, "the type of JSON: " + text);
      auto form = client().post("/echo", {.form = {{"a", "1"}, {"b", "x y"}}});
      expect(form.text().find("a=1&b=x+y") != std::string_view::npos, "a form: " + std::string(form.text()));
      expect(client().get("/gzip").ok(), "gzip is decoded");
    }
    void failures() {
      auto missing = client().get("/status/404");
      expect(!missing && missing.error().starts_with("HTTPError('404 Client Error:"), missing.error());
      auto late = client().get("/delay/5000", {.name = "late", .timeout = 0.2});
      expect(late.status() == 0 && late.error().starts_with("ReadTimeout("), "a timeout: " + late.error());
      auto refused = client().get("http://127.0.0.1:1/", {.name = "refused"});
      expect(refused.error() == "ConnectionRefusedError(111, 'Connection refused')", refused.error());
      try {
        client().get("ftp://nowhere/");
        expect(false, "an address that is none is refused");
      } catch (const std::invalid_argument&) {
      }
    }
    void tls() {
      const std::string url = std::getenv("TLS_URL");
      const std::string why = client().get(url + "/ok", {.name = "strange"}).error();
      expect(why.find("certificate") != why.npos, "verified: " + why);
      client().set_verify(false);
      expect(client().get(url + "/ok", {.name = "tls"}).ok(), "not verified");
      TcpSocket socket("localhost", static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))),
                       {.timeout = 5, .tls = true, .verify = false});
      socket.send("GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n");
      expect(socket.receive_until("\r\n").starts_with("HTTP/1.1 200"), "TLS over a socket of our own");
    }
    void certificates() {
      const std::string url = std::getenv("MTLS_URL"), authority = std::getenv("AUTHORITY");
      const std::string certificate = std::getenv("CERTIFICATE"), key = std::getenv("KEY");
      client().set_verify(true);
      client().set_authorities(authority);
      expect(client().get(std::string(std::getenv("TLS_URL")) + "/ok", {.name = "known"}).ok(), "a known authority");
      expect(!client().get(url + "/ok", {.name = "unknown client"}), "a client without a certificate");
      client().set_certificate(certificate, key);
      auto answer = client().get(url + "/ok", {.name = "known client"});
      expect(answer.ok(), "a client with one: " + answer.error());
      TcpSocket socket("localhost", static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))),
                       {.timeout = 5, .tls = true, .authorities = authority, .certificate = certificate, .key = key});
      socket.send("GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n");
      expect(socket.receive_until("\r\n").starts_with("HTTP/1.1 200"), "a socket with one");
    }
    void passwords() {
      const auto echo = [this] { return std::string(client().get("/echo").text()); };
      expect(echo().find("Basic") == std::string::npos, "no password");
      client().set_basic_auth("anna", "se:cret");
      expect(echo().find("Basic YW5uYTpzZTpjcmV0") != std::string::npos, "a password: " + echo());
      client().set_header("Authorization", "");
      try {
        client().get("http://anna:secret@127.0.0.1/");
        expect(false, "a password in an address is refused");
      } catch (const std::invalid_argument&) {
      }
    }
    void sockets() {
      const std::string url = user<Checks>().host();
      const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
      expect(resolve("localhost").size() > 0, "a name is found");
      TcpSocket socket("127.0.0.1", port, {.timeout = 0.2});
      socket.send("GET /ok HTTP/1.1\r\n");
      try {
        socket.receive();
        expect(false, "a silent peer is not waited for");
      } catch (const SocketError& error) {
        expect(std::string(error.what()).find("waited 0.2 s to receive anything") != std::string::npos, error.what());
      }
      try {
        TcpSocket nobody("127.0.0.1", 1);
        expect(false, "nobody listens there");
      } catch (const SocketError& error) {
        expect(std::string(error.what()) == "127.0.0.1:1: Connection refused", error.what());
      }
    }
    void datagrams() {
      UdpSocket udp("127.0.0.1", static_cast<std::uint16_t>(std::atoi(std::getenv("UDP_PORT"))), 5);
      udp.send("ping");
      expect(udp.receive() == "PING", "a datagram comes back");
    }
    void done() {
      record({.method = "TEST", .name = "all done", .response_time_ms = 1});
      throw StopUser{};
    }
  };
};
struct Known : HttpUser {
  static void define(UserType& me) { me.host(std::getenv("PASSWORD_URL")).task<&Known::look>(); }
  void look() {
    expect(client.base_url().find('@') == std::string::npos, client.base_url());
    expect(client.get("/echo").text().find("Basic YW5uYTpzZTpjcmV0") != std::string_view::npos, "the host's password");
    const auto away = client.get("/redirect/1", {.name = "known"});
    expect(away.status() == 200, "redirected");
    record({.method = "TEST", .name = "known is done", .response_time_ms = 1});
    throw StopUser{};
  }
};
ACRIDA_SCENARIO(scenario) {
  if (std::getenv("PASSWORD_URL")) scenario.user<Known>();
  else scenario.user<Checks>();
}
"""


def test_a_host_with_a_password_signs_its_requests(acrida: Program, target: Target) -> None:
    (acrida.folder / "wire.cpp").write_text(SCENARIO)
    env = {"PASSWORD_URL": target.url.replace("//", "//anna:se%3Acret@")}
    done = acrida.run(None, "-f", "wire.cpp", "--headless", "-t", "1s", "--json", env=env, timeout_s=120)
    assert "wrong:" not in done.stderr, done.stderr
    rows = {row["name"]: (row["num_requests"], row["num_failures"]) for row in done.json()}
    assert rows["known is done"] == rows["known"] == (1, 0), done.stderr


def test_client_and_sockets_do_what_they_say(
    acrida: Program, target: Target, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.settimeout(30)

        def shout_back() -> None:
            datagram, sender = udp.recvfrom(100)
            udp.sendto(datagram.upper(), sender)

        thread = threading.Thread(target=shout_back, daemon=True)
        thread.start()
        monkeypatch.setenv("UDP_PORT", str(udp.getsockname()[1]))
        monkeypatch.setenv("TLS_URL", target.tls_url)
        monkeypatch.setenv("MTLS_URL", target.mtls_url)
        monkeypatch.setenv("AUTHORITY", str(certificates.authority))
        monkeypatch.setenv("CERTIFICATE", str(certificates.client_cert))
        monkeypatch.setenv("KEY", str(certificates.client_key))
        (acrida.folder / "wire.cpp").write_text(SCENARIO)
        done = acrida.run(
            None, "-f", "wire.cpp", "--headless", "-t", "4s", "--host", target.url, "--json", timeout_s=120
        )
    assert "wrong:" not in done.stderr, done.stderr
    rows = {row["name"]: (row["num_requests"], row["num_failures"]) for row in done.json()}
    assert rows["all done"] == (1, 0), done.stderr
    assert rows["redirected"] == (1, 0)
    assert rows["late"] == rows["refused"] == (1, 1)
