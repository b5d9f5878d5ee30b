import os

import bench_marks  # noqa: F401
from locust import FastHttpUser, HttpUser, task

Base = {"fast": FastHttpUser, "http": HttpUser}[os.environ["BENCH_CLIENT"]]


class Getter(Base):
    def on_start(self):
        self.client.verify = os.environ.get("BENCH_CA", True)

    @task
    def get(self):
        self.client.get("/")
