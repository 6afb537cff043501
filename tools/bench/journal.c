/* The journal with many events: appended as the worker does it, read, verified, and erased bit by bit, with appends in
 * between. */

#include "bench/bench.h"

#include "base/clock.h"
#include "core/access_record.h"
#include "db/journal_db.h"
#include "gate/journal_worker.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum {
    BATCH = 64, /* firmware/gate/journal_worker.c */
    STEP = 50, /* the same: events erased at a time */
    PAGE = 2000, /* an upload's */
    DAYS = 100, /* that the events cover */
    RETENTION_DAYS = 90,
    PHASES = 3,
    HOLDERS = 20000
};

struct book {
    char path[BENCH_PATH_SIZE + 32];
    struct journal_db *db;
    int64_t n;
    int64_t from_us, to_us; /* UTC */
    uint8_t record[ACCESS_RECORD_MAX];
    size_t record_len;
    struct samples s, reference;
};

static struct book book;

/* The record of an ordinary decision. */
static int make_record(struct book *k)
{
    static struct access_query q;
    struct access_verdict v;
    struct access_stages stages = {.uid_us = 1000000000,
                                   .field_us = -12000,
                                   .gate_us = 150,
                                   .found_us = 200,
                                   .decided_us = 205,
                                   .proof_us = ACCESS_STAGE_NONE};
    q = (struct access_query){.utc_us = k->to_us,
                              .clock_trusted = true,
                              .point_id = 1,
                              .zone_to = 1,
                              .list_version = 123456,
                              .list_synced_utc_us = k->to_us - US_PER_HOUR,
                              .since_entry_ms = -1,
                              .n_entitlements = 1};
    q.card = (struct access_card){.known = true,
                                  .valid_from = DAY_NONE,
                                  .valid_through = DAY_NONE,
                                  .number = {.form = CARD_UID, .len = 7, .bytes = {4, 1, 2, 3, 4, 5, 6}}};
    q.customer = (struct access_customer){.present = true,
                                          .id = 1234567,
                                          .name = "Torsten",
                                          .birth = 7000,
                                          .inactive_from = DAY_NONE,
                                          .this_branch = true,
                                          .certificate_through = DAY_NONE,
                                          .overdue_since = DAY_NONE};
    q.entitlements[0] = (struct access_entitlement){.id = 7654321,
                                                    .product_id = 1,
                                                    .product = "Gold",
                                                    .tolerance_days = 30,
                                                    .start = 18000,
                                                    .ends_on = DAY_NONE,
                                                    .charged_through = 40000,
                                                    .payer_overdue_since = DAY_NONE,
                                                    .valid_through = DAY_NONE,
                                                    .n_rights = 1,
                                                    .rights = {{.directions = 7, .always = true}}};
    access_decide(&q, &v, NULL);
    int n = access_record_encode(&q, &v, &stages, k->record, sizeof(k->record));
    k->record_len = n > 0 ? (size_t)n : 0;
    return n < 0 ? n : 0;
}

/* The ith event: the decision, the release and the passage of one person after the other. */
static struct journal_event make_event(const struct book *k, int64_t i, int64_t utc_us)
{
    int64_t tap = i / PHASES;
    int64_t holder = 1 + tap % HOLDERS;
    struct journal_event e = {.utc_us = utc_us,
                              .boot_us = i * 1000,
                              .grant = (uint64_t)tap + 1,
                              .point_id = 1,
                              .lane = "lane1",
                              .line_us = -1,
                              .holder = holder,
                              .record = k->record,
                              .card = {.form = CARD_UID, .len = 7, .bytes = {4, 1, 2, 3}}};
    memcpy(e.card.bytes + 3, &holder, 4);
    switch (i % PHASES) {
    case 0:
        e.kind = JOURNAL_DECISION;
        e.record_len = k->record_len;
        e.effect.opens_grant = true;
        break;
    case 1:
        e.kind = JOURNAL_RELEASED;
        e.record_len = 40;
        e.line_us = 310;
        break;
    default:
        e.kind = JOURNAL_PASSED;
        e.record_len = 80;
        e.effect.closes_grant = e.effect.has_presence = true;
        e.effect.presence = (struct visit_presence){.zone_id = 1,
                                                    .zone_since_us = utc_us,
                                                    .last_entry_us = utc_us,
                                                    .last_entry_point = 1,
                                                    .visit_id = tap + 1,
                                                    .visit_day = 20000,
                                                    .visits_today = 1,
                                                    .visits_week = 2,
                                                    .entries_today = 1};
        break;
    }
    return e;
}

static double mb(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (double)st.st_size / 1048576 : 0;
}

static double per_s(double n, int64_t ns)
{
    return ns > 0 ? n * 1e9 / (double)ns : 0;
}

static int append(struct bench *b, struct book *k)
{
    static struct journal_event events[BATCH];
    int64_t begun = bench_ns();
    int r = 0;
    for (int64_t i = 0; r == 0 && i < k->n; i += BATCH) {
        size_t n = k->n - i < BATCH ? (size_t)(k->n - i) : BATCH;
        for (size_t j = 0; j < n; j++) {
            int64_t at = i + (int64_t)j;
            events[j] =
                make_event(k, at, k->from_us + (int64_t)((double)(k->to_us - k->from_us) * (double)at / (double)k->n));
        }
        int64_t from = bench_ns();
        r = journal_db_append(k->db, events, n);
        if (r == 0) {
            r = samples_add(&k->s, bench_ns() - from);
        }
    }
    if (r == 0) {
        char size[16];
        bench_size_text(k->n, size, sizeof(size));
        struct table_row *row = table_add(&b->table, "journal: append of %d events, up to %s", BATCH, size);
        table_times(row, &k->s);
        table_set(row, TABLE_RATE, per_s((double)k->n, bench_ns() - begun));
        table_note(row, "events a second, each batch durable; %.0f bytes of file an event, %.0f MB in all",
                   mb(k->path) * 1048576 / (double)k->n, mb(k->path));
    }
    return r;
}

static int count(const struct journal_event *event, void *user)
{
    *(int64_t *)user = event->seq;
    return 0;
}

static int read_all(struct bench *b, struct book *k)
{
    int64_t seen = 0;
    int64_t from = bench_ns();
    int r = journal_db_read(k->db, 0, 0, count, &seen);
    if (r < 0 || seen < k->n) {
        return r < 0 ? r : -EIO;
    }
    struct table_row *row = table_add(&b->table, "journal: read from the beginning");
    row->n = (size_t)k->n;
    table_set(row, TABLE_RATE, per_s((double)k->n, bench_ns() - from));

    from = bench_ns();
    r = journal_db_verify(k->db, &seen);
    row = table_add(&b->table, "journal: verify the chain");
    row->n = (size_t)k->n;
    table_set(row, TABLE_RATE, per_s((double)k->n, bench_ns() - from));
    return r == 0 ? 0 : -EIO;
}

static int upload(struct bench *b, struct book *k)
{
    struct samples s = {0};
    int r = 0;
    int64_t pages = k->n / PAGE < 100 ? k->n / PAGE : 100;
    int64_t begun = bench_ns();
    for (int64_t i = 0; r == 0 && i < pages; i++) {
        int64_t from = bench_ns();
        int64_t at = journal_db_cursor(k->db, "office");
        r = at < 0 ? (int)at : journal_db_read(k->db, at, PAGE, count, &at);
        r = r == 0 ? journal_db_set_cursor(k->db, "office", at) : r;
        r = r == 0 ? samples_add(&s, bench_ns() - from) : r;
    }
    if (r == 0) {
        struct table_row *row = table_add(&b->table, "journal: upload, pages of %d and the cursor kept", PAGE);
        table_times(row, &s);
        table_set(row, TABLE_RATE, per_s((double)(pages * PAGE), bench_ns() - begun));
    }
    samples_finish(&s);
    return r;
}

static int follow(struct bench *b, struct book *k)
{
    struct samples s = {0};
    int64_t last = journal_db_last_seq(k->db);
    int r = last < 0 ? (int)last : 0;
    for (int i = 0; r == 0 && i < 200; i++) {
        int64_t seen = 0;
        int64_t from = bench_ns();
        r = journal_db_read(k->db, last - 100, 0, count, &seen);
        r = r == 0 ? samples_add(&s, bench_ns() - from) : r;
    }
    if (r == 0) {
        struct table_row *row = table_add(&b->table, "journal: follow, the 100 newest events");
        table_times(row, &s);
    }
    samples_finish(&s);
    return r;
}

static int retain(struct bench *b, struct book *k)
{
    struct samples s = {0};
    int64_t before_us = k->to_us - RETENTION_DAYS * US_PER_DAY;
    int r = STEP;
    for (int i = 0; r == STEP && i < 400; i++) {
        int64_t from = bench_ns();
        r = journal_db_erase(k->db, before_us, STEP);
        if (r >= 0 && samples_add(&s, bench_ns() - from) < 0) {
            r = -ENOMEM;
        }
    }
    if (r >= 0) {
        struct table_row *row = table_add(&b->table, "journal: a step of retention, %d events", STEP);
        table_times(row, &s);
        table_note(row, "in the journal's thread: the gate's loop never waits for it");
    }
    samples_finish(&s);
    return r < 0 ? r : 0;
}

static void on_done(void *user, uint64_t ticket, int result)
{
    (void)ticket;
    *(int *)user = result == 0 ? 1 : result;
}

/* One event that somebody waits for, as a grant that costs a clip. */
static int put_and_wait(struct journal_worker *w, struct book *k, int64_t i, struct samples *ret_samples)
{
    struct pollfd p = {.fd = journal_worker_fd(w), .events = POLLIN};
    struct journal_event e = make_event(k, (k->n / PHASES + i) * PHASES, k->to_us);
    int done = 0;
    int64_t from = bench_ns();
    int r = journal_worker_put(w, &e, 1);
    while (r == 0 && done == 0) {
        (void)poll(&p, 1, -1);
        journal_worker_drain(w, on_done, &done);
    }
    if (r == 0 && done == 1) {
        r = samples_add(ret_samples, bench_ns() - from);
    }
    return done < 0 ? done : r;
}

static int put_many(struct bench *b, struct journal_worker *w, struct book *k, struct samples *ret_samples)
{
    int r = 0;
    for (int64_t i = 0; r == 0 && i < (b->quick ? 10 : 300); i++) {
        const struct timespec pause = {.tv_nsec = 5000000 + (i * 7919 % 10) * 1000000};
        r = put_and_wait(w, k, (int64_t)ret_samples->n + i, ret_samples);
        (void)nanosleep(&pause, NULL);
    }
    return r;
}

/* Takes the write handle. */
static int append_while_erasing(struct bench *b, struct book *k)
{
    struct journal_worker *w = NULL;
    const struct journal_store store = journal_worker_db(k->db);
    struct samples quiet = {0};
    struct samples busy = {0};
    k->db = NULL;
    int r = journal_worker_start(&store, &journal_worker_default, &w);
    r = r == 0 ? put_many(b, w, k, &quiet) : r;
    if (r == 0) {
        journal_worker_retain(w, k->to_us - 5 * US_PER_DAY); /* more than can be erased meanwhile */
        r = put_many(b, w, k, &busy);
    }
    if (r == 0) {
        struct table_row *row = table_add(&b->table, "journal: an event until it is durable");
        table_times(row, &quiet);
        row = table_add(&b->table, "journal: the same while personal data is erased");
        table_times(row, &busy);
        table_compare(row, &busy, &quiet, "at rest");
        table_note(row, "%" PRIu64 " events erased meanwhile", journal_worker_state(w).erased);
    }
    (void)journal_worker_join(w);
    samples_finish(&quiet);
    samples_finish(&busy);
    return r;
}

int bench_journal(struct bench *b)
{
    struct book *k = &book;
    *k = (struct book){.n = b->events};
    k->to_us = clock_utc_us();
    k->from_us = k->to_us - DAYS * US_PER_DAY;
    (void)snprintf(k->path, sizeof(k->path), "%s/journal.db", b->folder);
    bench_remove(k->path);
    int r = make_record(k);
    r = r == 0 ? journal_db_open(k->path, JOURNAL_DB_WRITE, &k->db) : r;
    static int (*const parts[])(struct bench *, struct book *) = {append, read_all, upload,
                                                                  follow, retain,   append_while_erasing};
    for (size_t i = 0; r == 0 && i < sizeof(parts) / sizeof(parts[0]); i++) {
        r = parts[i](b, k);
    }
    journal_db_close(k->db);
    samples_finish(&k->s);
    bench_remove(k->path);
    return r != 0 ? bench_failed("journal", r < 0 ? r : -EIO) : 0;
}
