#pragma once

/* Compares what is kept of a person, field by field: the structure has padding. */

#include "core/visit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static inline void assert_presence(const struct visit_presence *a, const struct visit_presence *b)
{
    assert_int_equal(a->zone_id, b->zone_id);
    assert_int_equal(a->zone_since_us, b->zone_since_us);
    assert_int_equal(a->last_entry_us, b->last_entry_us);
    assert_int_equal(a->last_entry_point, b->last_entry_point);
    assert_int_equal(a->visit_id, b->visit_id);
    assert_int_equal(a->visit_day, b->visit_day);
    assert_int_equal(a->visit_paid, b->visit_paid);
    assert_int_equal(a->visits_today, b->visits_today);
    assert_int_equal(a->visits_week, b->visits_week);
    assert_int_equal(a->entries_today, b->entries_today);
}
