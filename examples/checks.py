"""Many ways to say what a good answer is, and a listener that lets bad ones change the course of the test."""

from locust import FastHttpUser, constant, events, task
from locust.exception import RescheduleTask


@events.init.add_listener
def watch(environment, **kwargs):
    @environment.events.request.add_listener
    def start_over_after_an_error(exception, **kwargs):
        # Flow exceptions of a listener pass through to the task that made the request.
        if exception:
            raise RescheduleTask


class Careful(FastHttpUser):
    wait_time = constant(0.05)

    @task
    def by_hand(self):
        with self.client.get("/items/3", catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"status {answer.status_code}")
            elif answer.json().get("name") != "thing 3":
                answer.failure("another thing came")

    @task
    def by_assertion(self):
        # rest() asks for JSON, parses it into .js, and turns a failed assertion into a failed request.
        with self.rest("GET", "/items/3") as answer:
            assert answer.js["price"] == 14, f"the price is {answer.js['price']}"

    @task
    def an_error_is_right(self):
        with self.rest("GET", "/items/999") as answer:
            if answer.status_code == 404:
                answer.success()

    @task
    def sometimes_fails(self):
        self.client.get("/flaky")
        self.client.get("/", name="after a fine /flaky")
