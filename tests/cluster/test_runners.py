"""Master and worker runners as listeners and plugins see them, all in this process."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
from acrida import User, constant, runners, stats, task
from acrida.env import Environment
from gevent.event import Event

from tests.cluster.in_process import First, Second, Steps, SwarmHere, fire, until

MakeSwarm = Callable[..., SwarmHere]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeSwarm]:
    made: list[SwarmHere] = []
    monkeypatch.setattr(runners, "WORKER_REPORT_INTERVAL", 0.1)
    monkeypatch.setattr(runners, "HEARTBEAT_INTERVAL", 0.1)

    def make(*user_classes: type[User], **options: Any) -> SwarmHere:
        made.append(SwarmHere(*user_classes, **options))
        return made[-1]

    yield make
    for swarm in made:
        swarm.close()


def test_three_workers_share_users_and_report_what_they_did(make: MakeSwarm) -> None:
    swarm = make(First)
    connected: list[str] = []
    swarm.environment.events.worker_connect.add_listener(lambda client_id: connected.append(client_id))
    held: list[stats.StatsEntry] = []
    swarm.environment.events.test_start.add_listener(
        lambda environment: held.extend((environment.stats.total, environment.stats.get("/first", "GET")))
    )
    workers = swarm.add_workers(3)
    assert connected == [worker.client_id for worker in workers]
    assert [worker.worker_index for worker in workers] == [0, 1, 2]
    swarm.master.start(6, 1000)
    assert swarm.users() == [2, 2, 2]
    until(lambda: swarm.master.stats.get("/first", "GET").num_requests == 6, "all reports")
    swarm.master.quit()
    until(lambda: swarm.users() == [0, 0, 0], "the users' end")
    # Also for who has asked before anything was there.
    assert [entry.num_requests for entry in (swarm.master.stats, *held)] == [6, 6, 6]
    for who in ("master", "worker 0", "worker 1", "worker 2"):
        for event in ("test_start", "spawning_complete", "test_stopping", "test_stop"):
            until(lambda who=who, event=event: swarm.seen(who, event), f"{event} of the {who}")
            assert swarm.seen(who, event) == 1


def test_live_and_wanted_numbers_follow_the_orders(make: MakeSwarm) -> None:
    swarm = make(First, Second)
    (worker,) = swarm.add_workers(1)
    for users, wanted in ((20, {"First": 10, "Second": 10}), (3, {"First": 2, "Second": 1})):
        swarm.master.start(users, 100)
        until(lambda wanted=wanted: worker.user_classes_count == wanted, "the users")
        assert worker.target_user_classes_count == wanted
        until(lambda wanted=wanted: swarm.master.user_classes_count == wanted, "the master hears of it")


def test_a_shape_moves_the_swarm_and_can_be_run_again(make: MakeSwarm) -> None:
    shape = Steps()
    swarm = make(First, shape=shape)
    swarm.add_workers(3)
    states: list[str] = []
    swarm.master.update_state = _noting(swarm.master.update_state, states)  # type: ignore[method-assign]
    for steps in (((9, 3), (21, 7), (3, 1)), ((6, 2),)):
        states.clear()
        swarm.events.clear()
        shape.wanted = (steps[0][0], 100)
        swarm.master.start_shape()
        for users, each in steps:
            shape.wanted = (users + 0.5, 100)  # as from a shape that divides
            until(lambda users=users: swarm.master.user_count == users, f"{users} users")
            assert swarm.users() == [each] * 3
            assert shape.get_current_user_count() == users
            until(lambda: swarm.master.state == "running", "the end of the step")
        shape.wanted = None
        until(lambda: swarm.seen("master", "test_stop"), "the end of the shape")
        until(lambda: swarm.master.shape_greenlet is None, "nobody asks the shape any more")
        assert (swarm.master.state, swarm.users()) == ("stopped", [0, 0, 0])
        assert _without_repetitions(states)[: 1 + 2 * len(steps)] == [
            "ready",
            *["spawning", "running"] * len(steps),
        ]
        assert swarm.seen("master", "test_start") == 1


def _noting(inner: Callable[[str], None], states: list[str]) -> Callable[[str], None]:
    def note(state: str) -> None:
        states.append(state)
        inner(state)

    return note


def _without_repetitions(states: list[str]) -> list[str]:
    return [state for i, state in enumerate(states) if i == 0 or states[i - 1] != state]


def test_equal_ticks_send_nothing_and_a_ramp_is_not_disturbed_by_ticks(make: MakeSwarm) -> None:
    shape = Steps()
    swarm = make(First, shape=shape)
    swarm.add_workers(2)
    starts: list[int] = []
    inner = swarm.master.start
    swarm.master.start = lambda user_count, *rest, **more: (starts.append(user_count), inner(user_count, *rest, **more))  # type: ignore[method-assign, assignment, func-returns-value]
    shape.wanted = (6, 3)  # a ramp of a second
    swarm.master.start_shape()
    until(lambda: len(shape.ticks) == 3, "three ticks")
    assert starts == [6]
    assert "spawning" not in shape.ticks
    assert swarm.users() == [3, 3]


def test_a_listener_of_test_start_may_take_its_time(make: MakeSwarm) -> None:
    swarm = make(First)
    (worker,) = swarm.add_workers(1)
    go_on = Event()
    calls: list[int] = []
    worker.environment.events.test_start.add_listener(lambda **_: (calls.append(1), go_on.wait()))
    swarm.master.start(3, 1)  # three orders, and the counts are waited for in vain
    assert (worker.user_count, calls) == (0, [1])
    go_on.set()
    until(lambda: worker.user_count == 3, "all users after the listener")
    assert calls == [1]
    swarm.master.stop()
    # A stop does not wait for it, and the next test begins when it is through.
    go_on.clear()
    gevent.spawn(swarm.master.start, 1, 100)
    until(lambda: calls == [1, 1], "the listener again")
    with gevent.Timeout(10):
        swarm.master.stop()
    gevent.spawn(swarm.master.start, 2, 100)
    until(lambda: swarm.seen("master", "test_start") == 3, "the third start")
    assert (worker.user_count, calls) == (0, [1, 1])
    go_on.set()
    until(lambda: worker.user_count == 2, "the users of the third test")
    assert calls == [1, 1, 1]


def test_heartbeats_and_usage_are_told_on_both_sides(make: MakeSwarm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runners, "CPU_MONITOR_INTERVAL", 0.1)
    swarm = make(First)
    (worker,) = swarm.add_workers(1)
    sent: list[tuple[str, float]] = []
    received: list[tuple[str, float]] = []
    usage: dict[str, list[tuple[float, int]]] = {"master": [], "worker": []}
    swarm.environment.events.heartbeat_sent.add_listener(
        lambda client_id, timestamp: sent.append((client_id, timestamp))
    )
    worker.environment.events.heartbeat_received.add_listener(
        lambda client_id, timestamp: received.append((client_id, timestamp))
    )
    for who, runner in (("master", swarm.master), ("worker", worker)):
        runner.environment.events.usage_monitor.add_listener(
            lambda environment, cpu_usage, memory_usage, _who=who: usage[_who].append((cpu_usage, memory_usage))
        )
    until(lambda: len(sent) >= 5 and len(received) >= 5, "five heartbeats on both sides")
    assert {client_id for client_id, _ in sent + received} == {worker.client_id}
    assert all(isinstance(at, float) for _, at in sent + received)
    until(lambda: usage["master"] and usage["worker"], "usage on both sides")
    for cpu, memory in usage["master"] + usage["worker"]:
        assert isinstance(cpu, float) and isinstance(memory, int) and memory > 0


@pytest.mark.parametrize("stop_timeout", [1000.0, 0.0])
def test_workers_take_the_stop_timeout_from_the_order(make: MakeSwarm, stop_timeout: float) -> None:
    begun, go_on, ends = Event(), Event(), []

    class Busy(User):
        @task
        def act(self) -> None:
            begun.set()
            try:
                go_on.wait()
                ends.append("finished")
            except gevent.GreenletExit:
                ends.append("cut")
                raise
            finally:
                self.stop()

    swarm = make(Busy, stop_timeout=stop_timeout)
    (worker,) = swarm.add_workers(1, stop_timeout=77.0)
    swarm.master.start(1, 100)
    assert begun.wait(10)
    assert worker.environment.stop_timeout == stop_timeout
    stopping = gevent.spawn(swarm.master.stop)
    if stop_timeout:
        until(lambda: swarm.seen("worker 0", "test_stopping"), "the worker stops")
        assert ends == []
        go_on.set()
    with gevent.Timeout(10):
        stopping.get()
    assert ends == ["finished" if stop_timeout else "cut"]


def test_options_of_the_master_arrive_with_the_start_of_the_test(make: MakeSwarm) -> None:
    swarm = make(First, parsed_options=Namespace(colour="red", tags=["nice"], headless=False))
    (worker,) = swarm.add_workers(1, parsed_options=Namespace(colour="none", tags=None))
    at_start: list[tuple[str, Any]] = []
    options = worker.environment.parsed_options
    assert options is not None
    worker.environment.events.test_start.add_listener(lambda **_: at_start.append((options.colour, options.tags)))
    assert (options.colour, options.tags) == ("none", None)
    swarm.master.start(1, 100)
    assert at_start == [("red", ["nice"])]


def test_statistics_of_a_worker_are_its_runners_and_errors_become_text_on_the_master(make: MakeSwarm) -> None:
    swarm = make(Second)
    environment = Environment(user_classes=[Second])
    before = environment.stats
    worker = environment.create_worker_runner("127.0.0.1", swarm.master.server.port)
    swarm.workers.append(worker)
    assert worker.stats is environment.stats is not before
    assert worker.stats.total.response_times_cache is None  # nobody asks a worker for its last seconds
    swarm.master.start(1, 100)
    until(lambda: swarm.master.stats.errors, "the error on the master")
    (error,) = swarm.master.stats.errors.values()
    assert error.error == "ValueError('no such thing')"
    fire(next(iter(worker.user_greenlets)).args[0], "/second", ValueError("again"))
    assert [type(each.error) for each in worker.stats.errors.values()] == [ValueError]


def test_the_master_keeps_a_history_of_its_run_and_a_worker_none(
    make: MakeSwarm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stats, "HISTORY_STATS_INTERVAL_SEC", 0.05)
    swarm = make(First)
    (worker,) = swarm.add_workers(1)
    historians = [gevent.spawn(stats.stats_history, runner) for runner in (swarm.master, worker)]
    swarm.master.start(2, 100)
    until(lambda: len(swarm.master.stats.history) > 2, "a history")
    assert swarm.master.stats.history[-1]["user_count"][1] == 2
    assert worker.stats.history == []
    gevent.killall(historians)


def test_what_cannot_be_sent_is_refused_at_once(make: MakeSwarm) -> None:
    # The reference tries for nine seconds before it says the same.
    swarm = make(First)
    (worker,) = swarm.add_workers(1)
    for runner in (swarm.master, worker):
        with gevent.Timeout(2), pytest.raises(TypeError):
            runner.send_message("odd", object())


def test_bytes_that_are_no_protocol_leave_the_port_as_it_is(make: MakeSwarm) -> None:
    # The reference closes and opens its socket after an error in receiving; here none can come out of a peer's bytes.
    import socket

    swarm = make(First)
    for garbage in (b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 64, b"\x00"):
        with socket.create_connection(("127.0.0.1", swarm.master.server.port)) as stranger:
            stranger.sendall(garbage)
    assert not swarm.master.connection_broken
    (worker,) = swarm.add_workers(1)
    assert worker.connected


def test_a_second_worker_comes_with_the_next_index(make: MakeSwarm) -> None:
    swarm = make(First)
    first, second = swarm.add_workers(2)
    assert [swarm.master.get_worker_index(worker.client_id) for worker in (first, second)] == [0, 1]
    assert swarm.master.get_worker_index("nobody") == -1


def test_what_the_master_fires_itself_is_added_to_what_workers_report(make: MakeSwarm) -> None:
    class Buyer(User):
        wait_time = constant(1000)

        @task
        def act(self) -> None:
            fire(self, "/first")

    swarm = make(Buyer)
    own = Namespace(environment=swarm.environment)

    @swarm.environment.events.test_start.add_listener
    def begin(**_: Any) -> None:
        fire(own, "/first")
        fire(own, "/own", ValueError("own trouble"), ms=30)
        assert swarm.master.stats.num_requests == 2

    fire(own, "/before any test")
    assert swarm.master.stats.get("/before any test", "GET").num_requests == 1
    swarm.add_workers(2)
    shown = swarm.master.stats
    for _ in range(2):  # the second test begins with nothing
        swarm.master.start(4, 1000)
        until(lambda: shown.get("/first", "GET").num_requests == 5, "all reports")
        fire(own, "/first", ms=70)
        assert (shown.get("/first", "GET").num_requests, shown.get("/first", "GET").max_response_time) == (6, 70)
        assert (shown.num_requests, shown.num_failures) == (7, 1)
        assert {key[0] for key in shown.entries} == {"/first", "/own"}
        assert [error.occurrences for error in shown.errors.values()] == [1]
        swarm.master.stop()
        until(lambda: swarm.users() == [0, 0], "the users' end")
    swarm.master.quit()
    fire(own, "/first")  # nobody else counts any more
    assert (shown.get("/first", "GET").num_requests, shown.num_requests) == (7, 8)


def test_messages_reach_everybody_around_every_one_of_many_short_tests(make: MakeSwarm) -> None:
    swarm = make(First)
    heard: list[list[str]] = []
    answers: list[str] = []
    swarm.master.register_message("answer", lambda environment, msg: answers.append(msg.data))
    for worker in swarm.add_workers(3):
        mine: list[str] = []
        heard.append(mine)

        def hear(environment: Environment, msg: Any, worker: Any = worker, mine: list[str] = mine) -> None:
            mine.append(msg.data)
            worker.send_message("answer", msg.data)

        worker.register_message("telemetry", hear)
    number = 0

    def say(what: str) -> None:
        swarm.master.send_message("telemetry", f"{what} {number}")

    swarm.environment.events.test_start.add_listener(lambda **_: say("start"))
    swarm.environment.events.test_stop.add_listener(lambda **_: say("stop"))
    wanted: list[str] = []
    for number in range(30):
        swarm.master.start(3, 1000)
        swarm.master.stop()
        wanted += [f"start {number}", f"stop {number}"]
    until(lambda: heard == [wanted] * 3, "every message at every worker, in order")
    until(lambda: sorted(answers) == sorted(wanted * 3), "every answer at the master")
