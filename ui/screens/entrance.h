#pragma once

/* The entrance face: what a member sees at the lane. Invitation, verdict, "my card", fire, out of service, screen
 * saver.
 *
 * A plain value in the caller's memory. News, status, touches and time go in as calls; entrance_view draws what
 * holds now; what it wants from the process (a photo, a sound, a member's data) comes out as wishes. No clock, file
 * or socket. Times named _us are microseconds since boot, _utc_us since 1970 UTC. Calls come in the order of their
 * times.
 *
 * What shows, the first that holds: fire; a verdict or notice of a shown lane (two lanes: side by side); "my card";
 * the screen saver; a page that says why no card is taken; the invitation. */

#include "core/access.h"
#include "core/schedule.h"
#include "core/zone.h"
#include "gfx/sound.h"
#include "gfx/surface.h"
#include "i18n/i18n.h"
#include "model/news.h"
#include "model/status.h"
#include "widgets/ui.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ENTRANCE_PANES = 2, /* lanes that can have a verdict at the same time */
    ENTRANCE_TEXT_SIZE = 128,
    ENTRANCE_ENTITLEMENTS_MAX = 4,
    ENTRANCE_FREEZES_MAX = 3,
    ENTRANCE_WISHES_MAX = 16
};

/* Where the reader is, seen from the screen. */
enum entrance_place { ENTRANCE_PLACE_UNTOLD, ENTRANCE_PLACE_RIGHT, ENTRANCE_PLACE_LEFT, ENTRANCE_PLACE_BELOW };

/* A lane that this screen belongs to. */
struct entrance_lane {
    char name[NEWS_NAME_SIZE]; /* the gate's */
    char title[NEWS_NAME_SIZE]; /* what members read; "": the gate's name */
};

struct entrance_settings {
    char branch[ENTRANCE_TEXT_SIZE];
    char help[ENTRANCE_TEXT_SIZE]; /* "": the usual line */
    bool show_photo, show_name, my_card;
    bool phones; /* a phone is taken for a card too */
    enum entrance_place reader_place;
    struct zone zone;
    bool has_hours;
    struct schedule hours; /* of the branch */
    struct holidays holidays;
    enum language language; /* the one it goes back to */
    struct entrance_lane lanes[ENTRANCE_PANES];
    size_t n_lanes; /* 0: every lane of the gate */
    int64_t occupancy_zone; /* id of the zone whose people are shown; 0: the first that has a limit */
    int64_t saver_after_us; /* 0: never */
    int64_t language_reset_us;
    int64_t granted_least_us, granted_most_us, granted_after_us; /* after: once passed */
    int64_t denied_us, notice_us;
    int64_t release_us; /* how long a lane stays open for a grant: the gate's unlock_ms, for the bar */
};

enum entrance_link {
    ENTRANCE_LINK_STARTING, /* not connected yet since the start */
    ENTRANCE_LINK_CONNECTED,
    ENTRANCE_LINK_GONE, /* the connection broke, or can't be made */
    ENTRANCE_LINK_SILENT /* connected, but the gate doesn't answer */
};

struct entrance_entitlement {
    enum news_entitlement kind;
    char product[ACCESS_NAME_SIZE];
    int32_t through_day; /* last day known to be good; DAY_NONE: without end */
    bool renews; /* a direct debit that runs on */
    int32_t clips_left; /* of a punch card */
};

/* What "my card" shows: the answer to ENTRANCE_WISH_MEMBER. */
struct entrance_member {
    char card[CARD_TEXT_SIZE]; /* as in the wish: an answer for another card is dropped */
    char name[ACCESS_NAME_SIZE];
    struct entrance_entitlement entitlements[ENTRANCE_ENTITLEMENTS_MAX];
    size_t n_entitlements;
    struct access_freeze freezes[ENTRANCE_FREEZES_MAX]; /* under way or to come */
    size_t n_freezes;
    int64_t opens_utc_us; /* when this card opens next; 0: it does now; US_NEVER: not known */
    char message[ACCESS_MESSAGE_SIZE];
};

enum entrance_wish_kind {
    ENTRANCE_WISH_PHOTO, /* customer: answered by entrance_photo, or not at all */
    ENTRANCE_WISH_MEMBER, /* card: answered by entrance_member */
    ENTRANCE_WISH_SOUND, /* sound: replaces one that is playing */
    ENTRANCE_WISH_LANGUAGE /* language: has been chosen, or come back */
};

struct entrance_wish {
    enum entrance_wish_kind kind;
    int64_t customer;
    char card[CARD_TEXT_SIZE];
    enum sound sound;
    enum language language;
};

enum entrance_pane_kind { ENTRANCE_PANE_EMPTY, ENTRANCE_PANE_GRANTED, ENTRANCE_PANE_DENIED, ENTRANCE_PANE_NOTICE };
enum entrance_stage { ENTRANCE_STAGE_GRANTED, ENTRANCE_STAGE_RELEASED, ENTRANCE_STAGE_PASSED };

/* Why a grant ended without a passage. */
enum entrance_reason {
    ENTRANCE_REASON_NONE,
    ENTRANCE_TIME_UP,
    ENTRANCE_WRONG_WAY,
    ENTRANCE_NO_ROTATION,
    ENTRANCE_LOCKDOWN,
    ENTRANCE_LOCKED,
    ENTRANCE_ELSEWHERE,
    ENTRANCE_JOURNAL_FAILED,
    ENTRANCE_LINE_FAILED,
    ENTRANCE_REFUSED,
    ENTRANCE_FIRE,
    ENTRANCE_REASONS
};

/* What one lane has to say. */
struct entrance_pane {
    enum entrance_pane_kind kind;
    struct gate_news news; /* of the verdict or the notice */
    enum entrance_stage stage; /* of a grant */
    enum entrance_reason reason; /* a notice that a grant has become */
    int64_t since_us, until_us;
    int64_t released_us; /* 0: not yet */
    enum news_notice strip; /* said to somebody else while the lane is open for a grant */
    int64_t strip_until_us;
    const struct surface *photo; /* the process's */
    uint64_t photo_version;
};

enum entrance_card_stage {
    ENTRANCE_CARD_OFF,
    ENTRANCE_CARD_ASKED, /* "hold up your card" */
    ENTRANCE_CARD_TAPPED, /* its verdict shows, its data are on the way or wait */
    ENTRANCE_CARD_SHOWN
};

struct entrance_reader {
    char name[NEWS_NAME_SIZE], lane[NEWS_NAME_SIZE];
    bool lost;
};

struct entrance {
    struct entrance_settings settings;
    int64_t now_us, utc_us; /* both clocks at the last entrance_time */
    bool clock_untrusted;
    enum entrance_link link;
    int64_t link_us; /* since when it is not connected, or the start */
    enum language language;
    int64_t touched_us; /* last touch */
    int64_t active_us; /* last touch or news that a member meets: the saver counts from it */
    bool fire, lockdown, no_list;
    struct gate_status status;
    int64_t status_us; /* when it came; 0: never */
    struct entrance_reader readers[STATUS_READERS_MAX];
    size_t n_readers;
    int64_t people, people_limit; /* limit 0: not shown */
    struct entrance_pane panes[ENTRANCE_PANES];
    struct {
        enum entrance_card_stage stage;
        int64_t until_us; /* of asked and shown */
        int64_t show_us; /* tapped: not before */
        int64_t grant;
        char card[CARD_TEXT_SIZE];
        bool has_member;
        struct entrance_member member;
    } card;
    struct entrance_wish wishes[ENTRANCE_WISHES_MAX]; /* a ring */
    size_t first_wish, n_wishes;
};

/** Sensible values for everything; the caller fills in what it knows. Sweden's time zone, nothing personal shown. */
void entrance_settings_init(struct entrance_settings *ret_settings);
/** @settings is copied. Nothing is known of the gate yet. */
void entrance_init(struct entrance *ret_entrance, const struct entrance_settings *settings, int64_t now_us,
                   int64_t utc_us);

/** Something happened at the gate. */
void entrance_news(struct entrance *entrance, const struct gate_news *news, int64_t now_us);
/** How the gate is: asked for every few seconds, and after each connection. */
void entrance_status(struct entrance *entrance, const struct gate_status *status, int64_t now_us);
void entrance_link(struct entrance *entrance, enum entrance_link link, int64_t now_us);
/** Call it before each view and when entrance_deadline is reached: what has had its time goes. */
void entrance_time(struct entrance *entrance, int64_t now_us, int64_t utc_us);
/** A photo for whoever is shown and has this id; it stays the caller's and must live as long as it may be drawn. NULL
 * takes it back. @version changes with the content. */
void entrance_photo(struct entrance *entrance, int64_t customer, const struct surface *photo, uint64_t version);
void entrance_member(struct entrance *entrance, const struct entrance_member *member, int64_t now_us);
/** The screen was touched. @return true when that only wakes it: nothing more of that finger may be taken for input. */
bool entrance_touch(struct entrance *entrance, int64_t now_us);
/** What a touch asked for. */
void entrance_on(struct entrance *entrance, const struct intent *intent, int64_t now_us);

/** Draws what holds now, in the face's language, which stays in force. Between ui_begin and ui_end. */
void entrance_view(const struct entrance *entrance, struct ui *ui);
/** Boot time at which entrance_time is due; US_NEVER when nothing is. */
int64_t entrance_deadline(const struct entrance *entrance);
/** @return true with the next wish. */
bool entrance_next_wish(struct entrance *entrance, struct entrance_wish *ret_wish);
/** True while the screen saver is on. */
bool entrance_saves(const struct entrance *entrance);
