"""Messages between master and workers: the master deals out logins before a test, workers thank for them.

It runs alone, too, where the only runner plays both parts. With a swarm: acrida -f examples/messages.py --processes 2
"""

import gevent
from locust import FastHttpUser, constant, events, task
from locust.runners import MasterRunner, WorkerRunner

names = []  # what this process was dealt


def take_names(environment, msg, **kwargs):
    names.extend(msg.data)
    environment.runner.send_message("thanks", f"{len(msg.data)} names")


def hear_thanks(environment, msg, **kwargs):
    gevent.sleep(0)  # concurrent=True: it may wait here without holding up other messages
    print(f"master heard: thanks for {msg.data}")


@events.init.add_listener
def say_what_we_listen_to(environment, **kwargs):
    if not isinstance(environment.runner, MasterRunner):
        environment.runner.register_message("names", take_names)
    if not isinstance(environment.runner, WorkerRunner):
        environment.runner.register_message("thanks", hear_thanks, concurrent=True)


@events.test_start.add_listener
def deal_names(environment, **kwargs):
    runner = environment.runner
    if isinstance(runner, WorkerRunner):
        return
    everybody = [f"guest-{number}" for number in range(runner.target_user_count)]
    if isinstance(runner, MasterRunner):
        for number, worker in enumerate(runner.clients):
            runner.send_message("names", everybody[number :: runner.worker_count], worker)
    else:
        runner.send_message("names", everybody)


class Guest(FastHttpUser):
    wait_time = constant(0.2)

    def on_start(self):
        self.name = names.pop() if names else "nobody"

    @task
    def log_in(self):
        self.client.post("/login", json={"user": self.name, "password": "secret"})
