#include <doctest/doctest.h>

#include <openssl/err.h>

#include <mutex>

#include "http/certificate_testing.h"
#include "http/service_testing.h"

using namespace acrida;
using namespace acrida::http;

namespace {

void answer_all(Peer& peer) {
  while (true) {
    const std::string request = peer.read_request();
    if (request.empty()) return;
    peer.send(ok_answer(request.substr(request.find("\r\n\r\n") + 4) + "!"));
  }
}

const Proxy* proxy_at(std::uint16_t port, std::string authorization = {}) {
  return intern_proxy({.at = intern_origin(false, "127.0.0.1", port), .authorization = std::move(authorization)});
}

Operation& tls_request(ServiceBench& bench, Client* client, const TestingServer& server, const TlsSettings& settings,
                       std::string_view host = "localhost", std::string_view body = {}) {
  Operation& operation = bench.request(client, server.port(), body.empty() ? "GET" : "PUT", body);
  operation.origin = intern_origin(true, host, server.port());
  operation.tls = intern_tls(settings);
  return operation;
}

TlsSettings trusting(const TestingCertificate& certificate) {
  TlsSettings settings;
  settings.ca_path = certificate.certificate_file();
  return settings;
}

}  // namespace

TEST_CASE("TLS without verification: keep-alive, times and parts") {
  TestingCertificate certificate("localhost");
  TestingServer server(answer_all, certificate.server_context());
  ServiceBench bench;
  Client* client = bench.client();
  TlsSettings settings;
  settings.verify = false;
  Operation& first = bench.run(tls_request(bench, client, server, settings));
  CHECK_FALSE(first.answer.error);
  CHECK(first.answer.body == "!");
  CHECK(first.timings.tls > base::Duration(0));
  CHECK(first.timings.started_at + first.timings.connect + first.timings.tls <= first.timings.first_byte_at);
  Operation& second = bench.run(tls_request(bench, client, server, settings));
  CHECK(second.answer.body == "!");
  CHECK(second.timings.tls == base::Duration(0));
  CHECK(server.connections() == 1);
}

TEST_CASE("a certificate that nobody vouches for is refused, with OpenSSL's reason") {
  TestingCertificate certificate("localhost");
  TestingServer server(answer_all, certificate.server_context());
  ServiceBench bench;
  Operation& operation = bench.run(tls_request(bench, bench.client(), server, TlsSettings{}));
  CHECK(operation.answer.error.kind == ErrorKind::TlsFailed);
  CHECK(operation.answer.error.detail == "certificate verify failed: self-signed certificate");
  CHECK(bench.counters().sent == 0);
}

TEST_CASE("a certificate authority of one's own is trusted, for the right name only") {
  TestingCertificate certificate("localhost");
  TestingServer server(answer_all, certificate.server_context());
  ServiceBench bench;
  Client* client = bench.client();
  CHECK(bench.run(tls_request(bench, client, server, trusting(certificate))).answer.body == "!");

  Operation& by_number = bench.run(tls_request(bench, client, server, trusting(certificate), "127.0.0.1"));
  CHECK(by_number.answer.error.kind == ErrorKind::TlsFailed);
  CHECK(by_number.answer.error.detail == "certificate verify failed: IP address mismatch");

  TlsSettings other = trusting(certificate);
  other.server_name = "example.test";
  Operation& by_name = bench.run(tls_request(bench, client, server, other));
  CHECK(by_name.answer.error.detail == "certificate verify failed: hostname mismatch");

  TlsSettings named = trusting(certificate);
  named.server_name = "localhost";
  CHECK(bench.run(tls_request(bench, client, server, named, "127.0.0.1")).answer.body == "!");
}

TEST_CASE("a missing authority file is an error that names it") {
  TestingCertificate certificate("localhost");
  TestingServer server(answer_all, certificate.server_context());
  ServiceBench bench;
  TlsSettings settings;
  settings.ca_path = "/no/such/file.pem";
  Operation& operation = bench.run(tls_request(bench, bench.client(), server, settings));
  CHECK(operation.answer.error.kind == ErrorKind::TlsFailed);
  CHECK(operation.answer.error.detail.find("/no/such/file.pem") != std::string::npos);
}

TEST_CASE("big bodies travel whole in both directions over TLS") {
  TestingCertificate certificate("localhost");
  TestingServer server(answer_all, certificate.server_context());
  ServiceBench bench;
  Client* client = bench.client();
  std::string body(5'000'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 >> 5);
  for (int i = 0; i < 3; ++i) {
    Operation& operation = bench.run(tls_request(bench, client, server, trusting(certificate), "localhost", body));
    CHECK_FALSE(operation.answer.error);
    CHECK(operation.answer.body == body + "!");
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("a client certificate is presented when asked for") {
  TestingCertificate certificate("localhost");
  TestingServer server(answer_all, certificate.server_context(true));
  ServiceBench bench;
  TlsSettings settings = trusting(certificate);
  CHECK(bench.run(tls_request(bench, bench.client(), server, settings)).answer.error);
  settings.cert_file = certificate.certificate_file();
  settings.key_file = certificate.key_file();
  CHECK(bench.run(tls_request(bench, bench.client(), server, settings)).answer.body == "!");
}

TEST_CASE("sessions are resumed only when asked for") {
  TestingCertificate certificate("localhost");
  std::atomic<int> resumed{0};
  TestingServer server(
      [&](Peer& peer) {
        if (peer.is_resumed()) ++resumed;
        answer_all(peer);
      },
      certificate.server_context());
  ServiceBench bench;
  TlsSettings settings = trusting(certificate);
  for (int i = 0; i < 3; ++i) bench.run(tls_request(bench, bench.client(), server, settings));
  CHECK(resumed == 0);
  settings.resume_sessions = true;
  for (int i = 0; i < 3; ++i) CHECK(bench.run(tls_request(bench, bench.client(), server, settings)).answer.body == "!");
  CHECK(resumed == 2);
}

TEST_CASE("speaking TLS to a server that does not") {
  TestingServer server([](Peer& peer) {
    peer.read_some();
    peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  ServiceBench bench;
  Operation& operation = bench.run(tls_request(bench, bench.client(), server, TlsSettings{}));
  CHECK(operation.answer.error.kind == ErrorKind::TlsFailed);
  CHECK(operation.answer.error.detail == "wrong version number");
}

TEST_CASE("a peer that closes during the handshake") {
  TestingServer server([](Peer& peer) { peer.read_some(); });
  ServiceBench bench;
  Operation& operation = bench.run(tls_request(bench, bench.client(), server, TlsSettings{}));
  CHECK(operation.answer.error.kind == ErrorKind::TlsFailed);
  CHECK(operation.answer.error.detail == "unexpected eof while reading");
}

TEST_CASE("a proxy's tunnel carries TLS, and its refusal is an error") {
  TestingCertificate certificate("localhost");
  TestingServer secure(answer_all, certificate.server_context());
  TestingProxy proxy;
  ServiceBench bench;
  Client* client = bench.client(10, proxy_at(proxy.port()));
  CHECK(bench.run(tls_request(bench, client, secure, trusting(certificate))).answer.body == "!");
  CHECK(bench.run(tls_request(bench, client, secure, trusting(certificate))).answer.body == "!");
  CHECK(proxy.tunnels() == 1);

  TestingServer strict([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  });
  Client* outsider = bench.client(10, proxy_at(strict.port()));
  Operation& refused = bench.run(tls_request(bench, outsider, secure, trusting(certificate)));
  CHECK(refused.answer.error.kind == ErrorKind::ConnectFailed);
  CHECK(refused.answer.error.detail == "the proxy answered 407 Proxy Authentication Required");
}

TEST_CASE("a proxy is told the origin of a plain request, and the credentials") {
  std::mutex mutex;
  std::string heard;
  TestingServer proxy([&](Peer& peer) {
    {
      std::string request = peer.read_request();
      std::lock_guard lock(mutex);
      heard = std::move(request);
    }
    peer.send(ok_answer("!"));
    peer.wait_for_end();
  });
  ServiceBench bench;
  Client* client = bench.client(10, proxy_at(proxy.port(), "Basic eA=="));
  Operation& operation = bench.run(bench.request(client, 9, "PUT", "body"));
  CHECK(operation.answer.body == "!");
  std::lock_guard lock(mutex);
  const std::string origin = "127.0.0.1:9", seen = heard;
  CHECK(seen.rfind("PUT http://" + origin + "/ HTTP/1.1\r\nProxy-Authorization: Basic eA==\r\n", 0) == 0);
  CHECK(seen.substr(seen.size() - 8) == "\r\n\r\nbody");
  CHECK(operation.head.rfind("PUT / HTTP/1.1\r\n", 0) == 0);
}
