"""Every user has a login of its own, taken from a list; who finds none left stops."""

from locust import FastHttpUser, TaskSet, constant, task
from locust.exception import StopUser

LOGINS = [(f"customer-{number}", "secret") for number in range(100)]


class Shopping(TaskSet):
    def on_start(self):
        if not LOGINS:
            raise StopUser
        name, password = LOGINS.pop()
        self.client.post("/login", json={"user": name, "password": password})

    @task
    def account(self):
        self.client.get("/account")


class User(FastHttpUser):  # a class of one's own may have this name, too
    wait_time = constant(0.2)
    tasks = [Shopping]
