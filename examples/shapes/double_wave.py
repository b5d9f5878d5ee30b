"""A day in short: two waves, as at noon and in the evening, out of two bell curves."""

import math

from locust import FastHttpUser, LoadTestShape, constant, task


class Visitor(FastHttpUser):
    wait_time = constant(0.1)

    @task
    def front_page(self):
        self.client.get("/")


class DoubleWave(LoadTestShape):
    length_s = 3
    least, most = 2, 12

    def users_at(self, second):
        part = second / self.length_s
        wave = math.exp(-(((part - 0.3) / 0.12) ** 2)) + 0.7 * math.exp(-(((part - 0.75) / 0.12) ** 2))
        return round(self.least + (self.most - self.least) * min(wave, 1))

    def tick(self):
        second = self.get_run_time()
        return None if second > self.length_s else (self.users_at(second), self.most)
