"""The locustfile of every fairness test: HTTP users beside users of another library.

A library is four functions. `connect()` makes what one user needs; `call(own)` is one round trip; `wait(own)` blocks
until somebody calls `release(own)` elsewhere in the process. The bell is rung only when HTTP users and callers have
got their turns *while* it was waited for: whoever stops the others stops itself, and the run ends at its time limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.program import Program

PAGES, CALLS = 1000, 60
#: Turns that everybody gets while one user waits for the bell.
MEANWHILE = 20

SCENARIO = f"""
import gevent
from locust import FastHttpUser, User, events, task
from gevent.event import Event

everybody_is_there, bell_is_awaited = Event(), Event()
ready, turns, before = set(), {{}}, {{}}
since_first = {{}}  # everybody's turns when the last one had its first: connections are made and threads started
answered = []

def arrive(user):
    ready.add(user)
    turns[user] = 0
    if len(ready) == 6:
        everybody_is_there.set()
    everybody_is_there.wait()

def side(kind):
    return [turns[user] - since_first.get(user, 0) for user in ready if isinstance(user, kind)]

def counted(user):
    turns[user] += 1
    if not since_first:
        if min(side(Web) + side(Caller)) > 0:
            since_first.update(turns)
        return
    for kind, enough in ((Web, {PAGES}), (Caller, {CALLS})):
        if kind.__name__ not in before and min(side(kind)) >= enough:
            before[kind.__name__] = True
            note("first" if len(before) == 1 else "second", kind.__name__, side(Web), side(Caller))
    if len(before) == 2 and answered:
        user.environment.runner.quit()

class Web(FastHttpUser):
    fixed_count = 3
    def on_start(self):
        arrive(self)
    @task
    def page(self):
        self.client.get("/")
        counted(self)

class Caller(User):
    fixed_count = 2
    def on_start(self):
        self.own = connect()
        arrive(self)
    @task
    def one(self):
        call(self.own)
        counted(self)

class Waiter(User):
    fixed_count = 1
    def on_start(self):
        self.own = connect()
        arrive(self)
    @task
    def once(self):
        note("order", "waits")
        gevent.spawn(ring, self.own, dict(turns))
        wait(self.own)
        note("order", "answered")
        answered.append(True)
        gevent.sleep(1000)

def ring(own, since):
    while min(turns[user] - since[user] for user in ready if not isinstance(user, Waiter)) < {MEANWHILE}:
        gevent.sleep(0.001)
    note("order", "everybody had turns")
    release(own)
"""


@dataclass
class Seen:
    """What a run noted."""

    order: list[str]
    first: str
    pages: list[int]
    calls: list[int]


def run(acrida: Program, library: str, host: str, **env: str) -> Seen:
    options = ["--headless", "--only-summary", "-u", "6", "-r", "100", "-t", "30", "--host", host]
    done = acrida.run(library + SCENARIO, *options, env=env, timeout_s=60)
    assert "limit reached" not in done.stderr, f"{done.notes}\n{done.stderr}"
    assert done.exit_code == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    notes: list[Any] = done.noted("first")
    ((first, pages, calls),) = notes
    return Seen([entry[0] for entry in done.noted("order")], first, pages, calls)


def assert_fair(seen: Seen) -> None:
    assert seen.order == ["waits", "everybody had turns", "answered"]
    # Whichever kind was done first: each of the others had turns as well, and its own users shared theirs.
    assert min(seen.pages) > 0 and min(seen.calls) > 0, seen
    own = seen.pages if seen.first == "Web" else seen.calls
    assert max(own) < 20 * min(own), seen
