#include "stand.h"

#include "base/clock.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW_US (INT64_C(1000) * US_PER_S)
#define UTC_US (INT64_C(1795624920) * US_PER_S)

enum { PICTURES = 2, SCROLLS = 30, DEADLINES_MOST = 4000 };

void stand_people(struct stand *stand, size_t n)
{
    static const struct shell_staff first[] = {
        {.id = STAND_ASA, .name = "Åsa Lindqvist", .role = SHELL_STAFF, .has_pin = true, .language = LANGUAGES},
        {.id = STAND_BO, .name = "Bo Ek", .role = SHELL_TECHNICIAN, .has_pin = true, .language = LANGUAGES},
        {.id = STAND_CELIK,
         .name = "Çelik Yılmaz",
         .role = SHELL_ADMINISTRATOR,
         .has_pin = true,
         .language = LANGUAGE_FI},
        {.id = STAND_DORTE, .name = "Dörte Weiß", .role = SHELL_STAFF, .language = LANGUAGES},
    };
    struct shell_staff staff[SIGN_IN_STAFF_MAX] = {0};
    for (size_t i = 0; i < n; i++) {
        if (i < sizeof(first) / sizeof(first[0])) {
            staff[i] = first[i];
            continue;
        }
        staff[i] = (struct shell_staff){.id = (int64_t)i + 1, .has_pin = true, .language = LANGUAGES};
        (void)snprintf(staff[i].name, sizeof(staff[i].name), "Person %zu", i + 1);
    }
    shell_staff(stand->shell, staff, n, stand->now_us);
}

struct gate_status stand_status(void)
{
    struct gate_status status = {
        .unit = "unit-1", .utc_us = UTC_US, .clock.trusted = true, .n_lanes = 2, .n_readers = 2};
    status.lines.working = true;
    status.list.state = STATUS_LIST_OK;
    status.list.version = 4711;
    status.list.age_s = 120;
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(status.lanes[i].name, sizeof(status.lanes[i].name), "lane%zu", i + 1);
        status.lanes[i].mode = STATUS_MODE_NORMAL;
        (void)snprintf(status.readers[i].name, sizeof(status.readers[i].name), "reader%zu", i + 1);
        (void)text_copy(status.readers[i].lane, sizeof(status.readers[i].lane), status.lanes[i].name);
        status.readers[i].working = true;
    }
    status.n_zones = 1;
    status.zones[0] = (struct status_zone){.id = 1, .name = "Gym", .people = 42, .limit = 120};
    return status;
}

void stand_open(struct stand *stand, enum shell_kind kind, float width, float height)
{
    struct shell_settings settings;
    struct gate_status status = stand_status();
    *stand = (struct stand){.width = width, .height = height, .now_us = NOW_US, .utc_us = UTC_US};
    stand->shell = calloc(1, sizeof(*stand->shell));
    assert_non_null(stand->shell);
    assert_int_equal(text_open(FONTS_CONF, 1, &stand->text), 0);
    assert_int_equal(ui_new(stand->text, theme_get(THEME_LIGHT), &stand->ui), 0);
    ui_use_keyboard(stand->ui, true);
    shell_settings_init(&settings, kind);
    (void)text_copy(settings.branch, sizeof(settings.branch), "Friskhuset Vasa");
    (void)text_copy(settings.sign_in_reader, sizeof(settings.sign_in_reader), "reader2");
    shell_init(stand->shell, &settings, stand->now_us, stand->utc_us);
    stand_people(stand, 4);
    shell_link(stand->shell, SHELL_LINK_CONNECTED, stand->now_us);
    stand_tell_status(stand, &status);
    (void)stand_draw(stand);
}

void stand_close(struct stand *stand)
{
    ui_free(stand->ui);
    text_close(stand->text);
    free(stand->shell);
}

void stand_sign_in(struct stand *stand)
{
    stand_wait(stand, US_PER_S);
    shell_card(stand->shell, STAND_BO, stand->now_us);
    assert_true(stand->shell->signed_in);
    (void)stand_wishes(stand, SHELL_WISH_NOTE, NULL);
    (void)stand_draw(stand);
}

void stand_wait(struct stand *stand, int64_t us)
{
    int64_t until_us = stand->now_us + us;
    shell_time(stand->shell, stand->now_us, stand->utc_us);
    for (int i = 0; shell_deadline(stand->shell) <= until_us; i++) {
        int64_t at_us = shell_deadline(stand->shell);
        if (i == DEADLINES_MOST || at_us <= stand->now_us) {
            fail_msg("a deadline that never passes, at %lld", (long long)at_us);
        }
        stand->utc_us += at_us - stand->now_us;
        stand->now_us = at_us;
        shell_time(stand->shell, stand->now_us, stand->utc_us);
    }
    stand->utc_us += until_us - stand->now_us;
    stand->now_us = until_us;
    shell_time(stand->shell, stand->now_us, stand->utc_us);
}

void stand_tell_status(struct stand *stand, const struct gate_status *status)
{
    struct gate_status copy = *status;
    copy.utc_us = stand->utc_us;
    copy.boot_us = stand->now_us;
    shell_status(stand->shell, &copy, stand->now_us);
}

struct gate_news stand_news(const struct stand *stand, enum news_phase phase)
{
    return (struct gate_news){.phase = phase,
                              .utc_us = stand->utc_us,
                              .boot_us = stand->now_us,
                              .code = phase == NEWS_GRANTED ? ACCESS_GRANTED : ACCESS_CODES,
                              .side = NEWS_SIDE_IN,
                              .lane = "lane1",
                              .reader = "reader1",
                              .until_day = DAY_NONE,
                              .clips_left = -1,
                              .list_age_s = -1,
                              .line_us = -1,
                              .tap_us = -1};
}

void stand_tell(struct stand *stand, const struct gate_news *news)
{
    shell_news(stand->shell, news, stand->now_us);
}

struct ui *stand_draw(struct stand *stand)
{
    for (int i = 0; i < PICTURES; i++) {
        ui_begin(stand->ui, stand->now_us, stand->width, stand->height);
        shell_view(stand->shell, stand->ui);
        ui_end(stand->ui);
    }
    return stand->ui;
}

void stand_input(struct stand *stand, const struct input_event *event)
{
    struct input_event copy = *event;
    struct intent intent;
    stand->now_us += 10 * US_PER_MS;
    stand->utc_us += 10 * US_PER_MS;
    copy.at_us = stand->now_us;
    shell_time(stand->shell, stand->now_us, stand->utc_us);
    shell_input(stand->shell, &copy, stand->width, stand->height, stand->now_us);
    ui_input(stand->ui, &copy);
    while (ui_next_intent(stand->ui, &intent)) {
        shell_on(stand->shell, &intent, stand->ui, stand->now_us);
    }
    (void)stand_draw(stand);
}

void stand_finger(struct stand *stand, enum input_kind kind, float x, float y)
{
    stand_input(stand, &(struct input_event){.kind = kind, .finger = 1, .x = x, .y = y});
}

static bool whole(const struct ui_node *node)
{
    return node && node->visible.h >= node->rect.h - 0.5F && node->visible.w >= node->rect.w - 0.5F;
}

/* Wherever something scrolls, it is tried. */
static const struct ui_node *seek(struct stand *stand, enum ui_role role, const char *label, const char *id)
{
    for (int i = 0; i < SCROLLS; i++) {
        (void)stand_draw(stand);
        const struct ui_node *node = id ? ui_find_id(stand->ui, id) : ui_find(stand->ui, role, label);
        if (whole(node)) {
            return node;
        }
        for (int k = 1; k < 4; k++) {
            ui_input(stand->ui, &(struct input_event){.kind = INPUT_WHEEL,
                                                      .at_us = stand->now_us,
                                                      .x = stand->width * (float)k / 4,
                                                      .y = stand->height * 0.6F,
                                                      .scroll_px = 60});
        }
    }
    return NULL;
}

static void touch(struct stand *stand, const struct ui_node *node)
{
    float x = node->rect.x + node->rect.w / 2, y = node->rect.y + node->rect.h / 2;
    stand_finger(stand, INPUT_DOWN, x, y);
    stand_finger(stand, INPUT_UP, x, y);
}

void stand_touch(struct stand *stand, enum ui_role role, const char *label)
{
    const struct ui_node *node = seek(stand, role, label, NULL);
    if (!node) {
        fail_msg("no %s \"%s\"", ui_role_text(role), label);
        return;
    }
    touch(stand, node);
}

void stand_touch_id(struct stand *stand, const char *id)
{
    const struct ui_node *node = seek(stand, UI_ROLES, NULL, id);
    if (!node) {
        fail_msg("no %s", id);
        return;
    }
    touch(stand, node);
}

const struct ui_node *stand_find(struct stand *stand, enum ui_role role, const char *label)
{
    return ui_find(stand_draw(stand), role, label);
}

bool stand_says(struct stand *stand, const char *text)
{
    size_t n;
    const struct ui_node *nodes = ui_nodes(stand_draw(stand), &n);
    for (size_t i = 0; i < n; i++) {
        bool shows = nodes[i].visible.w > 0 && nodes[i].visible.h > 0;
        if (shows && (strstr(nodes[i].label, text) || strstr(nodes[i].value, text))) {
            return true;
        }
    }
    return false;
}

int stand_wishes(struct stand *stand, enum shell_wish_kind kind, struct shell_wish *ret_last)
{
    struct shell_wish wish;
    int n = 0;
    while (shell_next_wish(stand->shell, &wish)) {
        if (wish.kind == kind) {
            n++;
            if (ret_last) {
                *ret_last = wish;
            }
        }
    }
    return n;
}
