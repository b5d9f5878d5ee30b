"""``acrida new --cpp NAME``: a starting point for a scenario in C++."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import NoReturn

SCENARIO = """\
// acrida -f {name}.cpp --host http://127.0.0.1:8000
// or, as a program of its own: see CMakeLists.txt

#include <acrida/acrida.h>

using namespace acrida;

struct Visitor : HttpUser {{
  static void define(UserType& me) {{
    me.wait_time(between(1, 3));
    me.task<&Visitor::look_around>(3);
    me.task<&Visitor::search>();
  }}

  void look_around() {{ client.get("/"); }}

  void search() {{
    auto answer = client.get("/", {{.name = "/?q=[word]", .params = {{{{"q", "acrida"}}}}, .catch_response = true}});
    answer.check(answer.elapsed() < 1, "took more than a second");
  }}
}};

ACRIDA_SCENARIO(scenario) {{ scenario.user<Visitor>(); }}
"""

CMAKE = """\
# One program without Python:
#   cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH=/opt/acrida && cmake --build build
#   build/{name} --headless -u 10 -r 5 -t 1m --host http://127.0.0.1:8000
cmake_minimum_required(VERSION 3.20)
project({name} LANGUAGES CXX)

find_package(acrida QUIET)
if(NOT acrida_FOUND)
  message(FATAL_ERROR
    "acrida's library for programs is not found. Install it from acrida's source tree, and name its folder:\n"
    "  cmake --build build/release --target acrida_main\n"
    "  cmake --install build/release --component native --prefix /opt/acrida\n"
    "  cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH=/opt/acrida")
endif()
add_executable({name} {name}.cpp)
target_link_libraries({name} PRIVATE acrida::main)
"""


def run(words: list[str]) -> NoReturn:
    """Write the files and end the process."""
    parser = argparse.ArgumentParser(prog="acrida new", description="Write the starting point of a scenario.")
    parser.add_argument("--cpp", metavar="NAME", required=True, help="in C++, in a new directory of this name")
    name = parser.parse_args(words).cpp
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        parser.error(f"'{name}' cannot be the name of a program: use letters, digits, '_' and '-'")
    folder = Path(name)
    try:
        folder.mkdir()
        (folder / f"{name}.cpp").write_text(SCENARIO.format(name=name), encoding="utf-8")
        (folder / "CMakeLists.txt").write_text(CMAKE.format(name=name), encoding="utf-8")
    except FileExistsError:
        parser.error(f"there is a '{name}' here already: choose another name")
    except OSError as error:
        parser.error(f"cannot write '{name}': {error.strerror}")
    print(f"{name}/{name}.cpp and {name}/CMakeLists.txt are written; try: acrida -f {name}/{name}.cpp --host URL")
    sys.exit(0)
