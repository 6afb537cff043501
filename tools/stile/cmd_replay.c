/* stile replay: decides a recorded tap again, from its journal record alone. */

#include "stile/cli.h"
#include "stile/places.h"
#include "stile/verdict.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "core/access_record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct replay {
    struct access_query query;
    struct access_trace trace;
    struct access_stages stages;
    struct access_verdict then, now;
    const char *differs; /* NULL: the same */
};

static int decide_again(const struct journal_event *event, struct replay *replay)
{
    int r = access_record_decode(event->record, event->record_len, &replay->query, NULL, &replay->stages);
    if (r == 0) {
        r = access_record_replay(event->record, event->record_len, &replay->then, &replay->now, &replay->differs);
    }
    if (r == ACCESS_RECORD_NEWER) {
        return cli_broken("event %lld was recorded by a newer version; use that version's stile",
                          (long long)event->seq);
    }
    if (r < 0) {
        return cli_broken("event %lld: its record is damaged (stile check verifies the chain)", (long long)event->seq);
    }
    struct access_verdict again;
    access_decide(&replay->query, &again, &replay->trace);
    return CLI_DONE;
}

static int print_json(const struct journal_event *event, const struct replay *replay)
{
    cJSON *json = cJSON_CreateObject();
    cli_add_int(json, "seq", event->seq);
    cJSON_AddBoolToObject(json, "same", replay->differs == NULL);
    if (replay->differs) {
        cJSON_AddStringToObject(json, "differs_in", replay->differs);
    }
    cJSON_AddItemToObject(json, "recorded", verdict_json(&replay->query, &replay->then));
    cJSON_AddItemToObject(json, "replayed", verdict_json(&replay->query, &replay->now));
    cJSON_AddItemToObject(json, "rules", verdict_trace_json(&replay->query, &replay->trace));
    cJSON_AddItemToObject(json, "stages_us", verdict_stages_json(&replay->stages));
    return cli_print_json(json);
}

static void print_text(const struct journal_event *event, const struct replay *replay, const char *point)
{
    cli_row("event", "%lld", (long long)event->seq);
    verdict_print_query(&replay->query, point);
    verdict_print_trace(&replay->query, &replay->trace);
    verdict_print(&replay->query, &replay->then, "recorded");
    verdict_print(&replay->query, &replay->now, "replayed");
    if (replay->differs) {
        cli_row("result", "DIFFERS in %s", replay->differs);
    } else {
        cli_row("result", "the same");
    }
}

static int run(struct cli *cli, int argc, char **argv)
{
    int64_t seq;
    if (argc != 2 || !text_int(argv[1], 1, INT64_MAX, &seq)) {
        return cli_usage(&cli_replay, "which event? Its sequence number is in stile journal --kind decision");
    }
    _cleanup_(journal_db_closep) struct journal_db *db = NULL;
    int r = cli_open_journal(cli, &db);
    if (r != CLI_DONE) {
        return r;
    }
    struct journal_event event;
    r = journal_db_event(db, seq, &event);
    if (r < 0) {
        return cli_broken("%s: %s", cli->journal_path, strerror(-r));
    }
    if (r > 0) {
        return cli_broken("no event %lld in %s", (long long)seq, cli->journal_path);
    }
    if (event.kind != JOURNAL_DECISION) {
        return cli_broken("event %lld is no decision but '%s'", (long long)seq, journal_kind_text(event.kind));
    }
    if (event.erased) {
        return cli_broken("event %lld: its personal part was erased after the retention time", (long long)seq);
    }
    if (event.record_len == 0) {
        return cli_broken("event %lld was decided without a list: there are no rules to try again", (long long)seq);
    }
    _cleanup_free_ struct replay *replay = calloc(1, sizeof(*replay));
    if (!replay) {
        return cli_broken("out of memory");
    }
    r = decide_again(&event, replay);
    if (r != CLI_DONE) {
        return r;
    }
    if (cli->json) {
        r = print_json(&event, replay);
    } else {
        struct places places;
        places_load(cli, &places);
        print_text(&event, replay, places_name(&places, event.point_id));
    }
    return r != CLI_DONE ? r : replay->differs ? CLI_NO : CLI_DONE;
}

const struct cli_command cli_replay = {
    .name = "replay",
    .synopsis = "SEQ",
    .about = "decides a recorded tap again, from its record",
    .help = "Says where the verdict differs from the recorded one; the exit code is then 1.\n",
    .run = run,
};
