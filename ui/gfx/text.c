/* Layouts are dear to make (shaping, line breaking) and a screen shows the same ones again and again: they are kept
 * in a hash table with a list of least recent use, found by string, style and width. Pango's own units and settings
 * stay in this file.
 *
 * Glyphs lie where the layout puts them, to a fraction of a pixel: Cairo 1.16 rounds each to whole pixels, which
 * shows. So a layout is filled once as an outline into a mask, which is kept with it and only blended from then
 * on; a text as a whole begins at a whole pixel. Hinting is off for the same reason, and so that all machines
 * agree. Emoji have no outline: Cairo paints those. */
#include "gfx/text.h"

#define LOG_MODULE "text"
#include "base/cleanup.h"
#include "base/log.h"

#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>
#include <string.h>

enum { CACHE_MAX = 384, BUCKETS = 1024, STRING_MAX = 4096, MASK_SIDE_MAX = 4096 };

struct entry {
    struct entry *next; /* text.buckets */
    struct entry *newer, *older; /* text.newest, text.oldest */
    uint64_t hash;
    char *string;
    struct text_style style;
    float width;
    PangoLayout *layout;
    cairo_surface_t *mask; /* NULL until it is painted first */
    int mask_x, mask_y; /* of the mask from the box's top left, device pixels */
    struct text_size size;
};

struct text {
    PangoFontMap *map;
    PangoContext *context;
    FcConfig *fonts;
    double scale;
    bool has_fonts;
    char family[64];
    size_t n;
    struct entry *buckets[BUCKETS];
    struct entry *newest, *oldest;
};

static void find_family(struct text *text)
{
    static const char *const wanted[] = {"Inter", "DejaVu Sans"};
    FcFontSet *set = FcConfigGetFonts(text->fonts, FcSetSystem);
    FcChar8 *name = NULL;
    text->has_fonts = set && set->nfont > 0;
    (void)snprintf(text->family, sizeof(text->family), "%s", wanted[0]);
    if (!set || !text->has_fonts) {
        log_error("there is no font: texts can't be shown");
        return;
    }
    for (size_t k = 0; k < ARRAY_LEN(wanted); k++) {
        for (int i = 0; i < set->nfont; i++) {
            if (FcPatternGetString(set->fonts[i], FC_FAMILY, 0, &name) == FcResultMatch &&
                strcmp((const char *)name, wanted[k]) == 0) {
                (void)snprintf(text->family, sizeof(text->family), "%s", wanted[k]);
                if (k > 0) {
                    log_warn("%s is missing, %s stands in for it", wanted[0], wanted[k]);
                }
                return;
            }
        }
    }
    if (FcPatternGetString(set->fonts[0], FC_FAMILY, 0, &name) == FcResultMatch) {
        (void)snprintf(text->family, sizeof(text->family), "%s", (const char *)name);
    }
    log_warn("%s is missing, %s stands in for it", wanted[0], text->family);
}

static int load_fonts(struct text *text, const char *fonts_conf)
{
    text->fonts = FcConfigCreate();
    if (!text->fonts) {
        return -ENOMEM;
    }
    if (!FcConfigParseAndLoad(text->fonts, (const FcChar8 *)fonts_conf, FcTrue)) {
        log_error("the fonts' configuration can't be read: %s", fonts_conf);
    }
    if (!FcConfigBuildFonts(text->fonts)) {
        return -ENOMEM;
    }
    find_family(text);
    return 0;
}

int text_open(const char *fonts_conf, float scale, struct text **ret_text)
{
    _cleanup_(cleanup_freep) struct text *text = calloc(1, sizeof(*text));
    if (!text) {
        return -ENOMEM;
    }
    int r = load_fonts(text, fonts_conf);
    if (r < 0) {
        text_close(STEAL_PTR(text));
        return r;
    }
    text->scale = (double)scale;
    text->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(text->map), text->fonts);
    text->context = pango_font_map_create_context(text->map);
    PangoMatrix matrix = PANGO_MATRIX_INIT;
    pango_matrix_scale(&matrix, (double)scale, (double)scale);
    pango_context_set_matrix(text->context, &matrix);
    pango_context_set_round_glyph_positions(text->context, FALSE);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(text->context, options);
    cairo_font_options_destroy(options);
    *ret_text = STEAL_PTR(text);
    return 0;
}

static void entry_free(struct entry *entry)
{
    if (entry->layout) {
        g_object_unref(entry->layout);
    }
    if (entry->mask) {
        cairo_surface_destroy(entry->mask);
    }
    free(entry->string);
    free(entry);
}

void text_close(struct text *text)
{
    if (!text) {
        return;
    }
    for (struct entry *e = text->newest, *older; e; e = older) {
        older = e->older;
        entry_free(e);
    }
    if (text->context) {
        g_object_unref(text->context);
    }
    if (text->map) {
        g_object_unref(text->map);
    }
    if (text->fonts) {
        FcConfigDestroy(text->fonts);
    }
    free(text);
}

bool text_has_fonts(const struct text *text)
{
    return text->has_fonts;
}

const char *text_family(const struct text *text)
{
    return text->has_fonts ? text->family : "";
}

size_t text_cached(const struct text *text)
{
    return text->n;
}

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < n; i++) {
        /* FNV-1a. NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): every byte of a float is set */
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static bool style_equal(const struct text_style *a, const struct text_style *b)
{
    return a->size_px == b->size_px && a->weight == b->weight && a->align == b->align &&
           a->line_height == b->line_height && a->tracking_px == b->tracking_px && a->tabular == b->tabular &&
           a->max_lines == b->max_lines;
}

static PangoAttrList *attributes(const struct text_style *style)
{
    PangoAttrList *list = pango_attr_list_new();
    if (style->tracking_px != 0) {
        pango_attr_list_insert(list, pango_attr_letter_spacing_new((int)(style->tracking_px * PANGO_SCALE)));
    }
    if (style->tabular) {
        pango_attr_list_insert(list, pango_attr_font_features_new("tnum=1"));
    }
    if (style->line_height > 0) {
        pango_attr_list_insert(
            list, pango_attr_line_height_new_absolute((int)(style->line_height * style->size_px * PANGO_SCALE)));
    }
    return list;
}

static void set_layout(const struct text *text, PangoLayout *layout, const struct text_style *style, float width)
{
    static const PangoWeight weights[] = {[TEXT_REGULAR] = PANGO_WEIGHT_NORMAL,
                                          [TEXT_MEDIUM] = PANGO_WEIGHT_MEDIUM,
                                          [TEXT_SEMIBOLD] = PANGO_WEIGHT_SEMIBOLD,
                                          [TEXT_BOLD] = PANGO_WEIGHT_BOLD};
    static const PangoAlignment aligns[] = {
        [TEXT_START] = PANGO_ALIGN_LEFT, [TEXT_MIDDLE] = PANGO_ALIGN_CENTER, [TEXT_END] = PANGO_ALIGN_RIGHT};
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family(font, text->family);
    pango_font_description_set_weight(font, weights[style->weight]);
    pango_font_description_set_absolute_size(font, (double)style->size_px * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    PangoAttrList *list = attributes(style);
    pango_layout_set_attributes(layout, list);
    pango_attr_list_unref(list);
    pango_layout_set_alignment(layout, aligns[style->align]);
    pango_layout_set_auto_dir(layout, FALSE);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    if (width > 0) {
        pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
        pango_layout_set_height(layout, -(style->max_lines > 1 ? style->max_lines : 1));
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    }
}

static float px(int pango)
{
    return (float)pango / (float)PANGO_SCALE;
}

static void measure(struct entry *entry)
{
    PangoRectangle ink, logical;
    pango_layout_get_extents(entry->layout, &ink, &logical);
    entry->size.lines = pango_layout_get_line_count(entry->layout);
    entry->size.w = px(logical.width);
    entry->size.h = px(logical.height);
    entry->size.baseline = px(pango_layout_get_baseline(entry->layout));
    entry->size.cut = pango_layout_is_ellipsized(entry->layout);
    entry->size.unknown = pango_layout_get_unknown_glyphs_count(entry->layout);
    /* Within the layout's own width the box begins at its left edge, whatever the alignment. */
    entry->size.ink = rect_of(px(ink.x), px(ink.y), px(ink.width), px(ink.height));
}

/* Without any font Pango would end the process: a text then takes the room that it might have taken. */
static void guess(struct entry *entry)
{
    float line = entry->style.size_px * (entry->style.line_height > 0 ? entry->style.line_height : 1.2F);
    entry->size.w =
        fminf((float)strlen(entry->string) * entry->style.size_px * 0.55F, entry->width > 0 ? entry->width : INFINITY);
    entry->size.h = line;
    entry->size.baseline = line * 0.8F;
    entry->size.lines = 1;
}

static void unlink_used(struct text *text, struct entry *entry)
{
    *(entry->newer ? &entry->newer->older : &text->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &text->oldest) = entry->newer;
}

static void link_newest(struct text *text, struct entry *entry)
{
    entry->newer = NULL;
    entry->older = text->newest;
    *(text->newest ? &text->newest->newer : &text->oldest) = entry;
    text->newest = entry;
}

static void forget_oldest(struct text *text)
{
    struct entry *entry = text->oldest;
    struct entry **at = &text->buckets[entry->hash % BUCKETS];
    while (*at != entry) {
        at = &(*at)->next;
    }
    *at = entry->next;
    unlink_used(text, entry);
    entry_free(entry);
    text->n--;
}

static struct entry *make(struct text *text, const char *string, const struct text_style *style, float width)
{
    struct entry *entry = calloc(1, sizeof(*entry));
    if (!entry) {
        return NULL;
    }
    entry->string = strndup(string, STRING_MAX);
    entry->style = *style;
    entry->width = width;
    if (!entry->string) {
        free(entry);
        return NULL;
    }
    if (!text->has_fonts) {
        guess(entry);
        return entry;
    }
    char *valid = g_utf8_make_valid(entry->string, -1);
    entry->layout = pango_layout_new(text->context);
    pango_layout_set_single_paragraph_mode(entry->layout, style->max_lines <= 1);
    pango_layout_set_text(entry->layout, valid, -1);
    g_free(valid);
    set_layout(text, entry->layout, style, width);
    measure(entry);
    return entry;
}

/* NULL when memory has run out. */
static struct entry *find(struct text *text, const char *string, const struct text_style *style, float width)
{
    const float numbers[] = {style->size_px,       style->line_height,  style->tracking_px,    width,
                             (float)style->weight, (float)style->align, (float)style->tabular, (float)style->max_lines};
    uint64_t hash = hash_bytes(hash_bytes(UINT64_C(0xcbf29ce484222325), numbers, sizeof(numbers)), string,
                               strnlen(string, STRING_MAX));
    struct entry *entry = text->buckets[hash % BUCKETS];
    while (entry && !(entry->hash == hash && entry->width == width && style_equal(&entry->style, style) &&
                      strncmp(entry->string, string, STRING_MAX) == 0)) {
        entry = entry->next;
    }
    if (entry) {
        unlink_used(text, entry);
        link_newest(text, entry);
        return entry;
    }
    if (text->n >= CACHE_MAX) {
        forget_oldest(text);
    }
    entry = make(text, string, style, width);
    if (entry) {
        entry->hash = hash;
        entry->next = text->buckets[hash % BUCKETS];
        text->buckets[hash % BUCKETS] = entry;
        link_newest(text, entry);
        text->n++;
    }
    return entry;
}

/* What the cache tells widths apart by: whole quarters of a pixel. */
static float rounded_width(float width)
{
    return width > 0 ? floorf(fminf(width, 16384.0F) * 4) / 4 : -1;
}

struct text_size text_measure(struct text *text, const char *string, const struct text_style *style, float width)
{
    struct entry *entry = find(text, string, style, rounded_width(width));
    return entry ? entry->size : (struct text_size){0};
}

static bool fits(struct text *text, const char *string, struct text_style style, float width, float size_px)
{
    style.tracking_px *= size_px / style.size_px;
    style.size_px = size_px;
    return !text_measure(text, string, &style, width).cut;
}

float text_fit(struct text *text, const char *string, const struct text_style *style, float width, float least_px)
{
    float size = style->size_px;
    while (size > least_px && !fits(text, string, *style, width, size)) {
        size = fmaxf(size * 0.93F - 0.25F, least_px);
        size = fmaxf(floorf(size * 2) / 2, least_px);
    }
    return size;
}

float text_cursor_x(struct text *text, const char *string, const struct text_style *style, size_t byte)
{
    PangoRectangle at;
    struct entry *entry = find(text, string, style, -1);
    if (!entry || !entry->layout) {
        return 0;
    }
    size_t n = strlen(pango_layout_get_text(entry->layout));
    pango_layout_get_cursor_pos(entry->layout, (int)(byte < n ? byte : n), &at, NULL);
    return px(at.x);
}

size_t text_byte_at(struct text *text, const char *string, const struct text_style *style, float x)
{
    int byte = 0, trailing = 0;
    struct entry *entry = find(text, string, style, -1);
    if (!entry || !entry->layout) {
        return 0;
    }
    (void)pango_layout_xy_to_index(entry->layout, (int)(fmaxf(x, 0) * PANGO_SCALE), 0, &byte, &trailing);
    const char *shown = pango_layout_get_text(entry->layout);
    size_t at = (size_t)byte;
    for (int i = 0; i < trailing && shown[at]; i++) {
        at++;
        while (((unsigned char)shown[at] & 0xc0) == 0x80) {
            at++;
        }
    }
    return at;
}

/* Emoji are pictures and have no outline. */
static bool has_outline(const char *string)
{
    for (const unsigned char *c = (const unsigned char *)string; *c; c++) {
        if (*c >= 0xf0 || (*c == 0xe2 && c[1] >= 0x86 && c[1] != 0x80)) {
            return false;
        }
    }
    return true;
}

/* A picture that holds the ink of @entry, and a context that draws the layout into it; NULL when it would be too
 * big. */
static cairo_t *begin_picture(const struct text *text, struct entry *entry, cairo_format_t format)
{
    struct rect ink = entry->size.ink;
    int left = (int)floor((double)ink.x * text->scale) - 1, top = (int)floor((double)ink.y * text->scale) - 1;
    int width = (int)ceil((double)rect_right(ink) * text->scale) + 1 - left;
    int height = (int)ceil((double)rect_bottom(ink) * text->scale) + 1 - top;
    if (width < 1 || height < 1 || width > MASK_SIDE_MAX || height > MASK_SIDE_MAX) {
        return NULL;
    }
    entry->mask_x = left;
    entry->mask_y = top;
    cairo_surface_t *picture = cairo_image_surface_create(format, width, height);
    cairo_t *cr = cairo_create(picture);
    cairo_surface_destroy(picture); /* the context holds it */
    cairo_translate(cr, -left, -top);
    cairo_scale(cr, text->scale, text->scale);
    cairo_move_to(cr, 0, 0);
    return cr;
}

static void make_mask(const struct text *text, struct entry *entry)
{
    cairo_t *cr = begin_picture(text, entry, CAIRO_FORMAT_A8);
    if (cr) {
        pango_cairo_layout_path(cr, entry->layout);
        cairo_fill(cr);
        entry->mask = cairo_surface_reference(cairo_get_target(cr));
        cairo_destroy(cr);
    }
}

/* Drawn whole, since Cairo scales emoji a little differently under another clip; what are letters has @cr's colour. */
static void paint_with_emoji(const struct text *text, cairo_t *cr, struct entry *entry, double x, double y)
{
    cairo_t *own = begin_picture(text, entry, CAIRO_FORMAT_ARGB32);
    if (own) {
        cairo_set_source(own, cairo_get_source(cr));
        pango_cairo_show_layout(own, entry->layout);
        cairo_save(cr);
        cairo_identity_matrix(cr);
        cairo_set_source_surface(cr, cairo_get_target(own), x + entry->mask_x, y + entry->mask_y);
        cairo_paint(cr);
        cairo_restore(cr);
        cairo_destroy(own);
    }
}

void text_paint(struct text *text, struct _cairo *cr, const char *string, const struct text_style *style,
                struct rect box)
{
    struct entry *entry = find(text, string, style, rounded_width(box.w));
    double x = round((double)box.x * text->scale), y = round((double)box.y * text->scale);
    if (!entry || !entry->layout) {
        return;
    }
    if (!has_outline(string)) {
        paint_with_emoji(text, cr, entry, x, y);
        return;
    }
    if (!entry->mask) {
        make_mask(text, entry);
    }
    if (entry->mask) {
        cairo_save(cr);
        cairo_identity_matrix(cr);
        cairo_mask_surface(cr, entry->mask, x + entry->mask_x, y + entry->mask_y);
        cairo_restore(cr);
    }
}
