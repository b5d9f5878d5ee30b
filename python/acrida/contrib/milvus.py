"""Users of a Milvus vector database."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

# grpc waits in C: without this it would stop every user of the process.
import grpc.experimental.gevent as grpc_gevent

grpc_gevent.init_gevent()

from pymilvus import MilvusClient  # noqa: E402

from ..user import User  # noqa: E402
from ._timing import report  # noqa: E402

Outcome = dict[str, Any]


class BaseClient(ABC):
    """What MilvusUser needs of a client. Methods return a dict with ``success`` and ``response_time`` (ms)."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection."""

    @abstractmethod
    def create_collection(self, schema: Any, index_params: Any, **kwargs: Any) -> None:
        """Create the collection."""

    @abstractmethod
    def insert(self, data: Any) -> Outcome:
        """Insert rows."""

    @abstractmethod
    def upsert(self, data: Any) -> Outcome:
        """Insert or replace rows."""

    @abstractmethod
    def search(self, data: Any, anns_field: str, limit: int, **kwargs: Any) -> Outcome:
        """The nearest rows."""

    @abstractmethod
    def hybrid_search(self, reqs: Any, ranker: Any, limit: int, **kwargs: Any) -> Outcome:
        """The nearest rows by several searches."""

    @abstractmethod
    def query(self, filter: str, **kwargs: Any) -> Outcome:
        """Rows that fulfil a condition."""

    @abstractmethod
    def delete(self, filter: str) -> Outcome:
        """Remove rows that fulfil a condition."""


class MilvusV2Client(BaseClient):
    """BaseClient on pymilvus; nothing raises."""

    def __init__(
        self, uri: str, collection_name: str, token: str = "root:Milvus", db_name: str = "default", timeout: int = 60
    ) -> None:
        self.uri = uri
        self.collection_name = collection_name
        self.client = MilvusClient(uri=uri, token=token, db_name=db_name, timeout=timeout)

    def close(self) -> None:
        """Close the connection."""
        self.client.close()

    def create_collection(self, schema: Any, index_params: Any, **kwargs: Any) -> None:
        """Create the collection."""
        self.client.create_collection(
            collection_name=self.collection_name, schema=schema, index_params=index_params, **kwargs
        )

    def insert(self, data: Any) -> Outcome:
        """Insert rows."""
        return _timed(lambda: self.client.insert(collection_name=self.collection_name, data=data))

    def upsert(self, data: Any) -> Outcome:
        """Insert or replace rows."""
        return _timed(lambda: self.client.upsert(collection_name=self.collection_name, data=data))

    def search(
        self,
        data: Any,
        anns_field: str,
        limit: int,
        filter: str = "",
        search_params: Any = None,
        output_fields: Any = None,
        calculate_recall: bool = False,
        ground_truth: Any = None,
        **kwargs: Any,
    ) -> Outcome:
        """The nearest rows; with ``calculate_recall`` also which share of ``ground_truth`` they are."""
        outcome = _timed(
            lambda: self.client.search(
                collection_name=self.collection_name,
                data=data,
                anns_field=anns_field,
                filter=filter,
                limit=limit,
                search_params=search_params,
                output_fields=[] if output_fields is None else output_fields,
                **kwargs,
            )
        )
        _mark_empty(outcome)
        if outcome["success"] and calculate_recall and ground_truth is not None:
            outcome["recall"] = self.get_recall(outcome["result"], ground_truth, limit)
        return outcome

    def hybrid_search(self, reqs: Any, ranker: Any, limit: int, output_fields: Any = None, **kwargs: Any) -> Outcome:
        """The nearest rows by several searches."""
        outcome = _timed(
            lambda: self.client.hybrid_search(
                collection_name=self.collection_name,
                reqs=reqs,
                ranker=ranker,
                limit=limit,
                output_fields=output_fields,
                **kwargs,
            )
        )
        _mark_empty(outcome)
        return outcome

    def query(self, filter: str, output_fields: Any = None, **kwargs: Any) -> Outcome:
        """Rows that fulfil a condition."""
        outcome = _timed(
            lambda: self.client.query(
                collection_name=self.collection_name, filter=filter, output_fields=output_fields, **kwargs
            )
        )
        _mark_empty(outcome)
        return outcome

    def delete(self, filter: str) -> Outcome:
        """Remove rows that fulfil a condition."""
        return _timed(lambda: self.client.delete(collection_name=self.collection_name, filter=filter))

    @staticmethod
    def get_recall(search_results: Any, ground_truth: Any, limit: int | None = None) -> float:
        """Average share of the true neighbours that each search found, 0 to 1."""
        shares = []
        for found, true in zip(search_results, ground_truth, strict=False):
            wanted = set(list(true)[:limit])
            ids = {hit["id"] for hit in found}
            shares.append(len(ids & wanted) / len(wanted) if wanted else 0.0)
        return sum(shares) / len(shares) if shares else 0.0


def _timed(call: Callable[[], Any]) -> Outcome:
    started_at = time.perf_counter()
    try:
        outcome: Outcome = {"success": True, "result": call()}
    except Exception as error:
        outcome = {"success": False, "exception": error}
    outcome["response_time"] = (time.perf_counter() - started_at) * 1000
    return outcome


def _mark_empty(outcome: Outcome) -> None:
    if outcome["success"]:
        result = outcome["result"]
        outcome["empty"] = not result or not any(result)


class MilvusUser(User):
    """Each method performs and reports one call of type ``milvus``; ``client`` is a MilvusV2Client."""

    abstract: ClassVar[bool] = True

    def __init__(
        self,
        environment: Any,
        uri: str = "http://localhost:19530",
        token: str = "root:Milvus",
        collection_name: str = "test_collection",
        db_name: str = "default",
        timeout: int = 60,
        schema: Any = None,
        index_params: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(environment)
        self.client = MilvusV2Client(
            uri=uri, token=token, collection_name=collection_name, db_name=db_name, timeout=timeout
        )
        if schema is not None:
            self.client.create_collection(schema=schema, index_params=index_params, **kwargs)

    def on_stop(self) -> None:
        """Close the connection."""
        self.client.close()

    def insert(self, data: Any) -> Outcome:
        """Insert rows."""
        return self._reported("insert", self.client.insert(data))

    def upsert(self, data: Any) -> Outcome:
        """Insert or replace rows."""
        return self._reported("upsert", self.client.upsert(data))

    def search(
        self,
        data: Any,
        anns_field: str,
        limit: int,
        filter: str = "",
        search_params: Any = None,
        output_fields: Any = None,
        calculate_recall: bool = False,
        ground_truth: Any = None,
    ) -> Outcome:
        """The nearest rows; the recall is reported as an entry of its own, in percent."""
        outcome = self.client.search(
            data, anns_field, limit, filter, search_params, output_fields, calculate_recall, ground_truth
        )
        if "recall" in outcome:
            report("milvus", "recall", outcome["recall"] * 100, exception=None, context={})
        return self._reported("search", outcome)

    def hybrid_search(self, reqs: Any, ranker: Any, limit: int, output_fields: Any = None) -> Outcome:
        """The nearest rows by several searches."""
        return self._reported("hybrid_search", self.client.hybrid_search(reqs, ranker, limit, output_fields))

    def query(self, filter: str, output_fields: Any = None) -> Outcome:
        """Rows that fulfil a condition."""
        return self._reported("query", self.client.query(filter, output_fields))

    def delete(self, filter: str) -> Outcome:
        """Remove rows that fulfil a condition."""
        return self._reported("delete", self.client.delete(filter))

    def _reported(self, name: str, outcome: Outcome) -> Outcome:
        report("milvus", name, int(outcome["response_time"]), exception=outcome.get("exception"), context={})
        return outcome
