"""The browser's files as a C++ source that holds them: pack_webui.py DIST OUTPUT

A native program is one file, so its page is inside. Nothing is written when nothing has changed.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

HEAD = """// Made by tools/pack_webui.py from the built web page.
#include "program/packed_page.h"

"""
BODY = """namespace acrida::program {{

std::span<const web::PackedFile> packed_page() {{
{files}}}

}}  // namespace acrida::program
"""
#: A file's bytes between two symbols; the assembler reads them.
BYTES = """extern "C" {{ extern const char {name}[] __attribute__((visibility("hidden"))); }}
extern "C" {{ extern const char {name}_end[] __attribute__((visibility("hidden"))); }}
asm(".pushsection .rodata\\n.hidden {name}\\n.hidden {name}_end\\n.globl {name}\\n.globl {name}_end\\n"
    "{name}: .incbin \\"{path}\\"\\n{name}_end: .byte 0\\n.popsection\\n");  // {digest}
"""


def source(dist: Path) -> str:
    """The whole text."""
    paths = sorted(path for path in dist.rglob("*") if path.is_file() and not path.name.startswith("."))
    texts, rows = [], []
    for number, path in enumerate(paths):
        name = f"acrida_page_{number}"
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        texts.append(BYTES.format(name=name, path=path.resolve(), digest=digest))
        size = f"static_cast<std::size_t>({name}_end - {name})"
        rows.append(f'      {{"{path.relative_to(dist).as_posix()}", {{{name}, {size}}}}},\n')
    files = f"  static const web::PackedFile files[] = {{\n{''.join(rows)}  }};\n  return files;\n"
    return HEAD + "".join(texts) + BODY.format(files=files if rows else "  return {};\n")


def main(dist: str, output: str) -> None:
    """Do it."""
    text = source(Path(dist))
    target = Path(output)
    if target.exists() and target.read_text() == text:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
