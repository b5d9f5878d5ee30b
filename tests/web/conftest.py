from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.program import Program

from .page import IDLE, Page, open_page

OpenPage = Callable[..., Page]


@pytest.fixture
def opened(acrida: Program) -> Iterator[OpenPage]:
    """Opens pages that are closed after the test."""
    pages: list[Page] = []

    def open_one(locustfile: str | None = IDLE, *options: str, **more: object) -> Page:
        pages.append(open_page(acrida, locustfile, *options, **more))  # type: ignore[arg-type]
        return pages[-1]

    yield open_one
    for page in pages:
        page.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One page for all tests of a module that leave it as they found it."""
    folder: Path = tmp_path_factory.mktemp("shared")
    page = open_page(Program("acrida", folder), IDLE)
    yield page
    page.close()


@pytest.fixture
def page(shared: Page) -> Page:
    """The shared page, with nothing running."""
    shared.post("/stop")
    return shared
