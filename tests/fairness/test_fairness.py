"""Client libraries of all kinds beside HTTP users: nobody starves anybody. Decided by counts and order, not by time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.contrib import servers
from tests.fairness.kit import assert_fair, run
from tests.support.program import ROOT, Program


@contextmanager
def program(*words: str) -> Iterator[str]:
    """A server of ours; yields the address that it prints."""
    with subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        yield process.stdout.readline().split()[-1]
        process.terminate()


@pytest.fixture(scope="module")
def shop_url() -> Iterator[str]:
    with program("acrida._demo.target", "--port", "0") as url:
        yield url


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.postgres(tmp_path_factory.mktemp("postgres") / "server") as address:
        yield address


def test_redis(acrida: Program, shop_url: str, tmp_path: Path) -> None:
    pytest.importorskip("redis")
    library = """
import os, redis
def connect():
    return redis.Redis(port=int(os.environ["PORT"]))
def call(own):
    assert own.incr("count") > 0
def wait(own):
    assert own.blpop(["bell"], timeout=60)
def release(own):
    connect().lpush("bell", "ding")
"""
    with servers.redis(tmp_path / "redis") as port:
        assert_fair(run(acrida, library, shop_url, PORT=str(port)))


# A lock that another connection holds; both drivers say it in the same words.
POSTGRES = """
holders = []
def connect():
    return open_connection()
def call(own):
    with own.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
def wait(own):
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7)")
def release(own):
    holder.cursor().execute("SELECT pg_advisory_unlock(7)")
holder = open_connection()
holder.cursor().execute("SELECT pg_advisory_lock(7)")
"""


def test_psycopg(acrida: Program, shop_url: str, database: str) -> None:
    pytest.importorskip("psycopg")
    library = """
import os, psycopg
def open_connection():
    return psycopg.connect(os.environ["ADDRESS"], autocommit=True)
"""
    assert_fair(run(acrida, library + POSTGRES, shop_url, ADDRESS=database))


def test_psycopg2_with_a_wait_callback(acrida: Program, shop_url: str, database: str) -> None:
    pytest.importorskip("psycopg2")
    library = """
import os, psycopg2, psycopg2.extensions
from gevent.socket import wait_read, wait_write

def wait_politely(connection):
    while (state := connection.poll()) != psycopg2.extensions.POLL_OK:
        (wait_read if state == psycopg2.extensions.POLL_READ else wait_write)(connection.fileno())

psycopg2.extensions.set_wait_callback(wait_politely)

def open_connection():
    connection = psycopg2.connect(os.environ["ADDRESS"])
    connection.autocommit = True
    return connection
"""
    assert_fair(run(acrida, library + POSTGRES, shop_url, ADDRESS=database))


def test_grpc(acrida: Program, shop_url: str) -> None:
    pytest.importorskip("grpc")
    library = """
import os
import grpc, grpc.experimental.gevent
from google.protobuf.wrappers_pb2 import StringValue
grpc.experimental.gevent.init_gevent()
def connect():
    channel = grpc.insecure_channel(os.environ["ADDRESS"], options=[("grpc.use_local_subchannel_pool", 1)])
    return channel.unary_unary("/Bell/Say", StringValue.SerializeToString, StringValue.FromString)
def call(own, word="hello"):
    assert own(StringValue(value=word)).value == word
def wait(own):
    call(own, "wait")
def release(own):
    call(connect(), "ring")
"""
    with program("tests.fairness.bells", "grpc") as address:
        assert_fair(run(acrida, library, shop_url, ADDRESS=address))


def test_websocket_client(acrida: Program, shop_url: str) -> None:
    pytest.importorskip("websocket")
    library = """
import os, websocket
def connect():
    return websocket.create_connection(os.environ["ADDRESS"], timeout=60)
def call(own, word="hello"):
    own.send(word)
    assert own.recv() == word
def wait(own):
    call(own, "wait")
def release(own):
    call(connect(), "ring")
"""
    with program("tests.fairness.bells", "websocket") as address:
        assert_fair(run(acrida, library, shop_url, ADDRESS=address))


def test_kafka(acrida: Program, shop_url: str) -> None:
    pytest.importorskip("kafka")
    library = """
import os
from kafka import KafkaProducer
def connect():
    return KafkaProducer(bootstrap_servers=os.environ["ADDRESS"], enable_idempotence=False, acks=1)
def call(own, word="hello"):
    assert own.send(word, b"21.5").get(timeout=60).topic == word
def wait(own):
    call(own, "wait")
def release(own):
    call(connect(), "ring")
"""
    with program("tests.fairness.kafka_bell") as address:
        assert_fair(run(acrida, library, shop_url, ADDRESS=address))


def test_boto3(acrida: Program, shop_url: str) -> None:
    pytest.importorskip("boto3")
    library = """
import os, boto3
from botocore.config import Config
from botocore.stub import Stubber

config = Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required", read_timeout=60)
session = boto3.session.Session("key", "secret", region_name="eu-central-1")
def connect():
    return session.client("s3", endpoint_url=os.environ["ADDRESS"], config=config)
def call(own, word="hello"):
    assert own.get_object(Bucket="goods", Key=word)["Body"].read() == word.encode()
def wait(own):
    call(own, "wait")
def release(own):
    connect().put_object(Bucket="goods", Key="ring", Body=b"ding")

# A stubbed client answers by itself; it neither needs nor disturbs anything.
with Stubber(connect()) as stubber:
    stubber.add_response("list_buckets", {"Buckets": [{"Name": "goods"}]})
    note("stub", stubber.client.list_buckets()["Buckets"][0]["Name"])
"""
    with program("tests.fairness.bells", "http") as address:
        assert_fair(run(acrida, library, shop_url, ADDRESS=address))


def test_subprocesses(acrida: Program, shop_url: str) -> None:
    library = """
import subprocess
def connect():
    return subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def call(own):
    assert subprocess.run(["echo", "hello"], capture_output=True).stdout == b"hello\\n"
def wait(own):
    assert own.wait() == 0
def release(own):
    own.stdin.close()
"""
    assert_fair(run(acrida, library, shop_url))


def test_native_threads_that_call_back(acrida: Program, shop_url: str) -> None:
    library = """
import os
import gevent
from gevent import monkey
from gevent.event import Event
from locust import events
start_native = monkey.get_original("_thread", "start_new_thread")
read = monkey.get_original("os", "read")

class Bell:
    def __init__(self):
        self.read_end, self.write_end = os.pipe()
        self.hub = gevent.get_hub()
    def from_thread(self, done):
        read(self.read_end, 1)  # a call in C that knows nothing of gevent
        # Requests may be reported from any thread.
        events.request.fire(request_type="thread", name="woke", response_time=1, response_length=0, exception=None)
        self.hub.loop.run_callback_threadsafe(done.set)

def connect():
    return Bell()
def wait(own):
    done = Event()
    start_native(own.from_thread, (done,))
    assert done.wait(60)
def release(own):
    os.write(own.write_end, b"x")
def call(own):
    release(own)
    wait(own)
    assert own.hub.threadpool.apply(sum, ([1, 2],)) == 3
"""
    assert_fair(run(acrida, library, shop_url))


def test_who_waits_in_c_is_found_out(acrida: Program, shop_url: str) -> None:
    """The tests above can fail: this library stops everybody while it waits."""
    library = """
from gevent import monkey
sleep = monkey.get_original("time", "sleep")
def connect():
    return None
def call(own):
    gevent.sleep(0.001)
def wait(own):
    sleep(0.2)
def release(own):
    pass
"""
    assert run(acrida, library, shop_url).order[:2] == ["waits", "answered"]
