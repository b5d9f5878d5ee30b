"""TLS: who is verified, with which authority, and who shows a certificate."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.certs import Certificates
from tests.support.target import Target


def test_http_user_refuses_a_certificate_of_an_unknown_authority(http: Any, target: Target) -> None:
    done = http("note('status', client.get('/ok', name='tls').status_code)", host=repr(target.tls_url))
    assert done.noted("status") == [[0]]
    assert "certificate verify failed" in done.noted("event")[0][3]
    assert target.hits() == 0


@pytest.mark.parametrize("where", ["request", "session"])
def test_http_user_accepts_an_authority_of_ones_own(
    http: Any, target: Target, certificates: Certificates, where: str
) -> None:
    authority = repr(str(certificates.authority))
    call = f"client.get('/tls', verify={authority})" if where == "request" else "client.get('/tls')"
    before = f"client.verify = {authority}\n" if where == "session" else ""
    done = http(f"{before}note('tls', {call}.json()['sni'])", host=repr(target.tls_url))
    assert done.noted("tls") == [["localhost"]]


def test_http_user_can_do_without_verification(http: Any, target: Target) -> None:
    done = http("note('status', client.get('/ok', verify=False).status_code)", host=repr(target.tls_url))
    assert done.noted("status") == [[200]]


def test_http_user_refuses_a_certificate_for_another_name(
    http: Any, target: Target, certificates: Certificates
) -> None:
    url = target.tls_url.replace("localhost", "localhost.localdomain")
    if not _resolves("localhost.localdomain"):
        url = target.tls_url.replace("localhost", "127.0.0.2")
    done = http(
        f"note('status', client.get({url + '/ok'!r}, verify={str(certificates.authority)!r}, name='n').status_code)"
    )
    assert done.noted("status") == [[0]]
    assert target.hits() == 0


def _resolves(name: str) -> bool:
    import socket

    try:
        return bool(socket.getaddrinfo(name, 1)) and socket.gethostbyname(name) == "127.0.0.1"
    except OSError:
        return False


def test_fast_user_does_not_verify_unless_told(fast: Any, target: Target) -> None:
    body = "note('status', client.get('/ok', name='tls').status_code)"
    assert fast(body, host=repr(target.tls_url)).noted("status") == [[200]]


def test_fast_user_verifies_when_told(fast: Any, target: Target) -> None:
    done = fast(
        "note('status', client.get('/ok', name='tls').status_code)", host=repr(target.tls_url), insecure="False"
    )
    assert done.noted("status") == [[0]]
    assert target.hits() == 0


def test_fast_user_takes_a_context_of_ones_own(fast: Any, target: Target, certificates: Certificates) -> None:
    factory = f"lambda: __import__('ssl').create_default_context(cafile={str(certificates.authority)!r})"
    done = fast(
        "note('status', client.get('/ok', name='tls').status_code)",
        host=repr(target.tls_url),
        insecure="False",
        ssl_context_factory=f"staticmethod({factory})",
    )
    assert done.noted("status") == [[200]]


@pytest.mark.parametrize("form", ["one file", "two files"])
def test_http_user_shows_a_client_certificate(http: Any, target: Target, certificates: Certificates, form: str) -> None:
    pair = (str(certificates.client_cert), str(certificates.client_key))
    cert = repr(str(certificates.client_both)) if form == "one file" else repr(pair)
    done = http(
        f"note('client', client.get('/tls', cert={cert}, verify={str(certificates.authority)!r}).json()['client'])",
        host=repr(target.mtls_url),
    )
    assert done.noted("client") == [[["test client"]]]


def test_a_missing_client_certificate_fails_the_request(
    either: Any, target: Target, certificates: Certificates
) -> None:
    done = either(
        """
        answer = client.get("/tls", name="mtls")
        note("status", answer.status_code)
    """,
        host=repr(target.mtls_url),
    )
    assert done.noted("status") == [[0]]
    assert done.noted("total") == [[1, 1]]


def test_tls_connections_are_kept_alive(fast: Any, target: Target) -> None:
    done = fast("for _ in range(5): client.get('/ok')", host=repr(target.tls_url))
    assert done.noted("total") == [[5, 0]]
    assert target.counts()["connections"] == 1


def test_plain_http_to_a_tls_port_fails_clearly(either: Any, target: Target) -> None:
    url = f"http://127.0.0.1:{target.ports['https']}"
    done = either("note('status', client.get('/ok', name='wrong').status_code)", host=repr(url))
    assert done.noted("total") == [[1, 1]]


def test_tls_to_a_plain_port_fails_clearly(either: Any, target: Target) -> None:
    url = f"https://127.0.0.1:{target.ports['http']}"
    done = either("note('status', client.get('/ok', name='wrong').status_code)", host=repr(url))
    assert done.noted("status") == [[0]]
    assert done.noted("total") == [[1, 1]]


def test_large_bodies_over_tls(either: Any, target: Target) -> None:
    done = either(
        """
        if hasattr(client, "verify"): client.verify = False
        sent = client.post("/echo", data=b"x" * 300000).json()["body"]
        note("length", len(client.get("/bytes/3000000").content), len(sent))
    """,
        host=repr(target.tls_url),
    )
    assert done.noted("length") == [[3000000, 300000]]


@pytest.mark.parametrize("built", ["by the factory", "before"])
def test_a_context_of_ones_own_may_hold_a_client_certificate(
    fast: Any, target: Target, certificates: Certificates, built: str
) -> None:
    make = (
        f"lambda context=__import__('ssl').create_default_context(cafile={str(certificates.authority)!r}):"
        f" context.load_cert_chain({str(certificates.client_both)!r}) or context"
    )
    factory = (
        f"staticmethod({make})"
        if built == "by the factory"
        else f"(lambda built: staticmethod(lambda: built))(({make})())"
    )
    done = fast(
        "note('client', client.get('/tls').json()['client'])",
        host=repr(target.mtls_url),
        insecure="False",
        ssl_context_factory=factory,
    )
    assert done.noted("client") == [[["test client"]]]


@pytest.mark.parametrize(
    ("setting", "seen"),
    [
        ("maximum_version = ssl.TLSVersion.TLSv1_2", "TLSv1.2"),
        ("options |= ssl.OP_NO_TLSv1_3", "TLSv1.2"),
        ("minimum_version = ssl.TLSVersion.TLSv1_3", "TLSv1.3"),
    ],
)
def test_versions_of_a_context_of_ones_own(fast: Any, target: Target, setting: str, seen: str) -> None:
    done = fast(
        "note('version', client.get('/tls').json()['version'])",
        host=repr(target.tls_url),
        ssl_context_factory=_built(f"context.{setting}"),
    )
    assert done.noted("version") == [[seen]]


def test_ciphers_of_a_context_of_ones_own(fast: Any, target: Target) -> None:
    settings = (
        "context.maximum_version = ssl.TLSVersion.TLSv1_2; context.set_ciphers('ECDHE-RSA-CHACHA20-POLY1305:"
        "ECDHE-ECDSA-CHACHA20-POLY1305')"
    )
    done = fast(
        "note('cipher', client.get('/tls').json()['cipher'])",
        host=repr(target.tls_url),
        ssl_context_factory=_built(settings),
    )
    assert "CHACHA20" in done.noted("cipher")[0][0]


@pytest.mark.parametrize(("checks_names", "status"), [(False, 200), (True, 0)])
def test_a_context_may_trust_an_authority_for_any_name(
    fast: Any, target: Target, certificates: Certificates, checks_names: bool, status: int
) -> None:
    settings = (
        f"context.load_verify_locations({str(certificates.authority)!r}); context.verify_mode = ssl.CERT_REQUIRED;"
        f"context.check_hostname = {checks_names}"
    )
    done = fast(
        "note('status', client.get('/ok').status_code)",
        # The same server by an address that its certificate does not name.
        host=repr(target.tls_url.replace("localhost", "[::ffff:127.0.0.1]")),
        ssl_context_factory=_built(settings),
    )
    assert done.noted("status") == [[status]]


def _built(settings: str) -> str:
    """A factory of contexts that verify nothing, changed by `settings`."""
    made = f"import ssl\ncontext = ssl._create_unverified_context()\n{settings}"
    return f"staticmethod(lambda: (lambda names: exec({made!r}, names) or names['context'])({{}}))"
