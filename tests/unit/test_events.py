"""Event hooks and the environment's list of them."""

from __future__ import annotations

import pytest
from acrida import log
from acrida.event import DeprecatedEventHook, EventHook, Events
from acrida.exception import InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopTest, StopUser
from gevent import GreenletExit


@pytest.fixture
def hook() -> EventHook:
    return EventHook()


def test_listeners_are_called_in_order_with_exactly_the_arguments(hook, diary):
    @hook.add_listener
    def first(a, b):
        diary.append(f"first {a} {b}")

    hook.add_listener(lambda a, b: diary.append("second"))
    hook.fire(a=1, b=2)
    assert diary == ["first 1 2", "second"]
    assert first.__name__ == "first"


def test_reverse(hook, diary):
    hook.add_listener(diary.writer("first"))
    hook.add_listener(diary.writer("second"))
    hook.fire(reverse=True)
    assert diary == ["second", "first"]


def test_a_listener_may_be_there_twice_and_is_removed_once(hook, diary):
    listener = hook.add_listener(diary.writer("x"))
    hook.add_listener(listener)
    hook.remove_listener(listener)
    hook.fire()
    assert diary == ["x"]
    hook.remove_listener(listener)
    with pytest.raises(ValueError):
        hook.remove_listener(listener)


def test_an_error_is_logged_and_the_next_listener_runs(hook, diary, caplog):
    def fail(**_):
        raise ValueError("boom")

    hook.add_listener(fail)
    hook.add_listener(diary.writer("next"))
    hook.fire()
    assert diary == ["next"]
    assert "Uncaught exception in event handler: \nTraceback" in caplog.text
    assert log.unhandled_greenlet_exception is True


@pytest.mark.parametrize(
    "flow", [StopUser, StopTest, RescheduleTask, RescheduleTaskImmediately, InterruptTaskSet, GreenletExit, SystemExit]
)
def test_flow_exceptions_go_to_the_caller_and_skip_the_rest(hook, diary, flow):
    def steer(**_):
        raise flow()

    hook.add_listener(steer)
    hook.add_listener(diary.writer("skipped"))
    with pytest.raises(flow):
        hook.fire()
    assert diary == []


def test_listeners_may_come_and_go_while_it_fires(hook, diary):
    def once():
        diary.append("once")
        hook.remove_listener(once)
        hook.add_listener(diary.writer("new"))

    hook.add_listener(once)
    hook.fire()
    hook.fire()
    assert diary == ["once", "new"]


class TestMeasure:
    def test_it_fires_what_the_block_left(self, hook):
        seen = []
        hook.add_listener(lambda **kwargs: seen.append(kwargs))
        with hook.measure("GET", "/x", 5) as request:
            request["response_length"] = 7
            request["extra"] = 1
        (fired,) = seen
        assert (fired["request_type"], fired["name"], fired["response_length"], fired["extra"]) == ("GET", "/x", 7, 1)
        assert fired["exception"] is None and fired["context"] == {} and fired["response_time"] >= 0
        assert "response" not in fired and "url" not in fired

    @pytest.mark.parametrize("error", [ValueError(), StopUser()])
    def test_it_swallows_exceptions(self, hook, error):
        seen = []
        hook.add_listener(lambda **kwargs: seen.append(kwargs["exception"]))
        with hook.measure("GET", "/x"):
            raise error
        assert seen == [error]


def test_every_event_exists_once_per_environment():
    assert isinstance(Events().usage_monitor, EventHook)
    assert Events().request is not Events().request
    assert not hasattr(Events(), "request_success")


def test_a_deprecated_hook_tells_its_listeners(caplog):
    DeprecatedEventHook("use the other one").add_listener(print)
    assert "use the other one" in caplog.text
