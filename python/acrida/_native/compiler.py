"""From a scenario in C++ to a library that can be loaded; what was compiled once is kept."""

from __future__ import annotations

import atexit
import functools
import hashlib
import logging
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

logger = logging.getLogger("acrida.scenario")

SUFFIXES = (".cpp", ".cc", ".cxx")
INCLUDE = Path(__file__).resolve().parents[1] / "include"
_FLAGS = ["-std=c++20", "-O2", "-g", "-fPIC", "-shared", "-fvisibility=hidden", f"-I{INCLUDE}"]


def is_native(path: str) -> bool:
    """Is this a file that a C++ compiler reads?"""
    return path.endswith(SUFFIXES)


def library_of(path: str) -> str:
    """The compiled file, made if it or anything that it includes has changed; the process ends if it cannot be."""
    compiler = _compiler()
    source = _preprocessed(compiler, path)
    version = subprocess.run([*compiler, "--version"], capture_output=True, check=True).stdout
    words = [*_FLAGS, *_words("CXXFLAGS"), *_words("LDFLAGS")]
    key = hashlib.sha256(b"\0".join([source, version, " ".join(words).encode()])).hexdigest()[:32]
    name = f"{Path(path).stem}-{key}.so"
    library = _cache() / name
    if not library.exists():
        library = _writable(library.parent) / name
        _compile(compiler, path, library)
    return str(library)


def _compiler() -> list[str]:
    words = shlex.split(os.environ.get("CXX", "")) or ["c++"]  # also "ccache g++"
    found = shutil.which(words[0]) or (shutil.which("g++") if words == ["c++"] else None)
    if not found:
        _give_up(
            f"acrida: a scenario in C++ needs a compiler, and there is no '{words[0]}'. Install g++ (12 or newer), or "
            "name yours in the environment variable CXX."
        )
    return [found, *words[1:]]


def _words(variable: str) -> list[str]:
    """More words for the compiler, as make and CMake take them: folders, libraries."""
    return shlex.split(os.environ.get(variable, ""))


def _preprocessed(compiler: list[str], path: str) -> bytes:
    done = subprocess.run([*compiler, *_FLAGS, *_words("CXXFLAGS"), "-E", "-P", path], capture_output=True)
    if done.returncode:
        _show(done.stderr, path)
    return done.stdout


def _compile(compiler: list[str], path: str, library: Path) -> None:
    # Under another name first: somebody else may be looking for it.
    handle, unfinished = tempfile.mkstemp(dir=library.parent, suffix=".so")
    os.close(handle)
    command = [*compiler, *_FLAGS, *_words("CXXFLAGS"), path, "-o", unfinished, *_words("LDFLAGS")]
    done = subprocess.run(command, capture_output=True)
    sys.stderr.buffer.write(done.stderr)  # warnings
    sys.stderr.flush()
    if done.returncode:
        os.remove(unfinished)
        _give_up(f"acrida: {path} does not compile; the compiler's words are above.")
    os.replace(unfinished, library)


def _show(words: bytes, path: str) -> NoReturn:
    sys.stderr.buffer.write(words)
    sys.stderr.flush()
    _give_up(f"acrida: {path} does not compile; the compiler's words are above.")


def _cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(root) / "acrida" / "scenarios"


def _writable(folder: Path) -> Path:
    """The folder, made if need be; where that cannot be, as in a home that is read-only, one for this process alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
        why = "it cannot be written"
    except OSError as error:
        why = error.strerror or str(error)
    return _folder_of_this_process(str(folder), why)


@functools.cache
def _folder_of_this_process(instead_of: str, why: str) -> Path:
    logger.warning("%s: %s. What is compiled is thrown away afterwards; XDG_CACHE_HOME names another.", instead_of, why)
    folder = tempfile.mkdtemp(prefix="acrida-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _give_up(message: str) -> NoReturn:
    sys.stderr.write(message + "\n")
    sys.exit(1)
