/* A card's index is its place in the order of card numbers; its person's number is that index multiplied by a prime,
 * modulo the size. So cards are written in order, which is quick, and a card's person, subscription and invoice lie
 * anywhere in the file, as they do in life. */

#include "bench/lists.h"

#include "bench/bench.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "core/date.h"
#include "db/list_db.h"
#include "drivers/desfire/diversify.h"

#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { GENERATION = 1, PRIME = 1000003 };

static const uint8_t aid[3] = {0xf5, 0x00, 0x17};

struct writer {
    sqlite3 *db;
    sqlite3_stmt *card, *customer, *subscription, *freeze, *punch_card, *invoice;
};

int64_t lists_person(int64_t cards, int64_t i)
{
    return i * PRIME % cards + 1;
}

static enum lists_kind kind_of_person(int64_t person)
{
    switch (person % 20) {
    case 1:
    case 2:
        return LISTS_CLIPS;
    case 3:
    case 4:
    case 5:
        return LISTS_LONG;
    case 6:
        return LISTS_UNPAID;
    case 7:
        return LISTS_SECURE;
    default:
        return LISTS_GOLD;
    }
}

enum lists_kind lists_kind(int64_t cards, int64_t i)
{
    return kind_of_person(lists_person(cards, i));
}

int64_t lists_find(int64_t cards, int64_t i, enum lists_kind kind)
{
    i %= cards;
    while (lists_kind(cards, i) != kind) {
        i = (i + 1) % cards;
    }
    return i;
}

/* Seven bytes, the maker's first (NXP), the others spread evenly with a little disorder. */
struct card_number lists_card(int64_t cards, int64_t i)
{
    uint64_t step = (UINT64_C(1) << 48) / (uint64_t)cards;
    uint64_t serial = step * (uint64_t)i + (uint64_t)i * 2654435761U % step;
    struct card_number card = {.form = CARD_UID, .len = 7, .bytes = {0x04}};
    for (unsigned k = 0; k < 6; k++) {
        card.bytes[1 + k] = (uint8_t)(serial >> (40 - 8 * k));
    }
    return card;
}

int lists_card_key(const struct card_number *card, uint8_t ret_key[16])
{
    uint8_t master[16];
    uint8_t input[DIVERSIFY_INPUT_MAX];
    size_t n = diversify_input(card->bytes, card->len, aid, "bench", input);
    if (n == 0 || text_hex(LISTS_MASTER_KEY, master, sizeof(master)) != 16) {
        return -EINVAL;
    }
    return diversify_aes128(master, input, n, ret_key);
}

static int failed(struct writer *w, const char *what)
{
    (void)fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(w->db));
    return sqlite3_errcode(w->db) == SQLITE_FULL ? -ENOSPC : -EIO;
}

static int run(struct writer *w, const char *text)
{
    return sqlite3_exec(w->db, text, NULL, NULL, NULL) == SQLITE_OK ? 0 : failed(w, text);
}

static int step(struct writer *w, sqlite3_stmt *stmt)
{
    int rc = sqlite3_step(stmt);
    (void)sqlite3_reset(stmt);
    return rc == SQLITE_DONE ? 0 : failed(w, "step");
}

static int prepare(struct writer *w)
{
    const struct {
        sqlite3_stmt **stmt;
        const char *text;
    } texts[] = {
        {&w->card, "INSERT INTO card (key, customer, punch_card, credential) VALUES (?1, ?2, ?3, ?4)"},
        {&w->customer, "INSERT INTO customer (id, name, birth, branch, message) VALUES (?1, ?2, ?3, 1, ?4)"},
        {&w->subscription,
         "INSERT INTO subscription (customer, id, product, kind, start, charged_through, ends_on, "
         "price_minor, currency, interval_months) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 39900, 'SEK', 1)"},
        {&w->freeze, "INSERT INTO freeze VALUES (?1, ?2, ?3)"},
        {&w->punch_card, "INSERT INTO punch_card (id, product, customer, clips_left, valid_through) "
                         "VALUES (?1, 3, ?1, 1000000, ?2)"},
        {&w->invoice, "INSERT INTO invoice (id, customer, due) VALUES (?1, ?1, ?2)"},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (sqlite3_prepare_v2(w->db, texts[i].text, -1, texts[i].stmt, NULL) != SQLITE_OK) {
            return failed(w, texts[i].text);
        }
    }
    return 0;
}

static void finish(struct writer *w)
{
    sqlite3_stmt *stmts[] = {w->card, w->customer, w->subscription, w->freeze, w->punch_card, w->invoice};
    for (size_t i = 0; i < ARRAY_LEN(stmts); i++) {
        (void)sqlite3_finalize(stmts[i]);
    }
    (void)sqlite3_close(w->db);
}

static void bind_int(sqlite3_stmt *stmt, int at, int64_t value)
{
    (void)sqlite3_bind_int64(stmt, at, value);
}

/* DAY_NONE binds NULL. */
static int put_subscription(struct writer *w, int64_t person, int64_t id, int64_t product, int32_t charged,
                            int32_t ends)
{
    sqlite3_stmt *s = w->subscription;
    (void)sqlite3_clear_bindings(s);
    bind_int(s, 1, person);
    bind_int(s, 2, id);
    bind_int(s, 3, product);
    bind_int(s, 4, person % 2);
    bind_int(s, 5, date_parse("2020-01-01"));
    bind_int(s, 6, charged);
    if (ends != DAY_NONE) {
        bind_int(s, 7, ends);
    }
    return step(w, s);
}

static int put_long(struct writer *w, int64_t person)
{
    int r = put_subscription(w, person, person * 2, 1, date_parse("2022-12-31"), date_parse("2022-12-31"));
    for (int year = 2023; r == 0 && year < 2026; year++) {
        int32_t first = date_day(year, 7, 1);
        bind_int(w->freeze, 1, person * 2 + 1);
        bind_int(w->freeze, 2, first);
        bind_int(w->freeze, 3, first + 30);
        r = step(w, w->freeze);
    }
    return r == 0 ? put_subscription(w, person, person * 2 + 1, 2, date_parse("2100-12-31"), DAY_NONE) : r;
}

static int put_right(struct writer *w, int64_t person)
{
    switch (kind_of_person(person)) {
    case LISTS_CLIPS:
        bind_int(w->punch_card, 1, person);
        bind_int(w->punch_card, 2, date_parse("2100-12-31"));
        return step(w, w->punch_card);
    case LISTS_LONG:
        return put_long(w, person);
    case LISTS_UNPAID:
        return put_subscription(w, person, person * 2, 1, date_parse("2023-01-31"), DAY_NONE);
    default:
        return put_subscription(w, person, person * 2, 1, date_parse("2100-12-31"), DAY_NONE);
    }
}

static int put_person(struct writer *w, int64_t person)
{
    static const char *const names[] = {"Alva", "Birgit", "Dirk", "Elin", "Juhani", "Kaisa", "Magnus", "Torsten"};
    sqlite3_stmt *s = w->customer;
    (void)sqlite3_clear_bindings(s);
    bind_int(s, 1, person);
    (void)sqlite3_bind_text(s, 2, names[person % (int)ARRAY_LEN(names)], -1, SQLITE_STATIC);
    bind_int(s, 3, date_parse("1960-01-01") + (int32_t)(person % 14000));
    if (person % 100 == 0) {
        (void)sqlite3_bind_text(s, 4, "Your locker has been moved to the first floor.", -1, SQLITE_STATIC);
    }
    int r = step(w, s);
    if (r == 0) {
        r = put_right(w, person);
    }
    if (r == 0 && person % 33 == 0) {
        bind_int(w->invoice, 1, person);
        bind_int(w->invoice, 2, date_parse("2100-01-01"));
        r = step(w, w->invoice);
    }
    return r;
}

static int put_card(struct writer *w, int64_t cards, int64_t i)
{
    uint8_t key[1 + CARD_DIGITS_MAX];
    struct card_number card = lists_card(cards, i);
    enum lists_kind kind = lists_kind(cards, i);
    size_t n = card_key(&card, key);
    (void)sqlite3_clear_bindings(w->card);
    (void)sqlite3_bind_blob(w->card, 1, key, (int)n, SQLITE_STATIC);
    bind_int(w->card, 2 + (kind == LISTS_CLIPS), lists_person(cards, i));
    bind_int(w->card, 4, kind == LISTS_SECURE);
    return step(w, w->card);
}

static int put_chain(struct writer *w)
{
    int r =
        run(w, "INSERT INTO branch (id, name, time_zone, overdue_days, too_soon_s)"
               " VALUES (1, 'Centre', 'CET-1CEST,M3.5.0,M10.5.0/3', 10, 0);"
               "INSERT INTO zone (id, branch, name, passback) VALUES (1, 1, 'hall', 1);"
               "INSERT INTO schedule VALUES (1, 'all day');"
               "INSERT INTO schedule_span VALUES (1, 0, 255, 0, 600), (1, 1, 255, 600, 1200), (1, 2, 255, 1200, 1440);"
               "INSERT INTO product (id, name, tolerance_days) VALUES (1, 'Gold', 36500), (2, 'All day', 36500),"
               " (3, 'A million clips', 36500);"
               "INSERT INTO access_right VALUES (1, 0, 0, 7), (2, 0, 1, 7), (3, 0, 0, 7);");
    for (int i = 1; r == 0 && i <= LISTS_POINTS; i++) {
        char text[200];
        (void)snprintf(text, sizeof(text),
                       "INSERT INTO point VALUES (%d, 1, 'in%d', 0, 0, 1), (%d, 1, 'out%d', 1, 0, 1)", i, i,
                       LISTS_POINTS + i, i);
        r = run(w, text);
    }
    for (int i = 0; r == 0 && i < 12; i++) {
        char text[80];
        (void)snprintf(text, sizeof(text), "INSERT INTO holiday VALUES (1, %d)", date_parse("2100-01-01") + i * 30);
        r = run(w, text);
    }
    return r;
}

static int write_rows(struct writer *w, int64_t cards)
{
    int r = prepare(w);
    if (r == 0) {
        r = put_chain(w);
    }
    for (int64_t i = 1; r == 0 && i <= cards; i++) {
        r = put_person(w, i);
    }
    for (int64_t i = 0; r == 0 && i < cards; i++) {
        r = put_card(w, cards, i);
    }
    return r;
}

/* Nobody needs a half-written list: no journal, no flush until the end. */
static int fill(const char *path, int64_t cards)
{
    struct writer w = {0};
    char text[128];
    int r = sqlite3_open(path, &w.db) == SQLITE_OK ? 0 : -EIO;
    if (r == 0) {
        r = run(&w, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; BEGIN");
    }
    if (r == 0) {
        r = write_rows(&w, cards);
    }
    if (r == 0) {
        (void)snprintf(text, sizeof(text), "UPDATE meta SET version = 1, synced_utc_us = %" PRId64 "; COMMIT",
                       clock_utc_us());
        r = run(&w, text);
    }
    if (r == 0) {
        r = run(&w, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)");
    }
    finish(&w);
    return r;
}

static int schema_version(const char *path, int *ret_version)
{
    struct list_db *list = NULL;
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    int r = list_db_open(path, LIST_DB_WRITE, &list);
    list_db_close(list);
    if (r != 0) {
        return r < 0 ? r : -EIO;
    }
    r = -EIO;
    if (sqlite3_open(path, &db) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW) {
        *ret_version = sqlite3_column_int(stmt, 0);
        r = 0;
    }
    (void)sqlite3_finalize(stmt);
    (void)sqlite3_close(db);
    return r;
}

void bench_remove(const char *path)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        char name[BENCH_PATH_SIZE + 64];
        (void)snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
        (void)unlink(name);
    }
}

int lists_make(const char *folder, int64_t cards, char *ret_path, size_t size, int64_t *ret_made_us)
{
    char path[160];
    int version = 0;
    int64_t from_us = clock_boot_us();
    (void)snprintf(path, sizeof(path), "%s/new-list.db", folder);
    bench_remove(path);
    int r = schema_version(path, &version);
    if (r < 0) {
        return r;
    }
    if ((size_t)snprintf(ret_path, size, "%s/list-%" PRId64 "-schema%d-%d.db", folder, cards, version, GENERATION) >=
        size) {
        return -ENAMETOOLONG;
    }
    *ret_made_us = 0;
    if (access(ret_path, R_OK | W_OK) != 0) {
        (void)fprintf(stderr, "making a list of %" PRId64 " cards\n", cards);
        r = fill(path, cards);
        r = r == 0 && rename(path, ret_path) < 0 ? -errno : r;
        *ret_made_us = clock_boot_us() - from_us;
    }
    bench_remove(path);
    return r;
}
