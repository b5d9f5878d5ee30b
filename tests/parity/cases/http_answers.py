"""What the clients make of answers, good and bad."""

from tests.parity.clients import act, both, flat

CASES = flat(
    [
        act(
            "failing-statuses",
            "client and server errors and their texts",
            """
        for status in (400, 404, 418, 500, 503, 599):
            user.client.get(f"/status/{status}")
    """,
        ),
        act(
            "odd-statuses",
            "unusual successes and redirect codes without location",
            """
        for status in (200, 201, 204, 206, 207, 226, 227, 299, 300, 304, 305, 306):
            r = user.client.get(f"/status/{status}", name=str(status))
            note(status, r.status_code, r.ok)
    """,
        ),
        act(
            "compression",
            "gzip, deflate, raw deflate, br: length counts decompressed bytes",
            """
        for kind in ("gzip", "deflate", "deflate/raw", "br"):
            r = user.client.get("/" + kind)
            note(kind, len(r.content), r.text[:11])
    """,
        ),
        act(
            "chunked",
            "chunked answers",
            """
        r = user.client.get("/chunked/5")
        note(r.text, r.headers.get("transfer-encoding"))
        note(user.client.get("/chunked/0").text)
    """,
        ),
        act(
            "until-close",
            "a body without length and an HTTP/1.0 answer",
            """
        note(user.client.get("/until-close").text)
        note(user.client.get("/http10").text)
    """,
        ),
        act("interim-answers", "1xx answers before the real one", "note(user.client.get('/interim').text)"),
        act(
            "no-body",
            "HEAD, 204 and 304 have no body",
            """
        for call in (lambda: user.client.head("/ok"), lambda: user.client.get("/status/204"),
                     lambda: user.client.get("/status/304"), lambda: user.client.get("/ok")):
            r = call()
            note(r.status_code, len(r.content), r.text)
    """,
        ),
        act(
            "large-body",
            "a megabyte",
            """
        r = user.client.get("/bytes/1000000")
        note(len(r.content), r.content[:4] == bytes(range(4)))
    """,
        ),
        act(
            "repeated-headers",
            "headers: case, repetition",
            """
        r = user.client.get("/headers-many/2")
        note(r.headers["x-header-1"], r.headers.get("X-HEADER-0"), "x-nope" in r.headers, r.headers.get("nope"))
        note(r.headers["x-twice"])
    """,
        ),
        act(
            "text-encoding",
            "charset of text",
            """
        r = user.client.get("/text/text_plain?body=gr\\u00fcn", name="t1")
        note(r.text, r.encoding)
        r = user.client.get("/text/text_plain; charset=utf-8?body=abc", name="t2")
        note(r.text, r.encoding)
        r = user.client.get("/text/application_json?body=abc", name="t3")
        note(r.text, r.encoding)
        r = user.client.get("/text/text_plain?body=gr\\u00fcn", name="t4")
        r.encoding = "cp437"
        note(r.text)
    """,
        ),
        act(
            "json-answer",
            "response.json()",
            """
        note(user.client.get("/json").json())
        try:
            user.client.get("/ok").json()
        except ValueError as error:
            note([c.__name__ for c in type(error).__mro__ if c.__module__ in ("json.decoder", "builtins")])
    """,
        ),
        act(
            "response-request",
            "response.request",
            """
        r = user.client.post("/ok", data="abc", headers={"X-A": "1"})
        note(r.request.method, r.request.url, r.request.body, r.request.headers["X-A"])
    """,
        ),
        both(
            "connect-timeout",
            "a server that does not take connections: how the rows of errors group",
            """
        import socket
        full = socket.socket()
        full.bind(("127.0.0.1", 0))
        full.listen(0)  # and nobody accepts: once its queue is full, connections are not answered
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        def act(user):
            for _ in range(2):
                r = user.client.get("/x", **({"timeout": (0.1, 5)} if HTTP else {}))
                note(r.status_code, type(r.error).__name__)
            raise StopUser
        port = str(full.getsockname()[1])
        host = f"http://127.0.0.1:{port}"
        env = go(type("Waiting", (CLIENT,), {"host": host, "tasks": [act], "connection_timeout": 0.1}))
        rows = env.stats.errors.values()
        note(env.stats.total.num_failures, [row.to_name().replace(port, "PORT") for row in rows])
        for one in [full, *waiting]:
            one.close()
    """,
        ),
        act(
            "refused",
            "a refused connection: status 0, no exception in the task",
            """
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
    """,
            "host='http://127.0.0.1:1'",
        ),
        act(
            "unknown-host",
            "a name that does not resolve",
            """
        r = user.client.get("/ok")
        note(r.status_code, type(r.error).__name__)
    """,
            "host='http://nowhere.invalid'",
        ),
        act(
            "dropped",
            "the server closes without an answer",
            """
        r = user.client.get("/drop", name="drop")
        note(r.status_code)
    """,
        ),
        act(
            "reset",
            "the server resets the connection",
            """
        r = user.client.get("/reset", name="reset")
        note(r.status_code)
    """,
        ),
        act(
            "short-body",
            "a body shorter than its length",
            """
        r = user.client.get("/malformed/short-body", name="short")
        note(r.status_code)
    """,
        ),
        act(
            "bad-gzip",
            "a body that is not gzip",
            """
        r = user.client.get("/malformed/bad-gzip", name="gzip")
        note(r.status_code)
    """,
        ),
        act(
            "bad-status-line",
            "a malformed status line",
            """
        r = user.client.get("/malformed/bad-status-line", name="bad")
        note(r.status_code)
    """,
        ),
        act(
            "bad-chunk",
            "a malformed chunk",
            """
        r = user.client.get("/malformed/bad-chunk", name="bad")
        note(r.status_code)
    """,
        ),
        act(
            "bad-urls",
            "URLs that cannot be requested",
            """
        for url in ("ftp://x/y", "http://", "//x/y"):
            try:
                user.client.get(url, name=url)
            except Exception as error:
                note(url, type(error).__name__)
    """,
        ),
        act(
            "stream",
            "stream=True: length from the header, body read later",
            """
        r = user.client.get("/bytes/5000", stream=True, name="known")
        note(len(r.content))
        r = user.client.get("/chunked/3", stream=True, name="unknown")
        note(r.text)
    """,
        ),
        act(
            "iter-content",
            "iter_content over a streamed body",
            """
        r = user.client.get("/bytes/5000", stream=True)
        parts = list(r.iter_content(1024))
        note(sum(map(len, parts)), [len(part) for part in parts])
    """,
        ),
        act(
            "concurrent",
            "several greenlets on one client",
            """
        from gevent.pool import Pool
        results = Pool(5).map(lambda n: user.client.get(f"/delay/{10 * (5 - n)}", name="d").text, range(5))
        note(results)
    """,
        ),
        act(
            "response-types",
            "types of the response and of its parts",
            """
        r = user.client.get("/ok")
        note(type(r).__name__, type(r.content).__name__, type(r.headers).__name__, bool(r) if HTTP else None)
        with user.client.get("/ok", catch_response=True) as r:
            note(type(r).__name__, [c.__name__ for c in type(r).__mro__][:3])
    """,
        ),
        both(
            "keep-alive-off",
            "Connection: close asks for a new connection each time",
            """
        def act(user):
            seen = [user.client.get("/echo", headers={"Connection": "close"}).json()["connection"] for _ in range(3)]
            note(len(set(seen)))
        attack(CLIENT, act)
    """,
        ),
    ]
)
