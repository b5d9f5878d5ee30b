"""The statistics objects."""

from tests.parity.case import library

CASES = [
    library(
        "request-event-by-hand",
        "requests fired by hand: failures, None times, missing keywords",
        """
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
    """,
    ),
    library(
        "stats-percentiles",
        "percentiles, median, averages of an entry",
        """
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
    """,
    ),
    library(
        "stats-buckets",
        "bucket_response_time",
        """
        from locust.stats import bucket_response_time
        note([bucket_response_time(x) for x in (0, 0.5, 1.5, 2.5, 99.4, 99.5, 99.6, 105, 115, 995, 999.9, 1049, 1050, 9949,
                                                9950, 10500, 11500, 147, 3432, 58760)])
    """,
    ),
    library(
        "stats-replaced-bucket",
        "a replaced bucket_response_time is honoured for every sample",
        """
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
    """,
    ),
    library(
        "stats-empty",
        "an empty entry; reading a missing entry creates it",
        """
        from locust.stats import RequestStats
        stats = RequestStats()
        note(len(stats.entries))
        entry = stats.get("nope", "GET")
        note(len(stats.entries), entry.num_requests, entry.avg_response_time, entry.median_response_time,
             entry.fail_ratio, entry.min_response_time, entry.max_response_time, entry.current_rps, entry.total_rps,
             entry.get_response_time_percentile(0.9))
        attempt("percentile", lambda: entry.percentile())
        note(("a", "b") in stats.entries, stats.entries[("a", "b")].num_requests, len(stats.entries))
    """,
    ),
    library(
        "stats-failures",
        "fail_ratio with and without requests",
        """
        from locust.stats import RequestStats
        stats = RequestStats()
        stats.log_error("GET", "x", Exception("1"))
        note(stats.get("x", "GET").fail_ratio, stats.total.fail_ratio)
        stats.log_request("GET", "x", 1, 1)
        stats.log_request("GET", "x", 1, 1)
        note(stats.get("x", "GET").fail_ratio, stats.num_failures, stats.num_requests)
    """,
    ),
    library(
        "stats-errors",
        "errors group by text, object addresses are masked",
        """
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
    """,
    ),
    library(
        "stats-to-dict",
        "to_dict and serialize of an entry",
        """
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
    """,
    ),
    library(
        "stats-extend",
        "merging entries",
        """
        from locust.stats import RequestStats
        one, two = RequestStats(), RequestStats()
        one.log_request("GET", "x", 10, 5)
        two.log_request("GET", "x", 30, 15)
        two.log_error("GET", "x", "e")
        a, b = one.get("x", "GET"), two.get("x", "GET")
        a.extend(b)
        note(a.num_requests, a.num_failures, a.avg_response_time, a.min_response_time, a.max_response_time,
             a.avg_content_length, sorted(a.response_times.items()))
    """,
    ),
    library(
        "stats-reset",
        "reset_all keeps entries, clear_all replaces them",
        """
        from locust.stats import RequestStats
        stats = RequestStats()
        stats.log_request("GET", "x", 10, 5)
        total, entry = stats.total, stats.get("x", "GET")
        stats.reset_all()
        note(stats.total is total, len(stats.entries), entry.num_requests, total.num_requests, entry.min_response_time)
        stats.clear_all()
        note(stats.total is total, len(stats.entries))
    """,
    ),
    library(
        "stats-helpers",
        "readable percentiles, sorting, percentile function",
        """
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
    """,
    ),
    library(
        "stats-tables",
        "the console tables",
        """
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
    """,
    ),
    library(
        "stats-cleared-at-start",
        "statistics are replaced at each test start",
        """
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
    """,
    ),
    library(
        "reset-stats",
        "reset_stats=True zeroes at spawning_complete",
        """
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
    """,
    ),
    library(
        "log-exception",
        "runner.log_exception counts repeats",
        """
        class One(User): pass
        env = environment(One)
        runner = env.create_local_runner()
        runner.log_exception("node", "message", "traceback")
        runner.log_exception("other", "message", "traceback")
        note([[e["count"], e["msg"], e["traceback"], sorted(e["nodes"])] for e in runner.exceptions.values()])
        runner.quit()
    """,
    ),
]
