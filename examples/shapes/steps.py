"""A load that changes over time: rises in two steps, then ends by itself. -u, -r and -t are not needed.

Make the seconds longer for a real test.
"""

from typing import ClassVar

from locust import FastHttpUser, LoadTestShape, constant, task


class Visitor(FastHttpUser):
    wait_time = constant(0.1)

    @task
    def front_page(self):
        self.client.get("/")


class TwoSteps(LoadTestShape):
    steps: ClassVar = [
        {"until_second": 1, "users": 5, "spawn_rate": 5},
        {"until_second": 3, "users": 10, "spawn_rate": 10},
    ]

    def tick(self):
        for step in self.steps:
            if self.get_run_time() < step["until_second"]:
                return step["users"], step["spawn_rate"]
        return None  # the end
