#pragma once

/* The golden pictures: what each screen has to look like, to the pixel. */

#include "gallery/gallery.h"

/* One of them. */
struct golden {
    char name[64]; /* of the file, without ".png" */
    const struct gallery_fixture *fixture;
    struct gallery_size size;
    enum language language;
};

/** The golden picture number @index. @return false when there are no more. */
bool golden_at(size_t index, struct golden *ret_golden);
/** Draws and paints it anew. @return 0, with a surface that is the caller's to finish, or a negative errno. */
int golden_paint(struct gallery *gallery, const struct golden *golden, struct surface *ret_surface);
/** How many pixels differ; all of them when the sizes do. @ret_diff, which may be NULL, gets a picture of where:
 * red on what they have in common, faint; the caller's to finish, without pixels when memory has run out. */
size_t golden_compare(const struct surface *is, const struct surface *golden, struct surface *ret_diff);
