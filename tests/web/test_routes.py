"""Every route: what it answers, which methods it takes, who may read it."""

from __future__ import annotations

import csv
import gzip
import http.client
import io
import json
import re

import pytest

from .page import Page

DATA = ["/stats/requests", "/exceptions", "/tasks", "/logs", "/worker-count", "/health", "/last-form", "/series"]
CSV = {"/stats/requests/csv": "requests", "/stats/failures/csv": "failures", "/exceptions/csv": "exceptions"}
READ = [*DATA, *CSV, "/", "/stats/report", "/metrics", "/assets/app.js"]
CHANGES = ["/swarm", "/stop", "/stats/reset", "/user"]


def test_the_page_starts_with_the_keys_that_the_facts_name(page: Page) -> None:
    data = page.page_data()
    assert {
        "available_shape_classes", "available_user_classes", "available_user_tasks", "users", "extra_options",
        "hide_common_options", "shape_use_common_options", "history", "host", "override_host_warning",
        "missing_host_warning", "is_host_required", "is_distributed", "locustfile", "num_users", "spawn_rate",
        "run_time", "percentiles_to_chart", "percentiles_to_statistics", "profile", "show_userclass_picker", "state",
        "user_count", "worker_count", "version", "stats_history_enabled", "tasks", "basePath", "isAcrida",
    } <= set(data)  # fmt: skip
    assert data["locustfile"] == "locustfile.py" and data["version"] == "2.47.0"
    assert data["users"]["Idle"] == {
        "host": "http://127.0.0.1:1", "weight": 1, "fixed_count": 0, "tasks": ["act"],
    }  # fmt: skip
    assert data["available_shape_classes"] == ["Default"] and data["tasks"] == "{}"
    assert "own page" in page.get("/").text


@pytest.mark.parametrize("path", READ)
def test_what_may_be_read_takes_get_head_and_options_and_may_be_read_by_other_sites(page: Page, path: str) -> None:
    got = page.get(path)
    assert got.status_code == 200
    # What was typed into the form is for nobody else's page.
    assert got.headers.get("Access-Control-Allow-Origin") == (None if path in ("/", "/last-form") else "*")
    head = page.session.head(page.url + path, timeout=20)
    assert head.status_code == 200 and head.content == b""
    options = page.session.options(page.url + path, timeout=20)
    assert options.status_code == 200 and options.headers["Allow"] == "GET, HEAD, OPTIONS"
    wrong = page.post(path)
    assert wrong.status_code == 405 and wrong.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", DATA)
def test_data_is_json_with_sorted_keys_and_two_blanks(page: Page, path: str) -> None:
    answer = page.get(path)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.text == json.dumps(answer.json(), indent=2, sort_keys=True) + "\n"


@pytest.mark.parametrize(("path", "kind"), CSV.items())
def test_downloads_have_a_type_a_name_and_a_head(page: Page, path: str, kind: str) -> None:
    answer = page.get(path)
    assert answer.headers["Content-Type"].startswith("text/csv")
    pattern = rf"attachment;filename=Locust_\d{{4}}-\d\d-\d\d-\d\dh\d\d_locustfile\.py_{kind}\.csv"
    assert re.fullmatch(pattern, answer.headers["Content-Disposition"])
    assert "\r\n" in answer.text and len(next(csv.reader(io.StringIO(answer.text)))) > 3


@pytest.mark.parametrize("path", CHANGES)
def test_changes_refuse_other_sites_and_wrong_methods(page: Page, path: str) -> None:
    assert page.session.put(page.url + path, timeout=20).status_code == 405
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        answer = page.post(path, headers=headers)
        assert answer.status_code == 403 and answer.json()["success"] is False
        assert "Access-Control-Allow-Origin" not in answer.headers
    preflight = page.session.options(page.url + path, headers={"Origin": "http://evil.example"}, timeout=20)
    assert "Access-Control-Allow-Origin" not in preflight.headers


def test_dashboards_and_scripts_may_ask_in_their_own_way(page: Page) -> None:
    # An address that ends in a slash, joined with a route; "merged" is also what Locust makes of it.
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=20)
    connection.request("GET", "//stats//requests")
    answer = connection.getresponse()
    assert answer.status == 200 and "stats" in json.load(answer)
    asked = {"Origin": "http://a", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "X-A"}
    allowed = page.session.options(page.url + "/stats/requests", headers=asked, timeout=20).headers
    assert (allowed["Access-Control-Allow-Origin"], allowed["Access-Control-Allow-Headers"]) == ("*", "X-A")
    for path in ("/", "/swarm", "/last-form"):
        refused = page.session.options(page.url + path, headers=asked, timeout=20).headers
        assert "Access-Control-Allow-Headers" not in refused


def test_stop_and_reset_may_be_called_by_get_unless_a_browser_says_it_comes_from_elsewhere(page: Page) -> None:
    assert page.get("/stop").json() == {"message": "Test stopped", "success": True}
    assert page.get("/stats/reset").text == "ok"
    assert page.get("/stop", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert page.get("/stats/reset", headers={"Origin": "http://evil.example"}).status_code == 403
    assert page.post("/stop", headers={"Origin": page.url, "Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert page.get("/swarm").status_code == 405


def test_unknown_paths_are_small_pages_and_login_leads_back(page: Page) -> None:
    for path in ("/nothing", "/assets/nothing.js", "/assets/../locustfile.py", "/assets/%2e%2e/locustfile.py"):
        answer = page.get(path)
        assert answer.status_code == 404 and answer.headers["Content-Type"].startswith("text/html"), path
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=20)
    connection.request("GET", "/assets/../../locustfile.py")
    assert connection.getresponse().status == 404
    answer = page.get("/login")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert page.get("/stats/requests_full_history/csv").status_code == 404


def test_files_are_zipped_for_who_takes_it_and_not_sent_twice(page: Page) -> None:
    plain = page.get("/assets/app.js", headers={"Accept-Encoding": "identity"})
    assert plain.headers["Content-Type"].startswith("text/javascript") and "Last-Modified" in plain.headers
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=20)
    connection.request("GET", "/assets/app.js", headers={"Accept-Encoding": "gzip"})
    zipped = connection.getresponse()
    assert zipped.headers["Content-Encoding"] == "gzip" and gzip.decompress(zipped.read()) == plain.content
    again = page.get("/assets/app.js", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""


def test_statistics_have_the_fields_and_types_that_exporters_read(page: Page) -> None:
    page.swarm(user_count=2)
    stats = page.wait_until(lambda stats: stats["stats"][-1]["num_requests"] == 2)
    entry, total = stats["stats"]
    assert (entry["method"], entry["name"], total["method"], total["name"]) == ("GET", "/a", "", "Aggregated")
    for name in ("num_requests", "num_failures"):
        assert isinstance(entry[name], int)
    assert entry["min_response_time"] == entry["max_response_time"] == 12 == entry["response_time_percentile_0.95"]
    assert entry["avg_content_length"] == 5
    assert stats["total_rps"] == total["total_rps"] and stats["fail_ratio"] == 0.0
    assert (stats["user_count"], stats["state"]) == (2, "running")
    assert "workers" not in stats and "worker_count" not in stats
    assert page.get("/tasks").json()["total"] == {"Idle": {"ratio": 1.0, "tasks": {"act": {"ratio": 1.0}}}}
    series = page.wait_until(lambda answer: answer["points"] and answer["response_times"], "/series?method=GET&name=/a")
    assert series["points"][0]["rps"] >= 1 and series["points"][0]["fail_per_sec"] == 0
    assert series["seconds_per_point"] == 1
    assert (series["response_times"][0]["0.5"], series["response_times"][0]["0.95"]) == (12, 12)
    assert page.get("/health").json() == {"state": "running"}


def test_metrics_can_be_read_by_prometheus(page: Page) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    page.swarm(user_count=2)
    page.wait_until(lambda stats: stats["stats"][-1]["num_requests"] == 2)
    answer = page.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = {sample.name: sample for family in text_string_to_metric_families(answer.text) for sample in family.samples}
    assert found["acrida_requests_total"].labels == {"method": "GET", "name": "/a"}
    assert found["acrida_requests_total"].value == 2
    assert found["acrida_response_time_seconds_count"].value == 2
    assert found["acrida_users"].labels == {"user_class": "Idle"}
    assert found["acrida_generator_lag_seconds"].value < 5


def test_logs_hold_the_lines_of_this_process(page: Page) -> None:
    logs = page.get("/logs").json()
    assert any("Starting web interface at" in line for line in logs["master"]) and logs["workers"] == {}
