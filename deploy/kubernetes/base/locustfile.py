"""A scenario to replace: what a visitor of the system under test does."""

from lib.names import next_name
from locust import FastHttpUser, between, task


class Visitor(FastHttpUser):
    wait_time = between(1, 3)

    @task(3)
    def front_page(self):
        self.client.get("/")

    @task(1)
    def one_item(self):
        self.client.get(f"/items/{next_name()}", name="/items/[name]")
