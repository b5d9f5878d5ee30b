"""Every user opens its connection and keeps it, idle."""

import bench_marks  # noqa: F401
from locust import FastHttpUser, constant, task


class Connected(FastHttpUser):
    wait_time = constant(100000)

    @task
    def get(self):
        self.client.get("/")
