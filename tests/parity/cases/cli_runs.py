"""Headless runs: order of events, exit codes, log lines."""

from tests.parity.case import command
from tests.parity.locustfiles import HEADLESS, ONE, PASSING, THREE

CASES = [
    command(
        "three-requests",
        "a short run: exit code, log, tables",
        THREE,
        *HEADLESS,
        observe=("exit", "log", "tables", "stdout"),
    ),
    command("all-passing", "a run without failures exits with 0", PASSING, *HEADLESS, observe=("exit", "log")),
    command(
        "task-exception",
        "an exception alone makes the exit code 1",
        """
        from locust import User, task
        from locust.exception import StopUser
        import gevent
        class One(User):
            n = 0
            @task
            def t(self):
                self.n += 1
                if self.n == 2:
                    gevent.spawn(self.environment.runner.quit)
                    raise StopUser
                raise ValueError("mine")
    """,
        *HEADLESS,
        observe=("exit", "log"),
    ),
    command("exit-code-on-error", "--exit-code-on-error", THREE, *HEADLESS, "--exit-code-on-error", "7"),
    command(
        "process-exit-code",
        "environment.process_exit_code set in quitting wins; quit sees it",
        THREE
        + """
    from locust import events
    @events.quitting.add_listener
    def quitting(environment, **kw): environment.process_exit_code = 42
    @events.quit.add_listener
    def quit(exit_code): note("quit", exit_code)
""",
        *HEADLESS,
    ),
    command(
        "init-listener-error",
        "an exception in an init listener is fatal",
        ONE
        + """
    from locust import events
    @events.init.add_listener
    def init(environment, **kw): raise ValueError("in init")
""",
        *HEADLESS,
        observe=("exit", "log"),
    ),
    command(
        "sys-exit-in-task",
        "sys.exit in a task ends the process with that code",
        """
        from locust import User, task
        import sys
        class One(User):
            @task
            def t(self): sys.exit(37)
    """,
        *HEADLESS,
        observe=("exit",),
    ),
    command(
        "order-run-time",
        "order of the events when the run time is over",
        """
        from locust import User, task, constant, events
        class One(User):
            wait_time = constant(10)
            def on_start(self): note("on_start")
            def on_stop(self): note("on_stop")
            @task
            def t(self): note("task")
        for name in ("init", "test_start", "spawning_complete", "test_stopping", "test_stop", "quitting", "quit"):
            getattr(events, name).add_listener(lambda name=name, **kw: note(name, sorted(kw)))
    """,
        *HEADLESS,
        "-t",
        "1",
        observe=("exit", "notes", "log"),
    ),
    command(
        "order-interrupt",
        "order of the events at Ctrl-C",
        """
        from locust import User, task, constant, events
        class One(User):
            wait_time = constant(10)
            def on_start(self): note("on_start")
            def on_stop(self): note("on_stop")
            @task
            def t(self): note("task")
        for name in ("init", "test_start", "spawning_complete", "test_stopping", "test_stop", "quitting", "quit"):
            getattr(events, name).add_listener(lambda name=name, **kw: note(name, sorted(kw)))
        import gevent, logging
        @events.spawning_complete.add_listener
        def ready(user_count): gevent.spawn_later(0.2, logging.getLogger("mine").info, "interrupt me")
    """,
        *HEADLESS,
        interrupt_at="interrupt me",
        observe=("exit", "notes", "log"),
    ),
    command(
        "quitting-reversed",
        "quitting listeners run in reverse order of registration",
        PASSING
        + """
    from locust import events
    for n in range(3):
        events.quitting.add_listener(lambda environment, n=n, **kw: note("quitting", n))
        events.quit.add_listener(lambda exit_code, n=n: note("quit", n))
""",
        *HEADLESS,
    ),
    command(
        "missing-host",
        "no host: the run is stopped",
        """
        from locust import HttpUser, task
        class One(HttpUser):
            @task
            def t(self): pass
    """,
        "--headless",
        "--only-summary",
        observe=("exit", "log"),
    ),
    command(
        "run-time-log",
        "the run time limit in the log",
        ONE,
        *HEADLESS,
        "-t",
        "1s",
        "-u",
        "2",
        "-r",
        "2",
        observe=("exit", "log"),
    ),
    command(
        "interrupt",
        "no run time, Ctrl-C",
        ONE
        + """
    import gevent, logging
    from locust import events
    @events.spawning_complete.add_listener
    def ready(user_count): gevent.spawn_later(0.2, logging.getLogger("mine").info, "interrupt me")
""",
        *HEADLESS,
        interrupt_at="interrupt me",
        observe=("exit", "log"),
    ),
    command(
        "shape",
        "a shape run headless",
        """
        from locust import User, task, constant, LoadTestShape
        class One(User):
            wait_time = constant(5)
            @task
            def t(self): pass
        class Shape(LoadTestShape):
            n = 0
            def tick(self):
                self.n += 1
                note("tick", self.n, self.get_current_user_count())
                return (3, 100) if self.n == 1 else None
    """,
        *HEADLESS,
        "-u",
        "7",
        observe=("exit", "notes", "log"),
    ),
    command(
        "shape-and-run-time",
        "a shape run headless, with a run time that the shape does not look at",
        """
        from locust import User, task, constant, LoadTestShape
        class One(User):
            wait_time = constant(5)
            @task
            def t(self): pass
        class Shape(LoadTestShape):
            def tick(self): return None
    """,
        *HEADLESS,
        "-t",
        "30s",
        observe=("exit", "log"),
    ),
    command(
        "stop-timeout",
        "--stop-timeout lets the running task finish",
        """
        from locust import User, task, events
        import gevent
        class One(User):
            def on_stop(self): note("on_stop")
            @task
            def t(self):
                gevent.spawn(self.environment.runner.quit)
                gevent.sleep(0.2)
                note("task finished")
    """,
        *HEADLESS,
        "-s",
        "10",
    ),
    command("reset-stats-flag", "--reset-stats", PASSING, *HEADLESS, "--reset-stats", observe=("exit", "log")),
    command(
        "unhandled-greenlet",
        "an exception in a greenlet of the locustfile",
        PASSING
        + """
    from locust import events
    @events.init.add_listener
    def init(environment, **kw):
        def fail(): raise ValueError("in greenlet")
        gevent.spawn(fail)
""",
        *HEADLESS,
        observe=("exit", "log"),
    ),
    command(
        "user-error-event",
        "user_error under the command line",
        """
        from locust import User, task, events
        from locust.exception import StopUser
        import gevent
        @events.user_error.add_listener
        def failed(user_instance, exception, tb): note(type(user_instance).__name__, str(exception))
        class One(User):
            n = 0
            @task
            def t(self):
                self.n += 1
                if self.n == 2:
                    gevent.spawn(self.environment.runner.quit)
                    raise StopUser
                raise ValueError("mine")
    """,
        *HEADLESS,
    ),
    command(
        "ramp-time",
        "users come in steps of the spawn rate",
        """
        from locust import User, task, constant, events
        import gevent
        class One(User):
            wait_time = constant(60)
            def on_start(self): note("user", self.environment.runner.user_count)
            @task
            def t(self):
                if self.environment.runner.user_count == 6: gevent.spawn(self.environment.runner.quit)
    """,
        *HEADLESS,
        "-u",
        "6",
        "-r",
        "4",
    ),
    command(
        "single-user-script",
        "run_single_user under plain Python",
        "",
        "-f",
        "run.py",
        "--list",
        files={
            "run.py": """
            from locust import HttpUser, task, run_single_user
            class One(HttpUser):
                @task
                def t(self): pass
            if __name__ == "__main__":
                run_single_user(One)
            """
        },
        observe=("exit", "stdout"),
    ),
    command(
        "unserved-port",
        "nobody listens: every request fails, the run goes on",
        """
        from locust import FastHttpUser, task
        from locust.exception import StopUser
        import gevent
        class One(FastHttpUser):
            @task
            def t(self):
                for _ in range(5):
                    note(self.client.get("/x").status_code)
                gevent.spawn_later(1.5, self.environment.runner.quit)
                raise StopUser
    """,
        "--headless",
        "--only-summary",
        "-H",
        "http://127.0.0.1:1",
        "--csv",
        "out",
        observe=("exit", "notes", "csv", "tables"),
    ),
]
