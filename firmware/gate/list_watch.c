#define LOG_MODULE "list"

#include "gate/list_watch.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#define LOOK_US US_PER_S

struct list_watch {
    char path[PATH_MAX];
    const char *file; /* its name within the folder */
    struct list_db *db;
    const char *state;
    struct stat seen; /* of the file that is open */
    bool broken; /* it failed while it was used */
    sd_event_source *io, *timer;
    struct list_watch_ops ops;
    void *user;
};

/* @return a handle or NULL, with the state in words. */
static struct list_db *open_list(struct list_watch *w, const char **ret_state)
{
    struct list_db *db = NULL;
    struct stat st = {0};
    if (stat(w->path, &st) < 0) {
        *ret_state = errno == ENOENT ? "missing" : "error";
        return NULL;
    }
    int r = list_db_open(w->path, LIST_DB_READ, &db);
    if (r == 0 && w->broken && list_db_check(db) != 0) {
        list_db_close(db);
        r = LIST_DB_CORRUPT;
    }
    w->broken = false;
    struct list_meta meta = {0};
    switch (r) {
    case 0:
        /* Made, but nothing was ever put into it: its writer is only just at it. Nobody is denied by an empty list. */
        if (list_db_meta(db, &meta) == 0 && meta.version == 0) {
            list_db_close(db);
            *ret_state = "empty";
            return NULL;
        }
        w->seen = st;
        *ret_state = "ok";
        return db;
    case LIST_DB_MISSING:
        *ret_state = "missing";
        return NULL;
    case LIST_DB_NEWER:
        *ret_state = "too_new";
        return NULL;
    case LIST_DB_OLDER: /* also one that its writer is only just making */
        *ret_state = "too_old";
        return NULL;
    case LIST_DB_CORRUPT:
        r = list_db_quarantine(w->path, clock_utc_us());
        if (r < 0) {
            log_error("cannot set %s aside: %s", w->path, strerror(-r));
        }
        *ret_state = r < 0 ? "corrupt" : "quarantined";
        return NULL;
    default:
        log_error("cannot open %s: %s", w->path, strerror(r < 0 ? -r : EPROTO));
        *ret_state = "error";
        return NULL;
    }
}

int list_watch_new(const char *path, struct list_watch **ret_watch)
{
    struct list_watch *w = calloc(1, sizeof(*w));
    if (!w) {
        return -ENOMEM;
    }
    if (!text_copy(w->path, sizeof(w->path), path)) {
        free(w);
        return -ENAMETOOLONG;
    }
    const char *slash = strrchr(w->path, '/');
    w->file = slash ? slash + 1 : w->path;
    w->db = open_list(w, &w->state);
    *ret_watch = w;
    return 0;
}

static void arm(struct list_watch *w)
{
    if (!w->timer) {
        return;
    }
    bool look = w->db == NULL || w->broken;
    int64_t at_us = clock_boot_us() + (w->broken ? 0 : LOOK_US);
    (void)sd_event_source_set_time(w->timer, (uint64_t)at_us);
    (void)sd_event_source_set_enabled(w->timer, look ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

void list_watch_reopen(struct list_watch *w)
{
    struct list_db *before = w->db;
    const char *state = w->state;
    w->db = open_list(w, &w->state);
    /* Set aside, and nothing new there yet: the reason stays. */
    if (text_eq(w->state, "missing") && text_eq(state, "quarantined")) {
        w->state = state;
    }
    if (w->db || before || !text_eq(state, w->state)) {
        log_info("state=%s", w->state);
        if (w->ops.changed) {
            w->ops.changed(w->user, w->db, w->state);
        }
    }
    list_db_close(before);
    arm(w);
}

void list_watch_broken(struct list_watch *w, int error)
{
    log_error("failed: %s", strerror(-error));
    w->broken = true;
    arm(w);
}

static int on_time(sd_event_source *source, uint64_t boot_us, void *user)
{
    (void)source;
    (void)boot_us;
    list_watch_reopen(user);
    return 0;
}

static bool same_file(const struct list_watch *w)
{
    struct stat st;
    return w->db && stat(w->path, &st) == 0 && st.st_ino == w->seen.st_ino && st.st_dev == w->seen.st_dev;
}

static int on_change(sd_event_source *source, const struct inotify_event *event, void *user)
{
    struct list_watch *w = user;
    (void)source;
    if (event->len > 0 && text_eq(event->name, w->file) && !same_file(w)) {
        list_watch_reopen(w);
    }
    return 0;
}

int list_watch_start(struct list_watch *w, sd_event *event, const struct list_watch_ops *ops, void *user)
{
    char folder[PATH_MAX];
    w->ops = *ops;
    w->user = user;
    (void)snprintf(folder, sizeof(folder), "%.*s", (int)(w->file - w->path), w->path);
    int r = sd_event_add_time(event, &w->timer, CLOCK_BOOTTIME, 0, 1, on_time, w);
    if (r < 0) {
        return r;
    }
    r = sd_event_add_inotify(event, &w->io, folder[0] ? folder : ".",
                             IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE, on_change, w);
    if (r < 0) {
        log_warn("cannot watch %s: %s", folder, strerror(-r)); /* SIGHUP still serves */
    }
    arm(w);
    return 0;
}

void list_watch_free(struct list_watch *w)
{
    if (!w) {
        return;
    }
    sd_event_source_disable_unref(w->io);
    sd_event_source_disable_unref(w->timer);
    list_db_close(w->db);
    free(w);
}

struct list_db *list_watch_db(const struct list_watch *w)
{
    return w->db;
}

const char *list_watch_state(const struct list_watch *w)
{
    return w->state;
}
