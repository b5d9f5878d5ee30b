"""One browser for all tests of the page, and the sites that they look at."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import open_browser
from tests.support.program import ROOT

from .site import AXE, EXTENDED, LOGIN, MANY, SHOP, Site

expect.set_options(timeout=10_000)


# Not for the whole session: while it lives, an event loop runs in this thread, which other tests' loops would meet.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Makes pages, each in a context (cookies, storage) of its own; an error of the page fails the test."""
    contexts, errors = [], []

    def make(**options: object) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


def _site(name: str, locustfile: str, *options: str) -> object:
    @pytest.fixture(scope="package", name=name)
    def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
        folder: Path = tmp_path_factory.mktemp(name)
        site = Site.open(folder, locustfile, *options)
        yield site
        site.close()

    return site


shop_site = _site("shop_site", SHOP, "--class-picker", "--host", "https://shop.example")
many_site = _site("many_site", MANY, "--host", "https://many.example")
extended_site = _site("extended_site", EXTENDED)
login_site = _site("login_site", LOGIN, "--web-login", "--web-base-path", "/lo")


@pytest.fixture
def shop(shop_site: Site) -> Iterator[Site]:
    """With nothing running."""
    shop_site.stop()
    yield shop_site
    shop_site.stop()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which finds what people with a screen reader or a keyboard cannot use."""
    if not AXE.exists():
        program = "from tools.build_webui import Node; Node.find().install_packages()"
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
    return AXE.read_text(encoding="utf-8")
