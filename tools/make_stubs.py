"""Writes the type stub of the compiled module: make_stubs.py FILE

It is generated from the binary, committed, and compared by tests/test_stubs.py: a changed signature shows in review.
"""

import sys
from pathlib import Path

from nanobind.stubgen import StubGen


def make_stub() -> str:
    import acrida._core

    generator = StubGen(module=acrida._core, quiet=True)
    generator.put(acrida._core)
    return generator.get()


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(make_stub())
