"""Prints what pyproject.toml asks for, one requirement a line: requirements.py build runtime test lint

`build` is [build-system], `runtime` the package's own dependencies, any other word a [dependency-groups] entry.
(The pip of Debian 12 does not know dependency groups yet.)
"""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
groups = {
    **project["dependency-groups"],
    "build": project["build-system"]["requires"],
    "runtime": project["project"]["dependencies"],
}

for name in sys.argv[1:]:
    if name not in groups:
        sys.exit(f"requirements: no group '{name}' in pyproject.toml; there are {', '.join(sorted(groups))}")
    print("\n".join(groups[name]))
