"""Task sets that walk along transitions."""

from __future__ import annotations

import random

import pytest
from acrida import MarkovTaskSet, User, tag, transition, transitions
from acrida.user.markov_taskset import (
    InvalidTransitionError,
    MarkovTaskTagError,
    NoMarkovTasksError,
    NonMarkovTaskTransitionError,
)


def make(name="Chain", bases=(MarkovTaskSet,), **body):
    return type(MarkovTaskSet)(name, bases, body)


def edge(*targets, name="step"):
    def step(self): ...

    step.__name__ = name
    return transitions(list(targets))(step)


def test_it_starts_at_the_first_and_follows_the_edges(environment):
    class Ring(MarkovTaskSet):
        @transition("second")
        def first(self): ...

        @transitions({"third": 1})
        def second(self): ...

        @transitions(["first"])
        def third(self): ...

    ring = Ring(User(environment))
    assert [ring.get_next_task().__name__ for _ in range(4)] == ["first", "second", "third", "first"]
    assert Ring.tasks == []


def test_weights_are_drawn_from_the_global_random(environment):
    class Fork(MarkovTaskSet):
        @transitions([("a", 3), "b"])
        def a(self): ...

        @transition("a")
        def b(self): ...

    assert Fork.a.transitions == ["a", "a", "a", "b"]
    random.seed(5)
    fork = Fork(User(environment))
    first = [fork.get_next_task().__name__ for _ in range(50)]
    random.seed(5)
    again = Fork(User(environment))
    assert [again.get_next_task().__name__ for _ in range(50)] == first


@pytest.mark.parametrize(
    ("body", "error", "text"),
    [
        ({}, NoMarkovTasksError, "No Markov tasks defined in class Chain"),
        ({"a": edge("b", name="a")}, InvalidTransitionError, "Transition to b from a is invalid since no such element"),
        (
            {"a": edge("b"), "b": lambda self: None},
            NonMarkovTaskTransitionError,
            "cannot be used as a target for a transition since it does not define any transitions of its own.",
        ),
        ({"a": tag("x")(edge("a", name="a"))}, MarkovTaskTagError, "Tags are unsupported for MarkovTaskSet"),
        ({"run": edge("run", name="run")}, Exception, "must not override it or annotate it with transitions"),
    ],
    ids=["empty", "missing target", "target without transitions", "tagged", "run"],
)
def test_a_broken_chain_is_refused_at_class_creation(body, error, text):
    with pytest.raises(error, match=text):
        make(**body)


def test_unreachable_tasks_are_named(caplog):
    make(a=edge("a", name="a"), b=edge("a", name="b"))
    assert "unreachable in class Chain: {'b'}" in caplog.text


def test_an_abstract_chain_is_not_checked_and_its_child_is():
    base = make("Base", abstract=True)
    with pytest.raises(NoMarkovTasksError):
        make("Child", (base,))
