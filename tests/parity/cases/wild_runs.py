"""Locustfiles in the manner of those that people publish: events, statistics and the course of a run."""

from tests.parity.wild import wild

CASES = [
    wild(
        "quality-gates",
        "exit codes by fail ratio, response times and percentiles in quitting",
        """
        import logging
        from locust import HttpUser, task, events, constant
        @events.quitting.add_listener
        def gate(environment, **_kwargs):
            total = environment.stats.total
            note(round(total.fail_ratio, 3), total.num_requests, total.get_response_time_percentile(0.95) is not None)
            if total.fail_ratio > 0.01:
                logging.error("Test failed due to failure ratio > 1%")
                environment.process_exit_code = 3
            elif total.avg_response_time > 5000:
                logging.error("too slow")
                environment.process_exit_code = 4
            else:
                environment.process_exit_code = 0
        @events.quit.add_listener
        def bye(exit_code, **kw):
            note("quit", exit_code)
        class Api(HttpUser):
            wait_time = constant(0)
            left = 12
            @task
            def call(self):
                self.left -= 1
                if self.left < 0:
                    return self.environment.runner.quit()
                self.client.get(f"/status/{[200, 404, 500][self.left % 3]}", name="/status")
        """,
    ),
    wild(
        "statistics-access",
        "runner.stats read and written in the middle of a run",
        """
        from locust import HttpUser, task, constant, events, stats
        import locust
        stats.PERCENTILES_TO_REPORT = [0.5, 0.9]
        locust.stats.CONSOLE_STATS_INTERVAL_SEC = 100
        class U(HttpUser):
            wait_time = constant(0)
            n = 0
            @task
            def t(self):
                self.n += 1
                if self.n < 6:
                    self.client.get("/ok", name=f"/ok/{self.n % 2}")
                    self.client.get("/status/400")
                    return
                s = self.environment.runner.stats
                for key, entry in sorted(s.entries.items()):
                    note(key, entry.num_requests, entry.num_failures, entry.median_response_time >= 0, entry.fail_ratio)
                note([[e.name, e.method, e.occurrences, str(e.error)] for e in s.errors.values()])
                note(s.total.num_requests, s.get("/ok/1", "GET").num_requests, s.num_requests, s.num_failures)
                s.log_request("CUSTOM", "by hand", 12, 34)
                s.log_error("CUSTOM", "by hand", Exception("mine"))
                note(sorted(s.entries[("by hand", "CUSTOM")].serialize()))
                note(s.entries[("by hand", "CUSTOM")].to_dict()["num_requests"])
                self.environment.events.request.fire(request_type="X", name="fired", response_time=5, response_length=1, exception="text", context={})
                self.environment.runner.quit()
        @events.quit.add_listener
        def quit(exit_code):
            note("exit", exit_code)
        """,
        observe=("exit", "notes", "log", "table rows"),
    ),
    wild(
        "whole-life-two-classes",
        "all hooks and events of two classes with weights, fixed counts, on_stop requests",
        """
        import gevent
        from locust import HttpUser, User, task, constant, events, between
        @events.test_start.add_listener
        def start(environment, **kw): note("test_start", environment.runner.target_user_count)
        @events.test_stopping.add_listener
        def stopping(environment, **kw): note("stopping", environment.runner.user_count)
        @events.test_stop.add_listener
        def stop(environment, **kw): note("stop", environment.runner.user_count, environment.runner.state)
        @events.spawning_complete.add_listener
        def complete(user_count, **kw): note("complete", user_count)
        error_seen = []
        @events.user_error.add_listener
        def error(user_instance, exception, tb, **kw):
            if not error_seen: note("error", type(user_instance).__name__, str(exception))
            error_seen.append(1)
        class Admin(HttpUser):
            fixed_count = 1
            wait_time = constant(1000)
            host = "http://overridden"
            @task
            def fail(self):
                raise ZeroDivisionError("admin")
            def on_stop(self):
                self.client.get("/ok", name="bye admin")
        class Guest(HttpUser):
            weight = 3
            wait_time = constant(1000)
            @task
            def ok(self):
                self.client.get("/ok")
            def on_stop(self):
                note(self.client.get("/ok", name="bye guest").status_code)
        @events.init.add_listener
        def later(environment, **kw):
            def end():
                while environment.stats.total.num_requests < 3: gevent.sleep(0.01)
                note(environment.runner.user_classes_count)
                environment.runner.quit()
            gevent.spawn(end)
        """,
        "-u",
        "4",
        "-r",
        "100",
        observe=("exit", "notes"),
    ),
    wild(
        "ramp-from-a-task",
        "a run steered from inside: more users, fewer, stop and start",
        """
        import gevent
        from locust import User, task, constant, events
        class U(User):
            wait_time = constant(0.05)
            @task
            def t(self): pass
        @events.init.add_listener
        def steer(environment, **kw):
            runner = environment.runner
            def go():
                while runner.state != "running": gevent.sleep(0.01)
                for count in (5, 2):
                    runner.start(count, 100)
                    while runner.user_count != count: gevent.sleep(0.01)
                    note(runner.user_count, runner.state, runner.target_user_count)
                runner.stop()
                note(runner.user_count, runner.state)
                runner.start(1, 1)
                while runner.user_count != 1: gevent.sleep(0.01)
                note(runner.user_count)
                runner.quit()
            gevent.spawn(go)
        """,
        observe=("exit", "notes", "log"),
    ),
    wild(
        "hooks-that-fail",
        "errors in every hook",
        """
        from locust import HttpUser, User, TaskSet, task, events, constant
        import gevent
        @events.test_start.add_listener
        def ts(environment, **kw): raise RuntimeError("test_start")
        @events.spawning_complete.add_listener
        def sc(user_count, **kw): raise RuntimeError("spawning_complete")
        @events.test_stopping.add_listener
        def tp(environment, **kw): raise RuntimeError("test_stopping")
        @events.test_stop.add_listener
        def te(environment, **kw): raise RuntimeError("test_stop")
        @events.quitting.add_listener
        def q(environment, **kw): raise RuntimeError("quitting")
        @events.user_error.add_listener
        def ue(user_instance, exception, tb, **kw): raise RuntimeError("user_error")
        class S(TaskSet):
            def on_start(self): note("set starts")
            def on_stop(self): raise RuntimeError("set on_stop")
            @task
            def t(self): self.interrupt()
        class U(User):
            wait_time = constant(0)
            n = 0
            tasks = [S]
            @task
            def t(self):
                self.n += 1
                if self.n == 3: gevent.spawn(self.environment.runner.quit); gevent.sleep(10)
                raise ValueError("task")
            def on_start(self):
                import random; random.seed(5)
            def on_stop(self): raise RuntimeError("on_stop")
        """,
        observe=("exit", "notes", "log"),
    ),
    wild(
        "stats-by-hand",
        "RequestStats and friends used as a library inside a locustfile",
        """
        import locust.stats
        from locust.stats import RequestStats, StatsEntry, StatsError, calculate_response_time_percentile, sort_stats, diff_response_time_dicts
        from locust import User, task
        s = RequestStats()
        for n in range(1, 101): s.log_request("GET", f"/p{n % 3}", n * 10, n)
        s.log_error("GET", "/p0", ValueError("x")); s.log_error("GET", "/p0", ValueError("x")); s.log_error("POST", "/q", "text")
        e = s.get("/p1", "GET")
        note(e.num_requests, e.avg_response_time, e.median_response_time, e.min_response_time, e.max_response_time, e.avg_content_length, e.fail_ratio, e.get_response_time_percentile(0.95))
        note(s.total.num_requests, s.total.num_failures, s.total.median_response_time, [s.total.get_response_time_percentile(p) for p in (0.5, 0.66, 0.9, 0.99, 0.999, 1.0)])
        note([(x.name, x.method) for x in sort_stats(s.entries)], sorted(k[:2] for k in [(v.method, v.name) for v in s.errors.values()]))
        note([(v.occurrences, v.to_name(), StatsError.parse_error(v.error)) for v in s.errors.values()])
        other = RequestStats(); other.log_request("GET", "/p1", 5, 5); e.extend(other.get("/p1", "GET")); note(e.num_requests, e.min_response_time)
        data = e.get_stripped_report() if False else e.serialize(); back = StatsEntry.unserialize(data); note(back.num_requests, back.name, sorted(data))
        note(calculate_response_time_percentile({10: 5, 20: 5}, 10, 0.5), diff_response_time_dicts({1: 3, 2: 1}, {1: 1}))
        note([v.to_dict() if hasattr(v, "to_dict") else 0 for v in s.errors.values()][0]["occurrences"])
        s.reset_all(); note(s.total.num_requests, len(s.entries)); s.clear_all(); note(len(s.entries), len(s.errors))
        note(locust.stats.get_readable_percentiles([0.5, 0.999, 1.0]), locust.stats.avg([1, 2, 4]), locust.stats.bucket_response_time(147) if False else 0)
        note(e.to_string(current=False).split()[:3], e.percentile().split()[:2])
        class U(User):
            @task
            def t(self): self.environment.runner.quit()
        """,
        observe=("exit", "notes"),
    ),
]
