"""Options: where they come from, what is refused, what they do."""

from tests.parity.case import command
from tests.parity.locustfiles import HEADLESS, ONE, PASSING, TWO_CLASSES

CASES = [
    command(
        "listener-error-exit",
        "a failing listener forces exit code 2",
        PASSING
        + """
    from locust import events
    @events.test_start.add_listener
    def started(environment): raise ValueError("in listener")
""",
        *HEADLESS,
        observe=("exit", "log"),
    ),
    command(
        "choose-classes",
        "classes chosen on the command line",
        TWO_CLASSES,
        *HEADLESS,
        "Beta",
        "Alpha",
        "-u",
        "5",
        "-r",
        "100",
    ),
    command(
        "weights-fixed",
        "fixed counts first",
        TWO_CLASSES.replace("class Alpha(Base): pass", "class Alpha(Base):\n        fixed_count = 2"),
        *HEADLESS,
        "-u",
        "10",
        "-r",
        "100",
    ),
    command(
        "fixed-more-than-users",
        "fewer users than the fixed counts",
        TWO_CLASSES.replace("class Alpha(Base): pass", "class Alpha(Base):\n        fixed_count = 5"),
        *HEADLESS,
        "-u",
        "3",
        "-r",
        "100",
        observe=("exit", "notes", "log"),
    ),
    command("unknown-option", "an unknown option", ONE, "--headles-s", observe=("exit", "last stderr", "stderr")),
    command("bad-users", "a count that is no number", ONE, "-u", "abc", observe=("exit", "stderr")),
    command("bad-rate", "a spawn rate of zero", ONE, "--headless", "-r", "0", observe=("exit", "stderr")),
    command("infinite-rate", "an infinite spawn rate", ONE, "--headless", "-r", "inf", observe=("exit", "stderr")),
    command(
        "bad-run-time", "a run time that cannot be read", ONE, "--headless", "-t", "asdf", observe=("exit", "stderr")
    ),
    command(
        "bad-stop-timeout",
        "a stop timeout that cannot be read",
        ONE,
        "--headless",
        "--stop-timeout",
        "asdf1",
        observe=("exit", "stderr"),
    ),
    command("ambiguous-option", "an ambiguous prefix", ONE, "--head", observe=("exit", "stderr")),
    command("prefix-option", "an unambiguous prefix works", PASSING, "--headl", "--only-s", "--hos", "{target}"),
    command(
        "history-without-csv",
        "--csv-full-history without --csv",
        ONE,
        "--headless",
        "--csv-full-history",
        observe=("exit", "stderr"),
    ),
    command(
        "autoquit-alone", "--autoquit without --autostart", ONE, "--headless", "--autoquit", "3", observe=("exit",)
    ),
    command("bad-loglevel", "an unknown log level", ONE, "--headless", "-L", "LOUD", observe=("exit", "stderr")),
    command(
        "loglevel",
        "--loglevel",
        PASSING
        + """
    import logging
    for level in ("debug", "info", "warning", "error"):
        getattr(logging.getLogger("mine"), level)("a %s line", level)
""",
        *HEADLESS,
        "-L",
        "warning",
        observe=("exit", "log"),
    ),
    command(
        "loglevel-locustfile",
        "lines of the locustfile's loggers",
        PASSING
        + """
    import logging
    from locust import events
    @events.init.add_listener
    def init(environment, **kw):
        logging.info("root line")
        logging.getLogger("mine").warning("my line")
        logging.getLogger("mine").debug("not shown")
""",
        *HEADLESS,
        observe=("exit", "log"),
    ),
    command(
        "tags",
        "--tags and --exclude-tags",
        """
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
    """,
        *HEADLESS,
        "--tags",
        "a",
        "x",
        "--exclude-tags",
        "b",
    ),
    command(
        "tags-nothing",
        "tags that match nothing",
        """
        from locust import User, task, tag, constant
        class One(User):
            wait_time = constant(10)
            @tag("a")
            @task
            def a(self): pass
    """,
        *HEADLESS,
        "--tags",
        "zzz",
        "-t",
        "1",
        observe=("exit", "log"),
    ),
    command(
        "parsed-options",
        "options as the locustfile sees them",
        PASSING
        + """
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
""",
        *HEADLESS,
        "-t",
        "1h3m",
        "-s",
        "5",
        "Three",
    ),
    command(
        "environment-options",
        "options from the environment",
        PASSING
        + """
    from locust import events
    @events.init.add_listener
    def init(environment, **kw):
        o = environment.parsed_options
        note(o.host, o.num_users, o.spawn_rate, o.run_time, o.headless, o.tags, o.user_classes, o.stop_timeout, o.loglevel)
""",
        env={
            "LOCUST_HOST": "{target}",
            "LOCUST_USERS": "2",
            "LOCUST_SPAWN_RATE": "50",
            "LOCUST_RUN_TIME": "30s",
            "LOCUST_HEADLESS": "true",
            "LOCUST_ONLY_SUMMARY": "1",
            "LOCUST_USER_CLASSES": "Three",
            "LOCUST_STOP_TIMEOUT": "3",
            "LOCUST_LOGLEVEL": "DEBUG",
        },
    ),
    command(
        "bad-environment-flag",
        "a flag in the environment that is neither yes nor no",
        ONE,
        env={"LOCUST_HEADLESS": "maybe"},
        observe=("exit", "stderr"),
    ),
    command(
        "config-file",
        "locust.conf, --config, pyproject.toml and their order",
        PASSING.replace("@task", "@tag('a')\n        @task").replace("import HttpUser", "import tag, HttpUser")
        + """
    from locust import events
    @events.init.add_listener
    def init(environment, **kw):
        o = environment.parsed_options
        note(o.num_users, o.spawn_rate, o.run_time, o.stop_timeout, o.tags, o.headless)
""",
        "--config",
        "mine.conf",
        "-H",
        "{target}",
        files={
            "locust.conf": "users = 1\nspawn-rate: 1\nrun-time 1m\nstop-timeout = 1\nheadless\n",
            "pyproject.toml": '[tool.locust]\nspawn-rate = 22\nrun-time = "2m"\nstop-timeout = 2\n[tool.other]\nusers = 99\n',
            "mine.conf": "# a comment\nrun-time = '3m'\nstop-timeout = 3 # why\n--only-summary\ntags = [a, b]\nexclude-tags = [\"c\"]\n",
        },
        env={"LOCUST_STOP_TIMEOUT": "4"},
    ),
    command(
        "config-unknown-key",
        "an unknown key in a configuration file",
        ONE,
        files={"locust.conf": "colour = red\n"},
        observe=("exit", "stderr"),
    ),
    command("config-missing", "--config names no file", ONE, "--config", "nowhere.conf", observe=("exit", "stderr")),
    command(
        "custom-options",
        "custom options from command line, environment and file",
        PASSING
        + """
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
""",
        *HEADLESS,
        "--number",
        "7",
        "--flag",
        env={"MINE": "from env"},
        files={"locust.conf": "filed = from file\n"},
    ),
    command(
        "custom-bad-choice",
        "a custom option with a wrong choice",
        PASSING
        + """
    from locust import events
    @events.init_command_line_parser.add_listener
    def parser(parser): parser.add_argument("--choice", choices=["a", "b"])
""",
        *HEADLESS,
        "--choice",
        "c",
        observe=("exit", "stderr"),
    ),
    command("list", "--list", TWO_CLASSES, "--list", observe=("exit", "stdout")),
    command("task-ratio", "--show-task-ratio", TWO_CLASSES, "--show-task-ratio", observe=("exit", "stdout")),
    command(
        "task-ratio-json",
        "--show-task-ratio-json",
        TWO_CLASSES,
        "--show-task-ratio-json",
        "-u",
        "10",
        observe=("exit", "stdout"),
    ),
    command("equal-weights", "--equal-weights", TWO_CLASSES, *HEADLESS, "--equal-weights", "-u", "9", "-r", "100"),
    command(
        "config-users",
        "--config-users",
        TWO_CLASSES,
        *HEADLESS,
        "-u",
        "6",
        "-r",
        "100",
        "--config-users",
        '{"user_class_name": "Alpha", "weight": 4}',
        '[{"user_class_name": "Beta", "fixed_count": 1}]',
    ),
    command(
        "config-users-bad",
        "--config-users without a name",
        TWO_CLASSES,
        *HEADLESS,
        "--config-users",
        '{"weight": 4}',
        observe=("exit", "stderr"),
    ),
    command(
        "config-users-unknown",
        "--config-users with an unknown class",
        TWO_CLASSES,
        *HEADLESS,
        "--config-users",
        '{"user_class_name": "Nobody"}',
        observe=("exit",),
    ),
    command(
        "percentiles-bad",
        "chart percentiles out of range",
        ONE
        + """
    import locust.stats
    locust.stats.PERCENTILES_TO_CHART = [1.2]
""",
        *HEADLESS,
        observe=("exit", "last stderr"),
    ),
    command(
        "profile",
        "--profile",
        PASSING
        + """
    from locust import events
    @events.init.add_listener
    def init(environment, **kw): note(environment.profile, environment.parsed_options.profile)
""",
        *HEADLESS,
        "--profile",
        "nightly",
    ),
    command("help", "--help: usage line and the groups of options", "", "--help", observe=("exit", "headings")),
    command("zero-users", "no users at all", ONE, *HEADLESS, "-u", "0", "-t", "1", observe=("exit", "log")),
    command("negative-users", "a negative count", ONE, *HEADLESS, "-u", "-5", "-t", "1", observe=("exit",)),
    command("worker-and-master", "--master with --worker", ONE, "--master", "--worker", observe=("exit",)),
    command(
        "short-forms", "-u5 and --opt=value", PASSING, "--headless", "--only-summary", "--host={target}", "-u1", "-r5"
    ),
    command(
        "last-one-wins",
        "an option given twice",
        PASSING
        + """
    from locust import events
    @events.init.add_listener
    def init(environment, **kw): note(environment.parsed_options.num_users)
""",
        *HEADLESS,
        "-u",
        "9",
        "-u",
        "1",
    ),
]
