#!/usr/bin/env bash
# tools/catalogues on a tree of its own: what it collects, and that --check notices each thing that can be wrong.
# $1 is the tool.
set -euo pipefail
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/tools" "$tree/ui/po" "$tree/ui/screens" "$tree/firmware/face"
cp "$1" "$tree/tools/catalogues"
cd "$tree"
failed=0
fail() { printf 'FAILED: %s\n' "$*"; failed=1; }
tool() { tools/catalogues "$@" >out 2>&1; }
good() { tool --check || { fail "$1"; cat out; }; }
bad() { # WHAT PATTERN: --check fails and says PATTERN
	if tool --check; then fail "$1: not noticed"; fi
	grep -qF -- "$2" out || { fail "$1: not said"; cat out; }
}

# No source at all.
tool || { fail "an empty tree"; cat out; }
good "an empty tree"

cat >ui/screens/a.c <<'C'
f(_("Open"), C_("the door", "Open"), "not marked");
static const char *const table[] = {N_("Later"), NC_("the till", "Later")};
/* TRANSLATORS: A place. */
f(_("Gate"));
snprintf(b, n, P_("%d clip left", "%d clips left", k), k);
C
printf 'f(_("From the face — naïve"));\n' >firmware/face/b.c
bad "new texts" "isn't what the sources say"
tool || { fail "update"; cat out; }
cp ui/po/stile.pot first
tool
cmp first ui/po/stile.pot || fail "a second run changes the template"
[ "$(grep -c '^msgid' ui/po/stile.pot)" -eq 9 ] || { fail "number of texts"; cat ui/po/stile.pot; }
for text in 'msgctxt "the door"' 'msgctxt "the till"' 'msgid "From the face — naïve"' '#. TRANSLATORS: A place.' \
	'msgid_plural "%d clips left"' '#, c-format'; do
	grep -qF -- "$text" ui/po/stile.pot || fail "$text isn't in the template"
done
! grep -q 'not marked\|^#:\|Date' ui/po/stile.pot || fail "the template holds what doesn't belong there"
bad "untranslated texts" "not translated"

# What is missing is printed, filled in and taken back.
fill() { # each text translates to itself, in Swedish and so on
	awk '/^msgid "/ { one = $0; sub(/^msgid /, "", one) } /^msgid_plural/ { many = $0; sub(/^msgid_plural /, "", many) }
		one != "\"\"" && /^msgstr ""/ { print "msgstr " one; next } one != "\"\"" && /^msgstr\[0\]/ { print "msgstr[0] " one; next }
		one != "\"\"" && /^msgstr\[1\]/ { print "msgstr[1] " many; next } { print }'
}
for l in sv de nb 'fi'; do
	tools/catalogues --missing $l | fill >"todo.$l"
	tool --add $l "todo.$l" || { fail "adding $l"; cat out; }
	[ -z "$(tools/catalogues --missing $l)" ] || fail "$l still misses something"
done
good "all is translated"
(cd ui && ../tools/catalogues --add sv ../todo.sv >../out 2>&1) || { fail "a file named from another folder"; cat out; }
good "all is translated, again"

# Each thing that can be wrong.
keep() { cp ui/po/sv.po kept; }
back() { cp kept ui/po/sv.po; }
keep
sed -i '/^msgid "Gate"/{n;s/.*/msgstr ""/}' ui/po/sv.po
bad "one text without translation" 'msgid "Gate"'
tools/catalogues --missing sv | grep -qF 'msgid "Gate"' || fail "--missing doesn't name it"
back
sed -i 's/^msgid "Gate"/#, fuzzy\n&/' ui/po/sv.po
bad "a guess" "only guessed"
tools/catalogues --missing sv | grep -qF 'msgid "Gate"' || fail "--missing doesn't name a guess"
back
sed -i '/^msgid "Gate"/{n;s/.*/msgstr "Grind "/}' ui/po/sv.po
bad "a blank at the end" "other blanks"
back
sed -i 's/^msgstr\[1\] .*/msgstr[1] " %d klipp"/' ui/po/sv.po
bad "a blank before a plural" "other blanks"
back
sed -i 's/^msgstr\[1\] .*/msgstr[1] "%s klipp"/' ui/po/sv.po
bad "another conversion" "ui/po/sv.po is wrong"
back
sed -i '/^msgstr\[1\]/d' ui/po/sv.po
bad "a plural form too few" "ui/po/sv.po"
back
sed -i 's/plural=(n != 1)/plural=(n > 1)/' ui/po/sv.po
bad "another plural rule" "plural rule"
back
mv ui/po/sv.po elsewhere
bad "a language less" "is missing"
mv elsewhere ui/po/sv.po
good "all is well again"

# A text that goes takes its translation along only when told to.
sed -i '/Gate/d;/TRANSLATORS/d' ui/screens/a.c
tool
grep -q '^#~ msgid "Gate"' ui/po/fi.po || fail "an update forgets"
bad "a text that nothing uses" "no longer used"
tool --prune
! grep -q 'Gate' ui/po/fi.po || fail "--prune keeps"
good "pruned"

# What people mistype.
! tool --missing xx || fail "an unknown language"
! tool --add sv nowhere || fail "a file that isn't there"
! tool --nonsense || fail "an unknown argument"
exit $failed
