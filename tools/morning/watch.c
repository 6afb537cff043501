#include "morning/watch.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "core/card.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

enum { LOOK_EVERY_MS = 5 };

int watch_open(struct watch *watch, const char *path, void (*each)(const struct journal_event *event, void *user),
               void *user)
{
    *watch = (struct watch){.each = each, .user = user};
    int r = journal_db_open(path, JOURNAL_DB_READ, &watch->db);
    return r > 0 ? -ENOENT : r;
}

void watch_close(struct watch *watch)
{
    journal_db_close(watch->db);
    watch->db = NULL;
}

static int take(const struct journal_event *event, void *user)
{
    struct watch *watch = user;
    struct journal_event *kept = &watch->recent[watch->n_taken++ % WATCH_EVENTS_MAX];
    *kept = *event;
    kept->record = NULL;
    kept->record_len = 0;
    watch->seen = event->seq;
    watch->each(event, watch->user);
    return 0;
}

int watch_look(struct watch *watch)
{
    return journal_db_read(watch->db, watch->seen, 0, take, watch);
}

static bool fits(const struct journal_event *event, const struct watch_wish *wish)
{
    bool kind = false;
    for (size_t i = 0; i < ARRAY_LEN(wish->kinds) && wish->kinds[i] != 0; i++) {
        kind = kind || event->kind == wish->kinds[i];
    }
    if (!kind || event->seq <= wish->after || (wish->grant && event->grant != wish->grant) ||
        (wish->lane && strcmp(wish->lane, event->lane) != 0)) {
        return false;
    }
    char card[CARD_TEXT_SIZE] = "";
    if (wish->card && event->card.form != CARD_NONE) {
        card_format(&event->card, card);
    }
    return !wish->card || strcmp(wish->card, card) == 0;
}

int watch_await(struct watch *watch, const struct watch_wish *wish, int timeout_ms, struct journal_event *ret_event)
{
    int64_t until_us = clock_boot_us() + timeout_ms * US_PER_MS;
    for (;;) {
        int r = watch_look(watch);
        if (r < 0) {
            return r;
        }
        int64_t first = watch->n_taken > WATCH_EVENTS_MAX ? watch->n_taken - WATCH_EVENTS_MAX : 0;
        for (int64_t i = first; i < watch->n_taken; i++) {
            const struct journal_event *event = &watch->recent[i % WATCH_EVENTS_MAX];
            if (fits(event, wish)) {
                *ret_event = *event;
                return 0;
            }
        }
        if (clock_boot_us() >= until_us) {
            return -ETIMEDOUT;
        }
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
}
