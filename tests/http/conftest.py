from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.http.attack import CLIENTS, attack
from tests.support.program import Outcome, Program
from tests.support.target import Target


@pytest.fixture(params=sorted(CLIENTS))
def kind(request: pytest.FixtureRequest) -> str:
    """Each of the two clients."""
    return request.param


@pytest.fixture
def http(acrida: Program, target: Target) -> Callable[..., Outcome]:
    return partial(attack, acrida, "http", target)


@pytest.fixture
def fast(acrida: Program, target: Target) -> Callable[..., Outcome]:
    return partial(attack, acrida, "fast", target)


@pytest.fixture
def either(acrida: Program, target: Target, kind: str) -> Callable[..., Outcome]:
    return partial(attack, acrida, kind, target)
