#pragma once

/* How much of each pixel a rounded box, its border or its shadow covers. All four corners are alike and so is each
 * side along its length: a quarter is worked out once and kept. Part of the painter. */

#include <stdint.h>

enum cover_kind { COVER_FILL, COVER_BORDER, COVER_SHADOW };

enum { COVER_TABLES_MAX = 32, COVER_SIDE_MAX = 512 };

/* All in device pixels. */
struct cover_table {
    enum cover_kind kind;
    float radius, width; /* width: of the border, or the shadow's reach */
    int side;
    uint8_t *cover; /* side * side, the corner at the top left; its last row and column go on to the middle */
    uint64_t used;
};

/* Zeroed is empty. */
struct cover {
    struct cover_table tables[COVER_TABLES_MAX];
    uint64_t tick;
};

void cover_finish(struct cover *cover);
/** @return the table, good until the next call; NULL when memory has run out. */
const struct cover_table *cover_find(struct cover *cover, enum cover_kind kind, float radius, float width);
/** Where along a side of the table the pixel @i of a box's @n lies. */
static inline int cover_fold(int i, int n, int side)
{
    int from_end = n - 1 - i;
    int nearest = i < from_end ? i : from_end;
    return nearest < side ? nearest : side - 1;
}
