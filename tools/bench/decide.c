/* Decisions without I/O, and with the look-up in the list before. */

#include "bench/bench.h"
#include "bench/lists.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "core/access.h"
#include "db/list_db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stddef.h>
#include <string.h>

enum { CALLS = 100, BLOCK = 500 };

struct desk {
    struct list_db *list;
    struct list_meta meta;
    struct list_point point;
    struct list_branch branch;
    struct access_query query;
    int64_t counted[ACCESS_ENTITLEMENTS_MAX];
    sqlite3 *bare;
    sqlite3_stmt *bare_stmt;
};

static struct desk desk;

static int open_desk(struct desk *d, const char *path)
{
    *d = (struct desk){0};
    int r = list_db_open(path, LIST_DB_READ, &d->list);
    if (r == 0) {
        r = list_db_meta(d->list, &d->meta);
    }
    if (r == 0) {
        r = list_db_point(d->list, "in1", &d->point);
    }
    if (r == 0) {
        r = list_db_branch(d->list, d->point.branch_id, &d->branch);
    }
    return r > 0 ? -ENOENT : r;
}

static void close_desk(struct desk *d)
{
    (void)sqlite3_finalize(d->bare_stmt);
    (void)sqlite3_close(d->bare);
    list_db_close(d->list);
    *d = (struct desk){0};
}

/* What the unit fills in for every tap (firmware/gate/unit_query.c). */
static int fill(struct desk *d, const struct card_number *card)
{
    struct access_query *q = &d->query;
    memset(q, 0, offsetof(struct access_query, entitlements));
    q->utc_us = d->meta.synced_utc_us + US_PER_HOUR;
    q->clock_trusted = true;
    q->zone = d->branch.zone;
    q->holidays = d->branch.holidays;
    q->settings = d->branch.settings;
    q->point_id = d->point.id;
    q->direction = VISIT_IN;
    q->zone_from = d->point.zone_from;
    q->zone_to = d->point.zone_to;
    q->list_version = d->meta.version;
    q->list_synced_utc_us = d->meta.synced_utc_us;
    q->since_entry_ms = -1;
    return list_db_find(d->list, card, &d->point, q, d->counted, NULL);
}

static int time_decision(const struct access_query *query, size_t n, struct samples *ret_samples)
{
    struct access_verdict verdict;
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        int64_t from = bench_ns();
        for (int k = 0; k < CALLS; k++) {
            access_decide(query, &verdict, NULL);
        }
        r = samples_add(ret_samples, (bench_ns() - from) / CALLS);
    }
    return r;
}

static int add_decision(struct bench *b, const char *name, const struct access_query *query, bool typical)
{
    struct samples s = {0};
    struct access_verdict v;
    int r = time_decision(query, b->quick ? 20 : typical ? 3000 : 200, &s);
    if (r == 0) {
        access_decide(query, &v, NULL);
        struct table_row *row = table_add(&b->table, "decision alone: %s, %s", name, access_code_text(v.code));
        table_times(row, &s);
        row->n *= CALLS;
        table_note(row, "p50, p99 and max of means of %d", CALLS);
        if (typical) {
            table_budget(row, TABLE_P50, 5);
            table_budget(row, TABLE_P99, 5);
        }
    }
    samples_finish(&s);
    return r;
}

/* All that a person can have: every place taken, every freeze, every right with a full schedule, and nothing passes
 * before the last one. */
static void make_worst(struct access_query *q)
{
    const struct access_entitlement one = q->entitlements[0];
    q->n_entitlements = ACCESS_ENTITLEMENTS_MAX;
    q->holidays.n_days = SCHEDULE_HOLIDAYS_MAX;
    for (int i = 0; i < SCHEDULE_HOLIDAYS_MAX; i++) {
        q->holidays.days[i] = i;
    }
    for (int i = 0; i < ACCESS_ENTITLEMENTS_MAX; i++) {
        struct access_entitlement *e = &q->entitlements[i];
        *e = one;
        e->n_freezes = ACCESS_FREEZES_MAX;
        for (int k = 0; k < ACCESS_FREEZES_MAX; k++) {
            e->freezes[k] = (struct access_freeze){.first = k * 10, .last = k * 10 + 5};
        }
        e->n_rights = ACCESS_RIGHTS_MAX;
        for (int k = 0; k < ACCESS_RIGHTS_MAX; k++) {
            e->rights[k] = (struct access_right){.directions = 7, .schedule = {.n_spans = SCHEDULE_SPANS_MAX}};
            for (int s = 0; s < SCHEDULE_SPANS_MAX; s++) {
                e->rights[k].schedule.spans[s] = (struct schedule_span){
                    .days = SCHEDULE_HOLIDAY, .from_min = (int16_t)(s * 40), .to_min = (int16_t)(s * 40 + 20)};
            }
        }
    }
}

int bench_decisions(struct bench *b)
{
    static const struct {
        const char *name;
        enum lists_kind kind;
    } cases[] = {{"a subscription", LISTS_GOLD},
                 {"two subscriptions, freezes, a schedule", LISTS_LONG},
                 {"a punch card", LISTS_CLIPS},
                 {"a subscription that isn't paid", LISTS_UNPAID}};
    struct desk *d = &desk;
    int r = open_desk(d, b->lists[0]);
    for (size_t i = 0; r == 0 && i < ARRAY_LEN(cases); i++) {
        struct card_number card = lists_card(b->sizes[0], lists_find(b->sizes[0], 100, cases[i].kind));
        r = fill(d, &card);
        if (r == 0) {
            r = add_decision(b, cases[i].name, &d->query, true);
        }
    }
    if (r == 0) {
        struct card_number card = lists_card(b->sizes[0], lists_find(b->sizes[0], 100, LISTS_GOLD));
        r = fill(d, &card);
        make_worst(&d->query);
    }
    if (r == 0) {
        r = add_decision(b, "16 entitlements, all full", &d->query, false);
    }
    close_desk(d);
    return r;
}

/* The reference: what anybody would write first. */
static int open_bare(struct desk *d, const char *path)
{
    static const char text[] = "SELECT customer, punch_card, single_entry, state, credential, valid_from,"
                               " valid_through, staff, emergency FROM card WHERE key = ?1";
    if (sqlite3_open_v2(path, &d->bare, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_exec(d->bare, "PRAGMA cache_size = -1024", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v3(d->bare, text, -1, SQLITE_PREPARE_PERSISTENT, &d->bare_stmt, NULL) != SQLITE_OK) {
        return -EIO;
    }
    return 0;
}

static int look_bare(struct desk *d, const struct card_number *card)
{
    uint8_t key[1 + CARD_DIGITS_MAX];
    size_t n = card_key(card, key);
    (void)sqlite3_bind_blob(d->bare_stmt, 1, key, (int)n, SQLITE_STATIC);
    int rc = sqlite3_step(d->bare_stmt);
    (void)sqlite3_reset(d->bare_stmt);
    return rc == SQLITE_ROW ? 0 : -EIO;
}

struct lookup {
    struct desk *desk;
    int64_t cards;
    uint64_t random;
    struct samples ours, bare;
    size_t granted;
};

static int look_block(struct lookup *l, bool ours)
{
    int r = 0;
    for (int i = 0; r == 0 && i < BLOCK; i++) {
        struct access_verdict verdict;
        struct card_number card = lists_card(l->cards, (int64_t)(bench_random(&l->random) % (uint64_t)l->cards));
        int64_t from = bench_ns();
        if (ours) {
            r = fill(l->desk, &card);
            access_decide(&l->desk->query, &verdict, NULL);
        } else {
            r = look_bare(l->desk, &card);
        }
        if (r == 0) {
            r = samples_add(ours ? &l->ours : &l->bare, bench_ns() - from);
        }
        l->granted += ours && r == 0 && verdict.code == ACCESS_GRANTED;
    }
    return r;
}

static void add_lookup(struct bench *b, const struct lookup *l, size_t at)
{
    char size[16];
    bench_size_text(l->cards, size, sizeof(size));
    struct table_row *row = table_add(&b->table, "bare look-up of a card, %s cards", size);
    table_times(row, &l->bare);
    table_set(row, TABLE_RATE, (double)l->bare.n * 1e9 / (double)samples_sum(&l->bare));
    row = table_add(&b->table, "look-up and decision, %s cards", size);
    table_times(row, &l->ours);
    table_set(row, TABLE_RATE, (double)l->ours.n * 1e9 / (double)samples_sum(&l->ours));
    table_compare(row, &l->ours, &l->bare, "bare look-up");
    table_note(row, "cards drawn from the whole list, one core; granted %.0f %%",
               100.0 * (double)l->granted / (double)l->ours.n);
    if (at == b->at_million) {
        table_budget(row, TABLE_RATE, 50000);
    }
}

static int look_up(struct bench *b, size_t at)
{
    struct lookup l = {.desk = &desk, .cards = b->sizes[at], .random = 88172645463325252U};
    int r = open_desk(&desk, b->lists[at]);
    if (r == 0) {
        r = open_bare(&desk, b->lists[at]);
    }
    /* The first blocks bring the file into the kernel's cache. */
    for (int i = 0; r == 0 && i < (b->quick ? 2 : 100); i++) {
        r = look_block(&l, i % 2 == 0);
    }
    l.ours.n = l.bare.n = l.granted = 0;
    for (int i = 0; r == 0 && i < (b->quick ? 4 : 400); i++) {
        r = look_block(&l, i % 2 == 0);
    }
    if (r == 0) {
        add_lookup(b, &l, at);
    }
    samples_finish(&l.ours);
    samples_finish(&l.bare);
    close_desk(&desk);
    return r;
}

int bench_lookups(struct bench *b)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < b->n_sizes; i++) {
        r = look_up(b, i);
    }
    return r < 0 ? bench_failed("look-up", r) : 0;
}
