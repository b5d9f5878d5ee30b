"""Habits found in published locustfiles that lean on what Locust happens to do."""

from tests.parity.wild import wild

CASES = [
    wild(
        "shape-computes-floats",
        "a tick() that divides: its counts and rates are floats",
        """
        from locust import User, constant, task, LoadTestShape
        class U(User):
            wait_time = constant(9)
            @task
            def t(self): pass
        class Steps(LoadTestShape):
            left = [(7 // 2.0, 100), (8 / 2, 50.5), (2.0, 100.0)]
            def tick(self):
                note(self.runner.target_user_count, self.get_current_user_count())
                return self.left.pop(0) if self.left else None
        """,
    ),
    wild(
        "verdicts-misused",
        "success() with a text, failure() without or with two, both on responses that are not in a with-block",
        """
        from locust import HttpUser, FastHttpUser, task, constant
        class Plain(HttpUser):
            wait_time = constant(9)
            @task
            def t(self):
                def attempt(what, call):
                    try: note(what, call())
                    except Exception as error: note(what, type(error).__name__, str(error))
                loose = self.client.get("/ok")
                attempt("loose failure", lambda: loose.failure("no"))
                attempt("loose success", loose.success)
                with self.client.get("/ok", catch_response=True) as response:
                    attempt("success with a text", lambda: response.success("fine"))
                    attempt("failure without", lambda: response.failure())
                    attempt("failure with two", lambda: response.failure("a", "b"))
                    attempt("failure by name", lambda: response.failure(exc="by name"))
                self.environment.runner.quit()
        """,
        observe=("exit", "notes"),
    ),
    wild(
        "quit-by-many",
        "several users call quit() in the same moment: none of them goes on behind it",
        """
        import gevent
        from gevent.event import Event
        from locust import User, task, constant
        together = Event()
        waiting = []
        class U(User):
            wait_time = constant(9)
            def on_start(self):
                waiting.append(self)
                if len(waiting) == 3: gevent.spawn(together.set)
                together.wait()
                self.environment.runner.quit()
                note("went on")
                raise RuntimeError("not reached")
            @task
            def t(self): pass
        """,
        "-u",
        "3",
        "-r",
        "100",
        "-t",
        "1s",
        observe=("notes",),
    ),
    wild(
        "callers-frame",
        "a decorator that asks who has called the task",
        """
        import functools, inspect, sys
        from locust import HttpUser, SequentialTaskSet, task, constant
        from locust.exception import StopUser
        def told(function):
            @functools.wraps(function)
            def wrapper(self):
                note(function.__name__, sys._getframe(1).f_code.co_name, inspect.stack()[1].function)
                return function(self)
            return wrapper
        class Steps(SequentialTaskSet):
            @task
            @told
            def first(self): pass
            @task
            @told
            def second(self): raise StopUser()
        class Plain(HttpUser):
            wait_time = constant(0)
            rounds = 0
            @task
            @told
            def alone(self):
                self.rounds += 1
                if self.rounds == 2: self.tasks = [Steps]
        """,
        "-t",
        "1s",
        observe=("notes",),
    ),
    wild(
        "debug-stream",
        "FastHttpUser: debug_stream= is written what was sent and what came",
        """
        import io
        from locust import FastHttpUser, task, constant
        class U(FastHttpUser):
            wait_time = constant(9)
            @task
            def t(self):
                def said(*words, **more):
                    stream = io.StringIO()
                    self.client.request(*words, debug_stream=stream, **more)
                    text = stream.getvalue()
                    lines = [line for line in text.split("\\n") if ":" not in line or line.startswith("R")]
                    note([line.replace(self.host, "") for line in lines])
                said("GET", "/ok")
                said("POST", "/status/404", data="a=1")
                said("PUT", "/echo", json={"a": 1}, name="put")
                self.environment.runner.quit()
        """,
        observe=("notes",),
    ),
    wild(
        "path-without-slash",
        "FastHttpUser: a host with a port, and a path that does not begin with a slash",
        """
        from locust import FastHttpUser, task, constant
        class U(FastHttpUser):
            wait_time = constant(9)
            @task
            def t(self):
                self.client.base_url = "http://127.0.0.1:80"
                for path in ("api/items", "v1"):
                    try: self.client.get(path)
                    except Exception as error: note(path, type(error).__name__, str(error))
                self.environment.runner.quit()
        """,
        observe=("exit", "notes"),
    ),
    wild(
        "headers-replaced-as-a-whole",
        "client.headers = {...} throws away what requests says of itself; urllib3 says it then",
        """
        from locust import HttpUser, task, constant
        class U(HttpUser):
            wait_time = constant(9)
            @task
            def t(self):
                def seen(**options):
                    response = self.client.post("/echo", **options)
                    sent = {key.lower(): value for key, value in dict(response.json()["headers"]).items()}
                    note({key: value.split("/")[0] for key, value in sorted(sent.items()) if key not in ("host", "content-length")})
                    note(sorted(key.lower() for key in response.request.headers))
                self.client.headers = {"Authorization": "Bearer x"}
                seen()
                seen(headers={"user-agent": "mine"})
                seen(json={"a": 1}, params={"q": "1"})
                seen(data={"a": 1}, headers={"Accept-Encoding": "gzip"})
                self.client.headers.clear()
                seen()
                self.environment.runner.quit()
        """,
        observe=("exit", "notes"),
    ),
]
