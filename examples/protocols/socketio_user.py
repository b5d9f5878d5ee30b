"""Socket.IO and HTTP in one user, which waits for what the server sends. Without --host it serves itself."""

import threading

import socketio
from gevent.pywsgi import WSGIServer
from locust import HttpUser, constant, events, task
from locust.contrib.socketio import SocketIOUser


class Chatting(SocketIOUser, HttpUser):
    wait_time = constant(0.1)

    def on_start(self):
        self.heard = threading.Event()  # a greenlet's event: threading is gevent's here
        self.sio.on("*", self.hear)  # instead of the handler that only reports
        self.sio.connect(self.host, transports=["polling"])

    def hear(self, event, data):
        self.sio.on_message(event, data)  # reports it
        self.heard.set()

    @task
    def ask_and_hear(self):
        self.heard.clear()
        assert self.sio.call("ask", "ab") == "abab"
        self.heard.wait(5)

    def on_stop(self):
        self.sio.disconnect()


@events.init.add_listener
def serve_ourselves(environment, **kwargs):
    if environment.host is not None:
        return
    server = socketio.Server(async_mode="gevent")

    @server.on("ask")
    def ask(sid, data):
        server.emit("news", "hot", to=sid)
        return data * 2

    wsgi = WSGIServer(("127.0.0.1", 0), socketio.WSGIApp(server), log=None)
    wsgi.start()
    environment.host = f"http://127.0.0.1:{wsgi.server_port}"
