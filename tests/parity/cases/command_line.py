"""The command line, headless: options, precedence, messages, exit codes, files, order of events."""

from tests.parity.case import command

ONE = """
    from locust import User, task, constant
    class One(User):
        wait_time = constant(0.01)
        @task
        def t(self):
            self.environment.events.request.fire(request_type="X", name="n", response_time=1, response_length=10)
"""
# A user that makes three requests, one of them failing, and then quits the run itself: nothing depends on the clock.
THREE = """
    from locust import HttpUser, task
    from locust.exception import StopUser
    import gevent
    class Three(HttpUser):
        @task
        def t(self):
            self.client.get("/ok")
            self.client.post("/echo", data="x", name="posted")
            self.client.get("/status/404")
            gevent.spawn(self.environment.runner.quit)
            raise StopUser
"""
PASSING = THREE.replace('self.client.get("/status/404")', "pass")
TWO_CLASSES = """
    from locust import User, task, constant
    class Base(User):
        abstract = True
        wait_time = constant(5)
        @task
        def t(self): pass
    class Alpha(Base): pass
    class Beta(Base): pass
    class Gamma(Base):
        weight = 3
    from locust import events
    @events.spawning_complete.add_listener
    def done(user_count):
        import gevent
        from locust.runners import STATE_RUNNING
        note("spawned", user_count)
    @events.test_start.add_listener
    def started(environment):
        import gevent
        def wait():
            while environment.runner.user_count < environment.runner.target_user_count: gevent.sleep(0.01)
            note(environment.runner.user_classes_count)
            environment.runner.quit()
        gevent.spawn(wait)
"""
HEADLESS = ("--headless", "--only-summary", "-H", "{target}")

CASES = [
    command("three-requests", "a short run: exit code, log, tables", THREE, *HEADLESS,
            observe=("exit", "log", "tables", "stdout")),
    command("all-passing", "a run without failures exits with 0", PASSING, *HEADLESS, observe=("exit", "log")),
    command("task-exception", "an exception alone makes the exit code 1", """
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
    """, *HEADLESS, observe=("exit", "log")),
    command("exit-code-on-error", "--exit-code-on-error", THREE, *HEADLESS, "--exit-code-on-error", "7"),
    command("process-exit-code", "environment.process_exit_code set in quitting wins; quit sees it", THREE + """
    from locust import events
    @events.quitting.add_listener
    def quitting(environment, **kw): environment.process_exit_code = 42
    @events.quit.add_listener
    def quit(exit_code): note("quit", exit_code)
""", *HEADLESS),
    command("listener-error-exit", "a failing listener forces exit code 2", PASSING + """
    from locust import events
    @events.test_start.add_listener
    def started(environment): raise ValueError("in listener")
""", *HEADLESS, observe=("exit", "log")),
    command("init-listener-error", "an exception in an init listener is fatal", ONE + """
    from locust import events
    @events.init.add_listener
    def init(environment, **kw): raise ValueError("in init")
""", *HEADLESS, observe=("exit", "log")),
    command("sys-exit-in-task", "sys.exit in a task ends the process with that code", """
        from locust import User, task
        import sys
        class One(User):
            @task
            def t(self): sys.exit(37)
    """, *HEADLESS, observe=("exit",)),
    command("order-run-time", "order of the events when the run time is over", """
        from locust import User, task, constant, events
        class One(User):
            wait_time = constant(10)
            def on_start(self): note("on_start")
            def on_stop(self): note("on_stop")
            @task
            def t(self): note("task")
        for name in ("init", "test_start", "spawning_complete", "test_stopping", "test_stop", "quitting", "quit"):
            getattr(events, name).add_listener(lambda name=name, **kw: note(name, sorted(kw)))
    """, *HEADLESS, "-t", "1", observe=("exit", "notes", "log")),
    command("order-interrupt", "order of the events at Ctrl-C", """
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
    """, *HEADLESS, interrupt_at="interrupt me", observe=("exit", "notes", "log")),
    command("quitting-reversed", "quitting listeners run in reverse order of registration", PASSING + """
    from locust import events
    for n in range(3):
        events.quitting.add_listener(lambda environment, n=n, **kw: note("quitting", n))
        events.quit.add_listener(lambda exit_code, n=n: note("quit", n))
""", *HEADLESS),
    command("module-listener-first", "listeners of the module run before the statistics, those of init after", PASSING + """
    from locust import events
    @events.request.add_listener
    def early(name, **kw):
        note("early", name, _env.stats.total.num_requests)
    @events.init.add_listener
    def init(environment, **kw):
        global _env
        _env = environment
        @environment.events.request.add_listener
        def late(name, **kw): note("late", name, environment.stats.total.num_requests)
""", *HEADLESS),
    command("user-classes", "which classes are found: imported ones too, abstract ones not", """
        from locust import User, HttpUser, task, events
        from other import Imported
        class Mine(User):
            abstract = True
        class Real(Mine):
            @task
            def t(self): pass
        class NotAUser: pass
    """, "--list", files={"other.py": "from locust import User, task\nclass Imported(User):\n    @task\n    def t(self): pass\n"},
            observe=("exit", "stdout")),
    command("same-class-two-names", "one class under two names", """
        from locust import User, task
        class One(User):
            @task
            def t(self): pass
        Two = One
    """, *HEADLESS, "-t", "1", observe=("exit", "last stderr")),
    command("choose-classes", "classes chosen on the command line", TWO_CLASSES, *HEADLESS, "Beta", "Alpha", "-u", "5", "-r", "100"),
    command("weights-fixed", "fixed counts first", TWO_CLASSES.replace("class Alpha(Base): pass",
            "class Alpha(Base):\n        fixed_count = 2"), *HEADLESS, "-u", "10", "-r", "100"),
    command("fixed-more-than-users", "fewer users than the fixed counts", TWO_CLASSES.replace("class Alpha(Base): pass",
            "class Alpha(Base):\n        fixed_count = 5"), *HEADLESS, "-u", "3", "-r", "100", observe=("exit", "notes", "log")),
    command("unknown-class", "an unknown user class", ONE, *HEADLESS, "Nobody", observe=("exit", "log")),
    command("no-class", "a file without user classes", "x = 1\n", *HEADLESS, observe=("exit", "log")),
    command("no-file", "no locustfile at all", "", "--headless", observe=("exit", "last stderr")),
    command("missing-file", "a file that is not there", "", "-f", "nowhere.py", observe=("exit", "last stderr")),
    command("not-py", "a file that does not end in .py", "", "-f", "file.txt", files={"file.txt": "x"},
            observe=("exit", "last stderr")),
    command("empty-directory", "a directory without locustfiles", "", "-f", "empty",
            files={"empty/_hidden.py": "", "empty/readme.md": ""}, observe=("exit", "last stderr")),
    command("broken-file", "a locustfile with a syntax error", "class (:\n", *HEADLESS, observe=("exit", "last stderr")),
    command("raising-file", "a locustfile that raises", "raise ValueError('at import')\n", *HEADLESS,
            observe=("exit", "last stderr")),
    command("directory", "a directory with locustfiles, nested, without _files", "", "-f", "tests", "--list", files={
        "tests/a.py": "from locust import User, task\nclass A(User):\n    @task\n    def t(self): pass\n",
        "tests/deep/b.py": "from locust import User, task\nclass B(User):\n    @task\n    def t(self): pass\n",
        "tests/_c.py": "from locust import User, task\nclass C(User):\n    @task\n    def t(self): pass\n",
    }, observe=("exit", "stdout")),
    command("several-files", "a comma list of files", "", "-f", "a.py, b.py", "--list", files={
        "a.py": "from locust import User, task\nclass A(User):\n    @task\n    def t(self): pass\n",
        "b.py": "from locust import User, task\nclass B(User):\n    @task\n    def t(self): pass\n",
    }, observe=("exit", "stdout")),
    command("duplicate-classes", "one class name in two files", "", "-f", "a.py,b.py", "--list", files={
        "a.py": "from locust import User, task\nclass A(User):\n    @task\n    def t(self): pass\n",
        "b.py": "from locust import User, task\nclass A(User):\n    @task\n    def t(self): pass\n",
    }, observe=("exit", "last stderr")),
    command("file-called-locust", "a file called locust.py, and one with dots", "", "-f", "sub/locust.py,my.load.test.py", "--list", files={
        "sub/locust.py": "from locust import User, task\nclass A(User):\n    @task\n    def t(self): pass\n",
        "my.load.test.py": "from locust import User, task\nclass B(User):\n    @task\n    def t(self): pass\n",
    }, observe=("exit", "stdout")),
    command("module-path", "the working directory stays on sys.path, the file's own does not", "", "-f", "sub/file.py", *HEADLESS,
            files={"sub/file.py": """
                import sys, os, json
                import neighbour
                from locust import User, task
                from locust.exception import StopUser
                import gevent
                def note(*parts):
                    with open("notes.jsonl", "a") as file: file.write(json.dumps(parts) + "\\n")
                note(__name__, os.path.relpath(sys.path[0]) , os.path.relpath(sys.path[1]))
                class One(User):
                    @task
                    def t(self):
                        here = [os.path.realpath(p) for p in sys.path]
                        note(os.path.realpath(".") in here, os.path.realpath("sub") in here, __name__ in sys.modules)
                        gevent.spawn(self.environment.runner.quit)
                        raise StopUser
            """, "sub/neighbour.py": ""}),
    command("unknown-option", "an unknown option", ONE, "--headles-s", observe=("exit", "last stderr", "stderr")),
    command("bad-users", "a count that is no number", ONE, "-u", "abc", observe=("exit", "stderr")),
    command("bad-rate", "a spawn rate of zero", ONE, "--headless", "-r", "0", observe=("exit", "stderr")),
    command("infinite-rate", "an infinite spawn rate", ONE, "--headless", "-r", "inf", observe=("exit", "stderr")),
    command("bad-run-time", "a run time that cannot be read", ONE, "--headless", "-t", "asdf", observe=("exit", "stderr")),
    command("bad-stop-timeout", "a stop timeout that cannot be read", ONE, "--headless", "--stop-timeout", "asdf1",
            observe=("exit", "stderr")),
    command("ambiguous-option", "an ambiguous prefix", ONE, "--head", observe=("exit", "stderr")),
    command("prefix-option", "an unambiguous prefix works", PASSING, "--headl", "--only-s", "--hos", "{target}"),
    command("history-without-csv", "--csv-full-history without --csv", ONE, "--headless", "--csv-full-history",
            observe=("exit", "stderr")),
    command("autoquit-alone", "--autoquit without --autostart", ONE, "--headless", "--autoquit", "3", observe=("exit",)),
    command("bad-loglevel", "an unknown log level", ONE, "--headless", "-L", "LOUD", observe=("exit", "stderr")),
    command("missing-host", "no host: the run is stopped", """
        from locust import HttpUser, task
        class One(HttpUser):
            @task
            def t(self): pass
    """, "--headless", "--only-summary", observe=("exit", "log")),
    command("run-time-log", "the run time limit in the log", ONE, *HEADLESS, "-t", "1s", "-u", "2", "-r", "2",
            observe=("exit", "log")),
    command("interrupt", "no run time, Ctrl-C", ONE + """
    import gevent, logging
    from locust import events
    @events.spawning_complete.add_listener
    def ready(user_count): gevent.spawn_later(0.2, logging.getLogger("mine").info, "interrupt me")
""", *HEADLESS, interrupt_at="interrupt me", observe=("exit", "log")),
    command("csv", "the CSV files: headers, rows, failures", THREE, *HEADLESS, "--csv", "out", observe=("exit", "csv", "files")),
    command("csv-exceptions", "the exceptions file", """
        from locust import User, task
        from locust.exception import StopUser
        import gevent
        class One(User):
            n = 0
            @task
            def t(self):
                self.n += 1
                if self.n == 3:
                    gevent.spawn_later(1.5, self.environment.runner.quit)
                    raise StopUser
                raise ValueError("mine")
    """, *HEADLESS, "--csv", "out", observe=("csv",)),
    command("csv-directory", "missing directories of --csv and --json-file are created", PASSING, *HEADLESS, "--csv", "a/b/out",
            "--json-file", "c/d/result", observe=("exit", "files")),
    command("json", "--json on stdout", THREE, *HEADLESS, "--json", observe=("exit", "json")),
    command("json-skip-log", "--json with --skip-log leaves stderr empty", THREE, *HEADLESS, "--json", "--skip-log",
            observe=("exit", "json", "stderr")),
    command("skip-log", "--skip-log-setup: only prints of the task appear", PASSING + "        print('at import')\n",
            *HEADLESS, "--skip-log", observe=("exit", "stdout", "stderr")),
    command("logfile", "--logfile takes the log, tables stay on stderr", PASSING + "    print('printed')\n", *HEADLESS,
            "--logfile", "logs/run.log", observe=("exit", "log", "files", "stdout", "tables")),
    command("loglevel", "--loglevel", PASSING + """
    import logging
    for level in ("debug", "info", "warning", "error"):
        getattr(logging.getLogger("mine"), level)("a %s line", level)
""", *HEADLESS, "-L", "warning", observe=("exit", "log")),
    command("loglevel-locustfile", "lines of the locustfile's loggers", PASSING + """
    import logging
    from locust import events
    @events.init.add_listener
    def init(environment, **kw):
        logging.info("root line")
        logging.getLogger("mine").warning("my line")
        logging.getLogger("mine").debug("not shown")
""", *HEADLESS, observe=("exit", "log")),
    command("tags", "--tags and --exclude-tags", """
        from locust import User, task, tag
        from locust.exception import StopUser
        import gevent
        class One(User):
            def on_start(self):
                note(sorted({t.__name__ for t in self.tasks}), self.environment.parsed_options.tags,
                     self.environment.parsed_options.exclude_tags)
                gevent.spawn(self.environment.runner.quit)
            @tag("a")
            @task
            def a(self): pass
            @tag("b")
            @task
            def b(self): pass
            @tag("a", "b")
            @task
            def ab(self): pass
            @task
            def untagged(self): pass
    """, *HEADLESS, "--tags", "a", "x", "--exclude-tags", "b"),
    command("tags-nothing", "tags that match nothing", """
        from locust import User, task, tag, constant
        class One(User):
            wait_time = constant(10)
            @tag("a")
            @task
            def a(self): pass
    """, *HEADLESS, "--tags", "zzz", "-t", "1", observe=("exit", "log")),
    command("parsed-options", "options as the locustfile sees them", PASSING + """
    from locust import events
    WANTED = ("host num_users spawn_rate run_time headless autostart stop_timeout tags only_summary csv_prefix json loglevel "
              "logfile exit_code_on_error reset_stats user_classes locustfile expect_workers processes web_port profile "
              "equal_weights html_file master worker print_stats stats_history_enabled skip_log_setup autoquit").split()
    @events.init.add_listener
    def init(environment, **kw):
        note({name: getattr(environment.parsed_options, name, "absent") for name in WANTED})
        note(environment.locustfile, environment.host == environment.parsed_options.host, environment.stop_timeout,
             environment.web_ui)
    @events.test_start.add_listener
    def started(environment): note(environment.parsed_options.num_users, environment.parsed_options.spawn_rate)
""", *HEADLESS, "-t", "1h3m", "-s", "5", "Three"),
    command("environment-options", "options from the environment", PASSING + """
    from locust import events
    @events.init.add_listener
    def init(environment, **kw):
        o = environment.parsed_options
        note(o.host, o.num_users, o.spawn_rate, o.run_time, o.headless, o.tags, o.user_classes, o.stop_timeout, o.loglevel)
""", env={"LOCUST_HOST": "{target}", "LOCUST_USERS": "2", "LOCUST_SPAWN_RATE": "50", "LOCUST_RUN_TIME": "30s",
          "LOCUST_HEADLESS": "true", "LOCUST_ONLY_SUMMARY": "1", "LOCUST_USER_CLASSES": "Three", "LOCUST_STOP_TIMEOUT": "3",
          "LOCUST_LOGLEVEL": "DEBUG"}),
    command("bad-environment-flag", "a flag in the environment that is neither yes nor no", ONE,
            env={"LOCUST_HEADLESS": "maybe"}, observe=("exit", "stderr")),
    command("config-file", "locust.conf, --config, pyproject.toml and their order", PASSING.replace("@task", "@tag('a')\n        @task").replace(
        "import HttpUser", "import tag, HttpUser") + """
    from locust import events
    @events.init.add_listener
    def init(environment, **kw):
        o = environment.parsed_options
        note(o.num_users, o.spawn_rate, o.run_time, o.stop_timeout, o.tags, o.headless)
""", "--config", "mine.conf", "-H", "{target}", files={
        "locust.conf": "users = 1\nspawn-rate: 1\nrun-time 1m\nstop-timeout = 1\nheadless\n",
        "pyproject.toml": "[tool.locust]\nspawn-rate = 22\nrun-time = \"2m\"\nstop-timeout = 2\n[tool.other]\nusers = 99\n",
        "mine.conf": "# a comment\nrun-time = '3m'\nstop-timeout = 3 # why\n--only-summary\ntags = [a, b]\nexclude-tags = [\"c\"]\n",
    }, env={"LOCUST_STOP_TIMEOUT": "4"}),
    command("config-unknown-key", "an unknown key in a configuration file", ONE, files={"locust.conf": "colour = red\n"},
            observe=("exit", "stderr")),
    command("config-missing", "--config names no file", ONE, "--config", "nowhere.conf", observe=("exit", "stderr")),
    command("locustfile-in-config", "locustfile set in a configuration file", "", *HEADLESS, "--list", files={
        "locust.conf": "locustfile = elsewhere.py\n",
        "elsewhere.py": "from locust import User, task\nclass Elsewhere(User):\n    @task\n    def t(self): pass\n"},
            observe=("exit", "stdout")),
    command("custom-options", "custom options from command line, environment and file", PASSING + """
    from locust import events
    @events.init_command_line_parser.add_listener
    def parser(parser):
        parser.add_argument("--mine", default="d", env_var="MINE", help="mine")
        parser.add_argument("--number", type=int, default=5)
        parser.add_argument("--flag", action="store_true", default=False)
        parser.add_argument("--choice", choices=["a", "b"], default="a", is_multiple=True)
        parser.add_argument("--secret", is_secret=True, default="s", include_in_web_ui=False)
        parser.add_argument("--filed", default="x")
    @events.test_start.add_listener
    def start(environment):
        o = environment.parsed_options
        note(o.mine, o.number, o.flag, o.choice, o.secret, o.filed)
""", *HEADLESS, "--number", "7", "--flag", env={"MINE": "from env"}, files={"locust.conf": "filed = from file\n"}),
    command("custom-bad-choice", "a custom option with a wrong choice", PASSING + """
    from locust import events
    @events.init_command_line_parser.add_listener
    def parser(parser): parser.add_argument("--choice", choices=["a", "b"])
""", *HEADLESS, "--choice", "c", observe=("exit", "stderr")),
    command("host-precedence", "the command line's host beats the class", PASSING.replace(
        "class Three(HttpUser):", "class Three(HttpUser):\n        host = 'http://nowhere.invalid'") + """
    from locust import events
    @events.quitting.add_listener
    def quitting(environment, **kw): note(Three.host == environment.host, environment.stats.num_failures)
""", *HEADLESS),
    command("host-of-class", "without --host the class decides", """
        from locust import HttpUser, task
        from locust.exception import StopUser
        import gevent, os
        class One(HttpUser):
            host = os.environ["WHERE"]
            @task
            def t(self):
                note(self.client.get("/ok").status_code, self.environment.host)
                gevent.spawn(self.environment.runner.quit)
                raise StopUser
    """, "--headless", "--only-summary", env={"WHERE": "{target}"}),
    command("list", "--list", TWO_CLASSES, "--list", observe=("exit", "stdout")),
    command("task-ratio", "--show-task-ratio", TWO_CLASSES, "--show-task-ratio", observe=("exit", "stdout")),
    command("task-ratio-json", "--show-task-ratio-json", TWO_CLASSES, "--show-task-ratio-json", "-u", "10",
            observe=("exit", "stdout")),
    command("equal-weights", "--equal-weights", TWO_CLASSES, *HEADLESS, "--equal-weights", "-u", "9", "-r", "100"),
    command("config-users", "--config-users", TWO_CLASSES, *HEADLESS, "-u", "6", "-r", "100", "--config-users",
            '{"user_class_name": "Alpha", "weight": 4}', '[{"user_class_name": "Beta", "fixed_count": 1}]'),
    command("config-users-bad", "--config-users without a name", TWO_CLASSES, *HEADLESS, "--config-users", '{"weight": 4}',
            observe=("exit", "stderr")),
    command("config-users-unknown", "--config-users with an unknown class", TWO_CLASSES, *HEADLESS, "--config-users",
            '{"user_class_name": "Nobody"}', observe=("exit",)),
    command("percentiles-bad", "chart percentiles out of range", ONE + """
    import locust.stats
    locust.stats.PERCENTILES_TO_CHART = [1.2]
""", *HEADLESS, observe=("exit", "last stderr")),
    command("percentiles-own", "PERCENTILES_TO_REPORT set by the locustfile", PASSING + """
    import locust.stats
    locust.stats.PERCENTILES_TO_REPORT = [0.5, 0.95, 0.999]
""", *HEADLESS, "--csv", "out", observe=("exit", "csv", "tables")),
    command("shape", "a shape run headless", """
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
    """, *HEADLESS, "-u", "7", "-t", "30s", observe=("exit", "notes", "log")),
    command("duplicate-shapes", "two shapes of one name", "", "-f", "a.py,b.py", "--headless", files={
        "a.py": "from locust import User, task, LoadTestShape\nclass S(LoadTestShape):\n    def tick(self): return None\n"
                "class A(User):\n    @task\n    def t(self): pass\n",
        "b.py": "from locust import LoadTestShape\nclass S(LoadTestShape):\n    def tick(self): return None\n",
    }, observe=("exit", "last stderr")),
    command("stop-timeout", "--stop-timeout lets the running task finish", """
        from locust import User, task, events
        import gevent
        class One(User):
            def on_stop(self): note("on_stop")
            @task
            def t(self):
                gevent.spawn(self.environment.runner.quit)
                gevent.sleep(0.2)
                note("task finished")
    """, *HEADLESS, "-s", "10"),
    command("reset-stats-flag", "--reset-stats", PASSING, *HEADLESS, "--reset-stats", observe=("exit", "log")),
    command("prints", "prints of the locustfile go to stdout", PASSING + "    print('hello from the file')\n", *HEADLESS,
            observe=("exit", "stdout")),
    command("main-guard", "__name__ is never __main__", PASSING + """
    note(__name__)
    if __name__ == "__main__": note("never")
""", *HEADLESS),
    command("init-facts", "what is known in init", PASSING + """
    from locust import events
    @events.init.add_listener
    def init(environment, runner, web_ui):
        note(type(runner).__name__, web_ui, environment.runner is runner, runner.state, environment.events is events,
             [c.__name__ for c in environment.user_classes], runner.worker_index)
""", *HEADLESS),
    command("unhandled-greenlet", "an exception in a greenlet of the locustfile", PASSING + """
    from locust import events
    @events.init.add_listener
    def init(environment, **kw):
        def fail(): raise ValueError("in greenlet")
        gevent.spawn(fail)
""", *HEADLESS, observe=("exit", "log")),
    command("monkey-patched", "importing locust patches the standard library", """
        from locust import User, task
        from gevent import monkey
        import urllib3.connectionpool
        note([monkey.is_module_patched(name) for name in ("socket", "ssl", "time", "threading", "select", "subprocess", "os",
                                                          "signal", "queue")])
        note(urllib3.connectionpool.ConnectionPool.QueueCls.__module__)
        class One(User):
            @task
            def t(self): pass
    """, "--list"),
    command("url-locustfile", "a locustfile that is not Python at its URL", "", "-f", "{target}/ok/file.py", "--list",
            observe=("exit",)),
    command("html", "--html writes a report", PASSING, *HEADLESS, "--html", "x_{u}_{r}.html", "-u", "1", "-r", "5",
            observe=("exit", "files")),
    command("profile", "--profile", PASSING + """
    from locust import events
    @events.init.add_listener
    def init(environment, **kw): note(environment.profile, environment.parsed_options.profile)
""", *HEADLESS, "--profile", "nightly"),
    command("pytest-style", "a pytest file as a locustfile", """
        from locust.clients import HttpSession
        from locust.contrib.fasthttp import FastHttpSession
        def test_one(session: HttpSession):
            note("one", session.get("/ok").status_code)
            import gevent
            gevent.sleep(1)
    """, *HEADLESS, "-t", "1", observe=("exit", "notes")),
    command("user-error-event", "user_error under the command line", """
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
    """, *HEADLESS),
    command("ramp-time", "users come in steps of the spawn rate", """
        from locust import User, task, constant, events
        import gevent
        class One(User):
            wait_time = constant(60)
            def on_start(self): note("user", self.environment.runner.user_count)
            @task
            def t(self):
                if self.environment.runner.user_count == 6: gevent.spawn(self.environment.runner.quit)
    """, *HEADLESS, "-u", "6", "-r", "4"),
]
