"""Users that never open a connection."""

import bench_marks  # noqa: F401
from locust import FastHttpUser, constant, task


class Idle(FastHttpUser):
    wait_time = constant(100000)

    @task
    def nothing(self):
        pass
