"""Each user says that it comes from an address of its own, as if behind a proxy."""

import random

from locust import HttpUser, constant, task


class Visitor(HttpUser):
    abstract = True
    wait_time = constant(0.1)

    def __init__(self, environment):
        super().__init__(environment)
        address = ".".join(str(random.randrange(1, 255)) for _ in range(4))
        self.client.headers["X-Forwarded-For"] = address


class Reader(Visitor):
    @task
    def read(self):
        self.client.get("/items")


class Writer(Visitor):
    @task
    def write(self):
        self.client.post("/login", json={"user": "fred", "password": "secret"})
