"""Users that query PostgreSQL through psycopg 3."""

from __future__ import annotations

from typing import Any, ClassVar

import psycopg

from ..user import User
from ._timing import Stopwatch, report


class PostgresClient:
    """One connection; each query is reported as ``postgres_success`` or ``postgres_failure``."""

    def __init__(self, conn_string: str) -> None:
        self.connection = psycopg.connect(conn_string)

    def execute_query(self, query: str) -> None:
        """Execute and report the query; errors are reported, not raised."""
        watch = Stopwatch()
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(query.encode())
        except Exception as error:
            report("postgres_failure", "execute_query", watch.elapsed_ms(), exception=error)
        else:
            report("postgres_success", "execute_query", watch.elapsed_ms())

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


class PostgresUser(User):
    """Set ``conn_string``; ``client`` is a PostgresClient of its own."""

    abstract: ClassVar[bool] = True

    conn_string: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = PostgresClient(conn_string=self.conn_string)

    def on_stop(self) -> None:
        """Close the connection."""
        self.client.close()
