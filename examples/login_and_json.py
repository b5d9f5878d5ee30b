"""A user who logs in once, then shops, and checks what the answers say.

HttpUser's client is a requests.Session: cookies stay, and everything that works with requests works here.
"""

import random

from locust import HttpUser, between, task


class Shopper(HttpUser):
    wait_time = between(0.1, 0.5)

    def on_start(self):
        answer = self.client.post("/login", json={"user": "anna", "password": "secret"})
        self.client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        self.in_cart = 0

    @task(3)
    def put_into_cart(self):
        item = random.randrange(20)
        # catch_response: we say what counts as a success, not the status alone.
        with self.client.post("/cart", json={"item": item}, catch_response=True) as answer:
            if answer.status_code != 201:
                answer.failure(f"the cart refused: {answer.status_code}")
                return
            self.in_cart += 1
            if answer.json()["in_cart"] != self.in_cart:
                answer.failure(f"the cart holds {answer.json()['in_cart']}, we put in {self.in_cart}")

    @task(1)
    def look_into_cart(self):
        with self.client.get("/account", catch_response=True) as answer:
            if answer.elapsed.total_seconds() > 1:
                answer.failure("took more than a second")

    @task(1)
    def ask_for_what_is_not_there(self):
        with self.client.get("/items/999", catch_response=True) as answer:
            if answer.status_code == 404:
                answer.success()  # that is the right answer, so it is no failure here
