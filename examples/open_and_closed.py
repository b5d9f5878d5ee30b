"""Two kinds of load. Closed: users wait after each answer, so a slow server gets fewer requests.

Open: users keep a pace of their own, so requests keep coming however slow the server is (as long as there are users
enough to wait for it).
"""

from locust import FastHttpUser, constant, constant_pacing, task


class Closed(FastHttpUser):
    wait_time = constant(0.3)

    @task
    def slow(self):
        self.client.get("/slow", name="closed")  # 0.2 s + 0.3 s: twice a second


class Open(FastHttpUser):
    wait_time = constant_pacing(0.3)

    @task
    def slow(self):
        self.client.get("/slow", name="open")  # every 0.3 s
