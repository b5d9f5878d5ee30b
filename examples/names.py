"""What a row of the statistics is called: `name=` for one request, `request_name` or a block for several."""

from locust import HttpUser, constant, task


class Visitor(HttpUser):
    wait_time = constant(0.1)

    @task
    def one_request(self):
        self.client.get("/items?page=3", name="/items?page=[n]")

    @task
    def from_here_on(self):
        self.client.request_name = "a search"
        self.client.get("/items?word=chair")
        self.client.get("/items?word=table")
        self.client.request_name = None

    @task
    def in_a_block(self):
        with self.client.rename_request("the front page"):
            self.client.get("/?from=mail")
