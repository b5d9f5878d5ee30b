"""The archive in which files travel: written by a master, read by a worker that trusts none of its bytes."""

from __future__ import annotations

import hashlib
import os
import zlib
from dataclasses import dataclass, field
from typing import Any

#: What an archive may hold, unpacked.
MOST_BYTES = 64 << 20
MOST_FILES = 10_000
_LONGEST_PATH = 1_000


class ArchiveError(Exception):
    """Why an archive is none, or cannot be made; the text is for people."""


@dataclass
class Archive:
    """Files by their path below one root, with ``/`` between its parts."""

    files: dict[str, bytes] = field(default_factory=dict)
    #: The locustfiles, in order: paths out of ``files``.
    main: list[str] = field(default_factory=list)
    #: Where the master works, below the root; None: somewhere else.
    directory: str | None = None
    #: Workers are to work in ``directory``, too.
    moves: bool = False


def pack(archive: Archive) -> tuple[bytes, str]:
    """The bytes, and their SHA-256."""
    import msgpack

    for path in archive.files:
        _check_path(path)
    content = {
        "files": archive.files, "main": archive.main, "directory": archive.directory, "moves": archive.moves,
    }  # fmt: skip
    data = zlib.compress(msgpack.packb(content))
    return data, hashlib.sha256(data).hexdigest()


def unpack(data: bytes, sha256: str) -> Archive:
    """The reverse; ArchiveError for anything that an honest master would not have sent."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ArchiveError("the archive was damaged on its way: its SHA-256 is not the one that the master gave")
    return _checked(_content(data))


def _content(data: bytes) -> dict[str, Any]:
    import msgpack

    room = MOST_BYTES + MOST_FILES * _LONGEST_PATH
    reader = zlib.decompressobj()
    try:
        plain = reader.decompress(data, room)
        if not reader.eof:
            raise ArchiveError(f"the archive is cut short, or has more than {MOST_BYTES >> 20} MiB")
        content = msgpack.unpackb(plain, max_map_len=MOST_FILES, max_array_len=MOST_FILES)
    except (zlib.error, ValueError, msgpack.UnpackException, RecursionError) as error:
        raise ArchiveError(f"the archive cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise ArchiveError("the archive cannot be read: it is no map")
    return content


def _checked(content: dict[str, Any]) -> Archive:
    files, main, directory = content.get("files"), content.get("main"), content.get("directory")
    if not isinstance(files, dict) or not isinstance(main, list):
        raise ArchiveError("the archive has no files")
    for path, data in files.items():
        _check_path(path)
        if not isinstance(data, bytes):
            raise ArchiveError(f"the archive has a file without content: {path!r}")
    for path in main:
        if not isinstance(path, str) or path not in files:
            raise ArchiveError(f"the archive names a locustfile that is not in it: {path!r}")
    if directory is not None and directory != "":
        _check_path(directory)
    return Archive(files, main, directory, content.get("moves") is True)


def _check_path(path: object) -> None:
    """Below the root, on every system, whatever else is in the archive."""
    if not isinstance(path, str) or len(path) > _LONGEST_PATH or not _is_text(path):
        raise ArchiveError("the archive has a path that is none")
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts) or any(bad in path for bad in ("\\", "\0", ":")):
        raise ArchiveError(f"the archive has a path that leads out of it or is no plain one: {path!r}")


def _is_text(path: str) -> bool:
    # A name on disk that is no UTF-8 comes from the system with surrogates in it.
    return not any("\ud800" <= letter <= "\udfff" for letter in path)


def write(archive: Archive, folder: str) -> None:
    """Write all files into a folder that is new and nobody else's."""
    for path, data in archive.files.items():
        target = os.path.join(folder, *path.split("/"))
        try:
            os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
            with open(target, "xb") as file:
                file.write(data)
        except (OSError, ValueError) as error:
            raise ArchiveError(f"the archive's file {path!r} cannot be written: {error}") from error
