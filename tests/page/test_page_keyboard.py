"""The page without a mouse: what Tab reaches, what arrows, Enter and Escape do, and that the focus can be seen."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from .test_page_access import EXCEPTION, scripted

__all__ = ["scripted"]

# What has the focus: its role or name of element, its label, and what is wrong with it.
FOCUSED = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return "";
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const labels = [...element.labels ?? []].map(each => each.innerText).join();
    const label = element.ariaLabel || labels || element.innerText;
    const kind = element.getAttribute("role") ?? element.tagName.toLowerCase();
    const wrong = [
        style.outlineStyle === "none" && "cannot be seen to have the focus",
        (box.bottom <= 0 || box.top >= innerHeight) && "is out of sight",
        !label.trim() && "has no name",
    ].filter(Boolean);
    return `${kind} ${label.replace(/\\s+/g, " ").trim()}${wrong.length ? " !! " + wrong : ""}`;
}"""

# The focus is back as soon as the window is gone: later, it would be taken from what a quick person does next.
FOCUSED_AFTER_DIALOG = """() =>
    document.querySelector("dialog") ? "" : document.activeElement.ariaLabel ?? "nothing"
"""

# What is in each tab, in the order of Tab; the first words are enough.
REACHED = {
    "stats": ["input Filter", "summary Columns", "region Request statistics", "button Type", "button Name",
              "button Requests", "button Fails", "button Median", "button p95", "button p99", "button Average",
              "button Min", "button Max", "button Size", "button Req/s", "button Fails/s", "button /a"],
    "charts": ["select Also show", "button 1 min", "button 5 min", "button 15 min", "button All",
               "button Save the chart", "button Requests/s", "button Failures/s", "button Save the chart",
               "button p50", "button p95", "button Save the chart", "button Users"],
    "failures": ["region Failures", "button # Failures", "button Method", "button Name", "button Message",
                 "button First seen", "button Last seen", "button ConnectionRefused"],
    "exceptions": ["summary 9 ×", "pre Traceback of 'basket'", "button Copy"],
    "ratios": ["tabpanel"],
    "reports": ["a Report", "a Report as a file", "a Requests", "a Failures", "a Exceptions", "a Statistics as JSON"],
    "logViewer": ["select Node", "select Level", "log Log lines"],
    "workers": ["region Workers", "button Worker", "button State", "button Users", "button CPU", "button Memory",
                "button Lag", "button Version", "button Address"],
}  # fmt: skip


def walk(page: Page) -> list[str]:
    """From the start of the page to its end by Tab."""
    page.locator(".home").focus()
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if not focused:
            return seen
        seen.append(focused)
    raise AssertionError(f"the page has no end: {seen}")


def test_tab_reaches_everything_in_every_tab_and_the_focus_is_seen(scripted: Callable[..., Page]) -> None:
    page = scripted(exceptions=[EXCEPTION], notices=[])
    for key, inside in REACHED.items():
        page.locator(f"#tab-{key}").click()
        seen = walk(page)
        assert [each for each in seen if " !! " in each] == []
        expected = [
            "button Edit",
            "button Stop",
            "button Reset",
            "button Switch",
            "tab ",
            *inside,
            "a metrics",
            "a health",
        ]
        assert len(seen) == len(expected), (key, seen)
        assert all(one.startswith(start) for one, start in zip(seen, expected, strict=True)), (key, seen)


def test_arrows_home_and_end_go_through_the_tabs_and_bring_them_into_sight(scripted: Callable[..., Page]) -> None:
    page = scripted(notices=[])
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("tab", name="Statistics").focus()
    for key, tab in (
        ("ArrowLeft", "Workers"),
        ("ArrowRight", "Statistics"),
        ("ArrowRight", "Charts"),
        ("End", "Workers"),
    ):
        page.keyboard.press(key)
        current = page.get_by_role("tab", selected=True)
        expect(current).to_contain_text(tab)
        expect(current).to_be_focused()
        expect(current).to_be_in_viewport()
    page.keyboard.press("Home")
    expect(page.get_by_role("tab", name="Statistics")).to_be_focused()


def test_escape_closes_what_is_open_and_gives_the_focus_back(scripted: Callable[..., Page]) -> None:
    page = scripted(notices=[])
    page.get_by_role("button", name="Edit").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Users", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Edit")).to_be_focused()

    columns = page.locator("summary", has_text="Columns")
    columns.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Type")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Type")).to_be_hidden()
    expect(columns).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Type")).to_be_visible()
    page.get_by_role("button", name="Stop").focus()
    expect(page.get_by_label("Type")).to_be_hidden()


def test_a_test_is_set_and_started_by_keys_alone(scripted: Callable[..., Page]) -> None:
    page = scripted(state="ready", notices=[], is_distributed=False)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url.rsplit("/", 1)[1]) if request.method == "POST" else None)
    page.get_by_role("button", name="Settings of Admin").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_label("Weight").focus()
    page.keyboard.press("Enter")  # saves, and must not start the test: the window stands inside the form
    assert page.wait_for_function(FOCUSED_AFTER_DIALOG).json_value() == "Settings of Admin"
    assert sent == ["user"]

    users = page.get_by_label("Number of users (peak)")
    users.focus()
    page.keyboard.type("2")
    seen = []
    while not seen or not seen[-1].startswith("button Start"):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
    assert [each for each in seen if " !! " in each] == []
    order = ["input Ramp up", "input Host", "summary Advanced", "summary Options of the locustfile", "input A1"]
    assert all(one.startswith(start) for one, start in zip(seen, order, strict=False)), seen
    with page.expect_request("**/swarm"):
        page.keyboard.press("Enter")
