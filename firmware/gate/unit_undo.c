/* What a passage made of a person, packed into the journal's record, so that staff can take it back later. */

#include "base/pack.h"
#include "core/date.h"
#include "gate/unit_internal.h"

enum presence_tag {
    TAG_ZONE = 1,
    TAG_ZONE_SINCE_US,
    TAG_LAST_ENTRY_US,
    TAG_LAST_ENTRY_POINT,
    TAG_VISIT_ID,
    TAG_VISIT_DAY,
    TAG_VISIT_PAID,
    TAG_VISITS_TODAY,
    TAG_VISITS_WEEK,
    TAG_ENTRIES_TODAY
};

enum { EFFECT_ENTRY = 1, EFFECT_OPENED = 2, EFFECT_CLOSED = 4, EFFECT_TOOK = 8 };

static void pack_presence(struct pack *p, unsigned tag, const struct visit_presence *v)
{
    size_t mark = pack_open(p, tag);

    pack_int(p, TAG_ZONE, v->zone_id);
    pack_int(p, TAG_ZONE_SINCE_US, v->zone_since_us);
    pack_int(p, TAG_LAST_ENTRY_US, v->last_entry_us);
    pack_int(p, TAG_LAST_ENTRY_POINT, v->last_entry_point);
    pack_int(p, TAG_VISIT_ID, v->visit_id);
    pack_int(p, TAG_VISIT_DAY, v->visit_day);
    pack_int(p, TAG_VISIT_PAID, v->visit_paid);
    pack_int(p, TAG_VISITS_TODAY, v->visits_today);
    pack_int(p, TAG_VISITS_WEEK, v->visits_week);
    pack_int(p, TAG_ENTRIES_TODAY, v->entries_today);
    pack_close(p, mark);
}

size_t unit_booking_pack(const struct unit_booking *booking, uint8_t *ret_record, size_t size)
{
    const struct visit_effect *e = &booking->effect;
    struct pack p;
    int64_t bits = (e->entry ? EFFECT_ENTRY : 0) | (e->opened ? EFFECT_OPENED : 0) | (e->closed ? EFFECT_CLOSED : 0) |
                   (booking->cost != VISIT_COST_NONE ? EFFECT_TOOK : 0);

    pack_init(&p, ret_record, size);
    pack_presence(&p, UNIT_RECORD_BEFORE, &booking->before);
    pack_presence(&p, UNIT_RECORD_AFTER, &booking->after);
    pack_int(&p, UNIT_RECORD_EFFECT, bits);
    pack_int(&p, UNIT_RECORD_COST_KIND, (int64_t)booking->cost);
    pack_int(&p, UNIT_RECORD_COST_ID, booking->cost_id);
    return p.overflow ? 0 : p.len;
}

static void unpack_presence_field(struct unpack *u, const struct pack_field *f, struct visit_presence *v)
{
    switch (f->tag) {
    case TAG_ZONE:
        v->zone_id = unpack_int(u, f, INT64_MIN, INT64_MAX);
        break;
    case TAG_ZONE_SINCE_US:
        v->zone_since_us = unpack_int(u, f, INT64_MIN, INT64_MAX);
        break;
    case TAG_LAST_ENTRY_US:
        v->last_entry_us = unpack_int(u, f, INT64_MIN, INT64_MAX);
        break;
    case TAG_LAST_ENTRY_POINT:
        v->last_entry_point = unpack_int(u, f, INT64_MIN, INT64_MAX);
        break;
    case TAG_VISIT_ID:
        v->visit_id = unpack_int(u, f, INT64_MIN, INT64_MAX);
        break;
    case TAG_VISIT_DAY:
        v->visit_day = (int32_t)unpack_int(u, f, INT32_MIN, INT32_MAX);
        break;
    case TAG_VISIT_PAID:
        v->visit_paid = unpack_int(u, f, 0, 1) == 1;
        break;
    case TAG_VISITS_TODAY:
        v->visits_today = (uint16_t)unpack_int(u, f, 0, UINT16_MAX);
        break;
    case TAG_VISITS_WEEK:
        v->visits_week = (uint16_t)unpack_int(u, f, 0, UINT16_MAX);
        break;
    case TAG_ENTRIES_TODAY:
        v->entries_today = (uint16_t)unpack_int(u, f, 0, UINT16_MAX);
        break;
    default:
        break;
    }
}

static bool unpack_presence(const struct pack_field *field, struct visit_presence *ret_presence)
{
    struct visit_presence v = {0};
    struct unpack u;
    struct pack_field f;

    if (!field->is_bytes) {
        return false;
    }
    unpack_init(&u, field->data, field->len);
    while (unpack_next(&u, &f)) {
        unpack_presence_field(&u, &f, &v);
    }
    *ret_presence = v;
    return !u.bad;
}

bool unit_booking_unpack(const uint8_t *record, size_t n, struct unit_booking *ret_booking)
{
    struct unit_booking b = {0};
    struct unpack u;
    struct pack_field f;
    bool before = false;
    bool after = false;
    int64_t bits = 0;

    unpack_init(&u, record, n);
    while (unpack_next(&u, &f)) {
        if (f.tag == UNIT_RECORD_BEFORE) {
            before = unpack_presence(&f, &b.before);
        } else if (f.tag == UNIT_RECORD_AFTER) {
            after = unpack_presence(&f, &b.after);
        } else if (f.tag == UNIT_RECORD_EFFECT) {
            bits = unpack_int(&u, &f, 0, 15);
        } else if (f.tag == UNIT_RECORD_COST_KIND) {
            b.cost = (enum visit_cost)unpack_int(&u, &f, VISIT_COST_NONE, VISIT_COST_SINGLE_ENTRY);
        } else if (f.tag == UNIT_RECORD_COST_ID) {
            b.cost_id = unpack_int(&u, &f, INT64_MIN, INT64_MAX);
        }
    }
    b.effect.entry = (bits & EFFECT_ENTRY) != 0;
    b.effect.opened = (bits & EFFECT_OPENED) != 0;
    b.effect.closed = (bits & EFFECT_CLOSED) != 0;
    if (u.bad || !before || !after) {
        return false;
    }
    *ret_booking = b;
    return true;
}

static bool same_presence(const struct visit_presence *a, const struct visit_presence *b)
{
    return a->zone_id == b->zone_id && a->zone_since_us == b->zone_since_us && a->last_entry_us == b->last_entry_us &&
           a->last_entry_point == b->last_entry_point && a->visit_id == b->visit_id && a->visit_day == b->visit_day &&
           a->visit_paid == b->visit_paid && a->visits_today == b->visits_today && a->visits_week == b->visits_week &&
           a->entries_today == b->entries_today;
}

static void one_less(uint16_t *counter)
{
    *counter = (uint16_t)(*counter > 0 ? *counter - 1 : 0);
}

static void take_visit_back(const struct unit_booking *booking, struct visit_presence *presence)
{
    if (presence->visit_day == booking->after.visit_day) {
        one_less(&presence->visits_today);
    }
    if (date_week_start(presence->visit_day) == date_week_start(booking->after.visit_day)) {
        one_less(&presence->visits_week);
    }
    if (presence->visit_id == booking->after.visit_id) {
        presence->visit_id = 0;
        presence->visit_paid = false;
    }
}

void unit_booking_undo(const struct unit_booking *booking, struct visit_presence *presence)
{
    const struct visit_presence *before = &booking->before;
    const struct visit_presence *after = &booking->after;

    if (same_presence(presence, after)) {
        *presence = *before;
        return;
    }
    if (booking->effect.entry && presence->visit_day == after->visit_day) {
        one_less(&presence->entries_today);
    }
    if (booking->effect.opened) {
        take_visit_back(booking, presence);
    } else if (presence->visit_id != 0 && presence->visit_id == after->visit_id) {
        presence->visit_paid = before->visit_paid;
    }
    if (presence->zone_id == after->zone_id && presence->zone_since_us == after->zone_since_us) {
        presence->zone_id = before->zone_id;
        presence->zone_since_us = before->zone_since_us;
    }
    if (presence->last_entry_us == after->last_entry_us) {
        presence->last_entry_us = before->last_entry_us;
        presence->last_entry_point = before->last_entry_point;
    }
}
