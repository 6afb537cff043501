#include "face/display.h"

#define LOG_MODULE "display"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "gfx/damage.h"
#include "gfx/painter.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define TRY_AGAIN_US US_PER_S

struct display {
    struct window_options options;
    struct window *window; /* NULL: there is no display for it yet */
    int64_t retry_us; /* when to try for one */
    struct text *text;
    struct ui *ui;
    struct painter *painter;
    struct damage *damage; /* NULL until the size is known */
    struct surface picture;
    float width, height; /* logical */
    bool said_gone;
    struct display_stats stats;
};

static int set_size(struct display *d)
{
    int width, height;
    const struct transform *t = window_transform(d->window);
    transform_render_size(t, &width, &height);
    transform_logical_size(t, &d->width, &d->height);
    damage_free(d->damage);
    d->damage = NULL;
    surface_finish(&d->picture);
    int r = surface_init(&d->picture, width, height);
    if (r == 0) {
        r = damage_new(width, height, &d->damage);
    }
    ui_touch(d->ui);
    return r;
}

/* @return 0, also when there still is no display; or a negative errno. */
static int try_window(struct display *d, int64_t now_us)
{
    int r = window_open(&d->options, &d->window);
    if (r == -ENODEV) {
        d->retry_us = now_us + TRY_AGAIN_US;
        if (!d->said_gone) {
            log_warn("display %d is not there: tried again every second", d->options.display);
        }
        d->said_gone = true;
        return 0;
    }
    if (r < 0) {
        return r;
    }
    d->said_gone = false;
    return set_size(d);
}

int display_open(const struct window_options *options, const char *fonts, enum theme_kind theme,
                 struct display **ret_display)
{
    struct display *d = calloc(1, sizeof(*d));
    if (!d) {
        return -ENOMEM;
    }
    d->options = *options;
    int r = text_open(fonts, options->transform.scale, &d->text);
    if (r == 0) {
        r = ui_new(d->text, theme_get(theme), &d->ui);
    }
    if (r == 0) {
        r = painter_new(options->transform.scale, &d->painter);
    }
    if (r == 0) {
        r = try_window(d, clock_boot_us());
    }
    if (r < 0) {
        display_close(d);
        return r;
    }
    *ret_display = d;
    return 0;
}

void display_close(struct display *d)
{
    if (!d) {
        return;
    }
    window_close(d->window);
    damage_free(d->damage);
    surface_finish(&d->picture);
    painter_free(d->painter);
    ui_free(d->ui);
    text_close(d->text);
    free(d);
}

void display_shut(struct display *d)
{
    window_close(d->window);
    d->window = NULL;
    d->retry_us = US_NEVER;
    ui_reset(d->ui);
}

struct ui *display_ui(const struct display *d)
{
    return d->ui;
}

struct window *display_window(const struct display *d)
{
    return d->window;
}

const struct display_stats *display_stats(const struct display *d)
{
    return &d->stats;
}

const struct surface *display_picture(const struct display *d)
{
    return d->picture.pixels ? &d->picture : NULL;
}

void display_event(struct display *d, enum window_event_kind kind)
{
    switch (kind) {
    case WINDOW_RESIZED:
        if (set_size(d) < 0) {
            log_error("there is no memory for a picture of the new size");
        }
        break;
    case WINDOW_REDRAW:
    case WINDOW_DISPLAY_BACK:
        if (d->damage) {
            damage_all(d->damage);
        }
        d->retry_us = 0;
        ui_touch(d->ui);
        break;
    default:
        break;
    }
}

static bool is_away(const struct display *d)
{
    return !d->window || window_is_gone(d->window);
}

bool display_due(const struct display *d, int64_t now_us)
{
    return display_deadline(d) <= now_us;
}

int64_t display_deadline(const struct display *d)
{
    return is_away(d) ? d->retry_us : ui_deadline(d->ui);
}

static int come_back(struct display *d, int64_t now_us)
{
    if (!d->window) {
        return try_window(d, now_us);
    }
    int r = window_reopen(d->window);
    if (r == WINDOW_GONE) {
        d->retry_us = now_us + TRY_AGAIN_US;
        return 0;
    }
    log_info("the display is back");
    d->said_gone = false;
    return r < 0 ? r : set_size(d);
}

/* The display went away under way: what the picture would have been is drawn when it is back. */
static void gone(struct display *d, int64_t now_us)
{
    if (!d->said_gone) {
        log_warn("the display is gone: tried again every second");
    }
    d->said_gone = true;
    d->retry_us = now_us + TRY_AGAIN_US;
    damage_all(d->damage);
}

int display_frame(struct display *d, int64_t now_us, void (*view)(void *user, struct ui *ui), void *user)
{
    struct pixel_rect rects[DAMAGE_RECTS_MAX];
    if (is_away(d)) {
        int r = come_back(d, now_us);
        if (r < 0 || is_away(d)) {
            return r;
        }
    }
    if (!d->damage) {
        return -ENOMEM;
    }
    int64_t began_us = clock_boot_us();
    ui_begin(d->ui, now_us, d->width, d->height);
    view(user, d->ui);
    ui_end(d->ui);
    int64_t viewed_us = clock_boot_us();
    size_t n = damage_compare(d->damage, ui_draw(d->ui), d->options.transform.scale, rects);
    if (n == 0) {
        return 0;
    }
    int r = painter_paint(d->painter, ui_draw(d->ui), &d->picture, rects, n);
    int64_t painted_us = clock_boot_us();
    if (r == 0) {
        r = window_present(d->window, &d->picture, rects, n);
    }
    if (r == WINDOW_GONE) {
        gone(d, now_us);
    } else if (r == WINDOW_STALE || r == -EIO) {
        damage_all(d->damage);
        r = 0;
    }
    d->stats.frames++;
    d->stats.presented_us = clock_boot_us();
    d->stats.view_us = viewed_us - began_us;
    d->stats.paint_us = painted_us - viewed_us;
    d->stats.present_us = d->stats.presented_us - painted_us;
    return r < 0 ? r : 0;
}

static int write_nodes(const struct display *d, const char *path)
{
    _cleanup_free_ char *text = NULL;
    size_t size = 0, n;
    const struct ui_node *nodes = ui_nodes(d->ui, &n);
    FILE *f = open_memstream(&text, &size);
    if (!f) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        const struct ui_node *node = &nodes[i];
        (void)fprintf(f, "%s\t%s\t%u\t%.0f\t%.0f\t%.0f\t%.0f\t%s\t%s\n", node->id, ui_role_text(node->role),
                      node->state, (double)node->visible.x, (double)node->visible.y, (double)node->visible.w,
                      (double)node->visible.h, node->label, node->value);
    }
    if (fclose(f) != 0) {
        return -ENOMEM;
    }
    return file_replace(path, text, size, 0600);
}

int display_snapshot(const struct display *d, const char *folder, const char *name)
{
    char path[512];
    struct surface shown;
    if (is_away(d)) {
        return -ENODEV;
    }
    int r = window_read_back(d->window, &shown);
    if (r == 0) {
        (void)snprintf(path, sizeof(path), "%s/%s.png", folder, name);
        r = surface_write_png(&shown, path);
        surface_finish(&shown);
    }
    (void)snprintf(path, sizeof(path), "%s/%s.nodes", folder, name);
    return r < 0 ? r : write_nodes(d, path);
}
