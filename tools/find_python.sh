#!/usr/bin/env bash
# Prints the interpreter to build for: tools/find_python.sh [WANTED]. Without WANTED: the system's own where it is new
# enough, since distributions ship its headers, else the first python3 on PATH.
set -euo pipefail

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

wanted=${1:-}
if [[ -n $wanted ]]; then
  candidates=("$wanted")
else
  candidates=(/usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11)
fi
for candidate in "${candidates[@]}"; do
  path=$(command -v "$candidate" || true)
  if [[ -n $path ]] && is_new_enough "$path"; then
    echo "$path"
    exit 0
  fi
done
echo "acrida needs Python 3.11 or newer; looked at: ${candidates[*]}" >&2
echo "       Install one, or name it: make PYTHON=/path/to/python3.12" >&2
exit 1
