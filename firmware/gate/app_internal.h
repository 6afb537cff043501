#pragma once

/* What the parts of the process share: app.c starts and stops, app_events.c carries events to the unit and its effects
 * out, app_control.c answers the control socket. Not for anybody else. */

#include "gate/app.h"
#include "gate/budget.h"
#include "gate/config.h"
#include "gate/control.h"
#include "gate/emergency.h"
#include "gate/journal_worker.h"
#include "gate/keys.h"
#include "gate/lines.h"
#include "gate/list_watch.h"
#include "gate/readers.h"
#include "gate/unit.h"

#include <stdatomic.h>
#include <systemd/sd-event.h>

struct app {
    struct gate_config config;
    char digest[33]; /* of the configuration's text (BLAKE2b, 16 bytes, in hex): tells two apart */
    struct lines *lines;
    struct keys *keys; /* NULL: none */
    struct journal_db *journal; /* read handle */
    struct journal_db *journal_write; /* the worker's thread's */
    struct journal_worker *worker;
    struct list_watch *list;
    struct emergency emergency;
    sd_event *event;
    struct unit *unit;
    struct control *control;
    struct budget notes; /* of all clients together */
    struct readers *readers;
    sd_event_source *deadline, *tick;
    int64_t deadline_us; /* armed */
    int64_t started_us;
    unsigned ticks;
    bool clock_trusted;
    int64_t clock_floor_us;
    _Atomic int64_t clock_save_us; /* for the journal's thread to write; 0: nothing */
    uint64_t erased_told;
    _Atomic int64_t erased_seq; /* the newest event without its personal part: told by the journal's thread */
    int journal_error; /* 0, or why the journal could not be written last */
    bool lines_away; /* the chip went away, and the journal knows */
};

/* app_events.c */
extern const struct unit_ops app_unit_ops;
extern const struct lines_ops app_lines_ops;
extern const struct readers_ops app_readers_ops;
extern const struct list_watch_ops app_list_ops;
struct unit_now app_now(void);
/** Queues an event that the process itself has to tell. */
void app_journal(struct app *app, enum journal_kind kind, int32_t code, const char *detail);
/** Queues a JOURNAL_ERASED for what was erased since the last one, if anything was. */
void app_journal_erased(struct app *app);
/** Adds the sources that drive the unit: journal answers, deadlines, the clock, SIGHUP. @return 0 or a negative errno. */
int app_listen(struct app *app);
/** Tells the unit, before it gets its first event, whether the clock may be believed. */
void app_look_at_clock(struct app *app);

/* app_control.c */
extern const struct control_ops app_control_ops;
/** Tells the log and whoever follows. */
void app_tell(struct app *app, const struct unit_news *news);
