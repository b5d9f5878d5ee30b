"""Everybody can use the page: axe-core finds nothing, in light and in dark, and every state has a face of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .site import Site

# The browser's own stream of events, written by the test: states that a real run reaches only by misfortune.
SCRIPTED = """
const real = window.fetch;
window.fetch = (url, options) => !String(url).endsWith("/events") ? real(url, options) : Promise.resolve(
    new Response(new ReadableStream({start(pipe) {
        window.tell = (name, data) => pipe.enqueue(
            new TextEncoder().encode(`event: ${name}\\ndata: ${JSON.stringify(data)}\\n\\n`));
    }}), {headers: {"Content-Type": "text/event-stream"}}));
"""

ROW = {
    "method": "GET", "name": "/a", "num_requests": 40, "num_failures": 40, "avg_response_time": 3.0,
    "min_response_time": 1.0, "max_response_time": 9.0, "median_response_time": 3, "avg_content_length": 0,
    "current_rps": 4.0, "current_fail_per_sec": 4.0, "total_rps": 4.0, "total_fail_per_sec": 4.0,
    "percentiles": {"0.5": 3, "0.9": 5, "0.95": 6, "0.99": 9, "0.999": 9, "1.0": 9},
}  # fmt: skip
STATE: dict[str, Any] = {
    "seq": 1, "now": 1_790_000_100.0, "state": "running", "user_count": 60, "target_user_count": 60,
    "users_by_class": {}, "spawn_rate": 5, "host": "http://wrong.example", "profile": None,
    "run": {"number": 1, "started_at": 1_790_000_000.0, "ended_at": None, "run_time": 300, "shape": None},
    "rows": [ROW], "total": {**ROW, "method": "", "name": "Aggregated"}, "current_percentiles": {"0.5": 3, "0.95": 6},
    "fail_ratio": 1.0, "errors": [
        {"method": "GET", "name": "/a", "error": "ConnectionRefusedError(111)", "occurrences": 40,
         "first_seen": 1_790_000_001.0, "last_seen": 1_790_000_099.0}],
    "exceptions": [], "workers": [
        {"id": "lab_1", "state": "running", "user_count": 60, "cpu_usage": 97.5, "memory_usage": 71303168,
         "lag_ms": 12.0, "version": "acrida 0.1.0", "address": "10.0.0.7"},
        {"id": "lab_2", "state": "missing", "user_count": 0, "cpu_usage": 0, "memory_usage": 0}],
    "worker_count": 1, "is_distributed": True, "history": [],
    "logs": {"master": [], "workers": {"lab_1": ["[x] w/INFO/a: b"]}},
    "viewers": 2, "generator": {"hub_lag_ms": 2, "cpu_percent": 60},
    "notices": [
        {"kind": "worker_lost", "text": "lab_2 has not answered since 12:00.", "since": 1_790_000_050.0},
        {"kind": "generator_overloaded", "text": "The load is lower than asked for.", "since": 1_790_000_050.0}],
}  # fmt: skip


EXCEPTION = {
    "count": 9,
    "msg": "'basket'",
    "nodes": "lab_1",
    "traceback": '  File "/shop.py", line 12, in pay\n    no\n',
}


def tell(page: Page, name: str, **changed: Any) -> None:
    page.evaluate("([name, data]) => window.tell(name, data)", [name, changed])


@pytest.fixture
def scripted(new_page: Callable[..., Page], shop: Site) -> Callable[..., Page]:
    def open_page(key: str = "stats", **changed: Any) -> Page:
        page = new_page()
        page.add_init_script(SCRIPTED)
        page.goto(f"{shop.url}/?tab={key}")
        tell(page, "snapshot", **{**STATE, **changed})
        return page

    return open_page


def complaints(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice']})")
    return [f"{each['id']}: {[node['html'][:160] for node in each['nodes']]}" for each in found["violations"]]


TABS = ["stats", "charts", "failures", "exceptions", "ratios", "reports", "logViewer", "workers"]
WIDTHS = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}


@pytest.mark.parametrize(("width", "scheme"), [("desk", "light"), ("desk", "dark"), ("phone", "light")])
def test_axe_finds_nothing_in_any_tab(scripted: Callable[..., Page], axe: str, width: str, scheme: str) -> None:
    page = scripted(exceptions=[EXCEPTION])
    page.set_viewport_size(WIDTHS[width])  # type: ignore[arg-type]
    if scheme == "dark":
        page.get_by_role("button", name="Switch to dark colours").click()
    found = {}
    for key in TABS:
        page.locator(f"#tab-{key}").click()
        expect(page.get_by_role("tabpanel")).to_be_visible()
        if wrong := complaints(page, axe):
            found[key] = wrong
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), key
    assert not found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_forms_and_windows(
    new_page: Callable[..., Page], shop: Site, axe: str, scheme: str
) -> None:
    page = new_page(color_scheme=scheme)
    page.add_init_script(SCRIPTED)
    page.goto(shop.url)
    tell(page, "snapshot", **{**STATE, "state": "ready", "notices": [], "is_distributed": False, "errors": []})
    page.get_by_text("Advanced").click()
    assert complaints(page, axe) == []
    page.get_by_role("button", name="Settings of Admin").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert complaints(page, axe) == []
    page.keyboard.press("Escape")
    page.set_viewport_size(WIDTHS["phone"])  # type: ignore[arg-type]
    assert complaints(page, axe) == []
    tell(page, "delta", state="running")
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert complaints(page, axe) == []


def test_axe_finds_nothing_in_login_and_report(page: Page, login_site: Site, shop: Site, axe: str) -> None:
    page.goto(login_site.url + "/login")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    assert complaints(page, axe) == []
    shop.post("/swarm", user_count=2, spawn_rate=100, shape_class="Default")
    page.goto(shop.url + "/stats/report")
    expect(page.get_by_role("heading", name="Charts")).to_be_visible()
    assert complaints(page, axe) == []


def test_misfortunes_are_told(scripted: Callable[..., Page]) -> None:
    page = scripted("workers")
    expect(page.get_by_text("A worker is lost.")).to_be_visible()
    expect(page.get_by_text("The load generator is at its limit.")).to_be_visible()
    expect(page.get_by_text("Not one request succeeds.")).to_be_visible()
    expect(page.get_by_text("Mostly: ConnectionRefusedError(111)")).to_be_visible()
    expect(page.get_by_role("tab", name="Workers")).to_contain_text("1 lost")
    row = page.get_by_role("row", name="lab_1")
    for text in ("running", "60", "97.5 %", "68.00 MB", "12", "0.1.0", "10.0.0.7"):
        expect(row).to_contain_text(text)
    tell(page, "delta", removed_workers=["lab_2"], notices=[])
    expect(page.get_by_role("row", name="lab_2")).to_have_count(0)
    expect(page.get_by_text("A worker is lost.")).to_have_count(0)
    tell(page, "delta", state="stopped", notices=[{"kind": "stopped_by_error", "text": "on_start raised.", "since": 1}])
    expect(page.get_by_text("The test was stopped by an error.")).to_be_visible()


def test_what_keeps_a_test_from_starting_is_told(scripted: Callable[..., Page]) -> None:
    page = scripted(state="ready", workers=[], worker_count=0, notices=[])
    start = page.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_disabled()
    expect(page.get_by_text("No worker is connected yet")).to_be_visible()
    tell(page, "delta", worker_count=1)
    expect(start).to_be_enabled()
    tell(page, "delta", notices=[{"kind": "no_user_classes", "text": "Add one.", "since": 1}])
    expect(start).to_be_disabled()
    tell(page, "delta", state="missing")
    expect(page.get_by_role("heading", name="There is no runner")).to_be_visible()


def test_restarts_are_marked_in_the_charts(scripted: Callable[..., Page]) -> None:
    point = {"current_rps": ["", 1], "current_fail_per_sec": ["", 0], "user_count": ["", 1]}
    page = scripted("charts", history=[{"time": "2026-09-21T14:13:25Z", **point}])
    run = {**STATE["run"], "number": 2}
    tell(page, "snapshot", **{**STATE, "run": run, "history": [{"time": "2026-09-21T14:16:25Z", **point}]})
    expect(page.get_by_role("figure", name="Requests per second")).to_have_attribute("data-marks", "Run #1, Run #2")


def test_one_changed_name_among_500_touches_one_row(scripted: Callable[..., Page]) -> None:
    rows = [{**ROW, "name": f"/goods/{number:03}"} for number in range(500)]
    page = scripted(rows=rows, user_count=10_000, notices=[])
    expect(page.get_by_text("/goods/000")).to_be_visible()
    page.evaluate(
        """window.touched = new Set(); new MutationObserver(list => list.forEach(each => window.touched.add(
            (each.target.closest ? each.target : each.target.parentElement).closest("tr")))).observe(
                document.querySelector("tbody"), {subtree: true, childList: true, characterData: true})"""
    )
    tell(page, "delta", rows=[{**rows[3], "num_requests": 4711}])
    expect(page.get_by_role("row", name="/goods/003")).to_contain_text("4,711")
    assert page.evaluate("[...window.touched].map(row => row.cells[1].innerText)") == ["/goods/003"]


def test_no_number_is_cut_off(scripted: Callable[..., Page]) -> None:
    big = {"num_requests": 123_456_789, "num_failures": 1_234_567, "avg_response_time": 123_456.0,
           "max_response_time": 999_999, "avg_content_length": 1_050_000.0, "current_rps": 98_765.0}  # fmt: skip
    page = scripted(rows=[{**ROW, **big, "percentiles": dict.fromkeys(ROW["percentiles"], 123_000)}], notices=[])
    expect(page.get_by_role("row", name="/a")).to_contain_text("123,456,789")
    cut = page.locator("td.number").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.innerText)"
    )
    assert cut == []


def test_nothing_requested_has_no_response_time(scripted: Callable[..., Page]) -> None:
    silent = {**ROW, "method": "", "name": "Aggregated", "current_rps": 0.0, "current_fail_per_sec": 0.0}
    page = scripted(total=silent, current_percentiles={"0.5": 0, "0.95": 0}, notices=[])
    expect(page.locator(".figure", has_text="p50 response time").locator(".figure-value")).to_have_text("– ms")
    tell(page, "delta", total={**silent, "current_rps": 4.0})
    expect(page.locator(".figure", has_text="p50 response time").locator(".figure-value")).to_have_text("< 1 ms")


def test_a_custom_login_form(page: Page, login_site: Site) -> None:
    form = {
        "inputs": [
            {"label": "Team", "name": "team_1", "choices": ["red", "blue"], "default_value": "blue"},
            {"label": "Roles", "name": "roles", "choices": ["a", "b"], "is_multiple": True},
            {"label": "Pin", "name": "pin", "is_secret": True, "is_required": True},
            {"label": "Keep me", "name": "keep", "default_value": True},
        ],
        "callback_url": "/custom",
        "submit_button_text": "Let me in",
    }
    data = json.dumps({"custom_form": form, "error": "No <b>", "title": "Doors"})
    served = page.request.get(login_site.url + "/login").text()
    body = served.replace("</head>", f"<script>window.authArgs={data}</script></head>")
    page.route("**/login", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(login_site.url + "/login")
    expect(page).to_have_title("Doors")
    expect(page.get_by_role("alert")).to_have_text("No <b>")
    page.get_by_label("Pin", exact=True).fill("1234")
    page.get_by_label("b", exact=True).check()
    with page.expect_request("**/custom") as sent:
        page.get_by_role("button", name="Let me in").click()
    assert sent.value.post_data == "team_1=blue&roles=b&pin=1234&keep=on"


def test_the_tab_of_workers_names_version_and_address(scripted: Callable[..., Page]) -> None:
    row = scripted("workers").get_by_role("row").filter(has_text="lab_1")
    expect(row).to_contain_text("0.1.0")
    expect(row).to_contain_text("10.0.0.7")
