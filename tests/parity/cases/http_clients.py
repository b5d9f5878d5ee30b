"""The two HTTP clients, each case once per client: what is reported, what the task sees, what reaches the server."""

from textwrap import dedent

from tests.parity.case import Case, library


def both(name: str, covers: str, code: str, **more: str) -> list[Case]:
    """`CLIENT` in the code is the user class; HTTP is True for the requests-based one."""
    def one(prefix: str, client: str, flag: str) -> Case:
        head = f"CLIENT, HTTP = {client}, {flag}\n"
        return library(f"{prefix}-{name}", f"{client}: {covers}", head + dedent(code))
    return [one("http", "HttpUser", "True"), one("fast", "FastHttpUser", "False")]


def act(name: str, covers: str, body: str, options: str = "") -> list[Case]:
    """The body is the one task of one user, as `user`; every request event and the statistics are noted."""
    lines = "\n".join("    " + line for line in dedent(body).strip().splitlines())
    return both(name, covers, f"def act(user):\n{lines}\nattack(CLIENT, act{', ' + options if options else ''})\n")


CASES = [case for group in [
    act("get", "a GET", "r = user.client.get('/ok'); note(r.status_code, bytes(r.content), r.text)"),
    act("verbs", "each verb, with a body where it has one", """
        for verb in ("get", "options", "head", "post", "put", "patch", "delete"):
            r = getattr(user.client, verb)("/ok")
            note(verb, r.status_code, len(r.content))
    """),
    act("request-method-spelling", "the request type is reported as spelled", """
        user.client.request("get", "/ok")
        user.client.request("Post", "/ok")
    """),
    act("name", "an explicit name, also in the error text", """
        user.client.get("/ok?x=1", name="grouped")
        user.client.get("/status/404", name="missing [x]")
    """),
    act("failing-statuses", "client and server errors and their texts", """
        for status in (400, 404, 418, 500, 503, 599):
            user.client.get(f"/status/{status}")
    """),
    act("odd-statuses", "unusual successes and redirect codes without location", """
        for status in (200, 201, 204, 206, 207, 226, 227, 299, 300, 304, 305, 306):
            r = user.client.get(f"/status/{status}", name=str(status))
            note(status, r.status_code, r.ok)
    """),
    act("query-in-name", "the name keeps the query, the fragment goes", """
        user.client.get("/ok?a=1&b=2")
        user.client.get("/ok#part")
    """),
    act("params", "params= in the URL and the name", """
        r = user.client.get("/echo", params={"a": "1 2", "b": "ü"})
        note(r.json()["target"])
        r = user.client.get("/echo?z=9", params={"a": 1})
        note(r.json()["target"])
    """),
    act("absolute-url", "an absolute URL and its name", "user.client.get(target + '/ok')"),
    act("encoding-of-path", "spaces and non-ASCII in the path", """
        r = user.client.get("/echo/a b?x=é")
        note(r.json()["target"])
        r = user.client.get("/echo/a%20b%2Fc?x=%C3%A9")
        note(r.json()["target"])
    """),
    act("joining", "base URL with a path: plain concatenation", """
        r = user.client.get("/x")
        note(r.json()["target"])
        r = user.client.get("x")
        note(r.json()["target"])
    """, "host=target + '/echo/'"),
    act("root", "the empty path", """
        user.client.get("")
        user.client.get("/")
    """),
    act("redirects", "one event per chain, named after the first URL", """
        r = user.client.get("/redirect/3")
        note(r.status_code, r.url, bytes(r.content))
    """),
    act("redirect-not-followed", "allow_redirects=False", """
        r = user.client.get("/redirect/1", allow_redirects=False)
        note(r.status_code, r.headers["location"])
    """),
    act("redirect-methods", "what a POST becomes at each redirect code", """
        for code in (301, 302, 303, 307, 308):
            r = user.client.post(f"/redirect-to?url=/echo&status={code}", data="body", name=str(code))
            seen = r.json()
            names = sorted(n.lower() for n, _ in seen["headers"] if n.lower().startswith("content"))
            note(code, seen["method"], seen["body"], names)
    """),
    act("redirect-loop", "more redirects than allowed", """
        r = user.client.get("/redirect-loop", name="loop")
        note(r.status_code)
    """, "max_redirects=30" ),
    act("redirect-relative", "a relative location", """
        r = user.client.get("/relredir")
        note(r.status_code, r.url, bytes(r.content))
    """),
    act("redirect-without-location", "a redirect code without Location", """
        r = user.client.get("/redirect-without-location")
        note(r.status_code, bytes(r.content))
    """),
    act("redirect-head", "HEAD and redirects", """
        r = user.client.head("/redirect/1")
        note(r.status_code)
    """),
    act("redirect-cookie", "a cookie set on the way is sent on", """
        user.client.get("/set-cookie?a=1")
        note(user.client.get("/redirect-to?url=/cookies").json())
    """),
    act("cookies", "cookies persist across requests and honour their path", """
        user.client.get("/set-cookie?a=1&b=2;%20Path=/echo", name="set")
        note(user.client.get("/cookies").json())
        note([v for n, v in user.client.get("/echo").json()["headers"] if n == "Cookie"])
        user.client.get("/set-cookie?a=;%20Max-Age=0", name="expire")
        note(user.client.get("/cookies").json())
        (user.client.cookies if HTTP else user.client.cookiejar).clear()
        note([v for n, v in user.client.get("/echo").json()["headers"] if n == "Cookie"])
    """),
    act("secure-cookie", "secure cookies over http", """
        user.client.get("/set-cookie?s=1;%20Secure;%20Path=/", name="set")
        note(user.client.get("/cookies").json())
    """),
    act("cookies-per-user", "a user's cookies are its own", """
        user.client.get("/set-cookie?a=1")
        other = type(user)(user.environment)
        note(other.client.get("/cookies").json())
    """),
    act("default-headers", "the headers of a plain GET and POST", """
        for method in ("GET", "POST"):
            seen = user.client.request(method, "/echo").json()["headers"]
            note(method, sorted([n.lower(), v] for n, v in seen))
    """),
    act("custom-headers", "headers given per request", """
        mine = {"X-Mine": "1", "user-agent": "me", "Accept": "x/y"}
        seen = user.client.get("/echo", headers=mine).json()["headers"]
        note(sorted([n.lower(), v] for n, v in seen))
        note(mine)
    """),
    act("json-body", "json=", """
        for value in ({"a": [1, None, "ü"]}, {}, [], None, 0, "text"):
            seen = user.client.post("/echo", json=value).json()
            headers = {n.lower(): v for n, v in seen["headers"]}
            note(repr(value), seen["body"], headers.get("content-type"), headers.get("accept"),
                 headers.get("content-length"))
    """),
    act("data-body", "data= as str, bytes, dict", """
        for value in ("plain ü", b"raw", {"a": "1 2", "b": "ü"}, "", b"", {}):
            seen = user.client.post("/echo", data=value).json()
            headers = {n.lower(): v for n, v in seen["headers"]}
            note(repr(value), seen["body"], headers.get("content-type"), headers.get("content-length"))
    """),
    act("data-list-in-dict", "data= with a list as a value", """
        note(user.client.post("/echo", data={"b": ["x", "y"]}).json()["body"])
    """),
    act("data-and-json", "data and json together", """
        note(user.client.post("/echo", data="d", json={"j": 1}).json()["body"])
        note(user.client.put("/echo", "positional").json()["body"])
        note(user.client.patch("/echo", data={"k": "v"}).json()["body"])
        note(user.client.delete("/echo", json={"k": 1}).json()["body"])
    """),
    act("files", "multipart with files=", """
        seen = user.client.post("/echo", data={"field": "value"}, files={"f": ("name.txt", b"content", "text/plain")}).json()
        headers = {n.lower(): v for n, v in seen["headers"]}
        kind, boundary = headers["content-type"].split("boundary=")
        body = seen["body"].replace(boundary, "BOUNDARY")
        note(kind, sorted(line for line in body.split("\\r\\n") if "BOUNDARY" not in line))
    """),
    act("content-type-kept", "a content type given is kept", """
        seen = user.client.post("/echo", data="x", headers={"Content-Type": "a/b"}).json()
        note([v for n, v in seen["headers"] if n.lower() == "content-type"])
    """),
    act("auth", "auth=(user, password)", """
        note(user.client.get("/basic-auth/me/secret", auth=("me", "secret")).status_code)
        note(user.client.get("/basic-auth/me/secret", auth=("me", "wrong")).status_code)
    """),
    act("auth-in-host", "credentials in the host are decoded and stripped", """
        note(user.client.base_url, user.client.get("/basic-auth/m%20e/s%2Ft").status_code)
        note([v for n, v in user.client.get("/echo").json()["headers"] if n.lower() == "authorization"])
    """, "host=target.replace('http://', 'http://m%20e:s%2Ft@')"),
    act("user-only-in-host", "a user name alone in the host is not stripped", """
        note(user.client.base_url)
    """, "host=target.replace('http://', 'http://me@')"),
    act("compression", "gzip, deflate, raw deflate, br: length counts decompressed bytes", """
        for kind in ("gzip", "deflate", "deflate/raw", "br"):
            r = user.client.get("/" + kind)
            note(kind, len(r.content), r.text[:11])
    """),
    act("chunked", "chunked answers", """
        r = user.client.get("/chunked/5")
        note(r.text, r.headers.get("transfer-encoding"))
        note(user.client.get("/chunked/0").text)
    """),
    act("until-close", "a body without length and an HTTP/1.0 answer", """
        note(user.client.get("/until-close").text)
        note(user.client.get("/http10").text)
    """),
    act("interim-answers", "1xx answers before the real one", "note(user.client.get('/interim').text)"),
    act("no-body", "HEAD, 204 and 304 have no body", """
        for call in (lambda: user.client.head("/ok"), lambda: user.client.get("/status/204"),
                     lambda: user.client.get("/status/304"), lambda: user.client.get("/ok")):
            r = call()
            note(r.status_code, len(r.content), r.text)
    """),
    act("large-body", "a megabyte", """
        r = user.client.get("/bytes/1000000")
        note(len(r.content), r.content[:4] == bytes(range(4)))
    """),
    act("repeated-headers", "headers: case, repetition", """
        r = user.client.get("/headers-many/2")
        note(r.headers["x-header-1"], r.headers.get("X-HEADER-0"), "x-nope" in r.headers, r.headers.get("nope"))
        note(r.headers["x-twice"])
    """),
    act("text-encoding", "charset of text", """
        r = user.client.get("/text/text_plain?body=gr\\u00fcn", name="t1")
        note(r.text, r.encoding)
        r = user.client.get("/text/text_plain; charset=utf-8?body=abc", name="t2")
        note(r.text, r.encoding)
        r = user.client.get("/text/application_json?body=abc", name="t3")
        note(r.text, r.encoding)
        r = user.client.get("/text/text_plain?body=gr\\u00fcn", name="t4")
        r.encoding = "cp437"
        note(r.text)
    """),
    act("json-answer", "response.json()", """
        note(user.client.get("/json").json())
        try:
            user.client.get("/ok").json()
        except ValueError as error:
            note([c.__name__ for c in type(error).__mro__ if c.__module__ in ("json.decoder", "builtins")])
    """),
    act("response-request", "response.request", """
        r = user.client.post("/ok", data="abc", headers={"X-A": "1"})
        note(r.request.method, r.request.url, r.request.body, r.request.headers["X-A"])
    """),
    act("raise-for-status", "raise_for_status", """
        user.client.get("/ok").raise_for_status()
        user.client.get("/status/500").raise_for_status()
    """),
    act("refused", "a refused connection: status 0, no exception in the task", """
        r = user.client.get("/ok")
        note(r.status_code, r.content, r.text, repr(r.error))
        try:
            note(r.ok)
        except Exception as error:
            note("ok raised", type(error).__name__)
        try:
            r.json()
        except Exception as error:
            note("json raised", type(error).__name__)
    """, "host='http://127.0.0.1:1'"),
    act("unknown-host", "a name that does not resolve", """
        r = user.client.get("/ok")
        note(r.status_code, type(r.error).__name__)
    """, "host='http://nowhere.invalid'"),
    act("dropped", "the server closes without an answer", """
        r = user.client.get("/drop", name="drop")
        note(r.status_code)
    """),
    act("reset", "the server resets the connection", """
        r = user.client.get("/reset", name="reset")
        note(r.status_code)
    """),
    act("short-body", "a body shorter than its length", """
        r = user.client.get("/malformed/short-body", name="short")
        note(r.status_code)
    """),
    act("bad-gzip", "a body that is not gzip", """
        r = user.client.get("/malformed/bad-gzip", name="gzip")
        note(r.status_code)
    """),
    act("bad-status-line", "a malformed status line", """
        r = user.client.get("/malformed/bad-status-line", name="bad")
        note(r.status_code)
    """),
    act("bad-chunk", "a malformed chunk", """
        r = user.client.get("/malformed/bad-chunk", name="bad")
        note(r.status_code)
    """),
    act("bad-urls", "URLs that cannot be requested", """
        for url in ("ftp://x/y", "http://", "//x/y"):
            try:
                user.client.get(url, name=url)
            except Exception as error:
                note(url, type(error).__name__)
    """),
    act("catch-without-with", "catch_response=True without with reports nothing", """
        user.client.get("/ok", catch_response=True)
    """),
    act("with-without-catch", "with without catch_response=True", """
        with user.client.get("/ok") as r:
            note(r.status_code)
    """),
    act("catch-success-failure", "success() and failure(): the last call wins", """
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
    """),
    act("catch-exceptions", "exceptions leaving the block", """
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
    """),
    act("catch-edit-meta", "request_meta may be edited in the block", """
        with user.client.get("/ok", catch_response=True) as r:
            note(sorted(r.request_meta))
            r.request_meta["name"] = "edited"
            r.request_meta["response_length"] = 77
            r.request_meta["context"] = {"k": "v"}
            r.request_meta["extra"] = 1
    """, "fields=('context',)"),
    act("catch-refused", "catch_response on a refused connection", """
        with user.client.get("/ok", catch_response=True) as r:
            note(r.status_code)
        with user.client.get("/ok", name="fine", catch_response=True) as r:
            r.success()
    """, "host='http://127.0.0.1:1'"),
    act("catch-raise-for-status", "raise_for_status honours success() and failure()", """
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
    """),
    act("success-outside-block", "success() outside a block", """
        for call in ("success", "failure"):
            try:
                r = user.client.get("/ok")
                r.success() if call == "success" else r.failure("x")
            except Exception as error:
                note(call, type(error).__name__, str(error).split("\\n")[0])
    """),
    act("context", "context of the user and of the call", """
        user.client.get("/ok", context={"b": 2, "c": 3})
        user.client.get("/ok")
    """, "fields=('context',), context=lambda self: {'a': 1, 'b': 1}"),
    act("context-when", "when the user's context() is asked", """
        user.where = "before"
        user.client.get("/delay/20")
    """, "context=lambda self: note('context') or {}, on_ready=lambda env: "
         "env.events.request.add_listener(lambda **kw: note('listener'))"),
    act("request-name", "request_name and rename_request", """
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
    """),
    act("event-response", "what the listener gets as response", """
        user.client.get("/ok")
        with user.client.get("/status/500", catch_response=True): pass
    """, "on_ready=lambda env: env.events.request.add_listener(lambda response, response_time, start_time, **kw: "
         "note(type(response).__name__, response.status_code, type(response_time).__name__, type(start_time).__name__))"),
    act("unknown-keyword", "a keyword that the method does not know", """
        r = user.client.get("/echo", colour="red")
        note(r.json()["target"])
        r = user.client.post("/echo", colour="red")
        note(r.json()["body"])
    """),
    act("timeout-keyword", "timeout= per request", """
        r = user.client.get("/echo", timeout=5)
        note(r.json()["target"])
    """),
    act("stream", "stream=True: length from the header, body read later", """
        r = user.client.get("/bytes/5000", stream=True, name="known")
        note(len(r.content))
        r = user.client.get("/chunked/3", stream=True, name="unknown")
        note(r.text)
    """),
    act("iter-content", "iter_content over a streamed body", """
        r = user.client.get("/bytes/5000", stream=True)
        parts = list(r.iter_content(1024))
        note(sum(map(len, parts)), [len(part) for part in parts])
    """),
    act("concurrent", "several greenlets on one client", """
        from gevent.pool import Pool
        results = Pool(5).map(lambda n: user.client.get(f"/delay/{10 * (5 - n)}", name="d").text, range(5))
        note(results)
    """),
    act("wrapped-request", "a wrapper put on client.request sees get and post", """
        original = user.client.request
        def wrapper(method, url, *args, **kwargs):
            note("wrapper", method, url)
            return original(method, url, *args, **kwargs)
        user.client.request = wrapper
        user.client.get("/ok")
        user.client.post("/ok", data="x")
    """),
    act("response-types", "types of the response and of its parts", """
        r = user.client.get("/ok")
        note(type(r).__name__, type(r.content).__name__, type(r.headers).__name__, bool(r) if HTTP else None)
        with user.client.get("/ok", catch_response=True) as r:
            note(type(r).__name__, [c.__name__ for c in type(r).__mro__][:3])
    """),
    act("listener-order", "a listener added before the runner runs before the statistics", """
        user.client.get("/ok")
    """),
    act("rest", "rest(): json, status, assertion, exception", """
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
    """),
    act("rest-flow-exceptions", "rest() swallows flow exceptions too", """
        from locust.exception import RescheduleTask
        with user.rest("GET", "/json", name="flow") as r:
            raise RescheduleTask("again")
        note("still here")
    """),
    act("rest-underscore", "rest_ adds a time stamp to the URL only", """
        with user.rest_("GET", "/json?x=1") as r:
            note(r.url.split("_=")[0].split("/")[-1])
    """, "on_ready=None"),
    both("no-host", "no host at all", """
        class One(CLIENT):
            @task
            def t(self): pass
        try:
            One(environment(One))
        except Exception as error:
            note(type(error).__name__, str(error))
    """),
    both("host-from-environment", "environment.host overwrites the host of the class for good", """
        class One(CLIENT):
            host = "http://class.invalid"
            @task
            def t(self):
                note(self.host == target, self.client.base_url == target)
                raise StopUser
        go(One, host=target)
        note(One.host == target)
    """),
    both("killed-in-flight", "the request of a killed user is not reported", """
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
    """),
    both("gevent-timeout", "gevent.Timeout around a request", """
        def act(user):
            try:
                with gevent.Timeout(0.05):
                    r = user.client.get("/delay/2000", name="late")
                    note("came back", r.status_code)
            except gevent.Timeout:
                note("Timeout")
            note(user.client.get("/ok").text)
        env = attack(CLIENT, act)
    """),
    both("requests-in-on-stop", "requests in on_stop are counted", """
        class One(CLIENT):
            host = target
            wait_time = locust.constant(10)
            def on_stop(self): self.client.get("/ok", name="bye")
            @task
            def t(self): gevent.spawn_later(0.02, finish)
        env = go(One)
        note([[*key, e.num_requests] for key, e in env.stats.entries.items()])
    """),
    both("stop-user-in-listener", "a listener that raises StopUser", """
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
    """),
    both("reschedule-in-early-listener", "a flow exception in a listener before the statistics: not counted", """
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
    """),
    both("failing-listener", "any other exception of a listener is logged", """
        def listener(**kwargs):
            raise ValueError("listener")
        attack(CLIENT, lambda user: user.client.get("/ok"),
               on_ready=lambda env: env.events.request.add_listener(listener))
        note(logs("root", "locust.event"))
    """),
    both("two-users", "connections and cookies of two users", """
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
    """),
    both("keep-alive-off", "Connection: close asks for a new connection each time", """
        def act(user):
            seen = [user.client.get("/echo", headers={"Connection": "close"}).json()["connection"] for _ in range(3)]
            note(len(set(seen)))
        attack(CLIENT, act)
    """),
] for case in group] + [
    library("http-timeout", "HttpUser: timeout=", """
        def act(user):
            r = user.client.get("/delay/2000", timeout=0.1, name="late")
            note(r.status_code, type(r.error).__name__)
            r = user.client.get("/delay/2000", timeout=(1, 0.1), name="late")
            note(r.status_code)
            r = user.client.get("/ok", timeout=(None, 5))
            note(r.status_code)
        attack(HttpUser, act)
    """),
    library("fast-timeout", "FastHttpUser: network_timeout", """
        def act(user):
            r = user.client.get("/delay/2000", name="late")
            note(r.status_code, type(r.error).__name__)
        attack(FastHttpUser, act, network_timeout=0.1)
    """),
    library("http-history", "HttpUser: history, url, reason, elapsed, cookies, links", """
        def act(user):
            r = user.client.get("/redirect/2")
            note([h.status_code for h in r.history], r.reason, r.elapsed.total_seconds() > 0, r.links, r.is_redirect)
            r = user.client.get("/set-cookie?a=1")
            note(dict(r.cookies), user.client.cookies.get_dict())
        attack(HttpUser, act)
    """),
    library("http-session-attributes", "HttpUser: session headers, params, auth, hooks are honoured", """
        def act(user):
            c = user.client
            c.headers["X-Session"] = "1"
            c.headers.update({"User-Agent": "me"})
            c.params = {"p": "1"}
            c.auth = ("me", "pw")
            c.hooks["response"].append(lambda r, *a, **k: note("hook", r.status_code))
            seen = c.get("/echo").json()
            headers = {n.lower(): v for n, v in seen["headers"]}
            note(headers["x-session"], headers["user-agent"], seen["target"], headers["authorization"])
            del c.headers["X-Session"]
            note("x-session" in {n.lower() for n, _ in c.get("/echo").json()["headers"]})
            c.cookies.set("mine", "1")
            note(c.get("/cookies").json(), c.get("/cookies", cookies={"once": "2"}).json(), c.get("/cookies").json())
        attack(HttpUser, act)
    """),
    library("http-session-identity", "HttpUser: the client is a requests.Session, responses are requests.Response", """
        import requests
        def act(user):
            c = user.client
            note(isinstance(c, requests.Session), c.trust_env, c.max_redirects, c.verify, c.stream, sorted(c.adapters))
            r = c.get("/ok")
            note(isinstance(r, requests.Response), r.apparent_encoding, r.is_permanent_redirect, bool(r))
        attack(HttpUser, act)
    """),
    library("http-prepared", "HttpUser: send(prepared) is performed without being reported", """
        import requests
        def act(user):
            user.client.get("/ok", name="first")
            prepared = user.client.prepare_request(requests.Request("GET", target + "/ok"))
            note(user.client.send(prepared).text)
        attack(HttpUser, act)
    """),
    library("http-own-adapter", "HttpUser: an adapter of one's own is used", """
        from requests.adapters import HTTPAdapter
        class Mine(HTTPAdapter):
            def send(self, request, **kwargs):
                note("adapter", request.url)
                return super().send(request, **kwargs)
        def act(user):
            user.client.mount("http://", Mine())
            note(user.client.get("/ok").text)
        attack(HttpUser, act)
    """),
    library("http-auth-callable", "HttpUser: auth objects change the request", """
        from requests.auth import AuthBase, HTTPBasicAuth
        class Token(AuthBase):
            def __call__(self, request):
                request.headers["X-Token"] = "t"
                return request
        def act(user):
            seen = user.client.get("/echo", auth=Token()).json()
            note([v for n, v in seen["headers"] if n.lower() == "x-token"])
            note(user.client.get("/basic-auth/a/b", auth=HTTPBasicAuth("a", "b")).status_code)
        attack(HttpUser, act)
    """),
    library("http-auth-across-hosts", "HttpUser: Authorization is dropped at another host", """
        def act(user):
            other = target.replace("127.0.0.1", "localhost")
            seen = user.client.get(f"/redirect-to?url={other}/echo", auth=("a", "b"), name="r").json()
            note(any(n.lower() == "authorization" for n, _ in seen["headers"]))
        attack(HttpUser, act)
    """),
    library("fast-auth-across-hosts", "FastHttpUser: Authorization is kept at another host", """
        def act(user):
            other = target.replace("127.0.0.1", "localhost")
            seen = user.client.get(f"/redirect-to?url={other}/echo", auth=("a", "b"), name="r").json()
            note(any(n.lower() == "authorization" for n, _ in seen["headers"]))
        attack(FastHttpUser, act)
    """),
    library("http-second-session", "HttpUser: a second session reports into the same statistics", """
        from locust.clients import HttpSession
        def act(user):
            other = HttpSession(base_url=target + "/echo", request_event=user.client.request_event, user=user)
            other.get("/a")
            note(other.trust_env)
            user.client.get("/ok")
        attack(HttpUser, act)
    """),
    library("http-session-without-user", "HttpSession without a user", """
        from locust.clients import HttpSession
        hook = Events().request
        hook.add_listener(lambda **event: note(event["name"], event["context"], event["exception"] is None))
        note(HttpSession(base_url=target, request_event=hook, user=None).get("/ok", context={"c": 1}).text)
    """),
    library("fast-session-bare", "FastHttpSession built directly", """
        from locust.contrib.fasthttp import FastHttpSession
        hook = Events().request
        hook.add_listener(lambda **event: note(event["name"], event["exception"] is None))
        session = FastHttpSession(base_url=target, request_event=hook, user=None)
        note(session.get("/ok").text, session.client.max_redirects, session.client.max_retries)
    """),
    library("fast-attributes", "FastHttpUser: default_headers, codes, client attributes", """
        def act(user):
            seen = user.client.get("/echo").json()["headers"]
            note(sorted([n.lower(), v] for n, v in seen))
            note(sorted(user.client.client.valid_response_codes), sorted(user.client.client.redirect_response_codes))
            note(user.client.auth_header, user.client.client.max_redirects)
        attack(FastHttpUser, act, default_headers={"X-Default": "1", "User-Agent": "me"}, max_redirects=7)
    """),
    library("fast-class-defaults", "FastHttpUser: class attributes", """
        for name in ("network_timeout", "connection_timeout", "max_redirects", "max_retries", "insecure",
                     "default_headers", "concurrency", "proxy_host", "proxy_port", "client_pool", "ssl_context_factory"):
            note(name, getattr(FastHttpUser, name))
    """),
    library("fast-bad-status", "FastHttpUser: LocustBadStatusCode", """
        def act(user):
            r = user.client.get("/status/404?x=1", name="n")
            note(str(r.error), repr(r.error), r.error.code, hasattr(user.client.get("/ok"), "error"))
        attack(FastHttpUser, act)
    """),
    library("fast-iter-lines", "FastHttpUser: a streamed response read line by line", """
        def act(user):
            r = user.client.get("/chunked/2", stream=True)
            note(bytes(r.stream.read(4)), bytes(r.stream.read()))
        attack(FastHttpUser, act)
    """),
    library("fast-response-parts", "FastHttpUser: status, len and missing attributes", """
        def act(user):
            r = user.client.get("/ok")
            note(r.status, len(r), [name for name in ("history", "elapsed", "cookies", "reason", "links") if hasattr(r, name)])
            note(r.headers.items()[:2] if isinstance(r.headers.items(), list) else sorted(r.headers.items())[:2])
        attack(FastHttpUser, act)
    """),
    library("fast-pool-close", "FastHttpUser: clientpool.close() drops the connections", """
        def act(user):
            first = user.client.get("/echo").json()["connection"]
            user.client.client.clientpool.close()
            note(user.client.get("/echo").json()["connection"] == first)
        attack(FastHttpUser, act)
    """),
    library("http-close", "HttpUser: close() drops the connections, the session stays usable", """
        def act(user):
            first = user.client.get("/echo").json()["connection"]
            user.client.close()
            note(user.client.get("/echo").json()["connection"] == first)
        attack(HttpUser, act)
    """),
    library("http-pool-manager", "HttpUser: a shared pool_manager shares connections", """
        from urllib3 import PoolManager
        seen = set()
        class One(HttpUser):
            host = target
            pool_manager = PoolManager(maxsize=1, block=True)
            @task
            def t(self):
                seen.add(self.client.get("/echo").json()["connection"])
                raise StopUser
        go(One, users=4)
        note(len(seen))
    """),
    library("fast-client-pool", "FastHttpUser: a shared client_pool shares connections", """
        from geventhttpclient.client import HTTPClientPool
        seen = set()
        class One(FastHttpUser):
            host = target
            client_pool = HTTPClientPool(concurrency=1)
            @task
            def t(self):
                seen.add(self.client.get("/echo").json()["connection"])
                raise StopUser
        go(One, users=4)
        note(len(seen))
    """),
    library("fast-concurrency", "FastHttpUser: no more than `concurrency` connections", """
        def act(user):
            from gevent.pool import Pool
            seen = Pool(6).map(lambda n: user.client.get("/echo").json()["connection"], range(6))
            note(len(set(seen)) <= 2)
        attack(FastHttpUser, act, concurrency=2)
    """),
    library("requests-response-success", "requests.Response has success and failure that refuse", """
        import requests
        for name, call in (("success", lambda: requests.Response().success()),
                           ("failure", lambda: requests.Response().failure("x"))):
            attempt(name, call)
    """),
    library("http-debug-hooks", "HttpUser: files and generators as bodies", """
        import io
        def act(user):
            seen = user.client.post("/echo", data=io.BytesIO(b"from a file")).json()
            headers = {n.lower(): v for n, v in seen["headers"]}
            note(seen["body"], headers.get("content-length"), headers.get("transfer-encoding"))
            seen = user.client.post("/echo", data=(part for part in (b"a", b"b"))).json()
            headers = {n.lower(): v for n, v in seen["headers"]}
            note(seen["body"], headers.get("content-length"), headers.get("transfer-encoding"))
            seen = user.client.post("/echo", data=[("a", "1"), ("a", "2")]).json()
            note(seen["body"])
        attack(HttpUser, act)
    """),
]
