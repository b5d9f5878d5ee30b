"""Test data that is made before a run and removed after it, at the right moment in every process."""

import logging

import requests
from locust import HttpUser, constant, events, task
from locust.runners import MasterRunner, WorkerRunner

data = {}


@events.init.add_listener
def once_per_process(environment, **kwargs):
    role = {MasterRunner: "master", WorkerRunner: "worker"}.get(type(environment.runner), "alone")
    logging.info("init: %s", role)


@events.test_start.add_listener
def make_data(environment, **kwargs):
    # Plain requests are not in the statistics: this is preparation, not load.
    answer = requests.post(f"{environment.host}/login", json={"user": "admin", "password": "secret"}, timeout=5)
    data["token"] = answer.json()["token"]
    logging.info("test_start: the data is there")


@events.test_stopping.add_listener
def no_more_new_ones(environment, **kwargs):
    logging.info("test_stopping: %d users are still there", environment.runner.user_count)


@events.test_stop.add_listener
def remove_data(environment, **kwargs):
    data.clear()
    logging.info("test_stop: the data is gone")


@events.quitting.add_listener
def before_the_report(environment, **kwargs):
    logging.info("quitting after %d requests", environment.stats.total.num_requests)


@events.quit.add_listener
def the_very_last(exit_code, **kwargs):
    logging.info("quit: exit code %d", exit_code)


class Visitor(HttpUser):
    wait_time = constant(0.1)

    def on_start(self):
        self.client.headers["Authorization"] = f"Bearer {data['token']}"

    @task
    def account(self):
        self.client.get("/account")
