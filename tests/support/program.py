"""Runs acrida, or the real Locust, on a locustfile in a folder of its own, and tells what came out.

`NOTES` is put in front of every locustfile: `note(...)` appends one JSON line to notes.jsonl, at once, so that a kill
or a crash loses nothing. Both programs see the same file.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOCUST_VERSION = "2.47.0"

NOTES = """\
import json as _json
def note(*parts):
    with open("notes.jsonl", "a") as file:
        file.write(_json.dumps(parts, default=repr) + "\\n")
"""


def locust_python() -> Path:
    """The interpreter of the environment that holds the real Locust."""
    return Path(os.environ.get("LOCUST_ENV", ROOT / "build" / "locust-2.47")) / "bin" / "python"


def install_locust() -> Path:
    python = locust_python()
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", f"locust=={LOCUST_VERSION}"], check=True)
    return python


class StillRunning(AssertionError):
    """The program did not end in its time; it has been killed."""


@dataclass
class Outcome:
    """What a finished run left behind."""

    exit_code: int
    stdout: str
    stderr: str
    folder: Path

    @cached_property
    def notes(self) -> list[Any]:
        file = self.folder / "notes.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def noted(self, first: str) -> list[list[Any]]:
        """The rest of every note whose first part is `first`."""
        return [entry[1:] for entry in self.notes if entry and entry[0] == first]

    def csv(self, kind: str, prefix: str = "out") -> list[dict[str, str]]:
        with open(self.folder / f"{prefix}_{kind}.csv", newline="") as file:
            return list(csv.DictReader(file))

    def json(self) -> Any:
        return json.loads(self.stdout)

    def file(self, name: str) -> str:
        return (self.folder / name).read_text()


class Running:
    """A program that has been started and not yet waited for."""

    def __init__(self, process: subprocess.Popen[str], folder: Path):
        self.process, self.folder = process, folder

    def wait_for_stderr(self, text: str) -> str:
        """Reads the log until a line contains `text`. The end of the program before that fails the test."""
        assert self.process.stderr
        seen = []
        for line in self.process.stderr:
            seen.append(line)
            if text in line:
                return "".join(seen)
        raise AssertionError(f"{text!r} never appeared in:\n{''.join(seen)[-4000:]}")

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def finish(self, timeout_s: float = 30) -> Outcome:
        stdout, stderr = _communicate(self.process, timeout_s)
        return Outcome(self.process.returncode, stdout, stderr, self.folder)


def _communicate(process: subprocess.Popen[str], timeout_s: float) -> tuple[str, str]:
    try:
        return process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        stdout, stderr = process.communicate()
        raise StillRunning(
            f"still running after {timeout_s} s\nstdout ends:\n{stdout[-2000:]}\nstderr ends:\n{stderr[-4000:]}"
        ) from None


class Program:
    """`kind` is "acrida" or "locust"."""

    def __init__(self, kind: str, folder: Path):
        self.kind, self.folder = kind, folder

    @property
    def python(self) -> Path:
        return Path(sys.executable) if self.kind == "acrida" else locust_python()

    #: In front of the command: what runs it somewhere else.
    prefix: Sequence[str] = ()

    #: (soft, hard) limit of open files for what is started.
    open_files: tuple[int, int] | None = None

    def _limit(self) -> None:
        if self.open_files:
            resource.setrlimit(resource.RLIMIT_NOFILE, self.open_files)

    def _start(self, command: Sequence[str | Path], env: Mapping[str, str]) -> Running:
        self.folder.mkdir(parents=True, exist_ok=True)
        process = subprocess.Popen(
            [*self.prefix, *(str(word) for word in command)],
            cwd=self.folder,
            env=self.environment(env),
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=self._limit,
        )
        return Running(process, self.folder)

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("LOCUST_") and not name.lower().endswith("_proxy")
        }
        return {
            **kept,
            "PYTHONUNBUFFERED": "1",
            "NO_COLOR": "1",
            "COLUMNS": "160",
            "HOME": str(self.folder),
            "PYTHONHASHSEED": "0",
            **extra,
        }

    def start(self, locustfile: str | None, *options: str, env: Mapping[str, str] = {}) -> Running:
        self.folder.mkdir(parents=True, exist_ok=True)
        if locustfile is not None:
            (self.folder / "locustfile.py").write_text(NOTES + locustfile)
        return self._start([self.python, "-m", self.kind, *options], env)

    def run(self, locustfile: str | None, *options: str, env: Mapping[str, str] = {}, timeout_s: float = 30) -> Outcome:
        return self.start(locustfile, *options, env=env).finish(timeout_s)

    def headless(
        self,
        locustfile: str,
        *options: str,
        host: str | None = None,
        users: int = 1,
        rate: float = 100,
        env: Mapping[str, str] = {},
        timeout_s: float = 30,
    ) -> Outcome:
        target = ["--host", host] if host else []
        return self.run(
            locustfile,
            "--headless",
            "--only-summary",
            "-u",
            str(users),
            "-r",
            str(rate),
            *target,
            *options,
            env=env,
            timeout_s=timeout_s,
        )

    def script(self, text: str, *arguments: str, env: Mapping[str, str] = {}, timeout_s: float = 30) -> Outcome:
        """A plain Python program that uses the package as a library."""
        self.folder.mkdir(parents=True, exist_ok=True)
        alias = "import acrida.as_locust\n" if self.kind == "acrida" else ""
        (self.folder / "script.py").write_text(alias + NOTES + text)
        return self._start([self.python, "script.py", *arguments], env).finish(timeout_s)
