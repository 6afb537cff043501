#include "whole.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/date.h"
#include "db/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct harness_reader readers[] = {{.point = "in", .lane = 0}, {.point = "out", .lane = 0, .out = true}};

enum { LOOK_MS = 5 };

void whole_write_list(struct whole *w)
{
    char path[HARNESS_PATH_SIZE];
    char until[DATE_TEXT_SIZE];
    int64_t now_us = clock_utc_us();
    date_format((int32_t)(now_us / US_PER_DAY) + 200, until);
    (void)snprintf(path, sizeof(path), "%s/list.ndjson", w->h.folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs("{\"type\":\"branch\",\"id\":1,\"name\":\"Centre\",\"time_zone\":\"UTC0\"}\n"
                "{\"type\":\"zone\",\"id\":1,\"branch\":1,\"name\":\"hall\"}\n"
                "{\"type\":\"point\",\"id\":1,\"branch\":1,\"name\":\"in\",\"direction\":\"in\",\"zone_to\":1}\n"
                "{\"type\":\"point\",\"id\":2,\"branch\":1,\"name\":\"out\",\"direction\":\"out\",\"zone_to\":1}\n"
                "{\"type\":\"product\",\"id\":1,\"name\":\"Gold\"}\n"
                "{\"type\":\"product\",\"id\":2,\"name\":\"Two clips\"}\n"
                "{\"type\":\"right\",\"product\":1}\n"
                "{\"type\":\"right\",\"product\":2}\n"
                "{\"type\":\"punch_card\",\"id\":1,\"product\":2,\"clips_left\":2}\n"
                "{\"type\":\"card\",\"number\":\"" CARD_CLIPS "\",\"punch_card\":1}\n",
                f);
    static const char *const members[][3] = {
        {"Ida", CARD_IDA, "uid"}, {"Bo", CARD_BO, "uid"}, {"Kim", CARD_KEY, "desfire"}};
    for (int i = 0; i < 3; i++) {
        (void)fprintf(f,
                      "{\"type\":\"customer\",\"id\":%d,\"name\":\"%s\",\"branch\":1}\n"
                      "{\"type\":\"subscription\",\"id\":%d,\"customer\":%d,\"product\":1,\"start\":\"2020-01-01\","
                      "\"charged_through\":\"%s\"}\n"
                      "{\"type\":\"card\",\"number\":\"%s\",\"customer\":%d,\"credential\":\"%s\"}\n",
                      i + 1, members[i][0], i + 1, i + 1, until, members[i][1], i + 1, members[i][2]);
    }
    for (int i = 0; i < WHOLE_PUNCHES; i++) {
        (void)fprintf(f,
                      "{\"type\":\"punch_card\",\"id\":%d,\"product\":2,\"clips_left\":1}\n"
                      "{\"type\":\"card\",\"number\":\"04c11b%02x\",\"punch_card\":%d}\n",
                      WHOLE_PUNCH_ID + i, (unsigned)i, WHOLE_PUNCH_ID + i);
    }
    assert_int_equal(fclose(f), 0);
    const struct import_options options = {.format = IMPORT_NDJSON, .utc_us = now_us};
    struct import_result result;
    assert_int_equal(import_file(w->h.list_path, path, &options, &result), 0);
}

void whole_open(struct whole *w, const char *gate_lines)
{
    const struct harness_options options = {
        .programs = PROGRAMS, .n_lanes = 1, .readers = readers, .n_readers = 2, .gate_lines = gate_lines};
    assert_int_equal(harness_open(&options, &w->h), 0);
    whole_write_list(w);
}

void whole_open_wide(struct whole *w, unsigned n_lanes, const char *gate_lines)
{
    static const struct harness_reader each[HARNESS_READERS_MAX] = {
        {.point = "in", .lane = 0}, {.point = "in", .lane = 1}, {.point = "in", .lane = 2}, {.point = "in", .lane = 3},
        {.point = "in", .lane = 4}, {.point = "in", .lane = 5}, {.point = "in", .lane = 6}, {.point = "in", .lane = 7},
    };
    const struct harness_options options = {
        .programs = PROGRAMS, .n_lanes = n_lanes, .readers = each, .n_readers = n_lanes, .gate_lines = gate_lines};
    assert_int_equal(harness_open(&options, &w->h), 0);
    whole_write_list(w);
}

void whole_close(struct whole *w)
{
    harness_close(&w->h);
}

void whole_start(struct whole *w)
{
    int r = harness_gate(&w->h);
    if (r != 0) {
        fail_msg("the gate doesn't start: %s; see %s", strerror(-r), w->h.log_path);
    }
    whole_await_readers(w);
}

const char *whole_lanes(struct whole *w, const char *command)
{
    int r = harness_lanes(&w->h, command, w->json, sizeof(w->json));
    if (r != 0) {
        fail_msg("lanes: %s: %d %s", command, r, r < 0 ? strerror(-r) : w->json);
    }
    return w->json;
}

void whole_chip(struct whole *w, unsigned reader, const char *command)
{
    int r = harness_chip(&w->h, reader, command, w->json, sizeof(w->json));
    if (r != 0) {
        fail_msg("chip: %s: %d %s", command, r, r < 0 ? strerror(-r) : w->json);
    }
}

static int64_t selects(struct whole *w, unsigned reader)
{
    whole_chip(w, reader, "status");
    const char *at = strstr(w->json, "selects=");
    assert_non_null(at);
    return strtoll(at + strlen("selects="), NULL, 10);
}

void whole_tap(struct whole *w, unsigned reader, const char *card)
{
    char command[100];
    int64_t before = selects(w, reader);
    (void)snprintf(command, sizeof(command), "put classic uid=%s", card);
    whole_chip(w, reader, command);
    for (int left_ms = HARNESS_WAIT_MS; selects(w, reader) == before; left_ms -= LOOK_MS) {
        if (left_ms <= 0) {
            fail_msg("reader %u doesn't see a card; see %s", reader, w->h.log_path);
        }
        (void)poll(NULL, 0, LOOK_MS);
    }
    whole_chip(w, reader, "take");
}

void whole_await(struct whole *w, const char *first, const char *second, const char *third)
{
    const char *const parts[] = {first, second, third, NULL};
    int r = harness_await(&w->h, parts, w->json);
    if (r < 0) {
        fail_msg("no news with %s %s %s: %s; see %s", first, second ? second : "", third ? third : "", strerror(-r),
                 w->h.log_path);
    }
}

int64_t whole_ask(struct whole *w, const struct message *request)
{
    struct message answer;
    assert_int_equal(harness_ask(&w->h, request, &answer, w->json), 0);
    return answer.value;
}

int64_t whole_status(struct whole *w, const char *after)
{
    const struct message m = {.kind = MESSAGE_STATUS_ASK};
    (void)whole_ask(w, &m);
    const char *at = strstr(w->json, after);
    assert_non_null(at);
    return strtoll(at + strlen(after), NULL, 10);
}

/* The harness follows the news already, so a reader that isn't ready in the status will be in the news. */
void whole_await_readers(struct whole *w)
{
    for (;;) {
        const struct message m = {.kind = MESSAGE_STATUS_ASK};
        (void)whole_ask(w, &m);
        if (!strstr(strstr(w->json, "\"readers\""), "\"working\":false")) {
            return;
        }
        whole_await(w, "\"notice\":\"reader_", NULL, NULL);
    }
}

int64_t whole_rises(struct whole *w, const char *line)
{
    char wanted[80];
    (void)snprintf(wanted, sizeof(wanted), "line %s ", line);
    const char *at = strstr(whole_lanes(w, "status"), wanted);
    assert_non_null(at);
    at = strstr(at, "rises=");
    assert_non_null(at);
    return strtoll(at + strlen("rises="), NULL, 10);
}

int64_t whole_people(struct whole *w, const char *what)
{
    char wanted[40];
    (void)snprintf(wanted, sizeof(wanted), " %s=", what);
    const char *at = strstr(whole_lanes(w, "status"), "\nlane lane1 ");
    assert_non_null(at);
    at = strstr(at, wanted);
    assert_non_null(at);
    return strtoll(at + strlen(wanted), NULL, 10);
}

struct search {
    enum journal_kind kind;
    int64_t n;
    char *detail;
};

static int look(const struct journal_event *event, void *user)
{
    struct search *s = user;
    if (event->kind == s->kind) {
        s->n++;
        if (s->detail) {
            (void)text_copy(s->detail, JOURNAL_DETAIL_SIZE, event->detail);
        }
    }
    return 0;
}

static int64_t search(struct whole *w, enum journal_kind kind, char *ret_detail)
{
    struct search s = {.kind = kind, .detail = ret_detail};
    struct journal_db *db = NULL;
    int64_t bad = 0;
    assert_int_equal(journal_db_open(w->h.journal_path, JOURNAL_DB_READ, &db), 0);
    assert_int_equal(journal_db_read(db, 0, 0, look, &s), 0);
    assert_int_equal(journal_db_verify(db, &bad), 0);
    journal_db_close(db);
    return s.n;
}

int64_t whole_events(struct whole *w, enum journal_kind kind)
{
    return search(w, kind, NULL);
}

void whole_last_detail(struct whole *w, enum journal_kind kind, char ret_detail[JOURNAL_DETAIL_SIZE])
{
    ret_detail[0] = '\0';
    (void)search(w, kind, ret_detail);
}
