"""examples/reporting: the rows in PostgreSQL and the figures for Prometheus say what the run's own statistics say."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.contrib import servers
from tests.support.program import ROOT, Program

REPORTING = ROOT / "examples" / "reporting"
OPTIONS = ["--headless", "-u", "4", "-r", "4"]


def test_every_request_is_a_row_in_postgresql(acrida: Program, shop_url: str, tmp_path: Path) -> None:
    psycopg = pytest.importorskip("psycopg")
    files = f"{ROOT / 'examples' / 'events_and_exit_code.py'},{REPORTING / 'postgres.py'}"
    with servers.postgres(tmp_path / "server") as address:
        env = {"REPORT_TO": address, "RUN_NAME": "first"}
        done = acrida.run(None, "-f", files, "--host", shop_url, "-t", "2s", "--json", *OPTIONS, env=env)
        assert "report:" not in done.stderr, done.stderr
        with psycopg.connect(address) as connection:
            rows = connection.execute(
                "SELECT method, name, count(*), count(error), min(response_ms) > 0, now() - min(at) < '1 minute'"
                " FROM requests WHERE run = 'first' GROUP BY method, name"
            ).fetchall()
    counted = [(row["method"], row["name"], row["num_requests"], row["num_failures"]) for row in done.json()]
    assert counted[0][2] > 20
    assert rows == [(*row, True, True) for row in counted]


def test_prometheus_is_told_what_is_counted(acrida: Program, shop_url: str) -> None:
    pytest.importorskip("prometheus_client")
    from prometheus_client.parser import text_string_to_metric_families

    port = servers.free_port()
    files = f"{ROOT / 'examples' / 'events_and_exit_code.py'},{REPORTING / 'prometheus.py'}"
    env = {"METRICS_PORT": str(port)}
    running = acrida.start(None, "-f", files, "--host", shop_url, *OPTIONS, env=env)
    running.wait_for_stderr("All users spawned")
    found: dict[str, Any] = {}
    total = 0.0
    # Each look is a request that waits for its answer. The scenario's own verdict wants few failures among many.
    while not found.get("acrida_failures_total") or total < 60:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            families = list(text_string_to_metric_families(answer.read().decode()))
        found = {sample.name: sample for family in families for sample in family.samples}
        counted = [
            sample.value for family in families for sample in family.samples if sample.name == "acrida_requests_total"
        ]
        total = sum(counted)
    running.interrupt()
    assert running.finish().exit_code == 0
    # The dashboard asks for nothing else.
    dashboard = json.loads((REPORTING / "grafana.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert {name for text in asked for name in re.findall(r"acrida_\w+", text)} <= set(found)
    assert {"method", "name"} == set(found["acrida_requests_total"].labels)
    assert found["acrida_users"].labels == {"user_class": "Visitor"}
    assert found["acrida_users"].value == 4
