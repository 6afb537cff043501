#pragma once

/* Queries for tests: a good one to break in one place, and random ones that keep every bound. */

#include "core/access.h"

#include <stdint.h>

/* xorshift64*; any seed but 0. */
uint64_t maker_random(uint64_t *seed);
/* 0 to n - 1. */
uint64_t maker_below(uint64_t *seed, uint64_t n);

enum { MAKER_TODAY = 16206 /* 2014-05-16, a Friday */, MAKER_POINT = 7, MAKER_OUTSIDE = 0, MAKER_GYM = 3 };

/* 2014-05-16 12:00 in Stockholm. */
int64_t maker_noon_us(void);
struct zone maker_zone(const char *rule);

/** A member with a running direct-debit subscription "Gold" (id 11), open at all hours, at the entrance: granted without
 * a warning. */
void maker_good(struct access_query *ret_query);
/** The same with a punch card of ten clips (id 12) in place of the subscription. */
void maker_punch_card(struct access_query *ret_query);
/** Breaks one rule of a good query and no other one, so that it is denied with @code. */
void maker_break(struct access_query *query, enum access_code code);
/** Adds a copy of entitlement 0 of this kind and id. */
struct access_entitlement *maker_add(struct access_query *query, enum access_kind kind, int64_t id);
/** Any query that keeps the bounds of its structs, bytes beyond the counts zero. Values cluster around the limits. */
void maker_any(uint64_t *seed, struct access_query *ret_query);
