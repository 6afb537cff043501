/* What is not as it should be. What lasts is taken from the gate's status, so it can't be missed; what is over in a
 * moment (somebody followed) comes as news and is kept for a while. */
#include "screens/shell_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

static bool is_moment(enum news_notice notice)
{
    return notice == NOTICE_TAILGATE || notice == NOTICE_WRONG_WAY || notice == NOTICE_NO_ROTATION ||
           notice == NOTICE_FORCED;
}

void shell_alarm_news(struct shell *s, const struct gate_news *news, int64_t now_us)
{
    if (news->phase != NEWS_ALARM || !is_moment(news->notice)) {
        return;
    }
    struct shell_moment *to = &s->moments[0];
    for (size_t i = 0; i < SHELL_MOMENTS_MAX; i++) {
        struct shell_moment *m = &s->moments[i];
        if (m->notice == news->notice && strcmp(m->lane, news->lane) == 0) {
            to = m;
            break;
        }
        if (to->notice != NOTICE_NONE && (m->notice == NOTICE_NONE || m->at_us < to->at_us)) {
            to = m;
        }
    }
    *to = (struct shell_moment){.notice = news->notice, .at_us = now_us};
    (void)text_copy(to->lane, sizeof(to->lane), news->lane);
}

void shell_alarm_time(struct shell *s, int64_t now_us)
{
    for (size_t i = 0; i < SHELL_MOMENTS_MAX; i++) {
        if (s->moments[i].notice != NOTICE_NONE && s->moments[i].at_us + SHELL_MOMENT_US <= now_us) {
            s->moments[i] = (struct shell_moment){0};
        }
    }
}

int64_t shell_alarm_deadline(const struct shell *s)
{
    int64_t at = US_NEVER;
    for (size_t i = 0; i < SHELL_MOMENTS_MAX; i++) {
        int64_t ends_us = s->moments[i].at_us + SHELL_MOMENT_US;
        at = s->moments[i].notice != NOTICE_NONE && ends_us < at ? ends_us : at;
    }
    return at;
}

struct found {
    struct shell_alarm *list;
    size_t n;
};

static void add(struct found *found, enum news_notice notice, const char *place, bool urgent)
{
    for (size_t i = 0; i < found->n; i++) {
        if (found->list[i].notice == notice && strcmp(found->list[i].place, place) == 0) {
            return;
        }
    }
    if (found->n < SHELL_ALARMS_MAX) {
        struct shell_alarm *alarm = &found->list[found->n++];
        *alarm = (struct shell_alarm){.notice = notice, .urgent = urgent};
        (void)text_copy(alarm->place, sizeof(alarm->place), place);
    }
}

static enum news_notice lane_alarm(const char *name)
{
    for (int i = NOTICE_FORCED; i <= NOTICE_LINE; i++) {
        if (strcmp(name, news_notice_text((enum news_notice)i)) == 0) {
            return (enum news_notice)i;
        }
    }
    return NOTICE_UNKNOWN;
}

static void of_unit(const struct gate_status *status, struct found *found)
{
    if (status->fire) {
        add(found, NOTICE_FIRE, "", true);
    }
    if (status->lockdown) {
        add(found, NOTICE_LOCKDOWN, "", true);
    }
    if (!status->lines.working) {
        add(found, NOTICE_LINE, "", true);
    }
    if (status->list.state != STATUS_LIST_OK && status->list.state != STATUS_LIST_UNKNOWN) {
        add(found, NOTICE_NO_LIST, "", true);
    }
    if (status->journal.error[0]) {
        add(found, NOTICE_JOURNAL, "", true);
    }
}

static void of_parts(const struct gate_status *status, struct found *found)
{
    for (size_t i = 0; i < status->n_lanes; i++) {
        const struct status_lane *lane = &status->lanes[i];
        if (lane->fault && status->lines.working) {
            add(found, NOTICE_OUT_OF_SERVICE, lane->name, true);
        }
        if (lane->alarm[0]) {
            add(found, lane_alarm(lane->alarm), lane->name, true);
        }
    }
    for (size_t i = 0; i < status->n_readers; i++) {
        if (!status->readers[i].working) {
            add(found, NOTICE_READER_LOST, status->readers[i].name, true);
        }
    }
}

size_t shell_alarms(const struct shell *s, struct shell_alarm ret_alarms[SHELL_ALARMS_MAX])
{
    struct found found = {.list = ret_alarms};
    if (s->status_us) {
        of_unit(&s->status, &found);
        of_parts(&s->status, &found);
    }
    for (size_t i = 0; i < SHELL_MOMENTS_MAX; i++) {
        if (s->moments[i].notice != NOTICE_NONE) {
            add(&found, s->moments[i].notice, s->moments[i].lane, false);
        }
    }
    if (s->status_us && !s->status.clock.trusted) {
        add(&found, NOTICE_CLOCK_NOT_SET, "", false);
    }
    return found.n;
}
