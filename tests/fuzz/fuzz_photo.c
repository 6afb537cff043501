/* Any bytes as a photo. The first byte chooses the size that is wanted, the rest is the file. */

#include "gfx/image.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    const int max_side_px = data[0] % 64 + 1;
    struct surface s = {0};
    int r = image_decode(data + 1, size - 1, max_side_px, &s);
    if (r < 0 || r > IMAGE_TOO_LARGE || (r == 0) != (s.pixels != NULL)) {
        abort();
    }
    if (r != 0) {
        return 0;
    }
    if (s.width < 1 || s.width > max_side_px || s.height < 1 || s.height > max_side_px) {
        abort();
    }
    for (int y = 0; y < s.height; y++) {
        for (int x = 0; x < s.width; x++) {
            uint32_t p = s.pixels[(size_t)y * (size_t)s.stride + (size_t)x], a = p >> 24;
            if ((p >> 16 & 255) > a || (p >> 8 & 255) > a || (p & 255) > a) {
                abort(); /* not premultiplied */
            }
        }
    }
    surface_finish(&s);
    return 0;
}
