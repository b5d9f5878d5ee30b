"""Runs the Python suite in parts, several at once: each folder of tests/ (and each test file beside them) is a process
of its own with a log of its own. Prints one line when a part ends, and the whole log of a part that failed.

pytest-xdist is not used: its workers talk over threads that gevent's patches disturb.

    python tools/run_tests.py [-j N]
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOGS = ROOT / "build" / "pytest"
NO_TESTS = 5  # pytest's exit code when it collected nothing
# The longest first, so that the processes end at about the same time; what is not named comes after them.
LONGEST_FIRST = ["tests/cluster", "tests/native", "tests/page", "tests/parity", "tests/test_examples.py"]

_running: set[subprocess.Popen[bytes]] = set()


def find_parts(root: Path = ROOT) -> list[str]:
    tests = root / "tests"
    folders = [entry for entry in tests.iterdir() if entry.is_dir() and any(entry.rglob("test_*.py"))]
    parts = sorted(str(part.relative_to(root)) for part in [*folders, *tests.glob("test_*.py")])
    return sorted(parts, key=lambda part: LONGEST_FIRST.index(part) if part in LONGEST_FIRST else len(LONGEST_FIRST))


def run_part(part: str) -> int:
    log = LOGS / (part.removeprefix("tests/").replace("/", "-") + ".log")
    begun = time.monotonic()
    # A folder for its files of its own: each pytest that starts shuts those of all others to other people, and as root
    # the tests start a PostgreSQL that is somebody else's.
    folder = tempfile.TemporaryDirectory(prefix="acrida-", ignore_cleanup_errors=True)
    with folder as temporary, log.open("wb") as output:
        own = {**os.environ, "PYTEST_DEBUG_TEMPROOT": temporary}
        command = [sys.executable, "-m", "pytest", "--durations=10", part]
        process = subprocess.Popen(command, cwd=ROOT, env=own, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        _running.add(process)
        code = process.wait()
        _running.discard(process)
    text = log.read_text(errors="replace")
    if code not in (0, NO_TESTS):
        print(text, end="", flush=True)
    summary = text.rstrip().rsplit("\n", 1)[-1].strip("= ")
    print(f"{part}: {summary} ({time.monotonic() - begun:.0f} s in all, exit code {code})", flush=True)
    return 0 if code == NO_TESTS else code


def stop(signum: int, _frame: object) -> None:
    """Ctrl-C reaches the parts by itself, SIGTERM does not."""
    for process in list(_running):
        process.terminate()
    os._exit(128 + signum)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-j", type=int, default=os.cpu_count() or 1, help="how many parts at once")
    jobs = max(1, parser.parse_args().j)
    LOGS.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    parts = find_parts()
    print(f"{len(parts)} parts of the Python suite, {jobs} at once; their logs: {LOGS.relative_to(ROOT)}/", flush=True)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        codes = dict(zip(parts, pool.map(run_part, parts), strict=True))
    failed = [part for part, code in codes.items() if code]
    print(f"failed: {', '.join(failed)}" if failed else f"all {len(parts)} parts passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
