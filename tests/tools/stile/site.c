#include "site.h"

#include "base/clock.h"
#define LOG_MODULE "site"
#include "base/log.h"
#include "db/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char list_text[] =
    "{\"type\":\"branch\",\"id\":1,\"name\":\"Centre\",\"time_zone\":\"CET-1CEST,M3.5.0,M10.5.0/3\"}\n"
    "{\"type\":\"branch\",\"id\":2,\"name\":\"Strict\",\"time_zone\":\"CET-1CEST,M3.5.0,M10.5.0/3\"}\n"
    "{\"type\":\"settings\",\"branch\":1,\"overdue_days\":10,\"too_soon_s\":30}\n"
    "{\"type\":\"zone\",\"id\":1,\"branch\":1,\"name\":\"hall\",\"passback\":\"hard\"}\n"
    "{\"type\":\"zone\",\"id\":2,\"branch\":1,\"name\":\"pool\",\"limit\":1}\n"
    "{\"type\":\"point\",\"id\":1,\"branch\":1,\"name\":\"in\",\"direction\":\"in\",\"zone_to\":1}\n"
    "{\"type\":\"point\",\"id\":2,\"branch\":1,\"name\":\"out\",\"direction\":\"out\",\"zone_to\":1}\n"
    "{\"type\":\"point\",\"id\":3,\"branch\":1,\"name\":\"pool\",\"direction\":\"in\",\"zone_to\":2}\n"
    "{\"type\":\"schedule\",\"id\":1,\"name\":\"late\",\"spans\":[{\"days\":[\"wed\"],\"from\":\"22:00\",\"to\":\"23:"
    "00\"}]}\n"
    "{\"type\":\"product\",\"id\":1,\"name\":\"Gold\"}\n"
    "{\"type\":\"product\",\"id\":2,\"name\":\"Ten clips\",\"tolerance_days\":30}\n"
    "{\"type\":\"product\",\"id\":3,\"name\":\"Adults\",\"min_age\":18}\n"
    "{\"type\":\"product\",\"id\":4,\"name\":\"Pool\"}\n"
    "{\"type\":\"product\",\"id\":5,\"name\":\"Late\"}\n"
    "{\"type\":\"product\",\"id\":6,\"name\":\"Once a day\",\"visits_per_day\":1}\n"
    "{\"type\":\"product\",\"id\":7,\"name\":\"Fresh\",\"tolerance_days\":1}\n"
    "{\"type\":\"product\",\"id\":8,\"name\":\"Day pass\",\"tolerance_days\":30}\n"
    "{\"type\":\"right\",\"product\":1}\n"
    "{\"type\":\"right\",\"product\":2}\n"
    "{\"type\":\"right\",\"product\":3}\n"
    "{\"type\":\"right\",\"product\":4,\"point\":3}\n"
    "{\"type\":\"right\",\"product\":5,\"schedule\":1}\n"
    "{\"type\":\"right\",\"product\":6}\n"
    "{\"type\":\"right\",\"product\":7}\n"
    "{\"type\":\"right\",\"product\":8}\n"
    "{\"type\":\"punch_card\",\"id\":16,\"product\":2,\"clips_left\":0}\n"
    "{\"type\":\"punch_card\",\"id\":17,\"product\":2,\"clips_left\":5,\"valid_through\":\"2026-02-01\"}\n"
    "{\"type\":\"punch_card\",\"id\":25,\"product\":2,\"clips_left\":2}\n"
    "{\"type\":\"single_entry\",\"id\":26,\"product\":8}\n"
    "{\"type\":\"card\",\"number\":\"04a10016\",\"punch_card\":16}\n"
    "{\"type\":\"card\",\"number\":\"04a10017\",\"punch_card\":17}\n"
    "{\"type\":\"card\",\"number\":\"04a10025\",\"punch_card\":25}\n"
    "{\"type\":\"card\",\"number\":\"04a10026\",\"single_entry\":26}\n"
    "{\"type\":\"card\",\"number\":\"04a10027\",\"staff\":true}\n";

static const struct {
    int id;
    const char *customer, *product, *subscription, *card, *more;
} members[] = {
    {1, "", "1", "", "", NULL},
    {3, "", "1", "", ",\"state\":\"lost\"", NULL},
    {4, "", "1", "", ",\"valid_through\":\"2026-02-28\"", NULL},
    {5, ",\"inactive_from\":\"2026-01-01\"", "1", "", "", NULL},
    {6, ",\"suspended\":true", "1", "", "", NULL},
    {7, ",\"branch\":2", "1", "", "", NULL},
    {8, ",\"birth\":\"2015-05-05\"", "3", "", "", NULL},
    {9, "", "1", ",\"start\":\"2026-04-01\"", "", NULL},
    {10, "", "1", ",\"ends_on\":\"2026-02-28\"", "", NULL},
    {11, "", "1", "", "",
     "{\"type\":\"freeze\",\"subscription\":11,\"first\":\"2026-03-01\",\"last\":\"2026-03-31\"}\n"},
    {12, "", "1", ",\"charged_through\":\"2026-02-28\",\"kind\":\"prepaid\"", "", NULL},
    {13, "", "1", "", "", "{\"type\":\"invoice\",\"id\":1,\"customer\":13,\"due\":\"2026-02-01\"}\n"},
    {14, "", "4", "", "", NULL},
    {15, "", "5", "", "", NULL},
    {18, "", "1", "", "", NULL},
    {19, "", "1", "", "", NULL},
    {20, "", "6", "", "", NULL},
    {21, "", "1", "", "", NULL},
    {22, "", "1", "", "", NULL},
    {23, "", "7", "", "", NULL},
    {24, "", "1", "", "", NULL},
    {28, "", "1", "", ",\"credential\":\"desfire\"", NULL},
    {29, "", "1", ",\"ends_on\":\"2026-03-16\"", "", NULL},
};

static void write_member(FILE *f, size_t i)
{
    int id = members[i].id;
    (void)fprintf(f, "{\"type\":\"customer\",\"id\":%d,\"name\":\"Member\"%s%s}\n", id,
                  strstr(members[i].customer, "branch") ? "" : ",\"branch\":1", members[i].customer);
    (void)fprintf(f, "{\"type\":\"subscription\",\"id\":%d,\"customer\":%d,\"product\":%s%s%s%s}\n", id, id,
                  members[i].product, strstr(members[i].subscription, "start") ? "" : ",\"start\":\"2020-01-01\"",
                  strstr(members[i].subscription, "charged") ? "" : ",\"charged_through\":\"2999-12-31\"",
                  members[i].subscription);
    (void)fprintf(f, "{\"type\":\"card\",\"number\":\"04a100%02d\",\"customer\":%d%s}\n", id, id, members[i].card);
    if (members[i].more) {
        (void)fputs(members[i].more, f);
    }
}

static void write_config(const struct site *site)
{
    FILE *f = fopen(site->config_path, "w");
    assert_non_null(f);
    (void)fprintf(f,
                  "[gate]\nunit = test\nlist_path = %s\njournal_path = %s\nclock_path = %s/clock\ncontrol_path = %s\n"
                  "reader_program = /bin/false\nchip = sim:%s/chip\n",
                  site->list_path, site->journal_path, site->folder, site->control_path, site->folder);
    for (int i = 1; i <= 2; i++) {
        (void)fprintf(
            f, "[lane lane%d]\nrelease_in = l%d-in\nrelease_out = l%d-out\ncontact_a = l%d-a\ncontact_b = l%d-b\n", i,
            i, i, i, i);
    }
    static const char *const points[] = {"in", "out", "pool"};
    static const int lanes[] = {1, 1, 2};
    for (int i = 0; i < 3; i++) {
        (void)fprintf(f, "[reader r-%s]\ndevice = pn532_uart:%s/reader%d\npoint = %s\nlane = lane%d\nside = %s\n",
                      points[i], site->folder, i, points[i], lanes[i], i == SITE_OUT ? "out" : "in");
    }
    assert_int_equal(fclose(f), 0);
}

void site_open(struct site *site)
{
    char error[GATE_ERROR_SIZE] = "";
    log_set_level(LOG_ERROR);
    memset(site, 0, sizeof(*site));
    (void)strcpy(site->folder, "/tmp/stile-cli-XXXXXX");
    assert_non_null(mkdtemp(site->folder));
    (void)snprintf(site->config_path, SITE_PATH_SIZE, "%s/gate.ini", site->folder);
    (void)snprintf(site->list_path, SITE_PATH_SIZE, "%s/list.db", site->folder);
    (void)snprintf(site->journal_path, SITE_PATH_SIZE, "%s/journal.db", site->folder);
    (void)snprintf(site->control_path, SITE_PATH_SIZE, "%s/gate.sock", site->folder);
    (void)snprintf(site->file_path, SITE_PATH_SIZE, "%s/file", site->folder);
    write_config(site);
    if (gate_config_load(site->config_path, &site->config, error) != 0) {
        fail_msg("%s", error);
    }
    assert_int_equal(setenv("STILE_CONFIG", site->config_path, 1), 0);
    site->now = (struct unit_now){.boot_us = 1000 * US_PER_S, .utc_us = SITE_NOW_US};
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void site_close(struct site *site)
{
    site_stop(site);
    (void)nftw(site->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void site_write(struct site *site, const char *text)
{
    FILE *f = fopen(site->file_path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

void site_make_list(struct site *site, int64_t utc_us)
{
    FILE *f = tmpfile();
    assert_non_null(f);
    (void)fputs(list_text, f);
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        write_member(f, i);
    }
    assert_int_equal(fseek(f, 0, SEEK_SET), 0);
    const struct import_options options = {.format = IMPORT_NDJSON, .utc_us = utc_us};
    struct import_result result;
    assert_int_equal(import_stream(site->list_path, f, &options, &result), 0);
    (void)fclose(f);
}

/* The unit's surroundings ---------------------------------------------------------------------------------------- */

static int set_outputs(void *user, unsigned lane, struct lane_outputs outputs)
{
    (void)user;
    (void)lane;
    (void)outputs;
    return 0;
}

static int journal(void *user, const struct journal_event *event, uint64_t ticket)
{
    struct site *site = user;
    struct journal_event copy = *event;
    if (ticket != 0) {
        assert_true(site->n_tickets < SITE_TICKETS_MAX);
        site->tickets[site->n_tickets++] = ticket;
    }
    return journal_db_append(site->writing, &copy, 1);
}

static int authenticate(void *user, unsigned reader, const struct card_number *uid)
{
    (void)uid;
    ((struct site *)user)->asked = (int)reader;
    return 0;
}

static int64_t boot_us(void *user)
{
    return ((struct site *)user)->now.boot_us;
}

/* What is on disk is told, what was asked is answered. */
static void settle(struct site *site)
{
    while (site->n_tickets > 0 || site->asked >= 0) {
        if (site->asked >= 0) {
            unsigned reader = (unsigned)site->asked;
            site->asked = -1;
            unit_proof(site->unit, reader, ACCESS_PROOF_GENUINE, site->now);
            continue;
        }
        uint64_t ticket = site->tickets[--site->n_tickets];
        unit_journal_done(site->unit, ticket, 0, site->now);
    }
}

/* As if these people had walked here before. */
static void write_past(struct site *site)
{
    static const int32_t today = 20523; /* 2026-03-11 */
    const struct {
        int64_t holder, zone, before_s;
        uint16_t visits;
    } past[] = {{18, 0, 10, 0}, {19, 1, 3600, 0}, {20, 0, 7200, 1}, {22, 2, 1800, 0}};
    for (size_t i = 0; i < sizeof(past) / sizeof(past[0]); i++) {
        int64_t at_us = SITE_NOW_US - past[i].before_s * US_PER_S;
        struct journal_event event = {
            .kind = JOURNAL_PASSED, .utc_us = at_us, .holder = past[i].holder, .point_id = 1, .line_us = -1};
        event.effect.has_presence = true;
        event.effect.presence = (struct visit_presence){.zone_id = past[i].zone,
                                                        .zone_since_us = at_us,
                                                        .last_entry_us = at_us,
                                                        .last_entry_point = 1,
                                                        .visit_day = today,
                                                        .visits_today = past[i].visits,
                                                        .visits_week = past[i].visits,
                                                        .entries_today = past[i].visits};
        assert_int_equal(journal_db_append(site->writing, &event, 1), 0);
    }
}

void site_start(struct site *site)
{
    static const struct unit_ops ops = {
        .set_outputs = set_outputs, .journal = journal, .authenticate = authenticate, .boot_us = boot_us};
    site->asked = -1;
    assert_int_equal(list_db_open(site->list_path, LIST_DB_READ, &site->list), 0);
    assert_int_equal(journal_db_open(site->journal_path, JOURNAL_DB_WRITE, &site->writing), 0);
    assert_int_equal(journal_db_open(site->journal_path, JOURNAL_DB_READ, &site->reading), 0);
    write_past(site);
    assert_int_equal(unit_new(&site->config, site->list, site->reading, &ops, site, site->now, &site->unit), 0);
    for (unsigned i = 0; i < site->config.n_lanes; i++) {
        unit_input(site->unit, i, GATE_CONTACT_A, false, site->now.boot_us, site->now);
        unit_input(site->unit, i, GATE_CONTACT_B, false, site->now.boot_us, site->now);
    }
    settle(site);
}

void site_stop(struct site *site)
{
    unit_free(site->unit);
    journal_db_close(site->reading);
    journal_db_close(site->writing);
    list_db_close(site->list);
    site->unit = NULL;
    site->reading = site->writing = NULL;
    site->list = NULL;
}

static int last_decision(const struct journal_event *event, void *user)
{
    if (event->kind == JOURNAL_DECISION) {
        *(int64_t *)user = event->seq;
    }
    return 0;
}

int64_t site_tap(struct site *site, unsigned reader, const char *text)
{
    int64_t before = journal_db_last_seq(site->reading);
    int64_t seq = 0;
    struct unit_card card = {.can_desfire = true, .field_us = site->now.boot_us, .uid_us = site->now.boot_us};
    assert_true(card_parse(text, &card.number));
    unit_card_seen(site->unit, reader, &card, site->now);
    settle(site);
    unit_card_gone(site->unit, reader, site->now);
    assert_int_equal(journal_db_read(site->reading, before, 0, last_decision, &seq), 0);
    return seq;
}

static void pass(struct site *site, int64_t us)
{
    site->now.boot_us += us;
    site->now.utc_us += us;
    unit_time(site->unit, site->now);
    settle(site);
}

void site_walk(struct site *site, unsigned reader)
{
    const struct gate_reader *at = &site->config.readers[reader];
    const bool in = at->side == LANE_IN;
    const enum gate_input first = in ? GATE_CONTACT_A : GATE_CONTACT_B;
    const enum gate_input second = in ? GATE_CONTACT_B : GATE_CONTACT_A;
    const struct {
        enum gate_input input;
        bool active;
    } steps[] = {{first, true}, {second, true}, {first, false}, {second, false}};
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        pass(site, 200 * US_PER_MS);
        unit_input(site->unit, at->lane, steps[i].input, steps[i].active, site->now.boot_us, site->now);
        settle(site);
    }
    site_rest(site);
}

void site_rest(struct site *site)
{
    for (int i = 0; i < 100; i++) {
        int64_t due_us = unit_deadline(site->unit);
        if (due_us == US_NEVER || due_us > site->now.boot_us + US_PER_MIN) {
            break;
        }
        pass(site, due_us > site->now.boot_us ? due_us - site->now.boot_us : 1);
    }
    pass(site, US_PER_S - site->now.utc_us % US_PER_S); /* --at knows whole seconds */
}

void site_time(const struct site *site, char ret_text[32])
{
    static const struct zone utc = {0};
    zone_format(&utc, site->now.utc_us, ret_text);
}

void site_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    char *why = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_busy_timeout(db, 5000), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK) {
        fail_msg("%s: %s", sql, why);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}
