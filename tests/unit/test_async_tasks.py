"""Tasks written with async def."""

from __future__ import annotations

import asyncio

import gevent
import pytest
from acrida import TaskSet, User, constant, task
from acrida.exception import StopUser
from gevent.event import Event


@pytest.fixture
def start(environment):
    def start(user_class) -> User:
        runner = environment.runner or environment.create_local_runner()
        environment.user_classes.append(user_class)
        return runner.spawn_users({user_class.__name__: 1})[0]

    yield start
    environment.runner.quit()


def joined(*users):
    assert len(gevent.joinall([user.greenlet for user in users], timeout=10)) == len(users)


def test_hooks_and_tasks_of_users_and_task_sets(start, diary):
    class Inner(TaskSet):
        async def on_start(self):
            diary.append("inner on_start")

        @task
        async def act(self):
            await asyncio.sleep(0)
            diary.append("inner task")
            raise StopUser

    class Async(User):
        tasks = [Inner]

        async def on_start(self):
            await asyncio.sleep(0)
            diary.append("on_start")

        async def on_stop(self):
            await asyncio.sleep(0)
            diary.append("on_stop")

    joined(start(Async))
    assert diary == ["on_start", "inner on_start", "inner task", "on_stop"]


def test_users_take_turns_and_each_has_its_own_loop(start, diary):
    first_waits, second_ran = Event(), Event()
    loops = []

    class First(User):
        @task
        async def act(self):
            loops.append(asyncio.get_running_loop())
            first_waits.set()
            # Blocking code in a coroutine: the other user runs its own loop meanwhile.
            assert second_ran.wait(10)
            assert asyncio.get_running_loop() is loops[0]
            await asyncio.sleep(0)
            diary.append("first")
            raise StopUser

    class Second(User):
        @task
        async def act(self):
            assert first_waits.wait(10)
            loops.append(asyncio.get_running_loop())
            await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0.001))
            diary.append("second")
            second_ran.set()
            raise StopUser

    joined(start(First), start(Second))
    assert diary == ["second", "first"]
    assert loops[0] is not loops[1]
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()


def test_sockets_work(start):
    got = []

    class Talker(User):
        @task
        async def act(self):
            async def answer(reader, writer):
                writer.write(await reader.readline())
                writer.close()

            server = await asyncio.start_server(answer, "127.0.0.1", 0)
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"hello\n")
            got.append(await reader.readline())
            writer.close()
            server.close()
            raise StopUser

    joined(start(Talker))
    assert got == [b"hello\n"]


def test_another_thread_may_wake_the_loop(start):
    got = []

    class Threaded(User):
        @task
        async def act(self):
            got.append(await asyncio.get_running_loop().run_in_executor(None, lambda: 42))
            raise StopUser

    joined(start(Threaded))
    assert got == [42]


def test_a_killed_user_cleans_up(start, diary):
    inside = Event()

    class Killed(User):
        wait_time = constant(0)

        @task
        async def act(self):
            try:
                inside.set()
                await asyncio.sleep(1000)
            finally:
                await asyncio.sleep(0)
                diary.append("cleaned up")

        def on_stop(self):
            diary.append("on_stop")

    user = start(Killed)
    assert inside.wait(10)
    user.stop(force=True)
    joined(user)
    assert diary == ["cleaned up", "on_stop"]


def test_errors_are_reported_like_those_of_other_tasks(start, environment):
    class Failing(User):
        wait_time = constant(1000)

        @task
        async def act(self):
            await asyncio.sleep(0)
            raise ValueError("async")

    reported = Event()
    environment.events.user_error.add_listener(lambda **_: reported.set())
    start(Failing)
    assert reported.wait(10)
    (row,) = environment.runner.exceptions.values()
    assert row["msg"] == "async"
