"""A person runs a whole test from the page."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from .site import Site, eventually


def open_start_form(page: Page, site: Site) -> None:
    """The start form, also if a test has run before."""
    page.goto(site.url)
    expect(page.get_by_role("status").filter(has_text="Ready").or_(page.get_by_text("New test"))).to_be_visible()
    if page.get_by_role("button", name="New test").is_visible():
        page.get_by_role("button", name="New test").click()


def fill(page: Page, users: int, rate: float) -> None:
    page.get_by_label("Number of users (peak)").fill(str(users))
    page.get_by_label("Ramp up (users per second)").fill(str(rate))


def start(page: Page) -> None:
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator(".pill.running, .pill.spawning").first).to_be_visible()


def figure(page: Page, title: str) -> str:
    return page.locator(".figure", has_text=title).locator(".figure-value").inner_text()


def test_start_edit_stop_reset_and_a_new_test(page: Page, shop: Site) -> None:
    open_start_form(page, shop)
    fill(page, 4, 100)
    page.get_by_label("A1").fill("42")
    page.get_by_label("My arg2").fill("x & y")
    page.get_by_label("Verify tls").check()
    page.get_by_label("Region").select_option("us")
    page.get_by_label("lemon").check()
    page.get_by_text("Advanced").click()
    page.get_by_label("Run time").fill("1h")
    expect(page.get_by_label("Api key", exact=True)).to_have_attribute("type", "password")
    start(page)
    expect(page.locator(".pill")).to_have_text("Running")
    expect(page.locator(".figure", has_text="Users").locator(".figure-value")).to_have_text("4")
    # Names are sent as they are, whatever digits and underlines are in them.
    eventually(lambda: shop.noted("options")[-1] == [42, "x & y", True, "us", ["vanilla", "lemon"], "s3cret"])
    expect(page.get_by_role("row", name="/items")).to_be_visible()

    page.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Users", exact=True)).to_have_value("4")
    dialog.get_by_label("Users", exact=True).fill("6")
    dialog.get_by_role("button", name="Update").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".figure", has_text="Users").locator(".figure-value")).to_have_text("6")

    # The edit said nothing of the run time: it stays.
    expect(page.locator(".clock")).to_contain_text("/ 1:00:00")

    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".pill")).to_have_text("Stopped")
    expect(page.get_by_role("row", name="Aggregated")).not_to_contain_text("0 0 0")
    page.get_by_role("button", name="Reset").click()
    eventually(lambda: shop.get_json("/stats/requests")["stats"][-1]["num_requests"] == 0)
    expect(page.locator("tfoot td").nth(2)).to_have_text("0")

    page.get_by_role("button", name="New test").click()
    expect(page.get_by_role("dialog").get_by_label("A1")).to_have_value("42")  # the server keeps what was sent last
    expect(page.get_by_role("dialog").get_by_label("Api key", exact=True)).to_have_value("s3cret")
    start(page)
    page.get_by_role("tab", name="Charts").click()
    expect(page.get_by_role("figure")).to_have_count(3)


def test_what_is_typed_before_the_last_values_arrive_stays(page: Page, shop: Site) -> None:
    shop.post("/swarm", user_count=5, spawn_rate=100, a1=77, shape_class="Default")
    shop.stop()
    held = []
    page.route("**/last-form", lambda route: held.append(route))
    with page.expect_request("**/last-form"):
        open_start_form(page, shop)
    page.get_by_label("Number of users (peak)").fill("9")
    page.get_by_label("My arg2").fill("typed")
    held[0].continue_()
    expect(page.get_by_label("A1")).to_have_value("77")
    expect(page.get_by_label("Number of users (peak)")).to_have_value("9")
    expect(page.get_by_label("My arg2")).to_have_value("typed")


def test_what_is_wrong_with_a_form_is_said_and_nothing_starts(page: Page, shop: Site) -> None:
    open_start_form(page, shop)
    fill(page, 2, 0)
    page.get_by_role("button", name="Start", exact=True).click()
    assert page.get_by_label("Ramp up (users per second)").evaluate("field => field.validationMessage")
    page.get_by_label("Host").fill("shop.example")
    page.get_by_label("Host").blur()
    expect(page.get_by_text("it should begin with http")).to_be_visible()
    assert shop.get_json("/stats/requests")["state"] in ("ready", "stopped")


def test_classes_are_chosen_and_set(page: Page, shop: Site) -> None:
    open_start_form(page, shop)
    page.get_by_role("button", name="Settings of Admin").click()
    settings = page.get_by_role("dialog", name="Settings of Admin")
    settings.get_by_label("Fixed count").fill("2")
    settings.get_by_role("button", name="Save").click()
    expect(page.get_by_text("fixed: 2")).to_be_visible()
    page.get_by_role("checkbox", name="Buyer_view").uncheck()
    fill(page, 2, 100)
    start(page)
    page.get_by_role("tab", name="Current ratio").click()
    expect(page.locator(".ratio-name", has_text="Admin").first).to_be_visible()
    expect(page.locator(".ratio-name", has_text="Buyer_view")).to_have_count(0)


def test_a_shape_decides_about_users(page: Page, shop: Site) -> None:
    open_start_form(page, shop)
    page.get_by_label("Load shape").select_option("Waves")
    expect(page.get_by_label("Number of users (peak)")).to_be_disabled()
    start(page)
    expect(page.get_by_text("shape Waves")).to_be_visible()
    expect(page.get_by_role("button", name="Edit")).to_be_disabled()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".pill")).to_have_text("Stopped")


def test_two_browsers_and_a_script_see_the_same(new_page: Callable[..., Page], shop: Site) -> None:
    one, two = new_page(), new_page()
    one.goto(shop.url)
    two.goto(shop.url)
    expect(one.get_by_label("1 other viewer")).to_be_visible()
    shop.post("/swarm", user_count=3, spawn_rate=100, profile="nightly", shape_class="Default")
    for page in (one, two):
        expect(page.locator(".pill")).to_have_text("Running")
        expect(page.locator(".figure", has_text="Users").locator(".figure-value")).to_have_text("3")
        expect(page.locator(".tag", has_text="nightly")).to_be_visible()
    two.get_by_role("button", name="Stop").click()
    expect(one.locator(".pill")).to_have_text("Stopped")


def test_only_one_of_two_starts_wins(new_page: Callable[..., Page], shop: Site) -> None:
    one, two = new_page(), new_page()
    for page in (one, two):
        open_start_form(page, shop)
        fill(page, 2, 100)
        # Nothing new is heard of the other's start.
        page.route("**/events", lambda route: route.abort())
    start_buttons = [page.get_by_role("button", name="Start", exact=True) for page in (one, two)]
    start_buttons[0].click()
    expect(one.locator(".pill.running, .pill.spawning").first).to_be_visible()
    runs = len(shop.noted("options"))
    two.evaluate(
        """() => fetch("/swarm", {method: "POST", body: new URLSearchParams(
            {user_count: "9", spawn_rate: "1", acrida_run: "0"})}).then(a => a.json()).then(a => (window.answer = a))"""
    )
    two.wait_for_function("window.answer")
    assert two.evaluate("window.answer.success") is False
    assert len(shop.noted("options")) == runs
