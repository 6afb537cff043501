#pragma once

/* A unit with two lanes and two readers, and a technician at its service face: for the tests of its pages. */

#include "screens/shell_internal.h"

#define UNIT_NOW_US INT64_C(1000000000)
#define UNIT_UTC_US INT64_C(1716392518000000) /* 2024-05-22 15:41:58 UTC */

/** Signed in, the gate connected, its status, checks, some taps and events known; all wishes taken. */
void service_unit(struct shell *ret_shell);
/** What a technician has called up through the rail. */
void service_unit_page(struct shell *shell, enum service_page page);
/** The level of one input, as the next checks tell it; the others are as they were. */
void service_unit_input(struct shell *shell, const char *name, bool active, int64_t now_us);
/** A card was let in at a reader and answered so fast. */
void service_unit_tap(struct shell *shell, const char *reader, int64_t tap_us, int64_t now_us);
/** Takes all wishes. @return how many were of this kind; *ret_last, if not NULL, is the last of them. */
int service_unit_wishes(struct shell *shell, enum shell_wish_kind kind, struct shell_wish *ret_last);
