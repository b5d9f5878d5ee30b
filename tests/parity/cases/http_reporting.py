"""Events, catch_response, names and contexts."""

from tests.parity.clients import act, both, flat

CASES = flat(
    [
        act(
            "raise-for-status",
            "raise_for_status",
            """
        user.client.get("/ok").raise_for_status()
        user.client.get("/status/500").raise_for_status()
    """,
        ),
        act(
            "catch-without-with",
            "catch_response=True without with reports nothing",
            """
        user.client.get("/ok", catch_response=True)
    """,
        ),
        act(
            "with-without-catch",
            "with without catch_response=True",
            """
        with user.client.get("/ok") as r:
            note(r.status_code)
    """,
        ),
        act(
            "catch-success-failure",
            "success() and failure(): the last call wins",
            """
        with user.client.get("/status/404", name="a", catch_response=True) as r:
            r.success()
        with user.client.get("/ok", name="b", catch_response=True) as r:
            r.failure("not good")
        with user.client.get("/ok", name="c", catch_response=True) as r:
            r.failure("first")
            r.success()
        with user.client.get("/ok", name="d", catch_response=True) as r:
            r.success()
            r.failure(ValueError("mine"))
        with user.client.get("/ok", name="e", catch_response=True) as r:
            r.failure({"any": "object"})
        with user.client.get("/status/500", name="f", catch_response=True) as r:
            pass
    """,
        ),
        act(
            "catch-exceptions",
            "exceptions leaving the block",
            """
        from locust.exception import CatchResponseError, ResponseError
        for name, error in (("response", ResponseError("mine")), ("value", ValueError("v")), ("assert", AssertionError("a")),
                            ("catch", CatchResponseError("c"))):
            try:
                with user.client.get("/ok", name=name, catch_response=True):
                    raise error
            except Exception as caught:
                note(name, "propagated", type(caught).__name__)
        for name in ("success", "failure"):
            try:
                with user.client.get("/ok", name=name, catch_response=True) as r:
                    r.success() if name == "success" else r.failure("f")
                    raise ValueError("after")
            except ValueError:
                note(name, "propagated")
    """,
        ),
        act(
            "catch-edit-meta",
            "request_meta may be edited in the block",
            """
        with user.client.get("/ok", catch_response=True) as r:
            note(sorted(r.request_meta))
            r.request_meta["name"] = "edited"
            r.request_meta["response_length"] = 77
            r.request_meta["context"] = {"k": "v"}
            r.request_meta["extra"] = 1
    """,
            "fields=('context',)",
        ),
        act(
            "catch-refused",
            "catch_response on a refused connection",
            """
        with user.client.get("/ok", catch_response=True) as r:
            note(r.status_code)
        with user.client.get("/ok", name="fine", catch_response=True) as r:
            r.success()
    """,
            "host='http://127.0.0.1:1'",
        ),
        act(
            "catch-raise-for-status",
            "raise_for_status honours success() and failure()",
            """
        with user.client.get("/status/404", name="a", catch_response=True) as r:
            r.success()
            r.raise_for_status()
            note("passed")
        try:
            with user.client.get("/ok", name="b", catch_response=True) as r:
                r.failure("f")
                r.raise_for_status()
        except Exception as error:
            note(type(error).__name__, str(error))
    """,
        ),
        act(
            "success-outside-block",
            "success() outside a block",
            """
        for call in ("success", "failure"):
            try:
                r = user.client.get("/ok")
                r.success() if call == "success" else r.failure("x")
            except Exception as error:
                note(call, type(error).__name__, str(error).split("\\n")[0])
    """,
        ),
        act(
            "context",
            "context of the user and of the call",
            """
        user.client.get("/ok", context={"b": 2, "c": 3})
        user.client.get("/ok")
    """,
            "fields=('context',), context=lambda self: {'a': 1, 'b': 1}",
        ),
        act(
            "context-when",
            "when the user's context() is asked",
            """
        user.where = "before"
        user.client.get("/delay/20")
    """,
            "context=lambda self: note('context') or {}, on_ready=lambda env: "
            "env.events.request.add_listener(lambda **kw: note('listener'))",
        ),
        act(
            "request-name",
            "request_name and rename_request",
            """
        user.client.request_name = "all"
        user.client.get("/ok")
        user.client.get("/ok", name="explicit")
        user.client.request_name = None
        with user.client.rename_request("inside"):
            user.client.get("/ok")
            with user.client.rename_request("deeper"):
                user.client.get("/ok")
            note(user.client.request_name)
        user.client.get("/ok")
    """,
        ),
        act(
            "event-response",
            "what the listener gets as response",
            """
        user.client.get("/ok")
        with user.client.get("/status/500", catch_response=True): pass
    """,
            "on_ready=lambda env: env.events.request.add_listener(lambda response, response_time, start_time, **kw: "
            "note(type(response).__name__, response.status_code, type(response_time).__name__, type(start_time).__name__))",
        ),
        act(
            "wrapped-request",
            "a wrapper put on client.request sees get and post",
            """
        original = user.client.request
        def wrapper(method, url, *args, **kwargs):
            note("wrapper", method, url)
            return original(method, url, *args, **kwargs)
        user.client.request = wrapper
        user.client.get("/ok")
        user.client.post("/ok", data="x")
    """,
        ),
        act(
            "listener-order",
            "a listener added before the runner runs before the statistics",
            """
        user.client.get("/ok")
    """,
        ),
        act(
            "rest",
            "rest(): json, status, assertion, exception",
            """
        with user.rest("GET", "/json") as r:
            note(r.js["name"])
        with user.rest("GET", "/ok", name="not json") as r:
            note(r.js)
        with user.rest("GET", "/status/204", name="empty") as r:
            note(r.js)
        with user.rest("GET", "/json", name="assert") as r:
            assert r.js["name"] == "x", "wrong name"
        with user.rest("GET", "/json", name="assert comma") as r:
            assert False, "wrong,"
        with user.rest("GET", "/json", name="bare assert") as r:
            assert False
        with user.rest("GET", "/status/404", name="status") as r:
            pass
        with user.rest("POST", "/echo", name="post", json={"a": 1}) as r:
            note(r.js["body"], sorted(v for n, v in r.js["headers"] if n.lower() in ("accept", "content-type")))
    """,
        ),
        act(
            "rest-flow-exceptions",
            "rest() swallows flow exceptions too",
            """
        from locust.exception import RescheduleTask
        with user.rest("GET", "/json", name="flow") as r:
            raise RescheduleTask("again")
        note("still here")
    """,
        ),
        act(
            "rest-underscore",
            "rest_ adds a time stamp to the URL only",
            """
        with user.rest_("GET", "/json?x=1") as r:
            note(r.url.split("_=")[0].split("/")[-1])
    """,
            "on_ready=None",
        ),
        both(
            "no-host",
            "no host at all",
            """
        class One(CLIENT):
            @task
            def t(self): pass
        try:
            One(environment(One))
        except Exception as error:
            note(type(error).__name__, str(error))
    """,
        ),
        both(
            "host-from-environment",
            "environment.host overwrites the host of the class for good",
            """
        class One(CLIENT):
            host = "http://class.invalid"
            @task
            def t(self):
                note(self.host == target, self.client.base_url == target)
                raise StopUser
        go(One, host=target)
        note(One.host == target)
    """,
        ),
        both(
            "killed-in-flight",
            "the request of a killed user is not reported",
            """
        class One(CLIENT):
            host = target
            @task
            def t(self):
                self.client.get("/ok")
                gevent.spawn_later(0.05, finish)
                self.client.get("/delay/30000")
                note("never")
        env = go(One)
        note(env.stats.total.num_requests, env.stats.total.num_failures)
    """,
        ),
        both(
            "gevent-timeout",
            "gevent.Timeout around a request",
            """
        def act(user):
            try:
                with gevent.Timeout(0.05):
                    r = user.client.get("/delay/2000", name="late")
                    note("came back", r.status_code)
            except gevent.Timeout:
                note("Timeout")
            note(user.client.get("/ok").text)
        env = attack(CLIENT, act)
    """,
        ),
        both(
            "requests-in-on-stop",
            "requests in on_stop are counted",
            """
        class One(CLIENT):
            host = target
            wait_time = locust.constant(10)
            def on_stop(self): self.client.get("/ok", name="bye")
            @task
            def t(self): gevent.spawn_later(0.02, finish)
        env = go(One)
        note([[*key, e.num_requests] for key, e in env.stats.entries.items()])
    """,
        ),
        both(
            "stop-user-in-listener",
            "a listener that raises StopUser",
            """
        class One(CLIENT):
            host = target
            def on_stop(self): note("on_stop")
            @task
            def t(self):
                self.client.get("/ok")
                note("never")
        def listener(**kwargs):
            raise StopUser
        env = go(One, on_ready=lambda env: env.events.request.add_listener(listener))
        note(env.stats.total.num_requests)
    """,
        ),
        both(
            "reschedule-in-early-listener",
            "a flow exception in a listener before the statistics: not counted",
            """
        from locust.exception import RescheduleTask
        events = Events()
        class One(CLIENT):
            host = target
            n = 0
            @task
            def t(self):
                self.n += 1
                if self.n == 3: raise StopUser
                self.client.get("/ok")
                note("never")
        def listener(**kwargs):
            raise RescheduleTask
        events.request.add_listener(listener)
        env = go(One, events=events)
        note(env.stats.total.num_requests)
    """,
        ),
        both(
            "failing-listener",
            "any other exception of a listener is logged",
            """
        def listener(**kwargs):
            raise ValueError("listener")
        attack(CLIENT, lambda user: user.client.get("/ok"),
               on_ready=lambda env: env.events.request.add_listener(listener))
        note(logs("root", "locust.event"))
    """,
        ),
        both(
            "two-users",
            "connections and cookies of two users",
            """
        done = []
        class One(CLIENT):
            host = target
            @task
            def t(self):
                first = self.client.get("/echo").json()["connection"]
                second = self.client.get("/echo").json()["connection"]
                done.append(first)
                note(first == second)
                raise StopUser
        go(One, users=2)
        note(len(set(done)))
    """,
        ),
    ]
)
