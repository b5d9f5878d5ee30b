"""A Qdrant in memory with the few calls of examples/protocols/qdrant_user.py."""

from __future__ import annotations

from typing import Any

_collections: dict[str, list[Any]] = {}


class QdrantClient:
    def __init__(self, url: str, api_key: str | None, timeout: int) -> None:
        assert url.startswith("http")

    def collection_exists(self, collection_name: str) -> bool:
        return collection_name in _collections

    def create_collection(self, collection_name: str, vectors_config: Any) -> None:
        _collections[collection_name] = []

    def upsert(self, collection_name: str, points: list[Any]) -> None:
        _collections[collection_name] += points

    def query_points(self, collection_name: str, query: list[float], limit: int, **_: Any) -> list[Any]:
        return _collections[collection_name][:limit]

    def close(self) -> None:
        pass
