#pragma once

/* sRGB colours with coverage. Pure. */

#include <stdint.h>

struct colour {
    uint8_t r, g, b, a;
};

/** From 0xRRGGBB, opaque. */
static inline struct colour colour_rgb(uint32_t rgb)
{
    return (struct colour){(uint8_t)(rgb >> 16), (uint8_t)(rgb >> 8), (uint8_t)rgb, 255};
}

/** The same colour with coverage @a (0 to 255). */
static inline struct colour colour_alpha(struct colour c, uint8_t a)
{
    c.a = a;
    return c;
}

/** @top painted over @below; the result has the coverage of @below or more. */
struct colour colour_over(struct colour top, struct colour below);
/** Between @a (@t = 0) and @b (@t = 1), each channel. */
struct colour colour_mix(struct colour a, struct colour b, float t);
/** Relative luminance, 0 to 1 (WCAG 2.1, "relative luminance"). */
float colour_luminance(struct colour c);
/** Contrast ratio, 1 to 21 (WCAG 2.1, "contrast ratio"); coverage doesn't count. */
float colour_contrast(struct colour a, struct colour b);
