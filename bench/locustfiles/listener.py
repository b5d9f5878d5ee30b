import os

import bench_marks  # noqa: F401
from get import Getter  # noqa: F401
from locust import events

seen = 0


def count(request_type, name, response_time, response_length, exception, **kwargs):
    global seen
    seen += 1


if os.environ.get("BENCH_LISTENS"):
    events.request.add_listener(count)
