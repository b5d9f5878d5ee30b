"""The rows of python/acrida/_options.py as C++, for native programs: make_option_rows.py TABLE OUTPUT

The table there is the only one; the build makes this file from it.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

HEAD = "// Made from python/acrida/_options.py by tools/make_option_rows.py.\n"


def load(path: Path) -> ModuleType:
    """The module alone: it needs neither the package nor the compiled part."""
    spec = importlib.util.spec_from_file_location("_options", path)
    assert spec and spec.loader
    module = sys.modules["_options"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def row(option: Any, group: str) -> str:
    """One line; the members are those of program::OptionRow."""
    members = {
        "flags": " ".join(option.flags),
        "dest": option.dest,
        "env": option.env,
        "metavar": option.metavar,
        "group": group,
        "help": option.help,
        "kind": option.kind,
        "fallback": None if option.default is None else str(option.default),
        "choices": " ".join(option.extra["choices"]) if "choices" in option.extra else None,
        "takes_several": option.extra.get("nargs") == "*",
        "is_hidden": option.hidden,
    }
    return "OptionRow{" + ", ".join(f".{name} = {literal(value)}" for name, value in members.items()) + "},"


def literal(value: Any) -> str:
    """As C++ writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nullptr" if value is None else json.dumps(value)


def main(table: str, output: str) -> None:
    """Do it."""
    options = load(Path(table))
    rows = [row(options.LOCUSTFILE, options.COMMON.title), row(options.CONFIG, options.COMMON.title)]
    rows += [row(option, group.title) for group in options.GROUPS for option in group.options]
    rows.append(row(options.USER_CLASSES, "User classes"))
    Path(output).parent.mkdir(parents=True, exist_ok=True)
    Path(output).write_text(HEAD + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
