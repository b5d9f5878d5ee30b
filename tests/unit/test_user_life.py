"""The life of a user: what runs when, and what each exception does."""

from __future__ import annotations

import gevent
import pytest
from acrida import TaskSet, User, constant, task
from acrida.exception import (
    InterruptTaskSet,
    RescheduleTask,
    RescheduleTaskImmediately,
    StopTest,
    StopUser,
)
from gevent import GreenletExit
from gevent.pool import Group

from .conftest import end


def steps(*actions):
    """A task that does one action per call: an exception is raised, a text noted."""
    remaining = list(actions)

    def act(holder):
        user = holder.user if isinstance(holder, TaskSet) else holder
        action = remaining.pop(0)
        user.environment.diary.append(f"{action}" if isinstance(action, str) else type(action).__name__)
        if not isinstance(action, str):
            raise action

    return act


@pytest.fixture
def noted(environment, diary):
    """The environment, noting tasks, waits and errors."""
    environment.diary = diary
    environment.events.user_error.add_listener(
        lambda **kw: diary.append(f"error in {type(kw['user_instance']).__name__}")
    )
    return environment


def waiting(base, **body):
    def wait_time(self):
        self.environment.diary.append("wait")
        return 0

    def on_stop(self):
        self.environment.diary.append("stopped")

    return type(base)("Noting", (base,), {"wait_time": wait_time, "on_stop": on_stop, **body})


def test_start_tasks_waits_stop(noted, diary, base, live):
    live(waiting(base, on_start=diary.writer("started"), tasks=[steps("one", "two", StopUser())]))
    assert diary == ["started", "one", "wait", "two", "wait", "StopUser", "stopped"]


@pytest.mark.parametrize(
    ("raised", "then"),
    [
        (RescheduleTask(), ["wait", "next"]),
        (RescheduleTaskImmediately(), ["next"]),
        (ValueError("x"), ["error in DefaultTaskSet", "wait", "next"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_user_goes_on_after(noted, diary, base, live, raised, then):
    live(waiting(base, tasks=[steps(raised, "next", StopUser())]))
    assert diary[1 : 1 + len(then)] == then


@pytest.mark.parametrize("raised", [StopUser(), StopTest(), GreenletExit()], ids=lambda value: type(value).__name__)
def test_these_end_the_user_in_order(noted, diary, base, live, raised):
    live(waiting(base, tasks=[steps(raised)]))
    assert diary[1:] == ["stopped"]


def test_interrupting_without_a_task_set_kills_the_user_without_on_stop(noted, diary, base, live):
    with pytest.raises(RescheduleTaskImmediately):
        live(waiting(base, tasks=[steps(InterruptTaskSet())]))
    assert diary == ["InterruptTaskSet"]


def test_an_error_that_is_not_caught_ends_the_user_without_on_stop(noted, diary, base, live):
    noted.catch_exceptions = False
    with pytest.raises(ValueError):
        live(waiting(base, tasks=[steps(ValueError())]))
    assert diary == ["ValueError", "error in DefaultTaskSet"]


def test_uncaught_errors_are_reported_once_per_level(noted, diary, base, live):
    noted.catch_exceptions = False

    class Inner(TaskSet):
        tasks = [steps(ValueError())]

    with pytest.raises(ValueError):
        live(waiting(base, tasks=[Inner]))
    assert diary == ["ValueError", "error in Inner", "error in DefaultTaskSet"]


class TestNested:
    @pytest.fixture
    def inner(self, diary):
        class Inner(TaskSet):
            def on_start(self):
                diary.append("enter")

            def on_stop(self):
                diary.append("leave")

        return Inner

    @pytest.mark.parametrize(
        ("reschedule", "between"), [(True, []), (False, ["wait"])], ids=["at once", "after waiting"]
    )
    def test_the_parent_goes_on(self, noted, diary, base, live, inner, reschedule, between):
        class Leaving(inner):
            @task
            def act(self):
                self.interrupt(reschedule)

        user_class = waiting(base, tasks=[Leaving])
        visits = iter([Leaving, end])
        user_class.tasks = type("Once", (list,), {"__getitem__": lambda self, index: next(visits)})([Leaving])
        live(user_class)
        assert diary == ["enter", "leave", *between, "stopped"]

    def test_stopping_leaves_from_the_inside_out(self, noted, diary, base, live, inner):
        class Deep(inner):
            tasks = [end]

        class Outer(TaskSet):
            tasks = [Deep]

            def on_stop(self):
                diary.append("outer")

        live(waiting(base, tasks=[Outer]))
        assert diary == ["enter", "leave", "outer", "stopped"]

    def test_each_visit_is_a_new_instance_with_the_user_as_parent(self, base, live):
        seen = []

        class Inner(TaskSet):
            @task
            def act(self):
                seen.append((self, self.parent, self.user))
                if len(seen) == 2:
                    raise StopUser
                self.interrupt()

        user = live(type(base)("U", (base,), {"tasks": [Inner]}))
        assert seen[0][0] is not seen[1][0]
        assert seen[0][1:] == (user, user)

    def test_an_error_in_on_start_is_the_outer_sets(self, noted, diary, base, live):
        class Broken(TaskSet):
            tasks = [end]

            def on_start(self):
                raise ValueError

        queue = iter([Broken, end])
        user_class = waiting(base, tasks=[Broken])
        user_class.tasks = type("Once", (list,), {"__getitem__": lambda self, index: next(queue)})([Broken])
        live(user_class)
        assert diary == ["error in DefaultTaskSet", "wait", "stopped"]

    def test_interrupt_in_on_start_skips_on_stop(self, noted, diary, base, live):
        class Away(TaskSet):
            tasks = [end]

            def on_start(self):
                diary.append("enter")
                self.interrupt()

            def on_stop(self):
                diary.append("never")

        queue = iter([Away, end])
        user_class = waiting(base, tasks=[Away])
        user_class.tasks = type("Once", (list,), {"__getitem__": lambda self, index: next(queue)})([Away])
        live(user_class)
        assert diary == ["enter", "stopped"]

    def test_an_error_in_on_stop_of_a_set_is_logged(self, noted, base, live, caplog):
        class Messy(TaskSet):
            tasks = [end]

            def on_stop(self):
                raise ValueError("messy")

        live(waiting(base, tasks=[Messy]))
        assert "Uncaught exception in on_stop: \n" in caplog.text
        assert "messy" in caplog.text

    def test_scheduled_tasks_go_before_the_next_pick(self, base, live, diary):
        class Queued(TaskSet):
            @task
            def act(self):
                self.schedule_task(lambda task_set: diary.append("plain"))
                self.schedule_task(self.method, first=True)
                self.schedule_task(end)

            def method(self):
                diary.append("method")

        live(type(base)("U", (base,), {"tasks": [Queued]}))
        assert diary == ["method", "plain"]


def test_on_start_that_fails_ends_the_user_and_is_an_error(noted, diary, base, live, caplog):
    def fail(self):
        raise ValueError("early")

    with pytest.raises(ValueError):
        live(waiting(base, on_start=fail, tasks=[end]))
    assert diary == ["error in Noting"]
    assert caplog.records[0].name == "locust.user.users"
    assert "early\nTraceback" in caplog.text


def test_stop_user_in_on_start_is_logged_but_no_error(noted, diary, base, live):
    live(waiting(base, on_start=end, tasks=[end]))
    assert diary == ["stopped"]


def test_an_error_in_wait_time_kills_the_user(noted, diary, base):
    def wait_time(self):
        raise ValueError("no time")

    user_class = waiting(base, tasks=[steps("one")])
    user_class.wait_time = wait_time
    with pytest.raises(ValueError, match="no time"):
        user_class(noted).run()
    assert diary == ["one", "error in DefaultTaskSet"]


def test_methods_replaced_at_run_time_are_honoured(noted, diary, base, live, monkeypatch):
    from acrida.user.task import DefaultTaskSet

    def instead(self, task):
        diary.append("instead")
        raise StopUser

    user_class = waiting(base, tasks=[steps("never")])
    monkeypatch.setattr(DefaultTaskSet, "execute_task", instead)
    live(user_class)
    assert diary == ["instead", "stopped"]


class TestStop:
    def start(self, environment, body):
        class Sleepy(User):
            wait_time = constant(1000)
            tasks = [body]

        group = Group()
        user = Sleepy(environment)
        user.start(group)
        gevent.sleep(0)
        return user, group

    def test_a_waiting_user_is_killed_at_once(self, environment):
        user, _ = self.start(environment, lambda user: None)
        assert user._state == "waiting"
        assert user.stop() is True
        assert user.greenlet.dead

    def test_a_running_user_may_finish_its_task(self, environment):
        go_on = gevent.event.Event()
        user, group = self.start(environment, lambda user: go_on.wait())
        assert user.stop() is False
        assert user._state == "stopping"
        with pytest.raises(Exception, match="unexpected state: stopping"):
            user.stop()
        go_on.set()
        assert group.join(timeout=5)

    def test_force_kills_in_the_middle(self, environment):
        ends = []

        def body(user):
            try:
                gevent.sleep(1000)
            finally:
                ends.append("cleaned up")

        user, _ = self.start(environment, body)
        assert user.stop(force=True) is True
        assert ends == ["cleaned up"]

    def test_a_user_who_stops_itself_finishes_the_task(self, environment, diary):
        def body(user):
            user.stop()
            diary.append("after")

        _, group = self.start(environment, body)
        assert group.join(timeout=5)
        assert diary == ["after"]

    def test_the_greenlet_shows_its_user(self, environment):
        user, group = self.start(environment, lambda user: None)
        assert [greenlet.args[0] for greenlet in group] == [user]
        assert user.group is group
        group.kill()


def test_the_class_describes_itself():
    class Shop(User):
        weight = 3
        host = "http://h"

        @task
        def buy(self): ...

    assert Shop.json() == {"host": "http://h", "weight": 3, "fixed_count": 0, "tasks": ["buy"]}
    assert Shop.fullname() == f"{__name__}.test_the_class_describes_itself.Shop"
