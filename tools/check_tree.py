"""Looks at the files of the next commit: trailing blanks, a missing last newline, big files, private keys."""

import re
import subprocess
import sys
from pathlib import Path

BIG_BYTES = 500_000
PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{40}")


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := Path(name)).is_file()]


def complaints(path: Path) -> list[str]:
    content = path.read_bytes()
    found = []
    if len(content) > BIG_BYTES:
        found.append(f"{len(content) // 1000} KB: a big file belongs elsewhere")
    if PRIVATE_KEY.search(content):
        found.append("holds a private key")
    is_text = b"\0" not in content and "corpus" not in path.parts and path.suffix not in (".csv", ".json", ".patch")
    if is_text and content:
        found += [
            f"line {number}: trailing blanks"
            for number, line in enumerate(content.split(b"\n"), 1)
            if line != line.rstrip()
        ]
        if not content.endswith(b"\n"):
            found.append("does not end with a newline")
    return [f"{path}: {complaint}" for complaint in found]


if __name__ == "__main__":
    wrong = [complaint for path in tracked_files() for complaint in complaints(path)]
    print("\n".join(wrong) or "check_tree: nothing to complain about")
    sys.exit(1 if wrong else 0)
