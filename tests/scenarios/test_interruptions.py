"""Kills, timeouts, Ctrl-C and exits in the middle of requests: nothing hangs, nobody gets somebody else's answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.http.attack import CLIENTS, attack, generator
from tests.support.program import Program
from tests.support.target import Target

KINDS = sorted(CLIENTS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_greenlet_leaves_a_client_that_works(acrida: Program, target: Target, kind: str) -> None:
    done = attack(
        acrida,
        kind,
        target,
        """
        for number in range(1, 20):
            victim = gevent.spawn(client.get, "/delay/300", name="victim")
            gevent.sleep(0.001 * number)
            victim.kill()
            note("right", len(client.get(f"/bytes/{number}", name="next").content) == number, victim.dead)
    """,
    )
    assert done.noted("right") == [[True, True]] * 19
    assert done.noted("total") == [[19, 0]]
    assert target.hits() == 19 + generator(done)["aborted"]


@pytest.mark.parametrize("kind", KINDS)
def test_killing_many_at_once_frees_their_connections(acrida: Program, target: Target, kind: str) -> None:
    done = attack(
        acrida,
        kind,
        target,
        """
        import os
        from gevent.pool import Group
        client.get("/ok", name="first")
        before = len(os.listdir("/proc/self/fd"))
        group = Group()
        users = [type(user)(user.environment) for _ in range(40)]
        for other in users:
            group.spawn(other.client.get, "/delay/20000", name="never")
        gevent.sleep(0.3)
        group.kill()
        note("alive", sum(not greenlet.dead for greenlet in group.greenlets))
        note("text", client.get("/ok").text)
        gevent.sleep(0.2)
        note("open files", before, len(os.listdir("/proc/self/fd")))
    """,
    )
    assert done.noted("alive") == [[0]]
    assert done.noted("text") == [["ok"]]
    assert done.noted("total") == [[2, 0]]
    assert generator(done)["aborted"] == 40
    [[before, after]] = done.noted("open files")
    assert after <= before


@pytest.mark.parametrize("kind", KINDS)
def test_an_exception_thrown_into_a_waiting_user_arrives_there(acrida: Program, target: Target, kind: str) -> None:
    done = attack(
        acrida,
        kind,
        target,
        """
        class Odd(Exception): pass
        me = gevent.getcurrent()
        gevent.spawn_later(0.05, me.kill, Odd("thrown"), block=False)
        try:
            client.get("/delay/5000")
        except Odd as error:
            note("arrived", str(error))
        note("text", client.get("/ok").text)
    """,
    )
    assert done.noted("arrived") == [["thrown"]]
    assert done.noted("text") == [["ok"]]


@pytest.mark.parametrize("kind", KINDS)
def test_nested_timeouts_ring_the_right_one(acrida: Program, target: Target, kind: str) -> None:
    done = attack(
        acrida,
        kind,
        target,
        """
        outer = gevent.Timeout(5)
        with outer:
            for _ in range(3):
                try:
                    with gevent.Timeout(0.03, KeyError("inner")):
                        client.get("/delay/3000", name="late")
                except KeyError:
                    note("inner")
        note("text", client.get("/ok").text)
    """,
    )
    assert done.noted("inner") == [[]] * 3
    assert done.noted("text") == [["ok"]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_user_may_be_ended_while_its_answer_lies_ready(acrida: Program, target: Target, kind: str) -> None:
    """Two answers are collected together; whoever is woken first ends the other before that one's turn."""
    done = attack(
        acrida,
        kind,
        target,
        """
        import time
        hub = gevent.get_hub()
        both = []
        def ask():
            client.get("/ok", name="ask")
            me = gevent.getcurrent()
            for other in both:
                if other is not me and not other.dead:
                    hub.loop.run_callback(me.switch)  # throw() leads from the dead to the hub, not back here
                    other.throw(gevent.GreenletExit)
        both += [gevent.spawn(ask), gevent.spawn(ask)]
        gevent.sleep(0)
        end = time.perf_counter() + 0.1  # nobody is woken meanwhile: both answers come
        while time.perf_counter() < end: pass
        gevent.joinall(both)
        note("right", [len(client.get(f"/bytes/{size}", name="next").content) for size in range(1, 6)])
    """,
    )
    assert done.noted("right") == [[[1, 2, 3, 4, 5]]]
    assert [event[1] for event in done.noted("event")] == ["ask"] + ["next"] * 5
    assert generator(done)["aborted"] == 1


SPINNING = """
from locust import FastHttpUser, events, task
import logging
class Spinner(FastHttpUser):
    def on_stop(self): note("on_stop")
    @task
    def spin(self):
        self.client.get("/ok")
        logging.info("interrupt me")
        while True: pass
@events.quit.add_listener
def quit(exit_code): note("quit", exit_code)
"""
WAITING = SPINNING.replace("while True: pass", 'self.client.get("/delay/60000")')


@pytest.mark.parametrize("text", [SPINNING, WAITING], ids=["while a user computes", "while a user waits"])
def test_ctrl_c_ends_the_run_in_order(acrida: Program, target: Target, text: str) -> None:
    running = acrida.start(text, "--headless", "--only-summary", "-H", target.url)
    running.wait_for_stderr("interrupt me")
    running.interrupt()
    done = running.finish(20)
    assert done.exit_code == 0, done.stderr
    assert done.noted("quit") == [[0]]
    assert "Aggregated" in done.stderr


def test_a_second_ctrl_c_does_not_wait(acrida: Program, target: Target) -> None:
    running = acrida.start(WAITING, "--headless", "--only-summary", "-H", target.url, "-s", "60")
    running.wait_for_stderr("interrupt me")
    running.interrupt()
    running.wait_for_stderr("Shutting down")
    running.interrupt()
    running.finish(20)


EXITS = """
from locust import FastHttpUser, HttpUser, task
import gevent, sys
class One(BASE):
    count = 0
    @task
    def go(self):
        One.count += 1
        if One.count == 30: sys.exit(37)
        self.client.get("/delay/50")
"""


@pytest.mark.parametrize("kind", KINDS)
def test_sys_exit_in_a_user_ends_the_process_with_its_code(acrida: Program, target: Target, kind: str) -> None:
    done = acrida.headless(EXITS.replace("BASE", CLIENTS[kind]), host=target.url, users=20, timeout_s=20)
    assert done.exit_code == 37


@pytest.mark.parametrize("kind", KINDS)
def test_the_end_of_the_program_with_requests_in_flight_is_quiet(acrida: Program, target: Target, kind: str) -> None:
    done = acrida.script(
        """
import sys
import gevent
from locust import FastHttpUser, HttpUser
from locust.env import Environment
class One(BASE):
    host = sys.argv[1]
users = [One(Environment(user_classes=[One])) for _ in range(10)]
for user in users:
    gevent.spawn(user.client.get, "/delay/30000")
gevent.sleep(0.2)
note("end")
""".replace("BASE", CLIENTS[kind]),
        target.url,
        timeout_s=20,
    )
    assert done.exit_code == 0
    assert done.stderr == ""


def test_reported_exactly_once_whoever_wins(acrida: Program, target: Target) -> None:
    """Timeouts as long as the answers take: each request is either reported or aborted, never both, never neither."""
    done = attack(
        acrida,
        "http",
        target,
        """
        lost = 0
        for number in range(300):
            try:
                with gevent.Timeout(0.005):
                    client.get("/delay/4", name="race")
            except gevent.Timeout:
                lost += 1
        note("lost", lost)
    """,
    )
    total: Any = done.noted("total")[0]
    assert total[0] + done.noted("lost")[0][0] == 300
    assert target.hits() <= total[0] + generator(done)["aborted"] + generator(done)["resent"]
    json.dumps(done.notes)
