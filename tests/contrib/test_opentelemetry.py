"""What `--otel` exports."""

from __future__ import annotations

import json

import pytest

from tests.support.program import Program
from tests.support.target import Target

CONSOLE = {
    "OTEL_TRACES_EXPORTER": "console",
    "OTEL_METRICS_EXPORTER": "console",
    "OTEL_LOGS_EXPORTER": "console",
}

SHOP = """
from locust import HttpUser, task, constant
class Shop(HttpUser):
    wait_time = constant(1000)
    @task
    def act(self):
        self.client.get("/ok", name="named")
        self.client.get("/status/404")
        self.environment.runner.quit()
"""


def documents(text: str) -> list[dict[str, object]]:
    """The JSON objects that the console exporters wrote one after the other."""
    decoder, found = json.JSONDecoder(), []
    while (start := text.find("{")) >= 0:
        value, end = decoder.raw_decode(text, start)
        found.append(value)
        text = text[end:]
    return found


@pytest.fixture(autouse=True)
def packages() -> None:
    pytest.importorskip("opentelemetry.sdk")
    pytest.importorskip("opentelemetry.instrumentation.requests")


def test_spans_durations_and_logs(acrida: Program, target: Target) -> None:
    outcome = acrida.headless(SHOP, "--otel", "--profile", "nightly", "-t", "20", host=target.url, env=CONSOLE)
    assert "Starting acrida" in outcome.stderr and "OpenTelemetry enabled" in outcome.stderr
    exported = documents(outcome.stdout)
    assert [entry["name"] for entry in exported if "kind" in entry and "CLIENT" in str(entry["kind"])][:1]
    assert {"GET named", "GET /status/404"} <= {entry.get("name") for entry in exported}
    text = json.dumps(exported)
    assert '"locust.client.duration"' in text and '"error.type": "HTTPError"' in text
    assert '"profile": "nightly"' in text and '"service.name": "locust"' in text
    assert "All users spawned" in text


def test_no_exporter_means_off(acrida: Program, target: Target) -> None:
    off = dict.fromkeys(CONSOLE, "none")
    outcome = acrida.headless(SHOP, "--otel", "-t", "20", host=target.url, env=off)
    assert "OpenTelemetry enabled" not in outcome.stderr
    assert "No OpenTelemetry exporters configured" in outcome.stderr


def test_unknown_exporters_are_named(acrida: Program, target: Target) -> None:
    outcome = acrida.headless(
        SHOP, "--otel", "-t", "20", host=target.url, env={**CONSOLE, "OTEL_TRACES_EXPORTER": "console,pigeon"}
    )
    assert "Unknown OpenTelemetry exporter for traces: pigeon" in outcome.stderr


def test_a_missing_package_is_one_line_and_the_test_runs(acrida: Program, target: Target) -> None:
    """As an operator sets it; the package for gRPC is none of those that the tests install."""
    operator = {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_METRICS_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    outcome = acrida.headless(SHOP, "--otel", "-t", "2", host=target.url, env=operator)
    assert "No module named 'opentelemetry.exporter.otlp.proto.grpc'" in outcome.stderr
    assert "OpenTelemetry packages are missing, install them with" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert "All users spawned" in outcome.stderr
