"""Helm, in a process of its own: its library brings Go's threads and signal handlers, which our tests shall not meet.

Run as `python -m tests.deploy.helm CHART` it reads one JSON line for each rendering and answers with one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


class HelmRefused(Exception):
    """What Helm said."""


class Helm:
    """`helm template` and `helm lint` for one chart."""

    def __init__(self, chart: Path) -> None:
        command = [sys.executable, "-m", "tests.deploy.helm", str(chart)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def close(self) -> None:
        self._process.communicate(timeout=30)

    def template(self, values: dict[str, Any]) -> dict[str, str]:
        """The text of each template, after the check against the chart's schema."""
        rendered: dict[str, str] = self._ask({"values": values})
        return rendered

    def lint(self) -> dict[str, Any]:
        report: dict[str, Any] = self._ask({"lint": True})
        return report

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "refused" in answer:
            raise HelmRefused(answer["refused"])
        return answer["answer"]


def _answer(chart_path: str, question: dict[str, Any]) -> Any:
    import helm_python

    if "lint" in question:
        return helm_python.lint(chart_path, strict=True)
    with helm_python.Chart.load(chart_path) as chart:
        chart.validate_schema(question["values"])
        return chart.render(question["values"], name="demo", namespace="load")


def _serve(chart_path: str) -> None:
    import helm_python

    for line in sys.stdin:
        try:
            reply = {"answer": _answer(chart_path, json.loads(line))}
        except helm_python.HelmError as error:
            reply = {"refused": str(error)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1])
