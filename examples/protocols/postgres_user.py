"""SQL against PostgreSQL. Needs psycopg 3: pip install 'acrida[postgres]'.

POSTGRES=postgresql://me@127.0.0.1/shop acrida -f examples/protocols/postgres_user.py
"""

import os
import random

from locust import between, task
from locust.contrib.postgres import PostgresUser


class Reader(PostgresUser):
    conn_string = os.environ["POSTGRES"]
    wait_time = between(0.05, 0.1)

    @task(3)
    def one(self):
        self.client.execute_query(f"SELECT {random.randrange(1000)}")

    @task(1)
    def many(self):
        self.client.execute_query("SELECT count(*) FROM generate_series(1, 1000)")
