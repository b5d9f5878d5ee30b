import itertools
import os

import bench_marks  # noqa: F401
from locust import FastHttpUser, task

names = itertools.cycle([f"/page/{i}" for i in range(int(os.environ["BENCH_NAMES"]))])


class Visitor(FastHttpUser):
    @task
    def get(self):
        self.client.get("/", name=next(names))
