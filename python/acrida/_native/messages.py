"""Messages of a scenario's own between C++ code and the runner: the same that a scenario in Python sends and hears."""

from __future__ import annotations

import json
import logging
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gevent.socket import wait_read

from .. import _core
from .users import scenario_of

if TYPE_CHECKING:
    from ..rpc.protocol import Message
    from ..runners import Runner

logger = logging.getLogger("locust.runners")


def connect(runner: Runner) -> None:
    """For a runner that has just been made: listeners in C++ hear, and what C++ sends goes out, as long as it lives."""
    scenarios = {id(each): each for each in map(scenario_of, runner.user_classes) if each is not None}
    if not scenarios:
        return
    for scenario in scenarios.values():
        for message_type in scenario.message_types:
            runner.register_message(message_type, _listener(scenario, message_type))
    role = _role(runner)
    if role == "master":
        _tell_of_tests(runner, list(scenarios.values()))
    letters = _core.NativeMessages(role)
    runner.greenlet.spawn(_pump, weakref.ref(runner), letters)


def _tell_of_tests(runner: Runner, scenarios: list[_core.NativeScenario]) -> None:
    # A master has no users, whose first would tell of a test: see NativeUsers.
    events = runner.environment.events
    for scenario in scenarios:
        events.test_start.add_listener(_teller(scenario, "test_start"))
        events.test_stop.add_listener(_teller(scenario, "test_stop"))
        events.spawning_complete.add_listener(_teller(scenario, "spawning_complete"))


def _teller(scenario: _core.NativeScenario, event: str) -> Callable[..., None]:
    def listener(user_count: int = 0, **_: Any) -> None:
        scenario.fire(event, user_count)

    return listener


def _role(runner: Runner) -> str:
    from ..runners import MasterRunner, WorkerRunner

    return "master" if isinstance(runner, MasterRunner) else "worker" if isinstance(runner, WorkerRunner) else "local"


def _listener(scenario: _core.NativeScenario, message_type: str) -> Callable[..., None]:
    def listener(environment: Any, msg: Message) -> None:
        try:
            text = json.dumps(msg.data, allow_nan=False)
        except (TypeError, ValueError) as error:
            logger.error(
                "A message %s of %s was dropped: C++ gets what JSON can hold: %s", msg.type, msg.node_id, error
            )
            return
        try:
            scenario.deliver(message_type, text, str(msg.node_id))
        except RuntimeError as error:
            logger.error("The listener of message %s failed: %s", message_type, error)

    return listener


def _pump(reference: weakref.ref[Runner], letters: _core.NativeMessages) -> None:
    try:
        while True:
            wait_read(letters.descriptor)
            for message_type, text, node_id in letters.take():
                if (runner := reference()) is None:
                    return
                _send(runner, message_type, json.loads(text), node_id or None)
                del runner
    finally:
        letters.close()


def _send(runner: Runner, message_type: str, data: Any, node_id: str | None) -> None:
    try:
        runner.send_message(message_type, data, node_id)
    except Exception:
        # Of a listener here, or a node that is not there; those who come after it go on.
        logger.exception("Sending the message %s from C++ failed", message_type)
