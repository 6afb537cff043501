/* stile journal: what happened at the lanes, from journal.db; with --follow as it happens. Reads the file, not the gate:
 * it works while the gate is down. */

#include "stile/cli.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "core/access.h"
#include "db/journal_db.h"
#include "db/journal_json.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { FOLLOW_POLL_MS = 200, LAST_DEFAULT = 50, READ_LIMIT = 1000 };

struct listing {
    const struct cli *cli;
    struct card_number card; /* CARD_NONE: all */
    enum journal_kind kind; /* 0: all */
    int64_t seen; /* newest seq read */
    int result;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
    (void)signal;
    interrupted = 1;
}

static void print_text(const struct journal_event *event)
{
    char when[INSTANT_TEXT_SIZE] = "-";
    char card[CARD_TEXT_SIZE] = "";
    time_t seconds = (time_t)(event->utc_us / US_PER_S);
    struct tm tm;
    if (gmtime_r(&seconds, &tm)) {
        (void)strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%SZ", &tm);
    }
    if (event->card.form != CARD_NONE) {
        card_format(&event->card, card);
    }
    const char *what = journal_kind_text(event->kind);
    if (event->kind == JOURNAL_DECISION) {
        what = access_code_text((enum access_code)event->code);
    }
    (void)printf("%8lld  %s  %-18s", (long long)event->seq, when, what);
    if (event->lane[0]) {
        (void)printf("  lane %s", event->lane);
    }
    if (card[0]) {
        (void)printf("  card %s", card);
    } else if (event->erased) {
        (void)printf("  (personal data erased)");
    }
    if (event->kind == JOURNAL_RELEASED && event->line_us >= 0) {
        (void)printf("  line set after %.2f ms", (double)event->line_us / 1000.0);
    }
    if (event->detail[0]) {
        (void)printf("  %s", event->detail);
    }
    if (event->grant) {
        (void)printf("  grant %llu", (unsigned long long)event->grant);
    }
    (void)putchar('\n');
}

static int print_event(const struct journal_event *event, void *user)
{
    struct listing *listing = user;
    listing->seen = event->seq;
    if (listing->card.form != CARD_NONE && !card_equal(&listing->card, &event->card)) {
        return 0;
    }
    if (listing->kind != 0 && listing->kind != event->kind) {
        return 0;
    }
    if (!listing->cli->json) {
        print_text(event);
        return 0;
    }
    listing->result = cli_print_json(journal_json(event, NULL));
    return listing->result;
}

static int follow(struct listing *listing, struct journal_db *db)
{
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    while (!interrupted) {
        int r = journal_db_read(db, listing->seen, READ_LIMIT, print_event, listing);
        if (r != 0) {
            return r < 0 ? cli_broken("%s: %s", listing->cli->journal_path, strerror(-r)) : r;
        }
        if (fflush(stdout) != 0) {
            return CLI_DONE; /* the reader of a pipe has left */
        }
        (void)poll(NULL, 0, FOLLOW_POLL_MS);
    }
    return CLI_DONE;
}

static int parse_kind(const char *name, enum journal_kind *ret_kind)
{
    for (int k = 1; k < JOURNAL_KINDS; k++) {
        if (strcmp(name, journal_kind_text((enum journal_kind)k)) == 0) {
            *ret_kind = (enum journal_kind)k;
            return 0;
        }
    }
    return -EINVAL;
}

struct journal_options {
    bool follow;
    int64_t from; /* seq; 0: see last */
    int64_t last;
};

static int parse(struct listing *listing, struct journal_options *options, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *v;
        if (strcmp(argv[i], "--follow") == 0 || strcmp(argv[i], "-f") == 0) {
            options->follow = true;
        } else if ((v = cli_option(argc, argv, &i, "--from"))) {
            if (!text_int(v, 1, INT64_MAX, &options->from)) {
                return cli_usage(&cli_journal, "--from: not a sequence number: '%s'", v);
            }
        } else if ((v = cli_option(argc, argv, &i, "--last"))) {
            if (!text_int(v, 0, INT64_MAX, &options->last)) {
                return cli_usage(&cli_journal, "--last: not a number: '%s'", v);
            }
        } else if ((v = cli_option(argc, argv, &i, "--card"))) {
            if (!card_parse(v, &listing->card)) {
                return cli_usage(&cli_journal, "--card: not a card number: '%s'", v);
            }
        } else if ((v = cli_option(argc, argv, &i, "--kind"))) {
            if (parse_kind(v, &listing->kind) < 0) {
                return cli_usage(&cli_journal, "--kind: no such kind: '%s'", v);
            }
        } else {
            return cli_usage(&cli_journal, "unknown argument: %s", argv[i]);
        }
    }
    return CLI_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct listing listing = {.cli = cli};
    struct journal_options options = {.last = LAST_DEFAULT};
    int r = parse(&listing, &options, argc, argv);
    if (r != CLI_DONE) {
        return r;
    }
    _cleanup_(journal_db_closep) struct journal_db *db = NULL;
    r = cli_open_journal(cli, &db);
    if (r != CLI_DONE) {
        return r;
    }
    int64_t newest = journal_db_last_seq(db);
    if (newest < 0) {
        return cli_broken("%s: %s", cli->journal_path, strerror((int)-newest));
    }
    listing.seen = options.from > 0 ? options.from - 1 : newest > options.last ? newest - options.last : 0;
    if (options.follow) {
        return follow(&listing, db);
    }
    r = journal_db_read(db, listing.seen, 0, print_event, &listing);
    if (r < 0) {
        return cli_broken("%s: %s", cli->journal_path, strerror(-r));
    }
    return listing.result;
}

const struct cli_command cli_journal = {
    .name = "journal",
    .synopsis = "[--follow] [--from SEQ | --last N] [--card CARD] [--kind KIND]",
    .about = "what happened at the lanes",
    .help = "  --follow, -f  go on and show events as they happen\n"
            "  --from SEQ    begin at this event\n"
            "  --last N      begin N events before the newest (50)\n"
            "  --card CARD   only this card's events (04a1b2c3, 04:a1:b2:c3, or #1234 for a printed number)\n"
            "  --kind KIND   only events of this kind (decision, released, passed, alarm, ...)\n",
    .run = run,
};
