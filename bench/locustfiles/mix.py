import os

import bench_marks  # noqa: F401
from locust import FastHttpUser, HttpUser, task

Base = {"fast": FastHttpUser, "http": HttpUser}[os.environ["BENCH_CLIENT"]]


class Shopper(Base):
    def on_start(self):
        answer = self.client.post("/api/login", json={"user": "bench", "password": "secret"})
        self.token = answer.json()["token"]

    def headers(self):
        return {"Authorization": "Bearer " + self.token, "X-Request-Source": "bench"}

    @task(10)
    def browse(self):
        answer = self.client.get("/api/items?page=2", name="/api/items", headers=self.headers())
        assert len(answer.json()["items"]) == 10

    @task(5)
    def look(self):
        with self.client.get(
            "/api/item/3", name="/api/item/[id]", headers=self.headers(), catch_response=True
        ) as answer:
            if answer.json()["id"] != 3:
                answer.failure("another item")

    @task(3)
    def search(self):
        answer = self.client.post(
            "/api/items/search", json={"text": "item", "limit": 10, "sort": ["price", "name"]}, headers=self.headers()
        )
        assert answer.json()["total"] == 10

    @task(2)
    def put_in_cart(self):
        with self.client.post(
            "/api/cart", json={"id": 3, "count": 2}, headers=self.headers(), catch_response=True
        ) as answer:
            if answer.status_code != 200 or not answer.json()["ok"]:
                answer.failure("not put in")
            else:
                answer.success()

    @task(1)
    def see_cart(self):
        answer = self.client.get("/api/cart", headers=self.headers())
        assert answer.json()["count"] == 3
