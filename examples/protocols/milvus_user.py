"""Searches in Milvus. Needs pymilvus: pip install 'acrida[milvus]'.

acrida -f examples/protocols/milvus_user.py --host http://127.0.0.1:19530
"""

import random

from locust import between, task
from locust.contrib.milvus import MilvusUser
from pymilvus import CollectionSchema, DataType, FieldSchema
from pymilvus.milvus_client import IndexParams

DIMENSIONS = 8


def vector():
    return [random.random() for _ in range(DIMENSIONS)]


class Searcher(MilvusUser):
    wait_time = between(0.05, 0.1)

    def __init__(self, environment):
        fields = [
            FieldSchema("id", DataType.INT64, is_primary=True),
            FieldSchema("place", DataType.FLOAT_VECTOR, dim=DIMENSIONS),
        ]
        index = IndexParams()
        index.add_index(field_name="place", index_type="FLAT", metric_type="L2")
        super().__init__(
            environment,
            uri=environment.host or "http://127.0.0.1:19530",
            collection_name="things",
            schema=CollectionSchema(fields),
            index_params=index,
        )

    @task(1)
    def add(self):
        self.insert([{"id": random.getrandbits(60), "place": vector()}])

    @task(5)
    def find(self):
        self.search(data=[vector()], anns_field="place", limit=3)
