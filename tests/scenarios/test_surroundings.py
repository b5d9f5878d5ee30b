"""Calls from odd places: the hub, another thread, a forked child; and libraries that wait beside the users."""

from __future__ import annotations

import pytest

from tests.http.attack import CLIENTS, attack
from tests.support.program import Program
from tests.support.target import Target

KINDS = sorted(CLIENTS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_from_the_hub_is_refused_before_anything_is_sent(acrida: Program, target: Target, kind: str) -> None:
    done = attack(
        acrida,
        kind,
        target,
        """
        answered = gevent.event.AsyncResult()
        def in_the_hub():
            try:
                answered.set(["answer", client.get("/ok", name="from the hub").status_code])
            except BaseException as error:
                answered.set(["refused", type(error).__name__, str(error)])
        gevent.get_hub().loop.run_callback(in_the_hub)
        note("hub", *answered.get(timeout=5))
        note("text", client.get("/json").json()["name"])
    """,
    )
    verdict = done.noted("hub")[0]
    assert verdict[0] == "refused" and "gevent.spawn" in verdict[2], verdict
    assert target.hits("/ok") == 0
    assert done.noted("text") == [["acrida"]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_from_another_thread_is_answered_or_refused_clearly(acrida: Program, target: Target, kind: str) -> None:
    done = attack(
        acrida,
        kind,
        target,
        """
        def elsewhere():
            try:
                return ["answer", client.get("/ok", name="from a thread").status_code]
            except Exception as error:
                return ["refused", type(error).__name__, str(error)]
        note("thread", *gevent.get_hub().threadpool.apply(elsewhere))
        note("text", client.get("/json").json()["name"])
    """,
    )
    verdict = done.noted("thread")[0]
    assert verdict == ["answer", 200] or (verdict[0] == "refused" and "thread" in verdict[2].lower()), verdict
    assert target.hits("/ok") == (1 if verdict[0] == "answer" else 0)
    assert done.noted("text") == [["acrida"]]


def test_the_first_request_of_a_program_is_answered(acrida: Program, target: Target) -> None:
    """Asked from the main greenlet right after the import, when no answer has ever come: nobody has slept yet."""
    done = acrida.script(
        """
import sys
from locust import FastHttpUser
from locust.env import Environment
class One(FastHttpUser):
    host = sys.argv[1]
client = One(Environment(user_classes=[One])).client
note("first", client.get("/ok").text)
note("second", client.get("/ok").text)
""",
        target.url,
        timeout_s=10,
    )
    assert done.exit_code == 0, done.stderr
    assert done.notes == [["first", "ok"], ["second", "ok"]]


def test_a_forked_child_starts_afresh_and_the_parent_goes_on(acrida: Program, target: Target) -> None:
    done = acrida.script(
        """
import os, sys
import gevent
from locust import FastHttpUser
from locust.env import Environment
class One(FastHttpUser):
    host = sys.argv[1]
user = One(Environment(user_classes=[One]))
note("before", user.client.get("/ok").text)
child = os.fork()
if child == 0:
    fresh = One(Environment(user_classes=[One]))
    note("child", fresh.client.get("/ok").text)
    os._exit(0)
_, status = os.waitpid(child, 0)
note("child ended", os.waitstatus_to_exitcode(status))
note("after", user.client.get("/ok").text)
""",
        target.url,
        timeout_s=20,
    )
    assert done.exit_code == 0, done.stderr
    assert done.notes == [["before", "ok"], ["child", "ok"], ["child ended", 0], ["after", "ok"]]
    assert target.counts()["connections"] == 2


def test_patched_libraries_wait_beside_the_users(acrida: Program, target: Target) -> None:
    done = acrida.headless(
        """
from locust import HttpUser, task
from locust.exception import StopUser
import gevent, socket, sys, time, threading, queue
import requests, urllib.request
inside = most = finished = 0
class One(HttpUser):
    @task
    def wait_in_every_way(self):
        global inside, most, finished
        inside += 1
        most = max(most, inside)
        time.sleep(0.05)
        url = self.host + "/delay/50"
        requests.get(url)
        urllib.request.urlopen(url).read()
        self.client.get("/delay/50")
        box = queue.Queue()
        threading.Thread(target=lambda: (time.sleep(0.02), box.put(1))).start()
        box.get()
        inside -= 1
        finished += 1
        if finished == 20:
            note("most", most)
            gevent.spawn(self.environment.runner.quit)
        raise StopUser
""",
        host=target.url,
        users=20,
    )
    assert done.noted("most") == [[20]]


def test_a_seeded_run_repeats_itself(acrida: Program, target: Target) -> None:
    text = """
import random
random.seed(99)
from locust import HttpUser, between, task
from locust.exception import StopUser
import gevent
class One(HttpUser):
    wait_time = between(0, 0.002)
    n = 0
    def go(name):
        def run(self):
            self.n += 1
            if self.n > 40:
                gevent.spawn(self.environment.runner.quit)
                raise StopUser
            self.client.get(f"/ok/{name}/{random.randrange(100)}")
        return run
    tasks = {go("a"): 3, go("b"): 2, go("c"): 5}
"""
    trails = []
    for _ in range(2):
        target.reset()
        acrida.headless(text, host=target.url)
        trails.append([entry["path"] for entry in target.log()])
    assert trails[0] == trails[1]
    assert len(trails[0]) == 40 and len(set(trails[0])) > 20
