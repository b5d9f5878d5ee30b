"""The local runner: states, events, messages and shapes."""

from __future__ import annotations

import logging
from argparse import Namespace

import gevent
import pytest
from acrida import LoadTestShape, User, constant, task
from acrida import log as acrida_log
from acrida.exception import RescheduleTask, StopTest, StopUser
from acrida.runners import MasterRunner, WorkerRunner
from gevent.event import Event

from .kit import PATIENCE_S, Other, Sleeper, ramp


def note_events(runner, diary):
    for name in ("test_start", "spawning_complete", "test_stopping", "test_stop", "quitting"):
        getattr(runner.environment.events, name).add_listener(
            lambda _name=name, **_: diary.append(f"{_name} {runner.state} {runner.user_count}")
        )


def test_events_and_states_of_a_run(make, diary):
    runner = make(Sleeper)
    note_events(runner, diary)
    assert runner.state == "ready"
    ramp(runner, 3)
    runner.stop()
    assert diary == [
        "test_start ready 0",
        "spawning_complete running 3",
        "test_stopping running 3",
        "test_stop stopped 0",
    ]


def test_test_start_happens_once_per_test(make, diary):
    runner = make(Sleeper)
    note_events(runner, diary)
    ramp(runner, 2)
    ramp(runner, 4)
    ramp(runner, 1)
    runner.stop()
    ramp(runner, 1)
    assert [entry.split()[0] for entry in diary].count("test_start") == 2
    assert runner.user_count == 1


def test_stop_is_idempotent_and_quit_ends_the_runner(make, diary):
    runner = make(Sleeper)
    note_events(runner, diary)
    ramp(runner, 1)
    runner.stop()
    runner.stop()
    runner.quit()
    assert runner.greenlet.join(timeout=PATIENCE_S)
    assert [entry.split()[0] for entry in diary].count("test_stop") == 1


def test_quit_without_a_test_fires_stop_events_once(make, diary):
    runner = make(Sleeper)
    note_events(runner, diary)
    runner.quit()
    runner.quit()
    assert [entry.split()[0] for entry in diary] == ["test_stopping", "test_stop"]


def test_the_target_is_known_in_test_start_and_per_class_after_the_ramp(make):
    runner = make(Sleeper, Other)
    seen = []
    runner.environment.events.test_start.add_listener(
        lambda **_: seen.append((runner.target_user_count, runner.target_user_classes_count))
    )
    ramp(runner, 5)
    assert seen == [(5, {})]
    assert sum(runner.target_user_classes_count.values()) == 5
    assert runner.user_classes_count == runner.target_user_classes_count
    runner.stop()
    assert sum(runner.final_user_classes_count.values()) == 5
    assert runner.user_classes_count == {"Sleeper": 0, "Other": 0}


def test_statistics_and_exceptions_are_cleared_at_the_start_only(make):
    runner = make(Sleeper)
    runner.log_exception("local", "old", "tb")
    ramp(runner, 1)
    assert runner.exceptions == {}
    runner.log_exception("local", "new", "tb")
    ramp(runner, 2)
    assert len(runner.exceptions) == 1


def test_hosts_are_overwritten_only_by_a_real_host(make):
    class Hosted(Sleeper):
        host = "http://own"

    ramp(make(Hosted, host=""), 1)
    assert Hosted.host == "http://own"
    ramp(make(Hosted, host="http://other"), 1)
    assert Hosted.host == "http://other"


def test_all_users_of_a_batch_exist_before_the_first_runs(make, diary):
    class Noting(Sleeper):
        def __init__(self, environment):
            super().__init__(environment)
            diary.append("made")

        def on_start(self):
            diary.append("began")

    ramp(make(Noting), 3)
    assert diary == ["made"] * 3 + ["began"] * 3


def test_a_constructor_that_forgets_its_base_is_named(make, caplog):
    class Forgetful(Sleeper):
        def __init__(self, *args): ...

    runner = make(Forgetful)
    runner.start(1, 1)
    runner.spawning_greenlet.join(PATIENCE_S)
    assert "Attribute 'environment' is missing on user Forgetful. Perhaps you defined your own __init__" in caplog.text
    assert "Unhandled exception in greenlet: " in caplog.text
    assert acrida_log.unhandled_greenlet_exception
    assert runner.state == "spawning"


@pytest.mark.parametrize(("headless", "ends"), [(True, "quit"), (False, "stop")])
def test_stop_test_in_a_constructor_ends_the_run(make, caplog, headless, ends):
    class Homeless(Sleeper):
        def __init__(self, environment):
            raise StopTest("no home")

    options = Namespace(headless=headless, stop_timeout=0, tags=None, exclude_tags=None)
    runner = make(Homeless, parsed_options=options)
    stopped = Event()
    runner.environment.events.test_stop.add_listener(lambda **_: stopped.set())
    runner.start(1, 1)
    assert stopped.wait(PATIENCE_S)
    assert "no home" in caplog.text and "Stopping Locust..." in caplog.text
    if ends == "quit":
        assert runner.greenlet.join(timeout=PATIENCE_S)
    assert not acrida_log.unhandled_greenlet_exception


def test_stop_test_in_a_library_run_stops_the_runner(make):
    class Homeless(Sleeper):
        def __init__(self, environment):
            raise StopTest("no home")

    runner = make(Homeless)
    stopped = Event()
    runner.environment.events.test_stop.add_listener(lambda **_: stopped.set())
    runner.start(1, 1)
    assert stopped.wait(PATIENCE_S)


class TestErrors:
    def test_equal_tracebacks_are_one_row(self, make):
        failures = Event()
        times = []

        def fail(user):
            times.append(user)
            if len(times) == 3:
                failures.set()
                raise StopUser
            raise ValueError(f"number {len(times)}")

        class Failing(User):
            wait_time = constant(0)
            tasks = [fail]

        runner = make(Failing)
        runner.start(1, 1)
        assert failures.wait(PATIENCE_S)
        (row,) = runner.exceptions.values()
        assert (row["count"], row["msg"], row["nodes"]) == (2, "number 1", {"local"})
        assert "in fail" in row["traceback"]

    def test_flow_exceptions_of_request_listeners_reach_the_task(self, make, diary):
        class Asking(User):
            wait_time = constant(1000)

            @task
            def act(self):
                self.environment.events.request.fire(
                    request_type="GET", name="/", response_time=1, response_length=0, exception=ValueError()
                )
                diary.append("never")

        runner = make(Asking)
        counted = Event()

        @runner.environment.events.request.add_listener
        def again(exception, **_):
            counted.set()
            raise RescheduleTask

        runner.start(1, 1)
        assert counted.wait(PATIENCE_S)
        gevent.sleep(0)
        assert diary == []
        assert runner.stats.num_requests == 1 and runner.stats.num_failures == 1
        assert runner.exceptions == {}

    def test_the_statistics_listener_is_recognisable(self, make):
        runner = make(Sleeper)
        (listener,) = runner.environment.events.request._handlers
        assert listener._acrida_statistics is runner


class TestMessages:
    def test_a_message_to_self(self, make):
        runner = make(Sleeper)
        got = []
        runner.register_message(
            "hello", lambda environment, msg: got.append((environment, msg.type, msg.data, msg.node_id))
        )
        runner.send_message("hello", {"a": 1}, client_id=5)
        assert got == [(runner.environment, "hello", {"a": 1}, "local")]

    def test_unknown_and_doubly_registered_types(self, make, caplog):
        runner = make(Sleeper)
        runner.send_message("nobody")
        assert "Unknown message type received: nobody" in caplog.text
        runner.register_message("x", print)
        with pytest.raises(Exception, match="Tried to register listener method for x, but it already had a listener!"):
            runner.register_message("x", print)


class TestShapes:
    def run_shape(self, make, ticks, **options):
        class Shape(LoadTestShape):
            def tick(self):
                return ticks.pop(0)

        runner = make(Sleeper, Other, shape_class=Shape(), **options)
        stopped = Event()
        runner.environment.events.test_stop.add_listener(lambda **_: stopped.set())
        return runner, stopped

    def test_the_shape_gets_its_runner(self, make):
        runner, _ = self.run_shape(make, [])
        assert runner.environment.shape_class.runner is runner
        assert runner.environment.shape_class.get_current_user_count() == 0

    def test_equal_ticks_do_nothing_and_none_stops(self, make, monkeypatch, caplog):
        from acrida._runner import shape_loop

        monkeypatch.setattr(shape_loop, "_TICK_SECONDS", 0.0)
        runner, stopped = self.run_shape(make, [(2, 100), [2, 100.0], (3, 100, [Other]), None])
        starts = []
        start = runner.start
        monkeypatch.setattr(runner, "start", lambda **kwargs: (starts.append(kwargs), start(**kwargs)))
        with caplog.at_level(logging.INFO):
            runner.start_shape()
            assert stopped.wait(PATIENCE_S)
        assert [list(call.values()) for call in starts] == [[2, 100, None], [2, 100.0, None], [3, 100, [Other]]]
        assert "Shape test updating to 2 users at 100.00 spawn rate" in caplog.text
        assert "Shape test stopping" in caplog.text
        assert runner.state == "stopped"

    def test_only_one_shape_run_at_a_time(self, make, caplog):
        runner, _ = self.run_shape(make, [(1, 1)] * 5)
        with caplog.at_level(logging.INFO):
            runner.start_shape()
            runner.start_shape()
        assert "There is an ongoing shape test running. Editing is disabled" in caplog.text

    def test_an_error_in_tick_leaves_the_users_running(self, make, caplog):
        runner, _ = self.run_shape(make, [])
        runner.start_shape()
        runner.shape_greenlet.join(PATIENCE_S)
        assert "Unhandled exception in greenlet" in caplog.text


def test_reset_stats_when_spawning_is_complete(make, caplog):
    runner = make(Sleeper, reset_stats=True)
    runner.environment.events.test_start.add_listener(lambda **_: runner.stats.log_request("GET", "/", 1, 1))
    with caplog.at_level(logging.INFO):
        ramp(runner, 1)
    assert runner.stats.num_requests == 0
    assert "Resetting stats\n" in caplog.text


def test_a_dispatcher_of_ones_own_drives_the_ramp(make):
    class Mine:
        def __init__(self, worker_nodes, user_classes):
            self.node, self.classes, self.asked = worker_nodes[0], user_classes, []

        def new_dispatch(self, *arguments):
            self.asked.append(arguments)

        def __iter__(self):
            return iter([{self.node.id: {"Sleeper": 2}}])

    runner = make(Sleeper, dispatcher_class=Mine)
    ramp(runner, -1, 7)
    assert runner._users_dispatcher.asked == [(-1, 7, None)]
    assert runner.user_count == 2


def test_distributed_runners_are_there_to_be_asked_for(make):
    runner = make(Sleeper)
    assert not isinstance(runner, (MasterRunner, WorkerRunner))
    assert (runner.worker_index, runner.worker_count) == (0, 1)
    assert len(runner.client_id.rsplit("_", 1)[1]) == 32


def test_several_environments_run_side_by_side(started):
    one, two = started(Sleeper, users=2), started(Other, users=3)
    assert (one.user_count, two.user_count) == (2, 3)
    one.stop()
    assert (one.user_count, two.user_count) == (0, 3)
