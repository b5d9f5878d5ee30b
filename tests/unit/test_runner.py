"""The local runner: states, events and users, from start to stop."""

from __future__ import annotations

import logging
from argparse import Namespace

import gevent
import pytest
from acrida import LoadTestShape, TaskSet, User, constant, task
from acrida import log as acrida_log
from acrida.env import Environment
from acrida.exception import RescheduleTask, StopTest, StopUser
from acrida.runners import LocalRunner, MasterRunner, WorkerRunner
from gevent.event import Event

PATIENCE_S = 10


class Sleeper(User):
    """Waits for ever after its first task."""

    wait_time = constant(1000)

    @task
    def act(self): ...


class Other(Sleeper): ...


@pytest.fixture
def make():
    """A runner for these classes; it quits at the end of the test."""
    runners: list[LocalRunner] = []

    def make(*user_classes: type[User], **options) -> LocalRunner:
        environment = Environment(user_classes=list(user_classes), **options)
        runner = environment.create_local_runner()
        runners.append(runner)
        return runner

    yield make
    for runner in runners:
        with gevent.Timeout(PATIENCE_S):
            runner.quit()


@pytest.fixture
def started(make):
    """A runner whose users are all spawned."""

    def started(*user_classes, users=1, **options):
        runner = make(*user_classes, **options)
        ramp(runner, users)
        return runner

    return started


def ramp(runner, users, rate=100):
    done = Event()
    runner.environment.events.spawning_complete.add_listener(lambda user_count: done.set())
    runner.start(users, rate)
    assert done.wait(PATIENCE_S)
    gevent.sleep(0)


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


class TestStopping:
    def test_without_a_timeout_users_are_cut_where_they_are(self, started, diary):
        class Busy(User):
            @task
            def act(self):
                try:
                    gevent.sleep(1000)
                finally:
                    diary.append("cut")

            def on_stop(self):
                diary.append("on_stop")

        runner = started(Busy)
        runner.stop()
        assert diary == ["cut", "on_stop"]

    def test_with_a_timeout_tasks_finish_and_waiting_users_go_at_once(self, started, diary):
        go_on = Event()

        class Busy(User):
            wait_time = constant(1000)

            @task
            def act(self):
                go_on.wait()
                diary.append("finished")

        runner = started(Busy, Sleeper, users=2, stop_timeout=1000)
        gevent.spawn(go_on.set)
        runner.stop()
        assert diary == ["finished"]
        assert runner.user_count == 0

    def test_after_the_timeout_the_rest_is_killed(self, started, caplog):
        class Stubborn(User):
            @task
            def act(self):
                gevent.sleep(1000)

        runner = started(Stubborn, stop_timeout=0.01)
        with caplog.at_level(logging.INFO):
            runner.stop()
        assert "Not all users finished their tasks & terminated in 0.01 seconds. Stopping them..." in caplog.text
        assert runner.user_count == 0

    def test_on_start_in_progress_may_finish_but_no_task_follows(self, started, diary):
        go_on = Event()

        class Slow(User):
            def on_start(self):
                go_on.wait()
                diary.append("on_start")

            def on_stop(self):
                diary.append("on_stop")

            @task
            def act(self):
                diary.append("task")

        runner = started(Slow, stop_timeout=1000)
        gevent.spawn(go_on.set)
        runner.stop()
        assert diary == ["on_start", "on_stop"]

    @pytest.mark.parametrize("reschedule", [True, False])
    def test_a_nested_set_that_interrupts_ends_the_user(self, started, reschedule):
        go_on = Event()

        class Nested(User):
            wait_time = constant(0)

            @task
            class Inner(TaskSet):
                @task
                def act(self):
                    go_on.wait()
                    self.interrupt(reschedule)

        runner = started(Nested, stop_timeout=1000)
        gevent.spawn(go_on.set)
        runner.stop()
        assert runner.user_count == 0

    def test_on_stops_run_at_the_same_time(self, started):
        inside = []
        together = Event()

        class Polite(Sleeper):
            def on_stop(self):
                inside.append(self)
                if len(inside) == 10:
                    together.set()
                assert together.wait(PATIENCE_S)

        started(Polite, users=10).stop()
        assert together.is_set()

    def test_no_user_has_stopped_when_test_stopping_fires(self, started, diary):
        class Noting(Sleeper):
            def on_stop(self):
                diary.append("on_stop")

        runner = started(Noting)
        runner.environment.events.test_stopping.add_listener(lambda **_: diary.append("test_stopping"))
        runner.environment.events.test_stop.add_listener(lambda **_: diary.append("test_stop"))
        runner.stop()
        assert diary == ["test_stopping", "on_stop", "test_stop"]

    def test_an_overridden_stop_is_called(self, started, diary):
        class Own(Sleeper):
            def stop(self, force=False):
                diary.append(f"force={force}")
                return super().stop(force)

        started(Own, stop_timeout=1000).stop()
        assert diary == ["force=False"]

    def test_stop_during_a_ramp_ends_the_ramp(self, make):
        runner = make(Sleeper)
        ramping = Event()
        runner.environment.events.test_start.add_listener(lambda **_: ramping.set())
        runner.start(1000, 1)
        assert ramping.wait(PATIENCE_S)
        runner.stop()
        assert runner.spawning_greenlet.dead
        assert (runner.state, runner.user_count) == ("stopped", 0)

    def test_a_listener_of_test_start_may_quit(self, make):
        runner = make(Sleeper)
        runner.environment.events.test_start.add_listener(lambda **_: runner.quit())
        runner.start(1, 1)
        assert runner.greenlet.join(timeout=PATIENCE_S)
        assert (runner.state, runner.user_count) == ("stopped", 0)

    @pytest.mark.parametrize("stop_timeout", [0, 1000])
    @pytest.mark.parametrize("how", ["stop", "quit"])
    def test_a_user_may_end_the_run(self, make, diary, stop_timeout, how):
        class Ending(User):
            wait_time = constant(1000)

            @task
            def act(self):
                getattr(self.environment.runner, how)()

            def on_stop(self):
                diary.append("on_stop")

        runner = make(Ending, Sleeper, stop_timeout=stop_timeout)
        stopped = Event()
        runner.environment.events.test_stop.add_listener(lambda **_: stopped.set())
        runner.start(2, 100)
        assert stopped.wait(PATIENCE_S)
        assert runner.user_greenlets.join(timeout=PATIENCE_S)
        assert diary == ["on_stop"]
        if how == "quit":
            assert runner.greenlet.join(timeout=PATIENCE_S)

    def test_a_user_may_quit_while_it_is_being_stopped(self, started):
        class Ending(Sleeper):
            def on_stop(self):
                self.environment.runner.quit()

        runner = started(Ending, users=2)
        with gevent.Timeout(PATIENCE_S):
            runner.stop()
        assert runner.greenlet.join(timeout=PATIENCE_S)

    def test_a_second_stop_waits_for_the_first(self, started):
        leave = Event()

        class Slow(Sleeper):
            def on_stop(self):
                leave.wait()

        runner = started(Slow)
        stops = [gevent.spawn(runner.stop) for _ in range(2)]
        gevent.sleep(0)
        assert not any(stop.dead for stop in stops)
        leave.set()
        assert len(gevent.joinall(stops, timeout=PATIENCE_S)) == 2
        assert runner.state == "stopped"

    def test_a_failing_test_stop_listener_does_not_keep_the_next(self, started, diary):
        def fail(**_):
            raise ValueError

        runner = started(Sleeper)
        runner.environment.events.test_stop.add_listener(fail)
        runner.environment.events.test_stop.add_listener(diary.writer("next"))
        runner.stop()
        assert diary == ["next"]


class TestUsers:
    def test_spawn_users_returns_them_and_stop_users_takes_the_youngest(self, make):
        runner = make(Sleeper, Other)
        first = runner.spawn_users({"Sleeper": 2, "Other": 1})
        assert runner.state == "spawning"
        assert [type(user).__name__ for user in first] == ["Sleeper", "Sleeper", "Other"]
        (young,) = runner.spawn_users({"Sleeper": 1})
        runner.stop_users({"Sleeper": 1})
        assert young.greenlet.dead and not first[0].greenlet.dead
        assert runner.user_classes_count == {"Sleeper": 2, "Other": 1}

    def test_spawn_users_can_wait_for_their_end(self, make):
        class Short(User):
            @task
            def act(self):
                raise StopUser

        runner = make(Short)
        with gevent.Timeout(PATIENCE_S):
            users = runner.spawn_users({"Short": 3}, wait=True)
        assert all(user.greenlet.dead for user in users)

    def test_the_ramp_follows_the_target_up_and_down(self, started):
        runner = started(Sleeper, users=10)
        ramp(runner, 4)
        assert runner.user_count == 4
        ramp(runner, 0)
        assert (runner.user_count, runner.state) == (0, "running")

    def test_dead_users_are_replaced_by_the_next_start(self, started):
        runner = started(Sleeper, users=3)
        next(iter(runner.user_greenlets)).kill()
        gevent.sleep(0)
        assert runner.user_count == 2
        ramp(runner, 3)
        assert runner.user_count == 3

    def test_users_asked_to_stop_no_longer_count_for_the_plan(self, make):
        go_on = Event()

        class Busy(User):
            wait_time = constant(1000)

            @task
            def act(self):
                go_on.wait()

        runner = make(Busy, stop_timeout=1000)
        ramp(runner, 4)
        runner.start(1, 100)
        gevent.sleep(0)
        gevent.sleep(0)
        assert runner.user_greenlets.count_staying("Busy") == 1
        done = Event()
        runner.environment.events.spawning_complete.add_listener(lambda user_count: done.set())
        runner.start(3, 100)
        assert done.wait(PATIENCE_S)
        go_on.set()
        gevent.joinall([user.greenlet for user in runner.user_greenlets.leaving("Busy")], timeout=PATIENCE_S)
        assert runner.user_count == 3

    def test_wait_needs_room_in_one_batch(self, make, caplog):
        runner = make(Sleeper)
        runner.start(5, 1, wait=True)
        runner.spawning_greenlet.join(PATIENCE_S)
        assert "wait is True but the amount of users to add is greater than the spawn rate" in caplog.text

    def test_greenlets_show_their_users(self, started):
        runner = started(Sleeper, users=2)
        assert {type(greenlet.args[0]) for greenlet in runner.user_greenlets} == {Sleeper}

    def test_an_overridden_start_is_called(self, make, diary):
        class Late(Sleeper):
            def start(self, group):
                diary.append("start")
                return super().start(group)

        assert make(Late).spawn_users({"Late": 1})[0].greenlet is not None
        assert diary == ["start"]

    def test_spawning_does_not_keep_the_tree_of_greenlets(self, make):
        seen = []

        class Looking(Sleeper):
            def __init__(self, environment):
                super().__init__(environment)
                seen.append(gevent.config.track_greenlet_tree)

        before = gevent.config.track_greenlet_tree
        make(Looking).spawn_users({"Looking": 1})
        assert seen == [False]
        assert gevent.config.track_greenlet_tree is before


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
    with pytest.raises(NotImplementedError, match="not part of this version"):
        Environment().create_master_runner()
    assert (runner.worker_index, runner.worker_count) == (0, 1)
    assert len(runner.client_id.rsplit("_", 1)[1]) == 32


def test_several_environments_run_side_by_side(started):
    one, two = started(Sleeper, users=2), started(Other, users=3)
    assert (one.user_count, two.user_count) == (2, 3)
    one.stop()
    assert (one.user_count, two.user_count) == (0, 3)
