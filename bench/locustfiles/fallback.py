import bench_marks  # noqa: F401
from locust import HttpUser, task
from requests.adapters import HTTPAdapter


class Adapted(HttpUser):
    """An adapter of one's own: every call takes requests' path."""

    def on_start(self):
        self.client.mount("http://", HTTPAdapter())

    @task
    def get(self):
        self.client.get("/")
