#pragma once

/* index.html: all pictures of a folder on one page, screen by screen. */

#include "gallery/gallery.h"

#include <stdio.h>

struct page {
    FILE *file;
    char screen[64]; /* under whose heading it is */
    char fixture[64];
};

/** Begins @folder/index.html. @return 0 or a negative errno. */
int page_open(struct page *page, const char *folder);
/** Adds a picture, a file in the same folder. Those of one fixture come one after the other. */
void page_add(struct page *page, const struct gallery_fixture *fixture, struct gallery_size size,
              enum language language, const char *file);
/** @return 0, or a negative errno when something could not be written. */
int page_close(struct page *page);
