/* stile journal: what happened at the lanes, from journal.db; with --follow as it happens. Reads the file, not the gate:
 * it works while the gate is down. */

#include "stile/cli.h"
#include "stile/places.h"
#include "stile/progress.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/pack.h"
#include "base/text.h"
#include "core/access.h"
#include "db/journal_db.h"
#include "db/journal_json.h"
#include "gate/unit.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLLOW_POLL_MS = 200, LAST_DEFAULT = 50, READ_LIMIT = 1000 };

struct listing {
    struct cli *cli;
    struct places places;
    struct card_number card; /* CARD_NONE: all */
    enum journal_kind kind; /* 0: all */
    int64_t seen; /* newest seq read */
    int64_t skip; /* so many that match are passed over first */
    int64_t last_wanted; /* while counting: no further than this seq */
    int64_t matches;
    struct progress progress;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
    (void)signal;
    interrupted = 1;
}

static bool matches(const struct listing *listing, const struct journal_event *event)
{
    return (listing->card.form == CARD_NONE || card_equal(&listing->card, &event->card)) &&
           (listing->kind == 0 || listing->kind == event->kind);
}

/* What staff gave for something that they wished or noted. */
struct staff_words {
    char who[MESSAGE_NAME_SIZE], why[MESSAGE_TEXT_SIZE]; /* "": not said, or erased */
};

static struct staff_words staff_words(const struct journal_event *event)
{
    struct staff_words words = {0};
    struct unpack u;
    struct pack_field f;
    if (event->kind == JOURNAL_DECISION || event->record_len == 0) {
        return words;
    }
    unpack_init(&u, event->record, event->record_len);
    while (unpack_next(&u, &f)) {
        if (f.tag == UNIT_RECORD_WHO) {
            unpack_text(&u, &f, words.who, sizeof(words.who));
        } else if (f.tag == UNIT_RECORD_WHY) {
            unpack_text(&u, &f, words.why, sizeof(words.why));
        }
    }
    return words;
}

static int print_event_json(const struct journal_event *event, const char *point)
{
    struct staff_words words = staff_words(event);
    cJSON *json = journal_json(event, point);
    if (json && words.who[0]) {
        cJSON_AddStringToObject(json, "who", words.who);
    }
    if (json && words.why[0]) {
        cJSON_AddStringToObject(json, "why", words.why);
    }
    return cli_print_json(json);
}

static void print_text(const struct listing *listing, const struct journal_event *event)
{
    char when[INSTANT_TEXT_SIZE];
    char card[CARD_TEXT_SIZE] = "";
    const char *point = places_name(&listing->places, event->point_id);
    places_time(&listing->places, event->utc_us, when);
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
    if (point) {
        (void)printf("  point %s", point);
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
    if (event->ref) {
        (void)printf("  of event %lld", (long long)event->ref);
    }
    struct staff_words words = staff_words(event);
    if (words.who[0]) {
        (void)printf("  by %s%s%s", words.who, words.why[0] ? ": " : "", words.why);
    }
    if (event->grant) {
        (void)printf("  grant %llu", (unsigned long long)event->grant);
    }
    (void)putchar('\n');
}

/* @return 0, or an exit code and one: 0 would go on. */
static int print_event(const struct journal_event *event, void *user)
{
    struct listing *listing = user;
    listing->seen = event->seq;
    if (!matches(listing, event)) {
        return 0;
    }
    if (listing->skip > 0) {
        listing->skip--;
        return 0;
    }
    if (!listing->cli->json) {
        print_text(listing, event);
    } else if (print_event_json(event, places_name(&listing->places, event->point_id)) != CLI_DONE) {
        return CLI_BROKEN + 1;
    }
    return ferror(stdout) ? CLI_DONE + 1 : 0; /* main says why; the reader of a pipe has just left */
}

static int count_event(const struct journal_event *event, void *user)
{
    struct listing *listing = user;
    if (event->seq > listing->last_wanted) {
        return 1;
    }
    listing->matches += matches(listing, event);
    int64_t now_us = event->seq % READ_LIMIT == 0 ? clock_boot_us() : 0;
    if (now_us != 0 && progress_due(&listing->progress, now_us)) {
        progress_show(&listing->progress, now_us, "looking at event %lld", (long long)event->seq);
    }
    return 0;
}

/* Finds where the newest @last events that match begin: looks back in steps that double, since an event's place by its card
 * is in no index. Sets where to begin and how many to pass over. */
static int find_last(struct listing *listing, struct journal_db *db, int64_t newest, int64_t last)
{
    bool all = listing->card.form == CARD_NONE && listing->kind == 0;
    int64_t step = all ? last : READ_LIMIT;
    int64_t from = newest;
    progress_start(&listing->progress, stderr, isatty(STDERR_FILENO) == 1, clock_boot_us());
    while (from > 0 && listing->matches < last) {
        listing->last_wanted = from;
        from = from > step ? from - step : 0;
        int r = journal_db_read(db, from, 0, count_event, listing);
        if (r < 0) {
            return r;
        }
        step = step < INT64_MAX / 4 ? 2 * step : step;
    }
    progress_clear(&listing->progress);
    listing->seen = from;
    listing->skip = listing->matches > last ? listing->matches - last : 0;
    return 0;
}

/* The file that lies at the path now; after a recovery it is another one. */
struct which_file {
    dev_t device;
    ino_t inode;
};

static struct which_file look_at(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (struct which_file){st.st_dev, st.st_ino} : (struct which_file){0, 0};
}

/* Waits a moment. @return false when nobody reads any more what is printed. */
static bool wait_a_moment(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO};
    return poll(&out, 1, FOLLOW_POLL_MS) <= 0 || !(out.revents & (POLLERR | POLLHUP | POLLNVAL));
}

static int follow(struct listing *listing, struct journal_db **db)
{
    struct cli *cli = listing->cli;
    struct which_file is = look_at(cli->journal_path);
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    do {
        int r = journal_db_read(*db, listing->seen, READ_LIMIT, print_event, listing);
        if (r != 0) {
            return r < 0 ? cli_broken("%s: %s", cli->journal_path, strerror(-r)) : r - 1;
        }
        if (fflush(stdout) != 0) {
            return CLI_DONE;
        }
        struct which_file now = look_at(cli->journal_path);
        if (now.inode != 0 && (now.inode != is.inode || now.device != is.device)) {
            struct journal_db *another = NULL;
            if (journal_db_open(cli->journal_path, JOURNAL_DB_READ, &another) == 0) {
                journal_db_close(*db);
                *db = another;
                is = now;
            }
        }
    } while (!interrupted && wait_a_moment());
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
    places_load(cli, &listing.places);
    int64_t newest = journal_db_last_seq(db);
    r = newest < 0 ? (int)newest : 0;
    listing.seen = options.from > 0 ? options.from - 1 : newest;
    if (r == 0 && options.from == 0) {
        r = find_last(&listing, db, newest, options.last);
    }
    if (r == 0 && options.follow) {
        return follow(&listing, &db);
    }
    if (r == 0) {
        r = journal_db_read(db, listing.seen, 0, print_event, &listing);
    }
    return r < 0 ? cli_broken("%s: %s", cli->journal_path, strerror(-r)) : r > 0 ? r - 1 : CLI_DONE;
}

const struct cli_command cli_journal = {
    .name = "journal",
    .synopsis = "[--follow] [--from SEQ | --last N] [--card CARD] [--kind KIND]",
    .about = "what happened at the lanes",
    .help = "  --follow, -f  go on and show events as they happen, until it is interrupted\n"
            "  --from SEQ    begin at this event\n"
            "  --last N      the newest N events, of those that match (50)\n"
            "  --card CARD   only this card's events (04a1b2c3, 04:a1:b2:c3, or #1234 for a printed number)\n"
            "  --kind KIND   only events of this kind (decision, released, passed, alarm, ...)\n"
            "\n"
            "Times are the branch's, as far as configuration and list can be read; else UTC, with a Z.\n"
            "With --json: one event a line; fields: README.md of the folder db.\n",
    .run = run,
};
