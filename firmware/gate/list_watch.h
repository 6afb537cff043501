#pragma once

/* The list's file: opens it for reading, sees when another takes its place, sets a damaged one aside. While there is
 * none that can be read it looks again every second. */

#include "db/list_db.h"

#include <systemd/sd-event.h>

struct list_watch;

struct list_watch_ops {
    /** Another list, or none (@list NULL), and its state: ok, missing, corrupt, quarantined, too_new, too_old, empty or error. The
     * handle before it is closed when this returns. */
    void (*changed)(void *user, struct list_db *list, const char *state);
};

/** Opens @path; the state and the handle can be asked for at once. @return 0 or a negative errno (of memory or the loop: a
 * list that can't be opened is no failure). */
int list_watch_new(const char *path, struct list_watch **ret_watch);
/** Begins to watch. */
int list_watch_start(struct list_watch *watch, sd_event *event, const struct list_watch_ops *ops, void *user);
/** Closes the list. Takes NULL. */
void list_watch_free(struct list_watch *watch);

/** NULL: there is none. Owned by @watch. */
struct list_db *list_watch_db(const struct list_watch *watch);
/** As in list_watch_ops. */
const char *list_watch_state(const struct list_watch *watch);
/** Looks at the file anew and tells: someone asked for it. */
void list_watch_reopen(struct list_watch *watch);
/** The list failed with @error while it was used: it is looked at, and set aside if it is damaged, soon (not within this
 * call). */
void list_watch_broken(struct list_watch *watch, int error);
