/* What is known at the entrance, and what follows from each thing that happens. A pane is what one lane has to say;
 * it ends by itself. Nothing here draws or words anything. */
#include "screens/entrance_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

#define CARD_ASKED_US (15 * US_PER_S)
#define CARD_SHOWN_US (20 * US_PER_S)
#define LINK_GRACE_US 1500000 /* a gate that starts anew is back within a second: nobody need see that */

void entrance_settings_init(struct entrance_settings *ret_settings)
{
    *ret_settings = (struct entrance_settings){
        .my_card = true,
        .language = LANGUAGE_EN,
        .saver_after_us = 120 * US_PER_S,
        .language_reset_us = 30 * US_PER_S,
        .granted_least_us = 2500 * US_PER_MS,
        .granted_most_us = 8 * US_PER_S,
        .granted_after_us = 1500 * US_PER_MS,
        .denied_us = 6 * US_PER_S,
        .notice_us = 4 * US_PER_S,
        .release_us = 5 * US_PER_S,
    };
    (void)zone_parse("CET-1CEST,M3.5.0,M10.5.0/3", &ret_settings->zone);
}

void entrance_init(struct entrance *ret_entrance, const struct entrance_settings *settings, int64_t now_us,
                   int64_t utc_us)
{
    *ret_entrance = (struct entrance){
        .settings = *settings,
        .now_us = now_us,
        .utc_us = utc_us,
        .language = settings->language,
        .touched_us = now_us,
        .active_us = now_us,
        .link_us = now_us,
        .status.list.age_s = -1,
    };
}

/* Wishes. */

void entrance_wish(struct entrance *e, struct entrance_wish wish)
{
    if (e->n_wishes == ENTRANCE_WISHES_MAX) { /* nobody has asked for long: the oldest matters least */
        e->first_wish = (e->first_wish + 1) % ENTRANCE_WISHES_MAX;
        e->n_wishes--;
    }
    e->wishes[(e->first_wish + e->n_wishes) % ENTRANCE_WISHES_MAX] = wish;
    e->n_wishes++;
}

void entrance_sound(struct entrance *e, enum sound sound)
{
    entrance_wish(e, (struct entrance_wish){.kind = ENTRANCE_WISH_SOUND, .sound = sound});
}

bool entrance_next_wish(struct entrance *e, struct entrance_wish *ret_wish)
{
    if (e->n_wishes == 0) {
        return false;
    }
    *ret_wish = e->wishes[e->first_wish];
    e->first_wish = (e->first_wish + 1) % ENTRANCE_WISHES_MAX;
    e->n_wishes--;
    return true;
}

/* Lanes and panes. */

bool entrance_has_lane(const struct entrance *e, const char *lane)
{
    if (e->settings.n_lanes == 0 || lane[0] == '\0') {
        return true;
    }
    for (size_t i = 0; i < e->settings.n_lanes; i++) {
        if (strcmp(e->settings.lanes[i].name, lane) == 0) {
            return true;
        }
    }
    return false;
}

const char *entrance_lane_title(const struct entrance *e, const char *lane)
{
    for (size_t i = 0; i < e->settings.n_lanes; i++) {
        if (strcmp(e->settings.lanes[i].name, lane) == 0 && e->settings.lanes[i].title[0]) {
            return e->settings.lanes[i].title;
        }
    }
    return lane;
}

bool entrance_pane_active(const struct entrance *e, const struct entrance_pane *pane)
{
    return pane->kind != ENTRANCE_PANE_EMPTY && pane->until_us > e->now_us;
}

bool entrance_pane_open(const struct entrance_pane *pane)
{
    return pane->kind == ENTRANCE_PANE_GRANTED && pane->stage != ENTRANCE_STAGE_PASSED;
}

/* "My card". */

void entrance_card_close(struct entrance *e)
{
    memset(&e->card, 0, sizeof(e->card));
}

static void step_card(struct entrance *e)
{
    if (e->card.stage == ENTRANCE_CARD_TAPPED && e->card.has_member && e->now_us >= e->card.show_us) {
        e->card.stage = ENTRANCE_CARD_SHOWN;
        e->card.until_us = e->now_us + CARD_SHOWN_US;
    }
    if (e->card.stage != ENTRANCE_CARD_OFF && e->now_us >= e->card.until_us) {
        entrance_card_close(e);
    }
}

void entrance_member(struct entrance *e, const struct entrance_member *member, int64_t now_us)
{
    e->now_us = now_us > e->now_us ? now_us : e->now_us;
    if (e->card.stage == ENTRANCE_CARD_TAPPED && strcmp(e->card.card, member->card) == 0) {
        e->card.has_member = true;
        e->card.member = *member;
        step_card(e);
    }
}

/* How the gate is. */

void entrance_set_fire(struct entrance *e, bool fire)
{
    if (fire && !e->fire) {
        entrance_sound(e, SOUND_ALARM);
        entrance_card_close(e);
        memset(e->panes, 0, sizeof(e->panes));
    }
    e->active_us = fire != e->fire ? e->now_us : e->active_us;
    e->fire = fire;
}

static void take_zones(struct entrance *e, const struct gate_status *s)
{
    e->people = 0;
    e->people_limit = 0;
    for (size_t i = 0; i < s->n_zones; i++) {
        bool wanted = e->settings.occupancy_zone == 0 || s->zones[i].id == e->settings.occupancy_zone;
        if (wanted && s->zones[i].limit > 0) {
            e->people = s->zones[i].people;
            e->people_limit = s->zones[i].limit;
            return;
        }
    }
}

void entrance_status(struct entrance *e, const struct gate_status *status, int64_t now_us)
{
    e->now_us = now_us > e->now_us ? now_us : e->now_us;
    e->status = *status;
    e->status_us = e->now_us;
    entrance_set_fire(e, status->fire);
    e->lockdown = status->lockdown;
    e->clock_untrusted = !status->clock.trusted;
    e->no_list = status->list.state != STATUS_LIST_OK && status->list.state != STATUS_LIST_TOO_OLD &&
                 status->list.state != STATUS_LIST_UNKNOWN;
    e->n_readers = status->n_readers;
    for (size_t i = 0; i < status->n_readers; i++) {
        struct entrance_reader *r = &e->readers[i];
        (void)text_copy(r->name, sizeof(r->name), status->readers[i].name);
        (void)text_copy(r->lane, sizeof(r->lane), status->readers[i].lane);
        r->lost = !status->readers[i].working;
    }
    take_zones(e, status);
}

void entrance_link(struct entrance *e, enum entrance_link link, int64_t now_us)
{
    e->now_us = now_us > e->now_us ? now_us : e->now_us;
    if (link == e->link) {
        return;
    }
    /* What lanes were doing is not known any more: an open one has fallen back. A fire goes on until the gate says
     * otherwise. */
    if (link != ENTRANCE_LINK_CONNECTED) {
        e->link_us = e->link == ENTRANCE_LINK_CONNECTED ? e->now_us : e->link_us;
        memset(e->panes, 0, sizeof(e->panes));
        entrance_card_close(e);
    }
    e->active_us = e->now_us;
    e->link = link;
}

/* Time. */

static bool may_save(const struct entrance *e)
{
    bool quiet = !e->fire && e->card.stage == ENTRANCE_CARD_OFF && e->settings.saver_after_us > 0;
    for (size_t i = 0; i < ENTRANCE_PANES; i++) {
        quiet = quiet && !entrance_pane_active(e, &e->panes[i]);
    }
    return quiet;
}

bool entrance_saves(const struct entrance *e)
{
    return may_save(e) && e->now_us - e->active_us >= e->settings.saver_after_us;
}

static bool any_pane_active(const struct entrance *e)
{
    return entrance_pane_active(e, &e->panes[0]) || entrance_pane_active(e, &e->panes[1]);
}

void entrance_time(struct entrance *e, int64_t now_us, int64_t utc_us)
{
    e->now_us = now_us > e->now_us ? now_us : e->now_us;
    e->utc_us = utc_us;
    for (size_t i = 0; i < ENTRANCE_PANES; i++) {
        struct entrance_pane *pane = &e->panes[i];
        if (pane->kind != ENTRANCE_PANE_EMPTY && !entrance_pane_active(e, pane)) {
            *pane = (struct entrance_pane){0};
        }
        if (pane->strip != NOTICE_NONE && pane->strip_until_us <= e->now_us) {
            pane->strip = NOTICE_NONE;
        }
    }
    step_card(e);
    if (e->language != e->settings.language && e->now_us - e->touched_us >= e->settings.language_reset_us &&
        e->card.stage == ENTRANCE_CARD_OFF && !any_pane_active(e)) {
        e->language = e->settings.language;
        entrance_wish(e, (struct entrance_wish){.kind = ENTRANCE_WISH_LANGUAGE, .language = e->language});
    }
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t entrance_deadline(const struct entrance *e)
{
    const int64_t minute_us = US_PER_MIN - (e->utc_us % US_PER_MIN + US_PER_MIN) % US_PER_MIN;
    int64_t at = e->now_us + minute_us;
    for (size_t i = 0; i < ENTRANCE_PANES; i++) {
        const struct entrance_pane *pane = &e->panes[i];
        at = pane->kind != ENTRANCE_PANE_EMPTY ? sooner(at, pane->until_us) : at;
        at = pane->strip != NOTICE_NONE ? sooner(at, pane->strip_until_us) : at;
    }
    if (e->card.stage != ENTRANCE_CARD_OFF) {
        at = sooner(at, e->card.until_us);
    }
    if (e->card.stage == ENTRANCE_CARD_TAPPED && e->card.has_member) {
        at = sooner(at, e->card.show_us);
    }
    if (e->language != e->settings.language && e->now_us - e->touched_us < e->settings.language_reset_us) {
        at = sooner(at, e->touched_us + e->settings.language_reset_us);
    }
    if (entrance_saves(e)) {
        int64_t saved_us = e->now_us - e->active_us - e->settings.saver_after_us;
        at = sooner(at, e->now_us - saved_us % ENTRANCE_DRIFT_US + ENTRANCE_DRIFT_US);
    } else if (may_save(e)) {
        at = sooner(at, e->active_us + e->settings.saver_after_us);
    }
    if (e->link != ENTRANCE_LINK_CONNECTED && e->now_us < e->link_us + LINK_GRACE_US) {
        at = sooner(at, e->link_us + LINK_GRACE_US);
    }
    return at;
}

/* Touches. */

bool entrance_touch(struct entrance *e, int64_t now_us)
{
    e->now_us = now_us > e->now_us ? now_us : e->now_us;
    bool wakes = entrance_saves(e);
    e->touched_us = e->now_us;
    e->active_us = e->now_us;
    return wakes;
}

void entrance_languages(const struct entrance *e, enum language ret_languages[LANGUAGES])
{
    static const enum language usual[LANGUAGES] = {LANGUAGE_SV, LANGUAGE_EN, LANGUAGE_DE, LANGUAGE_NB, LANGUAGE_FI};
    size_t n = 1;
    ret_languages[0] = e->settings.language;
    for (size_t i = 0; i < LANGUAGES; i++) {
        if (usual[i] != e->settings.language) {
            ret_languages[n++] = usual[i];
        }
    }
}

void entrance_on(struct entrance *e, const struct intent *intent, int64_t now_us)
{
    enum language languages[LANGUAGES];
    if (entrance_touch(e, now_us)) { /* that only woke the screen */
        return;
    }
    switch (intent->kind) {
    case ENTRANCE_ON_LANGUAGE:
        entrance_languages(e, languages);
        if (intent->arg >= 0 && intent->arg < LANGUAGES && e->language != languages[intent->arg]) {
            e->language = languages[intent->arg];
            entrance_wish(e, (struct entrance_wish){.kind = ENTRANCE_WISH_LANGUAGE, .language = e->language});
        }
        break;
    case ENTRANCE_ON_CARD:
        if (e->settings.my_card && entrance_page(e) == ENTRANCE_PAGE_NONE) {
            entrance_card_close(e);
            e->card.stage = ENTRANCE_CARD_ASKED;
            e->card.until_us = e->now_us + CARD_ASKED_US;
        }
        break;
    case ENTRANCE_ON_CLOSE:
        entrance_card_close(e);
        break;
    default:
        break;
    }
}

void entrance_photo(struct entrance *e, int64_t customer, const struct surface *photo, uint64_t version)
{
    for (size_t i = 0; i < ENTRANCE_PANES; i++) {
        struct entrance_pane *pane = &e->panes[i];
        bool person = pane->kind == ENTRANCE_PANE_GRANTED || pane->kind == ENTRANCE_PANE_DENIED;
        if (person && customer != 0 && pane->news.customer == customer) {
            pane->photo = photo;
            pane->photo_version = version;
        }
    }
}

/* What shows when nobody is at the lane. */

/* How many of the lanes shown there are, and for how many of them @is holds. */
static void count_lanes(const struct entrance *e, bool (*is)(const struct status_lane *lane), size_t *ret_n,
                        size_t *ret_are)
{
    *ret_n = *ret_are = 0;
    for (size_t i = 0; i < e->status.n_lanes; i++) {
        if (entrance_has_lane(e, e->status.lanes[i].name)) {
            *ret_n += 1;
            *ret_are += is(&e->status.lanes[i]) ? 1 : 0;
        }
    }
}

bool entrance_lane_broken(const struct status_lane *lane)
{
    return lane->fault || strcmp(lane->alarm, "stuck") == 0 || strcmp(lane->alarm, "line") == 0;
}

static bool is_shut(const struct status_lane *lane)
{
    return lane->state == LANE_S_SHUT;
}

static bool is_free(const struct status_lane *lane)
{
    return lane->state == LANE_S_FREE;
}

static bool all_lanes(const struct entrance *e, bool (*is)(const struct status_lane *lane))
{
    size_t n, are;
    count_lanes(e, is, &n, &are);
    return n > 0 && n == are;
}

static bool all_readers_lost(const struct entrance *e)
{
    size_t n = 0, lost = 0;
    for (size_t i = 0; i < e->n_readers; i++) {
        if (entrance_has_lane(e, e->readers[i].lane)) {
            n++;
            lost += e->readers[i].lost ? 1 : 0;
        }
    }
    return n > 0 && n == lost;
}

enum entrance_page entrance_page(const struct entrance *e)
{
    bool graced = e->now_us < e->link_us + LINK_GRACE_US;
    if (e->link == ENTRANCE_LINK_STARTING && graced) {
        return ENTRANCE_PAGE_STARTING;
    }
    if (e->link != ENTRANCE_LINK_CONNECTED && !graced) {
        return ENTRANCE_PAGE_NO_GATE;
    }
    if (e->lockdown) {
        return ENTRANCE_PAGE_LOCKDOWN;
    }
    if (all_lanes(e, entrance_lane_broken)) {
        return ENTRANCE_PAGE_FAULT;
    }
    if (all_readers_lost(e)) {
        return ENTRANCE_PAGE_READER;
    }
    if (all_lanes(e, is_shut)) {
        return ENTRANCE_PAGE_LOCKED;
    }
    if (e->no_list) {
        return ENTRANCE_PAGE_NO_LIST;
    }
    return all_lanes(e, is_free) ? ENTRANCE_PAGE_FREE : ENTRANCE_PAGE_NONE;
}

int64_t entrance_list_age_s(const struct entrance *e)
{
    if (e->status_us == 0 || e->status.list.age_s < 0) {
        return -1;
    }
    return e->status.list.age_s + (e->now_us - e->status_us) / US_PER_S;
}

int32_t entrance_today(const struct entrance *e)
{
    return zone_local(&e->settings.zone, e->utc_us).day;
}
