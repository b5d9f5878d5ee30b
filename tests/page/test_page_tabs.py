"""The tabs of a running test, and what can be taken away from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from .site import Site


@pytest.fixture(scope="module")
def running(shop_site: Site) -> Iterator[Site]:
    shop_site.stop()
    shop_site.post("/swarm", user_count=8, spawn_rate=100, host="https://shop.example", shape_class="Default")
    yield shop_site
    shop_site.stop()


def open_tab(page: Page, site: Site, key: str) -> None:
    page.goto(f"{site.url}/?tab={key}")
    expect(page.get_by_role("tabpanel")).to_be_visible()


def names(page: Page) -> list[str]:
    return page.locator("tbody td:nth-child(2)").all_inner_texts()


def test_statistics_sort_filter_and_remember_columns(page: Page, running: Site) -> None:
    open_tab(page, running, "stats")
    expect(page.locator("tbody tr")).to_have_count(3)
    assert names(page) == ["/items", "/pay", "/reports"]
    page.get_by_role("button", name="Name", exact=True).click()
    page.get_by_role("button", name="Name", exact=True).click()
    expect(page.locator("th", has_text="Name")).to_have_attribute("aria-sort", "descending")
    assert names(page) == ["/reports", "/pay", "/items"]
    assert page.locator("tfoot").inner_text().startswith("\tAggregated")
    page.get_by_label("Filter by name or method").fill("post pay")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("summary", has_text="Columns").click()
    page.get_by_label("p99.9 ms").check()
    page.get_by_label("Average ms").uncheck()
    page.reload()
    expect(page.locator("th", has_text="p99.9 ms")).to_be_visible()
    expect(page.locator("th", has_text="Average ms")).to_have_count(0)


def test_a_name_opens_its_own_chart(page: Page, running: Site) -> None:
    open_tab(page, running, "stats")
    page.get_by_role("button", name="/items").click()
    expect(page.get_by_role("figure", name="GET /items: requests per second")).to_be_visible()
    times = page.get_by_role("figure", name="GET /items: response times (ms)")
    for line in ("p50", "p95"):
        expect(times.get_by_role("button", name=line)).to_contain_text("20 ms")
    assert "tab=charts" in page.url
    page.get_by_label("Also show").select_option("")
    expect(page.get_by_role("figure")).to_have_count(3)


def test_charts_zoom_together_and_hide_lines(page: Page, running: Site) -> None:
    open_tab(page, running, "charts")
    expect(page.get_by_role("figure")).to_have_count(3)
    everything = page.get_by_role("button", name="All", exact=True)
    expect(everything).to_have_attribute("aria-pressed", "true")
    plot = page.locator(".u-over").first
    box = plot.bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 80, steps=4)
    page.mouse.up()
    expect(everything).to_have_attribute("aria-pressed", "false")
    everything.click()
    line = page.get_by_role("button", name="Failures/s")
    line.click()
    expect(line).to_have_attribute("aria-pressed", "false")


def test_failures_tell_the_whole_message(page: Page, running: Site) -> None:
    open_tab(page, running, "failures")
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("ValueError('card refused')")
    assert row.locator("td").nth(4).inner_text().startswith("20")  # first seen
    row.get_by_role("button").click()
    expect(page.get_by_role("dialog", name="POST /pay")).to_contain_text("card refused")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_exceptions_have_readable_tracebacks(page: Page, running: Site) -> None:
    open_tab(page, running, "exceptions")
    expect(page.locator("summary code").first).to_have_text("'basket'")
    traceback = page.locator("pre.traceback").first
    expect(traceback).to_contain_text('raise KeyError("basket")')
    assert traceback.inner_text().count("\n") >= 2


def test_ratios_are_a_tree_with_names_as_they_are(page: Page, running: Site) -> None:
    open_tab(page, running, "ratios")
    tree = page.locator(".ratio-trees section").first
    expect(tree.locator("ul ul .ratio-name", has_text="Checkout")).to_be_visible()
    expect(tree.locator("ul ul ul .ratio-name", has_text="pay")).to_be_visible()
    expect(tree.locator(".ratio-name", has_text="Buyer_view")).to_be_visible()


def test_logs_are_filtered_by_level(page: Page, running: Site) -> None:
    open_tab(page, running, "logViewer")
    expect(page.get_by_role("log")).to_contain_text("Starting web interface")
    page.get_by_label("Level").select_option("ERROR")
    expect(page.get_by_role("log")).not_to_contain_text("Starting web interface")
    expect(page.get_by_role("log")).to_contain_text("KeyError")


def test_downloads_are_there(page: Page, running: Site) -> None:
    open_tab(page, running, "reports")
    links = {link.inner_text().split("\n")[0]: link.get_attribute("href") for link in page.locator(".files a").all()}
    assert list(links) == ["Report", "Report as a file", "Requests", "Failures", "Exceptions", "Statistics as JSON"]
    with page.expect_download() as started:
        page.get_by_role("link", name="Requests").click()
    assert started.value.suggested_filename.endswith("_requests.csv")
    for title in ("Failures", "Exceptions", "Report as a file", "Statistics as JSON"):
        assert page.request.get(f"{running.url}{links[title]}").ok, title


def test_the_report_opens_with_tables_charts_and_ratios(page: Page, running: Site) -> None:
    page.goto(f"{running.url}/stats/report?theme=dark")
    expect(page.get_by_role("heading", name="Load test report")).to_be_visible()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    for title in ("Request statistics", "Response time statistics", "Failures statistics", "Exceptions statistics",
                  "Charts", "Final ratio"):  # fmt: skip
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(page.get_by_role("figure")).to_have_count(3)
    assert page.evaluate("window.templateArgs.is_report") is True
    expect(page.get_by_role("link", name="Download")).to_have_attribute("href", "?download=1&theme=dark")
    assert page.pdf().startswith(b"%PDF")


def test_the_tab_stands_in_the_address(page: Page, running: Site) -> None:
    open_tab(page, running, "stats")
    page.get_by_role("tab", name="Statistics").press("ArrowRight")
    expect(page.get_by_role("tab", name="Charts")).to_be_focused()
    assert page.url.endswith("?tab=charts")
    page.go_back()
    expect(page.get_by_role("tab", name="Statistics")).to_have_attribute("aria-selected", "true")


def test_colours_follow_the_system_until_the_person_decides(new_page: Callable[..., Page], running: Site) -> None:
    page = new_page(color_scheme="dark")
    page.goto(running.url)
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="Switch to light colours").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "light"
