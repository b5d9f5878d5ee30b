"""The scripted server that the tests attack, in a process of its own.

`Target.start()` runs `python -m tests.support.target` and reads the ports from its first line. Every request that
reaches it is logged with its times; `log()`, `counts()` and `reset()` ask over HTTP on a control port, so a test sees
exactly what arrived, whatever the client believes.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Target:
    """The handle that a test holds."""

    def __init__(self, process: subprocess.Popen[str], ports: dict[str, int]):
        self.process, self.ports = process, ports
        self.url = f"http://127.0.0.1:{ports['http']}"
        self.url6 = f"http://[::1]:{ports['http6']}" if ports["http6"] else None
        self.tls_url = f"https://localhost:{ports['https']}"
        self.mtls_url = f"https://localhost:{ports['mtls']}"

    @classmethod
    def start(cls, certificates: Path) -> Target:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.target", str(certificates)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        return cls(process, json.loads(process.stdout.readline()))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def _ask(self, path: str) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['control']}{path}", timeout=20) as answer:
            return json.load(answer)

    def log(self) -> list[dict[str, Any]]:
        return self._ask("/_log")

    def counts(self) -> dict[str, Any]:
        return self._ask("/_counts")

    def hits(self, path: str | None = None) -> int:
        counts = self.counts()
        return counts["total"] if path is None else counts["by_path"].get(path, 0)

    def reset(self) -> None:
        self._ask("/_reset")


def _tls_facts(writer: asyncio.StreamWriter) -> dict[str, Any]:
    tls = writer.get_extra_info("ssl_object")
    if tls is None:
        return {}
    peer = tls.getpeercert() or {}
    return {
        "version": tls.version(),
        "cipher": tls.cipher()[0],
        "resumed": tls.session_reused,
        "sni": getattr(tls, "sni_seen", None),
        "client": [value for rdn in peer.get("subject", ()) for _, value in rdn],
    }


async def _serve(log: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    from tests.support.target_http import Hangup

    number = log.opened()
    try:
        await _serve_requests(log, number, reader, writer)
    except (Hangup, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
        pass
    finally:
        log.open_connections -= 1
        writer.close()


async def _serve_requests(log: Any, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    from tests.support.target_http import Reply, read_request
    from tests.support.target_routes import ROUTES

    answered = 0
    while (request := await read_request(reader, writer, number)) is not None:
        answered += 1
        entry = log.arrived(request)
        entry["on_connection"] = answered
        reply = Reply(request, writer, entry, _tls_facts(writer))
        name, *rest = request.segments
        handler = ROUTES.get(name)
        if handler is None:
            await reply.send(200 if name == "" else 404, b"root" if name == "" else b"no such route")
        else:
            await handler(request, reply, rest)
        if (request.header("Connection") or "").lower() == "close":
            return


async def _control(log: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
    if path == "/_reset":
        log.reset()
    answer = {"/_log": lambda: log.entries, "/_counts": log.counts, "/_reset": dict}[path]()
    body = json.dumps(answer).encode()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
    await writer.drain()
    writer.close()


def _context(certificates: Path, ask_client: bool) -> ssl.SSLContext:
    from tests.support.certs import Certificates

    files = Certificates.at(certificates)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.server_cert, files.server_key)

    def remember(tls: Any, name: str | None, _: ssl.SSLContext) -> None:
        tls.sni_seen = name

    context.sni_callback = remember
    if ask_client:
        context.load_verify_locations(files.authority)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _listener(address: str, family: socket.AddressFamily) -> socket.socket | None:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.bind((address, 0))
    except OSError:
        return None  # a machine without IPv6
    listener.listen(4096)
    return listener


async def main(certificates: Path) -> None:
    from functools import partial

    from tests.support import target_broken  # noqa: F401  registers its routes
    from tests.support.target_http import Log

    log = Log()
    serve = partial(_serve, log)
    ports = {}
    plans: dict[str, tuple[Any, ssl.SSLContext | None]] = {
        "http": (serve, None),
        "http6": (serve, None),
        "control": (partial(_control, log), None),
        "https": (serve, _context(certificates, False)),
        "mtls": (serve, _context(certificates, True)),
    }
    for name, (handler, context) in plans.items():
        listener = _listener("::1", socket.AF_INET6) if name == "http6" else _listener("127.0.0.1", socket.AF_INET)
        ports[name] = listener.getsockname()[1] if listener else 0
        if listener:
            await asyncio.start_server(handler, sock=listener, ssl=context, limit=1 << 20)
    print(json.dumps(ports), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(main(Path(sys.argv[1])))
    except KeyboardInterrupt:
        pass
