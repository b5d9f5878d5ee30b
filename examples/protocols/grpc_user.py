"""gRPC: an interceptor reports each call. Needs grpcio and protobuf. Without --host it serves itself.

Without init_gevent() the C library would stop every user of the process while one of them waits.
"""

import subprocess
import sys
import time
from pathlib import Path

import grpc
import grpc.experimental.gevent as grpc_gevent
from google.protobuf.wrappers_pb2 import StringValue
from locust import User, constant, events, task

grpc_gevent.init_gevent()


class Reporter(grpc.UnaryUnaryClientInterceptor):
    def __init__(self, request_event):
        self.request_event = request_event

    def intercept_unary_unary(self, continuation, details, request):
        started_at, exception, length = time.perf_counter(), None, 0
        call = continuation(details, request)
        try:
            length = call.result().ByteSize()
        except grpc.RpcError as error:
            exception = error
        self.request_event.fire(
            request_type="grpc",
            name=details.method,
            response_time=(time.perf_counter() - started_at) * 1000,
            response_length=length,
            exception=exception,
            context=None,
        )
        return call


class GrpcUser(User):
    abstract = True

    def __init__(self, environment):
        super().__init__(environment)
        self._channel = grpc.insecure_channel(self.host)
        self.channel = grpc.intercept_channel(self._channel, Reporter(environment.events.request))

    def on_stop(self):
        self._channel.close()


class Greeted(GrpcUser):
    wait_time = constant(0.1)

    def on_start(self):
        # What protoc generates for a service does just this.
        self.hello = self.channel.unary_unary(
            "/shop.Greeter/Hello",
            request_serializer=StringValue.SerializeToString,
            response_deserializer=StringValue.FromString,
        )

    @task
    def greet(self):
        assert self.hello(StringValue(value="anna")).value == "hello anna"


@events.init.add_listener
def serve_ourselves(environment, **kwargs):
    if environment.host is None:
        server = [sys.executable, str(Path(__file__).with_name("grpc_server.py"))]
        process = subprocess.Popen(server, stdout=subprocess.PIPE, text=True)
        environment.host = process.stdout.readline().strip()
        environment.events.quit.add_listener(lambda **kwargs: process.terminate())
