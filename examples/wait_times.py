"""How long users wait between two tasks; `weight` and `fixed_count` say how many of each kind there are."""

import random

from locust import FastHttpUser, between, constant, constant_pacing, constant_throughput, task


class Page(FastHttpUser):
    abstract = True  # never spawned itself, only its heirs

    @task
    def front_page(self):
        self.client.get("/", name=type(self).__name__)


class Patient(Page):
    weight = 3
    wait_time = between(0.2, 0.4)  # anything from 0.2 to 0.4 s


class Regular(Page):
    wait_time = constant(0.3)  # always 0.3 s after the end of a task


class Clockwork(Page):
    wait_time = constant_pacing(0.5)  # a task every 0.5 s, however long it takes (but never two at once)


class Steady(Page):
    wait_time = constant_throughput(4)  # at most four tasks a second


class Moody(Page):
    fixed_count = 1  # exactly one, however many users there are

    def wait_time(self):
        return random.expovariate(5)  # your own rule: 0.2 s on average
