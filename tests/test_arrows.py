"""tools/check_arrows.py sees a wrong arrow; on the tree itself it runs in `make test` before the build."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CHECK = Path(__file__).resolve().parents[1] / "tools" / "check_arrows.py"
CMAKE = """
acrida_layer(base)
acrida_layer(wire  USES base       LINKS fmt::fmt)
acrida_layer(http  USES base wire)
acrida_python_module(_core USES base wire http)
"""


def check(root: Path, cmake: str = CMAKE, **files: str) -> subprocess.CompletedProcess[str]:
    (root / "CMakeLists.txt").write_text(cmake)
    for layer in ("base", "wire", "http", "python"):
        (root / "src" / layer).mkdir(parents=True, exist_ok=True)
        (root / "src" / layer / "a.h").write_text("#include <vector>\n" + files.get(layer, ""))
    return subprocess.run([sys.executable, CHECK, root], capture_output=True, text=True)


def test_arrows_that_are_drawn_may_be_used(tmp_path: Path) -> None:
    done = check(tmp_path, http='#include "wire/url.h"\n', python='#include "http/client.h"\n')
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("layer", "include", "complaint"),
    [
        ("base", '#include "wire/url.h"', "src/base/a.h:2: base may not use wire"),
        ("wire", '  #  include "http/client.h"', "src/wire/a.h:2: wire may not use http"),
        ("http", '#include "python/hub.h"', "src/http/a.h:2: http may not use python"),
        ("wire", '#include "a.h"', 'src/wire/a.h:2: write "layer/file.h"'),
        ("wire", '#include "fmt/core.h"', 'src/wire/a.h:2: write "layer/file.h"'),
    ],
)
def test_an_arrow_that_is_not_drawn_is_named(tmp_path: Path, layer: str, include: str, complaint: str) -> None:
    done = check(tmp_path, **{layer: include})
    assert done.returncode == 1
    assert complaint in done.stdout


def test_a_folder_without_a_layer_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "src" / "util").mkdir(parents=True)
    (tmp_path / "src" / "util" / "all.h").touch()
    assert "src/util: no acrida_layer(util" in check(tmp_path).stdout


def test_a_layer_may_only_use_layers_above_its_line(tmp_path: Path) -> None:
    circle = (
        "acrida_layer(base USES wire)\nacrida_layer(wire USES base)\nacrida_layer(http)\nacrida_python_module(_core)\n"
    )
    assert "base uses wire, which is not declared before it" in check(tmp_path, circle).stdout
