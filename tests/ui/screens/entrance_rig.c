#include "entrance_rig.h"

#include "base/clock.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_US     (1000 * US_PER_S)
#define START_UTC_US (INT64_C(1795624920) * US_PER_S) /* 2026-11-25T16:42:00Z */

struct gate_status rig_status(void)
{
    struct gate_status status = {.utc_us = START_UTC_US, .clock.trusted = true};
    status.list.state = STATUS_LIST_OK;
    status.n_lanes = status.n_readers = 2;
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(status.lanes[i].name, sizeof(status.lanes[i].name), "lane%zu", i + 1);
        (void)snprintf(status.readers[i].name, sizeof(status.readers[i].name), "reader%zu", i + 1);
        (void)text_copy(status.readers[i].lane, sizeof(status.readers[i].lane), status.lanes[i].name);
        status.readers[i].working = true;
    }
    return status;
}

/* One for all tests of the process: fonts take longer to open than a test to run. */
static struct text *the_text;

static void close_text(void)
{
    text_close(the_text);
}

static struct text *one_text(void)
{
    if (!the_text) {
        assert_int_equal(text_open(FONTS_CONF, 1, &the_text), 0);
        assert_int_equal(atexit(close_text), 0);
    }
    return the_text;
}

void rig_open(struct rig *rig, float width, float height)
{
    struct entrance_settings settings;
    struct gate_status status = rig_status();
    memset(rig, 0, sizeof(*rig));
    rig->width = width;
    rig->height = height;
    rig->now_us = START_US;
    rig->utc_us = START_UTC_US;
    rig->text = one_text();
    assert_int_equal(ui_new(rig->text, theme_get(THEME_DARK), &rig->ui), 0);
    entrance_settings_init(&settings);
    settings.show_name = true;
    settings.n_lanes = 2;
    (void)text_copy(settings.branch, sizeof(settings.branch), "Vasa");
    for (size_t i = 0; i < 2; i++) {
        (void)text_copy(settings.lanes[i].name, sizeof(settings.lanes[i].name), status.lanes[i].name);
        (void)snprintf(settings.lanes[i].title, sizeof(settings.lanes[i].title), "Gate %zu", i + 1);
    }
    entrance_init(&rig->e, &settings, rig->now_us, rig->utc_us);
    entrance_link(&rig->e, ENTRANCE_LINK_CONNECTED, rig->now_us);
    entrance_status(&rig->e, &status, rig->now_us);
}

void rig_close(struct rig *rig)
{
    ui_free(rig->ui);
    i18n_set(LANGUAGE_EN);
}

static void take_wishes(struct rig *rig)
{
    for (struct entrance_wish wish; entrance_next_wish(&rig->e, &wish);) {
        switch (wish.kind) {
        case ENTRANCE_WISH_SOUND:
            rig->sound = wish.sound;
            rig->sounds++;
            break;
        case ENTRANCE_WISH_PHOTO:
            rig->photo_of = wish.customer;
            rig->photos++;
            break;
        case ENTRANCE_WISH_MEMBER:
            (void)text_copy(rig->member_of, sizeof(rig->member_of), wish.card);
            rig->members++;
            break;
        case ENTRANCE_WISH_LANGUAGE:
            rig->languages++;
            break;
        }
    }
}

/* As the process does it: wakes up at each deadline on the way. */
void rig_wait(struct rig *rig, int64_t us)
{
    int64_t until_us = rig->now_us + us;
    while (rig->now_us < until_us) {
        int64_t next_us = entrance_deadline(&rig->e);
        assert_true(next_us > rig->now_us); /* else it would spin */
        next_us = next_us < until_us ? next_us : until_us;
        rig->utc_us += next_us - rig->now_us;
        rig->now_us = next_us;
        entrance_time(&rig->e, rig->now_us, rig->utc_us);
        take_wishes(rig);
    }
}

struct gate_news rig_news(enum news_phase phase, const char *lane, int64_t grant)
{
    struct gate_news news = {.phase = phase,
                             .grant = grant,
                             .side = NEWS_SIDE_IN,
                             .code = ACCESS_CODES,
                             .clips_left = -1,
                             .until_day = DAY_NONE,
                             .list_age_s = -1,
                             .line_us = -1,
                             .tap_us = -1};
    (void)text_copy(news.lane, sizeof(news.lane), lane);
    (void)text_copy(news.card, sizeof(news.card), "04a1b2c3d4e59c");
    return news;
}

struct gate_news rig_granted(const char *lane, int64_t grant)
{
    struct gate_news news = rig_news(NEWS_GRANTED, lane, grant);
    news.code = ACCESS_GRANTED;
    news.entitlement = NEWS_SUBSCRIPTION;
    news.customer = 41;
    news.until_day = date_day(2027, 5, 22);
    (void)text_copy(news.name, sizeof(news.name), "Åsa");
    (void)text_copy(news.product, sizeof(news.product), "Gold");
    return news;
}

struct gate_news rig_denied(const char *lane, enum access_code code)
{
    struct gate_news news = rig_news(NEWS_DENIED, lane, 0);
    news.code = code;
    return news;
}

struct gate_news rig_notice(const char *lane, enum news_notice notice)
{
    struct gate_news news = rig_news(notice >= NOTICE_FORCED ? NEWS_ALARM : NEWS_NOTICE, lane, 0);
    news.notice = notice;
    return news;
}

void rig_tell(struct rig *rig, const struct gate_news *news)
{
    entrance_news(&rig->e, news, rig->now_us);
    take_wishes(rig);
}

void rig_phase(struct rig *rig, enum news_phase phase, const char *lane, int64_t grant, const char *detail)
{
    struct gate_news news = rig_news(phase, lane, grant);
    (void)text_copy(news.detail, sizeof(news.detail), detail);
    rig_tell(rig, &news);
}

struct ui *rig_draw(struct rig *rig)
{
    ui_begin(rig->ui, rig->now_us, rig->width, rig->height);
    entrance_view(&rig->e, rig->ui);
    ui_end(rig->ui);
    assert_false(draw_overflowed(ui_draw(rig->ui)));
    return rig->ui;
}

const struct ui_node *rig_find(struct rig *rig, enum ui_role role, const char *label)
{
    return ui_find(rig_draw(rig), role, label);
}

bool rig_says(struct rig *rig, const char *text)
{
    size_t n;
    const struct ui_node *nodes = ui_nodes(rig_draw(rig), &n);
    for (size_t i = 0; i < n; i++) {
        if (strstr(nodes[i].label, text) || strstr(nodes[i].value, text)) {
            return true;
        }
    }
    return false;
}

void rig_touch(struct rig *rig, enum ui_role role, const char *label)
{
    const struct ui_node *node = rig_find(rig, role, label);
    struct input_event event = {.kind = INPUT_DOWN, .at_us = rig->now_us, .finger = 1};
    struct intent intent;
    assert_non_null(node);
    event.x = node->rect.x + node->rect.w / 2;
    event.y = node->rect.y + node->rect.h / 2;
    if (!entrance_touch(&rig->e, rig->now_us)) {
        ui_input(rig->ui, &event);
        (void)rig_draw(rig);
        event.kind = INPUT_UP;
        ui_input(rig->ui, &event);
        while (ui_next_intent(rig->ui, &intent)) {
            entrance_on(&rig->e, &intent, rig->now_us);
        }
    }
    take_wishes(rig);
}
