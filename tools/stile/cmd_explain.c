/* stile explain: decides on a card as the gate would, and shows each rule.
 *
 * It runs the gate's own unit (gate/unit.h) dry: the lines lead nowhere, nothing is journalled, and the time is the one that was
 * asked for. So what it says can't differ from what the gate does; modes and a lock-down by staff come from the
 * journal. What only the running gate knows (its lines, a grant under way) is left out. */

#include "stile/cli.h"
#include "stile/verdict.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "gate/unit.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct explanation {
    bool decided;
    bool asked_for_proof;
    char notice[64]; /* why there was no decision */
    struct access_query query;
    struct access_verdict verdict;
    struct access_trace trace;
    int64_t boot_us; /* stands still */
};

static int drive_nothing(void *user, unsigned lane, struct lane_outputs outputs)
{
    (void)user;
    (void)lane;
    (void)outputs;
    return 0;
}

static int journal_nothing(void *user, const struct journal_event *event, uint64_t ticket)
{
    (void)user;
    (void)event;
    (void)ticket;
    return 0;
}

static int note_authenticate(void *user, unsigned reader, const struct card_number *uid)
{
    struct explanation *e = user;
    (void)reader;
    (void)uid;
    e->asked_for_proof = true;
    return 0;
}

static void note_news(void *user, const struct unit_news *news)
{
    struct explanation *e = user;
    if (e->decided) {
        return;
    }
    if (news->query && news->verdict) {
        struct access_verdict again;
        e->query = *news->query;
        e->verdict = *news->verdict;
        access_decide(&e->query, &again, &e->trace);
        e->decided = true;
    } else if (news->phase == UNIT_NOTICE && news->card) {
        (void)snprintf(e->notice, sizeof(e->notice), "%s", news->notice);
    }
}

static int64_t still_clock(void *user)
{
    return ((struct explanation *)user)->boot_us;
}

struct request {
    struct card_number card;
    const char *point;
    const char *side; /* NULL: either */
    const char *at;
    unsigned reader;
    int64_t utc_us;
    bool has_journal;
};

static int parse(int argc, char **argv, struct request *ret)
{
    *ret = (struct request){0};
    for (int i = 1; i < argc; i++) {
        const char *v;
        if ((v = cli_option(argc, argv, &i, "--point"))) {
            ret->point = v;
        } else if ((v = cli_option(argc, argv, &i, "--at"))) {
            ret->at = v;
        } else if ((v = cli_option(argc, argv, &i, "--side"))) {
            ret->side = v;
            if (strcmp(v, "in") != 0 && strcmp(v, "out") != 0) {
                return cli_usage(&cli_explain, "--side: in or out, not '%s'", v);
            }
        } else if (argv[i][0] == '-') {
            return cli_usage(&cli_explain, "unknown option: %s", argv[i]);
        } else if (ret->card.form != CARD_NONE) {
            return cli_usage(&cli_explain, "one card at a time: %s", argv[i]);
        } else if (!card_parse(argv[i], &ret->card)) {
            return cli_usage(&cli_explain, "'%s' is no card number: 8, 14 or 20 hex digits, or # and digits", argv[i]);
        }
    }
    if (ret->card.form == CARD_NONE) {
        return cli_usage(&cli_explain, "which card?");
    }
    return CLI_DONE;
}

static bool stands_there(const struct gate_reader *reader, const struct request *request)
{
    return (!request->point || strcmp(reader->point, request->point) == 0) &&
           (!request->side || (reader->side == LANE_OUT) == (request->side[0] == 'o'));
}

/* Finds the reader that stands at the point, and the instant by that branch's clock. */
static int place(struct cli *cli, struct list_db *list, struct request *request)
{
    const struct gate_config *config = cli->config;
    size_t i = 0;
    while (i < config->n_readers && !stands_there(&config->readers[i], request)) {
        i++;
    }
    if (i >= config->n_readers) {
        return cli_broken("no reader of this unit stands at %s%s%s (%s)", request->point ? request->point : "any point",
                          request->side ? ", side " : "", request->side ? request->side : "", cli->config_path);
    }
    request->reader = (unsigned)i;
    request->utc_us = clock_utc_us();
    if (!request->at) {
        return CLI_DONE;
    }
    struct list_point point;
    struct list_branch branch;
    if (list_db_point(list, config->readers[i].point, &point) != 0 ||
        list_db_branch(list, point.branch_id, &branch) != 0) {
        return cli_broken("the list doesn't know the point '%s'", config->readers[i].point);
    }
    if (!zone_parse_instant(&branch.zone, request->at, &request->utc_us)) {
        return cli_usage(&cli_explain, "--at: '%s' is no time; for example 2014-05-31T17:00", request->at);
    }
    return CLI_DONE;
}

/* In a lock-down these cards count. A list of them that can't be read is stile check's to tell. */
static void load_emergency(const struct gate_config *config, struct unit *unit)
{
    char error[EMERGENCY_ERROR_SIZE];
    struct emergency emergency;
    if (config->emergency_path[0] && emergency_load(config->emergency_path, &emergency, error) == 0) {
        unit_set_emergency(unit, &emergency);
    }
}

static int decide(struct cli *cli, struct list_db *list, struct journal_db *journal, const struct request *request,
                  struct explanation *e)
{
    static const struct unit_ops ops = {.set_outputs = drive_nothing,
                                        .journal = journal_nothing,
                                        .authenticate = note_authenticate,
                                        .tell = note_news,
                                        .boot_us = still_clock};
    e->boot_us = clock_boot_us();
    struct unit_now now = {.boot_us = e->boot_us, .utc_us = request->utc_us};
    struct unit *unit = NULL;
    int r = unit_new(cli->config, list, journal, &ops, e, now, &unit);
    if (r < 0) {
        return cli_broken("%s", strerror(-r));
    }
    load_emergency(cli->config, unit);
    e->decided = false;
    /* The card is taken for what the list says it is: that it proves itself is up to the card. */
    struct unit_card card = {
        .number = request->card, .can_desfire = true, .field_us = now.boot_us, .uid_us = now.boot_us};
    unit_reader_state(unit, request->reader, true, "", now);
    unit_card_seen(unit, request->reader, &card, now);
    if (e->asked_for_proof && !e->decided) {
        unit_proof(unit, request->reader, ACCESS_PROOF_GENUINE, now);
    }
    unit_free(unit);
    return CLI_DONE;
}

static int print_json(const struct cli *cli, const struct request *request, const struct explanation *e)
{
    char card[CARD_TEXT_SIZE];
    card_format(&request->card, card);
    cJSON *json = e->decided ? verdict_json(&e->query, &e->verdict) : cJSON_CreateObject();
    cJSON_AddStringToObject(json, "card", card);
    cJSON_AddStringToObject(json, "point", cli->config->readers[request->reader].point);
    cJSON_AddStringToObject(json, "reader", cli->config->readers[request->reader].name);
    cJSON_AddBoolToObject(json, "journal", request->has_journal);
    if (e->decided) {
        char at[INSTANT_TEXT_SIZE];
        zone_format(&e->query.zone, e->query.utc_us, at);
        cJSON_AddStringToObject(json, "at", at);
        cJSON_AddItemToObject(json, "rules", verdict_trace_json(&e->query, &e->trace));
    } else {
        cJSON_AddStringToObject(json, "notice", e->notice);
    }
    return cli_print_json(json);
}

static int print(const struct cli *cli, const struct request *request, const struct explanation *e)
{
    if (!request->has_journal) {
        (void)fprintf(stderr, "stile: %s: no journal yet, so nobody has been here: decided by the list alone\n",
                      cli->journal_path);
    }
    if (cli->json) {
        return print_json(cli, request, e);
    }
    const char *point = cli->config->readers[request->reader].point;
    if (!e->decided) {
        cli_row("point", "%s", point);
        cli_row("no decision", "%s", e->notice);
        return CLI_DONE;
    }
    verdict_print_query(&e->query, point);
    verdict_print_trace(&e->query, &e->trace);
    verdict_print(&e->query, &e->verdict, "verdict");
    return CLI_DONE;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

/* An empty journal in a folder of its own, which is gone as soon as it is open: the handle keeps the file. */
static int open_empty_journal(struct journal_db **ret_db)
{
    char folder[] = "/tmp/stile-XXXXXX";
    char path[sizeof(folder) + 16];
    if (!mkdtemp(folder)) {
        return cli_broken("/tmp: %s", strerror(errno));
    }
    (void)snprintf(path, sizeof(path), "%s/journal.db", folder);
    int r = journal_db_open(path, JOURNAL_DB_WRITE, ret_db);
    (void)nftw(folder, remove_one, 4, FTW_DEPTH | FTW_PHYS);
    return r == 0 ? CLI_DONE : cli_broken("%s: %s", path, r < 0 ? strerror(-r) : "cannot be made");
}

/* A gate that never ran has no journal: then nobody has been here. */
static int open_journal(struct cli *cli, struct request *request, struct journal_db **ret_db)
{
    request->has_journal = access(cli->journal_path, F_OK) == 0 || errno != ENOENT;
    return request->has_journal ? cli_open_journal(cli, ret_db) : open_empty_journal(ret_db);
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct request request;
    int r = parse(argc, argv, &request);
    if (r == CLI_DONE) {
        r = cli_load(cli);
    }
    if (r != CLI_DONE) {
        return r;
    }
    _cleanup_(list_db_closep) struct list_db *list = NULL;
    _cleanup_(journal_db_closep) struct journal_db *journal = NULL;
    static struct explanation explanation; /* large */
    struct explanation *e = &explanation;
    r = cli_open_list(cli, &list);
    if (r == CLI_DONE) {
        r = open_journal(cli, &request, &journal);
    }
    if (r == CLI_DONE) {
        r = place(cli, list, &request);
    }
    if (r == CLI_DONE) {
        r = decide(cli, list, journal, &request, e);
    }
    if (r == CLI_DONE) {
        r = print(cli, &request, e);
    }
    if (r != CLI_DONE) {
        return r;
    }
    return e->decided && e->verdict.code == ACCESS_GRANTED ? CLI_DONE : CLI_NO;
}

const struct cli_command cli_explain = {
    .name = "explain",
    .synopsis = "CARD [--point POINT] [--side in|out] [--at TIME]",
    .about = "what the gate would decide on a card, and each rule it tries",
    .help =
        "  --point POINT  the access point, by its name (default: that of the first reader)\n"
        "  --side in|out  of several readers at the point, the one that releases this way\n"
        "  --at TIME      2014-05-31T17:00 by the branch's clock, or with an offset (default: now)\n"
        "\n"
        "A secure card is taken to be genuine, the unit to be neither locked down nor on fire, its clock to be set.\n"
        "Nothing is journalled and no lane moves.\n"
        "Exit code 0: granted; 1: denied.\n",
    .run = run,
};
