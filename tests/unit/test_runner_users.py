"""The local runner: creating users, and stopping them."""

from __future__ import annotations

import logging

import gevent
import pytest
from acrida import TaskSet, User, constant, task
from acrida.exception import StopUser
from gevent.event import Event

from .kit import PATIENCE_S, Other, Sleeper, ramp


def test_a_user_that_has_ended_counts_no_longer_when_the_next_one_runs(started, diary):
    both = Event()

    class Leaver(User):
        @task
        def act(self):
            both.wait()
            diary.append(self.environment.runner.user_count)
            raise StopUser

    runner = started(Leaver, users=2)
    both.set()  # wakes them one right after the other
    runner.user_greenlets.join()
    assert diary == [2, 1]
    assert runner.user_classes_count == {"Leaver": 0}


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

    def test_users_that_end_in_the_same_turn_each_see_who_is_left(self, started, diary):
        go_on = Event()

        class Counting(User):
            @task
            def act(self):
                go_on.wait()
                diary.append(self.environment.runner.user_count)
                raise StopUser()

        runner = started(Counting, users=3)
        gevent.sleep(0)
        go_on.set()
        runner.user_greenlets.join(PATIENCE_S)
        assert diary == [3, 2, 1]

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
