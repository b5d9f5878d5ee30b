"""Every request as a row in PostgreSQL. Put it beside any scenario. Needs psycopg 3: pip install 'acrida[postgres]'.

REPORT_TO=postgresql://me@127.0.0.1/load acrida -f examples/basic.py,examples/reporting/postgres.py …

In a swarm, every worker writes its own rows. `run` tells the runs apart (RUN_NAME, or the time of the start).
"""

import logging
import os
import time
from datetime import UTC, datetime

import gevent
import psycopg
from locust import events
from locust.runners import MasterRunner

TABLE = """
CREATE TABLE IF NOT EXISTS requests (
    run text, at timestamptz, method text, name text, response_ms double precision, bytes bigint, error text
)"""
SECONDS_BETWEEN_WRITES = 1
MOST_WAITING = 1_000_000  # rows; if the database is away for so long, we say how many were lost


class Writer:
    def __init__(self, address, run):
        self.run, self.waiting, self.lost = run, [], 0
        self.connection = psycopg.connect(address, autocommit=True)
        try:
            self.connection.execute(TABLE)
        except psycopg.errors.UniqueViolation:
            pass  # another worker made it at the same moment
        self.greenlet = gevent.spawn(self.write_for_ever)

    # A listener is called for each request: it only appends, the greenlet writes.
    def note(self, request_type, name, response_time, response_length, exception, start_time=None, **kwargs):
        if len(self.waiting) >= MOST_WAITING:
            self.lost += 1
            return
        at = start_time or time.time() - response_time / 1000
        error = str(exception) if exception else None
        self.waiting.append((self.run, at, request_type, name, response_time, response_length, error))

    def write_for_ever(self):
        while True:
            gevent.sleep(SECONDS_BETWEEN_WRITES)
            self.write()

    def write(self):
        rows, self.waiting = self.waiting, []
        try:
            with self.connection.cursor() as cursor, cursor.copy("COPY requests FROM STDIN") as copy:
                for run, at, *rest in rows:
                    copy.write_row((run, datetime.fromtimestamp(at, UTC), *rest))
        except psycopg.Error as error:
            logging.error("report: %d rows were not written: %s", len(rows), error)
            self.lost += len(rows)

    def close(self):
        self.greenlet.kill()
        self.write()
        self.connection.close()
        if self.lost:
            logging.error("report: %d requests are missing in the table", self.lost)


@events.init.add_listener
def begin(environment, **kwargs):
    if isinstance(environment.runner, MasterRunner):
        return  # the workers see the requests
    run = os.environ.get("RUN_NAME") or datetime.now(UTC).isoformat(timespec="seconds")
    writer = Writer(os.environ["REPORT_TO"], run)
    environment.events.request.add_listener(writer.note)
    environment.events.quitting.add_listener(lambda **kwargs: writer.close())
