"""The unit tests of the page's own logic, which Node.js runs without a browser."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.support.program import ROOT


def test_the_pages_logic() -> None:
    command = [sys.executable, "tools/build_webui.py", "--test"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    # Node.js also ends with 0 when it has found no test.
    assert re.search(r"^# pass [1-9]\d", done.stdout, re.MULTILINE), done.stdout
