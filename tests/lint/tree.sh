#!/usr/bin/env bash
# The shape of the tree: what may stand where, how long things may be, who may include what.
set -uo pipefail
cd "$1" || exit 1
bad=0
say() { printf '%s\n' "$*"; bad=1; }

files() { find firmware drivers db ui tests tools board -type f "$@" | LC_ALL=C sort; }

for f in $(find . -mindepth 1 -maxdepth 1 -printf '%f\n'); do
	case $f in
	.* | CMakeLists.txt | CMakePresets.json | LICENSE | README.md | firmware | drivers | ui | db | tests | board | tools) ;;
	build | demo-out | bench-out) ;; # ignored by git
	*) say "$f: not a name for the top level" ;;
	esac
done

for d in firmware drivers ui db tests board tools; do
	[ -f "$d/README.md" ] || say "$d: has no README.md"
done

while read -r n f; do
	[ "$f" = total ] || [ "$n" -le 600 ] || say "$f: $n lines, at most 600"
done < <(files -name '*.[ch]' | xargs wc -l)

grep -nE '#include +"[^"]*\.\.' $(files -name '*.[ch]') && say "an include leaves its layer with .."

# One file per foreign device library.
one_of() {
	local header=$1 only=$2 also=${3:-} f # $also: a stand-in in tests takes the library's place; or more files, in blanks
	for f in $(grep -lE "#include +<$header" $(files -name '*.[ch]')); do
		case " $only $also " in *" $f "*) ;; *) say "$f: only $only includes <$header>" ;; esac
	done
}
one_of 'nfc/' drivers/nfc/nfc.c
one_of 'gpiod\.h' drivers/gpio/gpio_kernel.c tests/drivers/gpio/fake_gpiod.c
one_of 'SDL' ui/gfx/window.c 'ui/gfx/window_input.c ui/gfx/sound_out.c' # windows and pictures, input, sound
one_of 'libusb' drivers/usb/usb.c

grep -nE '^[^/]*\btypedef +struct\b' $(files -name '*.[ch]') && say "a typedef of a struct"
grep -nwE 'TODO|FIXME|XXX' $(files -not -name tree.sh -not -name '*.po' -not -name '*.png' -not -path '*/corpus/*') && say "work left in a comment"
grep -nE '\b(sleep|usleep|nanosleep)\(' $(find tests -name '*.[ch]') && say "a test that sleeps"
for f in tools/demo tools/screens tools/test tools/setup tools/bench/run .ci/run $(find tests tools -name '*.sh'); do
	[ ! -e "$f" ] || [ -x "$f" ] || say "$f: has no run bit"
done
exit $bad
