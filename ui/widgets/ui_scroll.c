/* Rolling on is worked out from the time that has passed since the last picture, so it looks the same however
 * often there is one: the speed halves every 0.17 s; beyond an end a spring takes over. */
#include "widgets/ui_internal.h"

#include "base/clock.h"

#include <assert.h>
#include <math.h>

#define SLOWS_PER_S   4.0F
#define SPRING_PER_S  14.0F
#define STOP_PX_PER_S 8.0F
#define FRAME_US      16000

float ui_scroll_excess(const struct ui_kept *kept)
{
    float most = fmaxf(kept->extent - kept->view, 0);
    return kept->scroll < 0 ? kept->scroll : kept->scroll > most ? kept->scroll - most : 0;
}

/* A step of a finger that is not down on it. */
static void roll(struct ui *ui, struct ui_kept *kept)
{
    float dt = fminf((float)(ui->now_us - kept->moved_us) / (float)US_PER_S, 0.1F);
    float slows = expf(-SLOWS_PER_S * dt);
    if (dt <= 0) {
        return;
    }
    kept->scroll += kept->velocity * (1 - slows) / SLOWS_PER_S;
    kept->velocity *= slows;
    float excess = ui_scroll_excess(kept);
    if (excess != 0) {
        float left = excess * expf(-SPRING_PER_S * dt);
        kept->scroll -= excess - (fabsf(left) < 0.5F ? 0 : left);
        kept->velocity *= expf(-SPRING_PER_S * dt);
    }
    if (fabsf(kept->velocity) < STOP_PX_PER_S) {
        kept->velocity = 0;
    }
}

float ui_scroll_begin(struct ui *ui, const char *id, struct rect rect, float content_px)
{
    struct ui_kept *kept = ui_keep(ui, id);
    struct ui_picture *picture = ui->now;
    bool held = ui->finger.down && ui->finger.scroll_hash == kept->hash;
    assert(ui->n_scroll_stack < UI_LAYERS_MAX);
    kept->extent = content_px;
    kept->view = rect.h;
    if (!held) {
        roll(ui, kept);
        if (kept->velocity != 0 || ui_scroll_excess(kept) != 0) {
            ui_again(ui, ui->now_us + FRAME_US);
        }
    }
    kept->moved_us = ui->now_us;
    int index = -1;
    if (picture->n_scrolls < UI_SCROLLS_MAX) {
        index = (int)picture->n_scrolls++;
        picture->scrolls[index] = (struct ui_scroll){kept->hash, rect, content_px,
                                                     ui->n_layers > 0 ? ui->layers[ui->n_layers - 1] : UI_LAYER_SCREEN};
    }
    ui->scroll_stack[ui->n_scroll_stack++] = index;
    draw_clip_push(ui->list, rect);
    return roundf(kept->scroll);
}

void ui_scroll_end(struct ui *ui)
{
    assert(ui->n_scroll_stack > 0);
    int index = ui->scroll_stack[--ui->n_scroll_stack];
    draw_clip_pop(ui->list);
    if (index < 0) {
        return;
    }
    const struct ui_scroll *scroll = &ui->now->scrolls[index];
    const struct ui_kept *kept = ui_kept_find(ui, scroll->hash);
    if (!kept || rect_empty(scroll->rect) || scroll->extent <= scroll->rect.h + 0.5F) {
        return;
    }
    float share = scroll->rect.h / scroll->extent;
    float length = fmaxf(scroll->rect.h * share, 32);
    float way = kept->scroll / (scroll->extent - scroll->rect.h);
    float y = scroll->rect.y + (scroll->rect.h - length) * fminf(fmaxf(way, 0), 1);
    draw_fill(ui->list, rect_of(rect_right(scroll->rect) - 6, roundf(y), 4, length),
              colour_alpha(ui_colour(ui, THEME_TEXT), 70), 2);
}

void ui_scroll_show(struct ui *ui, const char *id, float from, float to)
{
    struct ui_kept *kept = ui_keep(ui, id);
    float scroll = kept->scroll;
    if (to > scroll + kept->view) {
        scroll = to - kept->view;
    }
    if (from < scroll) {
        scroll = from;
    }
    if (scroll != kept->scroll) {
        kept->scroll = fmaxf(scroll, 0);
        kept->velocity = 0;
        ui->touched = true;
    }
}
