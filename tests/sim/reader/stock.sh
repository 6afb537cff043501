#!/usr/bin/env bash
# Debian's own tools of libnfc and libfreefare against the simulated reader.
#
#   stock.sh SIMULATOR SCENARIO
#
# Each scenario starts a simulator in a folder of its own, works with it through the tools alone, and ends it whatever
# happens. A tool that hangs is ended after a minute and fails the test.
set -euo pipefail

simulator=$1
scenario=$2
work=$(mktemp -d)
pid=

die() { printf 'stock: %s: %s\n' "$scenario" "$*" >&2; exit 1; }

cleanup() {
	if [ -n "$pid" ]; then
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	fi
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

start() {
	mkfifo "$work/log"
	"$simulator" --link "$work/reader" --control "$work/control" "$@" >"$work/log" &
	pid=$!
	exec {log}<"$work/log"
	local line
	while IFS= read -r -t 60 -u "$log" line; do
		case $line in ready) return 0 ;; esac
	done
	die "the simulator did not come up"
}

tell() { "$simulator" --control "$work/control" --tell "$*" || die "told '$*'"; }

export LIBNFC_DEFAULT_DEVICE="pn532_uart:$work/reader" LIBNFC_AUTO_SCAN=false

# Runs a tool; its output is in $work/out.
tool() {
	command -v "$1" >/dev/null || die "$1 is missing: tools/setup installs it"
	timeout 60 "$@" >"$work/out" 2>"$work/err" </dev/null && return 0
	cat "$work/out" "$work/err" >&2
	die "'$*' failed"
}

expect() { grep -Eq -- "$1" "$work/out" || { cat "$work/out" "$work/err" >&2; die "no line '$1'"; }; }

counter() { tell status | tr ' ' '\n' | sed -n "s/^$1=//p"; }

# Waits until a counter of the simulator is at least $2.
await() {
	local i
	for ((i = 0; i < 20000; i++)); do
		[ "$(counter "$1")" -ge "$2" ] && return 0
	done
	die "$1 never became $2"
}

list() {
	start
	tell put classic uid=deadbeef
	tool nfc-list
	expect 'UID \(NFCID1\): de  ad  be  ef'
	expect 'SAK \(SEL_RES\): 08'
	tell put classic uid=04aabbccddee80
	tool nfc-list
	expect 'ATQA \(SENS_RES\): 00  44'
	expect 'UID \(NFCID1\): 04  aa  bb  cc  dd  ee  80'
	tell put ntag215 uid=04112233445580
	tool nfc-list
	expect 'UID \(NFCID1\): 04  11  22  33  44  55  80'
	expect 'SAK \(SEL_RES\): 00'
	tell put desfire uid=04aabbccddee80
	tool nfc-list
	expect 'UID \(NFCID1\): 04  aa  bb  cc  dd  ee  80'
	expect 'SAK \(SEL_RES\): 20'
	expect 'ATS: 75  77  81  02  80'
	tell put desfire random_uid=1
	tool nfc-list
	expect 'UID \(NFCID3\): 08 '
	tell take
	tool nfc-list
	if grep -q 'UID' "$work/out"; then die "a card was found in an empty field"; fi
}

timed() {
	start --model
	tell put desfire uid=04aabbccddee80
	tool nfc-list
	expect 'UID \(NFCID1\): 04  aa  bb  cc  dd  ee  80'
	tool mifare-desfire-info
	expect 'Free memory: 7936 bytes'
}

classic() {
	start
	tell put classic uid=deadbeef
	tool nfc-mfclassic r a u "$work/dump"
	expect 'Done, 64 of 64 blocks read'
	[ "$(head -c 8 "$work/dump" | od -An -tx1 | tr -d ' \n')" = deadbeef22080400 ] || die "block 0 is not the card's"
	[ "$(stat -c %s "$work/dump")" -eq 1024 ] || die "the dump is not 1024 bytes"
	printf 'Stile was here. ' | dd of="$work/dump" bs=16 seek=4 conv=notrunc status=none
	tool nfc-mfclassic w a u "$work/dump" "$work/dump" f
	expect 'Done, 60 of 64 blocks written' # it leaves the maker's sector alone
	tool nfc-mfclassic r a u "$work/again"
	[ "$(dd if="$work/again" bs=16 skip=4 count=1 status=none)" = 'Stile was here. ' ] || die "block 4 was not kept"
	tell put classic uid=deadbeef key_a=a0a1a2a3a4a5
	timeout 60 nfc-mfclassic r A u "$work/other" "$work/dump" f >"$work/out" 2>"$work/err" </dev/null || true
	if grep -q 'Done, 64 of 64' "$work/out"; then die "a wrong key opened the card"; fi
	expect 'authentication failed'
}

classic_ndef() {
	printf '\xd1\x01\x08\x55\x04stile.de' >"$work/ndef"
	start
	tell put classic uid=deadbeef
	tool mifare-classic-format -y
	expect 'Formatting 16 sectors'
	tool mifare-classic-write-ndef -y -i "$work/ndef"
	tool mifare-classic-read-ndef -y -o "$work/back"
	cmp "$work/ndef" "$work/back" || die "what was read is not what was written"
}

ultralight() {
	start
	tell put ultralight uid=04112233445580
	tool mifare-ultralight-info
	expect '04112233445580'
	tool nfc-mfultralight r "$work/dump"
	expect 'Done, 16 of 16 pages read'
	tell put ntag213 uid=04112233445580
	tool nfc-mfultralight r "$work/dump"
	expect 'NTAG213'
	expect 'Done, 45 of 45 pages read'
	printf 'tile' | dd of="$work/dump" bs=4 seek=6 conv=notrunc status=none
	tool nfc-mfultralight w "$work/dump" --partial
	tool nfc-mfultralight r "$work/again"
	[ "$(dd if="$work/again" bs=4 skip=6 count=1 status=none)" = tile ] || die "page 6 was not kept"
}

desfire() {
	printf '\xd1\x01\x08\x55\x04stile.de' >"$work/ndef"
	start
	tell put desfire uid=04aabbccddee80
	tool mifare-desfire-info
	expect 'UID: +0x04aabbccddee80'
	expect 'Master Key settings \(0x0f\)'
	expect 'Free memory: 7936 bytes'
	expect 'Use random UID: no'
	tool mifare-desfire-access
	tool mifare-desfire-create-ndef -y
	tool mifare-desfire-write-ndef -y -i "$work/ndef"
	tool mifare-desfire-read-ndef -y -o "$work/back"
	cmp "$work/ndef" "$work/back" || die "what was read is not what was written"
	tool mifare-desfire-info
	if grep -q 'Free memory: 7936' "$work/out"; then die "the application took no memory"; fi
	tool mifare-desfire-format -y
	tool mifare-desfire-info
	expect 'Free memory: 7936 bytes'
	tool mifare-desfire-ev1-configure-ats -y # writes the one that the card has
	tool nfc-list
	expect 'ATS: 75  77  81  02  80'
	tool mifare-desfire-ev1-configure-default-key -y
	tool mifare-desfire-ev1-configure-random-uid -y
	tool nfc-list
	expect 'UID \(NFCID3\): 08 '
	tool mifare-desfire-info
	expect 'Use random UID: yes'
}

# A client that waits for a card is killed; the next one finds the reader as it should be.
killed() {
	start
	nfc-poll >"$work/poll" 2>&1 </dev/null &
	local client=$!
	await commands 11 # it has asked the chip to look for cards
	kill -KILL "$client"
	wait "$client" 2>/dev/null || true
	tell put classic uid=deadbeef
	tool nfc-list
	expect 'UID \(NFCID1\): de  ad  be  ef'
}

# A card that comes while a client waits is seen, and so is that it goes.
polled() {
	start
	mkfifo "$work/poll"
	timeout 60 nfc-poll >"$work/poll" 2>/dev/null </dev/null &
	local client=$! text
	exec {poll}<"$work/poll"
	await commands 11
	tell put classic uid=deadbeef
	while IFS= read -r -d . -t 60 -u "$poll" text; do # by full stops: the line that it waits in has no end yet
		case $text in *removing) break ;; esac
	done
	case $text in *'de  ad  be  ef'*) ;; *) die "the client saw '$text'" ;; esac
	tell take
	wait "$client" || die "the client did not see the card go"
}

unplugged() {
	start
	tell put classic uid=deadbeef
	tell gone
	[ ! -e "$work/reader" ] || die "the reader is still there"
	if timeout 60 nfc-list >"$work/out" 2>"$work/err" </dev/null && grep -q UID "$work/out"; then
		die "a reader that is gone read a card"
	fi
	tell back
	tool nfc-list
	expect 'UID \(NFCID1\): de  ad  be  ef'
}

spoilt() {
	start
	tell put classic uid=deadbeef
	local dial
	for dial in bad_checksum bad_length garbage_within garbage_before wrong_code error_frame truncated oversized \
		silent_after_ack; do
		tell dial "$dial" 1
		timeout 60 nfc-list >"$work/out" 2>"$work/err" </dev/null || true
		[ "$(tell dial "$dial")" = "ok $dial=0" ] || die "$dial did not happen"
		tool nfc-list
		expect 'UID \(NFCID1\): de  ad  be  ef'
	done
}

# What a rogue card or chip does to libnfc may end the tool in any way; the next one finds the reader as it should be.
rogue() {
	start
	ulimit -c 0
	tell put desfire uid=04aabbccddee80
	tell dial empty_ats 1
	timeout 60 nfc-list >"$work/out" 2>"$work/err" </dev/null || true
	[ "$(tell dial empty_ats)" = 'ok empty_ats=0' ] || die "empty_ats did not happen"
	tell put classic uid=deadbeef
	tell dial status_bit7 1
	timeout 60 nfc-mfclassic r a u "$work/dump" >"$work/out" 2>"$work/err" </dev/null || true
	[ "$(tell dial status_bit7)" = 'ok status_bit7=0' ] || die "status_bit7 did not happen"
	tool nfc-list
	expect 'UID \(NFCID1\): de  ad  be  ef'
	tell put desfire uid=04aabbccddee80
	tell dial tear_after 3
	if timeout 60 mifare-desfire-info >"$work/out" 2>"$work/err" </dev/null; then die "a card that was torn away answered"; fi
	[ "$(counter card)" = none ] || die "the card is still there"
	tell put again
	tool mifare-desfire-info
	tell dial card_mute forever
	if timeout 60 mifare-desfire-info >"$work/out" 2>"$work/err" </dev/null; then die "a mute card answered"; fi
	tell calm
	tool mifare-desfire-info
}

ended() {
	start
	tell quit
	wait "$pid" || die "the simulator did not end well"
	[ ! -e "$work/control" ] || die "the socket is still there"
	[ ! -L "$work/reader" ] || die "the link is still there"
	rm "$work/log"
	start
	kill -TERM "$pid"
	wait "$pid" || die "the simulator did not end well"
	if [ -e "$work/control" ] || [ -L "$work/reader" ]; then die "something is left after SIGTERM"; fi
	rm "$work/log"
	start
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null || true
	rm "$work/log"
	start # in spite of what the killed one left
	tell status
}

case $scenario in
list | timed | classic | classic_ndef | ultralight | desfire | killed | polled | unplugged | spoilt | rogue | ended) "$scenario" ;;
*) die "no such scenario" ;;
esac
