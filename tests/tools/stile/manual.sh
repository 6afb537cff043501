#!/usr/bin/env bash
# The man page is laid out without a warning, and says every command and option that --help says. $1 stile, $2 stile.1
set -uo pipefail
stile=$1 page=$2 bad=0
say() { printf '%s\n' "$*"; bad=1; }

warnings=$(man --warnings -E UTF-8 -l "$page" 2>&1 >/dev/null)
[ -z "$warnings" ] || say "man: $warnings"
# One long line a paragraph: nothing is broken in two.
text=$(MANWIDTH=2000 MANROFFOPT=-c man --nh --nj -E ascii -l "$page" 2>/dev/null | col -b)
[ -n "$text" ] || say "the page is empty"

options() { grep -oE -- '--[a-z][a-z-]*' | sort -u; }

commands=$("$stile" --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p')
[ "$(wc -w <<<"$commands")" -ge 10 ] || say "--help lists too few commands: $commands"
for option in $("$stile" --help | options); do
	grep -qF -- "$option" <<<"$text" || say "$option isn't in the man page"
done
for command in $commands; do
	grep -qE "^ +$command\$" <<<"$text" || say "the command $command has no heading of its own in the man page"
	help=$("$stile" "$command" --help) || say "stile $command --help ends with $?"
	head -n 1 <<<"$help" | grep -q "^usage: stile $command" || say "stile $command --help says no usage"
	synopsis=$(sed -n "1s/^usage: \(.*[^ ]\) *$/\1/p" <<<"$help")
	grep -qF -- "$synopsis" <<<"$text" || say "the man page doesn't say: $synopsis"
	for option in $(options <<<"$help"); do
		grep -qF -- "$option" <<<"$text" || say "$option of $command isn't in the man page"
	done
done
# And nothing that isn't there.
known=$(for command in $commands; do "$stile" "$command" --help; done | options; "$stile" --help | options)
for option in $(options <<<"$text"); do
	grep -qxF -- "$option" <<<"$known" || [ "$option" = --help ] || say "the man page says $option, which there isn't"
done
exit $bad
