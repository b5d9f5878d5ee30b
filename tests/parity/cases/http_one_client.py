"""What only one of the two HTTP clients has."""

from tests.parity.case import library

CASES = [
    library(
        "http-timeout",
        "HttpUser: timeout=",
        """
        def act(user):
            r = user.client.get("/delay/2000", timeout=0.1, name="late")
            note(r.status_code, type(r.error).__name__)
            r = user.client.get("/delay/2000", timeout=(1, 0.1), name="late")
            note(r.status_code)
            r = user.client.get("/ok", timeout=(None, 5))
            note(r.status_code)
        attack(HttpUser, act)
    """,
    ),
    library(
        "fast-timeout",
        "FastHttpUser: network_timeout",
        """
        def act(user):
            r = user.client.get("/delay/2000", name="late")
            note(r.status_code, type(r.error).__name__)
        attack(FastHttpUser, act, network_timeout=0.1)
    """,
    ),
    library(
        "fast-retries",
        "FastHttpUser: a timeout is tried again max_retries times, inside one request",
        """
        def act(user):
            r = user.client.get("/silent", name="late")
            note(r.status_code, r.error.args[1:], repr(r.error.original))
            r = user.client.get("/silent", name="once", max_retries=1)
            note(r.status_code, r.error.args[1:])
        env = attack(FastHttpUser, act, network_timeout=0.2, max_retries=2)
        took = [round(env.stats.get(name, "GET").max_response_time / 200) for name in ("late", "once")]
        note(took)
    """,
    ),
    library(
        "http-history",
        "HttpUser: history, url, reason, elapsed, cookies, links",
        """
        def act(user):
            r = user.client.get("/redirect/2")
            note([h.status_code for h in r.history], r.reason, r.elapsed.total_seconds() > 0, r.links, r.is_redirect)
            r = user.client.get("/set-cookie?a=1")
            note(dict(r.cookies), user.client.cookies.get_dict())
        attack(HttpUser, act)
    """,
    ),
    library(
        "http-session-attributes",
        "HttpUser: session headers, params, auth, hooks are honoured",
        """
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
    """,
    ),
    library(
        "http-session-identity",
        "HttpUser: the client is a requests.Session, responses are requests.Response",
        """
        import requests
        def act(user):
            c = user.client
            note(isinstance(c, requests.Session), c.trust_env, c.max_redirects, c.verify, c.stream, sorted(c.adapters))
            r = c.get("/ok")
            note(isinstance(r, requests.Response), r.apparent_encoding, r.is_permanent_redirect, bool(r))
        attack(HttpUser, act)
    """,
    ),
    library(
        "http-prepared",
        "HttpUser: send(prepared) is performed without being reported",
        """
        import requests
        def act(user):
            user.client.get("/ok", name="first")
            prepared = user.client.prepare_request(requests.Request("GET", target + "/ok"))
            note(user.client.send(prepared).text)
        attack(HttpUser, act)
    """,
    ),
    library(
        "http-own-adapter",
        "HttpUser: an adapter of one's own is used",
        """
        from requests.adapters import HTTPAdapter
        class Mine(HTTPAdapter):
            def send(self, request, **kwargs):
                note("adapter", request.url)
                return super().send(request, **kwargs)
        def act(user):
            user.client.mount("http://", Mine())
            note(user.client.get("/ok").text)
        attack(HttpUser, act)
    """,
    ),
    library(
        "http-auth-callable",
        "HttpUser: auth objects change the request",
        """
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
    """,
    ),
    library(
        "http-auth-across-hosts",
        "HttpUser: Authorization is dropped at another host",
        """
        def act(user):
            other = target.replace("127.0.0.1", "localhost")
            seen = user.client.get(f"/redirect-to?url={other}/echo", auth=("a", "b"), name="r").json()
            note(any(n.lower() == "authorization" for n, _ in seen["headers"]))
        attack(HttpUser, act)
    """,
    ),
    library(
        "fast-auth-across-hosts",
        "FastHttpUser: Authorization is kept at another host",
        """
        def act(user):
            other = target.replace("127.0.0.1", "localhost")
            seen = user.client.get(f"/redirect-to?url={other}/echo", auth=("a", "b"), name="r").json()
            note(any(n.lower() == "authorization" for n, _ in seen["headers"]))
        attack(FastHttpUser, act)
    """,
    ),
    library(
        "http-second-session",
        "HttpUser: a second session reports into the same statistics",
        """
        from locust.clients import HttpSession
        def act(user):
            other = HttpSession(base_url=target + "/echo", request_event=user.client.request_event, user=user)
            other.get("/a")
            note(other.trust_env)
            user.client.get("/ok")
        attack(HttpUser, act)
    """,
    ),
    library(
        "http-session-without-user",
        "HttpSession without a user",
        """
        from locust.clients import HttpSession
        hook = Events().request
        hook.add_listener(lambda **event: note(event["name"], event["context"], event["exception"] is None))
        note(HttpSession(base_url=target, request_event=hook, user=None).get("/ok", context={"c": 1}).text)
    """,
    ),
    library(
        "fast-session-bare",
        "FastHttpSession built directly",
        """
        from locust.contrib.fasthttp import FastHttpSession
        hook = Events().request
        hook.add_listener(lambda **event: note(event["name"], event["exception"] is None))
        session = FastHttpSession(base_url=target, request_event=hook, user=None)
        note(session.get("/ok").text, session.client.max_redirects, session.client.max_retries)
    """,
    ),
    library(
        "fast-attributes",
        "FastHttpUser: default_headers, codes, client attributes",
        """
        def act(user):
            seen = user.client.get("/echo").json()["headers"]
            note(sorted([n.lower(), v] for n, v in seen))
            note(sorted(user.client.client.valid_response_codes), sorted(user.client.client.redirect_response_codes))
            note(user.client.auth_header, user.client.client.max_redirects)
        attack(FastHttpUser, act, default_headers={"X-Default": "1", "User-Agent": "me"}, max_redirects=7)
    """,
    ),
    library(
        "fast-class-defaults",
        "FastHttpUser: class attributes",
        """
        for name in ("network_timeout", "connection_timeout", "max_redirects", "max_retries", "insecure",
                     "default_headers", "concurrency", "proxy_host", "proxy_port", "client_pool", "ssl_context_factory"):
            note(name, getattr(FastHttpUser, name))
    """,
    ),
    library(
        "fast-bad-status",
        "FastHttpUser: LocustBadStatusCode",
        """
        def act(user):
            r = user.client.get("/status/404?x=1", name="n")
            note(str(r.error), repr(r.error), r.error.code, hasattr(user.client.get("/ok"), "error"))
        attack(FastHttpUser, act)
    """,
    ),
    library(
        "fast-iter-lines",
        "FastHttpUser: a streamed response read line by line",
        """
        def act(user):
            r = user.client.get("/chunked/2", stream=True)
            note(bytes(r.stream.read(4)), bytes(r.stream.read()))
        attack(FastHttpUser, act)
    """,
    ),
    library(
        "fast-response-parts",
        "FastHttpUser: status, len and missing attributes",
        """
        def act(user):
            r = user.client.get("/ok")
            note(r.status, len(r), [name for name in ("history", "elapsed", "cookies", "reason", "links") if hasattr(r, name)])
            note(r.headers.items()[:2] if isinstance(r.headers.items(), list) else sorted(r.headers.items())[:2])
        attack(FastHttpUser, act)
    """,
    ),
    library(
        "fast-pool-close",
        "FastHttpUser: clientpool.close() drops the connections",
        """
        def act(user):
            first = user.client.get("/echo").json()["connection"]
            user.client.client.clientpool.close()
            note(user.client.get("/echo").json()["connection"] == first)
        attack(FastHttpUser, act)
    """,
    ),
    library(
        "http-close",
        "HttpUser: close() drops the connections, the session stays usable",
        """
        def act(user):
            first = user.client.get("/echo").json()["connection"]
            user.client.close()
            note(user.client.get("/echo").json()["connection"] == first)
        attack(HttpUser, act)
    """,
    ),
    library(
        "http-pool-manager",
        "HttpUser: a shared pool_manager shares connections",
        """
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
    """,
    ),
    library(
        "fast-client-pool",
        "FastHttpUser: a shared client_pool shares connections",
        """
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
    """,
    ),
    library(
        "fast-concurrency",
        "FastHttpUser: no more than `concurrency` connections",
        """
        def act(user):
            from gevent.pool import Pool
            seen = Pool(6).map(lambda n: user.client.get("/echo").json()["connection"], range(6))
            note(len(set(seen)) <= 2)
        attack(FastHttpUser, act, concurrency=2)
    """,
    ),
    library(
        "requests-response-success",
        "requests.Response has success and failure that refuse",
        """
        import requests
        for name, call in (("success", lambda: requests.Response().success()),
                           ("failure", lambda: requests.Response().failure("x"))):
            attempt(name, call)
    """,
    ),
    library(
        "http-debug-hooks",
        "HttpUser: files and generators as bodies",
        """
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
    """,
    ),
]
