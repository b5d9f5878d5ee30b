"""Calls of the HTTP clients with arguments that nobody meant: what they say, and what is sent all the same."""

from tests.parity.clients import act, flat

CASES = flat(
    [
        act(
            "call-shapes",
            "too few, too many and repeated arguments",
            """
        c = user.client
        for n, call in enumerate((
            lambda: c.get(), lambda: c.request(), lambda: c.request("GET"), lambda: c.delete(), lambda: c.put(),
            lambda: c.get("/ok", {"a": 1}), lambda: c.head("/ok", 1, 2), lambda: c.post("/ok", "x", None, 3),
            lambda: c.put("/ok", "x", 3), lambda: c.patch("/ok", "x", 3), lambda: c.get("/ok", url="/ok"),
            lambda: c.post("/ok", "x", data="y"), lambda: c.get("/ok", method="POST"), lambda: c.get(url="/ok"),
            lambda: c.get(None), lambda: c.get(b"/ok"), lambda: c.get(5),
        )):
            try:
                note(n, call().status_code)
            except Exception as error:
                note(n, type(error).__name__, str(error))
    """,
        ),
        act(
            "odd-methods",
            "methods that are no token, and one that is",
            """
        for method in ("NO SUCH", "A\\n", "PROPFIND", "get", 5, None):
            try:
                note(method, user.client.request(method, "/ok").status_code)
            except Exception as error:
                note(method, type(error).__name__, str(error))
    """,
        ),
        act(
            "odd-bodies",
            "data that is no body",
            """
        for n, data in enumerate((["a", "b"], [("a", "b"), ("c", 1)], 5, True, 1.5, ("a", "b"), [b"a"], {1: 2})):
            if HTTP and n in (0, 6):
                continue  # its own text, which tells of the number of values
            try:
                note(n, user.client.post("/echo", data=data).json()["body"])
            except Exception as error:
                note(n, type(error).__name__, str(error))
    """,
        ),
        act(
            "odd-params",
            "None among params, and params that are none",
            """
        odd = {"a": None, "b": [1, 2], "c": ("x", None), "d": "", "e": True}
        for n, params in enumerate((odd, [("a", 1), ("b", None)], {"a": None}, {}, "a=1&b=%20x", 5, [1], {"a"})):
            try:
                note(n, user.client.get("/echo", params=params, name=str(n)).json()["target"])
            except Exception as error:
                note(n, type(error).__name__, str(error))
    """,
        ),
        act(
            "odd-headers",
            "names and values that no header may have",
            """
        for n, headers in enumerate((
            {"a b": "x"}, {"": "x"}, {"a:": "x"}, {"a\\n": "x"}, {"a": "x\\ny"}, {"a": "x\\r"}, {"X-A": " x "},
        )):
            if HTTP and n == 0:
                continue
            try:
                r = user.client.get("/echo", headers=headers, name=str(n))
                note(n, r.status_code, r.status_code and r.json()["headers"].get("X-A"))
            except Exception as error:
                note(n, type(error).__name__, str(error))
    """,
        ),
    ]
)
