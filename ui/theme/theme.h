#pragma once

/* The tokens of how things look: colours by what they mean, radii, spaces, type. No screen names a colour by its
 * value. Pure. */

#include "gfx/colour.h"
#include "gfx/text.h"

enum theme_kind { THEME_LIGHT, THEME_DARK };

enum theme_colour {
    THEME_BACKGROUND, /* behind everything */
    THEME_BACKGROUND_END, /* the lower end of the entrance's gradient */
    THEME_SURFACE, /* cards */
    THEME_SURFACE_SOFT, /* rows and wells on a card */
    THEME_BORDER,
    THEME_TEXT,
    THEME_TEXT_MUTED, /* still 4.5:1 on background and surface */
    THEME_TEXT_DISABLED,
    THEME_PRIMARY,
    THEME_ON_PRIMARY,
    THEME_PRIMARY_SOFT,
    THEME_ON_PRIMARY_SOFT,
    THEME_SUCCESS,
    THEME_ON_SUCCESS,
    THEME_SUCCESS_SOFT,
    THEME_ON_SUCCESS_SOFT,
    THEME_WARNING,
    THEME_ON_WARNING,
    THEME_WARNING_SOFT,
    THEME_ON_WARNING_SOFT,
    THEME_DANGER,
    THEME_ON_DANGER,
    THEME_DANGER_SOFT,
    THEME_ON_DANGER_SOFT,
    THEME_RAIL, /* the navigation at the left */
    THEME_ON_RAIL,
    THEME_ON_RAIL_MUTED,
    THEME_RAIL_SELECTED,
    THEME_RAIL_MARK, /* the product's sign at its head */
    THEME_ON_RAIL_MARK,
    THEME_KEYBOARD,
    THEME_KEY,
    THEME_KEY_SPECIAL,
    THEME_SCRIM, /* over what a dialog holds back */
    THEME_SHADOW,
    /* the entrance's verdicts, the same in both kinds: a background's two ends and what stands on it */
    THEME_GRANTED,
    THEME_GRANTED_END,
    THEME_ON_GRANTED,
    THEME_DENIED,
    THEME_DENIED_END,
    THEME_ON_DENIED,
    THEME_WAIT,
    THEME_WAIT_END,
    THEME_ON_WAIT,
    THEME_FIRE,
    THEME_FIRE_END,
    THEME_ON_FIRE,
    THEME_COLOURS
};

enum theme_type {
    TYPE_HERO, /* 60: the entrance's invitation */
    TYPE_DISPLAY, /* 52: a name at the entrance */
    TYPE_TITLE, /* 28: a page */
    TYPE_HEADING, /* 20: a card on a page */
    TYPE_BODY_LARGE, /* 22 */
    TYPE_BODY, /* 17 */
    TYPE_BODY_STRONG,
    TYPE_LABEL, /* 17, on buttons */
    TYPE_SMALL, /* 15 */
    TYPE_SMALL_STRONG,
    TYPE_CAPS, /* 18, strong, for a line above a name */
    TYPE_NUMBER, /* 72: days left */
    THEME_TYPES
};

/* Space and radii, logical pixels. */
#define SPACE_XS           4.0F
#define SPACE_S            8.0F
#define SPACE_M            12.0F
#define SPACE_L            16.0F
#define SPACE_XL           24.0F
#define SPACE_XXL          40.0F
#define RADIUS_S           8.0F
#define RADIUS_M           12.0F
#define RADIUS_L           16.0F
#define RADIUS_XL          28.0F
#define TARGET_PX          48.0F /* the least side of what is touched */
#define TARGET_ENTRANCE_PX 60.0F
#define RAIL_PX            88.0F

/* Soft colours that tell things apart and mean nothing: goods in the till, people without a photo. */
struct theme_tile {
    struct colour fill, ink;
};

enum { THEME_TILES = 7 };

struct theme {
    enum theme_kind kind;
    struct colour colours[THEME_COLOURS];
    struct theme_tile tiles[THEME_TILES];
};

/** Static memory. */
const struct theme *theme_get(enum theme_kind kind);
static inline struct colour theme_colour(const struct theme *theme, enum theme_colour which)
{
    return theme->colours[which];
}
/** Any number will do: the same one always gives the same tile. */
static inline const struct theme_tile *theme_tile(const struct theme *theme, unsigned number)
{
    return &theme->tiles[number % THEME_TILES];
}
/** The style of a type at its natural size. */
struct text_style theme_text(enum theme_type type);
/** The same, @factor times as large: the entrance scales with its display. */
struct text_style theme_text_scaled(enum theme_type type, float factor);
/** "on-primary-soft"; "?" for what is no colour. */
const char *theme_colour_name(enum theme_colour which);
