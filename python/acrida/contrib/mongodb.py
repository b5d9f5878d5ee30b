"""Users that query MongoDB through pymongo."""

from __future__ import annotations

from typing import Any, ClassVar

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from ..user import User
from ._timing import Stopwatch, report


class MongoDBClient(MongoClient):  # type: ignore[type-arg]
    """A pymongo client for one database; each query is reported as ``MONGODB QUERY``."""

    def __init__(self, conn_string: str, db_name: str) -> None:
        super().__init__(conn_string)
        self.db = self[db_name]

    def execute_query(self, collection_name: str, query: Any) -> None:
        """Find the documents, fetch them all and report the time; errors of MongoDB are reported, not raised."""
        watch = Stopwatch()
        try:
            list(self.db[collection_name].find(query))
        except PyMongoError as error:
            report("MONGODB", "QUERY", watch.elapsed_ms(), exception=error)
        else:
            report("MONGODB", "QUERY", watch.elapsed_ms())


class MongoDBUser(User):
    """Set ``conn_string`` and ``db_name``; ``client`` is a MongoDBClient of its own."""

    abstract: ClassVar[bool] = True

    conn_string: str
    db_name: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = MongoDBClient(conn_string=self.conn_string, db_name=self.db_name)

    def on_stop(self) -> None:
        """Close the connection."""
        self.client.close()
