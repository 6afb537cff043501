#pragma once

/* What the pages of the service face share; not for others. */

#include "screens/shell_internal.h"

enum { SERVICE_ID_SIZE = 40, SERVICE_WORDS_SIZE = 160, SERVICE_PARTS_MAX = 24 };

#define SERVICE_PAIR_PX   34.0F
#define SERVICE_TILE_PX   62.0F
#define SERVICE_BUTTON_PX 52.0F

/* service.c */
/** The events that @service.filter shows, the newest first, up to where it is paused. @return how many. */
size_t service_rows(const struct service *service, const struct service_event *ret_rows[SERVICE_EVENTS_MAX]);
/** NULL: not among those that are known. */
const struct service_event *service_find_event(const struct service *service, int64_t seq);
/** True when the input is one of the lane's. @ret_what: its name without the lane's, NULL: not wanted. */
bool service_input_of(const struct service_input *input, const char *lane, const char **ret_what);

/* service_words.c: in the language in force */
/** What kind of event it is ("Let in", "Alarm: held open"). */
void service_words_event(const struct service_event *event, char *ret_text, size_t size);
/** What else is known of it: the way, the reason, who and why. */
void service_words_detail(const struct service_event *event, char *ret_text, size_t size);
enum widget_tone service_event_tone(const struct service_event *event);
/** What an alarm is called by its stable name; the name itself for one of a later version. */
const char *service_words_alarm(const char *name);
/** What an input is called by its name in the checks; the name itself for one of a later version. */
const char *service_words_input(const char *what);
enum widget_tone service_lane_tone(const struct gate_status *status, const struct status_lane *lane);
/** A lane's state, or what is wrong with it. */
const char *service_words_lane(const struct status_lane *lane);
/** "2 minutes ago"; "-" for below 0. */
void service_words_ago(int64_t seconds, char *ret_text, size_t size);

/* service_draw.c */

/* A part of a page: a card, or a few. Parts stand in one column or two, and the page scrolls where they need more
 * than there is. */
struct service_part {
    int column; /* 0 or 1 where there are two; -1: over both, and only before the others */
    int index; /* a lane, a reader; -1 */
    bool grows; /* takes what room is left below it */
    float (*height)(const struct shell *shell, struct ui *ui, float width, int index);
    void (*view)(const struct shell *shell, struct ui *ui, struct rect rect, int index);
};
void service_parts(const struct shell *shell, struct ui *ui, const char *id, struct rect rect,
                   const struct service_part *parts, size_t n);

/* A card with its head: a title, and at the right a badge or the way to another page. While what it shows may not
 * hold any more it says how old that is instead of the badge. */
struct service_card {
    const char *id, *title;
    int index; /* -1: none */
    bool may_cut; /* the title has a device's own name */
    const char *badge; /* NULL: none */
    enum icon icon;
    enum widget_tone tone;
    const char *to; /* the label of the button to another page; NULL: none */
    enum service_page page;
    bool lasting; /* what it shows doesn't come from the gate */
};
/** @return what is left for its content. */
struct rect service_card(const struct shell *shell, struct ui *ui, struct rect rect, const struct service_card *card);
float service_card_height(const struct ui *ui, float content_px);
/** A dot and two lines, and a word at the right, or below where the tile is narrow. */
struct service_tile {
    const char *id, *title, *detail, *word;
    int64_t index;
    enum widget_tone tone; /* of the dot and the word */
};
void service_tile(const struct shell *shell, struct ui *ui, struct rect rect, const struct service_tile *tile);
/** Cell @i of a grid of tiles, @columns side by side from the top left of @rect. */
struct rect service_cell(struct rect rect, size_t i, size_t columns, float height_px);
float service_cells_height(size_t n, size_t columns, float height_px);
/** How many tiles of at least @least_px fit side by side. */
size_t service_columns(float width, float least_px);
/** How many buttons with these labels stand side by side in @width: all of them where each has its natural size,
 * else 1. */
size_t service_button_columns(struct ui *ui, float width, const char *const labels[], size_t n, bool icons);
/** A label and value on the next SERVICE_PAIR_PX of *@r. */
void service_pair(const struct shell *shell, struct ui *ui, const char *id, int64_t index, struct rect *r,
                  const char *label, const char *value);
/** The colour of a text that may not hold any more. */
enum theme_colour service_ink(const struct shell *shell, enum theme_colour fresh);
/** The response times of a reader. */
void service_chart(const struct shell *shell, struct ui *ui, const char *id, struct rect rect,
                   const struct service_reader *reader);
struct colour service_tone_colour(const struct ui *ui, enum widget_tone tone);
