#include "gfx/colour.h"

#include <math.h>

static uint8_t byte(float v)
{
    if (!(v > 0)) {
        return 0;
    }
    return v < 255 ? (uint8_t)lroundf(v) : 255;
}

struct colour colour_over(struct colour top, struct colour below)
{
    float of_top = (float)top.a / 255;
    float of_below = (float)below.a / 255 * (1 - of_top);
    float all = of_top + of_below;
    if (!(all > 0)) {
        return (struct colour){0};
    }
    return (struct colour){.r = byte(((float)top.r * of_top + (float)below.r * of_below) / all),
                           .g = byte(((float)top.g * of_top + (float)below.g * of_below) / all),
                           .b = byte(((float)top.b * of_top + (float)below.b * of_below) / all),
                           .a = byte(all * 255)};
}

static uint8_t mix(uint8_t a, uint8_t b, float t)
{
    return byte((float)a + ((float)b - (float)a) * t);
}

struct colour colour_mix(struct colour a, struct colour b, float t)
{
    return (struct colour){mix(a.r, b.r, t), mix(a.g, b.g, t), mix(a.b, b.b, t), mix(a.a, b.a, t)};
}

/* The standard's own 0.03928; for eight bits it divides as sRGB's 0.04045 does. */
static float linear(uint8_t channel)
{
    float v = (float)channel / 255;
    return v <= 0.03928f ? v / 12.92f : powf((v + 0.055f) / 1.055f, 2.4f);
}

float colour_luminance(struct colour c)
{
    return 0.2126f * linear(c.r) + 0.7152f * linear(c.g) + 0.0722f * linear(c.b);
}

float colour_contrast(struct colour a, struct colour b)
{
    float of_a = colour_luminance(a) + 0.05f;
    float of_b = colour_luminance(b) + 0.05f;
    return of_a > of_b ? of_a / of_b : of_b / of_a;
}
