/* stile status: the gate's own view of itself; while it is down, what the files say. */

#include "stile/cli.h"
#include "stile/places.h"
#include "stile/words.h"

#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void delete_json(cJSON **json)
{
    cJSON_Delete(*json);
}

static const cJSON *part(const cJSON *json, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(json, name);
}

static void print_unit(const cJSON *json, const struct places *places)
{
    const cJSON *process = part(json, "process");
    const cJSON *clock = part(json, "clock");
    char text[WORDS_SIZE];
    char size[WORDS_SIZE];
    char when[INSTANT_TEXT_SIZE];
    words_age(cli_int(process, "up_s"), text);
    words_size_kb(cli_int(process, "memory_kb"), size);
    cli_row("unit", "%s, stile %s", cli_text(json, "unit"), cli_text(json, "version"));
    cli_row("gate", "running for %s, %s in memory", text, size);
    places_time(places, cli_int(json, "utc_us"), when);
    cli_row("clock", "%s%s%s", when, cli_true(clock, "trusted") ? "" : ", NOT TRUSTED",
            cli_true(clock, "synchronised") ? ", synchronised" : ", not synchronised");
}

static void print_list(const cJSON *json)
{
    const cJSON *list = part(json, "list");
    char age[WORDS_SIZE] = "";
    if (cJSON_IsNumber(part(list, "version"))) {
        words_age(cli_int(list, "age_s"), age);
        cli_row("list", "%s, version %lld, %s%s", cli_text(list, "state"), (long long)cli_int(list, "version"), age,
                cli_int(list, "age_s") < 0 ? "" : " old");
    } else {
        cli_row("list", "%s: %s", cli_text(list, "state"), cli_text(list, "path"));
    }
}

static void print_journal(const cJSON *json)
{
    const cJSON *journal = part(json, "journal");
    const char *error = cli_text(journal, "error");
    cli_row("journal", "event %lld, %lld waiting%s%s", (long long)cli_int(journal, "seq"),
            (long long)cli_int(journal, "queued"), error[0] ? ", CAN'T BE WRITTEN: " : "", error);
    if (cli_int(journal, "dropped") > 0) {
        cli_row("", "%lld events LOST since the gate started", (long long)cli_int(journal, "dropped"));
    }
}

static void print_lines(const cJSON *json)
{
    const cJSON *lines = part(json, "lines");
    const char *chip = cli_text(lines, "chip");
    cli_row("lines", "%s%s%s%s", cli_true(lines, "working") ? "working" : "NOT WORKING", chip[0] ? ", " : "", chip,
            cli_true(lines, "working") ? "" : cli_text(lines, "fault"));
}

static void print_lane(const cJSON *lane)
{
    const char *alarm = cli_text(lane, "alarm");
    const bool in = cli_true(lane, "release_in");
    const bool out = cli_true(lane, "release_out");
    cli_row("lane", "%-16s %-12s %s%s%s%s", cli_text(lane, "name"), cli_text(lane, "state"),
            in && out ? "open both ways"
            : in      ? "open in"
            : out     ? "open out"
                      : "shut",
            cli_true(lane, "fault") ? ", OUT OF SERVICE" : "", alarm[0] ? ", ALARM: " : "", alarm);
}

static const char *sandbox_words(const cJSON *sandbox)
{
    const bool calls = cli_true(sandbox, "seccomp") && cli_true(sandbox, "no_new_privs");
    if (calls && cli_true(sandbox, "landlock")) {
        return "shut in";
    }
    return calls ? "shut in without Landlock" : "NOT SHUT IN";
}

static void print_reader(const cJSON *reader)
{
    char size[WORDS_SIZE];
    int64_t restarts = cli_int(reader, "restarts");
    words_size_kb(cli_int(reader, "memory_kb"), size);
    cli_row("reader", "%-16s %-12s %s, %s at %s", cli_text(reader, "name"),
            cli_true(reader, "working") ? "working" : "NOT WORKING", cli_text(reader, "point"),
            cli_text(reader, "side"), cli_text(reader, "lane"));
    if (!cli_true(reader, "working")) {
        cli_row("", "%-16s %s", "", cli_text(reader, "fault"));
    } else {
        cli_row("", "%-16s %s, %s, %s", "", cli_text(reader, "chip"), sandbox_words(part(reader, "sandbox")), size);
    }
    if (restarts > 0) {
        cli_row("", "%-16s started again %lld %s", "", (long long)restarts, restarts == 1 ? "time" : "times");
    }
}

static int print_text(struct cli *cli, const char *body, size_t n)
{
    struct places places;
    _cleanup_(delete_json) cJSON *json = cJSON_ParseWithLength(body, n);
    if (!cJSON_IsObject(json)) {
        return cli_broken("the gate's answer is no JSON");
    }
    places_load(cli, &places);
    print_unit(json, &places);
    print_list(json);
    print_journal(json);
    print_lines(json);
    const cJSON *item;
    cJSON_ArrayForEach(item, part(json, "lanes"))
    {
        print_lane(item);
    }
    cJSON_ArrayForEach(item, part(json, "readers"))
    {
        print_reader(item);
    }
    cli_row("keys", "%s; %lld emergency cards", cli_true(json, "keys") ? "master key loaded" : "no master key",
            (long long)cli_int(json, "emergency_cards"));
    return CLI_DONE;
}

/* What the two files say without the gate. */
struct on_disk {
    char list_reason[CLI_REASON_SIZE], journal_reason[CLI_REASON_SIZE]; /* "": could be read */
    struct list_meta meta;
    int64_t age_s;
    int64_t seq, epoch;
};

static void read_files(const struct cli *cli, struct on_disk *ret)
{
    _cleanup_(list_db_closep) struct list_db *list = NULL;
    _cleanup_(journal_db_closep) struct journal_db *journal = NULL;
    *ret = (struct on_disk){0};
    int r = list_db_open(cli->list_path, LIST_DB_READ, &list);
    if (r == 0) {
        r = list_db_meta(list, &ret->meta);
        ret->age_s = (clock_utc_us() - ret->meta.synced_utc_us) / US_PER_S;
    }
    if (r != 0) {
        cli_list_reason(r, ret->list_reason);
    }
    r = journal_db_open(cli->journal_path, JOURNAL_DB_READ, &journal);
    if (r == 0) {
        ret->seq = journal_db_last_seq(journal);
        ret->epoch = journal_db_epoch(journal);
        r = ret->seq < 0 ? (int)ret->seq : ret->epoch < 0 ? (int)ret->epoch : 0;
    }
    if (r != 0) {
        cli_journal_reason(r, ret->journal_reason);
    }
}

static int files_json(const struct cli *cli, const struct on_disk *d, const char *reason)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "gate", "down");
    cJSON_AddStringToObject(json, "reason", reason);
    cJSON *list = cJSON_AddObjectToObject(json, "list");
    cJSON_AddStringToObject(list, "path", cli->list_path);
    if (d->list_reason[0]) {
        cJSON_AddStringToObject(list, "error", d->list_reason);
    } else {
        cli_add_int(list, "version", d->meta.version);
        cli_add_int(list, "epoch", d->meta.epoch);
        cli_add_int(list, "synced_utc_us", d->meta.synced_utc_us);
        cli_add_int(list, "age_s", d->age_s);
    }
    cJSON *journal = cJSON_AddObjectToObject(json, "journal");
    cJSON_AddStringToObject(journal, "path", cli->journal_path);
    if (d->journal_reason[0]) {
        cJSON_AddStringToObject(journal, "error", d->journal_reason);
    } else {
        cli_add_int(journal, "seq", d->seq);
        cli_add_int(journal, "epoch", d->epoch);
    }
    return cli_print_json(json);
}

static int print_files(struct cli *cli, const char *reason)
{
    struct on_disk d;
    if (cli_load(cli) != CLI_DONE) {
        return CLI_BROKEN;
    }
    read_files(cli, &d);
    if (cli->json) {
        int r = files_json(cli, &d, reason);
        return r != CLI_DONE ? r : CLI_NO;
    }
    cli_row("unit", "%s", cli->config->unit);
    cli_row("gate", "DOWN: %s: %s", cli->control_path, reason);
    if (d.list_reason[0]) {
        cli_row("list", "%s: %s", cli->list_path, d.list_reason);
    } else {
        char age[WORDS_SIZE];
        words_age(d.age_s, age);
        cli_row("list", "version %lld, %s%s", (long long)d.meta.version, age, d.age_s < 0 ? "" : " old");
    }
    if (d.journal_reason[0]) {
        cli_row("journal", "%s: %s", cli->journal_path, d.journal_reason);
    } else {
        cli_row("journal", "event %lld", (long long)d.seq);
    }
    return CLI_NO;
}

static int run(struct cli *cli, int argc, char **argv)
{
    char reason[CLI_REASON_SIZE];
    uint8_t buffer[MESSAGE_MAX];
    struct message answer;
    const struct message ask = {.kind = MESSAGE_STATUS_ASK};
    if (argc > 1) {
        return cli_usage(&cli_status, "unknown argument: %s", argv[1]);
    }
    _cleanup_close_ int fd = cli_try_connect(cli, reason);
    if (fd == -ENOENT || fd == -ECONNREFUSED) {
        return print_files(cli, reason);
    }
    if (fd < 0) {
        return reason[0] ? cli_broken("%s: %s", cli->control_path, reason) : CLI_BROKEN;
    }
    int r = cli_ask(fd, &ask, MESSAGE_STATUS, buffer, &answer);
    if (r != CLI_DONE) {
        return r;
    }
    if (!cli->json) {
        return print_text(cli, answer.body, answer.body_len);
    }
    (void)printf("%.*s\n", (int)answer.body_len, answer.body);
    return CLI_DONE;
}

const struct cli_command cli_status = {
    .name = "status",
    .synopsis = "",
    .about = "lanes, readers, list, journal and clock",
    .help =
        "Asks the gate. While it is down, says so, and what the list and the journal say; the exit code is then 1.\n"
        "With --json: the gate's answer as it is (fields: README.md of the messages between processes).\n",
    .run = run,
};
