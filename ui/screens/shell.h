#pragma once

/* The desk and the service face: sign-in, navigation, pages, and acts that the gate carries out for who is signed in.
 *
 * A plain value in the caller's memory (some 190 KB: not for a stack). Events, touches and time go in as calls;
 * shell_view draws what holds now; what it wants from the process comes out as wishes. No clock, file or socket. Times
 * named _us are microseconds since boot, _utc_us since 1970 UTC. Calls come in the order of their times. */

#include "core/lane.h"
#include "core/zone.h"
#include "gfx/input.h"
#include "gfx/sound.h"
#include "i18n/i18n.h"
#include "model/checks.h"
#include "model/news.h"
#include "model/status.h"
#include "screens/desk.h"
#include "screens/service.h"
#include "screens/sign_in.h"
#include "widgets/ui.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SHELL_NAME_SIZE = SIGN_IN_NAME_SIZE,
    SHELL_TEXT_SIZE = 160,
    SHELL_WISHES_MAX = 32,
    SHELL_REQUESTS_MAX = 8,
    SHELL_MOMENTS_MAX = 8
};

#define SHELL_WARN_US   INT64_C(20000000) /* so long before signing out it is said */
#define SHELL_TOAST_US  INT64_C(5000000)
#define SHELL_ANSWER_US INT64_C(10000000) /* an answer that hasn't come by then never will */
#define SHELL_MOMENT_US INT64_C(60000000) /* how long an alarm that is a moment shows */

enum shell_kind { SHELL_DESK, SHELL_SERVICE };

struct shell_settings {
    enum shell_kind kind;
    char branch[SHELL_NAME_SIZE];
    enum language language; /* while nobody is signed in */
    struct zone zone;
    int64_t sign_out_us; /* after so long without a touch; 0: never */
    char sign_in_reader[NEWS_NAME_SIZE]; /* whose staff cards sign in here; "": none */
    char version[STATUS_NAME_SIZE]; /* this program's */
};

/* Somebody who may sign in. */
struct shell_staff {
    int64_t id; /* not 0 */
    char name[SHELL_NAME_SIZE];
    enum shell_role role;
    bool has_pin;
    enum language language; /* LANGUAGES: the branch's */
};

enum shell_link {
    SHELL_LINK_STARTING, /* not connected yet since the start */
    SHELL_LINK_CONNECTED,
    SHELL_LINK_GONE,
    SHELL_LINK_SILENT
};

enum shell_wish_kind {
    SHELL_WISH_PIN, /* staff, pin: answered by shell_pin */
    SHELL_WISH_CARD, /* card: whose is it for signing in? Answered by shell_card */
    SHELL_WISH_RELEASE, /* lane, side, who, why: answered by shell_answer, as the next two */
    SHELL_WISH_MODE, /* lane, mode, who, why */
    SHELL_WISH_LOCKDOWN, /* on, who */
    SHELL_WISH_NOTE, /* who, why: what was done. No answer */
    SHELL_WISH_CHECKS, /* on: look at everything several times a second, or no more */
    SHELL_WISH_JOURNAL, /* seq: events after it, 0: the newest SERVICE_EVENTS_MAX. Answered by shell_journal */
    SHELL_WISH_SOUND /* sound */
};

struct shell_wish {
    enum shell_wish_kind kind;
    uint64_t token; /* of what is answered by shell_answer */
    int64_t staff, seq;
    char pin[SIGN_IN_DIGITS_MAX + 1]; /* who takes the wish wipes it */
    char card[CARD_TEXT_SIZE];
    char lane[NEWS_NAME_SIZE];
    enum lane_side side;
    enum lane_mode mode;
    bool on;
    char who[SHELL_NAME_SIZE];
    char why[SHELL_TEXT_SIZE]; /* English: for the journal */
    enum sound sound;
};

/* How an act ended. */
enum shell_outcome {
    SHELL_DONE,
    SHELL_NO_LANE,
    SHELL_BUSY,
    SHELL_REFUSED,
    SHELL_NOT_FOUND,
    SHELL_TOO_MANY,
    SHELL_FAILED, /* the gate said that something is broken */
    SHELL_NOT_SENT,
    SHELL_TIMED_OUT /* or lost: it may have been carried out */
};

/* An act whose answer is awaited. */
struct shell_request {
    uint64_t token; /* 0: unused */
    struct shell_wish wish; /* without a PIN */
    int64_t until_us;
};

/* What lies over the page. */
enum shell_sheet_kind {
    SHELL_SHEET_NONE,
    SHELL_SHEET_LANGUAGE,
    SHELL_SHEET_REASON, /* why somebody is let in */
    SHELL_SHEET_MODE, /* another mode: sure? */
    SHELL_SHEET_LOCKDOWN
};

struct shell_sheet {
    enum shell_sheet_kind kind;
    char lane[NEWS_NAME_SIZE];
    enum lane_side side;
    enum lane_mode mode;
    bool on;
};

/* A line at the foot, for a while. What it says is made in the view, in the language in force. */
struct shell_toast {
    int64_t until_us; /* 0: none */
    struct shell_wish wish; /* the act that it tells of */
    enum shell_outcome outcome;
};

/* An alarm that is over as soon as it is told (somebody followed, turned the wrong way). */
struct shell_moment {
    enum news_notice notice; /* NOTICE_NONE: unused */
    char lane[NEWS_NAME_SIZE];
    int64_t at_us;
};

struct shell {
    struct shell_settings settings;
    int64_t now_us, utc_us; /* both clocks at the last shell_time */
    enum language language;
    struct shell_staff staff[SIGN_IN_STAFF_MAX];
    size_t n_staff;
    bool staff_known; /* false: the list can't be read */
    struct sign_in sign_in;
    bool signed_in;
    struct shell_staff who; /* signed in */
    int64_t touched_us;
    int page; /* enum desk_page or service_page */
    struct shell_sheet sheet;
    struct shell_toast toast;
    bool wants_checks;

    enum shell_link link;
    int64_t link_us; /* since when it is as it is */
    struct gate_status status;
    int64_t status_us; /* when it came; 0: never */
    struct shell_moment moments[SHELL_MOMENTS_MAX];

    struct desk desk;
    struct service service;

    struct shell_request requests[SHELL_REQUESTS_MAX];
    uint64_t last_token;
    struct shell_wish wishes[SHELL_WISHES_MAX]; /* a ring */
    size_t first_wish, n_wishes;
};

/** Sensible values for everything; the caller fills in what it knows. */
void shell_settings_init(struct shell_settings *ret_settings, enum shell_kind kind);
/** @settings is copied. Nobody is signed in, nothing is known of the gate. */
void shell_init(struct shell *ret_shell, const struct shell_settings *settings, int64_t now_us, int64_t utc_us);
/** Other settings (the branch's name, its zone); the kind stays. */
void shell_branch(struct shell *shell, const struct shell_settings *settings);
/** Everybody who may sign in, in any order, SIGN_IN_STAFF_MAX at most; NULL: the list can't be read. Whoever is signed
 * in and is no longer among them, or may no longer be here, is signed out; a list that can't be read signs nobody
 * out. */
void shell_staff(struct shell *shell, const struct shell_staff *staff, size_t n, int64_t now_us);

/* From the gate. */
void shell_link(struct shell *shell, enum shell_link link, int64_t now_us);
void shell_news(struct shell *shell, const struct gate_news *news, int64_t now_us);
void shell_status(struct shell *shell, const struct gate_status *status, int64_t now_us);
void shell_checks(struct shell *shell, const struct gate_checks *checks, int64_t now_us);
void shell_answer(struct shell *shell, uint64_t token, enum shell_outcome outcome, int64_t now_us);

/* From the process. */
/** @known false: the PIN couldn't be compared. */
void shell_pin(struct shell *shell, int64_t staff, bool known, bool right, int64_t now_us);
/** @staff: whose card it is; 0: nobody's. */
void shell_card(struct shell *shell, int64_t staff, int64_t now_us);
/** Events, the oldest first, all newer than those that are known; may be none. */
void shell_journal(struct shell *shell, const struct service_event *events, size_t n, int64_t now_us);
void shell_self(struct shell *shell, const struct service_self *self, int64_t now_us);

/** Call it before each view and when shell_deadline is reached: what has had its time goes. */
void shell_time(struct shell *shell, int64_t now_us, int64_t utc_us);
/** What a person does, before it becomes an intent; the screen is @width x @height logical pixels. */
void shell_input(struct shell *shell, const struct input_event *event, float width, float height, int64_t now_us);
/** What a touch asked for. @ui: whose keyboard and focus a field has. */
void shell_on(struct shell *shell, const struct intent *intent, struct ui *ui, int64_t now_us);

/** Draws what holds now, in the face's language, which stays in force. Between ui_begin and ui_end. */
void shell_view(const struct shell *shell, struct ui *ui);
/** Boot time at which shell_time is due; US_NEVER when nothing is. */
int64_t shell_deadline(const struct shell *shell);
/** @return true with the next wish. */
bool shell_next_wish(struct shell *shell, struct shell_wish *ret_wish);
