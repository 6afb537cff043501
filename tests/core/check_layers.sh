#!/bin/sh
# check_layers.sh SOURCE_DIR CC INCLUDE...: with the core's include path, a layer below can be included and none above.
set -eu

source=$1
cc=$2
shift 2
paths=
for folder in "$@"; do
    paths="$paths -I$folder"
done

compiles()
{
    # shellcheck disable=SC2086
    printf '#include "%s"\nint main(void)\n{\n    return 0;\n}\n' "$1" | "$cc" -std=c17 -D_GNU_SOURCE $paths -fsyntax-only -x c - 2>/dev/null
}

failed=0
for below in base/text.h base/pack.h core/access.h; do
    if ! compiles "$below"; then
        echo "$below should compile in the core and does not" >&2
        failed=1
    fi
done
for above in db/list_db.h bus/message.h gate/unit.h drivers/nfc/nfc.h drivers/gpio/gpio.h drivers/desfire/desfire.h; do
    if [ ! -f "$source/$above" ] && [ ! -f "$source/firmware/$above" ]; then
        echo "$above is no header any more: name another one here" >&2
        failed=1
    fi
    if compiles "$above"; then
        echo "$above compiles in the core: it stands above it" >&2
        failed=1
    fi
done
exit $failed
