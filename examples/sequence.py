"""Steps in a fixed order, with a memory: look around, log in, buy, and start over as somebody else."""

import random

from locust import FastHttpUser, SequentialTaskSet, between, task


class OnePurchase(SequentialTaskSet):
    def on_start(self):
        self.chosen = None

    @task
    def look_around(self):
        with self.client.get("/items", catch_response=True) as answer:
            items = answer.json()
            if not items:
                answer.failure("the shop is empty")
                return
            self.chosen = random.choice(items)["id"]

    @task
    def log_in(self):
        self.client.post("/login", json={"user": "ben", "password": "secret"})

    @task
    def buy(self):
        self.client.post("/cart", json={"item": self.chosen})

    @task
    def leave(self):
        self.interrupt()  # back to the user, which begins the next purchase


class Buyer(FastHttpUser):
    wait_time = between(0.05, 0.2)
    tasks = [OnePurchase]
