"""Event hooks, and the environment."""

from tests.parity.case import library

CASES = [
    library(
        "hook-basics",
        "EventHook: add, twice, remove, reverse",
        """
        from locust.event import EventHook
        hook = EventHook()
        def a(**kw): note("a", kw)
        def b(**kw): note("b", kw)
        note(hook.add_listener(a) is a)
        hook.add_listener(b)
        hook.add_listener(a)
        hook.fire(x=1)
        hook.fire(reverse=True, x=2)
        hook.remove_listener(a)
        hook.fire(x=3)
        attempt("absent", lambda: hook.remove_listener(print))
    """,
    ),
    library(
        "hook-exceptions",
        "flow exceptions skip the rest, others are logged",
        """
        from locust.event import EventHook
        from locust.exception import InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopTest
        for error in (StopUser, StopTest, RescheduleTask, RescheduleTaskImmediately, InterruptTaskSet, ValueError):
            hook = EventHook()
            def bad(): raise error()
            hook.add_listener(bad)
            hook.add_listener(lambda: note("next listener after", error.__name__))
            attempt(error.__name__, hook.fire)
        note(logs("root"))
    """,
    ),
    library(
        "hook-changed-while-firing",
        "listeners may be added and removed while firing",
        """
        from locust.event import EventHook
        hook = EventHook()
        def second(): note("second")
        def first():
            note("first")
            hook.remove_listener(second)
            hook.add_listener(lambda: note("added"))
        hook.add_listener(first)
        hook.add_listener(second)
        hook.fire()
    """,
    ),
    library(
        "hook-exact-keywords",
        "listeners without **kwargs get exactly the keywords",
        """
        from locust.event import EventHook
        hook = EventHook()
        hook.add_listener(lambda a: note("a", a))
        hook.fire(a=1)
        hook.fire(a=1, b=2)
        note(logs("root"))
    """,
    ),
    library(
        "hook-measure",
        "measure(): keywords, exception stored and swallowed",
        """
        from locust.event import EventHook
        hook = EventHook()
        hook.add_listener(lambda **kw: note(sorted(kw), kw["request_type"], kw["name"], kw["response_length"],
                                            kw["context"], repr_of(kw["exception"]), kw["response_time"] >= 0))
        with hook.measure("T", "n") as meta:
            note(sorted(meta))
            meta["response_length"] = 7
        with hook.measure("T", "n", 5, {"c": 1}):
            raise ValueError("x")
        with hook.measure("T", "n"):
            raise StopUser
        note("still here")
    """,
    ),
    library(
        "hook-deprecated",
        "DeprecatedEventHook warns",
        """
        from locust.event import DeprecatedEventHook
        DeprecatedEventHook("gone").add_listener(print)
        note(logs("root", "locust"))
    """,
    ),
    library(
        "event-names",
        "the hooks of Events",
        """
        note(sorted(name for name, value in vars(Events()).items()) or
             sorted(name for name in dir(Events()) if not name.startswith("_")))
    """,
    ),
    library(
        "messages",
        "custom messages on a local runner",
        """
        class One(User): pass
        env = environment(One)
        runner = env.create_local_runner()
        runner.register_message("mine", lambda environment, msg: note(environment is env, msg.type, msg.data, msg.node_id))
        attempt("twice", lambda: runner.register_message("mine", print))
        runner.send_message("mine", {"a": (1, 2)})
        runner.send_message("mine", "x", client_id="any")
        runner.send_message("unknown", 1)
        note(logs("locust.runners"))
        runner.quit()
    """,
    ),
    library(
        "environment-attributes",
        "attributes of a new Environment",
        """
        class One(User): pass
        env = environment(One)
        for name in ("runner", "web_ui", "process_exit_code", "locustfile", "host", "reset_stats", "stop_timeout",
                     "catch_exceptions", "parsed_options", "tags", "exclude_tags", "shape_class", "profile"):
            note(name, getattr(env, name))
        note(env.user_classes == [One], env.user_classes_by_name == {"One": One}, type(env.stats).__name__,
             env.dispatcher_class.__name__)
        env.anything = 1
        attempt("positional", lambda: Environment([One]))
    """,
    ),
    library(
        "update-user-class",
        "update_user_class changes attributes and tasks",
        """
        class One(User):
            @task
            def a(self): pass
            @task
            def b(self): pass
        env = environment(One, available_user_classes={"One": One}, available_user_tasks={"One": list(One.tasks)})
        env.update_user_class({"user_class_name": "One", "host": "http://new", "weight": 7, "tasks": ["b"]})
        note(One.host, One.weight, [t.__name__ for t in One.tasks])
    """,
    ),
    library(
        "timespan",
        "parse_timespan",
        """
        from locust.util.timespan import parse_timespan
        for text in ("7", "7s", "1m", "2h", "1h3m7s", "10m5s", "", "q", "1h2m3", "1h30", "30m45", "1m1h", "1H", "1.5m", "0s"):
            attempt(text, lambda: parse_timespan(text))
    """,
    ),
    library(
        "single-user",
        "run_single_user runs one user and prints its requests",
        """
        import sys
        import locust.log
        locust.log.unhandled_greenlet_exception = False  # other cases of this process left it set
        sys.argv = ["case"]
        class One(HttpUser):
            host = target
            def on_start(self): note("on_start", self.environment.runner)
            @task
            def t(self):
                note(self.client.get("/ok").status_code)
                raise StopUser
        from locust import run_single_user
        run_single_user(One, include_length=True, include_time=False)
    """,
    ),
    library(
        "two-environments",
        "two environments in one process do not mix",
        """
        class One(HttpUser):
            host = target
            @task
            def t(self):
                self.client.get("/ok")
                raise StopUser
        class Two(FastHttpUser):
            host = target
            n = 0
            @task
            def t(self):
                self.client.get("/json")
                self.n += 1
                if self.n == 2: raise StopUser
        envs = [environment(One), environment(Two)]
        runners = [env.create_local_runner() for env in envs]
        for runner in runners: runner.start(1, 1)
        for runner in runners:
            runner.spawning_greenlet.join()
            runner.user_greenlets.join()
        note([sorted(key[0] for key in env.stats.entries) for env in envs],
             [env.stats.total.num_requests for env in envs])
        for runner in runners: runner.quit()
    """,
    ),
    library(
        "no-runner",
        "requests of a user without a runner are not counted",
        """
        class One(HttpUser):
            host = target
        env = environment(One)
        env.events.request.add_listener(lambda name, **kw: note("event", name))
        user = One(env)
        note(user.client.get("/ok").text, env.stats.total.num_requests)
    """,
    ),
    library(
        "direct-user",
        "a user made by hand counts when there is a runner",
        """
        for base in (HttpUser, FastHttpUser):
            class One(base):
                host = target
            env = environment(One)
            runner = env.create_local_runner()
            One(env).client.get("/ok")
            note(env.stats.total.num_requests, env.stats.get("/ok", "GET").num_requests)
            runner.quit()
    """,
    ),
]
