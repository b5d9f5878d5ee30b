"""Who is spawned when: counts, order, dispatchers, shapes."""

from tests.parity.case import library

# A random story of users of random classes on workers that come and go, from a seed.
STORY = """
import random
from locust.dispatch import UsersDispatcher
from locust.runners import WorkerNode
RATES = (1, 2, 3.5, 7, 100)
def story(seed):
    r = random.Random(seed)
    weights = (1, 1, 2, 3, 5, 10, 0.5, 2.5)
    classes = []
    for number in range(r.randint(1, 5)):
        body = {"weight": r.choice(weights), **({"fixed_count": r.randint(1, 6)} if r.random() < 0.25 else {})}
        classes.append(type(f"User{number}", (User,), body))
    workers = [WorkerNode(str(number)) for number in range(r.randint(1, 6))]
    ever = len(workers)
    plan = UsersDispatcher(worker_nodes=list(workers), user_classes=list(classes))
    told = []
    def wish(rates, **options):
        plan.new_dispatch(target_user_count=r.randint(0, 60), spawn_rate=r.choice(rates), **options)
        plan._wait_between_dispatch = 0
    wish(RATES)
    for _ in range(r.randint(1, 6)):
        for users in plan:
            told.append(sorted((worker, sorted(counts.items())) for worker, counts in users.items()))
            if r.random() < 0.1:
                break
        what = r.random()
        if what < 0.45:
            wish(RATES)
        elif what < 0.65:
            workers.append(WorkerNode(str(ever)))
            ever += 1
            plan.add_worker(workers[-1])
        elif what < 0.85 and len(workers) > 1:
            plan.remove_worker(workers.pop(r.randrange(len(workers))))
        else:
            wish((1, 5), user_classes=r.sample(classes, r.randint(1, len(classes))))
    return told
"""

CASES = [
    library(
        "spawning-complete-count",
        "spawning_complete carries the target",
        """
        class One(User):
            wait_time = constant(10)
            @task
            def t(self): pass
        def ready(env):
            def complete(user_count):
                note("complete", user_count, env.runner.state)
                if user_count == 3: gevent.spawn(env.runner.start, 5, 100)
                else: finish()
            env.events.spawning_complete.add_listener(complete)
        go(One, users=3, on_ready=ready)
    """,
    ),
    library(
        "user-counts",
        "user_count, user_classes_count, target counts",
        """
        class A(User):
            wait_time = constant(10)
            @task
            def t(self): pass
        class B(User):
            weight = 2
            wait_time = constant(10)
            @task
            def t(self): pass
        class C(User):
            fixed_count = 1
            wait_time = constant(10)
            @task
            def t(self): pass
        env = environment(A, B, C)
        runner = env.create_local_runner()
        for count in (1, 2, 7, 12, 4, 0, 3):
            runner.start(count, 1000)
            runner.spawning_greenlet.join()
            note(count, runner.user_count, runner.user_classes_count, runner.target_user_count,
                 runner.target_user_classes_count)
        runner.quit()
    """,
    ),
    library(
        "spawn-order",
        "classes spawn in a fixed order, ramp-down removes the last first",
        """
        order = []
        def make(name, **attributes):
            def on_start(self): order.append(name)
            def on_stop(self): order.append("-" + name)
            def t(self): pass
            return type(name, (User,), {"on_start": on_start, "on_stop": on_stop, "tasks": [t],
                                        "wait_time": constant(10), **attributes})
        for classes in ([make("C"), make("A"), make("B")], [make("A", weight=5), make("B")],
                        [make("A", weight=0.8), make("B")], [make("A"), make("F", fixed_count=2)]):
            env = environment(*classes)
            runner = env.create_local_runner()
            runner.start(10, 1000)
            runner.spawning_greenlet.join()
            gevent.sleep(0.01)
            runner.start(5, 1000)
            runner.spawning_greenlet.join()
            note(order[:10], sorted(order[10:]), runner.user_classes_count)
            runner.quit()
            order.clear()
    """,
    ),
    library(
        "dead-users-come-back",
        "users that died are recreated at the next start, not before",
        """
        class One(User):
            wait_time = constant(10)
            @task
            def t(self):
                if len(self.environment.dead) < 2:
                    self.environment.dead.append(1)
                    raise StopUser
        env = environment(One)
        env.dead = []
        runner = env.create_local_runner()
        runner.start(5, 100)
        runner.spawning_greenlet.join()
        gevent.sleep(0.02)
        note(runner.user_count)
        runner.start(6, 100)
        runner.spawning_greenlet.join()
        gevent.sleep(0.02)
        note(runner.user_count)
        runner.quit()
    """,
    ),
    library(
        "spawn-users-directly",
        "spawn_users returns instances, stop_users ends them",
        """
        class One(User):
            wait_time = constant(10)
            @task
            def t(self): pass
        env = environment(One)
        runner = env.create_local_runner()
        users = runner.spawn_users({"One": 3})
        note([type(u).__name__ for u in users], runner.user_count, runner.state)
        runner.stop_users({"One": 2})
        note(runner.user_count)
        runner.quit()
        note(runner.user_count)
    """,
    ),
    library(
        "dispatcher-class",
        "a dispatcher of one's own is used",
        """
        from locust.dispatch import UsersDispatcher
        class Mine(UsersDispatcher):
            def new_dispatch(self, *args, **kwargs):
                note("new_dispatch", args, sorted(kwargs))
                return super().new_dispatch(*args, **kwargs)
        class One(User):
            @task
            def t(self): raise StopUser
        go(One, users=2, dispatcher_class=Mine)
    """,
    ),
    library(
        "dispatcher-python",
        "a dispatcher written from scratch decides",
        """
        class Mine:
            dispatch_in_progress = False
            def __init__(self, worker_nodes, user_classes):
                note([node.id for node in worker_nodes], [c.__name__ for c in user_classes])
            def new_dispatch(self, target_user_count, spawn_rate, user_classes=None):
                self.plan = [{"local": {"One": 1, "Two": 0}}, {"local": {"One": 1, "Two": 2}}]
            def __iter__(self): return self
            def __next__(self):
                if not self.plan: raise StopIteration
                return self.plan.pop(0)
            @property
            def dispatch_iteration_durations(self): return []
            def get_current_user_count(self): return 3
        class One(User):
            def on_start(self): note("One")
            @task
            def t(self): raise StopUser
        class Two(User):
            def on_start(self): note("Two")
            @task
            def t(self): raise StopUser
        go(One, Two, users=9, dispatcher_class=Mine)
    """,
    ),
    library(
        "dispatcher-refuses",
        "new_dispatch refuses impossible numbers",
        """
        from locust.dispatch import UsersDispatcher
        class One(User): pass
        class Node:
            id = "1"
            user_classes_count = {}
        d = UsersDispatcher(worker_nodes=[Node()], user_classes=[One])
        for count, rate in ((-1, 1), (1, 0), (1, -2), (1, float("inf")), (1, float("nan"))):
            attempt(str((count, rate)), lambda: d.new_dispatch(count, rate))
    """,
    ),
    library(
        "shape",
        "a shape drives users; the same tuple means no action; None stops",
        """
        ticks = [(2, 100), (2, 100), (1, 100), None]
        class Shape(LoadTestShape):
            def tick(self):
                gevent.sleep(0)
                return ticks.pop(0) if ticks else None
        class One(User):
            wait_time = constant(50)
            @task
            def t(self): pass
        env = environment(One, shape_class=Shape())
        env.events.spawning_complete.add_listener(lambda user_count: note("complete", user_count))
        env.events.test_stop.add_listener(lambda environment: note("test_stop"))
        runner = env.create_local_runner()
        note(env.shape_class.runner is runner)
        runner.start_shape()
        class Options: headless = False
        env.parsed_options = Options()
        runner.shape_greenlet.join()
        note(runner.state, [line for line in logs("locust.runners") if "hape" in line[2]])
        runner.quit()
    """,
    ),
    library(
        "wait-true",
        "start(wait=True) with more users than the rate",
        """
        class One(User):
            wait_time = constant(10)
            @task
            def t(self): pass
        env = environment(One)
        runner = env.create_local_runner()
        runner.start(3, 1, wait=True)
        gevent.sleep(0.05)
        note(runner.user_count, [line[:2] for line in logs("locust") if line[0] == "CRITICAL"])
        runner.quit()
    """,
    ),
    library(
        "ramp-logs",
        "log lines of a ramp",
        """
        class One(User):
            wait_time = constant(10)
            @task
            def t(self): pass
        env = environment(One)
        runner = env.create_local_runner()
        for count, rate in ((2, 50), (150, 200.5), (1, 100)):
            runner.start(count, rate)
            runner.spawning_greenlet.join()
        runner.quit()
        note(logs("locust.runners"))
    """,
    ),
    library(
        "shape-user-classes",
        "the third element of tick restricts new spawns only",
        """
        class One(User):
            wait_time = constant(50)
            @task
            def t(self): pass
        class Two(One): pass
        class Shape(LoadTestShape):
            ticks = [(4, 100), (7, 100, [Two]), (5, 100)]
            def tick(self):
                if not self.ticks: return None
                return self.ticks.pop(0)
        env = environment(One, Two, shape_class=Shape())
        note(env.shape_class.runner)
        env.events.spawning_complete.add_listener(
            lambda user_count: note("complete", user_count, env.runner.user_classes_count))
        runner = env.create_local_runner()
        runner.start_shape()
        runner.shape_greenlet.join()
        note(runner.state)
        runner.quit()
    """,
    ),
    library(
        "shape-exception",
        "an exception in tick ends the shape, users keep running",
        """
        class One(User):
            wait_time = constant(50)
            @task
            def t(self): pass
        class Shape(LoadTestShape):
            n = 0
            def tick(self):
                self.n += 1
                if self.n == 2: raise ValueError("in tick")
                return (2, 100)
        env = environment(One, shape_class=Shape())
        runner = env.create_local_runner()
        runner.start_shape()
        runner.shape_greenlet.join()
        note(runner.user_count, runner.state, [line[:2] for line in logs("locust") if line[0] == "CRITICAL"])
        runner.quit()
    """,
    ),
    library(
        "fixed-count-comes-back-first",
        "after a ramp-down fixed users are respawned first",
        """
        order = []
        class Fixed(User):
            fixed_count = 2
            wait_time = constant(50)
            def on_start(self): order.append(type(self).__name__)
            @task
            def t(self): pass
        class Normal(Fixed):
            fixed_count = 0
        env = environment(Fixed, Normal)
        runner = env.create_local_runner()
        for count in (5, 1, 4):
            runner.start(count, 100)
            runner.spawning_greenlet.join()
            gevent.sleep(0.005)
            note(count, list(order), runner.user_classes_count)
            order.clear()
        runner.quit()
    """,
    ),
    library(
        "new-start-replaces-the-ramp",
        "a new start cancels the ramp in progress",
        """
        class One(User):
            wait_time = constant(50)
            @task
            def t(self): pass
        env = environment(One)
        runner = env.create_local_runner()
        runner.start(100, 1)
        gevent.sleep(0.02)
        note(runner.user_count, runner.state)
        runner.start(3, 100)
        runner.spawning_greenlet.join()
        note(runner.user_count, runner.state, runner.target_user_count)
        runner.quit()
    """,
    ),
    library(
        "dispatcher-stories",
        "random stories of classes, workers and wishes: the same plans",
        STORY
        + """
import hashlib
for first in range(0, 120, 10):
    told = repr([story(seed) for seed in range(first, first + 10)])
    note(first, hashlib.sha256(told.encode()).hexdigest()[:16])
""",
    ),
    library(
        "dispatcher-odd-story",
        "a worker comes in the middle of a ramp that leaves classes out",
        STORY + "note([sum(count for _, counts in plan for _, count in counts) for plan in story(893)])",
    ),
]
