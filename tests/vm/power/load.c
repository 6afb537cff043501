#include "load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { FOLLOW_MS = 4, CLERK_MS = 30 };

static uint32_t random_below(uint32_t *state, uint32_t n)
{
    *state ^= *state << 13; /* xorshift */
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state % n;
}

/* Who reads along: what they see is durable --------------------------------------------------------------------- */

static int say_event(const struct journal_event *event, void *user)
{
    char digest[24];
    (void)snprintf(digest, sizeof(digest), "%016" PRIx64 " ", site_digest(event));
    site_say("event", event->seq, digest);
    *(int64_t *)user = event->seq;
    return 0;
}

static _Noreturn void follow(const struct whole *w, int64_t after)
{
    struct journal_db *db = NULL;
    assert_int_equal(journal_db_open(w->h.journal_path, JOURNAL_DB_READ, &db), 0);
    for (;;) {
        assert_int_equal(journal_db_read(db, after, 0, say_event, &after), 0);
        (void)poll(NULL, 0, FOLLOW_MS);
    }
}

/* The office: syncs, edits, entries taken back ------------------------------------------------------------------- */

struct clerk {
    const struct whole *w;
    struct journal_db *journal;
    char path[HARNESS_PATH_SIZE];
    int64_t sync, undone; /* numbers of the last ones */
    char json[HARNESS_NEWS_SIZE];
};

static void merge(const struct clerk *c)
{
    static const char program[] = PROGRAMS "/stile";
    const char *const argv[] = {program, "--list", c->w->h.list_path, "import", "--merge", c->path, NULL};
    struct process process;
    assert_int_equal(process_start(argv, NULL, c->w->h.log_path, PROCESS_HEARS_OUTPUT, &process), 0);
    assert_int_equal(process_end(&process, 0, HARNESS_WAIT_MS), 0);
}

static FILE *open_lines(const struct clerk *c)
{
    FILE *f = fopen(c->path, "we");
    assert_non_null(f);
    return f;
}

/* Clips as the journal has them at one instant. */
static int64_t read_uses(const struct clerk *c, int64_t ret_uses[SITE_PUNCHES])
{
    int64_t seq;
    do {
        seq = journal_db_last_seq(c->journal);
        for (unsigned i = 0; i < SITE_PUNCHES; i++) {
            ret_uses[i] = journal_db_uses(c->journal, VISIT_COST_CLIP, SITE_PUNCH_ID + i, 0);
            assert_true(ret_uses[i] >= 0);
        }
    } while (journal_db_last_seq(c->journal) != seq);
    return seq;
}

static void sync_list(struct clerk *c)
{
    int64_t uses[SITE_PUNCHES];
    int64_t seq = read_uses(c, uses);
    FILE *f = open_lines(c);
    c->sync++;
    for (int id = 1; id <= SITE_MEMBERS; id++) {
        site_member_line(f, id, c->sync);
    }
    for (unsigned i = 0; i < SITE_PUNCHES; i++) {
        site_punch_line(f, i, SITE_CLIPS - uses[i], seq);
    }
    assert_int_equal(fclose(f), 0);
    site_say("begin", c->sync, NULL);
    merge(c);
    site_say("sync", c->sync, NULL);
}

/* A member loses a card, and finds it. */
static void edit(struct clerk *c, bool lost)
{
    FILE *f = open_lines(c);
    (void)fprintf(f, "{\"type\":\"card\",\"number\":\"" CARD_BO "\",\"customer\":2,\"state\":\"%s\"}\n",
                  lost ? "lost" : "active");
    assert_int_equal(fclose(f), 0);
    merge(c);
}

static int newest_paid(const struct journal_event *event, void *user)
{
    if (event->kind == JOURNAL_PASSED && event->effect.takes_cost) {
        *(int64_t *)user = event->seq;
    }
    return 0;
}

static void take_back(struct clerk *c)
{
    int64_t paid = c->undone;
    assert_int_equal(journal_db_read(c->journal, c->undone, 0, newest_paid, &paid), 0);
    if (paid == c->undone) {
        return;
    }
    const struct message wish = {.kind = MESSAGE_UNDO, .seq = paid, .who = "Eva", .why = "turned back"};
    struct message answer;
    assert_int_equal(harness_ask(&c->w->h, &wish, &answer, c->json), 0);
    assert_int_equal(answer.kind, MESSAGE_DONE);
    assert_int_equal(answer.value, 0);
    c->undone = paid;
}

static _Noreturn void keep_books(const struct whole *w, const struct account *account)
{
    static struct clerk c;
    c = (struct clerk){.w = w, .sync = account->sync_begun, .undone = account->last_seq};
    (void)snprintf(c.path, sizeof(c.path), "%s/sync.ndjson", w->h.folder);
    assert_int_equal(journal_db_open(w->h.journal_path, JOURNAL_DB_READ, &c.journal), 0);
    for (unsigned round = 0;; round++) {
        sync_list(&c);
        (void)poll(NULL, 0, CLERK_MS);
        edit(&c, round % 2 == 0);
        (void)poll(NULL, 0, CLERK_MS);
        if (round % 2 == 1) {
            take_back(&c);
        }
    }
}

/* People --------------------------------------------------------------------------------------------------------- */

static bool of_card(const struct whole *w, const char *card, const char *phase)
{
    return strstr(w->json, card) && strstr(w->json, phase);
}

/* Waits for one of two phases of a card. @return whether it was the first. */
static bool await_either(struct whole *w, const char *card, const char *first, const char *second)
{
    do {
        int r = harness_news(&w->h, HARNESS_WAIT_MS, w->json);
        if (r < 0) {
            fail_msg("no news of %s: %s", card, strerror(-r));
        }
    } while (!of_card(w, card, first) && !of_card(w, card, second));
    return strstr(w->json, first) != NULL;
}

bool load_walk(struct whole *w, unsigned reader, const char *card, bool costs)
{
    whole_tap(w, reader, card);
    if (!await_either(w, card, "\"phase\":\"granted\"", "\"phase\":\"denied\"")) {
        return false;
    }
    if (!await_either(w, card, "\"phase\":\"released\"", "\"phase\":\"not_passed\"")) {
        fail_msg("not released: %s", w->json);
    }
    if (costs) {
        const char *grant = strstr(w->json, "\"grant\":");
        assert_non_null(grant);
        site_say("open", strtoll(grant + strlen("\"grant\":"), NULL, 10), NULL);
    }
    site_say("walk", reader, NULL);
    (void)whole_lanes(w, reader == 0 ? "walk lane1 in" : "walk lane1 out");
    return await_either(w, card, "\"phase\":\"passed\"", "\"phase\":\"not_passed\"");
}

_Noreturn void load_run(struct whole *w, const struct account *account, uint32_t seed)
{
    bool inside[SITE_PUNCHES];
    char card[SITE_CARD_SIZE];
    for (unsigned i = 0; i < SITE_PUNCHES; i++) {
        inside[i] = account->punches[i].visit_seq != 0;
    }
    if (fork() == 0) {
        follow(w, account->last_seq);
    }
    if (fork() == 0) {
        keep_books(w, account);
    }
    for (;;) {
        uint32_t who = random_below(&seed, SITE_PUNCHES + 8);
        if (who < SITE_PUNCHES) {
            unsigned reader = inside[who] ? 1 : 0;
            site_punch(who, card);
            if (load_walk(w, reader, card, reader == 0)) {
                inside[who] = !inside[who];
            }
        } else {
            (void)load_walk(w, who % 2, who % 4 < 2 ? CARD_IDA : CARD_BO, false);
        }
    }
}
