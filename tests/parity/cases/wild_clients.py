"""Locustfiles in the manner of those that people publish: many corners of the HTTP clients."""

from tests.parity.wild import wild

CASES = [
    wild(
        "retries-and-adapters",
        "adapters with urllib3's retries, cookies, verify, default headers, request_name",
        """
        from requests.adapters import HTTPAdapter
        from urllib3.util.retry import Retry
        from locust import HttpUser, task, constant
        class Careful(HttpUser):
            wait_time = constant(0)
            def on_start(self):
                retries = Retry(total=2, backoff_factor=0, status_forcelist=[503], allowed_methods=None)
                self.client.mount("http://", HTTPAdapter(max_retries=retries, pool_maxsize=2))
                self.client.verify = False
                self.client.headers.update({"Authorization": "Bearer t", "X-Trace": "1"})
                self.client.cookies.set("flavour", "oat")
            @task
            def all(self):
                r = self.client.get("/cookies")
                note(r.json(), self.client.cookies.get_dict())
                r = self.client.get("/status/503", name="retried")
                note(r.status_code, type(r.error).__name__ if getattr(r, "error", None) else None)
                self.client.request_name = "/grouped"
                self.client.get("/ok?a=1"); self.client.get("/ok?a=2")
                self.client.request_name = None
                with self.client.rename_request("/renamed"):
                    self.client.get("/ok?b=1")
                    self.client.get("/ok?b=2", name="explicit")
                headers = dict(self.client.get("/echo").json()["headers"])
                note(headers.get("Authorization"), headers.get("X-Trace"), headers.get("Cookie"))
                self.client.cookies.clear()
                note(self.client.get("/cookies").json())
                self.environment.runner.quit()
        """,
    ),
    wild(
        "validation",
        "catch_response in many forms",
        """
        from locust import HttpUser, task, constant
        from locust.exception import RescheduleTask, ResponseError
        from json import JSONDecodeError
        class Checks(HttpUser):
            wait_time = constant(0)
            step = 0
            @task
            def checks(self):
                self.step += 1
                if self.step == 1:
                    with self.client.get("/status/404", catch_response=True, name="expected 404") as response:
                        if response.status_code == 404: response.success()
                    with self.client.get("/ok", catch_response=True, name="wrong body") as response:
                        if response.text != "nok": response.failure("Got wrong response")
                        elif response.elapsed.total_seconds() > 0.5: response.failure("too slow")
                    with self.client.post("/echo", json={"a": 1}, catch_response=True, name="json") as response:
                        try:
                            if response.json()["missing"] != "x": response.failure("other")
                        except JSONDecodeError: response.failure("Response could not be decoded as JSON")
                        except KeyError: response.failure("Response did not contain expected key 'missing'")
                    with self.client.get("/ok", catch_response=True, name="raised") as response:
                        raise ResponseError("quiet")
                if self.step == 2:
                    with self.client.get("/ok", catch_response=True, name="reschedule") as response:
                        raise RescheduleTask()
                if self.step == 3:
                    with self.client.get("/ok", catch_response=True, name="boom") as response:
                        raise ValueError("unexpected")
                if self.step == 4:
                    with self.client.get("/bytes/100", stream=True, catch_response=True, name="stream") as r:
                        note(sum(len(piece) for piece in r.iter_content(10)))
                    with self.client.get("/text/text_plain?body=a%0Ab%0Ac", stream=True, catch_response=True, name="lines") as r:
                        note(list(r.iter_lines(decode_unicode=True)))
                if self.step == 5:
                    self.client.get("/redirect/2", name="followed")
                    r = self.client.get("/redirect/2", name="not followed", allow_redirects=False)
                    note(r.status_code, r.is_redirect, r.headers["Location"], r.next is not None, r.history)
                    r = self.client.get("/redirect/2", name="history")
                    note([h.status_code for h in r.history], r.url.rsplit("/", 1)[1])
                if self.step == 6:
                    assert self.client.get("/ok", name="asserted").text == "other", "bodies differ"
                if self.step == 7:
                    self.environment.runner.quit()
        """,
    ),
    wild(
        "uploads",
        "multipart, files, bytes, generators, params, odd methods",
        """
        import io
        from locust import HttpUser, task, constant
        class Upload(HttpUser):
            wait_time = constant(0)
            @task
            def upload(self):
                r = self.client.post("/echo", files={"file": ("a.txt", io.BytesIO(b"content"), "text/plain")}, data={"k": "v"}, name="multipart")
                body = r.json()["body"]
                note("name=\\"file\\"; filename=\\"a.txt\\"" in body, "content" in body, "name=\\"k\\"" in body)
                r = self.client.put("/echo", data=b"\\x00\\x01", headers={"Content-Type": "application/octet-stream"}, name="bytes")
                note(r.json()["body"].encode().hex(), r.json()["method"])
                r = self.client.post("/echo", data=(piece for piece in (b"a", b"b")), name="generated")
                note(r.json()["body"], [v for n, v in r.json()["headers"] if n.lower() == "transfer-encoding"])
                r = self.client.get("/echo", params={"q": "a b", "l": [1, 2]})
                note(r.json()["target"])
                r = self.client.request("PURGE", "/echo")
                note(r.json()["method"])
                r = self.client.options("/echo", timeout=(3, 3))
                note(r.json()["method"])
                r = self.client.head("/ok")
                note(r.status_code, r.content)
                r = self.client.delete("/echo", json={"id": 7})
                note(r.json()["body"])
                r = self.client.patch("/echo", data="text")
                note(r.json()["body"])
                self.environment.runner.quit()
        """,
    ),
    wild(
        "fast-and-rest",
        "FastHttpUser with rest(), default headers, streams, cookies, errors",
        """
        from contextlib import contextmanager
        from locust import FastHttpUser, task, constant, run_single_user
        from locust.contrib.fasthttp import RestResponseContextManager
        from locust.user.wait_time import constant as same
        from typing import Generator
        class Rest(FastHttpUser):
            abstract = True
            @contextmanager
            def rest(self, method, url, **kwargs) -> Generator[RestResponseContextManager, None, None]:
                extra_headers = {"my_header": "my_value"}
                with super().rest(method, url, headers=extra_headers, **kwargs) as resp:
                    resp: RestResponseContextManager
                    if resp.js and "error" in resp.js and resp.js["error"] is not None:
                        resp.failure(resp.js["error"])
                    yield resp
        class Mine(Rest):
            wait_time = constant(0)
            default_headers = {"User-Agent": "own"}
            connection_timeout = network_timeout = 5
            @task
            def t(self):
                with self.rest("GET", "/json") as resp:
                    note(resp.js["items"])
                with self.rest("POST", "/echo", json={"foo": 1}) as resp:
                    note(resp.js["body"], dict(resp.js["headers"]).get("my_header"), dict(resp.js["headers"])["User-Agent"])
                with self.rest("GET", "/json", name="asserted") as resp:
                    assert resp.js["name"] == "PUT", "wrong name,"
                with self.rest("GET", "/ok", name="no json") as resp: pass
                with self.rest("GET", "/status/500", name="bad") as resp: pass
                with self.rest("GET", "/json", name="key") as resp:
                    resp.js["nokey"]
                with self.rest_("GET", "/json") as resp: pass
                with self.client.get("/set-cookie?a=1", catch_response=True) as resp:
                    if resp.headers["set-cookie"] != "a=1": resp.failure("no cookie")
                note(self.client.get("/cookies").json(), [c.name for c in self.client.cookiejar])
                self.client.cookiejar.clear()
                note(self.client.get("/cookies").json())
                note(self.client.get("/status/404").status_code)
                note(bytes(self.client.get("/bytes/4").content))
                r = self.client.post("/echo", data={"a": "b c"}, auth=("u", "p"))
                note(r.json()["body"], dict(r.json()["headers"])["Authorization"])
                self.environment.runner.quit()
        if __name__ == "__main__":
            run_single_user(Mine)
        """,
        observe=("exit", "notes", "log", "stdout"),
    ),
    wild(
        "hooks-and-auth",
        "requests' hooks, auth classes, prepared requests, a second session",
        """
        import requests
        from requests.auth import AuthBase, HTTPBasicAuth
        from locust import HttpUser, task
        from locust.clients import HttpSession
        class Token(AuthBase):
            def __call__(self, r):
                r.headers["X-Token"] = "t"
                return r
        class U(HttpUser):
            def on_start(self):
                self.client.hooks["response"].append(lambda r, *a, **k: note("hook", r.status_code))
                self.other = HttpSession(base_url=self.host + "/status", request_event=self.environment.events.request, user=self)
            @task
            def t(self):
                note(dict(self.client.get("/echo", auth=Token()).json()["headers"]).get("X-Token"))
                note(self.client.get("/basic-auth/a/b", auth=HTTPBasicAuth("a", "b")).status_code)
                note(self.other.get("/204").status_code)
                request = requests.Request("GET", self.host + "/ok", headers={"X-A": "1"})
                prepared = self.client.prepare_request(request) if hasattr(self.client, "explicit_name") else None
                note(self.client.send(prepared).text)
                with self.client as s: note(s is self.client)
                self.environment.runner.quit()
        """,
    ),
    wild(
        "timeouts-and-errors",
        "refused, timed out, unresolved, reset",
        """
        from locust import HttpUser, FastHttpUser, task
        class U(HttpUser):
            @task
            def t(self):
                r = self.client.get("http://127.0.0.1:1/x", name="refused")
                note(r.status_code, repr(r.error)[:30], r.content, r.text)
                r = self.client.get("/delay/3000", name="slow", timeout=0.1)
                note(r.status_code, type(r.error).__name__)
                r = self.client.get("http://nowhere.invalid/", name="dns")
                note(r.status_code)
                r = self.client.get("/close", name="closed")
                note(r.status_code)
                try: r.raise_for_status()
                except Exception as e: note(type(e).__name__)
                try: self.client.get("no-slash")
                except Exception as e: note(type(e).__name__)
                self.environment.runner.quit()
        """,
        observe=("exit", "notes"),
    ),
    wild(
        "response-api",
        "responses of requests in every corner",
        """
        import copy, pickle
        from locust import HttpUser, task
        class U(HttpUser):
            @task
            def t(self):
                c = self.client
                r = c.get("/json")
                note(r.ok, bool(r), r.reason, r.encoding, r.apparent_encoding, r.is_redirect, r.is_permanent_redirect, r.links, len(r.content), r.raw is not None)
                note(r.headers["content-type"], "Content-Type" in r.headers, list(r.iter_lines())[0][:5], [type(x).__name__ for x in r.iter_content(4)][:1])
                note(r.elapsed.total_seconds() >= 0, r.request.method, r.request.path_url, r.request.headers["User-Agent"][:6], repr(r), r.cookies.get_dict())
                r2 = pickle.loads(pickle.dumps(r)); note(r2.json() == r.json(), r2.status_code, r2.url == r.url)
                r3 = copy.copy(r); note(r3.status_code, r3.json() == r.json())
                r = c.get("/set-cookie?a=1&b=2"); note(sorted(r.cookies.get_dict().items()), sorted(c.cookies.keys()), r.cookies["a"])
                r = c.get("/cookies", cookies={"mine": "1"}); note(r.json(), sorted(c.cookies.keys()))
                r = c.get("/gzip"); note(r.headers.get("content-encoding"), len(r.content), r.content[:3])
                with c.get("/bytes/5000", stream=True) if False else c.get("/bytes/5000", stream=True, catch_response=True) as r:
                    note(r.raw.read(10), len(r.content) if False else sum(1 for _ in r.iter_content(1000)))
                r = c.get("/status/503"); note(r.ok, r.status_code, bool(r))
                try: r.raise_for_status()
                except Exception as e: note(type(e).__name__, str(e).replace(self.host, ""))
                r = c.get("/ok", headers={"X-None": None, "X-B": b"bytes"}); note(r.request.headers.get("X-B"))
                for bad in ({"X": 1}, {"X": "a\\nb"}):
                    try: c.get("/ok", headers=bad)
                    except Exception as e: note(type(e).__name__)
                for bad in (dict(timeout="x"), dict(nonsense=1), dict(json=object()), dict(data=5), dict(params=5), dict(auth=5)):
                    try: note("got", c.post("/echo", **bad).status_code)
                    except Exception as e: note(sorted(bad), type(e).__name__)
                try: c.get(None)
                except Exception as e: note(type(e).__name__)
                try: c.get()
                except TypeError as e: note("TypeError")
                note(c.get("").status_code, c.get("/a%20b c?x=ü#frag").status_code)
                note(c.get("/ok", allow_redirects=True, verify=False, cert=None, proxies=None, hooks=None).status_code)
                note(c.trust_env, c.max_redirects, sorted(c.adapters), c.base_url == self.host, c.auth, c.verify)
                s = copy.copy(c) if False else None
                self.environment.runner.quit()
        """,
        observe=("exit", "notes"),
    ),
    wild(
        "fast-api",
        "FastHttpUser in every corner",
        """
        from locust import FastHttpUser, task
        class U(FastHttpUser):
            @task
            def t(self):
                c = self.client
                r = c.get("/json")
                note(r.ok, r.status_code, r.status, r.encoding, r.text[:5], r.encoding, r.json()["items"], r.headers["content-type"], r.headers.get("nope"), sorted(k for k, v in r.headers.items()))
                note(r.url.replace(self.host, ""), r.request.url.replace(self.host, ""), r.request.method, r.request.body, sorted(n for n, v in r.request.headers.items()))
                r = c.get("/ok", timeout=5); note(r.url.replace(self.host, ""))
                r = c.get("/echo", params={"a": [1, 2], "b": "x y"}, name="p"); note(r.json()["target"])
                r = c.post("/echo", {"a": 1, "b": "ü"}); note(r.json()["body"])
                r = c.post("/echo", json=[1]); note(r.json()["body"], c.put("/echo", "text").json()["body"], c.patch("/echo", b"b").json()["body"])
                note(c.delete("/echo").json()["method"], c.head("/ok").status_code, c.options("/echo").json()["method"])
                r = c.post("/echo", files={"f": ("n.txt", b"data")}); note("n.txt" in r.json()["body"])
                for path in ("/status/204", "/status/300", "/status/400", "/status/500"):
                    r = c.get(path); note(r.status_code, r.ok, hasattr(r, "error"))
                    try: r.raise_for_status()
                    except Exception as e: note(type(e).__name__)
                r = c.get("/redirect/3"); note(r.status_code, r.url.replace(self.host, ""))
                r = c.get("/redirect/1", allow_redirects=False); note(r.status_code, r.headers["location"])
                r = c.get("http://127.0.0.1:1/"); note(r.status_code, r.content, r.text, r.headers, r.ok)
                with c.get("/ok", catch_response=True) as r:
                    r.failure("x"); r.success()
                with c.get("/ok", catch_response=True, name="meta") as r:
                    r.request_meta["name"] = "renamed"; r.request_meta["context"]["z"] = 1
                with c.get("/ok") as r: note(r.text)
                try: c.get("/ok").success()
                except Exception as e: note(type(e).__name__)
                note(c.get("/gzip").content[:3], c.get("/deflate").status_code)
                r = c.get("/bytes/5000", stream=True); note(len(r.stream.read()), r.status_code)
                r = c.get("/ok", headers={"X-A": "1", "accept-encoding": "identity"}); note(r.request.headers.get("x-a"))
                try: c.get("/ok", headers={"X": 1}); note("number passes")
                except Exception as e: note(type(e).__name__)
                for bad in (None, 5):
                    try: c.get(bad)
                    except Exception as e: note(type(e).__name__)
                r = c.get("/text/text_html?body=abc", name="html"); note(r.text, r.encoding)
                try: c.get("/ok").json()
                except Exception as e: note(type(e).__name__)
                self.environment.runner.quit()
        """,
        observe=("exit", "notes"),
    ),
    wild(
        "replaced-clients",
        "clients replaced, wrapped, shared, subclassed, mocked",
        """
        import copy, types, functools
        from locust import HttpUser, FastHttpUser, User, TaskSet, task, events
        from locust.clients import HttpSession
        from locust.contrib.fasthttp import FastHttpSession
        from unittest import mock
        class Logged(HttpSession):
            def request(self, method, url, *a, **k):
                note("request", method, sorted(k))
                return super().request(method, url, *a, **k)
        class FastLogged(FastHttpSession):
            def request(self, method, url, *a, **k):
                note("fast", method, sorted(k))
                k.setdefault("name", "fast " + url)
                return super().request(method, url, *a, **k)
        class U(HttpUser):
            def on_start(self):
                self.plain = self.client
                self.client = Logged(base_url=self.host, request_event=self.environment.events.request, user=self)
                self.fast = FastLogged(base_url=self.host, request_event=self.environment.events.request, user=self)
            @task
            def t(self):
                self.client.get("/ok", name="a"); self.client.post("/echo", "x", {"j": 1}); self.client.put("/echo", data="y", params={"q": 1}); self.client.head("/ok"); self.client.delete("/echo")
                self.fast.get("/ok"); self.fast.post("/echo", "d"); self.fast.post("/echo", json={}); self.fast.patch("/echo", "p"); self.fast.head("/ok"); self.fast.options("/echo")
                original = self.plain.request
                def wrapped(*a, **k):
                    note("wrapped", a[0], len(a), sorted(k)); return original(*a, **k)
                self.plain.request = wrapped
                self.plain.get("/ok"); self.plain.post("/echo", "d"); self.plain.get("/ok", name="n", timeout=3)
                del self.plain.request
                self.plain.get("/ok", name="again")
                twin = copy.copy(self); twin.client.get("/ok", name="twin")
                with mock.patch.object(HttpSession, "get", return_value=types.SimpleNamespace(status_code=299)):
                    note(self.plain.get("/nowhere").status_code)
                self.plain.get = functools.partial(self.plain.get, name="partial"); self.plain.get("/ok")
                hook = self.environment.events.request
                f = hook.add_listener(lambda **kw: note("heard", kw["name"]))
                self.plain.post("/ok", name="with listener"); hook.remove_listener(f); self.plain.post("/ok", name="without")
                self.plain.base_url = self.host + "/status"; note(self.plain.get("/201", name="based").status_code)
                self.environment.runner.quit()
        """,
        observe=("exit", "notes"),
    ),
    wild(
        "timeouts-and-kills",
        "gevent.Timeout, kill, killall, spawn_later, joins around requests",
        """
        import gevent
        from locust import HttpUser, FastHttpUser, task, constant
        class Both(HttpUser):
            wait_time = constant(0)
            @task
            def t(self):
                try:
                    with gevent.Timeout(0.1): self.client.get("/delay/2000", name="slow")
                except gevent.Timeout: note("timed out")
                with gevent.Timeout(0.1, False): self.client.get("/delay/2000", name="silent")
                g = gevent.spawn(self.client.get, "/delay/2000", name="killed"); gevent.sleep(0.05); g.kill(); note(g.dead, type(g.value).__name__)
                gs = [gevent.spawn(self.client.get, f"/ok?{n}", name="many") for n in range(4)]; gevent.joinall(gs); note([x.value.status_code for x in gs])
                done = gevent.event.Event(); gevent.spawn_later(0.01, done.set); note(done.wait(5))
                r = gevent.with_timeout(2, self.client.get, "/ok", name="with_timeout"); note(r.status_code)
                q = gevent.queue.Queue(); gevent.spawn(lambda: [q.put(n) for n in range(3)]); note([q.get(timeout=1) for _ in range(3)])
                note(gevent.getcurrent() is self.greenlet, self.greenlet.args[0] is self)
                self.environment.runner.quit()
        """,
        observe=("exit", "notes"),
    ),
]
