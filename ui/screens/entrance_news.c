/* From what happens at the gate to what a lane's pane says. A verdict takes the pane at once, whatever was on it.
 * Its later phases belong to it by the grant's number: those of a grant that is no longer shown are passed over. A
 * notice that comes while the lane is open for a grant speaks to somebody else (or says "go on"), so it goes below
 * the grant, not over it. */

#include "screens/entrance_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* How long the pane of "my card"'s own tap stays before the page comes. */
#define CARD_AFTER_US (2500 * US_PER_MS)
/* An answer that isn't here by then doesn't come. */
#define CARD_GIVES_UP_US (15 * US_PER_S)

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static struct entrance_pane *pane_of(struct entrance *e, const char *lane)
{
    for (size_t i = 0; i < ENTRANCE_PANES; i++) {
        struct entrance_pane *pane = &e->panes[i];
        if (pane->kind != ENTRANCE_PANE_EMPTY && strcmp(pane->news.lane, lane) == 0) {
            return pane;
        }
    }
    return NULL;
}

/* Each lane that is named has a pane of its own; else a free one, else the one that has stood longest. */
static struct entrance_pane *pane_for(struct entrance *e, const char *lane)
{
    struct entrance_pane *pane = pane_of(e, lane);
    for (size_t i = 0; i < e->settings.n_lanes && i < ENTRANCE_PANES; i++) {
        if (strcmp(e->settings.lanes[i].name, lane) == 0) {
            return &e->panes[i];
        }
    }
    for (size_t i = 0; !pane && i < ENTRANCE_PANES; i++) {
        pane = entrance_pane_active(e, &e->panes[i]) ? NULL : &e->panes[i];
    }
    if (!pane) {
        pane = &e->panes[0];
        for (size_t i = 1; i < ENTRANCE_PANES; i++) {
            pane = e->panes[i].since_us < pane->since_us ? &e->panes[i] : pane;
        }
    }
    return pane;
}

static struct entrance_pane *pane_of_grant(struct entrance *e, const struct gate_news *news)
{
    struct entrance_pane *pane = pane_of(e, news->lane);
    return pane && news->grant != 0 && pane->kind == ENTRANCE_PANE_GRANTED && pane->news.grant == news->grant ? pane
                                                                                                              : NULL;
}

static struct entrance_pane *fill(struct entrance *e, enum entrance_pane_kind kind, const struct gate_news *news,
                                  int64_t for_us)
{
    struct entrance_pane *pane = pane_for(e, news->lane);
    *pane = (struct entrance_pane){.kind = kind, .news = *news, .since_us = e->now_us, .until_us = e->now_us + for_us};
    return pane;
}

/* "My card": the first tap after it was asked for is its owner's. Any other tap closes what shows of somebody. */
static void card_tap(struct entrance *e, const struct gate_news *news)
{
    bool asked = e->card.stage == ENTRANCE_CARD_ASKED && e->now_us < e->card.until_us && news->card[0] != '\0';
    entrance_card_close(e);
    if (asked) {
        struct entrance_wish wish = {.kind = ENTRANCE_WISH_MEMBER, .customer = news->customer};
        (void)text_copy(wish.card, sizeof(wish.card), news->card);
        (void)text_copy(e->card.card, sizeof(e->card.card), news->card);
        e->card.stage = ENTRANCE_CARD_TAPPED;
        e->card.grant = news->grant;
        e->card.show_us = e->now_us + CARD_AFTER_US;
        e->card.until_us = e->now_us + CARD_GIVES_UP_US;
        entrance_wish(e, wish);
    }
}

static void verdict(struct entrance *e, const struct gate_news *news)
{
    bool granted = news->phase == NEWS_GRANTED;
    card_tap(e, news);
    (void)fill(e, granted ? ENTRANCE_PANE_GRANTED : ENTRANCE_PANE_DENIED, news,
               granted ? e->settings.granted_most_us : e->settings.denied_us);
    entrance_sound(e, granted ? SOUND_GRANTED : SOUND_DENIED);
    if (e->settings.show_photo && news->customer != 0) {
        entrance_wish(e, (struct entrance_wish){.kind = ENTRANCE_WISH_PHOTO, .customer = news->customer});
    }
}

static void released(struct entrance *e, const struct gate_news *news)
{
    struct entrance_pane *pane = pane_of_grant(e, news);
    if (pane && pane->stage == ENTRANCE_STAGE_GRANTED) {
        pane->stage = ENTRANCE_STAGE_RELEASED;
        pane->released_us = e->now_us;
    }
}

static void passed(struct entrance *e, const struct gate_news *news)
{
    struct entrance_pane *pane = pane_of_grant(e, news);
    if (pane) {
        int64_t until_us =
            later(pane->since_us + e->settings.granted_least_us, e->now_us + e->settings.granted_after_us);
        pane->stage = ENTRANCE_STAGE_PASSED;
        pane->until_us = until_us;
        if (pane->strip != NOTICE_NONE) { /* whoever waits has it to themselves now */
            struct gate_news waits = {.phase = NEWS_NOTICE, .notice = pane->strip, .until_day = DAY_NONE};
            (void)text_copy(waits.lane, sizeof(waits.lane), news->lane);
            (void)fill(e, ENTRANCE_PANE_NOTICE, &waits, e->settings.notice_us);
        }
    }
    /* Whoever has walked through doesn't see it; who comes next shall not. */
    if (e->card.stage >= ENTRANCE_CARD_TAPPED && e->card.grant != 0 && e->card.grant == news->grant) {
        entrance_card_close(e);
    }
}

static enum entrance_reason reason_of(const char *detail)
{
    static const char *const texts[ENTRANCE_REASONS] = {[ENTRANCE_TIME_UP] = "time_up",
                                                        [ENTRANCE_WRONG_WAY] = "wrong_way",
                                                        [ENTRANCE_NO_ROTATION] = "no_rotation",
                                                        [ENTRANCE_LOCKDOWN] = "lockdown",
                                                        [ENTRANCE_LOCKED] = "locked",
                                                        [ENTRANCE_ELSEWHERE] = "tapped_elsewhere",
                                                        [ENTRANCE_JOURNAL_FAILED] = "journal_failed",
                                                        [ENTRANCE_LINE_FAILED] = "line_failed",
                                                        [ENTRANCE_REFUSED] = "refused",
                                                        [ENTRANCE_FIRE] = "fire"};
    for (unsigned i = 1; i < ENTRANCE_REASONS; i++) {
        if (strcmp(texts[i], detail) == 0) {
            return (enum entrance_reason)i;
        }
    }
    return ENTRANCE_TIME_UP;
}

static void not_passed(struct entrance *e, const struct gate_news *news)
{
    struct entrance_pane *pane = pane_of_grant(e, news);
    if (pane) {
        pane = fill(e, ENTRANCE_PANE_NOTICE, news, e->settings.notice_us);
        pane->reason = reason_of(news->detail);
        entrance_sound(e, SOUND_WARNING);
    }
}

static void set_reader(struct entrance *e, const struct gate_news *news, bool lost)
{
    for (size_t i = 0; i < e->n_readers; i++) {
        if (strcmp(e->readers[i].name, news->reader) == 0) {
            e->readers[i].lost = lost;
            return;
        }
    }
    if (e->n_readers < STATUS_READERS_MAX && news->reader[0] != '\0') {
        struct entrance_reader *r = &e->readers[e->n_readers++];
        (void)text_copy(r->name, sizeof(r->name), news->reader);
        (void)text_copy(r->lane, sizeof(r->lane), news->lane);
        r->lost = lost;
    }
}

static struct status_lane *status_lane(struct entrance *e, const char *name)
{
    for (size_t i = 0; i < e->status.n_lanes; i++) {
        if (strcmp(e->status.lanes[i].name, name) == 0) {
            return &e->status.lanes[i];
        }
    }
    return NULL;
}

static void open_without_card(struct entrance *e, const struct gate_news *news)
{
    (void)fill(e, ENTRANCE_PANE_GRANTED, news, e->settings.granted_most_us);
    entrance_sound(e, SOUND_GRANTED);
}

/* What the notice says to somebody at the lane; @sound for it. */
static void tell(struct entrance *e, const struct gate_news *news, enum sound sound)
{
    struct entrance_pane *pane = pane_of(e, news->lane);
    char said[ENTRANCE_TEXT_SIZE];
    entrance_words_strip(news->notice, said, sizeof(said));
    if (pane && entrance_pane_active(e, pane) && entrance_pane_open(pane) && said[0] != '\0') {
        pane->strip = news->notice;
        pane->strip_until_us = e->now_us + e->settings.notice_us;
    } else {
        (void)fill(e, ENTRANCE_PANE_NOTICE, news, e->settings.notice_us);
    }
    entrance_sound(e, sound);
}

/* What lasts, and changes what the lane or the whole gate is. @return false when it is something else. */
static bool lasting(struct entrance *e, const struct gate_news *news)
{
    struct status_lane *lane = status_lane(e, news->lane);
    switch (news->notice) {
    case NOTICE_FIRE:
        entrance_set_fire(e, true);
        return true;
    case NOTICE_FIRE_END:
        entrance_set_fire(e, false);
        return true;
    case NOTICE_LOCKDOWN:
        e->lockdown = true;
        entrance_sound(e, SOUND_WARNING);
        return true;
    case NOTICE_UNLOCKED:
        e->lockdown = false;
        return true;
    case NOTICE_READER_LOST:
    case NOTICE_READER_BACK:
    case NOTICE_READER_READY:
        set_reader(e, news, news->notice == NOTICE_READER_LOST);
        return true;
    case NOTICE_CLOCK_NOT_SET:
    case NOTICE_CLOCK_SET:
        e->clock_untrusted = news->notice == NOTICE_CLOCK_NOT_SET;
        return true;
    case NOTICE_NO_LIST:
        e->no_list = true;
        return true;
    case NOTICE_LINE:
    case NOTICE_STUCK:
        if (lane) {
            (void)text_copy(lane->alarm, sizeof(lane->alarm), news_notice_text(news->notice));
        }
        return true;
    case NOTICE_MODE:
        if (lane) { /* the detail begins with the mode's name: "free", "free restored" */
            lane->state = strncmp(news->detail, "free", 4) == 0     ? LANE_S_FREE
                          : strncmp(news->detail, "locked", 6) == 0 ? LANE_S_SHUT
                                                                    : LANE_S_LOCKED;
        }
        return true;
    case NOTICE_ALARM_END:
        if (strcmp(news->detail, "no_list") == 0) {
            e->no_list = false;
        } else if (lane) {
            lane->alarm[0] = '\0';
            lane->fault = strcmp(news->detail, "line") == 0 ? false : lane->fault;
        }
        return true;
    default:
        return false;
    }
}

static void notice(struct entrance *e, const struct gate_news *news)
{
    if (lasting(e, news) || e->fire) {
        return;
    }
    switch (news->notice) {
    case NOTICE_REQUEST_TO_EXIT:
    case NOTICE_STAFF_RELEASE:
        open_without_card(e, news);
        break;
    case NOTICE_READ_AGAIN:
    case NOTICE_WAIT:
    case NOTICE_WAIT_OVER:
    case NOTICE_BUSY:
        tell(e, news, SOUND_WAIT);
        break;
    case NOTICE_SECOND_TAP:
        tell(e, news, SOUND_GRANTED);
        break;
    case NOTICE_JOURNAL_FAILED:
    case NOTICE_OUT_OF_SERVICE:
    case NOTICE_EXIT_NEEDS_CARD:
        (void)fill(e, ENTRANCE_PANE_NOTICE, news, e->settings.notice_us);
        entrance_sound(e, SOUND_WARNING);
        break;
    case NOTICE_TAILGATE:
    case NOTICE_WRONG_WAY:
    case NOTICE_HELD_OPEN:
    case NOTICE_FORCED:
        (void)fill(e, ENTRANCE_PANE_NOTICE, news, e->settings.notice_us);
        entrance_sound(e, SOUND_ALARM);
        break;
    default: /* the technician's, and what the grant's own end says */
        return;
    }
    e->active_us = e->now_us;
}

void entrance_news(struct entrance *entrance, const struct gate_news *news, int64_t now_us)
{
    struct entrance *e = entrance;
    bool whole_gate = news->lane[0] == '\0' || news->notice == NOTICE_FIRE || news->notice == NOTICE_FIRE_END;
    e->now_us = now_us;
    if (!whole_gate && !entrance_has_lane(e, news->lane)) {
        return;
    }
    if (news->phase == NEWS_ALARM || news->phase == NEWS_NOTICE) {
        notice(e, news);
        return;
    }
    if (e->fire) { /* nothing is decided in a fire */
        return;
    }
    e->active_us = now_us;
    switch (news->phase) {
    case NEWS_GRANTED:
    case NEWS_DENIED:
        verdict(e, news);
        break;
    case NEWS_RELEASED:
        released(e, news);
        break;
    case NEWS_PASSED:
        passed(e, news);
        break;
    case NEWS_NOT_PASSED:
        not_passed(e, news);
        break;
    default: /* unresolved: of a grant before the gate's start */
        break;
    }
}
