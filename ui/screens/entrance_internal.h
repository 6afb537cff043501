#pragma once

/* What the parts of the entrance face share; not for others. */

#include "screens/entrance.h"
#include "widgets/widgets.h"

/* The saver's words go to another place so often. */
#define ENTRANCE_DRIFT_US INT64_C(10000000)

enum entrance_intent { ENTRANCE_ON_LANGUAGE = 1, ENTRANCE_ON_WAKE, ENTRANCE_ON_CARD, ENTRANCE_ON_CLOSE };

/* How a thing is to be taken: colour, and the shape of its mark. */
enum entrance_tone { ENTRANCE_GOOD, ENTRANCE_BAD, ENTRANCE_PATIENCE, ENTRANCE_DANGER, ENTRANCE_QUIET };

/* Why no card is taken, or something special holds; shown in the invitation's place. */
enum entrance_page {
    ENTRANCE_PAGE_NONE,
    ENTRANCE_PAGE_STARTING,
    ENTRANCE_PAGE_NO_GATE,
    ENTRANCE_PAGE_LOCKDOWN,
    ENTRANCE_PAGE_FAULT, /* every lane shown */
    ENTRANCE_PAGE_READER, /* every reader of the lanes shown */
    ENTRANCE_PAGE_LOCKED,
    ENTRANCE_PAGE_NO_LIST,
    ENTRANCE_PAGE_FREE /* walk in; cards are taken */
};

enum { ENTRANCE_WORDS_SIZE = 256, ENTRANCE_LINES_MAX = 4 };

/* The words of one verdict, notice or page. */
struct entrance_words {
    enum entrance_tone tone;
    enum icon icon;
    char eyebrow[ENTRANCE_TEXT_SIZE]; /* above the title; "" */
    char title[ENTRANCE_TEXT_SIZE];
    char text[ENTRANCE_WORDS_SIZE]; /* what to do */
    char foot[ENTRANCE_TEXT_SIZE]; /* what the lane does */
};

/* The number that a grant leaves: days or clips, and until when. */
struct entrance_left {
    char number[16]; /* "": only the words hold */
    char unit[ENTRANCE_TEXT_SIZE];
    char until[ENTRANCE_TEXT_SIZE];
};

struct entrance_line {
    enum icon icon;
    char text[ENTRANCE_WORDS_SIZE];
};

/* entrance_model.c */
void entrance_wish(struct entrance *e, struct entrance_wish wish);
void entrance_sound(struct entrance *e, enum sound sound);
/** True when this screen belongs to the lane; "" belongs to every screen. */
bool entrance_has_lane(const struct entrance *e, const char *lane);
bool entrance_pane_active(const struct entrance *e, const struct entrance_pane *pane);
/** True while a lane is open, or about to be, for the pane's grant. */
bool entrance_pane_open(const struct entrance_pane *pane);
enum entrance_page entrance_page(const struct entrance *e);
/** What members read for a lane. */
const char *entrance_lane_title(const struct entrance *e, const char *lane);
/** Age of the list in seconds; -1: not known. */
int64_t entrance_list_age_s(const struct entrance *e);
/** Today at the branch. */
int32_t entrance_today(const struct entrance *e);
/** The languages in the order of their pills: the branch's own first. */
void entrance_languages(const struct entrance *e, enum language ret_languages[LANGUAGES]);
/** A fire began or ended: what lanes said before is gone. */
void entrance_set_fire(struct entrance *e, bool fire);
/** True when the lane can't be used at all. */
bool entrance_lane_broken(const struct status_lane *lane);
/** Forgets the member that "my card" shows, and closes it. */
void entrance_card_close(struct entrance *e);

/* entrance_words.c: in the language in force */
void entrance_words_granted(const struct entrance *e, const struct entrance_pane *pane,
                            struct entrance_words *ret_words);
void entrance_words_denied(const struct entrance *e, const struct gate_news *news, struct entrance_words *ret_words);
void entrance_words_notice(const struct entrance_pane *pane, struct entrance_words *ret_words);
void entrance_words_page(enum entrance_page page, struct entrance_words *ret_words);
/** What is said under an open lane to somebody else. "" when the notice says nothing there. */
void entrance_words_strip(enum news_notice notice, char *ret_text, size_t size);
/** @return false when nothing is left to count. */
bool entrance_words_left(const struct entrance *e, const struct gate_news *news, struct entrance_left *ret_left);
/** What a grant warns of. @return how many lines. */
size_t entrance_words_lines(const struct entrance *e, const struct gate_news *news,
                            struct entrance_line ret_lines[ENTRANCE_LINES_MAX]);

/* entrance_hours.c: in the language in force */
/** A day, with its year when it is more than a year away. */
void entrance_day(const struct entrance *e, int32_t day, char *ret_text, size_t size);
/** "16:00", "tomorrow at 06:00", "Saturday at 06:00", "Saturday 5 June, 06:00". */
void entrance_instant(const struct entrance *e, int64_t utc_us, char *ret_text, size_t size);
/** The branch's hours today: "Open today 06:00–22:00". "" when they aren't known. */
void entrance_hours(const struct entrance *e, char *ret_text, size_t size);

/* What a part of the view draws with. */
struct entrance_frame {
    const struct entrance *e;
    struct ui *ui;
    float f; /* scale */
    bool upright;
};

/* entrance_view.c */
struct entrance_frame entrance_frame_of(const struct entrance *e, struct ui *ui);
/** The line at the top: branch, connection, clock. @left, @right: colours at the two ends. */
void entrance_head(const struct entrance_frame *fr, struct colour left, struct colour right);
struct entrance_text {
    const char *id, *text;
    int64_t index; /* -1: none */
    enum ui_role role;
    enum theme_type type;
    float factor; /* of the type's size */
    float least; /* 0 to 1 */
    int lines;
    struct colour colour;
    enum text_align align;
    enum text_vertical vertical;
    bool may_cut; /* somebody's own words: a name, a message */
};
/** A text in at most @lines lines from the top of @rect, made smaller down to @least of its size before it is cut,
 * with its node. @return the height it took. */
float entrance_text(const struct entrance_frame *fr, struct rect rect, const struct entrance_text *text);
/** The height that it would take. */
float entrance_text_height(const struct entrance_frame *fr, float width, const struct entrance_text *text);
/** An icon and a text beside it, in at most @lines lines. @return the height it took. */
float entrance_line(const struct entrance_frame *fr, const char *id, int64_t index, struct rect rect,
                    const struct entrance_line *line, struct colour ink, struct colour text, float factor, int lines);
float entrance_line_height(const struct entrance_frame *fr, float width, const struct entrance_line *line, float factor,
                           int lines);
void entrance_gradient(struct ui *ui, struct rect rect, enum theme_colour top, enum theme_colour bottom);

/* the views */
void entrance_view_idle(const struct entrance_frame *fr, enum entrance_page page);
void entrance_view_asked(const struct entrance_frame *fr);
void entrance_view_fire(const struct entrance_frame *fr);
void entrance_view_panes(const struct entrance_frame *fr);
void entrance_view_card(const struct entrance_frame *fr);
void entrance_view_saver(const struct entrance_frame *fr, enum entrance_page page);
