#include "site.h"

#include "base/clock.h"
#include "core/date.h"
#include "db/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct harness_reader readers[] = {{.point = "in", .lane = 0}, {.point = "out", .lane = 0, .out = true}};

void site_open(struct whole *w, const char *folder)
{
    const struct harness_options options = {.programs = PROGRAMS,
                                            .n_lanes = 1,
                                            .readers = readers,
                                            .n_readers = 2,
                                            .gate_lines = "second_tap_ms = 0\n",
                                            .databases = folder};
    assert_int_equal(harness_open(&options, &w->h), 0);
    (void)whole_lanes(w, "speed 20");
}

void site_punch(unsigned i, char ret_card[SITE_CARD_SIZE])
{
    (void)snprintf(ret_card, SITE_CARD_SIZE, "04c11b%02x", i);
}

void site_member_line(FILE *f, int id, int64_t sync)
{
    (void)fprintf(f, "{\"type\":\"customer\",\"id\":%d,\"name\":\"M%d\",\"branch\":1,\"message\":\"sync %lld\"}\n", id,
                  id, (long long)sync);
}

void site_punch_line(FILE *f, unsigned i, int64_t left, int64_t seq)
{
    (void)fprintf(f, "{\"type\":\"punch_card\",\"id\":%u,\"product\":2,\"clips_left\":%lld,\"counted_seq\":%lld}\n",
                  SITE_PUNCH_ID + i, (long long)left, (long long)seq);
}

static void write_member(FILE *f, int id, const char *until)
{
    char number[SITE_CARD_SIZE];
    (void)snprintf(number, sizeof(number), "04a1b2%02x", (unsigned)id);
    site_member_line(f, id, 0);
    (void)fprintf(f,
                  "{\"type\":\"subscription\",\"id\":%d,\"customer\":%d,\"product\":1,\"start\":\"2020-01-01\","
                  "\"charged_through\":\"%s\"}\n"
                  "{\"type\":\"card\",\"number\":\"%s\",\"customer\":%d}\n",
                  id, id, until,
                  id == 1   ? CARD_IDA
                  : id == 2 ? CARD_BO
                            : number,
                  id);
}

void site_write_list(struct whole *w)
{
    char path[HARNESS_PATH_SIZE];
    char until[DATE_TEXT_SIZE];
    char number[SITE_CARD_SIZE];
    int64_t now_us = clock_utc_us();
    date_format((int32_t)(now_us / US_PER_DAY) + 200, until);
    (void)snprintf(path, sizeof(path), "%s/list.ndjson", w->h.folder);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    (void)fputs("{\"type\":\"branch\",\"id\":1,\"name\":\"Centre\",\"time_zone\":\"UTC0\"}\n"
                "{\"type\":\"zone\",\"id\":1,\"branch\":1,\"name\":\"hall\"}\n"
                "{\"type\":\"point\",\"id\":1,\"branch\":1,\"name\":\"in\",\"direction\":\"in\",\"zone_to\":1}\n"
                "{\"type\":\"point\",\"id\":2,\"branch\":1,\"name\":\"out\",\"direction\":\"out\",\"zone_to\":1}\n"
                "{\"type\":\"product\",\"id\":1,\"name\":\"Gold\"}\n"
                "{\"type\":\"product\",\"id\":2,\"name\":\"Clips\"}\n"
                "{\"type\":\"right\",\"product\":1}\n"
                "{\"type\":\"right\",\"product\":2}\n",
                f);
    for (int id = 1; id <= SITE_MEMBERS; id++) {
        write_member(f, id, until);
    }
    for (unsigned i = 0; i < SITE_PUNCHES; i++) {
        site_punch(i, number);
        site_punch_line(f, i, SITE_CLIPS, 0);
        (void)fprintf(f, "{\"type\":\"card\",\"number\":\"%s\",\"punch_card\":%u}\n", number, SITE_PUNCH_ID + i);
    }
    assert_int_equal(fclose(f), 0);
    const struct import_options options = {.format = IMPORT_NDJSON, .utc_us = now_us};
    struct import_result result;
    assert_int_equal(import_file(w->h.list_path, path, &options, &result), 0);
}

void site_say(const char *word, int64_t number, const char *text)
{
    char line[160];
    int n = snprintf(line, sizeof(line), "%s %lld %s.\n", word, (long long)number, text ? text : "");
    assert_in_range(n, 1, sizeof(line) - 1);
    assert_int_equal(write(STDOUT_FILENO, line, (size_t)n), n);
}

static void add(uint64_t *digest, const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < n; i++) {
        *digest = (*digest ^ at[i]) * UINT64_C(0x100000001b3); /* FNV-1a */
    }
}

static void add_int(uint64_t *digest, int64_t value)
{
    add(digest, &value, sizeof(value));
}

uint64_t site_digest(const struct journal_event *e)
{
    char card[CARD_TEXT_SIZE] = "";
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    if (e->card.form != CARD_NONE) {
        card_format(&e->card, card);
    }
    add_int(&digest, e->epoch);
    add_int(&digest, e->kind);
    add_int(&digest, e->code);
    add_int(&digest, e->utc_us);
    add_int(&digest, e->boot_us);
    add_int(&digest, (int64_t)e->grant);
    add_int(&digest, e->ref);
    add_int(&digest, e->point_id);
    add_int(&digest, e->line_us);
    add_int(&digest, e->holder);
    add_int(&digest, e->effect.takes_cost);
    add_int(&digest, e->effect.returns_cost_of_seq);
    add(&digest, card, strlen(card));
    add(&digest, e->lane, strlen(e->lane));
    add(&digest, e->detail, strlen(e->detail));
    add(&digest, e->record, e->record_len);
    return digest;
}
