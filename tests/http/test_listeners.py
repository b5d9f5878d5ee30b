"""Listeners of requests: the engine calls them itself, as `EventHook.fire` would."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.program import Outcome


def test_a_listener_that_raises_is_reported_and_the_next_is_called(either: Callable[..., Outcome]) -> None:
    done = either(
        """
        def broken(**kwargs): raise ValueError("no good")
        hook = user.environment.events.request
        hook.add_listener(broken)
        hook.add_listener(lambda name, **kwargs: note("after", name))
        client.get("/ok")
        from locust import log
        note("flag", log.unhandled_greenlet_exception)
        """
    )
    assert done.noted("after") == [["/ok"]]
    assert done.noted("flag") == [[True]]
    assert done.noted("total") == [[1, 0]]
    assert "Uncaught exception in event handler" in done.stderr
    assert "ValueError: no good" in done.stderr


def test_each_listener_has_arguments_of_its_own(either: Callable[..., Outcome]) -> None:
    done = either(
        """
        hook = user.environment.events.request
        hook.add_listener(lambda **kwargs: kwargs.clear())
        hook.add_listener(lambda **kwargs: note("arguments", sorted(kwargs)))
        client.get("/ok")
        """
    )
    assert done.noted("arguments") == [
        [
            [
                "context",
                "exception",
                "name",
                "request_type",
                "response",
                "response_length",
                "response_time",
                "start_time",
                "url",
            ]
        ]
    ]


def test_a_fire_that_a_plugin_has_put_there_is_called(either: Callable[..., Outcome]) -> None:
    done = either(
        """
        from locust.event import EventHook
        original = EventHook.fire
        def fire(self, **kwargs):
            if self is user.environment.events.request:
                note("fired", kwargs["name"])
            original(self, **kwargs)
        EventHook.fire = fire
        client.get("/ok")
        """
    )
    assert done.noted("fired") == [["/ok"]]
    assert done.noted("total") == [[1, 0]]


def test_a_listener_that_leaves_while_it_is_called_harms_nobody(either: Callable[..., Outcome]) -> None:
    done = either(
        """
        hook = user.environment.events.request
        def once(**kwargs):
            hook.remove_listener(once)
            note("once")
        hook.add_listener(once)
        hook.add_listener(lambda name, **kwargs: note("other", name))
        client.get("/ok")
        client.get("/ok")
        """
    )
    assert len(done.noted("once")) == 1
    assert len(done.noted("other")) == 2
    assert done.noted("total") == [[2, 0]]


def test_statistics_that_are_replaced_between_two_requests_count_from_the_next_one_on(
    either: Callable[..., Outcome],
) -> None:
    done = either(
        """
        from locust.stats import RequestStats
        environment = user.environment
        client.get("/ok")
        before, environment.stats = environment.stats, RequestStats()
        client.get("/ok")
        client.get("/ok")
        note("counted", before.total.num_requests, environment.stats.total.num_requests)
        """
    )
    assert done.noted("counted") == [[1, 2]]
    assert done.noted("total") == [[2, 0]]
