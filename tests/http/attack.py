"""Runs code as the one task of a user of acrida, in a process of its own, and tells what was noted.

In the code: `user`, `client`, `target` (URL), `note`, `gevent`. Every request event is noted as
["event", type, name, length, exception], the totals at the end as ["total", requests, failures] and the generator's
own counters as ["generator", {...}].
"""

from __future__ import annotations

from textwrap import dedent, indent
from typing import Any

from tests.support.program import Outcome, Program
from tests.support.target import Target

CLIENTS = {"http": "HttpUser", "fast": "FastHttpUser"}

SCRIPT = """
import sys
import gevent
from locust import FastHttpUser, HttpUser, constant, task
from locust.env import Environment
from locust.exception import StopUser

target = sys.argv[1]

class Attacker({base}):
    host = {host}
{attributes}
    @task
    def once(self):
        try:
            act(self, self.client)
        except StopUser:
            raise
        except Exception as error:
            note("raised", type(error).__name__, str(error))
        raise StopUser

def act(user, client):
{body}

environment = Environment(user_classes=[Attacker])
runner = environment.create_local_runner()
environment.events.request.add_listener(
    lambda request_type, name, response_length, exception, **kw:
        note("event", request_type, name, response_length, None if exception is None else repr(exception)))
runner.start({users}, {users})
runner.spawning_greenlet.join()
runner.user_greenlets.join()
note("total", environment.stats.total.num_requests, environment.stats.total.num_failures)
runner.quit()
note("generator", runner.generator_report())
"""


def attack(
    program: Program,
    kind: str,
    target: Target,
    body: str,
    *,
    host: str = "target",
    users: int = 1,
    timeout_s: float = 30,
    **attributes: str,
) -> Outcome:
    """`host` and the values of `attributes` are Python expressions."""
    lines = "".join(f"    {name} = {value}\n" for name, value in attributes.items())
    text = SCRIPT.format(
        base=CLIENTS[kind], body=indent(dedent(body).strip("\n"), "    "), host=host, attributes=lines, users=users
    )
    done = program.script(text, target.url, timeout_s=timeout_s)
    assert done.exit_code == 0, done.stderr
    return done


def one_event(done: Outcome) -> list[Any]:
    """[type, name, length, exception] of the only request."""
    events = done.noted("event")
    assert len(events) == 1, done.notes
    return events[0]


def generator(done: Outcome) -> dict[str, int]:
    return done.noted("generator")[0][0]
