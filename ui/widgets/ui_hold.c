#include "widgets/ui_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>

enum { REPEATS_AFTER_US = 400 * US_PER_MS, REPEATS_EVERY_US = 60 * US_PER_MS };

static unsigned hash_of(const char *id, int64_t index)
{
    char whole[UI_ID_SIZE];
    if (index < 0) {
        return ui_hash(id);
    }
    (void)snprintf(whole, sizeof(whole), "%s.%lld", id, (long long)index);
    return ui_hash(whole);
}

int64_t ui_held_us(const struct ui *ui, const char *id, int64_t index, float *ret_x, float *ret_y)
{
    const struct ui_finger *finger = &ui->finger;
    if (!finger->down || finger->pressed == 0 || finger->pressed != hash_of(id, index)) {
        return -1;
    }
    if (ret_x) {
        *ret_x = finger->x;
    }
    if (ret_y) {
        *ret_y = finger->y;
    }
    return ui->now_us > finger->down_us ? ui->now_us - finger->down_us : 0;
}

bool ui_hold_repeats(struct ui *ui, const char *id, int64_t index, bool *ret_repeated)
{
    struct ui_finger *finger = &ui->finger;
    int64_t held_us = ui_held_us(ui, id, index, NULL, NULL);
    *ret_repeated = false;
    if (held_us < 0) {
        return false;
    }
    int64_t due = held_us < REPEATS_AFTER_US ? 0 : 1 + (held_us - REPEATS_AFTER_US) / REPEATS_EVERY_US;
    bool acts = due > finger->repeats;
    finger->repeats = acts ? due : finger->repeats; /* what a late picture has missed is not made up for */
    *ret_repeated = finger->repeats > 0;
    ui_again(ui, finger->down_us + REPEATS_AFTER_US + due * REPEATS_EVERY_US);
    return acts;
}
