"""The command line: options, their environment variables and files, and what locustfiles add to them."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

import configargparse

from . import _options
from ._config_files import DEFAULT_CONFIG_FILES, ConfigFile
from ._locustfiles import (
    get_locustfiles_locally,
    parse_locustfile_paths,
    retrieve_locustfiles_from_master,
)
from ._option_types import CONVERTERS, Retired, gt_zero, json_user_config, positive_integer, timespan
from ._options import Option
from ._version import LOCUST_VERSION, __version__

__all__ = [
    "DEFAULT_CONFIG_FILES",
    "LocustArgumentParser",
    "UIExtraArgOptions",
    "default_args_dict",
    "get_empty_argument_parser",
    "get_locustfiles_locally",
    "get_parser",
    "gt_zero",
    "json_user_config",
    "parse_locustfile_option",
    "parse_locustfile_paths",
    "parse_options",
    "positive_integer",
    "retrieve_locustfiles_from_master",
    "setup_parser_arguments",
    "timespan",
    "ui_extra_args_dict",
]

_WEB_KEYWORDS = {"include_in_web_ui": True, "is_secret": False, "is_required": False, "is_multiple": False}


class LocustArgumentParser(configargparse.ArgumentParser):  # type: ignore[misc]
    """An argument parser whose options may also say how the web page's start form shows them."""

    def error(self, message: str) -> Any:
        """Exit with code 2 and one line; a second one when an unknown option resembles a known one."""
        _, found, rest = message.partition("unrecognized arguments: ")
        close = self._closest_option(rest) if found else None
        hint = f"Did you mean '{close}'?\n" if close else ""
        self.exit(2, f"{self.prog}: error: {message}\n{hint}")

    def _closest_option(self, unknown: str) -> str | None:
        import difflib

        known = [flag for action in self._actions for flag in action.option_strings]
        for word in unknown.split():
            if word.startswith("--"):
                close = difflib.get_close_matches(word.partition("=")[0], known, 1)
                return close[0] if close else None
        return None

    def add_argument(self, *args: Any, **kwargs: Any) -> argparse.Action:
        """As argparse's, plus ``env_var``, ``include_in_web_ui``, ``is_secret``, ``is_required``, ``is_multiple``."""
        web = {name: kwargs.pop(name, default) for name, default in _WEB_KEYWORDS.items()}
        action: argparse.Action = super().add_argument(*args, **kwargs)
        for name, value in web.items():
            setattr(action, name, value)
        return action

    def _actions_marked(self, name: str) -> dict[str, argparse.Action]:
        return {
            action.dest: action
            for action in self._actions
            if getattr(action, "include_in_web_ui", False) and getattr(action, name)
        }

    @property
    def args_included_in_web_ui(self) -> dict[str, argparse.Action]:
        """Options with a field in the start form, by name."""
        return self._actions_marked("include_in_web_ui")

    @property
    def secret_args_included_in_web_ui(self) -> dict[str, argparse.Action]:
        """Those whose field hides what is typed."""
        return self._actions_marked("is_secret")

    @property
    def required_args_included_in_web_ui(self) -> dict[str, argparse.Action]:
        """Those whose field must be filled in."""
        return self._actions_marked("is_required")

    @property
    def multiple_args_included_in_web_ui(self) -> dict[str, argparse.Action]:
        """Those that take several of their choices."""
        return self._actions_marked("is_multiple")


def program_name() -> str:
    """What the person typed: ``locust`` or ``acrida``, or the name of their own program."""
    name = os.path.basename(sys.argv[0]) if sys.argv and sys.argv[0] else "acrida"
    if name not in ("__main__.py", "-c", "-m"):
        return name
    run_as = getattr(sys.modules.get("__main__"), "__spec__", None)
    return "locust" if run_as is not None and run_as.name.partition(".")[0] == "locust" else "acrida"


def version_text() -> str:
    """The line that ``--version`` prints."""
    program = program_name()
    number = LOCUST_VERSION if program == "locust" else f"{__version__} (compatible with Locust {LOCUST_VERSION})"
    return f"{program} {number} from {os.path.dirname(__file__)} (Python {platform.python_version()})"


def _new_parser(default_config_files: Sequence[str]) -> LocustArgumentParser:
    program = program_name()
    return LocustArgumentParser(
        prog=program,
        default_config_files=list(default_config_files),
        config_file_parser_class=ConfigFile,
        add_env_var_help=False,
        add_config_file_help=False,
        add_help=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage=argparse.SUPPRESS,
        description=f"Usage: {program} [options] [UserClass ...]",
        epilog=_examples(program),
    )


def _examples(program: str) -> str:
    return textwrap.dedent(f"""
        Examples:

            {program} -f my_test.py -H https://www.example.com

            {program} --headless -u 100 -r 10 -t 20m MyHttpUser AnotherUser

            {program} --headless -u 100 -r 10 -t 50 --csv results/run1

        Every option can also be set in a file or by an environment variable:
        https://docs.locust.io/en/stable/configuration.html""")


def _add(container: Any, option: Option) -> None:
    keywords: dict[str, Any] = {"help": argparse.SUPPRESS if option.hidden else option.help, **option.extra}
    if option.env:
        keywords["env_var"] = option.env
    if option.flags[0].startswith("-"):
        keywords["dest"] = option.dest
    if option.kind == "flag":
        keywords.update(action="store_true", default=False)
    elif option.kind == "retired":
        keywords.update(action=Retired, metavar=option.help, nargs="?")
    else:
        keywords.update(type=CONVERTERS[option.kind], default=option.default, metavar=option.metavar)
    container.add_argument(*option.flags, **keywords)


def get_empty_argument_parser(
    add_help: bool = True, default_config_files: Sequence[str] = DEFAULT_CONFIG_FILES
) -> LocustArgumentParser:
    """A parser that knows only which locustfiles and which option files to read."""
    parser = _new_parser(default_config_files)
    group = parser.add_argument_group(_options.COMMON.title)
    if add_help:
        group.add_argument("-h", "--help", action="help", help="Print this and exit")
    _add(group, _options.LOCUSTFILE)
    _add(group, _options.CONFIG)
    return parser


def parse_locustfile_option(args: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the options needed before any locustfile is loaded; ``--help`` and ``--version`` end the process here."""
    parser = get_empty_argument_parser(add_help=False)
    parser.add_argument("-h", "--help", action="store_true", default=False)
    parser.add_argument("--version", "-V", action="store_true", default=False)
    for option in (
        _options.WORKER_FLAG,
        _options.MASTER_FLAG,
        _options.MASTER_HOST,
        _options.MASTER_PORT,
        _options.JOIN_SECRET,
    ):
        _add(parser, option)
    options, _ = parser.parse_known_args(args=args)
    if options.help or options.version:
        # The whole parser knows what to print, and ends the process.
        get_parser().parse_args(args)
    return options  # type: ignore[no-any-return]


def setup_parser_arguments(parser: LocustArgumentParser) -> None:
    """Add every option but those of the empty parser."""
    first, *others = _options.GROUPS
    common = next((group for group in parser._action_groups if group.title == first.title), None)
    for option in first.options:
        _add(common or parser.add_argument_group(first.title), option)
    for entry in others:
        group = parser.add_argument_group(entry.title, entry.description)
        for option in entry.options:
            _add(group, option)
        if entry is _options.OTHER:
            group.add_argument(
                "--version", "-V", action="version", help="Print the version and exit", version=version_text()
            )
    classes = parser.add_argument_group("User classes")
    _add(classes, _options.USER_CLASSES)
    parser.set_defaults(user_classes=os.environ.get("LOCUST_USER_CLASSES", "").split())


def get_parser(default_config_files: Sequence[str] = DEFAULT_CONFIG_FILES) -> LocustArgumentParser:
    """The whole parser, with the options that locustfiles and plugins add."""
    from . import events

    parser = get_empty_argument_parser(default_config_files=default_config_files)
    setup_parser_arguments(parser)
    events.init_command_line_parser.fire(parser=parser)
    return parser


def parse_options(args: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line, read by the whole parser. Kept for old programs: use ``get_parser().parse_args()``."""
    print("parse_options() is deprecated, use get_parser().parse_args() instead", file=sys.stderr)
    options: argparse.Namespace = get_parser().parse_args(args=args)
    return options


def default_args_dict() -> dict[str, Any]:
    """The options that are not added by locustfiles, with their defaults."""
    parser = get_empty_argument_parser(default_config_files=())
    setup_parser_arguments(parser)
    options: argparse.Namespace = parser.parse_args([])
    return vars(options)


class UIExtraArgOptions(NamedTuple):
    """What the start form shows for an option of a locustfile."""

    default_value: str
    is_secret: bool
    is_required: bool
    help_text: str
    is_multiple: bool
    choices: list[str] | None = None


def ui_extra_args_dict(args: Sequence[str] | None = None) -> dict[str, dict[str, Any]]:
    """The options of locustfiles that have a field in the start form, with the values they would start with."""
    standard = default_args_dict()
    parser = get_parser()
    values = vars(parser.parse_args(args))
    return {
        name: field_of_option(parser, name, values[name])
        for name in parser.args_included_in_web_ui
        if name not in standard and name in values
    }


def field_of_option(parser: LocustArgumentParser, name: str, value: Any) -> dict[str, Any]:
    """What the start form shows for an option that now has this value."""
    action = parser.args_included_in_web_ui[name]
    return UIExtraArgOptions(
        default_value=value,
        is_secret=name in parser.secret_args_included_in_web_ui,
        is_required=name in parser.required_args_included_in_web_ui,
        help_text=action.help or "",
        is_multiple=name in parser.multiple_args_included_in_web_ui,
        choices=list(action.choices) if action.choices else None,
    )._asdict()
