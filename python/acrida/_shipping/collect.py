"""What a master sends: directories that ``-f`` or ``--ship`` names as a whole, and of single files what they import."""

from __future__ import annotations

import logging
import os
import stat
import sys
import sysconfig
from collections.abc import Iterator

from ..util.url import is_url
from .archive import MOST_BYTES, MOST_FILES, Archive, ArchiveError

logger = logging.getLogger("locust.runners")

_ADVICE = (
    f"Workers with -f - can be sent {MOST_BYTES >> 20} MiB in {MOST_FILES} files: move what they do not need out of "
    "it, or put the files on the workers and give them -f and the path."
)


class Collection:
    """What is to be sent, as it was when the master began; the files are read when somebody wants them."""

    def __init__(self, locustfiles: list[str], named: str, shipped: str | None) -> None:
        """``locustfiles``: absolute paths. ``named``: what ``-f`` said. ``shipped``: a directory, see ``--ship``."""
        self._locustfiles = locustfiles
        self._directory = os.getcwd()
        self._ships = os.path.abspath(shipped) if shipped else None
        parts = [part.strip() for part in named.split(",")]
        self._wholes = [os.path.abspath(part) for part in parts if not is_url(part) and os.path.isdir(part)]

    def read(self) -> Archive:
        """All of it; ArchiveError where it is too much or cannot be read."""
        paths = self._paths()
        root = self._root(paths)
        archive = Archive(directory=_below(root, self._directory), moves=self._ships is not None)
        if archive.moves and archive.directory is None:
            archive.directory = ""
        room = MOST_BYTES
        for path in paths:
            data = _content(path, room)
            room -= len(data)
            archive.files[_plain(os.path.relpath(path, root))] = data
        archive.main = [_plain(os.path.relpath(each, root)) for each in self._locustfiles]
        return archive

    def _paths(self) -> list[str]:
        single = self._locustfiles
        found = dict.fromkeys(single)
        if self._ships:
            self._check_shipped(single)
        for whole in [self._ships] if self._ships else self._wholes:
            found.update(dict.fromkeys(_files_below(whole)))
        if not self._ships:
            found.update(dict.fromkeys(_imported_from([self._directory, *map(os.path.dirname, single)])))
        if len(found) > MOST_FILES:
            raise ArchiveError(f"There are more than {MOST_FILES} files to send. {_ADVICE}")
        return list(found)

    def _check_shipped(self, locustfiles: list[str]) -> None:
        assert self._ships
        if not os.path.isdir(self._ships):
            raise ArchiveError(f"--ship {self._ships}: there is no such directory.")
        for each in locustfiles:
            if _below(self._ships, each) is None:
                raise ArchiveError(f"--ship {self._ships}: the locustfile {each} is not in it.")

    def _root(self, paths: list[str]) -> str:
        if self._ships:
            return self._ships
        folders = [os.path.dirname(path) for path in paths] or [self._directory]
        common = os.path.commonpath(folders)
        # The working directory, too, where it is above them: scenarios import from there.
        return self._directory if _below(self._directory, common) is not None else common


def _below(root: str, path: str) -> str | None:
    relative = os.path.relpath(path, root)
    if relative == ".":
        return ""
    return None if relative.split(os.sep)[0] == ".." else _plain(relative)


def _plain(path: str) -> str:
    return path.replace(os.sep, "/")


def _files_below(folder: str) -> Iterator[str]:
    """Not what begins with a dot, not caches, not virtual environments, and no links to somewhere else."""
    count = 0
    for directory, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if _is_wanted(os.path.join(directory, name)))
        for name in sorted(names):
            path = os.path.join(directory, name)
            if name.startswith(".") or not _is_of(folder, path):
                continue
            count += 1
            if count > MOST_FILES:
                raise ArchiveError(f"{folder} has more than {MOST_FILES} files. {_ADVICE}")
            yield path


def _is_wanted(folder: str) -> bool:
    name = os.path.basename(folder)
    is_environment = os.path.exists(os.path.join(folder, "pyvenv.cfg"))
    return not (name.startswith(".") or name in ("__pycache__", "node_modules") or is_environment)


def _is_of(folder: str, path: str) -> bool:
    if os.path.islink(path) and _below(os.path.realpath(folder), os.path.realpath(path)) is None:
        logger.warning("%s is not sent to workers: it is a link to somewhere else.", path)
        return False
    if not os.path.isfile(path):
        logger.warning("%s is not sent to workers: it is no file.", path)
        return False
    return True


def _imported_from(folders: list[str]) -> Iterator[str]:
    """Source files of modules that came from these folders."""
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if not isinstance(path, str) or not path.endswith(".py") or not os.path.isfile(path):
            continue
        path = os.path.abspath(path)
        inside = [parts for folder in folders if (parts := _below(folder, path)) is not None]
        if any(_is_own(parts) for parts in inside) and not _is_foreign(path):
            yield path


def _is_own(below: str) -> bool:
    parts = below.split("/")
    return not any(part.startswith(".") or part in ("site-packages", "dist-packages") for part in parts)


def _is_foreign(path: str) -> bool:
    libraries = (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), _OURS)
    return any(_below(os.path.realpath(each), os.path.realpath(path)) is not None for each in libraries)


_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def _content(path: str, room: int) -> bytes:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise ArchiveError(f"{path} is no file")
        with open(path, "rb") as file:
            data = file.read(room + 1)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror or error}") from error
    if len(data) > room:
        raise ArchiveError(f"What is to be sent has more than {MOST_BYTES >> 20} MiB, up to {path}. {_ADVICE}")
    return data
