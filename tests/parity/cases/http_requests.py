"""What the clients send and report: names, URLs, redirects, cookies, headers, bodies."""

from tests.parity.clients import act, flat

CASES = flat(
    [
        act("get", "a GET", "r = user.client.get('/ok'); note(r.status_code, bytes(r.content), r.text)"),
        act(
            "verbs",
            "each verb, with a body where it has one",
            """
        for verb in ("get", "options", "head", "post", "put", "patch", "delete"):
            r = getattr(user.client, verb)("/ok")
            note(verb, r.status_code, len(r.content))
    """,
        ),
        act(
            "request-method-spelling",
            "the request type is reported as spelled",
            """
        user.client.request("get", "/ok")
        user.client.request("Post", "/ok")
    """,
        ),
        act(
            "name",
            "an explicit name, also in the error text",
            """
        user.client.get("/ok?x=1", name="grouped")
        user.client.get("/status/404", name="missing [x]")
    """,
        ),
        act(
            "name-of-another-type",
            "a name that is no text: counted, fired and shown as it is",
            """
        user.client.get("/ok", name=5)
        user.client.get("/status/404", name=5)
        with user.client.get("/ok", name=7, catch_response=True) as r: r.failure("bad")
        entries = user.environment.stats.entries
        for key in sorted(entries): note(key, entries[key].num_requests, entries[key].num_failures, entries[key].name)
        for error in user.environment.stats.errors.values(): note(error.name, error.to_name(), error.occurrences)
    """,
        ),
        act(
            "headers-of-none",
            "None instead of a header's value: what the layers below put in its place",
            """
        for name in ("User-Agent", "Accept-Encoding", "Host", "Accept", "X-Own"):
            got = dict(user.client.get("/echo", headers={name: None}).json()["headers"])
            got = {key.lower(): str(value).split("/")[0] for key, value in got.items()}
            note(name, got.get("host", "").rpartition(":")[0], sorted(pair for pair in got.items() if pair[0] != "host"))
    """,
        ),
        act(
            "query-in-name",
            "the name keeps the query, the fragment goes",
            """
        user.client.get("/ok?a=1&b=2")
        user.client.get("/ok#part")
    """,
        ),
        act(
            "params",
            "params= in the URL and the name",
            """
        r = user.client.get("/echo", params={"a": "1 2", "b": "ü"})
        note(r.json()["target"])
        r = user.client.get("/echo?z=9", params={"a": 1})
        note(r.json()["target"])
    """,
        ),
        act("absolute-url", "an absolute URL and its name", "user.client.get(target + '/ok')"),
        act(
            "encoding-of-path",
            "spaces and non-ASCII in the path",
            """
        r = user.client.get("/echo/a b?x=é")
        note(r.json()["target"])
        r = user.client.get("/echo/a%20b%2Fc?x=%C3%A9")
        note(r.json()["target"])
    """,
        ),
        act(
            "joining",
            "base URL with a path: plain concatenation",
            """
        r = user.client.get("/x")
        note(r.json()["target"])
        r = user.client.get("x")
        note(r.json()["target"])
    """,
            "host=target + '/echo/'",
        ),
        act(
            "root",
            "the empty path",
            """
        user.client.get("")
        user.client.get("/")
    """,
        ),
        act(
            "redirects",
            "one event per chain, named after the first URL",
            """
        r = user.client.get("/redirect/3")
        note(r.status_code, r.url, bytes(r.content))
    """,
        ),
        act(
            "redirect-not-followed",
            "allow_redirects=False",
            """
        r = user.client.get("/redirect/1", allow_redirects=False)
        note(r.status_code, r.headers["location"])
    """,
        ),
        act(
            "redirect-methods",
            "what a POST becomes at each redirect code",
            """
        for code in (301, 302, 303, 307, 308):
            r = user.client.post(f"/redirect-to?url=/echo&status={code}", data="body", name=str(code))
            seen = r.json()
            names = sorted(n.lower() for n, _ in seen["headers"] if n.lower().startswith("content"))
            note(code, seen["method"], seen["body"], names)
    """,
        ),
        act(
            "redirect-loop",
            "more redirects than allowed",
            """
        r = user.client.get("/redirect-loop", name="loop")
        note(r.status_code)
    """,
            "max_redirects=30",
        ),
        act(
            "redirect-relative",
            "a relative location",
            """
        r = user.client.get("/relredir")
        note(r.status_code, r.url, bytes(r.content))
    """,
        ),
        act(
            "redirect-without-location",
            "a redirect code without Location",
            """
        r = user.client.get("/redirect-without-location")
        note(r.status_code, bytes(r.content))
    """,
        ),
        act(
            "redirect-head",
            "HEAD and redirects",
            """
        r = user.client.head("/redirect/1")
        note(r.status_code)
    """,
        ),
        act(
            "redirect-cookie",
            "a cookie set on the way is sent on",
            """
        user.client.get("/set-cookie?a=1")
        note(user.client.get("/redirect-to?url=/cookies").json())
    """,
        ),
        act(
            "cookies",
            "cookies persist across requests and honour their path",
            """
        user.client.get("/set-cookie?a=1&b=2;%20Path=/echo", name="set")
        note(user.client.get("/cookies").json())
        note([v for n, v in user.client.get("/echo").json()["headers"] if n == "Cookie"])
        user.client.get("/set-cookie?a=;%20Max-Age=0", name="expire")
        note(user.client.get("/cookies").json())
        (user.client.cookies if HTTP else user.client.cookiejar).clear()
        note([v for n, v in user.client.get("/echo").json()["headers"] if n == "Cookie"])
    """,
        ),
        act(
            "secure-cookie",
            "secure cookies over http",
            """
        user.client.get("/set-cookie?s=1;%20Secure;%20Path=/", name="set")
        note(user.client.get("/cookies").json())
    """,
        ),
        act(
            "cookies-per-user",
            "a user's cookies are its own",
            """
        user.client.get("/set-cookie?a=1")
        other = type(user)(user.environment)
        note(other.client.get("/cookies").json())
    """,
        ),
        act(
            "default-headers",
            "the headers of a plain GET and POST",
            """
        for method in ("GET", "POST"):
            seen = user.client.request(method, "/echo").json()["headers"]
            note(method, sorted([n.lower(), v] for n, v in seen))
    """,
        ),
        act(
            "custom-headers",
            "headers given per request",
            """
        mine = {"X-Mine": "1", "user-agent": "me", "Accept": "x/y"}
        seen = user.client.get("/echo", headers=mine).json()["headers"]
        note(sorted([n.lower(), v] for n, v in seen))
        note(mine)
    """,
        ),
        act(
            "json-body",
            "json=",
            """
        for value in ({"a": [1, None, "ü"]}, {}, [], None, 0, "text"):
            seen = user.client.post("/echo", json=value).json()
            headers = {n.lower(): v for n, v in seen["headers"]}
            note(repr(value), seen["body"], headers.get("content-type"), headers.get("accept"),
                 headers.get("content-length"))
    """,
        ),
        act(
            "data-body",
            "data= as str, bytes, dict",
            """
        for value in ("plain ü", b"raw", {"a": "1 2", "b": "ü"}, "", b"", {}):
            seen = user.client.post("/echo", data=value).json()
            headers = {n.lower(): v for n, v in seen["headers"]}
            note(repr(value), seen["body"], headers.get("content-type"), headers.get("content-length"))
    """,
        ),
        act(
            "data-list-in-dict",
            "data= with a list as a value",
            """
        note(user.client.post("/echo", data={"b": ["x", "y"]}).json()["body"])
    """,
        ),
        act(
            "data-and-json",
            "data and json together",
            """
        note(user.client.post("/echo", data="d", json={"j": 1}).json()["body"])
        note(user.client.put("/echo", "positional").json()["body"])
        note(user.client.patch("/echo", data={"k": "v"}).json()["body"])
        note(user.client.delete("/echo", json={"k": 1}).json()["body"])
    """,
        ),
        act(
            "files",
            "multipart with files=",
            """
        seen = user.client.post("/echo", data={"field": "value"}, files={"f": ("name.txt", b"content", "text/plain")}).json()
        headers = {n.lower(): v for n, v in seen["headers"]}
        kind, boundary = headers["content-type"].split("boundary=")
        body = seen["body"].replace(boundary, "BOUNDARY")
        note(kind, sorted(line for line in body.split("\\r\\n") if "BOUNDARY" not in line))
    """,
        ),
        act(
            "content-type-kept",
            "a content type given is kept",
            """
        seen = user.client.post("/echo", data="x", headers={"Content-Type": "a/b"}).json()
        note([v for n, v in seen["headers"] if n.lower() == "content-type"])
    """,
        ),
        act(
            "auth",
            "auth=(user, password)",
            """
        note(user.client.get("/basic-auth/me/secret", auth=("me", "secret")).status_code)
        note(user.client.get("/basic-auth/me/secret", auth=("me", "wrong")).status_code)
    """,
        ),
        act(
            "auth-in-host",
            "credentials in the host are decoded and stripped",
            """
        note(user.client.base_url, user.client.get("/basic-auth/m%20e/s%2Ft").status_code)
        note([v for n, v in user.client.get("/echo").json()["headers"] if n.lower() == "authorization"])
    """,
            "host=target.replace('http://', 'http://m%20e:s%2Ft@')",
        ),
        act(
            "user-only-in-host",
            "a user name alone in the host is not stripped",
            """
        note(user.client.base_url)
    """,
            "host=target.replace('http://', 'http://me@')",
        ),
        act(
            "unknown-keyword",
            "a keyword that the method does not know",
            """
        r = user.client.get("/echo", colour="red")
        note(r.json()["target"])
        r = user.client.post("/echo", colour="red")
        note(r.json()["body"])
    """,
        ),
        act(
            "timeout-keyword",
            "timeout= per request",
            """
        r = user.client.get("/echo", timeout=5)
        note(r.json()["target"])
    """,
        ),
    ]
)
