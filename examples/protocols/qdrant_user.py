"""Searches in Qdrant. Needs qdrant-client: pip install 'acrida[qdrant]'.

QDRANT=http://127.0.0.1:6333 acrida -f examples/protocols/qdrant_user.py
"""

import os
import random

from locust import between, task
from locust.contrib.qdrant import QdrantUser
from qdrant_client.models import Distance, PointStruct, VectorParams

DIMENSIONS = 8


def vector():
    return [random.random() for _ in range(DIMENSIONS)]


class Searcher(QdrantUser):
    url = os.environ.get("QDRANT", "http://127.0.0.1:6333")
    collection_name = "things"
    vectors_config = VectorParams(size=DIMENSIONS, distance=Distance.COSINE)
    wait_time = between(0.05, 0.1)

    @task(1)
    def add(self):
        self.upsert(points=[PointStruct(id=random.getrandbits(60), vector=vector())])

    @task(5)
    def find(self):
        self.search(query=vector(), limit=3)
