"""Runs an example against the built-in target: python -m acrida._demo examples/basic.py [acrida's options]"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEFAULTS = ["--headless", "--users", "20", "--spawn-rate", "10", "--run-time", "10s", "--exit-code-on-error", "0"]

#: The test is started from the page, which stays open until Ctrl-C.
PAGE = ["--users", "20", "--spawn-rate", "5", "--exit-code-on-error", "0"]


@contextmanager
def running_target() -> Iterator[str]:
    """The address of a target that lives as long as the block. Started by file, so that nothing is patched in it."""
    command = [sys.executable, "-u", str(Path(__file__).with_name("target.py")), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            first_line = process.stdout.readline()
            if "http://" not in first_line:
                raise SystemExit("demo: the built-in target did not start")
            yield first_line.split()[-1]
        finally:
            process.terminate()


def _run(command: list[str]) -> int:
    """Ctrl-C reaches both processes; the program ends its run in order, and we wait for it."""
    with subprocess.Popen(command) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                pass


def main(arguments: list[str]) -> int:
    has_page = arguments[:1] == ["--ui"]
    if has_page:
        arguments = arguments[1:]
    if not arguments:
        print("usage: python -m acrida._demo [--ui] LOCUSTFILE [options]", file=sys.stderr)
        return 2
    locustfile, *more = arguments
    with running_target() as url:
        command = ["-f", locustfile, "--host", url, *(PAGE if has_page else DEFAULTS), *more]
        print(f"The built-in target listens on {url}; some of its answers are errors on purpose. Now:")
        print(f"  acrida {' '.join(command)}\n", flush=True)
        exit_code = _run([sys.executable, "-m", "acrida", *command])
    print(f"\nacrida's exit code: {exit_code} (errors of the target do not count here: --exit-code-on-error 0)")
    return exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
