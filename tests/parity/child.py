"""Runs library cases inside one program: `python -m tests.parity.child acrida|locust URL RESULTS < cases.json`.

Each result is one line {"id", "notes"} in RESULTS, written when the case starts and again when it is over, so that the
parent knows which case brought the process down.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
from typing import Any


def main() -> None:
    program, target, results = sys.argv[1:]
    cases = json.load(sys.stdin)
    if program == "acrida":
        importlib.import_module("acrida.as_locust")
    importlib.import_module("locust")
    with open(results, "a") as file:
        for case in cases:
            write(file, {"id": case["id"], "notes": None})
            write(file, {"id": case["id"], "notes": run(case, target)})


def write(file: Any, line: dict[str, Any]) -> None:
    file.write(json.dumps(line, default=repr) + "\n")
    file.flush()


def run(case: dict[str, str], target: str) -> list[Any]:
    import random

    import gevent

    from tests.parity.kit import Kit

    kit = Kit(target)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(kit.keeper)
    random.seed(1)
    try:
        with gevent.Timeout(20):
            exec(compile(case["code"], case["id"], "exec"), kit.namespace())
    except (Exception, gevent.Timeout) as error:
        kit.note("case raised", type(error).__name__, str(error))
    finally:
        root.removeHandler(kit.keeper)
    return kit.notes


if __name__ == "__main__":
    main()
