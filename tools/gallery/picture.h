#pragma once

/* Pictures of screens in files: PNG, packed as small as it goes, and read back pixel by pixel. */

#include "gfx/surface.h"

/** Writes an opaque surface: takes a second, so that the file is small. @return 0 or a negative errno; then what
 * was there is left as it was. */
int picture_write(const struct surface *surface, const char *path);
/** Reads a PNG without alpha. @return 0 with a surface that is the caller's to finish; -ENOENT; -EBADMSG when it
 * is no such picture, or has a side above SURFACE_SIDE_MAX; another negative errno. */
int picture_read(const char *path, struct surface *ret_surface);
