"""The environment: what it accepts and how it changes classes."""

from __future__ import annotations

from argparse import Namespace

import pytest
from acrida import LoadTestShape, TaskSet, User, task
from acrida.env import Environment
from acrida.exception import RunnerAlreadyExistsError


def browse(user): ...


def buy(user): ...


class Inner(TaskSet):
    tasks = [buy, browse]


class Shop(User):
    weight = 4
    tasks = [browse, browse, Inner]


@pytest.fixture(autouse=True)
def restore():
    before = (Shop.weight, list(Shop.tasks), Shop.host)
    yield
    Shop.weight, Shop.tasks, Shop.host = before


def test_classes_that_can_never_be_chosen_leave_the_list_itself():
    class Never(User):
        weight = 0

    class Fixed(User):
        weight = 0
        fixed_count = 1

    given = [Never, Shop, Fixed]
    assert Environment(user_classes=given).user_classes is given
    assert given == [Shop, Fixed]
    with pytest.raises(ValueError, match="There are no users with weight > 0"):
        Environment(user_classes=[Never])


def test_class_names_must_differ():
    other = type(User)("Shop", (User,), {})
    with pytest.raises(ValueError, match=r"The following user classes have the same class name: .*Shop, .*Shop"):
        Environment(user_classes=[Shop, other])


def test_a_shape_is_an_instance():
    class Shape(LoadTestShape):
        def tick(self):
            return None

    assert Environment(shape_class=Shape()).shape_class is not None
    with pytest.raises(ValueError, match="shape_class should be instance of LoadTestShape"):
        Environment(shape_class=Shape)


def test_one_runner_per_environment(environment):
    runner = environment.create_local_runner()
    with pytest.raises(RunnerAlreadyExistsError, match="runner already exists"):
        environment.create_local_runner()
    runner.quit()


@pytest.mark.parametrize(
    ("given", "options", "seconds"),
    [(None, None, 0), (3, Namespace(stop_timeout=9), 3), (None, Namespace(stop_timeout=9), 9), (None, Namespace(), 0)],
)
def test_stop_timeout(given, options, seconds):
    assert Environment(stop_timeout=given, parsed_options=options).stop_timeout == seconds


def test_settings_of_a_class():
    environment = Environment(user_classes=[Shop], available_user_tasks={"Shop": [browse, browse, buy]})
    environment.update_user_class({"user_class_name": "Shop", "host": "http://h", "tasks": ["browse", "unknown"]})
    assert Shop.host == "http://h"
    assert Shop.tasks == [browse, browse]
    with pytest.raises(KeyError):
        environment.update_user_class({"user_class_name": "Nobody"})


def test_equal_weights_flatten_task_sets():
    Environment(user_classes=[Shop]).assign_equal_weights()
    assert Shop.weight == 1
    assert Shop.tasks == [browse, buy]


def test_environments_share_nothing():
    one, two = Environment(), Environment()
    assert one.events is not two.events and one.stats is not two.stats


def test_tags_of_the_constructor_go_before_those_of_the_command_line():
    environment = Environment(tags=[], parsed_options=Namespace(tags=["a"], exclude_tags=["b"], stop_timeout=0))
    assert environment._tag_set("tags") == set()
    assert environment._tag_set("exclude_tags") == {"b"}
    assert Environment(parsed_options=Namespace(tags=[]))._tag_set("tags") is None


def test_users_find_their_environment(environment):
    class Mine(User):
        @task
        def act(self): ...

    assert Mine(environment).environment is environment
