"""Writes the tables of the guide that are made from the source: make_guide.py [--check]

The options from python/acrida/_options.py into docs/guide/command-line.md, the deliberate differences from
tests/parity/differences.toml into docs/guide/from-locust.md. --check only says whether a page is out of date.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "guide"


def option_table() -> ModuleType:
    """The module alone: it needs neither the package nor the compiled part."""
    spec = importlib.util.spec_from_file_location("_options", ROOT / "python" / "acrida" / "_options.py")
    assert spec and spec.loader
    module = sys.modules["_options"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def options() -> str:
    table = option_table()
    lines: list[str] = []
    for group in table.GROUPS:
        first = [table.LOCUSTFILE, table.CONFIG] if group is table.COMMON else []
        lines += [f"### {group.title}", ""]
        lines += [group.description, ""] if group.description else []
        lines += ["| option | environment | |", "|---|---|---|"]
        for option in [*first, *group.options]:
            if option.hidden or option.kind == "retired":
                continue
            flags = ", ".join(f"`{flag}`" for flag in option.flags)
            lines.append(f"| {flags} | {f'`{option.env}`' if option.env else ''} | {cell(option.help)} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def differences() -> str:
    entries = tomllib.loads((ROOT / "tests" / "parity" / "differences.toml").read_text())
    lines = ["| what | test |", "|---|---|"]
    for entry in entries.get("differences", {}).values():
        lines.append(f"| {cell(entry['why'])} | `{entry['case']}` |")
    missing = entries.get("missing", {}).values()
    if missing:
        lines += ["", "Not there yet:", "", "| what | test |", "|---|---|"]
        lines += [f"| {cell(entry['why'])} | `{entry['case']}` |" for entry in missing]
    return "\n".join(lines)


PARTS = {"command-line.md": ("options", options), "from-locust.md": ("differences", differences)}


def renewed(page: str, name: str, text: str) -> str:
    """The page with the part between its two marks replaced."""
    begin, end = f"<!-- {name}: made by tools/make_guide.py -->", f"<!-- end of {name} -->"
    found = re.search(re.escape(begin) + ".*?" + re.escape(end), page, re.S)
    if not found:
        raise SystemExit(f"make_guide: a page lacks its marks: {begin} … {end}")
    return page[: found.start()] + f"{begin}\n\n{text}\n\n{end}" + page[found.end() :]


def main(arguments: list[str]) -> int:
    is_stale = False
    for file, (name, make) in PARTS.items():
        page = (GUIDE / file).read_text()
        new = renewed(page, name, make())
        if new == page:
            continue
        if "--check" in arguments:
            print(f"make_guide: docs/guide/{file} is out of date: run python tools/make_guide.py")
            is_stale = True
        else:
            (GUIDE / file).write_text(new)
    return int(is_stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
