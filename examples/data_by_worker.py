"""Every worker takes a share of the data of its own: no login is used twice in the whole swarm."""

from locust import FastHttpUser, constant, events, task
from locust.runners import MasterRunner

WORKERS = 4
LOGINS = [f"customer-{number}" for number in range(1000)]
mine = []


@events.init.add_listener
def take_share(environment, runner, **kwargs):
    if isinstance(runner, MasterRunner):
        return  # it has no users

    # A worker learns its index when it is connected, which it is by the time of the first test_start.
    @environment.events.test_start.add_listener
    def deal(**kwargs):
        index = max(runner.worker_index, 0)  # alone: 0
        mine[:] = LOGINS[index % WORKERS :: WORKERS]


class Customer(FastHttpUser):
    wait_time = constant(0.2)

    def on_start(self):
        self.client.post("/login", json={"user": mine.pop(), "password": "secret"})

    @task
    def account(self):
        self.client.get("/account")
