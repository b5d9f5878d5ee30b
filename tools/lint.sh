#!/usr/bin/env bash
# Form and lint of everything: tools/lint.sh VENV BUILD_FOLDER. Runs all checks, then fails if one of them did.
set -uo pipefail
venv=$1
build=$2
failed=()

check() {
  local name=$1
  shift
  echo "== $name"
  "$@" || failed+=("$name")
}

cpp_files() { git ls-files -z '*.h' '*.cpp' '*.cc' | xargs -0 ls -d 2>/dev/null; }
# Tests and benches are compiled with g++ only: clang 14 does not know all of C++20 that they use.
compiled_files() {
  grep -oE '"file": "[^"]+"' "$build/compile_commands.json" | cut -d'"' -f4 | sort -u |
    grep "^$PWD/src/" | grep -vE '_(test|testing|bench)\.cpp$|/test_main\.cc$'
}

clang_form() { cpp_files | xargs -r clang-format-14 --dry-run --Werror; }
# The compile commands are g++'s, whose newer warning flags clang does not know.
clang_lint() {
  compiled_files |
    xargs -r -P "$(nproc)" -n 4 clang-tidy-14 --quiet -p "$build" --extra-arg=-Wno-unknown-warning-option 2> >(grep -vE 'warnings? generated|^Suppressed|^Use -' >&2)
}

check "clang-format" clang_form
check "clang-tidy" clang_lint
check "ruff" "$venv/bin/ruff" check .
check "ruff format" "$venv/bin/ruff" format --check .
check "mypy" "$venv/bin/mypy"
# nanobind functions are none for mypy's stubtest: the stub is compared with the one that the binary gives.
check "stub of _core" "$venv/bin/python" -m pytest -q tests/test_stubs.py
check "web page" "$venv/bin/python" tools/build_webui.py --check
check "tree" "$venv/bin/python" tools/check_tree.py

if ((${#failed[@]})); then
  printf 'lint failed: %s\n' "${failed[*]}"
  exit 1
fi
echo "lint: everything is in form"
