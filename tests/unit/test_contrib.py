"""contrib modules whose server cannot be had: their client library is a double."""

from __future__ import annotations

import csv
import importlib
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import acrida
import pytest
from acrida.env import Environment


class Calls:
    """A client that notes its calls, answers what it was told and fails where it was told."""

    def __init__(self, **made_with: Any) -> None:
        self.made_with = made_with
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Any] = {}

    def __getattr__(self, name: str):
        def call(**kwargs: Any) -> Any:
            self.calls.append((name, kwargs))
            answer = self.answers.get(name)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


@pytest.fixture
def library(monkeypatch):
    """Puts a module of this name and with these members in place of the real one."""

    def put(name: str, **members: Any) -> ModuleType:
        module = ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)
        return module

    return put


@pytest.fixture
def reported():
    seen: list[tuple[Any, ...]] = []

    def note(request_type, name, response_time, response_length, exception=None, **_):
        seen.append((request_type, name, response_length, exception))

    acrida.events.request.add_listener(note)
    yield seen
    acrida.events.request.remove_listener(note)


class TestQdrant:
    @pytest.fixture
    def module(self, library, monkeypatch):
        library("qdrant_client", QdrantClient=Calls)
        monkeypatch.delitem(sys.modules, "acrida.contrib.qdrant", raising=False)
        return importlib.import_module("acrida.contrib.qdrant")

    def test_a_collection_must_be_named(self, module, environment):
        with pytest.raises(ValueError, match="collection_name"):
            module.QdrantUser(environment)

    def test_calls_are_reported_and_never_raise(self, module, environment, reported):
        class Search(module.QdrantUser):
            collection_name = "things"
            vectors_config = "vectors"
            client_kwargs = {"prefer_grpc": True}

        user = Search(environment)
        calls = user.client.client
        assert calls.made_with == {
            "url": "http://localhost:6333",
            "api_key": None,
            "timeout": 60,
            "prefer_grpc": True,
        }
        assert [name for name, _ in calls.calls] == ["collection_exists", "create_collection"]
        failure = RuntimeError("no")
        calls.answers = {"query_points": ["hit"], "delete": failure}
        assert user.search([1.0])["result"] == ["hit"]
        assert user.upsert(["p"])["success"] and user.scroll()["success"]
        assert user.delete("all") == {"success": False, "exception": failure, "response_time": 0}
        user.on_stop()
        assert calls.calls[-1][0] == "close"
        assert reported == [
            ("qdrant", "search", 0, None),
            ("qdrant", "upsert", 0, None),
            ("qdrant", "scroll", 0, None),
            ("qdrant", "delete", 0, failure),
        ]


class TestMilvus:
    @pytest.fixture
    def module(self, library, monkeypatch):
        library("grpc", experimental=None)
        library("grpc.experimental", gevent=None)
        started = library("grpc.experimental.gevent", init_gevent=lambda: None)
        sys.modules["grpc.experimental"].gevent = started
        sys.modules["grpc"].experimental = sys.modules["grpc.experimental"]
        library("pymilvus", MilvusClient=Calls)
        monkeypatch.delitem(sys.modules, "acrida.contrib.milvus", raising=False)
        return importlib.import_module("acrida.contrib.milvus")

    def test_calls_are_reported_and_never_raise(self, module, environment, reported):
        user = module.MilvusUser(environment, collection_name="things", schema="s", index_params="i")
        calls = user.client.client
        assert calls.calls == [("create_collection", {"collection_name": "things", "schema": "s", "index_params": "i"})]
        failure = RuntimeError("no")
        calls.answers = {"search": [[{"id": 1}, {"id": 2}]], "query": [], "delete": failure}
        found = user.search([[0.1]], "vector", 2, calculate_recall=True, ground_truth=[[1, 9]])
        assert (found["recall"], found["empty"]) == (0.5, False)
        assert user.query("id > 0")["empty"] is True
        assert user.insert(["row"])["success"] and user.upsert(["row"])["success"]
        assert user.delete("id > 0")["exception"] is failure
        assert reported == [
            ("milvus", "recall", 0, None),
            ("milvus", "search", 0, None),
            ("milvus", "query", 0, None),
            ("milvus", "insert", 0, None),
            ("milvus", "upsert", 0, None),
            ("milvus", "delete", 0, failure),
        ]


class TestCsvRequestLogger:
    @pytest.fixture
    def logged(self, tmp_path):
        from acrida.contrib.csv_request_logger import CsvRequestLogger

        environment = Environment()
        logger = CsvRequestLogger(str(tmp_path / "requests.csv"), flush_interval=0)
        logger.register(environment)
        assert logger.flush_interval == 1

        def finish() -> list[dict[str, str]]:
            environment.events.quitting.fire(environment=environment)
            logger.close()
            with open(tmp_path / "requests.csv", newline="") as file:
                return list(csv.DictReader(file))

        return environment.events.request, finish

    def test_a_row_per_request(self, logged):
        request, finish = logged
        request.fire(
            request_type="GET",
            name="/",
            response_time=12.345,
            response_length=7,
            exception=None,
            response=SimpleNamespace(status_code=201),
            start_time=1.5,
            context={},
            url="http://h/",
        )
        request.fire(request_type="X", name="y", response_time=None, response_length=0, exception=ValueError("bad"))
        first, second = finish()
        assert list(first.values()) == ["1.500000", "GET", "/", "12.35", "7", "201", ""]
        assert list(second.values())[1:] == ["X", "y", "", "0", "0", "bad"]

    def test_nothing_is_written_after_the_end(self, logged):
        request, finish = logged
        assert finish() == []
        request.fire(request_type="X", name="y", response_time=1, response_length=0)
        assert finish() == []

    def test_the_folder_must_exist(self, tmp_path):
        from acrida.contrib.csv_request_logger import CsvRequestLogger

        with pytest.raises(FileNotFoundError):
            CsvRequestLogger(str(tmp_path / "no" / "requests.csv")).register(Environment())
