#include "query_maker.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

uint64_t maker_random(uint64_t *seed)
{
    uint64_t x = *seed;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *seed = x;
    return x * UINT64_C(2685821657736338717);
}

uint64_t maker_below(uint64_t *seed, uint64_t n)
{
    return (maker_random(seed) >> 16) % n;
}

int64_t maker_noon_us(void)
{
    return ((int64_t)MAKER_TODAY * 86400 + 10 * 3600) * 1000000;
}

struct zone maker_zone(const char *rule)
{
    struct zone zone = {0};
    bool good = zone_parse(rule, &zone);
    assert(good);
    (void)good;
    return zone;
}

void maker_good(struct access_query *q)
{
    static const uint8_t uid[] = {0x04, 0xa1, 0x22, 0x33, 0x44, 0x55, 0x9c};
    memset(q, 0, sizeof(*q));
    q->utc_us = maker_noon_us();
    q->clock_trusted = true;
    q->zone = maker_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    q->settings = (struct access_settings){.overdue_days = 10,
                                           .allow_uid_only = true,
                                           .warn_ends_days = 14,
                                           .warn_certificate_days = 14,
                                           .warn_clips_left = 2,
                                           .too_soon_s = 30};
    q->point_id = MAKER_POINT;
    q->direction = VISIT_IN;
    q->zone_from = MAKER_OUTSIDE;
    q->zone_to = MAKER_GYM;
    q->passback = ACCESS_PASSBACK_HARD;
    q->zone_limit = 100;
    q->zone_occupancy = 99;
    q->list_version = 4711;
    q->list_synced_utc_us = q->utc_us - INT64_C(60) * 1000000;
    q->since_entry_ms = -1;
    q->card.known = card_from_uid(uid, sizeof(uid), &q->card.number);
    q->card.valid_from = DAY_NONE;
    q->card.valid_through = DAY_NONE;
    q->customer = (struct access_customer){.present = true,
                                           .id = 501,
                                           .name = "Astrid",
                                           .birth = MAKER_TODAY - 30 * 366,
                                           .inactive_from = DAY_NONE,
                                           .this_branch = true,
                                           .certificate_through = DAY_NONE,
                                           .overdue_since = DAY_NONE};
    q->entitlements[0] = (struct access_entitlement){.kind = ACCESS_SUBSCRIPTION,
                                                     .id = 11,
                                                     .product_id = 21,
                                                     .product = "Gold",
                                                     .tolerance_days = 30,
                                                     .start = MAKER_TODAY - 100,
                                                     .ends_on = DAY_NONE,
                                                     .charged_through = MAKER_TODAY + 200,
                                                     .payer_overdue_since = DAY_NONE,
                                                     .valid_through = DAY_NONE,
                                                     .n_rights = 1};
    q->entitlements[0].rights[0] = (struct access_right){.directions = 1 << VISIT_IN | 1 << VISIT_OUT, .always = true};
    q->n_entitlements = 1;
}

void maker_punch_card(struct access_query *q)
{
    maker_good(q);
    struct access_entitlement *e = &q->entitlements[0];
    e->kind = ACCESS_PUNCH_CARD;
    e->id = 12;
    e->tolerance_days = 1;
    e->charged_through = DAY_NONE;
    e->start = DAY_NONE;
    e->clips_left = 10;
    e->valid_through = MAKER_TODAY + 300;
}

struct access_entitlement *maker_add(struct access_query *q, enum access_kind kind, int64_t id)
{
    struct access_entitlement *e = &q->entitlements[q->n_entitlements++];
    *e = q->entitlements[0];
    e->kind = kind;
    e->id = id;
    if (kind != ACCESS_SUBSCRIPTION) {
        e->clips_left = 1;
    }
    return e;
}

/* One way to break each rule ***************************************************************************************/

static void break_unit_locked(struct access_query *q)
{
    q->lockdown = true;
}

static void break_card_unknown(struct access_query *q)
{
    q->card.known = false;
}

static void break_card_not_genuine(struct access_query *q)
{
    q->card.credential = ACCESS_CREDENTIAL_DESFIRE;
    q->proof = ACCESS_PROOF_FAILED;
}

static void break_card_blocked(struct access_query *q)
{
    q->card.state = ACCESS_CARD_STOLEN;
}

static void break_card_expired(struct access_query *q)
{
    q->card.valid_through = MAKER_TODAY - 1;
}

static void break_inactive(struct access_query *q)
{
    q->customer.inactive_from = MAKER_TODAY;
}

static void break_suspended(struct access_query *q)
{
    q->customer.suspended = true;
}

static void break_wrong_branch(struct access_query *q)
{
    q->customer.this_branch = false;
}

static void break_too_young(struct access_query *q)
{
    q->entitlements[0].min_age = 18;
    q->customer.birth = DAY_NONE;
}

static void break_not_started(struct access_query *q)
{
    q->entitlements[0].start = MAKER_TODAY + 1;
}

static void break_ended(struct access_query *q)
{
    q->entitlements[0].ends_on = MAKER_TODAY - 1;
}

static void break_frozen(struct access_query *q)
{
    q->entitlements[0].freezes[0] = (struct access_freeze){MAKER_TODAY - 3, MAKER_TODAY + 4};
    q->entitlements[0].n_freezes = 1;
}

static void break_unpaid(struct access_query *q)
{
    q->entitlements[0].charged_through = MAKER_TODAY - 1;
}

static void break_invoice_overdue(struct access_query *q)
{
    q->customer.overdue_since = MAKER_TODAY - 10;
}

static void break_no_right_here(struct access_query *q)
{
    q->entitlements[0].rights[0].directions = 1 << VISIT_OUT;
}

static void break_outside_hours(struct access_query *q)
{
    struct access_right *right = &q->entitlements[0].rights[0];
    right->always = false;
    right->schedule.spans[0] = (struct schedule_span){.days = 0x7f, .from_min = 14 * 60, .to_min = 20 * 60};
    right->schedule.n_spans = 1;
}

static void break_no_clips_left(struct access_query *q)
{
    q->entitlements[0].kind = ACCESS_PUNCH_CARD;
    q->entitlements[0].clips_left = 0;
}

static void break_punch_card_expired(struct access_query *q)
{
    if (q->entitlements[0].kind != ACCESS_PUNCH_CARD) {
        q->entitlements[0].kind = ACCESS_PUNCH_CARD;
        q->entitlements[0].clips_left = 5;
    }
    q->entitlements[0].valid_through = MAKER_TODAY - 1;
}

static void break_too_soon(struct access_query *q)
{
    q->since_entry_ms = 29999;
}

static void break_passback(struct access_query *q)
{
    q->presence.zone_id = MAKER_GYM;
    q->presence.zone_since_us = q->utc_us - INT64_C(3600000000);
}

static void break_visit_limit(struct access_query *q)
{
    q->entitlements[0].visits_per_day = 2;
    q->presence.visits_today = 2;
    q->presence.visit_day = MAKER_TODAY;
}

static void break_full(struct access_query *q)
{
    q->zone_occupancy = q->zone_limit;
}

static void break_list_too_old(struct access_query *q)
{
    q->list_synced_utc_us = q->utc_us - (INT64_C(31) * 86400 * 1000000);
}

void maker_break(struct access_query *q, enum access_code code)
{
    static void (*const breaks[ACCESS_CODES])(struct access_query *) = {
        [ACCESS_UNIT_LOCKED] = break_unit_locked,
        [ACCESS_CARD_UNKNOWN] = break_card_unknown,
        [ACCESS_CARD_NOT_GENUINE] = break_card_not_genuine,
        [ACCESS_CARD_BLOCKED] = break_card_blocked,
        [ACCESS_CARD_EXPIRED] = break_card_expired,
        [ACCESS_INACTIVE] = break_inactive,
        [ACCESS_SUSPENDED] = break_suspended,
        [ACCESS_WRONG_BRANCH] = break_wrong_branch,
        [ACCESS_TOO_YOUNG] = break_too_young,
        [ACCESS_NOT_STARTED] = break_not_started,
        [ACCESS_ENDED] = break_ended,
        [ACCESS_FROZEN] = break_frozen,
        [ACCESS_UNPAID] = break_unpaid,
        [ACCESS_INVOICE_OVERDUE] = break_invoice_overdue,
        [ACCESS_NO_RIGHT_HERE] = break_no_right_here,
        [ACCESS_OUTSIDE_HOURS] = break_outside_hours,
        [ACCESS_NO_CLIPS_LEFT] = break_no_clips_left,
        [ACCESS_PUNCH_CARD_EXPIRED] = break_punch_card_expired,
        [ACCESS_TOO_SOON] = break_too_soon,
        [ACCESS_PASSBACK] = break_passback,
        [ACCESS_VISIT_LIMIT] = break_visit_limit,
        [ACCESS_FULL] = break_full,
        [ACCESS_LIST_TOO_OLD] = break_list_too_old,
    };
    assert(code > ACCESS_GRANTED && code < ACCESS_CODES);
    breaks[code](q);
}

/* Random parts *****************************************************************************************************/

static bool flip(uint64_t *seed)
{
    return maker_below(seed, 2) != 0;
}

/* True once in @n times. */
static bool rarely(uint64_t *seed, uint64_t n)
{
    return maker_below(seed, n) == 0;
}

static int32_t any_day(uint64_t *seed)
{
    switch (maker_below(seed, 6)) {
    case 0:
        return DAY_NONE;
    case 1:
        return (int32_t)maker_below(seed, (uint64_t)(DAY_MAX - DAY_MIN)) + DAY_MIN;
    default:
        return MAKER_TODAY + (int32_t)maker_below(seed, 61) - 30;
    }
}

static int64_t any_wide(uint64_t *seed)
{
    switch (maker_below(seed, 4)) {
    case 0:
        return (int64_t)maker_random(seed);
    case 1:
        return 0;
    default:
        return (int64_t)maker_below(seed, 10);
    }
}

/* A day that mostly lies on the good side of today. */
static int32_t mostly(uint64_t *seed, int32_t good)
{
    return rarely(seed, 5) ? any_day(seed) : flip(seed) ? DAY_NONE : good;
}

static void any_text(uint64_t *seed, char *ret_text, size_t size)
{
    size_t n = flip(seed) ? 0 : maker_below(seed, size);
    for (size_t i = 0; i < n; i++) {
        ret_text[i] = (char)(1 + maker_below(seed, 255));
    }
}

static void any_schedule(uint64_t *seed, struct schedule *ret_schedule)
{
    ret_schedule->n_spans = (uint8_t)maker_below(seed, rarely(seed, 8) ? SCHEDULE_SPANS_MAX + 1 : 4);
    for (unsigned i = 0; i < ret_schedule->n_spans; i++) {
        int16_t from = (int16_t)maker_below(seed, 1440);
        struct schedule_span *span = &ret_schedule->spans[i];
        span->days = (uint8_t)(1 + maker_below(seed, 255));
        span->from_min = from;
        span->to_min = (int16_t)(from + 1 + (int)maker_below(seed, (uint64_t)(2880 - from)));
    }
}

static void any_entitlement(uint64_t *seed, struct access_entitlement *e)
{
    e->kind = (enum access_kind)maker_below(seed, 3);
    e->id = any_wide(seed);
    e->product_id = any_wide(seed);
    any_text(seed, e->product, sizeof(e->product));
    e->min_age = (uint8_t)(!rarely(seed, 4) ? 0 : maker_below(seed, 256));
    e->tolerance_days = (uint16_t)(flip(seed) ? 30 : maker_below(seed, 65536));
    e->visits_per_day = (uint16_t)maker_below(seed, 3);
    e->visits_per_week = (uint16_t)(flip(seed) ? 0 : maker_below(seed, 65536));
    e->prepaid = flip(seed);
    e->start = mostly(seed, MAKER_TODAY - 20);
    e->ends_on = mostly(seed, MAKER_TODAY + 5);
    e->charged_through = rarely(seed, 4) ? any_day(seed) : MAKER_TODAY + 9;
    e->payer_overdue_since = mostly(seed, MAKER_TODAY);
    e->clips_left = (int32_t)maker_below(seed, 5) - 1;
    e->valid_through = mostly(seed, MAKER_TODAY + 30);
    e->n_freezes = (uint8_t)(!rarely(seed, 4) ? 0 : maker_below(seed, ACCESS_FREEZES_MAX + 1));
    for (unsigned i = 0; i < e->n_freezes; i++) {
        e->freezes[i] = (struct access_freeze){.first = any_day(seed), .last = any_day(seed)};
    }
    e->n_rights = (uint8_t)maker_below(seed, rarely(seed, 8) ? ACCESS_RIGHTS_MAX + 1 : 3);
    for (unsigned i = 0; i < e->n_rights; i++) {
        e->rights[i].directions = (uint8_t)(flip(seed) ? 7 : maker_below(seed, 256));
        e->rights[i].always = flip(seed);
        if (!e->rights[i].always) {
            any_schedule(seed, &e->rights[i].schedule);
        }
    }
}

static void any_presence(uint64_t *seed, struct visit_presence *presence)
{
    presence->zone_id = (int64_t)maker_below(seed, 4);
    presence->zone_since_us = flip(seed) ? 0 : maker_noon_us() - (int64_t)maker_below(seed, 40000000000);
    presence->last_entry_us = flip(seed) ? 0 : maker_noon_us() - (int64_t)maker_below(seed, 90000000000);
    presence->last_entry_point = any_wide(seed);
    presence->visit_id = flip(seed) ? 0 : any_wide(seed);
    presence->visit_day = MAKER_TODAY - (int32_t)maker_below(seed, 9);
    presence->visit_paid = flip(seed);
    presence->visits_today = (uint16_t)maker_below(seed, 4);
    presence->visits_week = (uint16_t)maker_below(seed, 65536);
    presence->entries_today = (uint16_t)maker_below(seed, 4);
}

static void any_card(uint64_t *seed, struct access_card *card)
{
    static const uint8_t lengths[] = {4, 7, 10};
    uint8_t uid[CARD_UID_MAX];
    for (size_t i = 0; i < sizeof(uid); i++) {
        uid[i] = (uint8_t)maker_random(seed);
    }
    if (flip(seed)) {
        (void)card_from_uid(uid, lengths[maker_below(seed, 3)], &card->number);
    } else if (!rarely(seed, 8)) {
        (void)card_from_serial("752", maker_below(seed, 100000), 9, &card->number);
    }
    card->known = !rarely(seed, 8);
    card->state = rarely(seed, 4) ? (enum access_card_state)maker_below(seed, 5) : ACCESS_CARD_ACTIVE;
    card->credential = rarely(seed, 4) ? ACCESS_CREDENTIAL_DESFIRE : ACCESS_CREDENTIAL_UID;
    card->valid_from = mostly(seed, MAKER_TODAY - 9);
    card->valid_through = mostly(seed, MAKER_TODAY + 9);
    card->staff = rarely(seed, 8);
    card->emergency = rarely(seed, 8);
}

static void any_customer(uint64_t *seed, struct access_customer *customer)
{
    customer->present = !rarely(seed, 4);
    if (customer->present) {
        customer->id = any_wide(seed);
        any_text(seed, customer->name, sizeof(customer->name));
        customer->birth = flip(seed) ? any_day(seed) : MAKER_TODAY - (int32_t)maker_below(seed, 40000);
        customer->inactive_from = flip(seed) ? DAY_NONE : any_day(seed);
        customer->suspended = rarely(seed, 6);
        customer->all_branches = flip(seed);
        customer->this_branch = !rarely(seed, 4);
        customer->certificate_through = any_day(seed);
        customer->overdue_since = mostly(seed, MAKER_TODAY);
        any_text(seed, customer->message, sizeof(customer->message));
    }
}

static void any_settings(uint64_t *seed, struct access_settings *settings)
{
    settings->overdue_days = (uint16_t)maker_below(seed, 30);
    settings->overdue_hits = (enum access_overdue_hits)maker_below(seed, 2);
    settings->allow_uid_only = !rarely(seed, 4);
    settings->warn_ends_days = (uint16_t)(flip(seed) ? 14 : maker_below(seed, 65536));
    settings->warn_certificate_days = (uint16_t)maker_below(seed, 30);
    settings->warn_clips_left = (uint16_t)maker_below(seed, 4);
    settings->too_soon_s = (uint32_t)maker_below(seed, 60);
    settings->closed_without_clock = flip(seed);
}

void maker_any(uint64_t *seed, struct access_query *q)
{
    static const char *const zones[] = {"CET-1CEST,M3.5.0,M10.5.0/3",
                                        "UTC0",
                                        "<+03>-3",
                                        "EST5EDT,M3.2.0,M11.1.0",
                                        "AEST-10AEDT,M10.1.0,M4.1.0/3",
                                        "IST-2IDT,M3.4.4/26,M10.5.0",
                                        "XXX5YYY,J60/1,300/2:30"};
    memset(q, 0, sizeof(*q));
    q->utc_us = rarely(seed, 8) ? (int64_t)maker_random(seed)
                                : maker_noon_us() + (int64_t)maker_below(seed, UINT64_C(200000000000)) - 100000000000;
    q->clock_trusted = !rarely(seed, 5);
    q->zone = maker_zone(zones[maker_below(seed, sizeof(zones) / sizeof(zones[0]))]);
    int32_t day = MAKER_TODAY - 20;
    q->holidays.n_days = (uint8_t)maker_below(seed, SCHEDULE_HOLIDAYS_MAX + 1);
    for (unsigned i = 0; i < q->holidays.n_days; i++) {
        day += 1 + (int32_t)maker_below(seed, 30);
        q->holidays.days[i] = day;
    }
    any_settings(seed, &q->settings);
    q->point_id = any_wide(seed);
    q->direction = (enum visit_direction)maker_below(seed, 3);
    q->inner = rarely(seed, 4);
    q->zone_from = (int64_t)maker_below(seed, 4);
    q->zone_to = (int64_t)maker_below(seed, 4);
    q->passback = (enum access_passback)maker_below(seed, 3);
    q->forget_after_s = (uint32_t)(flip(seed) ? 0 : maker_below(seed, 40000));
    q->zone_limit = (uint32_t)maker_below(seed, 3);
    q->zone_occupancy = (uint32_t)maker_below(seed, 3);
    q->lockdown = rarely(seed, 8);
    q->list_version = any_wide(seed);
    q->list_synced_utc_us = flip(seed) ? q->utc_us : any_wide(seed);
    q->proof = rarely(seed, 4) ? (enum access_proof)maker_below(seed, 3) : ACCESS_PROOF_GENUINE;
    q->since_entry_ms = flip(seed) ? -1 : (int64_t)maker_below(seed, 100000);
    any_presence(seed, &q->presence);
    any_card(seed, &q->card);
    any_customer(seed, &q->customer);
    q->n_entitlements = (uint8_t)(rarely(seed, 10) ? maker_below(seed, 7) : maker_below(seed, 4));
    for (unsigned i = 0; i < q->n_entitlements; i++) {
        any_entitlement(seed, &q->entitlements[i]);
    }
}
