"""Runs cases on a program and reduces what happened to plain, comparable data."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.parity.case import Case
from tests.support.program import Outcome, Program, StillRunning
from tests.support.target import ROOT, Target

LOG_LINE = re.compile(r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] [^/]+/(?P<line>\w+/[\w.]+: .*)$")


def masks(target: Target) -> list[tuple[str, str]]:
    """Things that differ from run to run and mean nothing."""
    return [
        (re.escape(f"127.0.0.1:{target.ports['http']}"), "TARGET"),
        (rf"\b{target.ports['http']}\b", "PORT"),
        (r"0x[0-9a-f]{6,}", "0xADDRESS"),
        (r"python-requests/[\d.]+", "python-requests/VERSION"),
        (r"gevent-http-client-[\d.]+", "gevent-http-client-VERSION"),
        (r"Starting (Locust|acrida) [\w.+-]+", "Starting PROGRAM VERSION"),
        (r"(?m)^(locust|acrida|__main__\.py): error:", "PROGRAM: error:"),
        (r"Usage: (locust|acrida)\b", "Usage: PROGRAM"),
        (r" at \S+:\d+ in \w+(, \S+:\d+ in \w+)*\. Response was", " at FRAMES. Response was"),
        (r"_=\d{13}\b", "_=TIME"),
        (r"/tmp/parity-[^/\"' ]+", "FOLDER"),
    ]


def masked(value: Any, target: Target) -> Any:
    if isinstance(value, str):
        for pattern, replacement in masks(target):
            value = re.sub(pattern, replacement, value)
        return value
    if isinstance(value, (list, tuple)):
        return [masked(part, target) for part in value]
    if isinstance(value, dict):
        return {masked(key, target): masked(part, target) for key, part in value.items()}
    return value


def observe(cases: Sequence[Case], kind: str, target: Target) -> dict[str, Any]:
    """{case id: outcome} for all of them; the library cases share one process."""
    outcomes = _library([case for case in cases if case.kind == "library"], kind, target)
    for case in cases:
        if case.kind == "command":
            outcomes[case.id] = _command(case, kind, target)
    return {case_id: masked(outcome, target) for case_id, outcome in outcomes.items()}


def _library(cases: list[Case], kind: str, target: Target) -> dict[str, Any]:
    outcomes: dict[str, Any] = {}
    while left := [case for case in cases if case.id not in outcomes]:
        results, exit_code = _library_process(left, kind, target)
        finished = {line["id"]: {"notes": line["notes"]} for line in results if line["notes"] is not None}
        outcomes.update(finished)
        if len(finished) < len(left):
            # The process ended in the middle of a case: that is its outcome, and the rest gets a new process.
            guilty = results[-1]["id"] if results else left[0].id
            outcomes[guilty] = {"process ended": exit_code}
    return outcomes


def _library_process(cases: list[Case], kind: str, target: Target) -> tuple[list[dict[str, Any]], int | str]:
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        program = Program(kind, Path(folder))
        results = Path(folder) / "results.jsonl"
        command = [str(program.python), "-m", "tests.parity.child", kind, target.url, str(results)]
        work = json.dumps([{"id": case.id, "code": case.code} for case in cases])
        exit_code: int | str
        try:
            exit_code = subprocess.run(
                command,
                input=work,
                text=True,
                cwd=ROOT,
                env=program.environment({}),
                capture_output=True,
                timeout=30 + 5 * len(cases),
            ).returncode
        except subprocess.TimeoutExpired:
            exit_code = "never"
        lines = results.read_text().splitlines() if results.exists() else []
        return [json.loads(line) for line in lines], exit_code


def _command(case: Case, kind: str, target: Target) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        program = Program(kind, Path(folder))
        for path, text in case.files.items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        options = [option.replace("{target}", target.url) for option in case.options]
        env = {name: value.replace("{target}", target.url) for name, value in case.env.items()}
        running = program.start(case.code if case.code.strip() else None, *options, env=env)
        seen = ""
        if case.interrupt_at:
            try:
                seen = running.wait_for_stderr(case.interrupt_at)
            except AssertionError:
                return {"never logged": case.interrupt_at}
            running.interrupt()
        try:
            outcome = running.finish(20)
        except StillRunning:
            return {"process ended": "never"}
        outcome.stderr = seen + outcome.stderr
        return {part: _observed(part, outcome) for part in case.observe}


def _observed(part: str, outcome: Outcome) -> Any:
    try:
        return OBSERVERS[part](outcome)
    except (OSError, ValueError, KeyError) as error:
        # A file that is not there, or cannot be read as what it should be, is a finding too.
        return {"cannot be read": type(error).__name__, "stderr ends": outcome.stderr[-300:]}


def _log_lines(outcome: Outcome) -> list[str]:
    return [match["line"] for line in outcome.stderr.splitlines() if (match := LOG_LINE.match(line))]


def _csv(outcome: Outcome) -> dict[str, Any]:
    """Headers of the four files, and of the statistics the columns that do not depend on the clock."""
    headers = {
        kind: outcome.file(f"out_{kind}.csv").splitlines()[0]
        for kind in ("stats", "stats_history", "failures", "exceptions")
    }
    steady = ("Type", "Name", "Request Count", "Failure Count", "Average Content Size")
    failures = [
        {key: row[key] for key in ("Method", "Name", "Error", "Occurrences")} for row in outcome.csv("failures")
    ]
    exceptions = [{key: row[key] for key in ("Count", "Message", "Nodes")} for row in outcome.csv("exceptions")]
    return {
        "headers": headers,
        "stats": [[row[key] for key in steady] for row in outcome.csv("stats")],
        "failures": failures,
        "exceptions": exceptions,
    }


def _json_rows(outcome: Outcome) -> Any:
    rows = outcome.json()
    return [
        {
            key: (
                value
                if key
                in ("name", "method", "num_requests", "num_failures", "num_none_requests", "total_content_length")
                else type(value).__name__
            )
            for key, value in row.items()
        }
        for row in rows
    ]


def _table_names(outcome: Outcome) -> list[str]:
    """Titles and names of the final tables, without numbers, and without the line that only acrida adds below them."""
    return [line for line in _printed(outcome) if not line.startswith("Sent N requests over ")]


def _printed(outcome: Outcome) -> list[str]:
    """What is not logged of stderr, without numbers."""
    lines = [line for line in outcome.stderr.splitlines() if not LOG_LINE.match(line)]
    return [re.sub(r"[-\s]+", " ", re.sub(r"\b\d[\d.()%]*", "N", line)).strip() for line in lines]


OBSERVERS: dict[str, Callable[[Outcome], Any]] = {
    "exit": lambda outcome: outcome.exit_code,
    "notes": lambda outcome: outcome.notes,
    "stdout": lambda outcome: outcome.stdout,
    "stderr": lambda outcome: outcome.stderr,
    "last stderr": lambda outcome: outcome.stderr.strip().splitlines()[-1:],
    "log": _log_lines,
    "tables": _table_names,
    "last printed": lambda outcome: [line for line in _printed(outcome) if line][-1:],
    "table rows": lambda outcome: sorted(set(_table_names(outcome))),
    "headings": lambda outcome: [
        line for line in outcome.stdout.splitlines() if re.match(r"Usage: |[A-Z]\w*( \w+){0,2}:$", line)
    ],
    "history names": lambda outcome: sorted({(row["Type"], row["Name"]) for row in outcome.csv("stats_history")}),
    "csv": _csv,
    "json": _json_rows,
    "files": lambda outcome: sorted(
        str(file.relative_to(outcome.folder))
        for file in outcome.folder.rglob("*")
        if file.is_file() and "__pycache__" not in str(file)
    ),
}
