"""Local runners used as a library."""

from tests.parity.case import library

CASES = [
    library(
        "order-of-a-run",
        "test_start, spawning_complete, on_start, test_stopping, on_stop, test_stop",
        """
        class One(User):
            wait_time = constant(10)
            def on_start(self): note("on_start")
            def on_stop(self): note("on_stop")
            @task
            def t(self): gevent.spawn_later(0.01, finish)
        def ready(env):
            for name in ("test_start", "spawning_complete", "test_stopping", "test_stop", "quitting", "quit"):
                getattr(env.events, name).add_listener(lambda name=name, **kw: note(name, sorted(kw)))
        go(One, on_ready=ready)
    """,
    ),
    library(
        "test-start-facts",
        "what is known in test_start",
        """
        class One(User):
            @task
            def t(self): raise StopUser
        def ready(env):
            env.events.test_start.add_listener(
                lambda environment: note(environment.runner.target_user_count, environment.runner.state,
                                         environment.runner.user_count, len(environment.stats.entries)))
        go(One, users=4, on_ready=ready)
    """,
    ),
    library(
        "no-test-start-on-change",
        "test_start is not fired when the count changes",
        """
        class One(User):
            wait_time = constant(10)
            @task
            def t(self): pass
        env = environment(One)
        env.events.test_start.add_listener(lambda environment: note("test_start"))
        runner = env.create_local_runner()
        for count in (2, 5, 1):
            runner.start(count, 100)
            runner.spawning_greenlet.join()
            note(runner.user_count, runner.state)
        runner.stop()
        note(runner.user_count, runner.state)
        runner.start(1, 100)
        runner.spawning_greenlet.join()
        runner.quit()
        note(runner.state)
    """,
    ),
    library(
        "quit-without-start",
        "quit without a started test fires test_stopping and test_stop",
        """
        class One(User):
            @task
            def t(self): pass
        env = environment(One)
        for name in ("test_stopping", "test_stop"):
            getattr(env.events, name).add_listener(lambda name=name, **kw: note(name))
        runner = env.create_local_runner()
        runner.quit()
        note(runner.state)
    """,
    ),
    library(
        "stop-twice",
        "runner.stop is idempotent",
        """
        class One(User):
            wait_time = constant(10)
            @task
            def t(self): pass
        env = environment(One)
        env.events.test_stop.add_listener(lambda environment: note("test_stop"))
        runner = env.create_local_runner()
        runner.start(1, 1)
        runner.spawning_greenlet.join()
        runner.stop()
        runner.stop()
        note(runner.state)
        runner.quit()
    """,
    ),
    library(
        "stop-from-a-task",
        "runner.stop() and quit() from a task do not deadlock",
        """
        for verb in ("stop", "quit"):
            class One(User):
                def on_stop(self): note("on_stop")
                @task
                def t(self):
                    note(verb)
                    getattr(self.environment.runner, verb)()
                    note("not reached")
            env = environment(One)
            runner = env.create_local_runner()
            runner.start(1, 100)
            while runner.state not in ("stopped",):
                gevent.sleep(0.005)
            gevent.sleep(0.02)
            note(runner.state, runner.user_count)
            runner.quit()
    """,
    ),
    library(
        "quit-from-listener",
        "runner.quit() from a request listener",
        """
        class One(User):
            wait_time = constant(0.001)
            @task
            def t(self):
                self.environment.events.request.fire(request_type="X", name="n", response_time=1, response_length=0)
        env = environment(One)
        runner = env.create_local_runner()
        env.events.request.add_listener(lambda **kw: gevent.spawn(runner.quit) and note("quit"))
        runner.start(1, 1)
        runner.greenlet.join()
        note(runner.state, env.stats.total.num_requests >= 1)
    """,
    ),
    library(
        "second-runner",
        "a second runner is refused",
        """
        class One(User): pass
        env = environment(One)
        runner = env.create_local_runner()
        try:
            env.create_local_runner()
        except Exception as error:
            note(type(error).__name__, str(error).split("(")[0])
        runner.quit()
    """,
    ),
    library(
        "runner-facts",
        "attributes of a local runner",
        """
        from locust.runners import LocalRunner, Runner
        class One(User): pass
        env = environment(One)
        runner = env.create_local_runner()
        note(type(runner).__name__, isinstance(runner, Runner), isinstance(runner, LocalRunner), runner.worker_index,
             runner.worker_count, len(runner.client_id.split("_")[-1]), hasattr(runner, "clients"), runner.state,
             runner.user_count, runner.errors, runner.exceptions, runner.user_classes_by_name, runner.stats is env.stats)
        runner.quit()
    """,
    ),
    library(
        "states",
        "a local runner passes through its states",
        """
        class One(User):
            wait_time = constant(10)
            @task
            def t(self): gevent.spawn_later(0.01, finish)
        from locust.runners import Runner
        original = Runner.update_state
        def update_state(self, state):
            note("state", state)
            return original(self, state)
        Runner.update_state = update_state
        try:
            go(One)
        finally:
            Runner.update_state = original
    """,
    ),
    library(
        "init-exception-aborts-ramp",
        "an exception in User.__init__ aborts the ramp",
        """
        class One(User):
            made = 0
            wait_time = constant(10)
            def __init__(self, environment):
                super().__init__(environment)
                One.made += 1
                if One.made == 3: raise ValueError("third")
            @task
            def t(self): pass
        env = environment(One)
        env.events.spawning_complete.add_listener(lambda user_count: note("complete"))
        runner = env.create_local_runner()
        runner.start(5, 100)
        runner.spawning_greenlet.join()
        note(runner.state, runner.user_count, [line[:2] for line in logs("locust") if line[0] == "CRITICAL"])
        runner.quit()
    """,
    ),
    library(
        "stop-test-in-listener",
        "StopTest raised by a request listener",
        """
        from locust.exception import StopTest
        class One(User):
            def on_stop(self): note("on_stop")
            @task
            def t(self):
                self.environment.events.request.fire(request_type="X", name="n", response_time=1, response_length=0)
                note("never")
        def listener(**kw): raise StopTest
        env = go(One, on_ready=lambda env: env.events.request.add_listener(listener))
        note(env.stats.total.num_requests)
    """,
    ),
]
