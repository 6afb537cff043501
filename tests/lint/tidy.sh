#!/usr/bin/env bash
# clang-tidy over every C file of the build, on all processors. $1 source folder, $2 build folder.
set -euo pipefail
source=$(realpath "$1") build=$(realpath "$2")
[ -r "$build/compile_commands.json" ] || { echo "tidy: no compile_commands.json in $build" >&2; exit 1; }
list=$(mktemp)
trap 'rm -f "$list"' EXIT
# Generated sources lie in the build folder and aren't ours to lay out.
sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" | sort -u | grep -F "$source/" | grep -vF "$build/" >"$list"
[ -s "$list" ] || { echo "tidy: no file to look at" >&2; exit 1; }
# One file for each call: clang-tidy 14 takes over from one file to the next what it thinks of a va_list.
found=0
xargs -a "$list" -P "$(nproc)" -n 1 clang-tidy --quiet -p "$build" 2>&1 |
	{ grep -vE '^[0-9]+ (warning|error)s? (generated|treated as errors?)|^Suppressed|^Use -header-filter' || true; } || found=1
exit $found
