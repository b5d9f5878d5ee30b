"""What a master sends to workers without a locustfile, and what a worker makes of bytes that are not honest."""

from __future__ import annotations

import hashlib
import os
import sys
import zlib
from pathlib import Path
from typing import Any

import msgpack
import pytest
from acrida._shipping import archive as archives
from acrida._shipping import collect
from acrida._shipping.archive import Archive, ArchiveError, pack, unpack, write
from acrida._shipping.collect import Collection

# Archives


def as_sent(content: Any) -> tuple[bytes, str]:
    data = zlib.compress(msgpack.packb(content))
    return data, hashlib.sha256(data).hexdigest()


def with_file(path: Any, data: Any = b"x") -> tuple[bytes, str]:
    return as_sent({"files": {path: data}, "main": [], "directory": None, "moves": False})


def test_an_archive_arrives_as_it_was(tmp_path: Path) -> None:
    sent = Archive(
        {"lib/__init__.py": b"", "locustfile.py": b"import lib", "data/ü.csv": b"\xff\x00"}, ["locustfile.py"]
    )
    got = unpack(*pack(sent))
    assert got == sent
    write(got, str(tmp_path))
    assert (tmp_path / "data" / "ü.csv").read_bytes() == b"\xff\x00"


PATHS_OUT = [
    "../evil.py", "a/../../evil.py", "/etc/cron.d/evil", "a//b", "./a", "a/.", "", "a/", "..", "a\\..\\b", "C:/evil",
    "a\0b", "x" * 1001,
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS_OUT)
def test_a_path_that_leads_out_is_refused_by_both_sides(path: str) -> None:
    with pytest.raises(ArchiveError, match="path"):
        unpack(*with_file(path))
    with pytest.raises(ArchiveError, match="path"):
        pack(Archive({path: b""}))


CONTENTS = [
    with_file("a.py", "text"), with_file("a.py", None), with_file(b"a.py"), with_file(7),
    as_sent([]), as_sent(None), as_sent({}), as_sent({"files": [], "main": []}), as_sent({"files": {}, "main": 5}),
    as_sent({"files": {}, "main": ["not_there.py"]}), as_sent({"files": {"a": b""}, "main": [["a"]]}),
    as_sent({"files": {}, "main": [], "directory": "../.."}), as_sent({"files": {}, "main": [], "directory": 5}),
    as_sent({"files": {f"{n}": b"" for n in range(archives.MOST_FILES + 1)}, "main": []}),
]  # fmt: skip


@pytest.mark.parametrize("data", CONTENTS, ids=range(len(CONTENTS)))
def test_what_is_no_archive_is_refused(data: tuple[bytes, str]) -> None:
    with pytest.raises(ArchiveError):
        unpack(*data)


def test_a_byte_that_changed_on_its_way_is_noticed() -> None:
    data, sha256 = pack(Archive({"a.py": b"pass"}, ["a.py"]))
    with pytest.raises(ArchiveError, match="damaged"):
        unpack(data[:-1] + bytes([data[-1] ^ 1]), sha256)


def test_bytes_of_every_kind_end_in_a_clear_error() -> None:
    honest, _ = pack(Archive({"a.py": b"pass", "b/c.py": b"0" * 999}, ["a.py"]))
    plain = zlib.decompress(honest)
    bad = [b"", b"\x00", os.urandom(100), honest[:-3], honest + b"more"]
    bad += [zlib.compress(plain[:length]) for length in range(0, len(plain), 7)]
    bad += [
        zlib.compress(b"\x91" * 5000 + b"\xc0"),
        zlib.compress(b"\xdf\xff\xff\xff\xff"),
        zlib.compress(plain + b"\xc0"),
    ]
    refused = 0
    for data in bad:
        try:
            unpack(data, hashlib.sha256(data).hexdigest())
        except ArchiveError:
            refused += 1
    assert refused == len(bad) - 1  # what follows the end of the compressed stream is nobody's


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 1000)
    data, sha256 = with_file("a", b"0" * (archives.MOST_FILES * 1000 + 2000))
    with pytest.raises(ArchiveError, match="cut short, or has more"):
        unpack(data, sha256)


def test_a_file_where_a_folder_is_and_an_existing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be written"):
        write(unpack(*as_sent({"files": {"a": b"", "a/b": b""}, "main": []})), str(tmp_path))
    (tmp_path / "link").symlink_to("/etc/passwd")
    with pytest.raises(ArchiveError, match="cannot be written"):
        write(Archive({"link": b"root"}), str(tmp_path))


# What is collected


def made(folder: Path, *paths: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x")
    return folder


def test_a_directory_is_sent_without_what_is_nobodys_business(
    tmp_path: Path, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(made(tmp_path / "elsewhere"))
    lab = made(
        tmp_path / "lab", "one.py", "pages/two.py", "pages/_base.py", "data/users.csv", ".env", ".git/config",
        "__pycache__/one.pyc", "venv/pyvenv.cfg", "venv/lib.py", "..2026/three.py",
    )  # fmt: skip
    made(tmp_path, "secret.txt")
    (lab / "outside.txt").symlink_to(tmp_path / "secret.txt")
    (lab / "three.py").symlink_to("..2026/three.py")  # as Kubernetes mounts its config maps
    os.mkfifo(lab / "pipe")
    files = [str(lab / "one.py"), str(lab / "pages" / "two.py")]
    archive = Collection(files, f"{lab}", None).read()
    assert set(archive.files) == {"one.py", "pages/two.py", "pages/_base.py", "data/users.csv", "three.py"}
    assert archive.main == ["one.py", "pages/two.py"]
    assert (archive.directory, archive.moves) == (None, False)
    assert "outside.txt is not sent" in caplog.text
    assert "pipe is not sent" in caplog.text


def test_of_a_single_file_goes_what_it_imports_from_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = made(tmp_path / ".labs" / "lab", "locustfile.py", "ship_pkg/__init__.py", "ship_pkg/deep.py", "users.csv")
    made(lab, ".venv/lib/site-packages/ship_lib.py", "other.py")
    for name, path in {
        "ship_pkg": "ship_pkg/__init__.py", "ship_pkg.deep": "ship_pkg/deep.py",
        "ship_lib": ".venv/lib/site-packages/ship_lib.py",
    }.items():  # fmt: skip
        module = type(sys)(name)
        module.__file__ = str(lab / path)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.chdir(lab.parent)
    archive = Collection([str(lab / "locustfile.py")], "lab/locustfile.py", None).read()
    assert set(archive.files) == {"lab/locustfile.py", "lab/ship_pkg/__init__.py", "lab/ship_pkg/deep.py"}
    assert (archive.main, archive.directory, archive.moves) == (["lab/locustfile.py"], "", False)


def test_a_shipped_directory_goes_with_the_place_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = made(tmp_path / "lab", "tests/locustfile.py", "users.csv", "tests/pages.csv")
    monkeypatch.chdir(lab / "tests")
    archive = Collection([str(lab / "tests" / "locustfile.py")], "locustfile.py", "..").read()
    assert set(archive.files) == {"tests/locustfile.py", "users.csv", "tests/pages.csv"}
    assert (archive.directory, archive.moves) == ("tests", True)
    with pytest.raises(ArchiveError, match="is not in it"):
        Collection([str(made(tmp_path, "else.py") / "else.py")], "else.py", "..").read()
    with pytest.raises(ArchiveError, match="no such directory"):
        Collection([], "", "nowhere").read()


def test_too_much_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = made(tmp_path / "lab", "one.py", "two.py")
    (lab / "big.bin").write_bytes(b"0" * 3000)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(collect, "MOST_BYTES", 1000)
    with pytest.raises(ArchiveError, match=r"MiB, up to .*big\.bin.* put the files on the"):
        Collection([str(lab / "one.py")], str(lab), None).read()
    monkeypatch.setattr(collect, "MOST_FILES", 2)
    with pytest.raises(ArchiveError, match="more than 2 files"):
        Collection([str(lab / "one.py")], str(lab), None).read()
