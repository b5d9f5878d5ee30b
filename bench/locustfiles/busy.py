"""Fifty users against a server that takes 5 ms, while one greenlet burns 200 ms of CPU every 500 ms."""

import time

import bench_marks  # noqa: F401
import gevent
from locust import FastHttpUser, constant, events, task


class Steady(FastHttpUser):
    wait_time = constant(0.045)

    @task
    def get(self):
        self.client.get("/delay/5")


def burn():
    while True:
        gevent.sleep(0.3)
        end = time.perf_counter() + 0.2
        while time.perf_counter() < end:
            pass


@events.test_start.add_listener
def start_burning(environment):
    gevent.spawn(burn)
