"""The guide: every scenario in it runs, and its generated tables are those of the source."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.program import ROOT, Program

GUIDE = ROOT / "docs" / "guide"
DEFAULT_USER = """
from locust import FastHttpUser, constant, task
class Visitor(FastHttpUser):
    wait_time = constant(0.1)
    @task
    def page(self):
        self.client.get("/")
"""


def blocks() -> Iterator[object]:
    """Page and scenario of every one in the guide; hooks.md and library.md have tests of their own."""
    for page in sorted(GUIDE.glob("*.md")):
        if page.name in ("hooks.md", "library.md"):
            continue
        for number, block in enumerate(re.findall(r"```python\n(.*?)```", page.read_text(), re.S), 1):
            yield pytest.param(block, id=f"{page.name}-{number}")


@pytest.mark.parametrize("block", list(blocks()))
def test_a_scenario_of_the_guide_runs(block: str, acrida: Program, shop_url: str) -> None:
    text = block if "User)" in block else block + DEFAULT_USER
    done = acrida.headless(text, "-t", "1s", "--json", host=shop_url, users=4)
    assert done.exit_code == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert '"num_requests"' in done.stdout


def test_the_program_of_the_guide_runs(acrida: Program, shop_url: str) -> None:
    program = re.search(r"```python\n(.*?)```", (GUIDE / "library.md").read_text(), re.S)
    assert program
    done = acrida.script(f"{program[1]}\nnote('result', *run({shop_url!r}))")
    ((requests, failures, p95),) = done.noted("result")
    assert requests > 0 and failures == 0 and p95 >= 0


def test_generated_tables_are_up_to_date() -> None:
    command = [sys.executable, ROOT / "tools" / "make_guide.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_option_of_the_program_is_in_the_page(acrida: Program) -> None:
    """Against --help, in case one is added beside the table."""
    page = (GUIDE / "command-line.md").read_text()
    said = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", acrida.run(None, "--help").stdout))
    assert {option for option in said if f"`{option}`" not in page} - {"--help", "--version"} == set()


def test_every_page_stands_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    pages = [path.relative_to(ROOT / "docs") for path in (*GUIDE.glob("*.md"), *(ROOT / "docs").glob("*.md"))]
    assert [str(page) for page in pages if f"({page})" not in index and page.name != "README.md"] == []
