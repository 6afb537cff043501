/* What events cost: measure_journal FILE.db EVENTS [BATCH]. Appends invented taps (decision with a record of 400 bytes,
 * released, passed with presence), reads, verifies, erases. Not run by ctest; db/README.md has the figures. */

#include "db/journal_db.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void make_event(int64_t i, struct journal_event *e)
{
    static uint8_t record[400];
    const uint8_t uid[7] = {4, (uint8_t)(i >> 8), (uint8_t)(i >> 16), 9, 9, (uint8_t)i, 1};
    int64_t tap = i / 3 + 1;
    *e = (struct journal_event){.kind = i % 3 == 0   ? JOURNAL_DECISION
                                        : i % 3 == 1 ? JOURNAL_RELEASED
                                                     : JOURNAL_PASSED,
                                .utc_us = INT64_C(1700000000000000) + i * 700000,
                                .boot_us = i * 700000,
                                .grant = (uint64_t)tap,
                                .point_id = 1,
                                .lane = "entry 1",
                                .line_us = i % 3 == 1 ? 400 : -1,
                                .holder = 1 + tap * 7919 % 20000};
    if (i % 3 == 0) {
        (void)card_from_uid(uid, sizeof(uid), &e->card);
        e->record = record;
        e->record_len = sizeof(record);
        e->effect.opens_grant = true;
    } else if (i % 3 == 2) {
        e->effect = (struct journal_effect){.closes_grant = true,
                                            .has_presence = true,
                                            .presence = {.zone_id = tap % 2,
                                                         .zone_since_us = e->utc_us,
                                                         .last_entry_us = e->utc_us,
                                                         .last_entry_point = 1,
                                                         .visit_id = tap,
                                                         .visit_day = 19675,
                                                         .visits_today = 1,
                                                         .visits_week = 2,
                                                         .entries_today = 1}};
    }
}

static int count(const struct journal_event *e, void *user)
{
    (void)e;
    (*(int64_t *)user)++;
    return 0;
}

static void measure_reading(struct journal_db *db, int64_t n)
{
    int64_t seen = 0;
    int64_t bad = 0;
    double before = now_s();
    (void)journal_db_read(db, journal_db_last_seq(db) - 1000, 1000, count, &seen);
    (void)printf("follow: newest %" PRId64 " in %.1f ms\n", seen, (now_s() - before) * 1e3);
    before = now_s();
    int r = journal_db_verify(db, &bad);
    (void)printf("verify: %d, %.0f events a second\n", r, (double)n / (now_s() - before));
    double most = 0;
    before = now_s();
    int erased = 0;
    for (int i = 0; i < 100; i++) {
        double start = now_s();
        int e = journal_db_erase(db, INT64_MAX, 64);
        erased += e > 0 ? e : 0;
        most = now_s() - start > most ? now_s() - start : most;
    }
    (void)printf("erase: %d events, %.0f a second, longest step of 64 %.1f ms\n", erased, erased / (now_s() - before),
                 most * 1e3);
}

int main(int argc, char **argv)
{
    enum { BATCH_MAX = 4096 };
    static struct journal_event batch[BATCH_MAX];
    if (argc < 3) {
        (void)fprintf(stderr, "usage: measure_journal FILE.db EVENTS [BATCH]\n");
        return 2;
    }
    int64_t n = strtoll(argv[2], NULL, 10);
    int64_t size = argc > 3 ? strtoll(argv[3], NULL, 10) : 1;
    struct journal_db *db = NULL;
    struct stat st;
    if (size < 1 || size > BATCH_MAX || journal_db_open(argv[1], JOURNAL_DB_WRITE, &db) != 0) {
        return 1;
    }
    double before = now_s();
    for (int64_t i = 0; i < n; i += size) {
        for (int64_t k = 0; k < size; k++) {
            make_event(i + k, &batch[k]);
        }
        if (journal_db_append(db, batch, (size_t)size) != 0) {
            return 1;
        }
    }
    (void)printf("append: %.0f events a second in batches of %" PRId64 "\n", (double)n / (now_s() - before), size);
    journal_db_close(db);
    before = now_s();
    if (journal_db_open(argv[1], JOURNAL_DB_WRITE, &db) != 0 || stat(argv[1], &st) != 0) {
        return 1;
    }
    (void)printf("open: %.1f ms; %.0f bytes an event, %.0f MB\n", (now_s() - before) * 1e3,
                 (double)st.st_size / (double)journal_db_last_seq(db), (double)st.st_size / 1e6);
    measure_reading(db, journal_db_last_seq(db));
    journal_db_close(db);
    return 0;
}
