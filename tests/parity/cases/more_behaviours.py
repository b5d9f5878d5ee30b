"""Behaviours that none of the other areas looks at."""

from tests.parity.case import command, library
from tests.parity.locustfiles import HEADLESS, ONE, PASSING

PLAIN = "from locust import User, task\nclass {0}(User):\n    @task\n    def t(self): pass\n"

CASES = [
    library(
        "fractional-rates",
        "spawn rates below one and between whole numbers",
        """
        from locust.dispatch import UsersDispatcher
        class A(User): pass
        class Node:
            id = "here"
        for rate, count in ((0.5, 2), (2.5, 6), (1.2, 3)):
            node = Node()
            node.user_classes_count = {}
            dispatcher = UsersDispatcher(worker_nodes=[node], user_classes=[A])
            dispatcher.new_dispatch(target_user_count=count, spawn_rate=rate)
            wait = dispatcher._wait_between_dispatch
            dispatcher._wait_between_dispatch = 0
            steps = []
            while True:
                try:
                    steps.append(sum(next(dispatcher)["here"].values()))
                except StopIteration:
                    break
            note(rate, round(wait, 6), steps)
    """,
    ),
    library(
        "truth-of-no-answer",
        "a response of a refused connection as a condition, its headers",
        """
        for base in (HttpUser, FastHttpUser):
            def act(user):
                r = user.client.get("/ok")
                try:
                    note("bool", bool(r))
                except Exception as error:
                    note("bool raised", type(error).__name__)
                attempt("ok", lambda: r.ok)
                attempt("headers", lambda: None if r.headers is None else len(r.headers))
                attempt("name in headers", lambda: "x" in r.headers)
            attack(base, act, host="http://127.0.0.1:1")
    """,
    ),
    library(
        "headers-of-the-caller",
        "what a request leaves in the dict of headers it was given",
        """
        for base in (HttpUser, FastHttpUser):
            def act(user):
                for verb, more in (("get", {}), ("get", {"auth": ("a", "b")}), ("post", {"json": {}}), ("post", {"data": {"a": 1}})):
                    headers = {"X-Mine": "1"}
                    getattr(user.client, verb)("/echo", headers=headers, **more)
                    note(base.__name__, verb, sorted(headers.items()))
            attack(base, act)
    """,
    ),
    library(
        "headers-set-in-init",
        "headers of the client set in a constructor go with every request",
        """
        class Mine(HttpUser):
            abstract = True
            def __init__(self, environment):
                super().__init__(environment)
                self.client.headers["X-Forwarded-For"] = "10.0.0.1"
        def act(user):
            for _ in range(2):
                sent = {n.lower(): v for n, v in user.client.get("/echo").json()["headers"]}
                note(sent.get("x-forwarded-for"))
        attack(Mine, act)
    """,
    ),
    library(
        "environment-proxies",
        "proxies of the environment are not used by HttpUser",
        """
        import os
        os.environ["http_proxy"] = os.environ["HTTP_PROXY"] = "http://127.0.0.1:1"
        def act(user):
            note(user.client.trust_env, user.client.get("/ok").status_code)
        try:
            attack(HttpUser, act)
        finally:
            del os.environ["http_proxy"], os.environ["HTTP_PROXY"]
    """,
    ),
    library(
        "rest-assertions",
        "assertions in rest(), with and without a comma at the end",
        """
        def act(user):
            for text in ("plain", "with text,", "ends in a dot."):
                with user.rest("GET", "/echo?x=1", name=text) as r:
                    assert False, text
        def seen(env):
            env.events.request.add_listener(
                lambda name, exception, **kw: note(name, str(exception).split("{")[0], len(str(exception)) > 60))
        class One(FastHttpUser):
            host = target
            @task
            def t(self):
                act(self)
                raise StopUser
        go(One, on_ready=seen)
    """,
    ),
    library(
        "any-client-id",
        "a message of a local runner to whatever client",
        """
        class One(User):
            @task
            def t(self): raise StopUser
        env = environment(One)
        runner = env.create_local_runner()
        runner.register_message("hello", lambda environment, msg, **kw: note(msg.data, msg.type))
        attempt("nobody", lambda: runner.send_message("hello", 1, client_id="nobody"))
        attempt("itself", lambda: runner.send_message("hello", 2, client_id="local"))
        gevent.sleep(0.01)
        runner.quit()
    """,
    ),
    library(
        "host-on-the-base-class",
        "host assigned to FastHttpUser and HttpUser is the default of subclasses",
        """
        for base in (HttpUser, FastHttpUser):
            class Own(base):
                abstract = True
                host = "http://own"
            class Without(base):
                abstract = True
            before = base.host
            base.host = "http://default"
            note(base.__name__, before, Without.host, Own.host)
            base.host = before
    """,
    ),
    library(
        "durations",
        "how long a test took, in words",
        """
        from locust.util.date import format_duration
        for seconds in (0, 1, 2, 59, 60, 61, 120, 3600, 3601, 3661, 7322, 86400, 90061):
            start = 1_700_000_000
            attempt(str(seconds), lambda: format_duration(start, start + seconds))
    """,
    ),
    library(
        "urls",
        "what counts as a URL",
        """
        from locust.util.url import is_url
        for text in ("http://", "https://", "http://x", "https://x.py", "ftp://x", "x.py", "", "file:///x", "HTTP://x"):
            attempt(text, lambda: bool(is_url(text)))
    """,
    ),
    command(
        "parser-listeners",
        "how often a listener of the command line's parser was called before the test starts",
        PASSING
        + """
    from locust import events
    calls = []
    @events.init_command_line_parser.add_listener
    def parser(parser): calls.append(1)
    @events.test_start.add_listener
    def started(environment): note(len(calls))
""",
        *HEADLESS,
    ),
    command(
        "shapes-are-early",
        "a shape is made before there is an environment",
        """
        from locust import User, task, LoadTestShape, events
        class One(User):
            @task
            def t(self): pass
        class Shape(LoadTestShape):
            def __init__(self):
                super().__init__()
                note("made", self.runner)
            def tick(self):
                note("tick", self.runner is not None)
                return None
        @events.init.add_listener
        def init(environment, **kw): note("init", type(environment.shape_class).__name__)
    """,
        *HEADLESS,
    ),
    command(
        "package",
        "a package as -f",
        "",
        "-f",
        "parts",
        "--list",
        files={"parts/__init__.py": "", "parts/one.py": PLAIN.format("A")},
        observe=("exit", "stdout"),
    ),
    command("default-run", "a headless run of a second", ONE, *HEADLESS, "-t", "1s", observe=("exit", "log")),
    command(
        "shape-with-options",
        "options that a shape does not look at",
        """
        from locust import User, task, LoadTestShape
        class One(User):
            @task
            def t(self): pass
        class Shape(LoadTestShape):
            def tick(self): return None
    """,
        *HEADLESS,
        "-u",
        "3",
        "-r",
        "2",
        observe=("exit", "log"),
    ),
    command(
        "shape-with-common-options",
        "a shape that says it looks at the common options",
        """
        from locust import User, task, LoadTestShape
        class One(User):
            @task
            def t(self): pass
        class Shape(LoadTestShape):
            use_common_options = True
            def tick(self): return None
    """,
        *HEADLESS,
        "-u",
        "3",
        "-r",
        "2",
        observe=("exit", "log"),
    ),
    command(
        "shape-interrupt",
        "Ctrl-C while a shape runs",
        """
        from locust import User, task, constant, LoadTestShape, events
        import logging
        class One(User):
            wait_time = constant(5)
            @task
            def t(self): pass
        class Shape(LoadTestShape):
            def tick(self): return (1, 1)
        @events.spawning_complete.add_listener
        def done(**kw): logging.getLogger("mine").info("now interrupt")
        @events.test_stop.add_listener
        def stopped(environment): note("test_stop")
    """,
        *HEADLESS,
        interrupt_at="now interrupt",
        # The exit code of Locust depends on where the interrupt meets it.
        observe=("notes",),
    ),
    command(
        "names-of-reports",
        "placeholders in the name of the report",
        PASSING,
        *HEADLESS,
        "-u",
        "1",
        "-r",
        "5",
        "-t",
        "9s",
        "--html",
        "x_{u}_{r}_{t}_{nothing}.html",
        observe=("exit", "files"),
    ),
    command(
        "pytest-failures",
        "what ends a user of the pytest kind and what ends only its round",
        """
        n = {"a": 0, "h": 0}
        def test_assertion(session):
            n["a"] += 1
            note("assertion", n["a"])
            assert n["a"] < 2
        def test_status(session):
            import gevent
            n["h"] += 1
            if n["h"] <= 3: note("status", n["h"])
            if n["h"] == 3: gevent.sleep(5)
            session.get("/status/404").raise_for_status()
            note("never")
    """,
        *HEADLESS,
        "-u",
        "2",
        "-r",
        "10",
        "-t",
        "3s",
        observe=("exit", "notes"),
    ),
]
