"""Locustfiles: where they are found, which classes are taken."""

from tests.parity.case import command
from tests.parity.locustfiles import HEADLESS, ONE, PASSING

CASES = [
    command(
        "module-listener-first",
        "listeners of the module run before the statistics, those of init after",
        PASSING
        + """
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
""",
        *HEADLESS,
    ),
    command(
        "user-classes",
        "which classes are found: imported ones too, abstract ones not",
        """
        from locust import User, HttpUser, task, events
        from other import Imported
        class Mine(User):
            abstract = True
        class Real(Mine):
            @task
            def t(self): pass
        class NotAUser: pass
    """,
        "--list",
        files={"other.py": "from locust import User, task\nclass Imported(User):\n    @task\n    def t(self): pass\n"},
        observe=("exit", "stdout"),
    ),
    command(
        "same-class-two-names",
        "one class under two names",
        """
        from locust import User, task
        class One(User):
            @task
            def t(self): pass
        Two = One
    """,
        *HEADLESS,
        "-t",
        "1",
        observe=("exit", "last stderr"),
    ),
    command("unknown-class", "an unknown user class", ONE, *HEADLESS, "Nobody", observe=("exit", "log")),
    command("no-class", "a file without user classes", "x = 1\n", *HEADLESS, observe=("exit", "log")),
    command("no-file", "no locustfile at all", "", "--headless", observe=("exit", "last stderr")),
    command(
        "from-a-url",
        "a locustfile at a URL",
        "",
        "-f",
        "{target}/source/far.py",
        "--list",
        observe=("exit", "stdout", "files"),
    ),
    command(
        "from-a-url-and-here",
        "one at a URL, one beside it",
        ONE,
        "-f",
        "{target}/source/far.py,locustfile.py",
        "--list",
        observe=("exit", "stdout"),
    ),
    command(
        "not-there-at-a-url", "a URL without a file", "", "-f", "{target}/status/404", observe=("exit", "last stderr")
    ),
    command(
        "broken-at-a-url",
        "a URL with a broken file",
        "",
        "-f",
        "{target}/source/broken.py",
        "--list",
        observe=("exit",),
    ),
    command(
        "refused-url",
        "a URL that nobody serves",
        "",
        "-f",
        "http://127.0.0.1:1/a.py",
        "--list",
        observe=("exit", "last stderr"),
    ),
    command("missing-file", "a file that is not there", "", "-f", "nowhere.py", observe=("exit", "last stderr")),
    command(
        "not-py",
        "a file that does not end in .py",
        "",
        "-f",
        "file.txt",
        files={"file.txt": "x"},
        observe=("exit", "last stderr"),
    ),
    command(
        "empty-directory",
        "a directory without locustfiles",
        "",
        "-f",
        "empty",
        files={"empty/_hidden.py": "", "empty/readme.md": ""},
        observe=("exit", "last stderr"),
    ),
    command(
        "broken-file", "a locustfile with a syntax error", "class (:\n", *HEADLESS, observe=("exit", "last stderr")
    ),
    command(
        "raising-file",
        "a locustfile that raises",
        "raise ValueError('at import')\n",
        *HEADLESS,
        observe=("exit", "last stderr"),
    ),
    command(
        "directory",
        "a directory with locustfiles, nested, without _files",
        "",
        "-f",
        "tests",
        "--list",
        files={
            "tests/a.py": "from locust import User, task\nclass A(User):\n    @task\n    def t(self): pass\n",
            "tests/deep/b.py": "from locust import User, task\nclass B(User):\n    @task\n    def t(self): pass\n",
            "tests/_c.py": "from locust import User, task\nclass C(User):\n    @task\n    def t(self): pass\n",
        },
        observe=("exit", "stdout"),
    ),
    command(
        "several-files",
        "a comma list of files",
        "",
        "-f",
        "a.py, b.py",
        "--list",
        files={
            "a.py": "from locust import User, task\nclass A(User):\n    @task\n    def t(self): pass\n",
            "b.py": "from locust import User, task\nclass B(User):\n    @task\n    def t(self): pass\n",
        },
        observe=("exit", "stdout"),
    ),
    command(
        "duplicate-classes",
        "one class name in two files",
        "",
        "-f",
        "a.py,b.py",
        "--list",
        files={
            "a.py": "from locust import User, task\nclass A(User):\n    @task\n    def t(self): pass\n",
            "b.py": "from locust import User, task\nclass A(User):\n    @task\n    def t(self): pass\n",
        },
        observe=("exit", "last stderr"),
    ),
    command(
        "file-called-locust",
        "a file called locust.py, and one with dots",
        "",
        "-f",
        "sub/locust.py,my.load.test.py",
        "--list",
        files={
            "sub/locust.py": "from locust import User, task\nclass A(User):\n    @task\n    def t(self): pass\n",
            "my.load.test.py": "from locust import User, task\nclass B(User):\n    @task\n    def t(self): pass\n",
        },
        observe=("exit", "stdout"),
    ),
    command(
        "module-path",
        "the working directory stays on sys.path, the file's own does not",
        "",
        "-f",
        "sub/file.py",
        *HEADLESS,
        files={
            "sub/file.py": """
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
            """,
            "sub/neighbour.py": "",
        },
    ),
    command(
        "locustfile-in-config",
        "locustfile set in a configuration file",
        "",
        *HEADLESS,
        "--list",
        files={
            "locust.conf": "locustfile = elsewhere.py\n",
            "elsewhere.py": "from locust import User, task\nclass Elsewhere(User):\n    @task\n    def t(self): pass\n",
        },
        observe=("exit", "stdout"),
    ),
    command(
        "host-precedence",
        "the command line's host beats the class",
        PASSING.replace("class Three(HttpUser):", "class Three(HttpUser):\n        host = 'http://nowhere.invalid'")
        + """
    from locust import events
    @events.quitting.add_listener
    def quitting(environment, **kw): note(Three.host == environment.host, environment.stats.num_failures)
""",
        *HEADLESS,
    ),
    command(
        "host-of-class",
        "without --host the class decides",
        """
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
    """,
        "--headless",
        "--only-summary",
        env={"WHERE": "{target}"},
    ),
    command(
        "duplicate-shapes",
        "two shapes of one name",
        "",
        "-f",
        "a.py,b.py",
        "--headless",
        files={
            "a.py": "from locust import User, task, LoadTestShape\nclass S(LoadTestShape):\n    def tick(self): return None\n"
            "class A(User):\n    @task\n    def t(self): pass\n",
            "b.py": "from locust import LoadTestShape\nclass S(LoadTestShape):\n    def tick(self): return None\n",
        },
        observe=("exit", "last stderr"),
    ),
    command(
        "main-guard",
        "__name__ is never __main__",
        PASSING
        + """
    note(__name__)
    if __name__ == "__main__": note("never")
""",
        *HEADLESS,
    ),
    command(
        "init-facts",
        "what is known in init",
        PASSING
        + """
    from locust import events
    @events.init.add_listener
    def init(environment, runner, web_ui):
        note(type(runner).__name__, web_ui, environment.runner is runner, runner.state, environment.events is events,
             [c.__name__ for c in environment.user_classes], runner.worker_index)
""",
        *HEADLESS,
    ),
    command(
        "monkey-patched",
        "importing locust patches the standard library",
        """
        from locust import User, task
        from gevent import monkey
        import urllib3.connectionpool
        note([monkey.is_module_patched(name) for name in ("socket", "ssl", "time", "threading", "select", "subprocess", "os",
                                                          "signal", "queue")])
        note(urllib3.connectionpool.ConnectionPool.QueueCls.__module__)
        class One(User):
            @task
            def t(self): pass
    """,
        "--list",
    ),
    command(
        "url-locustfile",
        "a locustfile that is not Python at its URL",
        "",
        "-f",
        "{target}/ok/file.py",
        "--list",
        observe=("exit",),
    ),
    command(
        "pytest-parametrized",
        "a test function with a parameter that is no fixture",
        """
        import pytest
        @pytest.mark.parametrize("n", [1, 2])
        def test_it(session, n): pass
    """,
        *HEADLESS,
        observe=("exit", "last stderr"),
    ),
    command(
        "pytest-style",
        "a pytest file as a locustfile",
        """
        from locust.clients import HttpSession
        from locust.contrib.fasthttp import FastHttpSession
        def test_one(session: HttpSession):
            note("one", session.get("/ok").status_code)
            import gevent
            gevent.sleep(1)
    """,
        *HEADLESS,
        "-t",
        "1",
        observe=("exit", "notes"),
    ),
]
