#!/usr/bin/env bash
# stile-gallery writes what it is asked for, and says what it can't. $1 the program.
set -uo pipefail
gallery=$1 bad=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
say() { printf '%s\n' "$*"; bad=1; }

# Runs it with arguments $3...; wants exit code $1 and $2 in what it says.
wants() {
	local code=$1 word=$2 said r
	shift 2
	said=$("$gallery" "$@" 2>&1)
	r=$?
	[ $r -eq "$code" ] || say "$*: ended with $r, not $code"
	grep -qF -- "$word" <<<"$said" || say "$*: didn't say \"$word\" but: $said"
}

wants 0 'usage: stile-gallery' --help
wants 2 'usage: stile-gallery'
wants 2 'usage: stile-gallery' one two
wants 2 'usage: stile-gallery' --nonsense "$dir"
wants 2 '--size 12x: a size is' --size 12x "$dir"
wants 2 '--size 800x100000: a size is' --size 800x100000 "$dir"
wants 2 '--language xx: there are' --language xx "$dir"
wants 2 "no screen's name begins so" --only no-such-screen "$dir"
wants 1 'No such file' --only entrance-idle "$dir/a/b"
touch "$dir/file"
wants 1 'Not a directory' --only entrance-idle "$dir/file"
wants 0 'entrance-idle' --list

wants 0 '4 pictures' --only entrance-fire --size 800x480 --size 480x640 --language sv --language fi "$dir/out"
for name in entrance-fire-{800x480,480x640}-{sv,fi}.png; do
	[ -s "$dir/out/$name" ] || say "no $name"
	grep -qF "\"$name\"" "$dir/out/index.html" || say "index.html doesn't show $name"
done
[ "$(find "$dir/out" -type f | wc -l)" -eq 5 ] || say "not 5 files: $(ls "$dir/out")"
cmp -s "$dir/out/entrance-fire-800x480-sv.png" "$dir/out/entrance-fire-800x480-fi.png" && say "Swedish is as Finnish"
wants 0 '4 pictures' --only entrance-fire --size 800x480 --size 480x640 --language sv --language fi "$dir/again"
diff -rq "$dir/out" "$dir/again" || say "a second run gave another picture"
exit $bad
