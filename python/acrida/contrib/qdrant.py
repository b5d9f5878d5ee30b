"""Users of a Qdrant vector database."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar

from qdrant_client import QdrantClient

from ..user import User
from ._timing import report


class QdrantLocustClient:
    """Times calls of a Qdrant client; none of them raises, the answer is a dict with ``success``."""

    def __init__(
        self, url: str, collection_name: str, api_key: str | None = None, timeout: int = 60, **kwargs: Any
    ) -> None:
        self.collection_name = collection_name
        self.client = QdrantClient(url=url, api_key=api_key, timeout=timeout, **kwargs)

    def close(self) -> None:
        """Close the connection."""
        self.client.close()

    def create_collection(self, vectors_config: Any, **kwargs: Any) -> None:
        """Create the collection unless it exists."""
        if not self.client.collection_exists(collection_name=self.collection_name):
            self.client.create_collection(collection_name=self.collection_name, vectors_config=vectors_config, **kwargs)

    def upsert(self, points: Any) -> dict[str, Any]:
        """Insert or replace points."""
        return self._timed(lambda: self.client.upsert(collection_name=self.collection_name, points=points))

    def search(
        self,
        query: Any,
        limit: int = 10,
        query_filter: Any = None,
        search_params: Any = None,
        with_payload: bool = True,
    ) -> dict[str, Any]:
        """The nearest points."""
        return self._timed(
            lambda: self.client.query_points(
                collection_name=self.collection_name,
                query=query,
                limit=limit,
                query_filter=query_filter,
                search_params=search_params,
                with_payload=with_payload,
            )
        )

    def scroll(self, scroll_filter: Any = None, limit: int = 10, with_payload: bool = True) -> dict[str, Any]:
        """Points in order."""
        return self._timed(
            lambda: self.client.scroll(
                collection_name=self.collection_name,
                scroll_filter=scroll_filter,
                limit=limit,
                with_payload=with_payload,
            )
        )

    def delete(self, points_selector: Any) -> dict[str, Any]:
        """Remove points."""
        return self._timed(
            lambda: self.client.delete(collection_name=self.collection_name, points_selector=points_selector)
        )

    def _timed(self, call: Callable[[], Any]) -> dict[str, Any]:
        started_at = time.perf_counter()
        try:
            outcome: dict[str, Any] = {"success": True, "result": call()}
        except Exception as error:
            outcome = {"success": False, "exception": error}
        outcome["response_time"] = int((time.perf_counter() - started_at) * 1000)
        return outcome


class QdrantUser(User):
    """Set ``collection_name``; each method performs and reports one call of type ``qdrant``."""

    abstract: ClassVar[bool] = True

    url: str = "http://localhost:6333"
    api_key: str | None = None
    collection_name: str | None = None
    timeout: int = 60
    #: If set, the collection is created unless it exists.
    vectors_config: Any = None
    client_kwargs: dict[str, Any] | None = None
    collection_kwargs: dict[str, Any] | None = None

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        if self.collection_name is None:
            raise ValueError("'collection_name' must be set on the class")
        self.client = QdrantLocustClient(
            url=self.url,
            collection_name=self.collection_name,
            api_key=self.api_key,
            timeout=self.timeout,
            **(self.client_kwargs or {}),
        )
        if self.vectors_config is not None:
            self.client.create_collection(self.vectors_config, **(self.collection_kwargs or {}))

    def on_stop(self) -> None:
        """Close the connection."""
        self.client.close()

    def upsert(self, points: Any) -> dict[str, Any]:
        """Insert or replace points."""
        return self._reported("upsert", self.client.upsert(points))

    def search(
        self,
        query: Any,
        limit: int = 10,
        query_filter: Any = None,
        search_params: Any = None,
        with_payload: bool = True,
    ) -> dict[str, Any]:
        """The nearest points."""
        return self._reported("search", self.client.search(query, limit, query_filter, search_params, with_payload))

    def scroll(self, scroll_filter: Any = None, limit: int = 10, with_payload: bool = True) -> dict[str, Any]:
        """Points in order."""
        return self._reported("scroll", self.client.scroll(scroll_filter, limit, with_payload))

    def delete(self, points_selector: Any) -> dict[str, Any]:
        """Remove points."""
        return self._reported("delete", self.client.delete(points_selector))

    def _reported(self, name: str, outcome: dict[str, Any]) -> dict[str, Any]:
        report("qdrant", name, outcome["response_time"], exception=outcome.get("exception"), context={})
        return outcome
