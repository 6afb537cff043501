#include "account.h"

#include "base/clock.h"
#include "db/list_db.h"

#include <sqlite3.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The journal --------------------------------------------------------------------------------------------------- */

static struct account_grant *grant_of(struct account *a, const struct journal_event *e)
{
    assert_in_range(e->grant, 1, ACCOUNT_GRANTS_MAX - 1);
    return &a->grants[e->grant];
}

/* A punch card pays once a visit: from the way in until the way out, or another day. */
static void pay(struct account *a, const struct journal_event *e)
{
    int64_t i = -e->holder - SITE_PUNCH_ID;
    if (i < 0 || i >= SITE_PUNCHES) {
        assert_false(e->effect.takes_cost);
        return;
    }
    struct account_punch *p = &a->punches[i];
    if (e->effect.takes_cost) {
        assert_int_equal(e->effect.cost_kind, VISIT_COST_CLIP);
        assert_int_equal(e->effect.cost_id, SITE_PUNCH_ID + i);
        if (p->visit_seq != 0 && p->visit_day == e->utc_us / US_PER_DAY) {
            fail_msg("seq %" PRId64 ": punch card %" PRId64 " has paid at seq %" PRId64, e->seq, i, p->visit_seq);
        }
        p->costs++;
        a->takes_of[e->seq] = e->effect.cost_id;
        p->visit_seq = e->seq;
        p->visit_day = e->utc_us / US_PER_DAY;
    }
    if (e->point_id == SITE_OUT) {
        p->visit_seq = 0;
    }
}

static void take_back(struct account *a, const struct journal_event *e)
{
    for (unsigned i = 0; i < SITE_PUNCHES; i++) {
        struct account_punch *p = &a->punches[i];
        if (-e->holder == SITE_PUNCH_ID + (int64_t)i) {
            if (e->effect.returns_cost_of_seq != 0) {
                p->returned++;
                a->returns_to[e->seq] = SITE_PUNCH_ID + (int64_t)i;
            }
            p->visit_seq = p->visit_seq == e->ref ? 0 : p->visit_seq;
        }
    }
}

/* A grant ends by what happens at the lane, or by the start after the one it was opened after. */
static void end_grant(struct account *a, const struct journal_event *e)
{
    struct account_grant *g = grant_of(a, e);
    if (g->start == 0 || g->ends++ > 0 || (g->start == a->starts) == (e->kind == JOURNAL_UNRESOLVED)) {
        fail_msg("seq %" PRId64 ": %s ends grant %" PRIu64 " of start %u in start %u, end %u", e->seq,
                 journal_kind_text(e->kind), e->grant, g->start, a->starts, g->ends);
    }
}

static int add(const struct journal_event *e, void *user)
{
    struct account *a = user;
    assert_true(e->seq == a->last_seq + 1 && e->seq < ACCOUNT_EVENTS_MAX);
    a->last_seq = e->seq;
    a->digests[e->seq] = site_digest(e);
    assert_int_not_equal(e->kind, JOURNAL_RECOVERED); /* a cut damages nothing */
    if (e->kind == JOURNAL_LIST_STATE) {
        assert_null(strstr(e->detail, "corrupt"));
        assert_null(strstr(e->detail, "quarantined"));
    }
    if (e->effect.opens_grant) {
        struct account_grant *g = grant_of(a, e);
        assert_int_equal(g->start, 0);
        g->start = a->starts;
    }
    if (e->kind == JOURNAL_PASSED || e->kind == JOURNAL_NOT_PASSED || e->kind == JOURNAL_UNRESOLVED) {
        end_grant(a, e);
    }
    if (e->kind == JOURNAL_PASSED) {
        pay(a, e);
    } else if (e->kind == JOURNAL_UNDONE) {
        take_back(a, e);
    }
    a->starts += e->kind == JOURNAL_START;
    a->passages += e->kind == JOURNAL_PASSED;
    a->unresolved += e->kind == JOURNAL_UNRESOLVED;
    return 0;
}

static int count_open(const struct journal_event *e, void *user)
{
    struct account *a = user;
    struct account_grant *g = grant_of(a, e);
    assert_true(g->start != 0 && g->ends == 0);
    g->ends = 1; /* so that one that is missing here shows */
    return 0;
}

static void read_journal(const char *path, struct account *a)
{
    static struct account without_open;
    struct journal_db *db = NULL;
    int64_t bad = 0;
    assert_int_equal(journal_db_open(path, JOURNAL_DB_READ, &db), 0);
    assert_int_equal(journal_db_check(db), 0);
    assert_int_equal(journal_db_verify(db, &bad), 0);
    assert_int_equal(journal_db_read(db, 0, 0, add, a), 0);
    for (unsigned i = 0; i < SITE_PUNCHES; i++) {
        assert_int_equal(journal_db_uses(db, VISIT_COST_CLIP, SITE_PUNCH_ID + i, 0),
                         a->punches[i].costs - a->punches[i].returned);
    }
    without_open = *a;
    assert_int_equal(journal_db_open_grants(db, count_open, &without_open), 0);
    for (unsigned i = 0; i < ACCOUNT_GRANTS_MAX; i++) {
        assert_true(without_open.grants[i].start == 0 || without_open.grants[i].ends == 1);
    }
    journal_db_close(db);
}

/* The list ------------------------------------------------------------------------------------------------------ */

static void check_whole(const char *path)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(s, 0), "ok");
    (void)sqlite3_finalize(s);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* What the list says of a card at the way in. */
static const struct access_query *find(struct list_db *db, const char *number, int64_t ret_counted_seq[])
{
    static struct access_query query;
    static struct list_point point;
    struct card_number card;
    unsigned bad = 0;
    assert_true(card_parse(number, &card));
    assert_int_equal(list_db_point(db, "in", &point), 0);
    memset(&query, 0, sizeof(query));
    assert_int_equal(list_db_find(db, &card, &point, &query, ret_counted_seq, &bad), 0);
    assert_true(query.card.known);
    assert_int_equal(bad, 0);
    assert_int_equal(query.n_entitlements, 1);
    return &query;
}

static int64_t sync_of(const char *message)
{
    assert_int_equal(strncmp(message, "sync ", 5), 0);
    return strtoll(message + 5, NULL, 10);
}

/* Clips used less those returned, from after @after up to @last. */
static int64_t uses_between(const struct account *a, int64_t id, int64_t after, int64_t last)
{
    int64_t uses = 0;
    for (int64_t seq = after + 1; seq <= last; seq++) {
        uses += (a->takes_of[seq] == id) - (a->returns_to[seq] == id);
    }
    return uses;
}

/* The list's figure is that of its place in the journal, and what the gate takes off is what came after it: never less
 * than nothing, so a clip that came back after it waits for the next sync (journal_db_uses). */
static void check_clips(const struct account *a, struct list_db *list, struct journal_db *journal, unsigned i)
{
    int64_t seqs[ACCESS_ENTITLEMENTS_MAX];
    char number[SITE_CARD_SIZE];
    int64_t id = SITE_PUNCH_ID + (int64_t)i;
    site_punch(i, number);
    int64_t left = find(list, number, seqs)->entitlements[0].clips_left;
    assert_in_range(seqs[0], 0, a->last_seq); /* the list never counts what the journal hasn't kept */
    assert_int_equal(left, SITE_CLIPS - uses_between(a, id, 0, seqs[0]));
    int64_t later = uses_between(a, id, seqs[0], a->last_seq);
    assert_int_equal(journal_db_uses(journal, VISIT_COST_CLIP, id, seqs[0]), later > 0 ? later : 0);
    assert_true(left - later >= 0);
}

static void read_list(const struct whole *w, struct account *a)
{
    struct list_db *list = NULL;
    struct journal_db *journal = NULL;
    int64_t seqs[ACCESS_ENTITLEMENTS_MAX];
    char number[SITE_CARD_SIZE];
    check_whole(w->h.list_path);
    assert_int_equal(list_db_open(w->h.list_path, LIST_DB_READ, &list), 0);
    assert_int_equal(list_db_check(list), 0);
    a->sync_held = sync_of(find(list, CARD_IDA, seqs)->customer.message);
    assert_int_equal(sync_of(find(list, CARD_BO, seqs)->customer.message), a->sync_held);
    for (unsigned id = 3; id <= SITE_MEMBERS; id++) {
        (void)snprintf(number, sizeof(number), "04a1b2%02x", id);
        assert_int_equal(sync_of(find(list, number, seqs)->customer.message), a->sync_held);
    }
    assert_int_equal(journal_db_open(w->h.journal_path, JOURNAL_DB_READ, &journal), 0);
    for (unsigned i = 0; i < SITE_PUNCHES; i++) {
        check_clips(a, list, journal, i);
    }
    journal_db_close(journal);
    list_db_close(list);
}

/* The console --------------------------------------------------------------------------------------------------- */

static void hear(struct account *a, const char *word, int64_t number, const char *text)
{
    if (strcmp(word, "event") == 0) {
        if (number > a->last_seq || a->digests[number] != strtoull(text, NULL, 16)) {
            fail_msg("event %" PRId64 " was seen before the cut and is lost or another one; the last is %" PRId64,
                     number, a->last_seq);
        }
        a->known_events++;
    } else if (strcmp(word, "open") == 0) {
        assert_in_range(number, 1, ACCOUNT_GRANTS_MAX - 1);
        if (a->grants[number].start == 0) {
            fail_msg("grant %" PRId64 " costs a clip, opened the lane and is lost", number);
        }
    } else if (strcmp(word, "walk") == 0) {
        a->walks++;
    } else if (strcmp(word, "begin") == 0) {
        a->sync_begun = number;
    } else if (strcmp(word, "sync") == 0) {
        a->sync_done = number;
    }
}

static void hear_all(struct account *a, const char *said)
{
    char line[256];
    char word[16];
    char text[64];
    int64_t number;
    FILE *f = fopen(said, "re");
    assert_non_null(f);
    while (fgets(line, sizeof(line), f)) {
        assert_int_equal(sscanf(line, "%15s %" SCNd64 " %63s", word, &number, text), 3);
        hear(a, word, number, text);
    }
    assert_int_equal(fclose(f), 0);
}

void account_read(const struct whole *w, const char *said, struct account *ret_account)
{
    struct account *a = ret_account;
    memset(a, 0, sizeof(*a));
    check_whole(w->h.journal_path);
    read_journal(w->h.journal_path, a);
    read_list(w, a);
    if (said) {
        hear_all(a, said);
        assert_true(a->passages <= a->walks);
        assert_true(a->sync_held <= a->sync_begun);
    }
}
