"""Locustfiles in the manner of those that people publish: many corners of users, tasks and what runs beside them."""

from tests.parity.wild import wild

CASES = [
    wild(
        "nested-shop",
        "nested sets that interrupt, sequences inside, state on the user",
        """
        from locust import HttpUser, SequentialTaskSet, TaskSet, constant, task
        class Checkout(SequentialTaskSet):
            def on_start(self):
                self.step = 0
            @task
            def address(self):
                self.step += 1
                self.client.post("/echo", json={"street": "x"}, name="/checkout/address")
            @task
            class Payment(TaskSet):
                @task
                def pay(self):
                    self.client.post("/echo", data={"card": "4111"}, name="/checkout/pay")
                    note("parent", type(self.parent).__name__, self.parent.step)
                    self.interrupt(reschedule=False)
            @task
            def done(self):
                self.client.get("/status/201", name="/checkout/done")
                self.interrupt()
            def on_stop(self):
                note("left checkout", self.step)
        class Browse(TaskSet):
            @task(3)
            def item(self):
                for number in range(3):
                    self.client.get(f"/ok?item={number}", name="/item?id=[id]")
                self.user.seen = getattr(self.user, "seen", 0) + 3
                self.schedule_task(self.leave, first=True)
            def leave(self):
                self.interrupt()
        class Shopper(HttpUser):
            wait_time = constant(0.01)
            tasks = [Browse, Checkout]
            rounds = 0
            def on_start(self):
                import random
                random.seed(4)
            def context(self):
                self.rounds += 1
                if self.rounds > 40:
                    self.environment.runner.quit()
                return {"user": 1}
        """,
        observe=("exit", "notes", "log"),
    ),
    wild(
        "greenlets-in-tasks",
        "gevent pools and spawn in tasks, spawn_later that quits, semaphores",
        """
        import gevent
        from gevent.pool import Pool, Group
        from gevent.lock import Semaphore
        from locust import HttpUser, task, constant, events
        all_spawned = Semaphore()
        all_spawned.acquire()
        @events.spawning_complete.add_listener
        def release(**kw): all_spawned.release()
        @events.test_start.add_listener
        def background(environment, **kw):
            def watch():
                while environment.runner.stats.total.num_requests < 14: gevent.sleep(0.01)
                note("watched")
                environment.runner.quit()
            gevent.spawn(watch)
        class Parallel(HttpUser):
            wait_time = constant(10)
            def on_start(self):
                all_spawned.wait()
            @task
            def burst(self):
                pool = Pool(5)
                for number in range(10):
                    pool.spawn(self.client.get, f"/ok?n={number}", name="/burst")
                pool.join()
                group = Group()
                answers = group.map(lambda n: self.client.get("/ok", name="/mapped").status_code, range(4))
                note(answers)
        """,
        observe=("exit", "notes", "log"),
    ),
    wild(
        "tuples-and-dicts",
        "tasks as tuple, dict, partials, callables, sets of sets",
        """
        from functools import partial
        from locust import HttpUser, TaskSet, task, constant
        import random
        random.seed(1)
        def plain(user): user.client.get("/ok", name="plain")
        class Callable:
            __name__ = "callable"
            def __call__(self, user): user.client.get("/ok", name="callable")
        class Inner(TaskSet):
            tasks = {plain: 2}
            @task
            def leave(self): self.interrupt(False)
        class Outer(TaskSet):
            tasks = (Inner, plain)
            @task
            class Deep(TaskSet):
                @task
                def deep(self):
                    note("deep", type(self.parent).__name__, type(self.user).__name__)
                    self.interrupt()
        class U(HttpUser):
            wait_time = constant(0)
            tasks = {Outer: 1, plain: 3, Callable(): 1}
            n = 0
            def context(self):
                self.n += 1
                if self.n == 25: self.environment.runner.quit()
                return {}
        """,
        observe=("exit", "notes"),
    ),
    wild(
        "decorators-and-mixins",
        "tasks under decorators, mixins, class attributes set in loops, properties",
        """
        import functools
        from contextlib import contextmanager
        from locust import HttpUser, TaskSet, task, constant
        def retried(times):
            def decorate(f):
                @functools.wraps(f)
                def inner(self, *a, **k):
                    for attempt in range(times):
                        if f(self, *a, **k): return True
                return inner
            return decorate
        class Auth:
            @property
            def token(self): return "tok"
            def login(self): return self.client.post("/login", name="login").json()["token"]
        class Mixed(Auth, TaskSet):
            @task
            @retried(3)
            def flaky(self):
                self.user.tries = getattr(self.user, "tries", 0) + 1
                self.client.get("/ok", name="flaky", headers={"T": self.token})
                return self.user.tries % 2 == 0
            @task
            def logs_in(self): note(self.login())
        for number in range(3):
            def visit(self, number=number): self.client.get("/ok", name=f"page {number}")
            Mixed.tasks.append(visit)
        class U(Auth, HttpUser):
            wait_time = constant(0)
            tasks = [Mixed]
            n = 0
            def on_start(self):
                import random
                random.seed(7)
            def context(self):
                self.n += 1
                if self.n == 20: self.environment.runner.quit()
                return {}
        """,
        observe=("exit", "notes"),
    ),
    wild(
        "xmlrpc",
        "the standard library's XML-RPC client, measured",
        """
        import time, threading
        from xmlrpc.client import ServerProxy, Fault
        from xmlrpc.server import SimpleXMLRPCServer
        from locust import User, task, events
        server = SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
        server.register_function(lambda a: a * 2, "double")
        @events.init.add_listener
        def serve(environment, **kw):
            import gevent
            gevent.spawn(server.serve_forever)
        class U(User):
            def __init__(self, environment):
                super().__init__(environment)
                self.proxy = ServerProxy(f"http://127.0.0.1:{server.server_address[1]}")
            @task
            def t(self):
                for name, call in (("double", lambda: self.proxy.double(4)), ("nothing", lambda: self.proxy.nothing())):
                    with self.environment.events.request.measure("xmlrpc", name) as meta:
                        meta["response_length"] = 3
                        note(call())
                self.environment.runner.quit()
        """,
        observe=("exit", "notes"),
    ),
    wild(
        "subprocess-threads",
        "threads, executors and subprocesses beside users",
        """
        import subprocess, threading, sys
        from concurrent.futures import ThreadPoolExecutor
        from locust import HttpUser, task, events
        class U(HttpUser):
            @task
            def t(self):
                with ThreadPoolExecutor(3) as pool:
                    note(sorted(pool.map(lambda n: self.client.get("/ok", name="pooled").status_code + n, range(3))))
                results = []
                threads = [threading.Thread(target=lambda: results.append(self.client.get("/ok", name="thread").text)) for _ in range(2)]
                [t.start() for t in threads]; [t.join() for t in threads]
                note(results)
                note(subprocess.run([sys.executable, "-c", "print(6*7)"], capture_output=True, text=True).stdout.strip())
                self.environment.runner.quit()
        """,
    ),
    wild(
        "dynamic-classes",
        "classes made by type(), imported, abstract, odd constructors, start overrides",
        """
        import sys, types
        from locust import HttpUser, User, task, constant, between
        from locust.env import Environment
        class Base(HttpUser):
            abstract = True
            wait_time = constant(0)
            path = "/ok"
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.made = True
            @task
            def go(self):
                self.client.get(self.path, name=type(self).__name__)
                self.stop()
        for number in range(3):
            globals()[f"Dynamic{number}"] = type(f"Dynamic{number}", (Base,), {"path": f"/ok?{number}", "weight": number + 1})
        class Late(Base):
            def start(self, group):
                note("start", type(group).__name__ != "")
                return super().start(group)
            def context(self): return {"late": True}
            def on_stop(self):
                note("last", self.environment.runner.user_count >= 0)
                import gevent
                def end():
                    while self.environment.runner.user_count: gevent.sleep(0.01)
                    self.environment.runner.quit()
                gevent.spawn(end)
        """,
        "-u",
        "7",
        "-r",
        "100",
        observe=("exit", "notes", "log"),
    ),
    wild(
        "sequences-inherited",
        "sequences that inherit, override and repeat; Markov chains; state",
        """
        import random
        from locust import HttpUser, SequentialTaskSet, MarkovTaskSet, TaskSet, task, transition, transitions, constant
        random.seed(11)
        class First(SequentialTaskSet):
            @task
            def a(self): self.user.say("a")
            @task(2)
            def b(self): self.user.say("b")
        def loose(ts): ts.user.say("loose")
        class Second(First):
            tasks = [loose]
            @task
            def a(self): self.user.say("a2")
            @task
            class Nested(SequentialTaskSet):
                def on_start(self): self.user.say("(")
                def on_stop(self): self.user.say(")")
                @task
                def x(self): self.user.say("x")
                @task
                def y(self):
                    self.user.say("y"); self.interrupt(reschedule=self.user.n % 2 == 0)
            @task
            def end(self):
                self.user.say("end"); self.interrupt()
        class Chain(MarkovTaskSet):
            @transition("two")
            @transition("one", weight=2)
            def one(self): self.user.say("1")
            @transitions({"one": 1, "three": 2})
            def two(self): self.user.say("2")
            @transitions([("one", 1)])
            def three(self): self.user.say("3"); self.interrupt() if self.user.n > 25 else None
        class U(HttpUser):
            wait_time = constant(0)
            tasks = [Second, Chain]
            n = 0
            said = []
            def say(self, what):
                self.said.append(what); self.n += 1
                if self.n == 60:
                    note(" ".join(self.said)); self.environment.runner.quit()
        """,
        observe=("exit", "notes"),
    ),
]
