"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from bench.generators import python_of


def _first_line(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return "absent"
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[0] if lines else ""


def describe() -> dict[str, Any]:
    processor = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "wrk": _first_line("wrk", "-v"),
        "nginx": _first_line("/usr/sbin/nginx", "-v"),
        "locust": _first_line(python_of("locust"), "-c", "import importlib.metadata as m; print(m.version('locust'))"),
        "gevent": _first_line(python_of("acrida"), "-c", "import importlib.metadata as m; print(m.version('gevent'))"),
        "commit": _first_line("git", "rev-parse", "--short", "HEAD"),
    }
