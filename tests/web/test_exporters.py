"""Exporters in the locustfile, in the manner of published ones: a collector that reads the runner's statistics."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from tests.page.site import eventually

from .conftest import OpenPage
from .page import IDLE

EXPORTER = (
    IDLE
    + """
import itertools, flask
from prometheus_client import CollectorRegistry, exposition
from prometheus_client.core import GaugeMetricFamily
from locust import runners, stats as locust_stats
class Collector:
    def __init__(self, runner): self.runner = runner
    def collect(self):
        if self.runner.state not in (runners.STATE_SPAWNING, runners.STATE_RUNNING): return
        yield GaugeMetricFamily("load_users", "users", value=self.runner.user_count)
        yield GaugeMetricFamily("load_fail_ratio", "failures", value=self.runner.stats.total.fail_ratio)
        shown = GaugeMetricFamily("load_requests", "by name", labels=["name", "what"])
        for entry in itertools.chain(locust_stats.sort_stats(self.runner.stats.entries), [self.runner.stats.total]):
            for what in ("num_requests", "num_failures", "avg_response_time", "max_response_time", "current_rps"):
                shown.add_metric([entry.name, what], getattr(entry, what))
            shown.add_metric([entry.name, "p90"], entry.get_response_time_percentile(0.9))
        yield shown
        errors = GaugeMetricFamily("load_errors", "by text", labels=["error"])
        for error in self.runner.stats.errors.values():
            errors.add_metric([error.to_dict()["error"]], error.to_dict()["occurrences"])
        yield errors
@events.init.add_listener
def export(environment, runner, web_ui, **_):
    registry = CollectorRegistry()
    registry.register(Collector(runner))
    @web_ui.app.route("/export/prometheus")
    def metrics():
        encoder, kind = exposition.choose_encoder(flask.request.headers.get("Accept"))
        return flask.Response(encoder(registry), content_type=kind)
    @web_ui.app.after_request
    def brand(response):
        if response.mimetype == "text/html":
            response.set_data(response.get_data(as_text=True).replace("<body>", "<body><b>ours</b>"))
        return response
@events.test_start.add_listener
def count(environment, **_):
    fire = environment.events.request.fire
    for time in (10, 30):
        fire(request_type="GET", name="/x", response_time=time, response_length=1, exception=None)
    fire(request_type="GET", name="/y", response_time=5, response_length=1, exception=OSError("no"))
"""
)


def test_a_collector_of_prometheus_reads_the_statistics(opened: OpenPage) -> None:
    page = opened(EXPORTER)

    def told() -> dict[tuple[str, ...], float]:
        families = text_string_to_metric_families(page.get("/export/prometheus").text)
        return {(one.name, *one.labels.values()): one.value for each in families for one in each.samples}

    assert told() == {}
    page.swarm(user_count=2)
    eventually(lambda: told().get(("load_requests", "/a", "num_requests")) == 2)
    found = told()
    assert (found["load_users",], found["load_fail_ratio",], found["load_errors", "OSError('no')"]) == (2, 1 / 5, 1)
    assert (found["load_requests", "/x", "num_requests"], found["load_requests", "/x", "p90"]) == (2, 30)
    assert found["load_requests", "Aggregated", "num_requests"] == 5
    openmetrics = page.get("/export/prometheus", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert openmetrics.headers["Content-Type"].startswith("application/openmetrics-text")
    for path in ("/", "/stats/report"):
        assert "<body><b>ours</b>" in page.get(path).text, path
