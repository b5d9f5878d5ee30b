"""A library that brings its own requests.Session is tested by giving it the user's client instead."""

from locust import HttpUser, constant, task


class ShopSdk:
    """As some package would have it: it makes a session, and calls its own host."""

    def __init__(self, address, session=None):
        self.address, self.session = address, session

    def things(self):
        answer = self.session.get(self.address + "/items", timeout=5)
        answer.raise_for_status()
        return answer.json()


class SdkUser(HttpUser):
    wait_time = constant(0.1)

    def on_start(self):
        self.shop = ShopSdk(self.host)
        self.shop.session = self.client  # it *is* a requests.Session, and reports what it does

    @task
    def list_things(self):
        assert len(self.shop.things()) > 0
