"""How users end."""

from tests.parity.case import library

CASES = [
    library(
        "stop-itself",
        "user.stop() in its own task lets the task finish, then on_stop",
        """
        class One(User):
            def on_stop(self): note("on_stop")
            @task
            def t(self):
                note("stopping", self.stop())
                gevent.sleep(0)
                note("task finished", self._state)
        go(One)
    """,
    ),
    library(
        "stop-itself-force",
        "stop(force=True) in its own task raises GreenletExit there",
        """
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
    """,
    ),
    library(
        "stop-twice",
        "a second stop of a running user",
        """
        class One(User):
            @task
            def t(self):
                note(self.stop())
                attempt("again", lambda: self.stop())
        go(One)
    """,
    ),
    library(
        "stop-not-started",
        "what a user has before it starts",
        """
        class One(User): pass
        user = One(environment(One))
        note(user._state, user.greenlet)
        attempt("group", lambda: user.group)
        note(user.client if hasattr(user, "client") else "no client")
    """,
    ),
    library(
        "finally-at-kill",
        "a kill runs finally blocks, except Exception does not see it",
        """
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
    """,
    ),
    library(
        "stop-order",
        "on_stop of sets inner to outer, then the user",
        """
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
    """,
    ),
    library(
        "stop-order-graceful",
        "the same with a stop timeout: the task completes first",
        """
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
    """,
    ),
    library(
        "stop-while-waiting",
        "a waiting user is killed at once, also with a stop timeout",
        """
        class One(User):
            wait_time = constant(100)
            def on_stop(self): note("user", self._state)
            @task
            class Inner(TaskSet):
                def on_stop(self): note("inner")
                @task
                def t(self): gevent.spawn_later(0.01, finish)
        go(One, stop_timeout=50)
    """,
    ),
    library(
        "stop-after-failure",
        "killed while waiting after a failed task: that set's on_stop is skipped",
        """
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
    """,
    ),
    library(
        "stop-timeout-over",
        "tasks longer than the stop timeout are killed",
        """
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
    """,
    ),
    library(
        "stop-in-on-start",
        "stopped gracefully during on_start: it finishes, no task runs",
        """
        class One(User):
            def on_start(self):
                finish()
                gevent.sleep(0.05)
                note("on_start done")
            def on_stop(self): note("on_stop")
            @task
            def never(self): note("never")
        go(One, stop_timeout=5)
    """,
    ),
    library(
        "wait-is-killable",
        "self.wait() in a task makes the user killable under a stop timeout",
        """
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
    """,
    ),
    library(
        "on-stop-concurrent",
        "on_stop of all users runs concurrently",
        """
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
    """,
    ),
    library(
        "kill-one-user",
        "killing a user's greenlet ends that user only",
        """
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
    """,
    ),
    library(
        "stop-before-its-first-turn",
        "stop() of a user that has not started yet kills it",
        """
        from gevent.pool import Group
        class One(User):
            def on_start(self): note("on_start")
            def on_stop(self): note("on_stop")
            @task
            def t(self): note("task")
        user = One(environment(One))
        group = Group()
        user.start(group)
        note(user._state)
        attempt("stop", lambda: user.stop())
        note(len(group), user.greenlet.dead)
    """,
    ),
    library(
        "stop-timeout-many",
        "with a stop timeout every user finishes its task, and only that",
        """
        tasks = []
        class One(User):
            wait_time = constant(0)
            def on_stop(self): tasks.append("stop")
            @task
            def t(self):
                tasks.append("begin")
                if tasks.count("begin") == 10: finish()
                gevent.sleep(0.03)
                tasks.append("end")
        go(One, users=10, stop_timeout=5)
        note(tasks.count("begin") == tasks.count("end"), tasks.count("stop"))
    """,
    ),
]
