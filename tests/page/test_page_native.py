"""The page of a program in C++, in a real browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.native.conftest import build_program, looker, prefix  # noqa: F401
from tests.native.test_page import served


def test_a_native_program_is_started_edited_and_stopped(
    page: Page,
    looker: Path,  # noqa: F811
    shop_url: str,
    tmp_path: Path,
) -> None:
    with served(looker, "--host", shop_url, "--class-picker", cwd=tmp_path) as site:
        page.goto(site.url)
        page.get_by_label("Number of users (peak)").fill("4")
        page.get_by_label("Ramp up (users per second)").fill("100")
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.locator(".pill")).to_have_text("Running")
        users = page.locator(".figure", has_text="Users").locator(".figure-value")
        expect(users).to_have_text("4")
        expect(page.get_by_role("row", name="/missing")).to_be_visible()
        page.get_by_role("button", name="Edit").click()
        page.get_by_role("dialog").get_by_label("Users", exact=True).fill("6")
        page.get_by_role("dialog").get_by_role("button", name="Update").click()
        expect(users).to_have_text("6")
        for tab, text in (("Failures", "404"), ("Exceptions", "divided by zero"), ("Ratio", "Looker")):
            page.get_by_role("tab", name=tab).click()
            expect(page.get_by_role("tabpanel").get_by_text(text).first).to_be_visible()
        page.get_by_role("button", name="Stop", exact=True).click()
        expect(page.locator(".pill")).to_have_text("Stopped")
        site.end()
