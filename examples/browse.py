"""Follow what the pages say: a task set reads a list when it starts, then looks at what it found there."""

import random

from locust import HttpUser, TaskSet, between, task


class Browsing(TaskSet):
    def on_start(self):
        self.read_list()  # a task is a method: it may be called as one

    @task(3)
    def read_list(self, most=10):
        self.found = [item["id"] for item in self.client.get("/items").json()[:most]]

    @task(10)
    def look_at_one(self):
        self.client.get(f"/items/{random.choice(self.found)}", name="/items/[id]")


class Reader(HttpUser):
    wait_time = between(0.05, 0.2)
    tasks = [Browsing]
