"""What the web server gets from Python."""

from __future__ import annotations

import json

import pytest
from acrida._web.shown import to_json
from acrida._web.swarm_form import BadForm, Form, converted


def test_whatever_people_put_in_becomes_json() -> None:
    value = {"half": "\ud800", "é": "ü", "nan": float("nan"), "list": [float("inf"), 1.5], "class": int, "tuple": (1,)}
    read = json.loads(to_json(value))
    assert read == {"half": "?", "é": "ü", "nan": None, "list": [None, 1.5], "class": "<class 'int'>", "tuple": [1]}


@pytest.mark.parametrize(
    ("values", "current", "wanted"),
    [
        (["true"], False, True),
        (["on"], True, False),
        (["x"], None, "x"),
        (["7"], 1, 7),
        (["0.5"], 1.0, 0.5),
        (["a,b"], ["x"], ["a", "b"]),
        (["1", "2"], [3], [1, 2]),
        (["1,2"], [], ["1", "2"]),
    ],
)
def test_options_keep_the_type_that_they_have(values: list[str], current: object, wanted: object) -> None:
    assert converted("name", values, current) == wanted


def test_a_value_of_the_wrong_type_is_refused_with_its_name() -> None:
    with pytest.raises(BadForm, match=r"Invalid value for name: 'x' \(must be int\)"):
        converted("name", ["x"], 1)
    with pytest.raises(BadForm):
        converted("name", ["1,x"], [1])


def test_a_form_keeps_repeated_fields() -> None:
    form = Form([("a", "1"), ("b", "2"), ("a", "3")])
    assert (form.get("a"), form.all("a"), form.get("c"), "b" in form) == ("1", ["1", "3"], None, True)
