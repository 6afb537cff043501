#pragma once

/* A unit for a test of the command line: a folder with a configuration and an access list, and the gate's own unit in
 * simulated time that journals what is tapped. The list has one card for each denial. */

#include "db/journal_db.h"
#include "gate/unit.h"

#include <stdbool.h>
#include <stdint.h>

enum { SITE_PATH_SIZE = 96, SITE_TICKETS_MAX = 64 };

/* Readers. */
enum { SITE_IN, SITE_OUT, SITE_POOL };

/* When the list was synced, and what the site's clock shows at first: a Wednesday two days later. */
#define SITE_SYNCED_US INT64_C(1773036000000000) /* 2026-03-09T06:00:00Z */
#define SITE_NOW_US    INT64_C(1773223200000000) /* 2026-03-11T10:00:00Z */

struct site {
    char folder[32];
    char config_path[SITE_PATH_SIZE], list_path[SITE_PATH_SIZE], journal_path[SITE_PATH_SIZE];
    char control_path[SITE_PATH_SIZE], file_path[SITE_PATH_SIZE]; /* file_path: for a test's own use */
    struct gate_config config;
    struct list_db *list;
    struct journal_db *reading, *writing;
    struct unit *unit;
    struct unit_now now;
    uint64_t tickets[SITE_TICKETS_MAX];
    unsigned n_tickets;
    int asked; /* reader whose card must prove itself; -1 */
};

/** Makes the folder and the configuration, and names it in the environment. No list, no journal yet. */
void site_open(struct site *site);
void site_close(struct site *site);

/** Writes @text to file_path. */
void site_write(struct site *site, const char *text);
/** Makes the list, known to be current at @utc_us. */
void site_make_list(struct site *site, int64_t utc_us);
/** Makes the journal, with what happened before: people inside, earlier visits. Then starts the unit. */
void site_start(struct site *site);
void site_stop(struct site *site);
/** A card at a reader; what it needs is journalled. @return the sequence number of the decision. */
int64_t site_tap(struct site *site, unsigned reader, const char *card);
/** Somebody walks through a reader's lane, the way it releases. */
void site_walk(struct site *site, unsigned reader);
/** Lets time pass until nothing is due. */
void site_rest(struct site *site);
/** The site's clock as --at takes it. */
void site_time(const struct site *site, char ret_text[32]);
/** SQL on a database, from outside. */
void site_sql(const char *path, const char *sql);
