#include "gfx/draw.h"

#include "base/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct draw_list {
    struct text *text;
    struct draw_command *commands; /* DRAW_COMMANDS_MAX */
    size_t n_commands;
    char *bytes; /* DRAW_BYTES_MAX: strings and points */
    size_t n_bytes;
    struct rect clips[DRAW_CLIPS_MAX];
    size_t n_clips;
    float width, height;
    bool overflowed;
};

int draw_list_new(struct text *text, struct draw_list **ret_list)
{
    struct draw_list *list = calloc(1, sizeof(*list));
    if (!list) {
        return -ENOMEM;
    }
    list->text = text;
    list->commands = calloc(DRAW_COMMANDS_MAX, sizeof(*list->commands));
    list->bytes = malloc(DRAW_BYTES_MAX);
    if (!list->commands || !list->bytes) {
        draw_list_free(list);
        return -ENOMEM;
    }
    *ret_list = list;
    return 0;
}

void draw_list_free(struct draw_list *list)
{
    if (list) {
        free(list->commands);
        free(list->bytes);
        free(list);
    }
}

void draw_begin(struct draw_list *list, float width, float height)
{
    list->n_commands = 0;
    list->n_bytes = 0;
    list->n_clips = 0;
    list->width = width;
    list->height = height;
    list->overflowed = false;
}

struct rect draw_clip(const struct draw_list *list)
{
    return list->n_clips > 0 ? list->clips[list->n_clips - 1] : rect_of(0, 0, list->width, list->height);
}

void draw_clip_push(struct draw_list *list, struct rect clip)
{
    assert(list->n_clips < DRAW_CLIPS_MAX);
    list->clips[list->n_clips] = rect_intersect(draw_clip(list), clip);
    list->n_clips++;
}

void draw_clip_pop(struct draw_list *list)
{
    assert(list->n_clips > 0);
    list->n_clips--;
}

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3); /* FNV-1a */
    }
    return hash;
}

static uint64_t hash_floats(uint64_t hash, const float *values, size_t n)
{
    return hash_bytes(hash, values, n * sizeof(*values));
}

static uint64_t hash_colour(uint64_t hash, struct colour c)
{
    const uint8_t bytes[4] = {c.r, c.g, c.b, c.a};
    return hash_bytes(hash, bytes, sizeof(bytes));
}

/* @return NULL when it lies outside its clip, or there is no room. */
static struct draw_command *add(struct draw_list *list, enum draw_kind kind, struct rect rect, struct rect ink,
                                struct colour colour)
{
    struct rect clip = draw_clip(list);
    /* The painter goes to the nearest whole pixel. */
    struct rect bounds = rect_intersect(rect_inset(ink, -1), rect_inset(clip, -1));
    bounds = rect_empty(rect_intersect(ink, clip)) ? (struct rect){0} : bounds;
    if (rect_empty(bounds)) {
        return NULL;
    }
    if (list->n_commands >= DRAW_COMMANDS_MAX) {
        list->overflowed = true;
        return NULL;
    }
    struct draw_command *c = &list->commands[list->n_commands++];
    *c = (struct draw_command){.kind = kind, .rect = rect, .bounds = bounds, .clip = clip, .colour = colour};
    const float numbers[] = {rect.x, rect.y, rect.w, rect.h, clip.x, clip.y, clip.w, clip.h, (float)kind};
    c->hash = hash_colour(hash_floats(UINT64_C(0xcbf29ce484222325), numbers, ARRAY_LEN(numbers)), colour);
    return c;
}

/* Room in the list's own memory; NULL when it is full. */
static void *take(struct draw_list *list, const void *bytes, size_t n)
{
    size_t at = (list->n_bytes + 7) & ~(size_t)7;
    if (n > DRAW_BYTES_MAX || at > DRAW_BYTES_MAX - n) {
        list->overflowed = true;
        return NULL;
    }
    memcpy(list->bytes + at, bytes, n);
    list->n_bytes = at + n;
    return list->bytes + at;
}

static void add_box(struct draw_list *list, enum draw_kind kind, struct rect rect, struct rect ink,
                    const struct draw_box *box, struct colour colour)
{
    struct draw_command *c = add(list, kind, rect, ink, colour);
    if (c) {
        const float numbers[] = {box->radius, box->border_px, box->shadow_px, box->shadow_dy, (float)box->gradient};
        c->box = *box;
        c->hash = hash_floats(c->hash, numbers, ARRAY_LEN(numbers));
        c->hash = hash_colour(hash_colour(c->hash, box->fill_end), box->border);
    }
}

void draw_box(struct draw_list *list, struct rect rect, const struct draw_box *box)
{
    if (rect_empty(rect)) {
        return;
    }
    if (box->shadow_px > 0 && box->shadow.a > 0) {
        struct rect ink = rect_inset(rect, -box->shadow_px);
        ink.y += box->shadow_dy;
        add_box(list, DRAW_SHADOW, rect, ink, box, box->shadow);
    }
    if (box->fill.a > 0 || box->gradient || box->border_px > 0) {
        add_box(list, DRAW_BOX, rect, rect, box, box->fill);
    }
}

void draw_fill(struct draw_list *list, struct rect rect, struct colour colour, float radius)
{
    draw_box(list, rect, &(struct draw_box){.fill = colour, .radius = radius});
}

struct text_size draw_text(struct draw_list *list, struct rect rect, const char *string, const struct text_style *style,
                           struct colour colour)
{
    struct text_size size = text_measure(list->text, string, style, rect.w);
    struct rect box = rect;
    if (style->vertical == TEXT_CENTRE) {
        box.y = roundf(rect.y + (rect.h - size.h) / 2);
    } else if (style->vertical == TEXT_BOTTOM) {
        box.y = roundf(rect.y + rect.h - size.h);
    }
    /* A whole pixel more on each side: the painter begins a text at a whole pixel. */
    struct rect ink = rect_inset(rect_of(box.x + size.ink.x, box.y + size.ink.y, size.ink.w, size.ink.h), -2);
    size_t n = strlen(string);
    if (n == 0) {
        return size;
    }
    struct draw_command *c = add(list, DRAW_TEXT, box, ink, colour);
    if (!c) {
        return size;
    }
    c->text.string = take(list, string, n + 1);
    if (!c->text.string) {
        list->n_commands--;
        return size;
    }
    const float numbers[] = {style->size_px,       style->line_height,  style->tracking_px,   (float)style->max_lines,
                             (float)style->weight, (float)style->align, (float)style->tabular};
    c->text.style = *style;
    c->text.cut = size.cut;
    c->text.unknown = size.unknown;
    c->hash = hash_bytes(hash_floats(c->hash, numbers, ARRAY_LEN(numbers)), string, n);
    return size;
}

void draw_icon(struct draw_list *list, struct rect rect, enum icon icon, struct colour colour, float stroke)
{
    float side = fminf(rect.w, rect.h);
    struct rect box = rect_centre(rect, side, side);
    struct draw_command *c = add(list, DRAW_ICON, box, rect_inset(box, -1), colour);
    if (c) {
        c->icon.icon = icon;
        c->icon.stroke = stroke > 0 ? stroke : 2;
        c->hash = hash_floats(c->hash, (const float[]){(float)icon, c->icon.stroke}, 2);
    }
}

void draw_image(struct draw_list *list, struct rect rect, const struct surface *surface, uint64_t version, float radius)
{
    struct draw_command *c = add(list, DRAW_IMAGE, rect, rect, (struct colour){0});
    if (c) {
        c->image.surface = surface;
        c->image.version = version;
        c->image.radius = radius;
        c->hash = hash_bytes(hash_floats(c->hash, &radius, 1), &version, sizeof(version));
    }
}

void draw_line(struct draw_list *list, float x0, float y0, float x1, float y1, float width, struct colour colour)
{
    const struct draw_point points[] = {{0, 0}, {x1 - x0, y1 - y0}};
    struct rect rect = rect_of(x0, y0, x1 - x0, y1 - y0);
    draw_lines(list, rect, points, 2, width, false, colour);
}

void draw_lines(struct draw_list *list, struct rect rect, const struct draw_point *points, size_t n, float width,
                bool area, struct colour colour)
{
    if (n < 2) {
        return;
    }
    float left = points[0].x, right = left, top = points[0].y, bottom = top;
    for (size_t i = 1; i < n; i++) {
        left = fminf(left, points[i].x);
        right = fmaxf(right, points[i].x);
        top = fminf(top, points[i].y);
        bottom = fmaxf(bottom, points[i].y);
    }
    bottom = area ? fmaxf(bottom, rect.h) : bottom;
    struct rect ink = rect_inset(rect_of(rect.x + left, rect.y + top, right - left, bottom - top), -width - 1);
    struct draw_command *c = add(list, DRAW_LINES, rect, ink, colour);
    if (!c) {
        return;
    }
    c->lines.points = take(list, points, n * sizeof(*points));
    if (!c->lines.points) {
        list->n_commands--;
        return;
    }
    c->lines.n = n;
    c->lines.width = width;
    c->lines.area = area;
    c->hash = hash_floats(c->hash, (const float[]){width, (float)area}, 2);
    c->hash = hash_bytes(c->hash, points, n * sizeof(*points));
}

void draw_ring(struct draw_list *list, struct rect rect, float from_turn, float to_turn, float width,
               struct colour colour)
{
    struct draw_command *c = add(list, DRAW_PIE, rect, rect_inset(rect, -1), colour);
    if (c) {
        c->pie.from = from_turn;
        c->pie.to = to_turn;
        c->pie.width = width;
        c->hash = hash_floats(c->hash, (const float[]){from_turn, to_turn, width}, 3);
    }
}

struct text *draw_text_of(const struct draw_list *list)
{
    return list->text;
}

const struct draw_command *draw_commands(const struct draw_list *list, size_t *ret_n)
{
    *ret_n = list->n_commands;
    return list->commands;
}

float draw_width(const struct draw_list *list)
{
    return list->width;
}

float draw_height(const struct draw_list *list)
{
    return list->height;
}

bool draw_overflowed(const struct draw_list *list)
{
    return list->overflowed;
}
