"""Queries against MongoDB. Needs pymongo: pip install 'acrida[mongodb]'.

MONGODB=mongodb://127.0.0.1/ acrida -f examples/protocols/mongodb_user.py
"""

import os

from locust import between, task
from locust.contrib.mongodb import MongoDBUser


class Reader(MongoDBUser):
    conn_string = os.environ["MONGODB"]
    db_name = "shop"
    wait_time = between(0.05, 0.1)

    @task
    def cheap_things(self):
        self.client.execute_query("items", {"price": {"$lt": 20}})
