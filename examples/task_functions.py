"""Tasks need not be methods: plain functions take the user (or task set) that performs them."""

from locust import HttpUser, TaskSet, between, task


def front_page(one):
    one.client.get("/")


def all_things(one):
    one.client.get("/items")


class Browsing(TaskSet):
    # A dict gives weights; a list that names a task twice would do the same.
    tasks = {front_page: 3, all_things: 1}

    @task(2)
    def one_thing(self):
        self.client.get("/items/3", name="/items/[id]")


class Visitor(HttpUser):
    wait_time = between(0.1, 0.3)
    tasks = [Browsing]
