#!/usr/bin/env bash
# clang-tidy over every C file of the build, two at a time at least. $1 source folder, $2 build folder.
set -euo pipefail
source=$(realpath "$1") build=$(realpath "$2")
[ -r "$build/compile_commands.json" ] || { echo "tidy: no compile_commands.json in $build" >&2; exit 1; }
list=$(mktemp)
trap 'rm -f "$list"' EXIT
# Generated sources lie in the build folder and aren't ours to lay out.
sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" | sort -u | grep -F "$source/" | grep -vF "$build/" >"$list"
[ -s "$list" ] || { echo "tidy: no file to look at" >&2; exit 1; }
xargs -a "$list" -P "$(nproc)" -n 4 clang-tidy --quiet -p "$build" 2>&1 | grep -vE '^[0-9]+ warnings? (generated|treated as errors?)|^Suppressed|^Use -header-filter' || true
exit "${PIPESTATUS[0]}"
