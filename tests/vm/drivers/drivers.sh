#!/usr/bin/env bash
# The programs of tests/drivers, in the guest; but for the one that plays libgpiod, since here is the real one (tests/vm/gpio).
set -uo pipefail
failed=0
for test in gpio_wire gpio_sim nfc_target nfc_nfc desfire_diversify desfire_authenticate; do
	"$STILE_TESTS/test_drivers_$test" "$STILE_BIN/stile-sim-lane" || failed=1
done
exit $failed
