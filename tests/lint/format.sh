#!/usr/bin/env bash
# Every C file is laid out as .clang-format says.
set -euo pipefail
cd "$1"
find firmware drivers db ui tests tools -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run -Werror
