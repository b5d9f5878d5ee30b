"""Sign in through an HTML form: fetch the page, send back its hidden token, and check where one ends up."""

import re

from locust import HttpUser, constant, task


class Member(HttpUser):
    wait_time = constant(0.2)

    def on_start(self):
        with self.client.get("/sign-in", catch_response=True) as page:
            token = re.search(r'name="token" value="(\w+)"', page.text)
            if not token:
                page.failure("the form has no token")
                return
        fields = {"user": "anna", "password": "secret", "token": token[1]}
        with self.client.post("/sign-in", data=fields, catch_response=True) as answer:
            # Redirects have been followed: url is the last one.
            if not answer.url.endswith("/account"):
                answer.failure(f"sent to {answer.url} instead of the account")

    @task
    def account(self):
        self.client.get("/account")
