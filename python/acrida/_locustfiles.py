"""Finding the locustfiles that ``-f`` names."""

from __future__ import annotations

import ast
import atexit
import contextlib
import os
import shutil
import sys
import tempfile
from argparse import Namespace
from dataclasses import dataclass
from typing import NoReturn

from ._native.compiler import is_native
from ._shipping.archive import Archive, ArchiveError, write
from .util.directory import get_abspaths_in
from .util.url import is_url


def get_locustfiles_locally(options: Namespace) -> list[str]:
    """Absolute paths of the files named in ``options.locustfile``; ends the process when one cannot be found."""
    return parse_locustfile_paths([part.strip() for part in options.locustfile.split(",")])


def parse_locustfile_paths(paths: list[str]) -> list[str]:
    """Absolute paths behind files, directories and URLs; ends the process when one cannot be found."""
    return [file for path in paths for file in _files_of(path)]


def retrieve_locustfiles_from_master(options: Namespace) -> list[str]:
    """The files of the master that a worker is about to join (``-f -``), in a folder of their own."""
    return fetch_from_master(options).locustfiles


@dataclass
class Fetched:
    """What came from a master."""

    locustfiles: list[str]
    #: The counterpart of the directory in which the master works.
    directory: str | None = None
    #: The scenarios are to work in it.
    moves: bool = False


def fetch_from_master(options: Namespace) -> Fetched:
    """Locustfiles, and what else the master sends with them, in a folder that goes when the process ends."""
    from ._cli.download import DownloadError, fetch_locustfiles

    try:
        answer = fetch_locustfiles(options.master_host, options.master_port, options.join_secret)
        # Without the links in it: modules are compared by where they are.
        folder = os.path.realpath(tempfile.mkdtemp(prefix="acrida-locustfiles-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        if isinstance(answer, list):
            return Fetched([_stored(each, folder) for each in answer])
        return _unpacked(answer, folder)
    except (DownloadError, ArchiveError) as error:
        _give_up(str(error))


def _unpacked(archive: Archive, folder: str) -> Fetched:
    write(archive, folder)
    directory = None if archive.directory is None else os.path.join(folder, *archive.directory.split("/"))
    if directory is not None:
        os.makedirs(directory, exist_ok=True)
    return Fetched([os.path.join(folder, *path.split("/")) for path in archive.main], directory, archive.moves)


def _stored(sent: str | dict[str, str], folder: str) -> str:
    if isinstance(sent, str):
        return _download(sent)
    path = os.path.join(folder, os.path.basename(sent["filename"]))
    with open(path, "w", encoding="utf-8") as file:
        file.write(sent["contents"])
    return path


def _files_of(path: str) -> list[str]:
    if is_url(path):
        return [_download(path)]
    if os.path.isdir(path):
        files = sorted(get_abspaths_in(path, extension=".py"))
        if not files:
            _give_up(f"Could not find any locustfiles in directory '{path}'")
        return files
    if os.path.exists(path) and is_native(path):
        return [os.path.abspath(path)]
    if not (os.path.exists(path) and path.endswith(".py")):
        _give_up(
            f"Could not find '{path}'. Ensure your locustfile ends with '.py' or is a directory with locustfiles. "
            "See --help for available options."
        )
    return [os.path.abspath(path)]


def _download(url: str) -> str:
    import requests

    try:
        text = requests.get(url, timeout=30).text
    except requests.exceptions.RequestException as error:
        _give_up(f"Failed to get locustfile from: {url}. Exception: {error}")
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        _give_up(f"Failed to get locustfile from: {url}. Response was not valid python code: '{text[:100]}'")
    path = os.path.join(tempfile.gettempdir(), url.rsplit("/", 1)[-1])
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    atexit.register(_remove, path)
    return path


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.remove(path)


def _give_up(message: str) -> NoReturn:
    sys.stderr.write(message + "\n")
    sys.exit(1)
