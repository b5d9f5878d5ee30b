"""Event hooks, environment, statistics objects and runners used as a library."""

from tests.parity.case import library

CASES = [
    library("hook-basics", "EventHook: add, twice, remove, reverse", """
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
    """),
    library("hook-exceptions", "flow exceptions skip the rest, others are logged", """
        from locust.event import EventHook
        from locust.exception import InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopTest
        for error in (StopUser, StopTest, RescheduleTask, RescheduleTaskImmediately, InterruptTaskSet, ValueError):
            hook = EventHook()
            def bad(): raise error()
            hook.add_listener(bad)
            hook.add_listener(lambda: note("next listener after", error.__name__))
            attempt(error.__name__, hook.fire)
        note(logs("root"))
    """),
    library("hook-changed-while-firing", "listeners may be added and removed while firing", """
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
    """),
    library("hook-exact-keywords", "listeners without **kwargs get exactly the keywords", """
        from locust.event import EventHook
        hook = EventHook()
        hook.add_listener(lambda a: note("a", a))
        hook.fire(a=1)
        hook.fire(a=1, b=2)
        note(logs("root"))
    """),
    library("hook-measure", "measure(): keywords, exception stored and swallowed", """
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
    """),
    library("hook-deprecated", "DeprecatedEventHook warns", """
        from locust.event import DeprecatedEventHook
        DeprecatedEventHook("gone").add_listener(print)
        note(logs("root", "locust"))
    """),
    library("event-names", "the hooks of Events", """
        note(sorted(name for name, value in vars(Events()).items()) or
             sorted(name for name in dir(Events()) if not name.startswith("_")))
    """),
    library("order-of-a-run", "test_start, spawning_complete, on_start, test_stopping, on_stop, test_stop", """
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
    """),
    library("spawning-complete-count", "spawning_complete carries the target", """
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
    """),
    library("test-start-facts", "what is known in test_start", """
        class One(User):
            @task
            def t(self): raise StopUser
        def ready(env):
            env.events.test_start.add_listener(
                lambda environment: note(environment.runner.target_user_count, environment.runner.state,
                                         environment.runner.user_count, len(environment.stats.entries)))
        go(One, users=4, on_ready=ready)
    """),
    library("no-test-start-on-change", "test_start is not fired when the count changes", """
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
    """),
    library("quit-without-start", "quit without a started test fires test_stopping and test_stop", """
        class One(User):
            @task
            def t(self): pass
        env = environment(One)
        for name in ("test_stopping", "test_stop"):
            getattr(env.events, name).add_listener(lambda name=name, **kw: note(name))
        runner = env.create_local_runner()
        runner.quit()
        note(runner.state)
    """),
    library("stop-twice", "runner.stop is idempotent", """
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
    """),
    library("stop-from-a-task", "runner.stop() and quit() from a task do not deadlock", """
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
    """),
    library("quit-from-listener", "runner.quit() from a request listener", """
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
    """),
    library("user-counts", "user_count, user_classes_count, target counts", """
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
    """),
    library("spawn-order", "classes spawn in a fixed order, ramp-down removes the last first", """
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
    """),
    library("dead-users-come-back", "users that died are recreated at the next start, not before", """
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
    """),
    library("spawn-users-directly", "spawn_users returns instances, stop_users ends them", """
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
    """),
    library("second-runner", "a second runner is refused", """
        class One(User): pass
        env = environment(One)
        runner = env.create_local_runner()
        try:
            env.create_local_runner()
        except Exception as error:
            note(type(error).__name__, str(error).split("(")[0])
        runner.quit()
    """),
    library("runner-facts", "attributes of a local runner", """
        from locust.runners import LocalRunner, Runner
        class One(User): pass
        env = environment(One)
        runner = env.create_local_runner()
        note(type(runner).__name__, isinstance(runner, Runner), isinstance(runner, LocalRunner), runner.worker_index,
             runner.worker_count, len(runner.client_id.split("_")[-1]), hasattr(runner, "clients"), runner.state,
             runner.user_count, runner.errors, runner.exceptions, runner.user_classes_by_name, runner.stats is env.stats)
        runner.quit()
    """),
    library("states", "a local runner passes through its states", """
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
    """),
    library("messages", "custom messages on a local runner", """
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
    """),
    library("init-exception-aborts-ramp", "an exception in User.__init__ aborts the ramp", """
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
    """),
    library("stop-test-in-listener", "StopTest raised by a request listener", """
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
    """),
    library("request-event-by-hand", "requests fired by hand: failures, None times, missing keywords", """
        class One(User): pass
        env = environment(One)
        runner = env.create_local_runner()
        fire = env.events.request.fire
        fire(request_type="X", name="a", response_time=10.5, response_length=3)
        fire(request_type="X", name="a", response_time=20, response_length=5, exception=ValueError("v"), context={}, other=1)
        fire(request_type="X", name="b", response_time=None, response_length=0)
        fire(request_type="X", name="c", response_time=1, response_length=0, exception="a string")
        fire(request_type="X", name="c", response_time=1, response_length=0, exception="")
        fire(request_type="X", name="d", response_time=1)
        for key, e in sorted(env.stats.entries.items()):
            note(*key, e.num_requests, e.num_failures, e.num_none_requests, e.avg_response_time, e.avg_content_length,
                 e.min_response_time, e.max_response_time, e.total_response_time)
        note([[e.name, e.to_name(), e.occurrences, type(e.error).__name__] for e in env.stats.errors.values()])
        note(logs("root"))
        runner.quit()
    """),
    library("stats-percentiles", "percentiles, median, averages of an entry", """
        from locust.stats import RequestStats
        stats = RequestStats()
        for ms in (10, 20, 30, 40):
            stats.log_request("GET", "x", ms, 100)
        entry = stats.get("x", "GET")
        note([entry.get_response_time_percentile(p) for p in (0.0, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)])
        note(entry.median_response_time, entry.avg_response_time, entry.min_response_time, entry.max_response_time)
        for ms in (0.4, 1.5, 2.5, 99.6, 105, 147.3, 994.9, 995, 3432, 9949, 10500, 58760.2):
            stats.log_request("GET", "y", ms, 1)
        entry = stats.get("y", "GET")
        note([entry.get_response_time_percentile(p) for p in (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 1.0)])
        note(entry.median_response_time, entry.min_response_time, entry.max_response_time, entry.avg_response_time)
        note(stats.total.num_requests, stats.total.name, stats.total.method, stats.total.median_response_time)
    """),
    library("stats-buckets", "bucket_response_time", """
        from locust.stats import bucket_response_time
        note([bucket_response_time(x) for x in (0, 0.5, 1.5, 2.5, 99.4, 99.5, 99.6, 105, 115, 995, 999.9, 1049, 1050, 9949,
                                                9950, 10500, 11500, 147, 3432, 58760)])
    """),
    library("stats-replaced-bucket", "a replaced bucket_response_time is honoured for every sample", """
        import locust.stats
        saved = locust.stats.bucket_response_time
        locust.stats.bucket_response_time = lambda ms: 1000 + int(ms)
        try:
            stats = locust.stats.RequestStats()
            stats.log_request("GET", "x", 7.7, 0)
            note(dict(stats.get("x", "GET").response_times), stats.get("x", "GET").get_response_time_percentile(0.5))
            class One(HttpUser):
                host = target
                @task
                def t(self):
                    self.client.get("/ok")
                    raise StopUser
            env = go(One)
            note([key >= 1000 for key in env.stats.get("/ok", "GET").response_times])
        finally:
            locust.stats.bucket_response_time = saved
    """),
    library("stats-empty", "an empty entry; reading a missing entry creates it", """
        from locust.stats import RequestStats
        stats = RequestStats()
        note(len(stats.entries))
        entry = stats.get("nope", "GET")
        note(len(stats.entries), entry.num_requests, entry.avg_response_time, entry.median_response_time,
             entry.fail_ratio, entry.min_response_time, entry.max_response_time, entry.current_rps, entry.total_rps,
             entry.get_response_time_percentile(0.9))
        attempt("percentile", lambda: entry.percentile())
        note(("a", "b") in stats.entries, stats.entries[("a", "b")].num_requests, len(stats.entries))
    """),
    library("stats-failures", "fail_ratio with and without requests", """
        from locust.stats import RequestStats
        stats = RequestStats()
        stats.log_error("GET", "x", Exception("1"))
        note(stats.get("x", "GET").fail_ratio, stats.total.fail_ratio)
        stats.log_request("GET", "x", 1, 1)
        stats.log_request("GET", "x", 1, 1)
        note(stats.get("x", "GET").fail_ratio, stats.num_failures, stats.num_requests)
    """),
    library("stats-errors", "errors group by text, object addresses are masked", """
        from locust.exception import CatchResponseError
        from locust.stats import RequestStats
        class Odd:
            pass
        stats = RequestStats()
        for error in (ValueError("a"), ValueError("a"), ValueError("b"), "text", CatchResponseError("caught"),
                      ValueError(object()), ValueError(object())):
            stats.log_error("GET", "x", error)
        for e in stats.errors.values():
            note(e.occurrences, e.to_name(), sorted(e.to_dict()), e.first_seen is not None)
        note(sorted(len(key) for key in stats.errors))
    """),
    library("stats-to-dict", "to_dict and serialize of an entry", """
        from locust.stats import RequestStats, StatsEntry
        stats = RequestStats()
        stats.log_request("GET", "x", 10.4, 100)
        stats.log_request("GET", "x", 20.6, 100)
        stats.log_error("GET", "x", "e")
        entry = stats.get("x", "GET")
        note({k: v for k, v in entry.to_dict().items() if "per_sec" not in k and "rps" not in k}, sorted(entry.to_dict()))
        data = entry.serialize()
        note(sorted(data), data["response_times"], data["num_requests"], data["total_response_time"])
        note(StatsEntry.unserialize(data).num_requests, StatsEntry.unserialize(data).response_times)
        report = stats.serialize_stats()
        note(len(report), entry.num_requests, stats.total.num_requests)
    """),
    library("stats-extend", "merging entries", """
        from locust.stats import RequestStats
        one, two = RequestStats(), RequestStats()
        one.log_request("GET", "x", 10, 5)
        two.log_request("GET", "x", 30, 15)
        two.log_error("GET", "x", "e")
        a, b = one.get("x", "GET"), two.get("x", "GET")
        a.extend(b)
        note(a.num_requests, a.num_failures, a.avg_response_time, a.min_response_time, a.max_response_time,
             a.avg_content_length, sorted(a.response_times.items()))
    """),
    library("stats-reset", "reset_all keeps entries, clear_all replaces them", """
        from locust.stats import RequestStats
        stats = RequestStats()
        stats.log_request("GET", "x", 10, 5)
        total, entry = stats.total, stats.get("x", "GET")
        stats.reset_all()
        note(stats.total is total, len(stats.entries), entry.num_requests, total.num_requests, entry.min_response_time)
        stats.clear_all()
        note(stats.total is total, len(stats.entries))
    """),
    library("stats-helpers", "readable percentiles, sorting, percentile function", """
        import locust.stats as s
        note(s.get_readable_percentiles([0.5, 0.66, 0.999, 0.9999, 1.0]))
        note(s.calculate_response_time_percentile({10: 1, 20: 2, 30: 1}, 4, 0.5))
        note([getattr(s, name) for name in ("CONSOLE_STATS_INTERVAL_SEC", "HISTORY_STATS_INTERVAL_SEC",
              "CSV_STATS_INTERVAL_SEC", "CSV_STATS_FLUSH_INTERVAL_SEC", "CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW",
              "PERCENTILES_TO_REPORT", "PERCENTILES_TO_STATISTICS", "PERCENTILES_TO_CHART")])
        stats = s.RequestStats()
        for name, method in (("b", "GET"), ("a", "POST"), ("a", "GET")):
            stats.log_request(method, name, 1, 1)
        note([[e.name, e.method] for e in s.sort_stats(stats.entries)])
    """),
    library("stats-tables", "the console tables", """
        import re
        import locust.stats as s
        stats = s.RequestStats()
        stats.log_request("GET", "/a", 10, 5)
        stats.log_request("POST", "/b", 250, 15)
        stats.log_error("POST", "/b", ValueError("wrong"))
        width = re.compile("-{3,}")
        for lines in (s.get_stats_summary(stats, False), s.get_percentile_stats_summary(stats),
                      s.get_error_report_summary(stats)):
            for line in lines:
                note(re.sub(r"\\d+\\.\\d+ +\\d+\\.\\d+$", "RATES", " ".join(width.sub("---", line).split())))
    """),
    library("stats-cleared-at-start", "statistics are replaced at each test start", """
        class One(User):
            @task
            def t(self):
                self.environment.events.request.fire(request_type="X", name="n", response_time=1, response_length=0)
                raise StopUser
        env = environment(One)
        runner = env.create_local_runner()
        totals = []
        for _ in range(2):
            runner.start(1, 1)
            runner.spawning_greenlet.join()
            gevent.sleep(0.01)
            totals.append(env.stats.total)
            note(env.stats.total.num_requests)
            runner.stop()
            note(env.stats.total.num_requests)
        note(totals[0] is totals[1])
        runner.quit()
    """),
    library("reset-stats", "reset_stats=True zeroes at spawning_complete", """
        class One(User):
            n = 0
            wait_time = constant(0.001)
            def on_start(self): pass
            @task
            def t(self):
                self.n += 1
                self.environment.events.request.fire(request_type="X", name="n", response_time=1, response_length=0)
        env = environment(One, reset_stats=True)
        runner = env.create_local_runner()
        env.events.request.fire(request_type="X", name="before", response_time=1, response_length=0)
        runner.start(1, 1)
        runner.spawning_greenlet.join()
        note([line for line in logs("locust.runners") if "Reset" in line[2]])
        note(env.stats.get("before", "X").num_requests)
        runner.quit()
    """),
    library("log-exception", "runner.log_exception counts repeats", """
        class One(User): pass
        env = environment(One)
        runner = env.create_local_runner()
        runner.log_exception("node", "message", "traceback")
        runner.log_exception("other", "message", "traceback")
        note([[e["count"], e["msg"], e["traceback"], sorted(e["nodes"])] for e in runner.exceptions.values()])
        runner.quit()
    """),
    library("environment-attributes", "attributes of a new Environment", """
        class One(User): pass
        env = environment(One)
        for name in ("runner", "web_ui", "process_exit_code", "locustfile", "host", "reset_stats", "stop_timeout",
                     "catch_exceptions", "parsed_options", "tags", "exclude_tags", "shape_class", "profile"):
            note(name, getattr(env, name))
        note(env.user_classes == [One], env.user_classes_by_name == {"One": One}, type(env.stats).__name__,
             env.dispatcher_class.__name__)
        env.anything = 1
        attempt("positional", lambda: Environment([One]))
    """),
    library("update-user-class", "update_user_class changes attributes and tasks", """
        class One(User):
            @task
            def a(self): pass
            @task
            def b(self): pass
        env = environment(One, available_user_classes={"One": One}, available_user_tasks={"One": list(One.tasks)})
        env.update_user_class({"user_class_name": "One", "host": "http://new", "weight": 7, "tasks": ["b"]})
        note(One.host, One.weight, [t.__name__ for t in One.tasks])
    """),
    library("dispatcher-class", "a dispatcher of one's own is used", """
        from locust.dispatch import UsersDispatcher
        class Mine(UsersDispatcher):
            def new_dispatch(self, *args, **kwargs):
                note("new_dispatch", args, sorted(kwargs))
                return super().new_dispatch(*args, **kwargs)
        class One(User):
            @task
            def t(self): raise StopUser
        go(One, users=2, dispatcher_class=Mine)
    """),
    library("dispatcher-python", "a dispatcher written from scratch decides", """
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
    """),
    library("dispatcher-refuses", "new_dispatch refuses impossible numbers", """
        from locust.dispatch import UsersDispatcher
        class One(User): pass
        class Node:
            id = "1"
            user_classes_count = {}
        d = UsersDispatcher(worker_nodes=[Node()], user_classes=[One])
        for count, rate in ((-1, 1), (1, 0), (1, -2), (1, float("inf")), (1, float("nan"))):
            attempt(str((count, rate)), lambda: d.new_dispatch(count, rate))
    """),
    library("shape", "a shape drives users; the same tuple means no action; None stops", """
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
    """),
    library("wait-true", "start(wait=True) with more users than the rate", """
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
    """),
    library("ramp-logs", "log lines of a ramp", """
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
    """),
    library("timespan", "parse_timespan", """
        from locust.util.timespan import parse_timespan
        for text in ("7", "7s", "1m", "2h", "1h3m7s", "10m5s", "", "q", "1h2m3", "1h30", "30m45", "1m1h", "1H", "1.5m", "0s"):
            attempt(text, lambda: parse_timespan(text))
    """),
    library("single-user", "run_single_user runs one user and prints its requests", """
        import sys
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
    """),
    library("two-environments", "two environments in one process do not mix", """
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
    """),
    library("no-runner", "requests of a user without a runner are not counted", """
        class One(HttpUser):
            host = target
        env = environment(One)
        env.events.request.add_listener(lambda name, **kw: note("event", name))
        user = One(env)
        note(user.client.get("/ok").text, env.stats.total.num_requests)
    """),
    library("direct-user", "a user made by hand counts when there is a runner", """
        for base in (HttpUser, FastHttpUser):
            class One(base):
                host = target
            env = environment(One)
            runner = env.create_local_runner()
            One(env).client.get("/ok")
            note(env.stats.total.num_requests, env.stats.get("/ok", "GET").num_requests)
            runner.quit()
    """),
]
