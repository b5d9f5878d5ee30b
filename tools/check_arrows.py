"""Reads the arrows between layers out of CMakeLists.txt and compares them with every #include of src/.

A layer may include itself and what its line names after USES. Nobody includes the Python bridge, a folder without a
line is an error, and so is a layer that uses one that is declared after it (a circle).
"""

import re
import sys
from pathlib import Path

LAYER = re.compile(r"^\s*acrida_(?:layer|python_module)\((\w+)([^)]*)\)", re.M)
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
SUFFIXES = {".h", ".cpp", ".cc", ".inl"}


def read_arrows(cmake: str) -> dict[str, set[str]]:
    """Layer -> layers it may include. `_core` is the name of the module that is built from src/python."""
    arrows: dict[str, set[str]] = {}
    for name, arguments in LAYER.findall(cmake):
        uses = re.search(r"\bUSES\s+([\w\s]+?)(?:\s+LINKS\b|$)", arguments.strip())
        arrows["python" if name == "_core" else name] = set(uses[1].split()) if uses else set()
    return arrows


def wrong_declarations(arrows: dict[str, set[str]], folders: set[str]) -> list[str]:
    known: set[str] = set()
    wrong = []
    for layer, uses in arrows.items():
        wrong += [
            f"CMakeLists.txt: {layer} uses {used}, which is not declared before it" for used in sorted(uses - known)
        ]
        known.add(layer)
    return wrong + [
        f"src/{folder}: no acrida_layer({folder} …) in CMakeLists.txt" for folder in sorted(folders - known)
    ]


def wrong_includes(root: Path, arrows: dict[str, set[str]]) -> list[str]:
    wrong = []
    for file in sorted(path for path in (root / "src").rglob("*") if path.suffix in SUFFIXES):
        layer = file.relative_to(root / "src").parts[0]
        allowed = arrows.get(layer, set()) | {layer}
        for number, line in enumerate(file.read_text().splitlines(), 1):
            include = INCLUDE.match(line)
            if not include:
                continue
            where = f"{file.relative_to(root)}:{number}"
            used = include[1].split("/")[0]
            if used not in arrows or "/" not in include[1]:
                wrong.append(f'{where}: write "layer/file.h" for our own headers and <> for all others')
            elif used not in allowed:
                wrong.append(f"{where}: {layer} may not use {used}")
    return wrong


def main(root: Path) -> int:
    arrows = read_arrows((root / "CMakeLists.txt").read_text())
    if not arrows:
        print("check_arrows: no acrida_layer(…) line found in CMakeLists.txt")
        return 1
    folders = {path.name for path in (root / "src").iterdir() if path.is_dir() and any(path.rglob("*.*"))}
    wrong = wrong_declarations(arrows, folders) + wrong_includes(root, arrows)
    print("\n".join(wrong) or f"check_arrows: {len(arrows)} layers, every include follows an arrow")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1]))
