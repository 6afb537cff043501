#pragma once

/* Pictures for the tests of whatever decodes them: made here, so that none has to lie in the tree. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PICTURES_RED = 0xe01010, PICTURES_GREEN = 0x10c020, PICTURES_BLUE = 0x1020e0, PICTURES_WHITE = 0xf0f0f0 };

/** What a picture shows at a place: red and green above, blue and white below; 0xRRGGBB. */
uint32_t pictures_quarter(int x, int y, int width, int height);

enum pictures_jpeg { PICTURES_BASELINE = 0, PICTURES_PROGRESSIVE = 1, PICTURES_GREY = 2, PICTURES_CMYK = 4 };

/** A JPEG of the four quarters. @return its bytes, the caller's to free. */
uint8_t *pictures_jpeg(int width, int height, int kind, size_t *ret_n);
/** The same with an EXIF segment that says @orientation, in either byte order. */
uint8_t *pictures_jpeg_turned(int width, int height, int orientation, bool big_endian, size_t *ret_n);

struct pictures_png {
    int width, height;
    int colour_type, depth; /* as libpng has them */
    bool interlaced;
    const uint8_t *row; /* NULL: black; else each row's bytes as the type and depth have them */
    const uint8_t *palette; /* RGBA, 4 entries; for the palette type */
    const char *comment; /* NULL, or a text to be put in, compressed */
};
/** A PNG whose rows are all alike. @return its bytes, the caller's to free. */
uint8_t *pictures_png(const struct pictures_png *what, size_t *ret_n);
