#pragma once

/* What the parts of the desk and service faces share; not for others. */

#include "screens/shell.h"
#include "widgets/widgets.h"

enum { SHELL_LAYER_DIALOG = 2 };

enum shell_intent {
    SHELL_ON_PAGE = 1, /* arg: the page */
    SHELL_ON_SHEET, /* arg: enum shell_sheet_kind; NONE closes it */
    SHELL_ON_LANGUAGE, /* arg: enum language */
    SHELL_ON_SIGN_OUT,
    SHELL_ON_STAY,
    SHELL_ON_REASON, /* arg: which (shell_reason) */
    SHELL_ON_CONFIRM, /* what the sheet asks */
    SIGN_IN_ON_SEARCH = 50, /* a field's */
    SIGN_IN_ON_NAME, /* arg: row among those found */
    SIGN_IN_ON_KEY, /* arg: a digit; 10: takes one back; 11: enter */
    SIGN_IN_ON_BACK,
    DESK_ON_LET_IN = 100, /* arg: lane */
    DESK_ON_HELP, /* let in who needs help */
    DESK_ON_DISMISS,
    SERVICE_ON_TO_PAGE = 200, /* arg: the page; a card of the overview was touched */
    SERVICE_ON_RELEASE_IN, /* arg: lane */
    SERVICE_ON_RELEASE_OUT,
    SERVICE_ON_MODE, /* arg: lane * 4 + enum lane_mode */
    SERVICE_ON_LOCKDOWN, /* arg: 1 on, 0 off */
    SERVICE_ON_RECOUNT,
    SERVICE_ON_FILTER, /* arg: enum service_filter */
    SERVICE_ON_PAUSE,
    SERVICE_ON_EVENT, /* arg: row */
    SERVICE_ON_EVENT_CLOSE,
    SERVICE_ON_TEST, /* arg: enum service_test */
    SERVICE_ON_TEST_END,
    SERVICE_ON_TEST_NEXT,
    SERVICE_ON_SOUND, /* arg: enum sound */
    SERVICE_ON_HEARD /* arg: 1 yes, 0 no */
};

enum { SHELL_WORDS_SIZE = 256, SHELL_ALARMS_MAX = 24, SHELL_REASONS = 6 };

/* shell.c */
void shell_wish(struct shell *shell, const struct shell_wish *wish);
/** Has the gate carry out an act for who is signed in; the toast tells how it ended. Nothing happens while the same
 * act's answer is awaited, or when who is signed in may not. */
void shell_ask(struct shell *shell, const struct shell_wish *wish, int64_t now_us);
/** True while an answer to this act at this lane is awaited. */
bool shell_waits(const struct shell *shell, enum shell_wish_kind kind, const char *lane);
/** For the journal: what @who did, in English. */
void shell_note(struct shell *shell, const char *who, const char *text);
void shell_sign_in(struct shell *shell, const struct shell_staff *staff, int64_t now_us);
void shell_sign_out(struct shell *shell, enum sign_in_said why, int64_t now_us);
/** NULL: nobody with this id. */
const struct shell_staff *shell_find_staff(const struct shell *shell, int64_t id);
/** True when @role may use this face at all. */
bool shell_may(const struct shell *shell, enum shell_role role);
void shell_open_page(struct shell *shell, int page, int64_t now_us);
/** What is shown of the gate isn't known to hold any more. */
bool shell_is_stale(const struct shell *shell);
/** When the person is signed out; US_NEVER: not while nobody is, or it is off. */
int64_t shell_sign_out_at(const struct shell *shell);
/** The index of a lane in the status; -1. */
int shell_lane(const struct shell *shell, const char *name);
/** Age of the list now in seconds; -1: not known. */
int64_t shell_list_age_s(const struct shell *shell);

/* shell_alarms.c: what is not as it should be */
struct shell_alarm {
    enum news_notice notice; /* NOTICE_FIRE, NOTICE_LOCKDOWN, NOTICE_READER_LOST, NOTICE_OUT_OF_SERVICE, or an alarm */
    char place[NEWS_NAME_SIZE]; /* lane or reader; "": the unit */
    bool urgent;
};
void shell_alarm_news(struct shell *shell, const struct gate_news *news, int64_t now_us);
void shell_alarm_time(struct shell *shell, int64_t now_us);
int64_t shell_alarm_deadline(const struct shell *shell);
/** Those that hold, the urgent ones first. @return how many. */
size_t shell_alarms(const struct shell *shell, struct shell_alarm ret_alarms[SHELL_ALARMS_MAX]);

/* shell_words.c: in the language in force */
/** What is the matter, and what to do about it. */
void shell_words_alarm(const struct shell_alarm *alarm, char *ret_what, char *ret_do, size_t size);
/** Why a tap was denied, for staff, with day and hour where they are known. */
void shell_words_denied(const struct shell *shell, const struct desk_tap *tap, char *ret_text, size_t size);
/** The short form, without days and hours. */
const char *shell_words_code(enum access_code code);
/** "": nothing cures it. */
const char *shell_words_cure(enum access_cure cure);
const char *shell_words_state(enum lane_state state);
const char *shell_words_mode(enum status_mode mode);
const char *shell_words_list(enum status_list_state state);
/** What a reason for letting somebody in is called; in the journal it stands in English (shell_reason). */
const char *shell_words_reason(size_t i);
const char *shell_reason(size_t i);
/** A reason from the journal in the language in force: ours are marked with N_ where they are written, figures may
 * follow behind ": ". What isn't one of ours stays as it is. */
void shell_words_why(const char *why, char *ret_text, size_t size);
void shell_words_toast(const struct shell_toast *toast, char *ret_text, size_t size);
/** A day near now without its year. */
void shell_words_day(const struct shell *shell, int32_t day, char *ret_text, size_t size);
/** The time of day at the branch. */
void shell_words_time(const struct shell *shell, int64_t utc_us, bool with_seconds, char *ret_text, size_t size);
/** Kilobytes as "4.2 MB". */
void shell_words_memory(int64_t kilobytes, char *ret_text, size_t size);
/** Microseconds as "38 ms", "4.2 ms"; below 0: "-". */
void shell_words_ms(int64_t us, char *ret_text, size_t size);
/** "2:05" of what is left, rounded up to whole seconds. */
void shell_words_left(int64_t us, char *ret_text, size_t size);

/* shell_draw.c */
/** Little room: smaller gaps and titles. */
bool shell_is_small(const struct ui *ui);
float shell_gap(const struct ui *ui);

/* A text with its node. */
struct shell_text {
    const char *id, *text;
    int64_t index; /* -1: none */
    enum ui_role role;
    enum theme_type type;
    enum theme_colour colour;
    enum text_align align;
    enum text_vertical vertical;
    int lines; /* 0: 1 */
    bool tabular;
    bool may_cut; /* somebody's own words, a path */
};
/** Made smaller down to 13 px before it is cut. @return the height that it took. */
float shell_text(struct ui *ui, struct rect rect, const struct shell_text *text);
float shell_text_height(struct ui *ui, float width, const struct shell_text *text);
/** A card with a heading. @return what is left for its content. */
struct rect shell_panel(struct ui *ui, const char *id, struct rect rect, const char *title);
/** The height of a card whose content is @content_px high. */
float shell_panel_height(const struct ui *ui, float content_px);
/** A label at the left, its value at the right, pale when what is shown may not hold any more. */
void shell_pair(const struct shell *shell, struct ui *ui, const char *id, int64_t index, struct rect rect,
                const char *label, const char *value);
void shell_dot(struct ui *ui, float x, float y, float size, struct colour colour);
/** An icon in a soft square. */
void shell_icon_box(struct ui *ui, struct rect rect, enum icon icon, enum widget_tone tone);
/** An empty place: icon, heading, a sentence. */
void shell_empty(struct ui *ui, const char *id, struct rect rect, enum icon icon, const char *title, const char *text);
/** A sheet in the middle of the screen over a scrim, on the dialogs' layer, which the caller pops (ui_layer_pop). A
 * touch beside it closes it. @return the space within it below its title. */
struct rect shell_sheet_begin(struct ui *ui, const char *id, const char *title, float width, float content_px);

/* shell_view.c */
void shell_view_banner(const struct shell *shell, struct ui *ui, struct rect *r);
/** The choice of language, in @rect. */
void shell_view_languages(const struct shell *shell, struct ui *ui, const char *id, struct rect rect);

/* sign_in_view.c needs of sign_in.c */
/** Whether a name is to be looked for: more than fit. */
bool sign_in_searches(const struct shell *shell);
/** Those whose names match what is typed and who may sign in here, in the language's order. @return how many. */
size_t sign_in_found(const struct shell *shell, const struct shell_staff *ret_staff[SIGN_IN_STAFF_MAX]);
