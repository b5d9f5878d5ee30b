"""A WebSocket that is read by a greenlet of its own, while the task sends. Needs websocket-client.

acrida -f examples/protocols/websocket_user.py --host ws://127.0.0.1:8765
"""

import time

import gevent
import websocket
from locust import User, constant, task


class Echoed(User):
    wait_time = constant(0.1)

    def on_start(self):
        self.sent_at = {}
        self.count = 0
        self.socket = websocket.create_connection(self.host, timeout=5)
        self.reader = gevent.spawn(self.read)

    def read(self):
        while True:
            text = self.socket.recv()
            self.environment.events.request.fire(
                request_type="WS",
                name="echo",
                response_time=(time.perf_counter() - self.sent_at.pop(text)) * 1000,
                response_length=len(text),
                exception=None,
                context={},
            )

    @task
    def send(self):
        self.count += 1
        self.sent_at[str(self.count)] = time.perf_counter()
        self.socket.send(str(self.count))

    def on_stop(self):
        self.reader.kill()
        self.socket.close()
