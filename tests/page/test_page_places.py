"""Other places than the plain page on a big screen: login, base path, own tabs, many names, phones, lost servers."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .site import EXTENDED, Site, eventually


def test_login_under_a_base_path(page: Page, login_site: Site) -> None:
    page.goto(login_site.url + "/")
    expect(page.get_by_role("link", name="Other door")).to_have_attribute("href", "/other")
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("This is not the password")).to_be_visible()
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password", exact=True).fill("secret")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="New load test")).to_be_visible()
    assert page.url.split("?")[0].rstrip("/").endswith("/lo")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator(".pill")).to_have_text("Running")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".pill")).to_have_text("Stopped")
    page.context.clear_cookies()
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("You are no longer logged in.")).to_be_visible()


def test_tabs_and_files_of_the_locustfile(page: Page, extended_site: Site) -> None:
    extended_site.post("/swarm", user_count=1, spawn_rate=1)
    page.goto(extended_site.url + "/extend?tab=cache-stats")
    expect(page.get_by_role("tab", name="Cache statistics")).to_have_attribute("aria-selected", "true")
    expect(page.locator("th", has_text="Path")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_text("/a7")
    page.get_by_role("tab", name="Download data").click()
    expect(page.get_by_role("link", name="Cache as CSV")).to_have_attribute("href", "/cache/csv")


def test_500_names_are_drawn_only_where_they_are_seen(page: Page, many_site: Site) -> None:
    many_site.post("/swarm", user_count=1, spawn_rate=10)
    page.goto(many_site.url)
    expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", "502")
    assert page.locator("tbody tr:not(.space)").count() < 60
    expect(page.get_by_text("/goods/000")).to_be_visible()
    page.locator(".table-frame").evaluate("frame => (frame.scrollTop = frame.scrollHeight)")
    expect(page.get_by_text("/goods/499")).to_be_visible()
    assert page.locator("tbody tr:not(.space)").count() < 60
    expect(page.locator("tfoot")).to_contain_text("Aggregated")
    page.get_by_label("Filter by name or method").fill("goods/25")
    expect(page.get_by_text("10 of 500 names")).to_be_visible()


def test_a_lost_connection_is_said_and_heals(page: Page, tmp_path: Path) -> None:
    site = Site.open(tmp_path, EXTENDED)
    page.goto(site.url)
    expect(page.locator(".pill")).to_have_text("Ready")
    site.close()
    expect(page.get_by_text("Connection lost")).to_be_visible()
    again = Site.open(tmp_path, EXTENDED, "--web-port", site.port)
    try:
        expect(page.get_by_text("Connection lost")).to_be_hidden()
        again.post("/swarm", user_count=1, spawn_rate=1)
        expect(page.locator(".pill")).to_have_text("Running")
    finally:
        again.close()


def test_a_server_that_goes_silent_is_lost_too(page: Page, tmp_path: Path) -> None:
    """As behind a cut cable: the connection stays open."""
    site = Site.open(tmp_path, EXTENDED)
    process = site.running.process
    page.clock.install()
    page.goto(site.url)
    expect(page.locator(".pill")).to_have_text("Ready")
    process.send_signal(signal.SIGSTOP)
    try:
        lost = page.get_by_text("Connection lost")
        for _ in range(20):  # what was on its way comes first
            page.clock.fast_forward(15_000)
            if lost.is_visible():
                break
        expect(lost).to_be_visible()
        process.send_signal(signal.SIGCONT)
        expect(lost).to_be_hidden()
    finally:
        process.send_signal(signal.SIGCONT)
        site.close()


def test_a_server_without_events_is_polled(page: Page, shop: Site) -> None:
    page.route("**/events", lambda route: route.fulfill(status=404, body="none"))
    page.goto(shop.url)
    shop.post("/swarm", user_count=2, spawn_rate=100, shape_class="Default")
    expect(page.locator(".pill")).to_have_text("Running")
    expect(page.get_by_role("row", name="/items")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".pill")).to_have_text("Stopped")


@pytest.mark.parametrize("tab", ["stats", "charts", "failures", "exceptions", "ratios", "reports", "logViewer"])
def test_a_phone_needs_no_sideways_scrolling(new_page: Callable[..., Page], shop_site: Site, tab: str) -> None:
    shop_site.post("/swarm", user_count=2, spawn_rate=100, shape_class="Default")
    page = new_page()
    page.set_viewport_size({"width": 375, "height": 720})
    page.goto(f"{shop_site.url}/?tab={tab}")
    expect(page.get_by_role("tabpanel")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    expect(page.get_by_role("button", name="Stop")).to_be_in_viewport()
    if tab == "failures":
        expect(page.get_by_role("button", name="ValueError('card refused')")).to_be_in_viewport()
    if tab == "stats":  # names stay where they are when the figures are scrolled
        page.get_by_role("region", name="Request statistics").evaluate("frame => (frame.scrollLeft = 400)")
        expect(page.get_by_role("button", name="/items")).to_be_in_viewport()


def test_rows_out_of_sight_take_no_room_from_a_phones_columns(new_page: Callable[..., Page], many_site: Site) -> None:
    many_site.post("/swarm", user_count=1, spawn_rate=10)
    page = new_page()
    page.set_viewport_size({"width": 375, "height": 720})
    page.goto(many_site.url)
    expect(page.locator("table.data tr.space")).not_to_have_count(0)
    unused = "table => table.getBoundingClientRect().right - [...table.querySelectorAll('th')].reduce((x, head) => Math.max(x, head.getBoundingClientRect().right), 0)"  # noqa: E501
    assert page.locator("table.data").evaluate(unused) < 2
    page.locator("tr.space td").last.evaluate("cell => (cell.colSpan = 30)")
    assert page.locator("table.data").evaluate(unused) > 20  # as it was


def test_the_page_loads_at_once_and_nothing_jumps(page: Page, many_site: Site) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.add_init_script(
        """window.jumps = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => {
            if (!entry.hadRecentInput) window.jumps += entry.value;
        })).observe({type: "layout-shift", buffered: true});"""
    )
    page.goto(many_site.url)
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.get_by_text("/goods/000")).to_be_visible()
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert len(requests) <= 10, requests
    assert all(url.startswith((many_site.url, "data:")) for url in requests)
    assert page.evaluate("window.jumps") < 0.02
    weight = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.includes('/assets/'))"
        ".reduce((sum, e) => sum + e.encodedBodySize, 0)"
    )
    assert 0 < weight < 250_000


def test_a_saved_report_opens_from_disk_and_prints_every_row(page: Page, many_site: Site, tmp_path: Path) -> None:
    many_site.post("/swarm", user_count=1, spawn_rate=10)
    eventually(lambda: len(many_site.get_json("/stats/requests")["stats"]) == 501)
    saved = tmp_path / "report.html"
    saved.write_bytes(page.request.get(many_site.url + "/stats/report?download=1&theme=dark").body())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(saved.as_uri())
    expect(page.get_by_role("heading", name="Charts")).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert not [url for url in asked if not url.startswith(("file:", "data:"))]
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    table = page.get_by_role("table", name="Request statistics")
    expect(table.locator("tbody tr:not(.space)")).to_have_count(500)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    cut = (
        "[...document.querySelectorAll('.table-frame')].filter(each => each.scrollWidth > each.clientWidth + 1).length"
    )
    assert page.evaluate(cut) == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    paper = page.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") > 10
