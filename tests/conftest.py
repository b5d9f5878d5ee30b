"""What every test may ask for: the target, the programs, the certificates."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# The driver of the browser runs an event loop of its own, which gevent's patches disturb: tests/page runs by itself, in
# a process that nobody has patched. Everywhere else the patches come before all others: who has taken SSLContext from
# ssl before recurses for ever.
if any("tests/page" in argument for argument in sys.argv):
    collect_ignore: list[str] = []
else:
    collect_ignore = ["page"]
    from acrida import _patch as patched_first  # noqa: F401

from tests.support.certs import Certificates, make_certificates
from tests.support.program import Program
from tests.support.target import Target

pytest_plugins = ["tests.support.skip_guard"]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def shared_target(certificates: Certificates) -> Iterator[Target]:
    target = Target.start(certificates.authority.parent)
    yield target
    target.stop()


@pytest.fixture
def target(shared_target: Target) -> Target:
    """The scripted server with an empty log."""
    shared_target.reset()
    return shared_target


@pytest.fixture(scope="session")
def shop_url() -> Iterator[str]:
    """The small shop that `make demo` shoots at; examples and pages are written for it."""
    command = [sys.executable, "-m", "acrida._demo.target", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[-1]
        process.terminate()


@pytest.fixture
def acrida(tmp_path: Path) -> Program:
    return Program("acrida", tmp_path)
