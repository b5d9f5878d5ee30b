"""A shop to shoot at, a cache of compiled scenarios, and a native program installed from scratch."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

LOOKER = """
#include <acrida/acrida.h>
#include <stdexcept>
using namespace acrida;

struct Looker : HttpUser {
  static void define(UserType& me) {
    me.weight(3).wait_time(constant(0.05)).task<&Looker::look>(3);
    me.task<&Looker::miss>();
  }
  void look() { client.get("/"); }
  void miss() { client.get("/missing"); }
};
struct Failing : User {
  static void define(UserType& me) { me.wait_time(constant(0.1)).task<&Failing::divide>(); }
  void divide() { throw std::runtime_error("divided by zero"); }
};
ACRIDA_SCENARIO(scenario) { scenario.user<Looker>().user<Failing>(); }
"""
CMAKE = """
cmake_minimum_required(VERSION 3.20)
project(looker LANGUAGES CXX)
find_package(acrida REQUIRED)
add_executable(looker looker.cpp)
target_link_libraries(looker PRIVATE acrida::main)
"""

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "release"


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where `acrida -f x.cpp` keeps what it compiled; empty at first, the same for all tests."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    yield folder / "acrida" / "scenarios"
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


def checked(*words: str | Path, cwd: Path) -> str:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `cmake --install` puts into an empty folder."""
    folder = tmp_path_factory.mktemp("prefix")
    jobs = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", "2")
    checked("cmake", "--build", BUILD, "--target", "acrida_main", "-j", jobs, cwd=ROOT)
    checked("cmake", "--install", BUILD, "--component", "native", "--prefix", folder, cwd=ROOT)
    return folder


@pytest.fixture(scope="session")
def build_program(prefix: Path, tmp_path_factory: pytest.TempPathFactory):
    """Builds a folder with a CMakeLists.txt against the installed acrida; answers the folder of the results."""

    def build(source: Path) -> Path:
        folder = tmp_path_factory.mktemp("build")
        checked("cmake", "-S", source, "-B", folder, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", cwd=folder)
        checked("cmake", "--build", folder, cwd=folder)
        return folder

    return build


@pytest.fixture(scope="session")
def program(build_program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `acrida new --cpp shop` gives, built as its CMakeLists says."""
    folder = tmp_path_factory.mktemp("new")
    new = [sys.executable, "-m", "acrida", "new", "--cpp", "shop"]
    assert "shop/shop.cpp and shop/CMakeLists.txt are written" in checked(*new, cwd=folder)
    again = subprocess.run(new, cwd=folder, capture_output=True, text=True)
    assert again.returncode == 2 and "there is a 'shop' here already" in again.stderr
    return build_program(folder / "shop") / "shop"


@pytest.fixture(scope="session")
def looker(build_program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program with two classes: one that sends requests, one that fails."""
    folder = tmp_path_factory.mktemp("looker")
    (folder / "looker.cpp").write_text(LOOKER)
    (folder / "CMakeLists.txt").write_text(CMAKE)
    return build_program(folder) / "looker"
