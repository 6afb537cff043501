#pragma once

/* How widgets look: tones, states, shadows, labels that make themselves fit. For the folder widgets only. */

#include "widgets/widgets.h"

#define LOOK_ICON_PX       24.0F
#define LOOK_LEAST_TEXT_PX 13.0F
#define LOOK_FRAME_US      INT64_C(33000) /* between two pictures of what turns or runs */

/* A background and what stands on it. */
struct look {
    struct colour fill, ink;
};

/** A tone at full strength, and as a soft background. */
struct look look_tone(const struct ui *ui, enum widget_tone tone);
struct look look_soft(const struct ui *ui, enum widget_tone tone);
/** The colour of something that is held down when @state says so: darker, or lighter where it is dark already. */
struct colour look_held(const struct ui *ui, struct colour colour, unsigned state);
/** A card, or what looks like one: filled, and where the theme is light with a border and a soft shadow. */
void look_raised(struct ui *ui, struct rect rect, float radius, struct colour fill);
/** The ring round what has the focus, outside of @rect, once somebody works with keys. */
void look_focus(struct ui *ui, struct rect rect, float radius, unsigned state);
/** A line in the middle of @rect's height that belongs to the node added last. When it doesn't fit it gets smaller, to
 * LOOK_LEAST_TEXT_PX at the least, and is then cut. */
struct text_size look_label(struct ui *ui, struct rect rect, const char *string, struct text_style style,
                            struct colour colour);
/** The width of a line at its natural size, in whole pixels, with enough for rounding. */
float look_width(const struct ui *ui, const char *string, const struct text_style *style);
/** Something turns, and goes on turning. */
void look_spinner(struct ui *ui, struct rect rect, struct colour colour);
/** A line of one pixel, where one thing ends and the next begins. */
void look_hairline(struct ui *ui, float x, float y, float width);
/** True when the screen is higher than it is wide. */
bool look_upright(const struct ui *ui);

/* What a list and a table have in common (list.c). */
void list_rows(struct ui *ui, struct rect rect, const struct widget_list *list, enum ui_role role);
