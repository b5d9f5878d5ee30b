"""Test data from a CSV file beside the scenario: all users share one reader, which starts over at the end."""

import csv
from pathlib import Path

from locust import FastHttpUser, constant, task

FILE = Path(__file__).with_name("customers.csv")


def rows():
    while True:
        with FILE.open(newline="") as file:
            yield from csv.DictReader(file)


customers = rows()


class Customer(FastHttpUser):
    wait_time = constant(0.1)

    @task
    def log_in(self):
        row = next(customers)
        with self.rest("POST", "/login", json={"user": row["name"], "password": row["password"]}) as answer:
            assert answer.js and "token" in answer.js, f"{row['name']} got no token"
