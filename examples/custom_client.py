"""Anything Python can talk to can be tested: measure it yourself and fire `events.request`.

Here: how long it takes until a TCP server accepts a connection.
"""

import socket
import time
from urllib.parse import urlsplit

from locust import User, constant, task


class TcpClient:
    def __init__(self, host, request_event):
        address = urlsplit(host)
        self.address = (address.hostname, address.port)
        self.request_event = request_event

    def knock(self):
        started_at = time.perf_counter()
        exception = None
        try:
            socket.create_connection(self.address, timeout=5).close()
        except OSError as error:
            exception = error
        self.request_event.fire(
            request_type="TCP",
            name="knock",
            response_time=(time.perf_counter() - started_at) * 1000,  # milliseconds
            response_length=0,
            exception=exception,  # None: a success
            context={},
        )


class Knocker(User):
    wait_time = constant(0.2)

    def __init__(self, environment):
        super().__init__(environment)
        self.client = TcpClient(self.host, environment.events.request)

    @task
    def knock(self):
        self.client.knock()
