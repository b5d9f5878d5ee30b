"""Users that take long to start: the clock of a stage begins only when all its users are there."""

import random
import time

from locust import FastHttpUser, LoadTestShape, constant, task


class SlowStarter(FastHttpUser):
    wait_time = constant(0.1)

    def __init__(self, environment):
        super().__init__(environment)
        time.sleep(random.uniform(0, 0.3))  # say, it reads a big file

    @task
    def front_page(self):
        self.client.get("/")


class Patient(LoadTestShape):
    stages = ((4, 1), (8, 1))  # users, seconds with all of them

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stage, self.is_full = 0, False

    def tick(self):
        users, seconds = self.stages[self.stage]
        if not self.is_full and self.get_current_user_count() == users:
            self.is_full = True
            self.reset_time()
        if self.is_full and self.get_run_time() >= seconds:
            self.stage, self.is_full = self.stage + 1, False
            if self.stage == len(self.stages):
                return None
            users, _ = self.stages[self.stage]
        return users, users
