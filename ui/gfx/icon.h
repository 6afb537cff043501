#pragma once

/* The icons: lines on a grid of 24 by 24, drawn with Cairo at any size. No font and no file: each icon is a short text
 * of path commands (icon_paths.h). Pure, but for what is painted. */

#include <stddef.h>

struct _cairo; /* Cairo's cairo_t */

enum icon {
    ICON_NONE, /* nothing to draw */
    ICON_CONTACTLESS, /* the product's own sign */
    ICON_CHECK,
    ICON_CROSS,
    ICON_CLOCK,
    ICON_SNOWFLAKE,
    ICON_BELL,
    ICON_WIFI,
    ICON_WIFI_OFF,
    ICON_HOME,
    ICON_USER,
    ICON_USERS,
    ICON_CART,
    ICON_CARD,
    ICON_GEAR,
    ICON_SEARCH,
    ICON_PLUS,
    ICON_MINUS,
    ICON_CHEVRON_LEFT,
    ICON_CHEVRON_RIGHT,
    ICON_CHEVRON_UP,
    ICON_CHEVRON_DOWN,
    ICON_ARROW_LEFT,
    ICON_ARROW_RIGHT,
    ICON_ARROW_UP,
    ICON_ARROW_DOWN,
    ICON_SHIFT,
    ICON_BACKSPACE,
    ICON_GLOBE,
    ICON_LANGUAGE,
    ICON_CALENDAR,
    ICON_LOCK,
    ICON_UNLOCK,
    ICON_KEY,
    ICON_DOOR,
    ICON_TURNSTILE,
    ICON_FLAME,
    ICON_WARNING,
    ICON_INFO,
    ICON_HELP,
    ICON_SHIELD,
    ICON_BOLT,
    ICON_PHONE,
    ICON_MAIL,
    ICON_HEART,
    ICON_STAR,
    ICON_PAUSE,
    ICON_PLAY,
    ICON_REFRESH,
    ICON_UNDO,
    ICON_LOG_OUT,
    ICON_LIST,
    ICON_CHART,
    ICON_WRENCH,
    ICON_TOUCH,
    ICON_MONITOR,
    ICON_CPU,
    ICON_DATABASE,
    ICON_BATTERY,
    ICON_POWER,
    ICON_SUN,
    ICON_MOON,
    ICON_EYE,
    ICON_EYE_OFF,
    ICON_SPEAKER,
    ICON_SPEAKER_OFF,
    ICON_TRASH,
    ICON_EDIT,
    ICON_PRINTER,
    ICON_FILTER,
    ICON_SORT,
    ICON_DOTS,
    ICON_TICKET,
    ICON_CUP,
    ICON_BOTTLE,
    ICON_FOOD,
    ICON_BAR,
    ICON_TOWEL,
    ICON_BOX,
    ICON_CAMERA,
    ICON_PHOTO,
    ICON_WALK,
    ICON_TAILGATE, /* somebody who follows in */
    ICON_COUNT_
};

/** Paints @icon in @cr's colour, within @size by @size with its middle at the origin of @cr's space, in lines of
 * 2/24 of @size with round ends. Crispest where @size is a multiple of 24 px or 20 px and the box begins on a
 * whole pixel. @cr's state is as before, its path empty. */
void icon_draw(struct _cairo *cr, enum icon icon, double size);
/** The same in lines of @stroke/24 of @size: 1 to 3; 2 is as above. */
void icon_draw_stroke(struct _cairo *cr, enum icon icon, double size, double stroke);
/** The name in letters, digits and '-': "chevron-left". "none" for ICON_NONE and for what is no icon. */
const char *icon_name(enum icon icon);
