"""Run a part of a scenario: acrida -f examples/tags.py --tags reading, or --exclude-tags slow."""

from locust import FastHttpUser, constant, tag, task


class Visitor(FastHttpUser):
    wait_time = constant(0.1)

    @tag("reading")
    @task
    def front_page(self):
        self.client.get("/")

    @tag("reading", "slow")
    @task
    def slow_page(self):
        self.client.get("/slow")

    @tag("writing")
    @task
    def log_in(self):
        self.client.post("/login", json={"user": "carla", "password": "secret"})
