"""Fixtures ``session`` and ``fastsession``, and the option ``--host``.

The same test file runs under pytest, where the sessions report to nobody, and as a locustfile, where every user
gets its own sessions that report its requests.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from acrida.clients import HttpSession
    from acrida.contrib.fasthttp import FastHttpSession
    from acrida.user import User

_config: pytest.Config | None = None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--host``, unless another plugin has it."""
    try:
        parser.addoption("--host", "-H", action="store", default=None, help="Base address for the session fixtures")
    except ValueError:
        pass


def pytest_configure(config: pytest.Config) -> None:
    """Remember where the options are."""
    global _config
    _config = config


def _reporting_to(user: User | None) -> dict[str, Any]:
    from acrida.event import EventHook

    if user is None:
        host = _config.getoption("host", default=None) if _config else None
        return {"base_url": host, "request_event": EventHook(), "user": None}
    return {"base_url": user.host, "request_event": user.environment.events.request, "user": user}


@pytest.fixture
def session(user: Any = None) -> Generator[HttpSession]:
    """A ``requests.Session`` with the host as its base address."""
    from acrida.clients import HttpSession

    with HttpSession(**_reporting_to(user)) as http:
        yield http


@pytest.fixture
def fastsession(user: Any = None) -> Generator[FastHttpSession]:
    """The faster client, as ``FastHttpUser`` has it."""
    from acrida.contrib.fasthttp import FastHttpSession

    yield FastHttpSession(**_reporting_to(user))
