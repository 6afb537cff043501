#!/bin/sh
# check_purity.sh NM LIBRARY: fails when the core reaches for anything outside.
#
# Allowed: its own functions, the pure part of firmware/base (bytes and text), copying and comparing memory and text,
# and what the compiler itself puts in. A clock, an allocation, a log line or a file has a symbol, and shows here.
set -eu

nm=$1
library=$2
symbols=$("$nm" -P "$library")
defined=$(printf '%s\n' "$symbols" | awk '$2 ~ /^[TDBRVWC]$/ { print $1 }' | sort -u)
undefined=$(printf '%s\n' "$symbols" | awk '$2 == "U" { print $1 }' | sort -u)

if [ -z "$defined" ] || [ -z "$undefined" ]; then
    echo "$library: no symbols found" >&2
    exit 1
fi
foreign=$(printf '%s\n' "$undefined" | while read -r symbol; do
    printf '%s\n' "$defined" | grep -Fqx "$symbol" && continue
    case $symbol in
    pack_* | unpack_* | text_*) ;;
    memcpy | memset | memcmp | memmove | memchr | bcmp) ;;
    strlen | strcmp | strncmp | strchr | strrchr | snprintf) ;;
    __memcpy_chk | __memset_chk | __memmove_chk | __snprintf_chk) ;;
    __vsnprintf_chk) ;; # what clang makes of snprintf with a newer C library
    __stack_chk_fail | __assert_fail | _GLOBAL_OFFSET_TABLE_) ;;
    __asan_* | __ubsan_* | __sanitizer_* | __sancov_* | __gcov_* | mangled_path) ;;
    *) echo "$symbol" ;;
    esac
done)
if [ -n "$foreign" ]; then
    echo "the core is not pure, it uses:" >&2
    printf '%s\n' "$foreign" >&2
    exit 1
fi
