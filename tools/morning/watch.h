#pragma once

/* Watches the journal: what has happened at the lanes since it was last looked at. It reads the file, as `stile journal
 * --follow` does, so nothing is missed while the gate is down. */

#include "db/journal_db.h"

#include <stdint.h>

enum { WATCH_EVENTS_MAX = 64 };

struct watch {
    struct journal_db *db;
    int64_t seen; /* newest seq taken */
    /** Called for each event as it is taken, in order. */
    void (*each)(const struct journal_event *event, void *user);
    void *user;
    struct journal_event recent[WATCH_EVENTS_MAX]; /* a ring; records are not kept */
    int64_t n_taken;
};

/* What is waited for: an event after @after that fits all fields that say something. */
struct watch_wish {
    int64_t after; /* seq */
    enum journal_kind kinds[4]; /* any of these; 0 ends */
    uint64_t grant; /* 0: any */
    const char *lane; /* NULL: any */
    const char *card; /* text form; NULL: any */
};

/** @return 0 or a negative errno. */
int watch_open(struct watch *watch, const char *path, void (*each)(const struct journal_event *event, void *user),
               void *user);
void watch_close(struct watch *watch);
/** Takes what is new. @return 0 or a negative errno. */
int watch_look(struct watch *watch);
/** Looks until an event fits. @return 0 with the event (without its record), -ETIMEDOUT, or another negative errno. */
int watch_await(struct watch *watch, const struct watch_wish *wish, int timeout_ms, struct journal_event *ret_event);
