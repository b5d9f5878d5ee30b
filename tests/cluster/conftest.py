from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cluster.swarm import Swarm
from tests.support.program import install_locust
from tests.support.target import Target


@pytest.fixture
def swarm(tmp_path: Path, target: Target) -> Iterator[Swarm]:
    """Nodes that shoot at the target; whatever is left of them at the end is killed."""
    swarm = Swarm(tmp_path, target)
    yield swarm
    swarm.kill_all()


@pytest.fixture(scope="session")
def real_locust() -> Path:
    return install_locust()


@pytest.fixture
def counted(target: Target) -> Callable[[], int]:
    """How many requests have arrived."""
    return target.hits
