/* The screen saver: dark, with few words that never stand in one place for long. */

#include "screens/entrance_internal.h"

void entrance_view_saver(const struct entrance_frame *fr, enum entrance_page page)
{
    const struct entrance *e = fr->e;
    struct ui *ui = fr->ui;
    struct rect all = ui_bounds(ui);
    struct entrance_words words;
    char clock[I18N_TEXT_SIZE];
    struct colour ink = ui_colour(ui, THEME_TEXT_MUTED);
    int64_t place = (e->now_us - e->active_us - e->settings.saver_after_us) / ENTRANCE_DRIFT_US;
    float w = 340 * fr->f, h = 130 * fr->f;
    /* 7 and 11, 5 and 9 have no common divisor: 99 places before the first comes again, far apart from one to the
     * next. */
    float x = (all.w - w) * (float)(place * 7 % 11) / 10, y = (all.h - h) * (float)(place * 5 % 9) / 8;
    entrance_words_page(page, &words);
    i18n_time(zone_local(&e->settings.zone, e->utc_us).second, false, clock, sizeof(clock));
    draw_fill(ui_draw(ui), all, colour_alpha(ui_colour(ui, THEME_SHADOW), 255), 0);
    (void)ui_node(ui, &(struct ui_node_spec){.id = "saver",
                                             .index = -1,
                                             .role = UI_SURFACE,
                                             .label = words.title,
                                             .rect = all,
                                             .intent = {.kind = ENTRANCE_ON_WAKE}});
    struct rect at = rect_of(x, y, w, h);
    struct entrance_text t = {.id = "saver-clock",
                              .index = -1,
                              .text = clock,
                              .role = UI_TEXT,
                              .type = TYPE_NUMBER,
                              .lines = 1,
                              .colour = ink,
                              .align = TEXT_MIDDLE};
    if (!e->clock_untrusted) {
        at.y += entrance_text(fr, at, &t) + 6 * fr->f;
    }
    t = (struct entrance_text){.id = "saver-text",
                               .index = -1,
                               .text = words.title,
                               .role = UI_TEXT,
                               .type = TYPE_BODY_LARGE,
                               .least = 0.7F,
                               .lines = 2,
                               .colour = ink,
                               .align = TEXT_MIDDLE};
    (void)entrance_text(fr, at, &t);
}
