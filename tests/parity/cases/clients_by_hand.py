"""Parts of the clients that programs make, call or replace by themselves."""

from tests.parity.case import library
from tests.parity.clients import act

META = """
meta = dict(request_type="GET", name="mine", response_time=1, response_length=2, context={}, exception=None,
            start_time=0, url="u", response=None)
hook = Events().request
hook.add_listener(lambda **event: note(event["name"], event["response_length"], repr_of(event["exception"])))
"""

CASES = [
    library(
        "http-wrap-response",
        "a response of requests, judged by hand",
        META
        + """
from requests import Response
from locust.clients import ResponseContextManager
def judged(status, judge):
    response = Response()
    response.status_code, response._content, response.reason = status, b"hi", "Reason"
    with ResponseContextManager.wrap_response(response, hook, dict(meta), True) as managed:
        note(managed.status_code, managed.text, managed.request_meta["name"])
        judge(managed)
judged(200, lambda r: r.failure("no"))
judged(500, lambda r: r.success())
judged(200, lambda r: None)
""",
    ),
    library(
        "fast-manager-by-hand",
        "managers and error responses of FastHttpUser's client, made by hand",
        META
        + """
from locust.contrib.fasthttp import ErrorResponse, ResponseContextManager
def judged(judge):
    error = ErrorResponse(request=None, error=ValueError("why"))
    note(error.status_code, error.content, error.text, error.headers, repr(error.error))
    with ResponseContextManager(response=error, request_event=hook, request_meta=dict(meta), catch_response=True) as one:
        judge(one)
judged(lambda r: r.failure("no"))
judged(lambda r: r.success())
""",
    ),
    library(
        "http-own-steps",
        "a session of one's own builds URLs and sends in its own way",
        """
from locust.clients import HttpSession
class Mine(HttpSession):
    def _build_url(self, path):
        return super()._build_url("/echo" + path)
    def _send_request_safe_mode(self, method, url, **kwargs):
        note("sends", method, url.replace(target, ""))
        return super()._send_request_safe_mode(method, url, **kwargs)
hook = Events().request
hook.add_listener(lambda **event: note(event["name"], repr_of(event["exception"])))
session = Mine(target, hook, None)
note(session.get("/a").json()["path"])
note(session.post("/b", data={"a": 1}, name="b").status_code)
Mine("http://127.0.0.1:1", hook, None).get("/refused")
""",
    ),
    library(
        "fast-own-url",
        "FastHttpUser: a session of one's own builds URLs in its own way",
        """
from locust.contrib.fasthttp import FastHttpSession
class Mine(FastHttpSession):
    def _build_url(self, path):
        return super()._build_url("/echo" + path)
hook = Events().request
hook.add_listener(lambda **event: note(event["name"], repr_of(event["exception"])))
note(Mine(target, hook, None).get("/a").json()["path"])
""",
    ),
    *act(
        "failure-by-keyword",
        "failure(exc=…)",
        """
        with user.client.get("/ok", catch_response=True) as response:
            response.failure(exc="why")
        """,
    ),
]
