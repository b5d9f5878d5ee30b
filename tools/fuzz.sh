#!/usr/bin/env bash
# Runs every fuzzer: tools/fuzz.sh BUILD_FOLDER SECONDS_EACH. Starts from the corpus in the tree, keeps what it finds in
# the build folder, and fails when one of them does; the input that broke it is named in its last lines.
set -euo pipefail
build=$1
seconds=$2

shopt -s nullglob
fuzzers=("$build"/*_fuzz)
((${#fuzzers[@]})) || { echo "fuzz: no fuzzer in $build" >&2; exit 1; }

failed=()
for fuzzer in "${fuzzers[@]}"; do
  name=$(basename "$fuzzer" _fuzz)
  found=$build/corpus/$name
  known=fuzz/corpus/$name
  mkdir -p "$found" "$build/crashes"
  seeds=()
  [[ ! -d $known ]] || seeds=("$known")
  echo "fuzz: $name for $seconds s"
  "$fuzzer" -max_total_time="$seconds" -timeout=10 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$build/crashes/$name-" "$found" "${seeds[@]}" 2>&1 | tail -n 20 || failed+=("$name")
done
if ((${#failed[@]})); then
  echo "fuzz: failed: ${failed[*]}; see $build/crashes/" >&2
  exit 1
fi
echo "fuzz: ${#fuzzers[@]} fuzzers clean"
