#include "theme/theme.h"

#include <assert.h>
#include <stddef.h>

/* Light: white cards on a cool grey, indigo to act with. Dark: navy, and a lighter indigo whose text is dark. Green,
 * amber and red are dark on light and light on dark, so that each can also be the colour of a text on a card. The tests
 * hold every pair to 4.5:1 (WCAG 2.1, 1.4.3). */

/* clang-format off */
#define RGBA(rgb, alpha) {(uint8_t)((rgb) >> 16), (uint8_t)((rgb) >> 8 & 255), (uint8_t)((rgb) & 255), (alpha)}
#define RGB(rgb) RGBA(rgb, 255)

static const struct theme LIGHT = {
    .kind = THEME_LIGHT,
    .colours = {
        [THEME_BACKGROUND] = RGB(0xF4F5F7),
        [THEME_BACKGROUND_END] = RGB(0xE6E9F2),
        [THEME_SURFACE] = RGB(0xFFFFFF),
        [THEME_SURFACE_SOFT] = RGB(0xF4F5F7),
        [THEME_BORDER] = RGB(0xE3E6EC),
        [THEME_TEXT] = RGB(0x111827),
        [THEME_TEXT_MUTED] = RGB(0x4B5565),
        [THEME_TEXT_DISABLED] = RGB(0x9AA1AE),
        [THEME_PRIMARY] = RGB(0x3B45D9),
        [THEME_ON_PRIMARY] = RGB(0xFFFFFF),
        [THEME_PRIMARY_SOFT] = RGB(0xECEDFD),
        [THEME_ON_PRIMARY_SOFT] = RGB(0x3B45D9),
        [THEME_SUCCESS] = RGB(0x067647),
        [THEME_ON_SUCCESS] = RGB(0xFFFFFF),
        [THEME_SUCCESS_SOFT] = RGB(0xE3F8EC),
        [THEME_ON_SUCCESS_SOFT] = RGB(0x067647),
        [THEME_WARNING] = RGB(0x93500A),
        [THEME_ON_WARNING] = RGB(0xFFFFFF),
        [THEME_WARNING_SOFT] = RGB(0xFDF0DC),
        [THEME_ON_WARNING_SOFT] = RGB(0x8A4A08),
        [THEME_DANGER] = RGB(0xB42318),
        [THEME_ON_DANGER] = RGB(0xFFFFFF),
        [THEME_DANGER_SOFT] = RGB(0xFDECEA),
        [THEME_ON_DANGER_SOFT] = RGB(0xB42318),
        [THEME_RAIL] = RGB(0x131A2C),
        [THEME_ON_RAIL] = RGB(0xFFFFFF),
        [THEME_ON_RAIL_MUTED] = RGB(0xA3AEC6),
        [THEME_RAIL_SELECTED] = RGB(0x2A3350),
        [THEME_RAIL_MARK] = RGB(0x7C8CFF),
        [THEME_ON_RAIL_MARK] = RGB(0x0B0F1A),
        [THEME_KEYBOARD] = RGB(0xDFE2E8),
        [THEME_KEY] = RGB(0xFFFFFF),
        [THEME_KEY_SPECIAL] = RGB(0xC3C9D4),
        [THEME_SCRIM] = RGBA(0x111827, 120),
        [THEME_SHADOW] = RGBA(0x111827, 20),
        [THEME_GRANTED] = RGB(0x3AD6AD),
        [THEME_GRANTED_END] = RGB(0x17B08D),
        [THEME_ON_GRANTED] = RGB(0x06281F),
        [THEME_DENIED] = RGB(0x931A14),
        [THEME_DENIED_END] = RGB(0x5E0B09),
        [THEME_ON_DENIED] = RGB(0xFFFFFF),
        [THEME_WAIT] = RGB(0x3B45D9),
        [THEME_WAIT_END] = RGB(0x232A8C),
        [THEME_ON_WAIT] = RGB(0xFFFFFF),
        [THEME_FIRE] = RGB(0xFFC94D),
        [THEME_FIRE_END] = RGB(0xF29D0C),
        [THEME_ON_FIRE] = RGB(0x241500),
    },
    .tiles = {
        {RGB(0xFDF0DC), RGB(0x93500A)},
        {RGB(0xE0F2FE), RGB(0x075985)},
        {RGB(0xF3E8DD), RGB(0x6B3F1D)},
        {RGB(0xE7F6EC), RGB(0x067647)},
        {RGB(0xECEEF3), RGB(0x374151)},
        {RGB(0xECEDFD), RGB(0x3B45D9)},
        {RGB(0xFCE7F3), RGB(0x9D174D)},
    },
};

static const struct theme DARK = {
    .kind = THEME_DARK,
    .colours = {
        [THEME_BACKGROUND] = RGB(0x0B0F1A),
        [THEME_BACKGROUND_END] = RGB(0x141B33),
        [THEME_SURFACE] = RGB(0x151B2B),
        [THEME_SURFACE_SOFT] = RGB(0x1D2539),
        [THEME_BORDER] = RGB(0x2A3350),
        [THEME_TEXT] = RGB(0xF5F7FB),
        [THEME_TEXT_MUTED] = RGB(0xA3AEC6),
        [THEME_TEXT_DISABLED] = RGB(0x5F6A84),
        [THEME_PRIMARY] = RGB(0x7C8CFF),
        [THEME_ON_PRIMARY] = RGB(0x0B0F1A),
        [THEME_PRIMARY_SOFT] = RGB(0x252D57),
        [THEME_ON_PRIMARY_SOFT] = RGB(0xB1BBFF),
        [THEME_SUCCESS] = RGB(0x4ADE9B),
        [THEME_ON_SUCCESS] = RGB(0x06281F),
        [THEME_SUCCESS_SOFT] = RGB(0x0F3326),
        [THEME_ON_SUCCESS_SOFT] = RGB(0x4ADE9B),
        [THEME_WARNING] = RGB(0xF5C063),
        [THEME_ON_WARNING] = RGB(0x2B1A02),
        [THEME_WARNING_SOFT] = RGB(0x3A2B12),
        [THEME_ON_WARNING_SOFT] = RGB(0xF5C063),
        [THEME_DANGER] = RGB(0xFF8C82),
        [THEME_ON_DANGER] = RGB(0x300705),
        [THEME_DANGER_SOFT] = RGB(0x411A1E),
        [THEME_ON_DANGER_SOFT] = RGB(0xFF9C93),
        [THEME_RAIL] = RGB(0x131A2C),
        [THEME_ON_RAIL] = RGB(0xFFFFFF),
        [THEME_ON_RAIL_MUTED] = RGB(0xA3AEC6),
        [THEME_RAIL_SELECTED] = RGB(0x2A3350),
        [THEME_RAIL_MARK] = RGB(0x7C8CFF),
        [THEME_ON_RAIL_MARK] = RGB(0x0B0F1A),
        [THEME_KEYBOARD] = RGB(0x0F1524),
        [THEME_KEY] = RGB(0x263049),
        [THEME_KEY_SPECIAL] = RGB(0x1A2237),
        [THEME_SCRIM] = RGBA(0x05070D, 168),
        [THEME_SHADOW] = RGBA(0x000000, 96),
        [THEME_GRANTED] = RGB(0x3AD6AD),
        [THEME_GRANTED_END] = RGB(0x17B08D),
        [THEME_ON_GRANTED] = RGB(0x06281F),
        [THEME_DENIED] = RGB(0x931A14),
        [THEME_DENIED_END] = RGB(0x5E0B09),
        [THEME_ON_DENIED] = RGB(0xFFFFFF),
        [THEME_WAIT] = RGB(0x3B45D9),
        [THEME_WAIT_END] = RGB(0x232A8C),
        [THEME_ON_WAIT] = RGB(0xFFFFFF),
        [THEME_FIRE] = RGB(0xFFC94D),
        [THEME_FIRE_END] = RGB(0xF29D0C),
        [THEME_ON_FIRE] = RGB(0x241500),
    },
    .tiles = {
        {RGB(0x3A2B12), RGB(0xF5C063)},
        {RGB(0x10304A), RGB(0x7CCBFA)},
        {RGB(0x38291D), RGB(0xDDB58F)},
        {RGB(0x0F3326), RGB(0x4ADE9B)},
        {RGB(0x2A3350), RGB(0xC3CCDF)},
        {RGB(0x252D57), RGB(0xB1BBFF)},
        {RGB(0x40182E), RGB(0xF9A8D4)},
    },
};

static const char *const NAMES[THEME_COLOURS] = {
    [THEME_BACKGROUND] = "background",
    [THEME_BACKGROUND_END] = "background-end",
    [THEME_SURFACE] = "surface",
    [THEME_SURFACE_SOFT] = "surface-soft",
    [THEME_BORDER] = "border",
    [THEME_TEXT] = "text",
    [THEME_TEXT_MUTED] = "text-muted",
    [THEME_TEXT_DISABLED] = "text-disabled",
    [THEME_PRIMARY] = "primary",
    [THEME_ON_PRIMARY] = "on-primary",
    [THEME_PRIMARY_SOFT] = "primary-soft",
    [THEME_ON_PRIMARY_SOFT] = "on-primary-soft",
    [THEME_SUCCESS] = "success",
    [THEME_ON_SUCCESS] = "on-success",
    [THEME_SUCCESS_SOFT] = "success-soft",
    [THEME_ON_SUCCESS_SOFT] = "on-success-soft",
    [THEME_WARNING] = "warning",
    [THEME_ON_WARNING] = "on-warning",
    [THEME_WARNING_SOFT] = "warning-soft",
    [THEME_ON_WARNING_SOFT] = "on-warning-soft",
    [THEME_DANGER] = "danger",
    [THEME_ON_DANGER] = "on-danger",
    [THEME_DANGER_SOFT] = "danger-soft",
    [THEME_ON_DANGER_SOFT] = "on-danger-soft",
    [THEME_RAIL] = "rail",
    [THEME_ON_RAIL] = "on-rail",
    [THEME_ON_RAIL_MUTED] = "on-rail-muted",
    [THEME_RAIL_SELECTED] = "rail-selected",
    [THEME_RAIL_MARK] = "rail-mark",
    [THEME_ON_RAIL_MARK] = "on-rail-mark",
    [THEME_KEYBOARD] = "keyboard",
    [THEME_KEY] = "key",
    [THEME_KEY_SPECIAL] = "key-special",
    [THEME_SCRIM] = "scrim",
    [THEME_SHADOW] = "shadow",
    [THEME_GRANTED] = "granted",
    [THEME_GRANTED_END] = "granted-end",
    [THEME_ON_GRANTED] = "on-granted",
    [THEME_DENIED] = "denied",
    [THEME_DENIED_END] = "denied-end",
    [THEME_ON_DENIED] = "on-denied",
    [THEME_WAIT] = "wait",
    [THEME_WAIT_END] = "wait-end",
    [THEME_ON_WAIT] = "on-wait",
    [THEME_FIRE] = "fire",
    [THEME_FIRE_END] = "fire-end",
    [THEME_ON_FIRE] = "on-fire",
};
/* clang-format on */

#define BODY_LINE 1.4F

static const struct text_style STYLES[THEME_TYPES] = {
    [TYPE_HERO] = {.size_px = 60, .weight = TEXT_BOLD, .line_height = 1.1F, .tracking_px = -1.2F},
    [TYPE_DISPLAY] = {.size_px = 52, .weight = TEXT_BOLD, .line_height = 1.12F, .tracking_px = -1},
    [TYPE_TITLE] = {.size_px = 28, .weight = TEXT_BOLD, .line_height = 1.2F, .tracking_px = -0.2F},
    [TYPE_HEADING] = {.size_px = 20, .weight = TEXT_SEMIBOLD},
    [TYPE_BODY_LARGE] = {.size_px = 22, .weight = TEXT_REGULAR, .line_height = 1.25F},
    [TYPE_BODY] = {.size_px = 17, .weight = TEXT_REGULAR, .line_height = BODY_LINE},
    [TYPE_BODY_STRONG] = {.size_px = 17, .weight = TEXT_SEMIBOLD, .line_height = BODY_LINE},
    [TYPE_LABEL] = {.size_px = 17, .weight = TEXT_SEMIBOLD},
    [TYPE_SMALL] = {.size_px = 15, .weight = TEXT_REGULAR, .line_height = BODY_LINE},
    [TYPE_SMALL_STRONG] = {.size_px = 15, .weight = TEXT_SEMIBOLD},
    [TYPE_CAPS] = {.size_px = 18, .weight = TEXT_SEMIBOLD},
    [TYPE_NUMBER] = {.size_px = 72, .weight = TEXT_BOLD, .tracking_px = -1, .tabular = true},
};

const struct theme *theme_get(enum theme_kind kind)
{
    return kind == THEME_DARK ? &DARK : &LIGHT;
}

struct text_style theme_text(enum theme_type type)
{
    assert((unsigned)type < THEME_TYPES);
    return STYLES[type];
}

struct text_style theme_text_scaled(enum theme_type type, float factor)
{
    struct text_style style = theme_text(type);
    style.size_px *= factor;
    style.tracking_px *= factor;
    return style;
}

const char *theme_colour_name(enum theme_colour which)
{
    return (unsigned)which < THEME_COLOURS ? NAMES[which] : "?";
}
