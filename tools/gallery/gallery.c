#include "gallery/gallery.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "gfx/painter.h"

#include <errno.h>
#include <stdlib.h>

enum { SETTLE_LEAST = 2, SETTLE_MOST = 4 };

struct gallery {
    struct text *text;
    struct painter *painter;
    struct ui *ui; /* of the last picture */
};

const struct gallery_size gallery_sizes[GALLERY_SIZES] = {{800, 480}, {1024, 600}, {1280, 800}, {800, 1280}};

const struct gallery_fixture *gallery_fixtures(size_t *ret_n)
{
    static size_t (*const sets[])(const struct gallery_fixture **) = {fixtures_entrance, fixtures_shell};
    static struct gallery_fixture all[GALLERY_FIXTURES_MAX];
    static size_t n;
    bool first = n == 0;
    for (size_t i = 0; first && i < ARRAY_LEN(sets); i++) {
        const struct gallery_fixture *fixtures = NULL;
        size_t count = sets[i](&fixtures);
        for (size_t k = 0; k < count && n < GALLERY_FIXTURES_MAX; k++) {
            all[n++] = fixtures[k];
        }
    }
    *ret_n = n;
    return all;
}

const struct gallery_fixture *gallery_find(const char *name)
{
    size_t n;
    const struct gallery_fixture *fixtures = gallery_fixtures(&n);
    for (size_t i = 0; i < n; i++) {
        if (text_eq(fixtures[i].name, name)) {
            return &fixtures[i];
        }
    }
    return NULL;
}

int gallery_open(struct gallery **ret_gallery)
{
    struct gallery *gallery = calloc(1, sizeof(*gallery));
    int r = gallery ? i18n_open(GALLERY_LOCALE) : -ENOMEM;
    if (r == 0) {
        r = text_open(GALLERY_FONTS, 1, &gallery->text);
    }
    if (r == 0) {
        r = painter_new(1, &gallery->painter);
    }
    if (r < 0) {
        gallery_close(gallery);
        return r;
    }
    *ret_gallery = gallery;
    return 0;
}

void gallery_close(struct gallery *gallery)
{
    if (gallery) {
        ui_free(gallery->ui);
        painter_free(gallery->painter);
        text_close(gallery->text);
        free(gallery);
        i18n_close();
    }
}

struct text *gallery_text(struct gallery *gallery)
{
    return gallery->text;
}

void gallery_settle(struct ui *ui, const struct gallery_fixture *fixture, int64_t now_us, struct gallery_size size,
                    enum language language)
{
    struct intent intent;
    for (int i = 0; i < SETTLE_LEAST || (i < SETTLE_MOST && ui_deadline(ui) == 0); i++) {
        i18n_set(language);
        ui_begin(ui, now_us, (float)size.width, (float)size.height);
        fixture->view(ui, language);
        ui_end(ui);
    }
    while (ui_next_intent(ui, &intent)) {
    }
}

struct ui *gallery_draw(struct gallery *gallery, const struct gallery_fixture *fixture, struct gallery_size size,
                        enum language language)
{
    ui_free(gallery->ui);
    gallery->ui = NULL;
    if (ui_new(gallery->text, theme_get(THEME_LIGHT), &gallery->ui) < 0) {
        return NULL;
    }
    gallery_settle(gallery->ui, fixture, GALLERY_NOW_US, size, language);
    return gallery->ui;
}

int gallery_paint(struct gallery *gallery, struct surface *ret_surface)
{
    if (!gallery->ui) {
        return -EINVAL;
    }
    struct surface surface = {0};
    const struct draw_list *list = ui_draw(gallery->ui);
    int r = surface_init(&surface, (int)draw_width(list), (int)draw_height(list));
    if (r == 0) {
        const struct pixel_rect all = {0, 0, surface.width, surface.height};
        r = painter_paint(gallery->painter, list, &surface, &all, 1);
    }
    if (r < 0) {
        surface_finish(&surface);
        return r;
    }
    *ret_surface = surface;
    return 0;
}
