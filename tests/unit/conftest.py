"""Tests of the Python package inside this process, without patching the standard library for the other tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

os.environ["LOCUST_SKIP_MONKEY_PATCH"] = "1"
import acrida

del os.environ["LOCUST_SKIP_MONKEY_PATCH"]

import gevent
from acrida import User, constant, log
from acrida.env import Environment
from acrida.exception import StopUser
from acrida.runners import LocalRunner

from .kit import PATIENCE_S, ramp


@pytest.fixture(autouse=True)
def no_leftover_errors() -> Iterator[None]:
    log.unhandled_greenlet_exception = False
    yield
    log.unhandled_greenlet_exception = False


@pytest.fixture
def environment() -> Environment:
    return Environment()


class Diary(list[str]):
    """What a scenario did, in order."""

    def writer(self, entry: str) -> Callable[..., None]:
        return lambda *args, **kwargs: self.append(entry)


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def live(environment: Environment) -> Callable[[type[User]], User]:
    """Runs a user in the test's own greenlet until it ends."""

    def run(user_class: type[User]) -> User:
        user = user_class(environment)
        user.run()
        return user

    return run


@pytest.fixture
def make():
    """A runner for these classes; it quits at the end of the test."""
    runners: list[LocalRunner] = []

    def make(*user_classes: type[User], **options) -> LocalRunner:
        environment = Environment(user_classes=list(user_classes), **options)
        runner = environment.create_local_runner()
        runners.append(runner)
        return runner

    yield make
    for runner in runners:
        with gevent.Timeout(PATIENCE_S):
            runner.quit()


@pytest.fixture
def started(make):
    """A runner whose users are all spawned."""

    def started(*user_classes, users=1, **options):
        runner = make(*user_classes, **options)
        ramp(runner, users)
        return runner

    return started


def end(*_: Any) -> None:
    """A task that ends the user."""
    raise StopUser


@pytest.fixture
def base() -> type[User]:
    """A user class that does not wait."""

    class Base(User):
        abstract = True
        wait_time = constant(0)

    return Base


__all__ = ["Diary", "acrida", "end"]
