#include "gallery/golden.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct gallery_size lying = {1024, 600}, upright = {800, 1280};

/* One of each of the entrance's layouts. */
static const char *const also_upright[] = {
    "entrance-idle",          "entrance-granted",     "entrance-granted-warnings",
    "entrance-denied-frozen", "entrance-notice-wait", "entrance-two-lanes",
    "entrance-card",          "entrance-fire"};

/* Fixtures of these families look alike but for their words, which other tests look at: */
static const char *const alike[] = {"entrance-denied-", "entrance-notice-", "entrance-not-passed-"};
/* these stand for them, so that the pictures stay within some megabytes. */
static const char *const stands_for_others[] = {
    "entrance-denied-unit-locked",   "entrance-denied-card-unknown",   "entrance-denied-frozen",
    "entrance-denied-outside-hours", "entrance-denied-full",           "entrance-notice-second-tap",
    "entrance-notice-wait",          "entrance-notice-out-of-service", "entrance-notice-staff-release",
    "entrance-notice-tailgate",      "entrance-not-passed-time-up",    "entrance-not-passed-lockdown"};

static bool is_one_of(const char *name, const char *const names[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (text_eq(name, names[i])) {
            return true;
        }
    }
    return false;
}

/* How many golden pictures a fixture has. */
static size_t pictures_of(const struct gallery_fixture *fixture)
{
    for (size_t i = 0; i < ARRAY_LEN(alike); i++) {
        if (strncmp(fixture->name, alike[i], strlen(alike[i])) == 0 &&
            !is_one_of(fixture->name, stands_for_others, ARRAY_LEN(stands_for_others))) {
            return 0;
        }
    }
    return is_one_of(fixture->name, also_upright, ARRAY_LEN(also_upright)) ? 2 : 1;
}

bool golden_at(size_t index, struct golden *ret_golden)
{
    size_t n;
    const struct gallery_fixture *fixtures = gallery_fixtures(&n);
    for (size_t i = 0; i < n; i++) {
        size_t of_this = pictures_of(&fixtures[i]);
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
