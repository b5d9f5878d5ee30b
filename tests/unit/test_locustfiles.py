"""Finding and importing locustfiles."""

from __future__ import annotations

import os
import sys

import pytest
from acrida._cli.scenarios import load_all
from acrida.argument_parser import parse_locustfile_paths
from acrida.util.load_locustfile import load_locustfile

USER = "from acrida import User, task\nclass {name}(User):\n    @task\n    def act(self): ...\n"


@pytest.fixture(autouse=True)
def clean_imports(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before, path = set(sys.modules), list(sys.path)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def write(tmp_path):
    def write(name: str, text: str) -> str:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return str(file)

    return write


def test_concrete_users_count_wherever_they_were_defined(write):
    write("shared.py", USER.format(name="Imported"))
    path = write(
        "file.py",
        "from shared import Imported\n" + USER.format(name="Mine") + "class Base(User):\n    abstract = True\n"
        "from acrida import HttpUser\nglobals()['Made'] = type(User)('Made', (User,), {})\nvalue = 5\n",
    )
    users, shapes = load_locustfile(path)
    assert list(users) == ["Imported", "Mine", "Made"]
    assert shapes == []


def test_shapes_are_instances_and_abstract_ones_are_left_out(write):
    path = write(
        "file.py",
        "from acrida import LoadTestShape\n"
        "class One(LoadTestShape):\n    def tick(self): ...\n"
        "class Base(LoadTestShape):\n    abstract = True\n"
        "class Two(Base):\n    def tick(self): ...\n",
    )
    assert [type(shape).__name__ for shape in load_locustfile(path)[1]] == ["One", "Two"]


@pytest.mark.parametrize(("name", "module"), [("locust.py", "locustfile"), ("my.test.py", "my.test"), ("a.py", "a")])
def test_names_of_the_module(write, name, module):
    path = write(name, "NAME = __name__\n" + USER.format(name="Mine"))
    users, _ = load_locustfile(path)
    assert users["Mine"].__module__ == module
    assert module == sys.modules[module].NAME


def test_the_files_folder_leads_the_path_only_while_it_is_imported(write, tmp_path):
    write("deep/beside.py", "x = 1")
    path = write("deep/file.py", "import sys, beside\nFIRST = sys.path[0]\n" + USER.format(name="Mine"))
    load_locustfile(path)
    assert str(tmp_path / "deep") == sys.modules["file"].FIRST
    assert str(tmp_path / "deep") not in sys.path
    assert sys.path[0] == str(tmp_path)


def test_a_folder_that_was_on_the_path_keeps_its_place(write, tmp_path):
    sys.path.insert(1, str(tmp_path / "deep"))
    load_locustfile(write("deep/file.py", USER.format(name="Mine")))
    assert str(tmp_path / "deep") in sys.path[1:3]


def test_what_the_file_raises_goes_to_the_caller(write):
    with pytest.raises(KeyError):
        load_locustfile(write("file.py", "import os\nos.environ['SURELY_NOT_THERE']"))


class TestSeveralFiles:
    def test_one_class_in_two_files_is_one_class(self, write):
        one = write("one.py", USER.format(name="Shared"))
        two = write("two.py", "from one import Shared\n")
        assert list(load_all([one, two]).user_classes) == ["Shared"]

    def test_two_classes_of_one_name_are_refused(self, write, capsys):
        one, two = write("one.py", USER.format(name="Same")), write("two.py", USER.format(name="Same"))
        with pytest.raises(SystemExit) as ended:
            load_all([one, two])
        assert ended.value.code == 1
        assert capsys.readouterr().err == f"Duplicate user class names: Same is defined in both {one} and {two}\n"

    def test_two_shapes_of_one_name_are_refused(self, write, capsys):
        text = "from acrida import LoadTestShape\nclass Same(LoadTestShape):\n    def tick(self): ...\n"
        with pytest.raises(SystemExit):
            load_all([write("one.py", text), write("two.py", text)])
        assert capsys.readouterr().err == "Duplicate shape classes: Same\n"

    def test_the_first_shape_is_used(self, write):
        shape = "from acrida import LoadTestShape\nclass {}(LoadTestShape):\n    def tick(self): ...\n"
        found = load_all(
            [write("one.py", shape.format("Early") + USER.format(name="U")), write("two.py", shape.format("Late"))]
        )
        assert type(found.first_shape).__name__ == "Early"
        assert list(found.shapes) == ["Early", "Late"]
        assert [task.__name__ for task in found.tasks["U"]] == ["act"]

    def test_pytest_functions_become_classes_when_there_is_no_other(self, write):
        path = write("test_shop.py", "def test_buy(): ...\ndef test_sell(): ...\n")
        found = load_all([path])
        assert list(found.user_classes) == ["test_buy", "test_sell"]
        assert [item.name for item in found.user_classes["test_buy"].functions] == ["test_buy"]


class TestPaths:
    def test_files_and_folders(self, write, tmp_path):
        for name in ("a.py", "many/b.py", "many/deep/c.py", "many/_skipped.py", "many/d.txt"):
            write(name, "")
        found = parse_locustfile_paths(["a.py", "many"])
        assert [os.path.relpath(path, tmp_path) for path in found] == ["a.py", "many/b.py", "many/deep/c.py"]

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("nope.py", "Could not find 'nope.py'. Ensure your locustfile ends with '.py' or is a directory"),
            ("there.txt", "Could not find 'there.txt'."),
            ("empty", "Could not find any locustfiles in directory 'empty'"),
        ],
    )
    def test_what_cannot_be_found(self, write, tmp_path, capsys, path, text):
        write("there.txt", "")
        (tmp_path / "empty").mkdir()
        with pytest.raises(SystemExit) as ended:
            parse_locustfile_paths([path])
        assert ended.value.code == 1
        assert text in capsys.readouterr().err
