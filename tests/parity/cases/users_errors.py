"""Exceptions and interruptions in a user's code."""

from tests.parity.case import library

CASES = [
    library(
        "interrupt-reschedule",
        "interrupt(True): the parent goes on at once; interrupt(False): it waits",
        """
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
    """,
    ),
    library(
        "interrupt-on-user",
        "InterruptTaskSet in a task of a User kills it without on_stop",
        """
        from locust.exception import InterruptTaskSet
        class One(User):
            def on_stop(self): note("on_stop")
            @task
            def leave(self):
                note("task")
                raise InterruptTaskSet()
        env = go(One)
        note(len(env.runner.exceptions), hasattr(User, "interrupt"))
    """,
    ),
    library(
        "interrupt-in-on-start",
        "interrupt in a set's on_start: back to the parent, no on_stop",
        """
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
    """,
    ),
    library(
        "interrupt-two-levels",
        "interrupt leaves one level only",
        """
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
    """,
    ),
    library(
        "stop-test-in-task",
        "StopTest in a task stops only that user",
        """
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
    """,
    ),
    library(
        "stop-test-in-init",
        "StopTest in User.__init__ stops the run",
        """
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
    """,
    ),
    library(
        "stop-user-in-on-start",
        "StopUser in on_start is logged as an error, then on_stop is called",
        """
        class One(User):
            def on_start(self): raise StopUser("no")
            def on_stop(self): note("on_stop")
            @task
            def never(self): note("never")
        def ready(env):
            env.events.user_error.add_listener(lambda user_instance, exception, tb: note("user_error"))
        env = go(One, on_ready=ready)
        note(logs("locust.user"), len(env.runner.exceptions))
    """,
    ),
    library(
        "exception-in-on-start",
        "an exception in User.on_start kills the user without on_stop, fires user_error",
        """
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
    """,
    ),
    library(
        "exception-in-set-on-start",
        "an exception in a set's on_start is reported by the outer set, which goes on",
        """
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
    """,
    ),
    library(
        "task-exception",
        "a failing task: user_error, a log record, a wait, then the next task",
        """
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
    """,
    ),
    library(
        "task-exception-nested",
        "with catch_exceptions=False: one user_error per level, the user dies",
        """
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
    """,
    ),
    library(
        "reschedule",
        "RescheduleTask waits, RescheduleTaskImmediately does not",
        """
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
    """,
    ),
    library(
        "wait-time-raises",
        "an exception in wait_time kills the user without on_stop",
        """
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
    """,
    ),
    library(
        "wait-time-none",
        "wait_time returning None",
        """
        class One(User):
            def wait_time(self): return None
            def on_stop(self): note("on_stop")
            @task
            def t(self): note("task")
        env = go(One)
        note(len(env.runner.exceptions))
    """,
    ),
    library(
        "no-tasks",
        "a user without tasks",
        """
        class Empty(User):
            n = 0
            def wait_time(self):
                self.n += 1
                if self.n == 2: finish()
                return 0.001
        env = go(Empty)
        note([e["msg"] for e in env.runner.exceptions.values()])
    """,
    ),
    library(
        "no-tasks-but-task",
        "a class with a task attribute gets a hint",
        """
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
    """,
    ),
    library(
        "no-tasks-in-set",
        "a set without tasks",
        """
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
    """,
    ),
    library(
        "exception-in-on-stop",
        "an exception in a set's on_stop is logged and ignored",
        """
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
    """,
    ),
    library(
        "missing-super-init",
        "a constructor that forgets super().__init__",
        """
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
    """,
    ),
]
