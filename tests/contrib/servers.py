"""Real servers for the users of other protocols, started by the tests in a folder of their own."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.ports import free_port

START_SECONDS = 30


def find(name: str, *folders: str) -> Path:
    """The program, on the path or in one of these folders (wildcards allowed); the test is skipped without it."""
    places = [shutil.which(name)] + [str(match) for folder in folders for match in Path("/").glob(f"{folder}/{name}")]
    for place in places:
        if place:
            return Path(place).resolve()
    pytest.skip(f"{name} is not installed")


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path | None = None) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up_at:
        assert process.poll() is None, f"the server ended: {log.read_text()[-2000:] if log else ''}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("the server does not listen")


def as_unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to be root: the words that make a command run as somebody else."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    for parent in folder.parents:
        if parent.stat().st_uid == 0 and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """An empty PostgreSQL; yields its connection string."""
    initdb = find("initdb", "usr/lib/postgresql/*/bin")
    folder.mkdir()
    prefix, port = as_unprivileged(folder), free_port()
    data, log = folder / "data", folder / "log"
    made = subprocess.run(
        [*prefix, initdb, "-D", data, "-U", "tester", "--auth=trust", "--no-sync", "--locale=C.UTF-8"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    server = subprocess.Popen(
        [*prefix, initdb.with_name("postgres"), "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder],
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
    )
    try:
        wait_for_port(port, server, log)
        yield f"postgresql://tester@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait(START_SECONDS)


@contextmanager
def mosquitto(folder: Path) -> Iterator[int]:
    """An MQTT broker for anybody; yields its port."""
    program = find("mosquitto", "usr/sbin", "usr/local/sbin")
    folder.mkdir()
    port = free_port()
    configuration = folder / "mosquitto.conf"
    configuration.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    broker = subprocess.Popen([program, "-c", configuration], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, broker)
        yield port
    finally:
        broker.terminate()
        broker.wait(START_SECONDS)


@contextmanager
def redis(folder: Path) -> Iterator[int]:
    """An empty Redis that keeps nothing on disk; yields its port."""
    program = find("redis-server")
    folder.mkdir()
    port = free_port()
    # One program with several names; which one it is called by decides what it does.
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(
        command, executable=program, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for_port(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(START_SECONDS)
