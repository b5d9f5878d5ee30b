"""A JSON API with rest(): the answer's `js`, failures by assertion, and a rest() of your own for every call."""

from contextlib import contextmanager

from locust import FastHttpUser, constant, task


class ApiUser(FastHttpUser):
    abstract = True

    @contextmanager
    def rest(self, method, url, **kwargs):
        kwargs.setdefault("headers", {})["X-Client"] = "acrida"
        with super().rest(method, url, **kwargs) as answer:
            yield answer
            if answer.js is not None and "error" in answer.js and not answer.error:
                answer.failure(answer.js["error"])


class Shopper(ApiUser):
    wait_time = constant(0.1)

    @task
    def buy(self):
        with self.rest("POST", "/login", json={"user": "eve", "password": "secret"}) as answer:
            token = answer.js["token"]
        with self.rest("POST", "/cart", json={"item": 2}, headers={"Authorization": f"Bearer {token}"}) as answer:
            assert answer.status_code == 201, "not in the cart"

    @task
    def not_json(self):
        with self.rest("GET", "/") as answer:
            if answer.js is None:  # rest() has marked it as failed: here a page is what we want
                answer.success()
