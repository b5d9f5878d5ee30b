"""What a manifest starts: the words and the variables of one node, read by acrida's own parser."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence

import pytest
from acrida import _options
from acrida.argument_parser import get_empty_argument_parser, setup_parser_arguments

_TABLE = {option.env for group in _options.GROUPS for option in group.options} | {_options.LOCUSTFILE.env}
# Read elsewhere than by an option.
_BESIDE_THE_TABLE = {"LOCUST_USER_CLASSES", "PYTHONPATH", "PYTHONUNBUFFERED"}


def unknown_variables(names: Sequence[str]) -> list[str]:
    """Those that acrida would not read."""
    return sorted(set(names) - _TABLE - _BESIDE_THE_TABLE)


def options_of(words: Sequence[str], variables: Mapping[str, str]) -> Namespace:
    """The options as the node would see them; the test fails where acrida would refuse to start."""
    assert unknown_variables(list(variables)) == []
    parser = get_empty_argument_parser(default_config_files=())
    setup_parser_arguments(parser)

    def refuse(message: str) -> None:
        pytest.fail(f"acrida refuses {' '.join(words)} with {dict(variables)}: {message}")

    parser.error = refuse  # type: ignore[method-assign]
    options: Namespace = parser.parse_args(list(words), env_vars=dict(variables))
    # A word that is no option would name a user class.
    assert options.user_classes == [], f"{words} would select user classes"
    assert not (options.master and options.worker)
    return options
