"""In each worker: its own processor time and requests between two moments of the steady state."""

import json
import os
import time

import gevent
from locust import FastHttpUser, constant_throughput, events, task
from locust.runners import WorkerRunner


class Getter(FastHttpUser):
    wait_time = constant_throughput(100)

    @task
    def get(self):
        self.client.get("/")


def counted(runner):
    return runner._reported_requests + runner.stats.total.num_requests


def measure(runner):
    gevent.sleep(1)
    requests, cpu_s = counted(runner), time.process_time()
    gevent.sleep(float(os.environ["BENCH_LENGTH_S"]))
    found = {"requests": counted(runner) - requests, "cpu_s": time.process_time() - cpu_s}
    with open(os.path.join(os.environ["BENCH_RESULTS"], str(os.getpid())), "w") as file:
        json.dump(found, file)


@events.init.add_listener
def begin(environment, runner, **kwargs):
    if isinstance(runner, WorkerRunner):
        events.spawning_complete.add_listener(lambda user_count: gevent.spawn(measure, runner))
