"""Attributes of responses that are made when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class lazy:  # used as a decorator
    """A method whose result becomes an ordinary attribute of the instance at first use.

    It is a non-data descriptor: what is assigned to the instance wins.
    """

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self.make = make
        self.name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        value = self.make(instance)
        instance.__dict__[self.name] = value
        return value
