"""A user's life: tasks, nested sets, exceptions, waiting, stopping."""

from tests.parity.case import library

CASES = [
    library("lifecycle", "on_start, tasks, on_stop in order", """
        class One(User):
            def on_start(self): note("start")
            def on_stop(self): note("stop")
            n = 0
            @task
            def work(self):
                self.n += 1
                note("task", self.n)
                if self.n == 3:
                    raise StopUser
        go(One)
    """),
    library("seeded-choice", "task choice uses the global random module", """
        import random
        random.seed(42)
        class One(User):
            picked = []
            def pick(name):
                def run(self):
                    self.picked.append(name)
                    if len(self.picked) == 30:
                        note("".join(self.picked))
                        raise StopUser
                return run
            tasks = {pick("a"): 3, pick("b"): 2, pick("c"): 1}
        go(One)
        note(random.random())
    """),
    library("seeded-one-task", "a choice among one task draws from random too", """
        import random
        random.seed(42)
        class One(User):
            n = 0
            @task
            def only(self):
                self.n += 1
                if self.n == 10:
                    raise StopUser
        go(One)
        note(random.random())
    """),
    library("seeded-nested", "choices in nested sets come from the same sequence", """
        import random
        random.seed(5)
        trail = []
        class One(User):
            @task(2)
            def top(self):
                trail.append("t")
                if len(trail) > 40:
                    raise StopUser
            @task
            class Inner(TaskSet):
                @task(3)
                def a(self):
                    trail.append("a")
                    if random.random() < 0.3:
                        self.interrupt()
                @task
                def b(self):
                    trail.append("b")
        go(One)
        note("".join(trail))
    """),
    library("seeded-waits", "wait times and choices interleave on one generator", """
        import random
        random.seed(9)
        drawn = []
        class One(User):
            def wait_time(self):
                drawn.append(random.randrange(1000))
                return 0
            @task
            def a(self): drawn.append("a")
            @task
            def b(self):
                drawn.append("b")
                if len(drawn) > 30:
                    raise StopUser
        go(One)
        note(drawn)
    """),
    library("taskset-recreated", "a nested set is a new instance at each entry", """
        class One(User):
            entries = 0
            @task
            class Inner(TaskSet):
                marked = False
                @task
                def look(self):
                    note("marked", self.marked)
                    self.marked = True
                    self.user.entries += 1
                    if self.user.entries == 3:
                        raise StopUser
                    self.interrupt()
        go(One)
    """),
    library("parents", "parent, user, client of nested sets; read-only", """
        class One(User):
            client = "the client"
            @task
            class Outer(TaskSet):
                @task
                class Inner(TaskSet):
                    @task
                    def look(self):
                        note(type(self.parent).__name__, type(self.parent.parent).__name__, self.client,
                             self.user is self.parent.user)
                        for name in ("user", "client", "parent"):
                            attempt(name, lambda: setattr(self, name, 1))
                        raise StopUser
        go(One)
    """),
    library("task-argument", "functions in User.tasks get the user, in TaskSet.tasks the set", """
        def of_set(it):
            note("set", type(it).__name__)
            it.interrupt()
        class Inner(TaskSet):
            tasks = [of_set]
        def of_user(it):
            note("user", type(it).__name__)
            raise StopUser
        class Two(User):
            tasks = [of_user]
        class Three(User):
            @task
            class Sequence(SequentialTaskSet):
                tasks = [Inner, lambda it: it.user.stop()]
        go(Two)
        go(Three)
    """),
    library("wait-of-the-user", "a nested set without wait_time uses the user's, not its parent set's", """
        class One(User):
            wait_time = constant(0)
            @task
            class Outer(TaskSet):
                wait_time = constant(77)
                @task
                class Inner(TaskSet):
                    @task
                    def look(self):
                        note(self.wait_time(), self.parent.wait_time(), self.user.wait_time())
                        raise StopUser
        go(One)
    """),
    library("schedule-task", "scheduled tasks run before a new pick; first goes to the head", """
        def plain(it): note("plain", type(it).__name__)
        class Visit(TaskSet):
            @task
            def one(self):
                note("visit")
                self.interrupt()
        class One(User):
            @task
            class Main(TaskSet):
                n = 0
                def bound(self): note("bound")
                @task
                def start(self):
                    self.n += 1
                    note("start", self.n)
                    if self.n == 2:
                        raise StopUser
                    self.schedule_task(self.bound)
                    self.schedule_task(plain)
                    self.schedule_task(Visit)
                    self.schedule_task(plain, first=True)
        go(One)
    """),
    library("wait-between-queued", "a wait happens between queued items too", """
        class One(User):
            def wait_time(self):
                note("wait")
                return 0
            @task
            class Main(TaskSet):
                n = 0
                def queued(self): note("queued")
                @task
                def start(self):
                    self.n += 1
                    note("start")
                    if self.n == 2: raise StopUser
                    self.schedule_task(self.queued)
        go(One)
    """),
    library("instance-tasks", "tasks may be assigned on instances", """
        def a(it):
            note("a", type(it).__name__)
            it.tasks = [b]
        def b(it):
            note("b", type(it).__name__)
            raise StopUser
        class One(User):
            @task
            def never(self): note("never")
            def on_start(self): self.tasks = [a]
        go(One)
    """),
    library("class-tasks-later", "a class-level tasks list may be changed while running", """
        class One(User):
            n = 0
            @task
            def a(self):
                note("a")
                type(self).tasks = [One.b]
            def b(self):
                note("b")
                raise StopUser
        go(One)
    """),
    library("sequential", "a sequence runs in order, again from the start, and afresh on re-entry", """
        class One(User):
            visits = 0
            @task
            class Seq(SequentialTaskSet):
                laps = 0
                @task
                def a(self): note("a")
                @task(2)
                def b(self): note("b")
                @task
                def c(self):
                    note("c")
                    self.laps += 1
                    if self.laps == 2:
                        self.user.visits += 1
                        if self.user.visits == 2:
                            raise StopUser
                        self.interrupt()
        go(One)
    """),
    library("sequential-exception", "after an exception the sequence goes on with the next step", """
        class One(User):
            @task
            class Seq(SequentialTaskSet):
                @task
                def a(self): note("a")
                @task
                def b(self): raise ValueError("in b")
                @task
                def c(self):
                    note("c")
                    raise StopUser
        env = go(One)
        note([[e["count"], e["msg"]] for e in env.runner.exceptions.values()])
    """),
    library("sequential-empty", "an empty sequence", """
        class Seq(SequentialTaskSet): pass
        class One(User):
            tasks = [Seq]
            n = 0
            def wait_time(self):
                self.n += 1
                if self.n == 2: finish()
                return 0.001
        env = go(One)
        note([e["msg"] for e in env.runner.exceptions.values()])
    """),
    library("markov-walk", "a chain draws the successor before the task runs", """
        import random
        random.seed(11)
        trail = []
        class One(User):
            @task
            class M(MarkovTaskSet):
                @transitions({"b": 2, "c": 1})
                def a(self): trail.append("a")
                @transition("a")
                def b(self): trail.append("b")
                @transitions(["a", "b"])
                def c(self):
                    trail.append("c")
                    if len(trail) > 20: raise StopUser
        go(One)
        note("".join(trail))
    """),
    library("interrupt-reschedule", "interrupt(True): the parent goes on at once; interrupt(False): it waits", """
        class One(User):
            n = 0
            def wait_time(self):
                note("wait")
                return 0
            @task
            class Inner(TaskSet):
                def on_start(self): note("inner start")
                def on_stop(self): note("inner stop")
                @task
                def leave(self):
                    self.user.n += 1
                    note("leave", self.user.n)
                    if self.user.n == 4: raise StopUser
                    self.interrupt(reschedule=self.user.n % 2 == 1)
        go(One)
    """),
    library("interrupt-on-user", "InterruptTaskSet in a task of a User kills it without on_stop", """
        from locust.exception import InterruptTaskSet
        class One(User):
            def on_stop(self): note("on_stop")
            @task
            def leave(self):
                note("task")
                raise InterruptTaskSet()
        env = go(One)
        note(len(env.runner.exceptions), hasattr(User, "interrupt"))
    """),
    library("interrupt-in-on-start", "interrupt in a set's on_start: back to the parent, no on_stop", """
        class One(User):
            n = 0
            def wait_time(self):
                note("wait")
                return 0
            @task
            class Inner(TaskSet):
                def on_start(self):
                    self.user.n += 1
                    note("on_start", self.user.n)
                    if self.user.n == 3: raise StopUser
                    self.interrupt(reschedule=self.user.n == 1)
                def on_stop(self): note("on_stop")
                @task
                def never(self): note("never")
        go(One)
    """),
    library("interrupt-two-levels", "interrupt leaves one level only", """
        class One(User):
            n = 0
            @task
            class Outer(TaskSet):
                def on_start(self): note("outer start")
                def on_stop(self): note("outer stop")
                @task
                class Inner(TaskSet):
                    def on_start(self): note("inner start")
                    def on_stop(self): note("inner stop")
                    @task
                    def leave(self):
                        self.user.n += 1
                        if self.user.n == 3: raise StopUser
                        self.interrupt()
            def on_stop(self): note("user stop")
        go(One)
    """),
    library("stop-test-in-task", "StopTest in a task stops only that user", """
        from locust.exception import StopTest
        class One(User):
            def on_stop(self): note("one stops")
            @task
            def end(self): raise StopTest("over")
        class Two(User):
            n = 0
            wait_time = constant(0.001)
            def on_stop(self): note("two stops")
            @task
            def work(self):
                self.n += 1
                if self.n == 5:
                    note("two goes on", self.environment.runner.state, self.environment.runner.user_count)
                    finish()
        go(One, Two)
    """),
    library("stop-test-in-init", "StopTest in User.__init__ stops the run", """
        from locust.exception import StopTest
        class One(User):
            def __init__(self, *args):
                super().__init__(*args)
                raise StopTest("cannot go on")
            @task
            def t(self): pass
        env = environment(One)
        runner = env.create_local_runner()
        runner.start(1, 1)
        runner.spawning_greenlet.join()
        gevent.sleep(0.01)
        note(runner.state, runner.user_count, logs("locust"))
        runner.quit()
    """),
    library("stop-user-in-on-start", "StopUser in on_start is logged as an error, then on_stop is called", """
        class One(User):
            def on_start(self): raise StopUser("no")
            def on_stop(self): note("on_stop")
            @task
            def never(self): note("never")
        def ready(env):
            env.events.user_error.add_listener(lambda user_instance, exception, tb: note("user_error"))
        env = go(One, on_ready=ready)
        note(logs("locust.user"), len(env.runner.exceptions))
    """),
    library("exception-in-on-start", "an exception in User.on_start kills the user without on_stop, fires user_error", """
        class One(User):
            def on_start(self): raise ValueError("no login")
            def on_stop(self): note("on_stop")
            @task
            def never(self): note("never")
        def ready(env):
            env.events.user_error.add_listener(
                lambda user_instance, exception, tb: note("user_error", type(user_instance).__name__, repr(exception)))
        env = go(One, on_ready=ready)
        note(logs("locust.user"), len(env.runner.exceptions), env.runner.user_count)
    """),
    library("exception-in-set-on-start", "an exception in a set's on_start is reported by the outer set, which goes on", """
        class One(User):
            n = 0
            def wait_time(self):
                note("wait")
                return 0
            @task
            class Inner(TaskSet):
                def on_start(self):
                    self.user.n += 1
                    if self.user.n == 3: raise StopUser
                    raise ValueError("inner")
                def on_stop(self): note("inner stop")
                @task
                def never(self): note("never")
            def on_stop(self): note("user stop")
        def ready(env):
            env.events.user_error.add_listener(
                lambda user_instance, exception, tb: note("user_error", type(user_instance).__name__))
        env = go(One, on_ready=ready)
        note([[e["count"], e["msg"]] for e in env.runner.exceptions.values()])
    """),
    library("task-exception", "a failing task: user_error, a log record, a wait, then the next task", """
        class One(User):
            n = 0
            def wait_time(self):
                note("wait")
                return 0
            @task
            def fail(self):
                self.n += 1
                note("task", self.n)
                if self.n == 3: raise StopUser
                raise ValueError("wrong")
        def ready(env):
            env.events.user_error.add_listener(
                lambda user_instance, exception, tb: note("user_error", type(user_instance).__name__, str(exception),
                                                          type(tb).__name__))
        env = go(One, on_ready=ready)
        note([[e["count"], e["msg"], "ValueError: wrong" in e["traceback"], sorted(e["nodes"])]
              for e in env.runner.exceptions.values()], logs("locust.user"))
    """),
    library("task-exception-nested", "with catch_exceptions=False: one user_error per level, the user dies", """
        class One(User):
            def on_stop(self): note("user stop")
            @task
            class Outer(TaskSet):
                def on_stop(self): note("outer stop")
                @task
                class Inner(TaskSet):
                    def on_stop(self): note("inner stop")
                    @task
                    def fail(self): raise ValueError("wrong")
        def ready(env):
            env.events.user_error.add_listener(
                lambda user_instance, exception, tb: note("user_error", type(user_instance).__name__))
        env = go(One, on_ready=ready, catch_exceptions=False)
        note(env.runner.user_count)
    """),
    library("reschedule", "RescheduleTask waits, RescheduleTaskImmediately does not", """
        from locust.exception import RescheduleTask, RescheduleTaskImmediately
        class One(User):
            n = 0
            def wait_time(self):
                note("wait")
                return 0
            @task
            def again(self):
                self.n += 1
                note("task", self.n)
                if self.n == 1: raise RescheduleTask
                if self.n == 2: raise RescheduleTaskImmediately
                if self.n == 3: raise RescheduleTaskImmediately
                if self.n == 5: raise StopUser
        env = go(One)
        note(len(env.runner.exceptions))
    """),
    library("wait-time-raises", "an exception in wait_time kills the user without on_stop", """
        class One(User):
            def wait_time(self): raise ValueError("no time")
            def on_stop(self): note("on_stop")
            @task
            def t(self): note("task")
        def ready(env):
            env.events.user_error.add_listener(
                lambda user_instance, exception, tb: note("user_error", str(exception)))
        env = go(One, on_ready=ready)
        note(len(env.runner.exceptions))
    """),
    library("wait-time-none", "wait_time returning None", """
        class One(User):
            def wait_time(self): return None
            def on_stop(self): note("on_stop")
            @task
            def t(self): note("task")
        env = go(One)
        note(len(env.runner.exceptions))
    """),
    library("no-tasks", "a user without tasks", """
        class Empty(User):
            n = 0
            def wait_time(self):
                self.n += 1
                if self.n == 2: finish()
                return 0.001
        env = go(Empty)
        note([e["msg"] for e in env.runner.exceptions.values()])
    """),
    library("no-tasks-but-task", "a class with a task attribute gets a hint", """
        class Empty(User):
            def t(self): pass
            task = [t]
            n = 0
            def wait_time(self):
                self.n += 1
                if self.n == 2: finish()
                return 0.001
        env = go(Empty)
        note([e["msg"] for e in env.runner.exceptions.values()])
    """),
    library("no-tasks-in-set", "a set without tasks", """
        class Inner(TaskSet): pass
        class One(User):
            tasks = [Inner]
            n = 0
            def wait_time(self):
                self.n += 1
                if self.n == 2: finish()
                return 0.001
        env = go(One)
        note([e["msg"] for e in env.runner.exceptions.values()])
    """),
    library("waits-yield", "a wait of zero lets others run", """
        order = []
        class One(User):
            wait_time = constant(0)
            n = 0
            @task
            def t(self):
                order.append(1)
                self.n += 1
                if self.n == 4: raise StopUser
        class Two(User):
            wait_time = constant(-1)
            n = 0
            @task
            def t(self):
                order.append(2)
                self.n += 1
                if self.n == 4: raise StopUser
        go(One, Two)
        note(order)
    """),
    library("wait-in-on-start", "self.wait() works in on_start and in tasks", """
        class One(User):
            def wait_time(self):
                note("wait", self._state)
                return 0
            def on_start(self):
                self.wait()
                note("started")
            @task
            def t(self):
                self.wait()
                note("task", self._state)
                raise StopUser
        go(One)
    """),
    library("stop-itself", "user.stop() in its own task lets the task finish, then on_stop", """
        class One(User):
            def on_stop(self): note("on_stop")
            @task
            def t(self):
                note("stopping", self.stop())
                gevent.sleep(0)
                note("task finished", self._state)
        go(One)
    """),
    library("stop-itself-force", "stop(force=True) in its own task raises GreenletExit there", """
        class One(User):
            def on_stop(self): note("on_stop")
            @task
            def t(self):
                try:
                    self.stop(force=True)
                    note("went on")
                except gevent.GreenletExit:
                    note("GreenletExit")
                    raise
        go(One)
    """),
    library("stop-twice", "a second stop of a running user", """
        class One(User):
            @task
            def t(self):
                note(self.stop())
                attempt("again", lambda: self.stop())
        go(One)
    """),
    library("stop-not-started", "what a user has before it starts", """
        class One(User): pass
        user = One(environment(One))
        note(user._state, user.greenlet)
        attempt("group", lambda: user.group)
        note(user.client if hasattr(user, "client") else "no client")
    """),
    library("finally-at-kill", "a kill runs finally blocks, except Exception does not see it", """
        class One(User):
            def on_stop(self): note("on_stop")
            @task
            def t(self):
                try:
                    finish()
                    gevent.sleep(100)
                except Exception:
                    note("seen by except Exception")
                finally:
                    note("finally")
        go(One)
    """),
    library("stop-order", "on_stop of sets inner to outer, then the user", """
        class One(User):
            def on_stop(self): note("user")
            @task
            class Outer(TaskSet):
                def on_stop(self): note("outer")
                @task
                class Inner(TaskSet):
                    def on_stop(self): note("inner")
                    @task
                    def t(self):
                        finish()
                        gevent.sleep(100)
        go(One)
    """),
    library("stop-order-graceful", "the same with a stop timeout: the task completes first", """
        class One(User):
            def on_stop(self): note("user")
            @task
            class Outer(TaskSet):
                def on_stop(self): note("outer")
                @task
                class Inner(TaskSet):
                    def on_stop(self): note("inner")
                    @task
                    def t(self):
                        finish()
                        gevent.sleep(0.1)
                        note("task done")
        go(One, stop_timeout=5)
    """),
    library("stop-while-waiting", "a waiting user is killed at once, also with a stop timeout", """
        class One(User):
            wait_time = constant(100)
            def on_stop(self): note("user", self._state)
            @task
            class Inner(TaskSet):
                def on_stop(self): note("inner")
                @task
                def t(self): gevent.spawn_later(0.01, finish)
        go(One, stop_timeout=50)
    """),
    library("stop-after-failure", "killed while waiting after a failed task: that set's on_stop is skipped", """
        class One(User):
            wait_time = constant(100)
            def on_stop(self): note("user")
            @task
            class Outer(TaskSet):
                def on_stop(self): note("outer")
                @task
                class Inner(TaskSet):
                    def on_stop(self): note("inner")
                    @task
                    def t(self):
                        gevent.spawn_later(0.01, finish)
                        raise ValueError("x")
        go(One)
    """),
    library("stop-timeout-over", "tasks longer than the stop timeout are killed", """
        class One(User):
            def on_stop(self): note("user")
            @task
            def t(self):
                finish()
                try:
                    gevent.sleep(100)
                finally:
                    note("killed")
        go(One, stop_timeout=0.05)
        note([line for line in logs("locust.runners") if "Not all" in line[2]])
    """),
    library("stop-in-on-start", "stopped gracefully during on_start: it finishes, no task runs", """
        class One(User):
            def on_start(self):
                finish()
                gevent.sleep(0.05)
                note("on_start done")
            def on_stop(self): note("on_stop")
            @task
            def never(self): note("never")
        go(One, stop_timeout=5)
    """),
    library("wait-is-killable", "self.wait() in a task makes the user killable under a stop timeout", """
        class One(User):
            wait_time = constant(100)
            def on_stop(self): note("on_stop")
            @task
            def t(self):
                gevent.spawn_later(0.01, finish)
                try:
                    self.wait()
                finally:
                    note("left the wait")
        go(One, stop_timeout=50)
    """),
    library("on-stop-concurrent", "on_stop of all users runs concurrently", """
        import time
        running, most = 0, 0
        class One(User):
            wait_time = constant(100)
            def on_stop(self):
                global running, most
                running += 1
                most = max(most, running)
                gevent.sleep(0.02)
                running -= 1
            @task
            def t(self):
                if self.environment.runner.user_count == 10: gevent.spawn_later(0.01, finish)
        go(One, users=10)
        note(most)
    """),
    library("exception-in-on-stop", "an exception in a set's on_stop is logged and ignored", """
        class One(User):
            n = 0
            def on_stop(self): note("user stop")
            @task
            class Inner(TaskSet):
                def on_stop(self): raise ValueError("in on_stop")
                @task
                def t(self):
                    self.user.n += 1
                    note("task", self.user.n)
                    if self.user.n == 2: raise StopUser
                    self.interrupt()
        go(One)
        note(logs("root", "locust.user"))
    """),
    library("user-greenlets", "user_greenlets expose the user as args[0]", """
        class One(User):
            @task
            def t(self):
                group = self.environment.runner.user_greenlets
                note(len(group), [g.args[0] is self for g in group], self.greenlet in group, self.group is group,
                     gevent.getcurrent() is self.greenlet)
                raise StopUser
        go(One)
    """),
    library("thread-locals", "thread locals are per user", """
        import threading
        from gevent.local import local
        kept = local()
        class One(User):
            @task
            def t(self):
                before = getattr(kept, "value", None)
                kept.value = id(self)
                gevent.sleep(0.001)
                note(before, kept.value == id(self))
                raise StopUser
        go(One, users=3)
    """),
    library("missing-super-init", "a constructor that forgets super().__init__", """
        class One(User):
            def __init__(self, environment): pass
            @task
            def t(self): note("never")
        env = environment(One)
        runner = env.create_local_runner()
        runner.start(1, 1)
        try:
            runner.spawning_greenlet.get()
        except AssertionError as error:
            note(str(error))
        note(runner.user_count, [line for line in logs("locust") if line[0] == "CRITICAL"])
        runner.quit()
    """),
    library("init-signatures", "constructors with (environment), (parent) and (*args)", """
        class One(User):
            def __init__(self, environment):
                super().__init__(environment)
                note("one", environment is self.environment)
            @task
            def t(self): raise StopUser
        class Two(User):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                note("two", len(args), kwargs)
            @task
            def t(self): raise StopUser
        class Three(TaskSet):
            def __init__(self, parent):
                super().__init__(parent)
                note("set", type(parent).__name__)
            @task
            def t(self): raise StopUser
        class Four(User):
            tasks = [Three]
        go(One), go(Two), go(Four)
    """),
    library("start-override", "a start(self, group) override is called by the runner", """
        class One(User):
            def start(self, group):
                note("start", type(group).__name__)
                return super().start(group)
            @task
            def t(self):
                note("task")
                raise StopUser
        go(One)
    """),
    library("copy", "a user can be copied", """
        import copy
        class One(User):
            @task
            def t(self):
                self.extra = [1]
                twin = copy.copy(self)
                note(type(twin) is type(self), twin.extra is self.extra, twin.environment is self.environment)
                raise StopUser
        go(One)
    """),
    library("patched-execute-task", "execute_task patched on the classes is honoured", """
        from locust.user.task import DefaultTaskSet
        saved = TaskSet.execute_task, DefaultTaskSet.execute_task
        def wrap(original):
            def execute_task(self, task):
                note("execute", type(self).__name__, task.__name__)
                return original(self, task)
            return execute_task
        TaskSet.execute_task = wrap(saved[0])
        DefaultTaskSet.execute_task = wrap(saved[1])
        try:
            class One(User):
                @task
                class Inner(TaskSet):
                    @task
                    def t(self): raise StopUser
            go(One)
        finally:
            TaskSet.execute_task, DefaultTaskSet.execute_task = saved
    """),
    library("patched-while-running", "methods of a set assigned at run time are honoured", """
        class One(User):
            @task
            class Inner(TaskSet):
                n = 0
                @task
                def a(self):
                    self.n += 1
                    note("a", self.n)
                    if self.n == 1:
                        self.get_next_task = lambda: Inner_b
                    if self.n == 2: raise StopUser
        def Inner_b(it):
            note("b")
            raise StopUser
        go(One)
    """),
    library("overridden-next-task", "get_next_task, wait and execute_next_task may be overridden", """
        class One(User):
            @task
            class Inner(TaskSet):
                n = 0
                def get_next_task(self):
                    self.n += 1
                    note("pick", self.n)
                    return self.tasks[self.n % 2]
                def wait(self):
                    note("wait")
                    super().wait()
                def execute_next_task(self):
                    note("next")
                    super().execute_next_task()
                @task
                def a(self): note("a")
                @task
                def b(self):
                    note("b")
                    if self.n == 3: raise StopUser
        go(One)
    """),
    library("wait-assigned-on-class", "wait_time assigned on a user class while users run", """
        class One(User):
            n = 0
            wait_time = constant(0)
            @task
            def t(self):
                self.n += 1
                if self.n == 1:
                    One.wait_time = lambda self: note("new wait") or 0
                if self.n == 3: raise StopUser
        go(One)
    """),
    library("sleep-override", "TaskSet._sleep is what waits", """
        class One(User):
            wait_time = constant(0.25)
            n = 0
            @task
            class Inner(TaskSet):
                def _sleep(self, seconds):
                    note("sleep", seconds)
                @task
                def t(self):
                    self.user.n += 1
                    if self.user.n == 3: raise StopUser
        go(One)
    """),
    library("state-names", "the states that a user goes through", """
        class One(User):
            def wait_time(self):
                note("in wait_time", self._state)
                return 0
            def on_start(self): note("on_start", self._state)
            def on_stop(self): note("on_stop", self._state)
            n = 0
            @task
            def t(self):
                self.n += 1
                note("task", self._state)
                if self.n == 2: raise StopUser
        go(One)
    """),
    library("kill-one-user", "killing a user's greenlet ends that user only", """
        class One(User):
            wait_time = constant(0.001)
            def on_stop(self): note("on_stop", self.name)
            @task
            def t(self):
                self.name = "first" if self is first(self) else "second"
                if len(self.environment.runner.user_greenlets) == 2 and self.name == "second":
                    first(self).greenlet.kill(block=False)
                    gevent.sleep(0.01)
                    note("left", self.environment.runner.user_count)
                    finish()
        def first(user):
            if not hasattr(user.environment, "first"): user.environment.first = user
            return user.environment.first
        go(One, users=2)
    """),
    library("greenlets-of-a-user", "a user may start greenlets of its own", """
        from gevent.pool import Pool
        class One(User):
            @task
            def t(self):
                def work(n):
                    gevent.sleep(0.001 * n)
                    note("work", n)
                    return n * 2
                note(Pool(3).map(work, [3, 1, 2]))
                raise StopUser
        go(One)
    """),
]
