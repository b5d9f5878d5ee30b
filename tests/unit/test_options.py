"""The command line: values, their sources, and what is said about wrong ones."""

from __future__ import annotations

import json

import pytest
from acrida import _options, argument_parser, events
from acrida.argument_parser import LocustArgumentParser, get_parser, parse_locustfile_option


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """No option comes from the machine that runs the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["/usr/bin/locust"])
    for option in all_options():
        if option.env:
            monkeypatch.delenv(option.env, raising=False)
    monkeypatch.delenv("LOCUST_USER_CLASSES", raising=False)


def all_options():
    return [_options.LOCUSTFILE, _options.CONFIG] + [o for group in _options.GROUPS for o in group.options]


def parse(*words):
    return get_parser().parse_args(list(words))


def error_of(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        parse(*words)
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_a_full_command_line():
    options = parse(
        *[
            "-f",
            "x",
            "-u",
            "100",
            "-r",
            "10",
            "-t",
            "5m",
            "--reset-stats",
            "--stop-timeout",
            "5",
            "-H",
            "http://h",
            "MyUserClass",
            "Other",
        ]
    )
    assert (options.locustfile, options.num_users, options.spawn_rate, options.run_time) == ("x", 100, 10.0, 300)
    assert (options.reset_stats, options.stop_timeout, options.host) == (True, 5, "http://h")
    assert options.user_classes == ["MyUserClass", "Other"]
    assert (options.web_port, options.loglevel, options.exit_code_on_error) == (8089, "INFO", 1)


@pytest.mark.parametrize("words", [["-u5"], ["--users=5"], ["--user", "5"], ["-u", "1", "-u", "5"]])
def test_spellings_of_an_option(words):
    assert parse(*words).num_users == 5


def test_the_table_has_every_name_and_variable_once():
    dests = [option.dest for option in all_options()]
    variables = [option.env for option in all_options() if option.env]
    assert len(dests) == len(set(dests))
    assert len(variables) == len(set(variables))
    assert len(variables) == 45 + 4  # and --threads, --join-secret, --resume and --ship, which are ours


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["-u", "abc"], "argument -u/--users: invalid int value: 'abc'"),
        (["-r", "0"], "argument -r/--spawn-rate: must be > 0"),
        (["-r", "nan"], "argument -r/--spawn-rate: must be a finite number"),
        (["-r", "inf"], "argument -r/--spawn-rate: must be a finite number"),
        (["-t", "1h30"], "Invalid time span format. Valid formats: 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc."),
        (["-s", ""], "argument -s/--stop-timeout: Invalid time span format\n"),
        (["-L", "loud"], "invalid choice: 'LOUD'"),
        (["--expect-workers", "0"], "Invalid --expect-workers argument (0), must be a positive number"),
        (["--web-auth", "x"], "--web-login"),
        (["--legacy-ui"], "--legacy-ui is no longer supported"),
        (["--slave"], "--worker"),
        (["--expect-slaves", "2"], "--expect-workers"),
        (["--head"], "ambiguous option: --head could match --headless, --headful"),
        (["--config-users", "{"], "The --config-users argument must be a valid JSON string or file: "),
        (["--config-users", "{}"], "The user config must specify a user_class_name"),
        (["--config", "missing.conf"], "Unable to open config file: missing.conf"),
        (["A", "-u", "3", "B"], "unrecognized arguments: B"),
    ],
)
def test_wrong_values_are_one_line_and_exit_code_2(capsys, words, text):
    error = error_of(capsys, *words)
    assert error.startswith("locust: error: ")
    assert text in error
    assert error.count("\n") == 1


def test_an_unknown_option_suggests_a_known_one(capsys):
    assert error_of(capsys, "--web-hots=3").endswith("Did you mean '--web-host'?\n")
    assert "Did you mean" not in error_of(capsys, "--zzzzzz")


def test_config_users_from_objects_arrays_and_files(tmp_path):
    (tmp_path / "users.json").write_text(json.dumps([{"user_class_name": "C"}]))
    options = parse("--config-users", '{"user_class_name": "A"}', '[{"user_class_name": "B"}]', "users.json")
    assert [entry["user_class_name"] for part in options.config_users for entry in part] == ["A", "B", "C"]


class TestSources:
    def test_command_line_then_variable_then_files(self, tmp_path, monkeypatch):
        def profile(*words):
            return parse(*words).profile

        def users(*words):
            return parse(*words).num_users

        (tmp_path / ".locust.conf").write_text("users = 1")
        assert users() == 1
        (tmp_path / "locust.conf").write_text("users = 2")
        assert users() == 2
        (tmp_path / "pyproject.toml").write_text("[other]\nusers = 9\n[tool.locust]\nusers = 3\n")
        assert users() == 3
        (tmp_path / "mine.conf").write_text("users = 4")
        assert users("--config", "mine.conf") == 4
        monkeypatch.setenv("LOCUST_USERS", "5")
        assert users("--config", "mine.conf") == 5
        assert users("--config", "mine.conf", "-u", "6") == 6

    def test_lines_of_a_file(self, tmp_path):
        (tmp_path / "locust.conf").write_text(
            "# comment\n; another\nheadless\nhost: 'http://h'\nspawn-rate 2.5\n--run-time = 1m # inline\n"
            "tags = [Critical, Normal]\nlocustfile = other.py\n"
        )
        options = parse()
        assert (options.headless, options.host, options.spawn_rate, options.run_time) == (True, "http://h", 2.5, 60)
        assert options.tags == ["Critical", "Normal"]
        assert parse_locustfile_option([]).locustfile == "other.py"

    def test_a_short_key_works_where_it_is_a_unique_prefix(self, tmp_path):
        (tmp_path / "mine.conf").write_text("u 100\n")
        assert parse("--config", "mine.conf").num_users == 100

    @pytest.mark.parametrize(
        ("name", "text", "said"),
        [
            ("locust.conf", "foo = bar\n", "unrecognized arguments: --foo=bar"),
            ("locust.conf", "headless # x\n", "Unexpected"),
            ("pyproject.toml", "[tool.locust\n", "Couldn't parse TOML file: "),
        ],
    )
    def test_what_is_wrong_in_a_file(self, tmp_path, capsys, name, text, said):
        (tmp_path / name).write_text(text)
        assert said in error_of(capsys)

    def test_variables(self, monkeypatch):
        monkeypatch.setenv("LOCUST_HEADLESS", "yes")
        monkeypatch.setenv("LOCUST_TAGS", "[a, b]")
        monkeypatch.setenv("LOCUST_USER_CLASSES", "One Two")
        monkeypatch.setenv("LOCUST_MASTER_NODE_HOST", "m")
        options = parse()
        assert (options.headless, options.tags, options.user_classes) == (True, ["a", "b"], ["One", "Two"])
        assert options.master_host == "m"
        assert parse("Three").user_classes == ["Three"]

    def test_a_flag_variable_must_be_a_truth_value(self, monkeypatch, capsys):
        monkeypatch.setenv("LOCUST_HEADLESS", "")
        assert "Unexpected value for LOCUST_HEADLESS: ''. Expecting 'true', 'false'" in error_of(capsys)

    def test_service_links_of_kubernetes_are_no_options(self, monkeypatch):
        monkeypatch.setenv("LOCUST_PORT", "tcp://10.0.0.1:8089")
        monkeypatch.setenv("LOCUST_SERVICE_HOST", "10.0.0.1")
        monkeypatch.setenv("LOCUST_PORT_5557_TCP", "tcp://10.0.0.1:5557")
        assert parse().web_port == 8089


class TestCustomOptions:
    @pytest.fixture
    def add(self):
        listeners = []

        def add(function):
            listeners.append(events.init_command_line_parser.add_listener(function))

        yield add
        for listener in listeners:
            events.init_command_line_parser.remove_listener(listener)

    def test_options_of_a_locustfile(self, add, tmp_path, monkeypatch):
        @add
        def _(parser):
            parser.add_argument("--shown", env_var="SHOWN", choices=["a", "b"], default="a", help="pick")
            parser.add_argument("--hidden", include_in_web_ui=False)
            parser.add_argument("--secret", is_secret=True, default="s")
            parser.add_argument("--needed", is_required=True)
            parser.add_argument("--many", is_multiple=True, choices=["x"], default="x")

        (tmp_path / "locust.conf").write_text("secret = from-file\n")
        monkeypatch.setenv("SHOWN", "b")
        options = parse("--needed", "n")
        assert (options.shown, options.secret, options.needed) == ("b", "from-file", "n")
        extra = argument_parser.ui_extra_args_dict(["--needed", "n"])
        assert list(extra) == ["shown", "secret", "needed", "many"]
        assert extra["shown"] == {
            "default_value": "b",
            "is_secret": False,
            "is_required": False,
            "help_text": "pick",
            "is_multiple": False,
            "choices": ["a", "b"],
        }
        assert extra["secret"]["is_secret"] and extra["needed"]["is_required"] and extra["many"]["is_multiple"]

    def test_groups_take_no_extra_keywords_and_stay_out_of_the_form(self, add):
        @add
        def _(parser):
            group = parser.add_argument_group("mine", "text")
            group.add_argument("--grouped", env_var="GROUPED")
            with pytest.raises(TypeError):
                group.add_argument("--wrong", include_in_web_ui=False)

        assert parse("--grouped", "1").grouped == "1"
        assert argument_parser.ui_extra_args_dict([]) == {}


def test_titles_of_the_groups():
    titles = [group.title for group in get_parser()._action_groups]
    assert titles[-9:] == [
        "Common options",
        "Web UI options",
        "Master options",
        "Worker options",
        "Tag options",
        "Request statistics options",
        "Logging options",
        "Other options",
        "User classes",
    ]


def test_help_begins_with_the_usage_and_hides_retired_options(capsys):
    with pytest.raises(SystemExit) as ended:
        parse_locustfile_option(["--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert text.startswith("Usage: locust [options] [UserClass ...]\n\nCommon options:")
    assert "Logging options:" in text and "--legacy-ui" not in text


def test_the_first_pass_ignores_what_it_does_not_know():
    options = parse_locustfile_option(["-f", "a.py", "--foo", "--worker", "-u", "3"])
    assert (options.locustfile, options.worker) == ("a.py", True)


def test_plain_defaults_do_not_need_a_command_line():
    defaults = argument_parser.default_args_dict()
    assert defaults["stop_timeout"] == 0 and defaults["autoquit"] == -1 and defaults["master_bind_host"] == "*"
    assert isinstance(get_parser(default_config_files=[]), LocustArgumentParser)
