"""One user that talks to two hosts: the second client reports into the same statistics."""

import os

from locust import HttpUser, constant, task
from locust.clients import HttpSession


class TwoHosts(HttpUser):
    abstract = True

    def __init__(self, environment):
        super().__init__(environment)
        self.api = HttpSession(
            base_url=os.environ.get("API_HOST", self.host),
            request_event=self.client.request_event,
            user=self,
        )


class Visitor(TwoHosts):
    wait_time = constant(0.1)

    @task
    def page_and_data(self):
        self.client.get("/")
        self.api.get("/items", name="api: /items")
