"""Stages from a list: each with its end, its users, and optionally which kinds of users.

A tick returns (users, spawn_rate) or (users, spawn_rate, [user classes]); None ends the run.
"""

from typing import ClassVar

from locust import FastHttpUser, LoadTestShape, constant, task


class Visitor(FastHttpUser):
    wait_time = constant(0.1)

    @task
    def front_page(self):
        self.client.get("/", name="visitor")


class Buyer(FastHttpUser):
    wait_time = constant(0.1)

    @task
    def things(self):
        self.client.get("/items", name="buyer")


class VisitorsThenBoth(LoadTestShape):
    stages: ClassVar = [
        {"until_second": 1, "users": 4, "spawn_rate": 10, "kinds": [Visitor]},
        {"until_second": 2, "users": 8, "spawn_rate": 10, "kinds": [Visitor, Buyer]},
        {"until_second": 3, "users": 2, "spawn_rate": 10},
    ]

    def tick(self):
        for stage in self.stages:
            if self.get_run_time() < stage["until_second"]:
                words = (stage["users"], stage["spawn_rate"])
                return (*words, stage["kinds"]) if "kinds" in stage else words
        return None
