#pragma once

/* Photos of nobody: flat, faceless portraits for the demonstration and for the golden pictures. */

#include <stddef.h>
#include <stdint.h>

struct _cairo; /* Cairo's cairo_t */

enum { PORTRAIT_COUNT = 6, PORTRAIT_WIDTH = 260, PORTRAIT_HEIGHT = 310, PORTRAIT_BYTES_MAX = 30 * 1024 };

/** Fills @w by @h from the origin of @cr's space. @which counts round after PORTRAIT_COUNT. @cr's state is as
 * before. */
void portrait_draw(struct _cairo *cr, unsigned which, double w, double h);
/** The same as a JPEG of PORTRAIT_WIDTH by PORTRAIT_HEIGHT, as the list holds photos.
 * @return its bytes, at most PORTRAIT_BYTES_MAX; -ENOBUFS when @size is too small; -ENOMEM. */
int portrait_jpeg(unsigned which, uint8_t *ret, size_t size);
