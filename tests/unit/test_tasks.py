"""How tasks are declared and picked."""

from __future__ import annotations

import logging
import random
import warnings

import pytest
from acrida import SequentialTaskSet, TaskSet, User, tag, task
from acrida.env import Environment
from acrida.user.task import filter_tasks_by_tags


def names(holder: type) -> list[str]:
    return [entry.__name__ for entry in holder.tasks]


def test_a_weight_lists_a_task_that_many_times():
    class Shopper(User):
        @task(3)
        def browse(self): ...

        @task
        def buy(self): ...

        @task()
        def leave(self): ...

        @task(weight=0)
        def never(self): ...

    assert names(Shopper) == ["browse", "browse", "browse", "buy", "leave"]


def test_tasks_may_be_a_dict_a_list_or_pairs():
    def a(user): ...
    def b(user): ...

    class FromDict(User):
        tasks = {a: 2, b: 1}

    class FromPairs(User):
        tasks = [a, (b, 2)]

    class FromNothing(User):
        tasks = None

    assert names(FromDict) == ["a", "a", "b"]
    assert names(FromPairs) == ["a", "b", "b"]
    assert FromNothing.tasks == []


def test_an_override_without_task_keeps_running_the_inherited_function():
    class Parent(User):
        @task
        def act(self): ...

    class Silent(Parent):
        def act(self): ...

    class Loud(Parent):
        @task
        def act(self): ...

    assert Silent.tasks == [Parent.__dict__["act"]]
    assert Loud.tasks == [Parent.__dict__["act"], Loud.__dict__["act"]]


def test_a_diamond_doubles_inherited_tasks():
    class Top(TaskSet):
        @task(2)
        def act(self): ...

    class Left(Top): ...

    class Right(Top): ...

    class Bottom(Left, Right): ...

    assert len(Bottom.tasks) == 4


def test_abstract_is_not_inherited():
    class Base(User):
        abstract = True

    class Concrete(Base): ...

    assert User.abstract and Base.abstract and not Concrete.abstract


def test_a_task_may_not_be_called_run():
    with pytest.raises(Exception, match="must not override it or register it as a task"):

        class Wrong(User):
            @task
            def run(self): ...


def test_a_task_on_start_is_accepted_with_a_warning(caplog):
    class Twice(User):
        @task
        def on_start(self): ...

    assert "both as a task AND on stop/start" in caplog.text
    assert names(Twice) == ["on_start"]


def test_old_task_set_attribute_warns_whatever_the_filters_say():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("ignore")

        class Old(User):
            task_set = TaskSet

    assert [str(each.message).rpartition(". ")[2] for each in seen] == [
        "Set the tasks attribute instead (tasks = [TaskSet])"
    ]
    assert seen[0].filename == __file__


def test_random_seed_reproduces_the_choice(environment):
    class Many(TaskSet):
        tasks = list(range(100))

    picker = Many(User(environment))
    random.seed(7)
    first = [picker.get_next_task() for _ in range(20)]
    random.seed(7)
    assert [picker.get_next_task() for _ in range(20)] == first


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "No tasks defined on Empty. use the @task decorator"),
        ({"task": 1}, "No tasks defined on Empty, but you have set a 'task' attribute - maybe you meant"),
    ],
)
def test_a_task_set_without_tasks_says_what_to_do(environment, body, text):
    empty = type(TaskSet)("Empty", (TaskSet,), dict(body))
    with pytest.raises(Exception, match=text.replace("(", r"\(")):
        empty(User(environment)).get_next_task()


def test_sequence_follows_the_class_body_with_the_list_in_its_place(environment):
    def listed(task_set): ...

    class Steps(SequentialTaskSet):
        @task
        def first(self): ...

        tasks = [listed]

        @task(2)
        def last(self): ...

    steps = Steps(User(environment))
    assert [steps.get_next_task().__name__ for _ in range(5)] == ["first", "listed", "last", "last", "first"]


def test_a_sequence_begins_anew_in_each_instance_and_ignores_later_changes(environment):
    class Steps(SequentialTaskSet):
        @task
        def first(self): ...

        @task
        def second(self): ...

    one = Steps(User(environment))
    one.get_next_task()
    one.tasks = []
    assert one.get_next_task().__name__ == "second"
    assert Steps(User(environment)).get_next_task().__name__ == "first"


def test_a_sequence_takes_only_a_list_or_a_dict():
    with pytest.raises(ValueError, match="can only be set to list or dict"):

        class Wrong(SequentialTaskSet):
            tasks = 5


class TestTags:
    def make(self):
        class Inner(TaskSet):
            @tag("deep")
            @task
            def tagged(self): ...

            @task
            def plain(self): ...

        class Tagged(User):
            tasks = [Inner]

            @tag("a", "b")
            @task(2)
            def both(self): ...

            @tag("b")
            @task
            def only_b(self): ...

            @task
            def untagged(self): ...

        return Tagged, Inner

    def test_an_include_set_drops_untagged_tasks(self):
        tagged, _ = self.make()
        filter_tasks_by_tags(tagged, {"a"})
        assert names(tagged) == ["both", "both"]

    def test_exclusion_wins(self):
        tagged, _ = self.make()
        filter_tasks_by_tags(tagged, {"b"}, {"a"})
        assert names(tagged) == ["only_b"]

    def test_a_tagged_inner_task_keeps_its_untagged_set(self):
        tagged, inner = self.make()
        filter_tasks_by_tags(tagged, {"deep"})
        assert names(tagged) == ["Inner"]
        assert names(inner) == ["tagged"]

    def test_tags_on_a_class_go_to_its_tasks(self):
        @tag("all")
        class Group(TaskSet):
            @task
            def act(self): ...

        assert Group.tasks[0].locust_tag_set == {"all"}
        assert not hasattr(Group, "locust_tag_set")

    @pytest.mark.parametrize("arguments", [(), (print,)])
    def test_a_tag_needs_a_name(self, arguments):
        with pytest.raises(ValueError, match="No tag name was supplied"):
            tag(*arguments)

    def test_filtering_happens_once_and_warns_about_empty_classes(self, caplog):
        tagged, _ = self.make()
        environment = Environment(user_classes=[tagged], tags=["nothing"])
        with caplog.at_level(logging.WARNING):
            environment._filter_tasks_by_tags()
        assert tagged.tasks == []
        assert "Tagged had no tasks left after filtering, instantiating it will fail!" in caplog.text
        tagged.tasks = [print]
        environment._filter_tasks_by_tags()
        assert tagged.tasks == [print]
