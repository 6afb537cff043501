#include "gallery/golden.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>

static const struct gallery_size lying = {1024, 600}, upright = {800, 1280};

/* One of each of the entrance's layouts. */
static const char *const also_upright[] = {
    "entrance-idle",          "entrance-granted",     "entrance-granted-warnings",
    "entrance-denied-frozen", "entrance-notice-wait", "entrance-two-lanes",
    "entrance-card",          "entrance-fire"};

static bool is_upright_too(const struct gallery_fixture *fixture)
{
    for (size_t i = 0; i < ARRAY_LEN(also_upright); i++) {
        if (text_eq(fixture->name, also_upright[i])) {
            return true;
        }
    }
    return false;
}

bool golden_at(size_t index, struct golden *ret_golden)
{
    size_t n;
    const struct gallery_fixture *fixtures = gallery_fixtures(&n);
    for (size_t i = 0; i < n; i++) {
        size_t of_this = is_upright_too(&fixtures[i]) ? 2 : 1;
        if (index >= of_this) {
            index -= of_this;
            continue;
        }
        *ret_golden = (struct golden){.fixture = &fixtures[i],
                                      .size = index == 0 ? lying : upright,
                                      .language = index == 0 ? LANGUAGE_SV : LANGUAGE_EN};
        (void)snprintf(ret_golden->name, sizeof(ret_golden->name), "%s%s", fixtures[i].name,
                       index == 0 ? "" : "-upright");
        return true;
    }
    return false;
}

int golden_paint(struct gallery *gallery, const struct golden *golden, struct surface *ret_surface)
{
    if (!gallery_draw(gallery, golden->fixture, golden->size, golden->language)) {
        return -ENOMEM;
    }
    return gallery_paint(gallery, ret_surface);
}

static uint32_t faint(uint32_t p)
{
    uint32_t grey = ((p >> 16 & 255) * 2 + (p >> 8 & 255) * 5 + (p & 255)) / 8;
    grey = 192 + grey / 4;
    return UINT32_C(0xff000000) | grey << 16 | grey << 8 | grey;
}

size_t golden_compare(const struct surface *is, const struct surface *golden, struct surface *ret_diff)
{
    struct surface diff = {0};
    size_t differ = 0;
    if (ret_diff) {
        (void)surface_init(&diff, is->width, is->height);
    }
    for (int y = 0; y < is->height; y++) {
        for (int x = 0; x < is->width; x++) {
            uint32_t p = is->pixels[(size_t)y * (size_t)is->stride + (size_t)x];
            bool same = x < golden->width && y < golden->height &&
                        golden->pixels[(size_t)y * (size_t)golden->stride + (size_t)x] == p;
            differ += same ? 0 : 1;
            if (diff.pixels) {
                diff.pixels[(size_t)y * (size_t)diff.stride + (size_t)x] = same ? faint(p) : UINT32_C(0xffe00000);
            }
        }
    }
    if (is->width != golden->width || is->height != golden->height) {
        differ = (size_t)is->width * (size_t)is->height;
    }
    if (ret_diff) {
        *ret_diff = diff;
    }
    return differ;
}
