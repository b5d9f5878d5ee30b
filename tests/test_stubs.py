"""The committed stub of the compiled module is the one that the binary gives: `make stubs` writes it anew."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_stub_is_that_of_the_binary(tmp_path: Path) -> None:
    fresh = tmp_path / "_core.pyi"
    subprocess.run([sys.executable, ROOT / "tools" / "make_stubs.py", fresh], cwd=tmp_path, check=True, timeout=60)
    committed = (ROOT / "python" / "acrida" / "_core.pyi").read_text()
    assert fresh.read_text() == committed, "the compiled module has changed: run `make stubs` and review the difference"
