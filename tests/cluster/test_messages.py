"""Events, messages and options between the nodes of a swarm."""

from __future__ import annotations

from tests.cluster.swarm import Swarm, reported

TALKATIVE = """
import datetime
import gevent
from locust import User, constant, events, task
from locust.runners import MasterRunner, WorkerRunner

class Talker(User):
    wait_time = constant(0.1)
    @task
    def talk(self):
        self.environment.events.request.fire(
            request_type="TALK", name="word", response_time=1, response_length=1, exception=None, context={})
    @task
    def stumble(self): raise KeyError("stumbled")

@events.init_command_line_parser.add_listener
def options(parser): parser.add_argument("--colour", default="none")

begun = []

@events.report_to_master.add_listener
def reporting(client_id, data): note("reporting", *begun)

@events.init.add_listener
def begin(environment, runner, **kwargs):
    if isinstance(runner, WorkerRunner):
        note("index", runner.worker_index)
        begun.append(True)
        runner.register_message("task", lambda environment, msg: (
            note("task", msg.type, msg.data["list"], msg.data["at"].year, msg.node_id == runner.client_id),
            runner.send_message("done", {"text": "fertig \\u00fc", "bytes": b"\\x00\\xff"})))
        @environment.events.report_to_master.add_listener
        def add(client_id, data): data["extra"] = {"answer": 42}
    else:
        runner.register_message("done", lambda environment, msg: note("done", msg.data["text"], len(msg.data["bytes"])))
        @environment.events.worker_report.add_listener
        def arrived(client_id, data):
            if "extra" in data: note("report", data["extra"]["answer"], "stats" in data, "user_classes_count" in data)

@events.worker_connect.add_listener
def connected(client_id): note("connect", "_" in client_id)

@events.test_start.add_listener
def start(environment, **kwargs):
    note("start", environment.parsed_options.colour)
    if isinstance(environment.runner, MasterRunner):
        environment.runner.send_message("task", {"list": [1, "zwei"], "at": datetime.datetime(2026, 11, 28)})

@events.test_stop.add_listener
def stop(environment, **kwargs): note("stop")

@events.spawning_complete.add_listener
def complete(user_count): note("complete", user_count)

@events.quitting.add_listener
def quitting(environment, **kwargs):
    note("exceptions", sorted(row["count"] > 0 and row["msg"] for row in environment.runner.exceptions.values()))
"""


WELCOMING = """
from locust import User, constant, events, task
from locust.runners import WorkerRunner

class Idle(User):
    wait_time = constant(1)
    @task
    def nothing(self): pass

@events.init.add_listener
def begin(environment, runner, **kwargs):
    if isinstance(runner, WorkerRunner):
        runner.register_message("welcome", lambda environment, msg: note("welcome", msg.data))
    else:
        environment.events.worker_connect.add_listener(
            lambda client_id, **kwargs: runner.send_message("welcome", "in", client_id))
"""


def test_a_message_at_the_moment_of_joining_waits_for_the_listeners_of_init(swarm: Swarm) -> None:
    workers = [swarm.worker(name, locustfile=WELCOMING) for name in ("one", "two")]
    swarm.master("-u", "2", "-r", "10", "-t", "1", workers=2, locustfile=WELCOMING).finish()
    for worker in workers:
        done = worker.finish()
        assert done.noted("welcome") == [["in"]]
        assert "Unknown message" not in done.stderr


def test_events_messages_and_options_travel(swarm: Swarm) -> None:
    worker = swarm.worker("one", locustfile=TALKATIVE)
    done = swarm.master("-u", "3", "-r", "10", "-t", "5", "--colour", "red", workers=1, locustfile=TALKATIVE).finish()
    ours = worker.finish()
    assert done.noted("connect") == [[True]]
    assert done.noted("done") == [["fertig ü", 2]]
    assert [42, True, True] in done.noted("report")
    assert ours.noted("reporting")[0] == [True], "no report before the listeners of init could prepare for it"
    assert done.noted("complete") == ours.noted("complete") == [[3]]
    assert done.noted("start") == ours.noted("start") == [["red"]]
    assert len(done.noted("stop")) == len(ours.noted("stop")) == 1
    assert done.noted("exceptions") == [[["'stumbled'"]]]
    assert ours.noted("index") == [[0]]
    assert ours.noted("task") == [["task", [1, "zwei"], 2026, True]]


STOPPERS = """
from locust import User, constant, events, task
from locust.runners import MasterRunner, WorkerRunner

class Leaver(User):
    wait_time = constant(0.1)
    done = 0
    @task
    def leave(self):
        Leaver.done += 1
        self.environment.events.request.fire(
            request_type="L", name="eave", response_time=1, response_length=1, exception=None, context={})
        if Leaver.done == 5 and WHO == "user": self.environment.runner.quit()

@events.init.add_listener
def begin(environment, runner, **kwargs):
    if WHO == "listener" and isinstance(runner, MasterRunner):
        @environment.events.worker_report.add_listener
        def enough(client_id, data):
            if data["stats"]: runner.quit()

@events.quitting.add_listener
def quitting(environment, **kwargs): note("counted", environment.stats.total.num_requests)
"""


def test_a_listener_of_reports_may_end_the_test(swarm: Swarm) -> None:
    text = STOPPERS.replace("WHO", '"listener"')
    worker = swarm.worker("one", locustfile=text)
    done = swarm.master("-u", "2", "-r", "10", "-t", "60", workers=1, locustfile=text).finish()
    assert done.exit_code == worker.finish().exit_code == 0
    assert done.noted("counted")[0][0] > 5


def test_a_user_may_end_its_worker_and_loses_nothing(swarm: Swarm) -> None:
    text = STOPPERS.replace("WHO", '"user"')
    worker = swarm.worker("one", locustfile=text)
    done = swarm.master("-u", "1", "-r", "10", "-t", "60", workers=1, locustfile=text).finish()
    assert worker.finish().exit_code == 0
    assert done.noted("counted") == [[5]]
    assert "The last worker quit, stopping test." in done.stderr


EAGER = """
from locust import User, constant, events, runners, task
runners.WORKER_REPORT_INTERVAL = 600

class Once(User):
    wait_time = constant(600)
    @task
    def once(self):
        self.environment.events.request.fire(
            request_type="O", name="nce", response_time=1, response_length=1, exception=None, context={})
        self.environment.runner._send_stats()

@events.worker_report.add_listener
def enough(client_id, data):
    if data["stats"]: ENVIRONMENTS[0].runner.quit()

ENVIRONMENTS = []
@events.init.add_listener
def begin(environment, **kwargs): ENVIRONMENTS.append(environment)
"""


def test_a_plugin_gets_a_report_out_before_its_time(swarm: Swarm) -> None:
    worker = swarm.worker("one", locustfile=EAGER)
    done = swarm.master("-u", "1", "-r", "10", "-t", "120", workers=1, locustfile=EAGER).finish()
    assert done.exit_code == worker.finish().exit_code == 0
    assert reported(done) == 1


SENT_HOME_BY_HAND = """
import gevent
from locust import User, constant, events, task
from locust.runners import MasterRunner

class Idle(User):
    wait_time = constant(1)
    @task
    def act(self): pass

@events.init.add_listener
def begin(environment, runner, **kwargs):
    if isinstance(runner, MasterRunner):
        environment.events.spawning_complete.add_listener(lambda user_count: gevent.spawn(end, runner))
        environment.events.test_stop.add_listener(lambda environment, **_: note("stopped", runner.state))
    else:
        runner.register_message("home", lambda environment, msg: (note("users", runner.user_count), runner.quit()))

def end(runner):
    runner.stop(send_stop_to_client=False)
    note("state", runner.state, runner.user_count)
    gevent.sleep(2)
    note("later", runner.state, runner.user_count)
    runner.send_message("home")
"""


def test_a_stop_that_workers_are_not_told_leaves_them_to_a_message_of_ones_own(swarm: Swarm) -> None:
    workers = [swarm.worker(name, locustfile=SENT_HOME_BY_HAND) for name in ("one", "two")]
    done = swarm.master("-u", "4", "-r", "10", locustfile=SENT_HOME_BY_HAND).finish()
    ended = [worker.finish() for worker in workers]
    assert [each.exit_code for each in ended] == [0, 0]
    assert [each.noted("users") for each in ended] == [[[2]], [[2]]]
    assert done.noted("state") == done.noted("later") == [["stopping", 4]]
    assert done.noted("stopped") == [["stopping"]]


DEALT_BY_HAND = """
import gevent
from locust import User, constant, events, task
from locust.dispatch import UsersDispatcher
from locust.runners import MasterRunner

class Low(User):
    wait_time = constant(1)
    @task
    def act(self): pass
class High(Low): pass

class OneClassEach(UsersDispatcher):
    def __init__(self, worker_nodes, user_classes):
        self.nodes, self.names = sorted(worker_nodes, key=lambda node: node.index), ["High", "Low"]
    def new_dispatch(self, target_user_count, spawn_rate, user_classes=None):
        note("asked", target_user_count, spawn_rate, len(self.nodes))
        self.steps = iter([1, 2])
    dispatch_in_progress = property(lambda self: False)
    def add_worker(self, worker_node): self.nodes.append(worker_node)
    def remove_worker(self, worker_node):
        note("gone", worker_node.index)
        self.nodes.remove(worker_node)
    def __next__(self):
        users = next(self.steps)
        return {node.id: {name: users * (name == self.names[node.index]) for name in self.names} for node in self.nodes}

@events.init.add_listener
def begin(environment, runner, **kwargs):
    environment.dispatcher_class = OneClassEach
    if isinstance(runner, MasterRunner):
        environment.events.spawning_complete.add_listener(lambda user_count: gevent.spawn(complete, runner))

def complete(runner):
    workers = sorted(runner.clients.values(), key=lambda node: node.index)
    note("users", runner.user_count, [node.user_classes_count for node in workers])
    if len(workers) == 2: runner.send_message("leave", None, workers[0].id)
    else: runner.quit()

@events.init.add_listener
def obey(environment, runner, **kwargs):
    if not isinstance(runner, MasterRunner):
        runner.register_message("leave", lambda environment, msg: runner.quit())
"""


def test_a_dispatcher_of_ones_own_deals_the_users_of_a_swarm(swarm: Swarm) -> None:
    workers = [swarm.worker("one", locustfile=DEALT_BY_HAND), swarm.worker("two", locustfile=DEALT_BY_HAND)]
    done = swarm.master("-u", "9", "-r", "10", locustfile=DEALT_BY_HAND).finish()
    assert [worker.finish().exit_code for worker in workers] == [0, 0]
    assert done.noted("asked") == [[9, 10, 2], [9, 10, 1]]
    assert done.noted("gone") == [[0]]
    assert done.noted("users") == [[4, [{"High": 2, "Low": 0}, {"High": 0, "Low": 2}]], [2, [{"High": 0, "Low": 2}]]]
