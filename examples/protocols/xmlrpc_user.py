"""XML-RPC with the standard library: a client that reports every call. Without --host it serves itself.

acrida -f examples/protocols/xmlrpc_user.py --host http://127.0.0.1:8877
"""

import time
from xmlrpc.client import Fault, ServerProxy
from xmlrpc.server import SimpleXMLRPCServer

import gevent
from locust import User, constant, events, task


class ReportingProxy(ServerProxy):
    def __init__(self, host, request_event):
        super().__init__(host)
        self._request_event = request_event

    def __getattr__(self, name):
        method = super().__getattr__(name)

        def call(*args):
            started_at, exception, answer = time.perf_counter(), None, None
            try:
                answer = method(*args)
            except Fault as fault:
                exception = fault
            self._request_event.fire(
                request_type="xmlrpc",
                name=name,
                response_time=(time.perf_counter() - started_at) * 1000,
                response_length=0,
                response=answer,
                exception=exception,
                context={},
            )
            return answer

        return call


class Caller(User):
    wait_time = constant(0.1)

    def __init__(self, environment):
        super().__init__(environment)
        self.client = ReportingProxy(self.host, environment.events.request)

    @task
    def add(self):
        assert self.client.add(2, 3) == 5


@events.init.add_listener
def serve_ourselves(environment, **kwargs):
    if environment.host is None:
        server = SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
        server.register_function(lambda a, b: a + b, "add")
        gevent.spawn(server.serve_forever)
        environment.host = f"http://127.0.0.1:{server.server_address[1]}"
