"""The shortest useful scenario: people who look at a page and at some goods.

acrida -f examples/basic.py --host http://127.0.0.1:8000
"""

import random

from locust import FastHttpUser, between, task


class Visitor(FastHttpUser):
    wait_time = between(0.1, 0.5)

    @task(3)
    def look_at_the_page(self):
        self.client.get("/")

    @task(2)
    def look_at_a_thing(self):
        # One row in the statistics for all of them, not one for each number.
        self.client.get(f"/items/{random.randrange(20)}", name="/items/[id]")

    @task(1)
    def look_at_all_things(self):
        self.client.get("/items")
