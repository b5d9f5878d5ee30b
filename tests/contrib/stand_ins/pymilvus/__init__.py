"""A Milvus in memory with the few calls of examples/protocols/milvus_user.py."""

from __future__ import annotations

from enum import Enum
from typing import Any

_collections: dict[str, list[Any]] = {}


class DataType(Enum):
    INT64 = 5
    FLOAT_VECTOR = 101


class FieldSchema:
    def __init__(self, name: str, dtype: DataType, **_: Any) -> None:
        self.name = name


class CollectionSchema:
    def __init__(self, fields: list[FieldSchema]) -> None:
        self.names = {field.name for field in fields}


class MilvusClient:
    def __init__(self, uri: str, token: str, db_name: str, timeout: int) -> None:
        assert uri.startswith("http")

    def create_collection(self, collection_name: str, schema: CollectionSchema, index_params: Any) -> None:
        assert {entry["field_name"] for entry in index_params.entries} <= schema.names
        _collections.setdefault(collection_name, [])

    def insert(self, collection_name: str, data: list[Any]) -> dict[str, int]:
        _collections[collection_name] += data
        return {"insert_count": len(data)}

    def search(self, collection_name: str, data: list[Any], limit: int, **_: Any) -> list[list[Any]]:
        return [_collections[collection_name][:limit] for _ in data]

    def close(self) -> None:
        pass
