"""Figures for Prometheus from runs without a web page. Put it beside any scenario. Needs prometheus-client.

acrida -f examples/basic.py,examples/reporting/prometheus.py --headless …, then scrape http://HOST:9646/metrics

With a web page nothing of this is needed: acrida serves the same figures on its own /metrics. grafana.json shows both.
"""

import os

from locust import events
from locust.runners import MasterRunner
from prometheus_client import Counter, Gauge, Histogram, start_http_server

PORT = int(os.environ.get("METRICS_PORT", "9646"))
REQUESTS = Counter("acrida_requests", "Requests, failed ones included", ["method", "name"])
FAILURES = Counter("acrida_failures", "Failed requests", ["method", "name"])
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
SECONDS = Histogram("acrida_response_time_seconds", "Response times", ["method", "name"], buckets=BUCKETS)
USERS = Gauge("acrida_users", "Users alive, by class", ["user_class"])


def count(request_type, name, response_time, exception, **kwargs):
    REQUESTS.labels(request_type, name).inc()
    SECONDS.labels(request_type, name).observe(response_time / 1000)
    if exception:
        FAILURES.labels(request_type, name).inc()


@events.init.add_listener
def begin(environment, **kwargs):
    if isinstance(environment.runner, MasterRunner):
        return  # the workers see the requests: scrape them (a METRICS_PORT for each on one machine)
    start_http_server(PORT)
    environment.events.request.add_listener(count)
    for user_class in environment.user_classes:
        name = user_class.__name__
        # Read when Prometheus asks, not when something changes.
        USERS.labels(name).set_function(lambda name=name: environment.runner.user_classes_count.get(name, 0))
