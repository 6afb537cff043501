#pragma once

/* The icons as data. Folder gfx only.
 *
 * A path is a text of commands, each a letter and its numbers, all absolute, in units of the 24 by 24 grid, y downwards:
 *   M x y            begins a line            L x y        goes on to
 *   H x, V y         goes on to, level or upright
 *   C x y x y x y    goes on in a cubic curve
 *   A x y r from to  goes on along a circle's arc: its middle, radius, angles in degrees (0 right, 90 down); from > to
 *                    runs against the clock. Where no line is begun, it begins one.
 *   Z                closes the line          N            ends it: an A that follows begins one
 *   O x y r          a circle                 R x y w h r  a rectangle with round corners
 *   D x y r          a filled dot
 *   W width          draws all lines of this icon this wide instead of 2: for a dense one
 */

#include "gfx/icon.h"

struct icon_data {
    const char *name;
    const char *path;
};

extern const struct icon_data icon_paths[ICON_COUNT_];
