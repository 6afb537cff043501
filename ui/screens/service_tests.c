/* Tests of this very screen: that every spot takes a touch, that every dot lights up, that it can be heard. How
 * each ended goes to the journal. */
#include "screens/service_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define ICON_PX     52.0F
#define TEXT_PX     66.0F
#define BUTTON_PX   52.0F
#define HINT_W_PX   440.0F
#define HINT_H_PX   116.0F
#define FINGER_PX   64.0F
#define CELL_GAP_PX 1.0F

enum { SOUNDS = 5, SCREEN_COLOURS = 6, HINT_COVERAGE = 210, CELLS = SERVICE_GRID_ROWS * SERVICE_GRID_COLUMNS };

static const enum sound sounds[SOUNDS] = {SOUND_GRANTED, SOUND_DENIED, SOUND_WAIT, SOUND_WARNING, SOUND_ALARM};

/* What the panel is tried with means nothing, so it isn't the theme's. */
static const uint32_t screen_colours[SCREEN_COLOURS] = {0xff0000, 0x00ff00, 0x0000ff, 0xffffff, 0x000000, 0x808080};

static const char *sound_name(size_t i)
{
    static const char *const names[SOUNDS] = {N_("Let in"), N_("Denied"), N_("Wait"), N_("Warning"), N_("Alarm")};
    return i18n_text(names[i]);
}

/* Model. */

static size_t count_wiped(const struct service *service)
{
    size_t n = 0;
    for (size_t y = 0; y < SERVICE_GRID_ROWS; y++) {
        for (size_t x = 0; x < SERVICE_GRID_COLUMNS; x++) {
            n += service->wiped[y][x];
        }
    }
    return n;
}

static void begin(struct shell *shell, enum service_test test, int64_t now_us)
{
    struct service *service = &shell->service;
    service_test_abort(shell, now_us);
    memset(service->wiped, 0, sizeof(service->wiped));
    memset(service->fingers, 0, sizeof(service->fingers));
    service->most_fingers = 0;
    service->touch_x = service->touch_y = -1;
    service->colour = 0;
    service->test = test;
    service->test_us = now_us;
}

static void end(struct shell *shell, enum service_result result)
{
    /* As the journal has them; shown there in the language in force (shell_words_why). */
    static const char *const notes[SERVICE_TEST_SOUND + 1][SERVICE_FAILED + 1] = {
        [SERVICE_TEST_TOUCH] =
            {[SERVICE_PASSED] = N_("touch test passed"), [SERVICE_ABORTED] = N_("touch test not finished")},
        [SERVICE_TEST_SCREEN] =
            {[SERVICE_PASSED] = N_("screen test passed"), [SERVICE_ABORTED] = N_("screen test not finished")},
        [SERVICE_TEST_SOUND] = {[SERVICE_PASSED] = N_("sound test passed"),
                                [SERVICE_ABORTED] = N_("sound test not finished"),
                                [SERVICE_FAILED] = N_("sound test failed")},
    };
    struct service *service = &shell->service;
    const char *note = notes[service->test][result];
    assert(note);
    char text[SHELL_TEXT_SIZE];
    if (service->test == SERVICE_TEST_TOUCH) {
        /* Fields that took a touch, and how many fingers there were at once. */
        (void)snprintf(text, sizeof(text), "%s: %zu/%d, %lld", note, count_wiped(service), CELLS,
                       (long long)service->most_fingers);
    } else {
        (void)text_copy(text, sizeof(text), note);
    }
    service->results[service->test] = result;
    service->test = SERVICE_TEST_NONE;
    shell_note(shell, shell->who.name, text);
}

bool service_test_covers(const struct shell *shell)
{
    return shell->service.test == SERVICE_TEST_TOUCH || shell->service.test == SERVICE_TEST_SCREEN;
}

void service_test_abort(struct shell *shell, int64_t now_us)
{
    (void)now_us;
    if (shell->service.test != SERVICE_TEST_NONE) {
        end(shell, SERVICE_ABORTED);
    }
}

/* @return the finger's place; NULL: it is new and there are too many. */
static struct service_finger *finger_of(struct service *service, int64_t id)
{
    struct service_finger *free_one = NULL;
    for (size_t i = 0; i < SERVICE_FINGERS_MAX; i++) {
        struct service_finger *finger = &service->fingers[i];
        if (finger->down && finger->id == id) {
            return finger;
        }
        free_one = !finger->down && !free_one ? finger : free_one;
    }
    return free_one;
}

static void count_fingers(struct service *service)
{
    int64_t n = 0;
    for (size_t i = 0; i < SERVICE_FINGERS_MAX; i++) {
        n += service->fingers[i].down;
    }
    service->most_fingers = n > service->most_fingers ? n : service->most_fingers;
}

/* Only what the panel reports counts: between two places nothing is made up, or a dead spot would go unseen. */
static void wipe(struct service *service, float x, float y, float width, float height)
{
    if (x >= 0 && y >= 0 && x < width && y < height) {
        size_t column = (size_t)(x / width * (float)SERVICE_GRID_COLUMNS),
               row = (size_t)(y / height * (float)SERVICE_GRID_ROWS);
        service->wiped[row < SERVICE_GRID_ROWS ? row : SERVICE_GRID_ROWS - 1]
                      [column < SERVICE_GRID_COLUMNS ? column : SERVICE_GRID_COLUMNS - 1] = true;
    }
}

void service_input(struct shell *shell, const struct input_event *event, float width, float height, int64_t now_us)
{
    struct service *service = &shell->service;
    bool down = event->kind == INPUT_DOWN || event->kind == INPUT_MOVE;
    bool up = event->kind == INPUT_UP || event->kind == INPUT_CANCEL;
    if (service->test != SERVICE_TEST_NONE) {
        service->test_us = now_us;
    }
    if (service->test != SERVICE_TEST_TOUCH || !(down || up)) {
        return;
    }
    struct service_finger *finger = finger_of(service, event->finger);
    bool hovers = event->kind == INPUT_MOVE && finger && !finger->down; /* a mouse without its button */
    if (finger && !hovers) {
        *finger = (struct service_finger){.down = down, .id = event->finger, .x = event->x, .y = event->y};
        count_fingers(service);
    }
    if (down && !hovers) {
        service->touch_x = event->x;
        service->touch_y = event->y;
        wipe(service, event->x, event->y, width, height);
    }
    if (up && count_wiped(service) == CELLS) {
        end(shell, SERVICE_PASSED);
    }
}

static void hear(struct shell *shell, int64_t arg)
{
    if (arg >= 0 && arg < SOUND_COUNT_) {
        shell_wish(shell, &(struct shell_wish){.kind = SHELL_WISH_SOUND, .sound = (enum sound)arg});
    }
}

void service_tests_on(struct shell *shell, const struct intent *intent, int64_t now_us)
{
    struct service *service = &shell->service;
    switch (intent->kind) {
    case SERVICE_ON_TEST:
        if (intent->arg > SERVICE_TEST_NONE && intent->arg <= SERVICE_TEST_SOUND) {
            begin(shell, (enum service_test)intent->arg, now_us);
        }
        break;
    case SERVICE_ON_TEST_END:
        service_test_abort(shell, now_us);
        break;
    case SERVICE_ON_TEST_NEXT:
        if (service->test == SERVICE_TEST_SCREEN && ++service->colour >= SCREEN_COLOURS) {
            end(shell, SERVICE_PASSED);
        }
        break;
    case SERVICE_ON_SOUND:
        hear(shell, intent->arg);
        break;
    case SERVICE_ON_HEARD:
        if (service->test == SERVICE_TEST_SOUND) {
            end(shell, intent->arg ? SERVICE_PASSED : SERVICE_FAILED);
        }
        break;
    default:
        break;
    }
}

/* The page. */

static enum icon icon_of(int test)
{
    return test == SERVICE_TEST_TOUCH ? ICON_TOUCH : test == SERVICE_TEST_SCREEN ? ICON_MONITOR : ICON_SPEAKER;
}

static const char *title_of(int test)
{
    return test == SERVICE_TEST_TOUCH    ? _("Touch")
           : test == SERVICE_TEST_SCREEN ? C_("what is tested", "Screen")
                                         : _("Sound");
}

static const char *text_of(int test)
{
    return test == SERVICE_TEST_TOUCH ? _("Wipe over the whole screen. A field that stays pale doesn't take a touch.")
           : test == SERVICE_TEST_SCREEN ? _("Plain colours, one after the other. Look for dots that differ.")
                                         : _("Play each sound, and say whether you heard them all.");
}

static const char *result_words(enum service_result result)
{
    switch (result) {
    case SERVICE_PASSED:
        return C_("test", "Passed");
    case SERVICE_ABORTED:
        return _("Not finished");
    case SERVICE_FAILED:
        return C_("test", "Failed");
    case SERVICE_NOT_RUN:
        break;
    }
    return _("Not run yet");
}

static enum widget_tone result_tone(enum service_result result)
{
    return result == SERVICE_PASSED    ? TONE_SUCCESS
           : result == SERVICE_ABORTED ? TONE_WARNING
           : result == SERVICE_FAILED  ? TONE_DANGER
                                       : TONE_NEUTRAL;
}

static size_t sound_columns(float width)
{
    return width >= 700 ? SOUNDS : width >= 440 ? 3 : 2;
}

static float sounds_height(float width)
{
    return service_cells_height(SOUNDS, sound_columns(width), BUTTON_PX) + SPACE_L;
}

static float test_height(const struct shell *shell, struct ui *ui, float width, int test)
{
    bool plays = test == SERVICE_TEST_SOUND && shell->service.test == SERVICE_TEST_SOUND;
    return service_card_height(ui, TEXT_PX + SPACE_M + BUTTON_PX + (plays ? sounds_height(width) : 0));
}

static void button(struct ui *ui, struct rect rect, const char *id, int64_t index, const char *label,
                   enum widget_button_kind kind, struct intent intent)
{
    widget_button(ui, rect,
                  &(struct widget_button){.id = id, .index = index, .label = label, .kind = kind, .intent = intent});
}

static void sounds_view(struct ui *ui, struct rect *r, float width)
{
    size_t columns = sound_columns(width);
    struct rect all = rect_cut_top(r, sounds_height(width));
    for (size_t i = 0; i < SOUNDS; i++) {
        button(ui, service_cell(all, i, columns, BUTTON_PX), "tests.sound", (int64_t)i, sound_name(i), BUTTON_SOFT,
               (struct intent){.kind = SERVICE_ON_SOUND, .arg = sounds[i]});
    }
}

static void test_view(const struct shell *shell, struct ui *ui, struct rect rect, int test)
{
    const struct service *service = &shell->service;
    bool under_way = service->test == (enum service_test)test;
    struct service_card card = {.id = "tests.card",
                                .index = test,
                                .title = title_of(test),
                                .badge = under_way ? _("Under way") : result_words(service->results[test]),
                                .icon = service->results[test] == SERVICE_PASSED && !under_way ? ICON_CHECK : ICON_NONE,
                                .tone = under_way ? TONE_PRIMARY : result_tone(service->results[test]),
                                .lasting = true};
    struct rect r = service_card(shell, ui, rect, &card);
    struct rect text = rect_cut_top(&r, TEXT_PX);
    shell_icon_box(ui, rect_centre(rect_cut_left(&text, ICON_PX), ICON_PX, ICON_PX), icon_of(test), TONE_PRIMARY);
    (void)rect_cut_left(&text, SPACE_L);
    (void)shell_text(ui, text,
                     &(struct shell_text){.id = "tests.text",
                                          .index = test,
                                          .text = text_of(test),
                                          .role = UI_TEXT,
                                          .type = TYPE_BODY,
                                          .colour = THEME_TEXT_MUTED,
                                          .vertical = TEXT_CENTRE,
                                          .lines = 3});
    (void)rect_cut_top(&r, SPACE_M);
    if (test != SERVICE_TEST_SOUND || !under_way) {
        static const char *const ids[] = {"", "tests.touch", "tests.screen", "tests.sounds"};
        const char *labels[] = {"", _("Start the touch test"), _("Start the screen test"), _("Start the sound test")};
        button(ui, rect_cut_top(&r, BUTTON_PX), ids[test], -1, labels[test], BUTTON_SECONDARY,
               (struct intent){.kind = SERVICE_ON_TEST, .arg = test});
        return;
    }
    sounds_view(ui, &r, rect.w);
    struct rect row = rect_cut_top(&r, BUTTON_PX);
    button(ui, rect_row_cell(row, 0, 2, SPACE_S), "tests.unheard", -1, _("Not all heard"), BUTTON_SECONDARY,
           (struct intent){.kind = SERVICE_ON_HEARD, .arg = 0});
    button(ui, rect_row_cell(row, 1, 2, SPACE_S), "tests.heard", -1, _("All heard"), BUTTON_PRIMARY,
           (struct intent){.kind = SERVICE_ON_HEARD, .arg = 1});
}

void service_tests_view(const struct shell *shell, struct ui *ui, struct rect rect)
{
    static const struct service_part parts[] = {
        {.column = 0, .index = SERVICE_TEST_TOUCH, .height = test_height, .view = test_view},
        {.column = 1, .index = SERVICE_TEST_SCREEN, .height = test_height, .view = test_view},
        {.column = 0, .index = SERVICE_TEST_SOUND, .height = test_height, .view = test_view},
    };
    service_parts(shell, ui, "tests", rect, parts, sizeof(parts) / sizeof(parts[0]));
}

/* What takes all of the screen. */

static void draw_grid(const struct service *service, struct ui *ui, struct rect all)
{
    float w = all.w / (float)SERVICE_GRID_COLUMNS, h = all.h / (float)SERVICE_GRID_ROWS;
    for (size_t y = 0; y < SERVICE_GRID_ROWS; y++) {
        for (size_t x = 0; x < SERVICE_GRID_COLUMNS; x++) {
            float left = roundf((float)x * w), top = roundf((float)y * h);
            struct rect cell = rect_of(left, top, roundf((float)(x + 1) * w) - left, roundf((float)(y + 1) * h) - top);
            draw_fill(ui_draw(ui), rect_inset(cell, CELL_GAP_PX),
                      ui_colour(ui, service->wiped[y][x] ? THEME_SUCCESS : THEME_SURFACE_SOFT), RADIUS_S);
        }
    }
    for (size_t i = 0; i < SERVICE_FINGERS_MAX; i++) {
        const struct service_finger *finger = &service->fingers[i];
        if (finger->down) {
            struct rect round =
                rect_of(roundf(finger->x - FINGER_PX / 2), roundf(finger->y - FINGER_PX / 2), FINGER_PX, FINGER_PX);
            draw_ring(ui_draw(ui), round, 0, 1, 4, ui_colour(ui, THEME_PRIMARY));
            draw_fill(ui_draw(ui), rect_of(0, roundf(finger->y), all.w, 1), ui_colour(ui, THEME_PRIMARY), 0);
            draw_fill(ui_draw(ui), rect_of(roundf(finger->x), 0, 1, all.h), ui_colour(ui, THEME_PRIMARY), 0);
        }
    }
}

static int fingers_down(const struct service *service)
{
    int n = 0;
    for (size_t i = 0; i < SERVICE_FINGERS_MAX; i++) {
        n += service->fingers[i].down;
    }
    return n;
}

static void touch_words(const struct service *service, char *ret_text, size_t size)
{
    char wiped[I18N_TEXT_SIZE], all[I18N_TEXT_SIZE], fields[SERVICE_WORDS_SIZE];
    int n = fingers_down(service);
    i18n_number((int64_t)count_wiped(service), wiped, sizeof(wiped));
    i18n_number(CELLS, all, sizeof(all));
    (void)snprintf(fields, sizeof(fields), _("%s of %s fields"), wiped, all);
    if (service->touch_x < 0) {
        (void)snprintf(ret_text, size, "%s", fields);
        return;
    }
    (void)snprintf(ret_text, size, P_("%s · point %d, %d · %d finger", "%s · point %d, %d · %d fingers", n), fields,
                   (int)service->touch_x, (int)service->touch_y, n);
}

/* The words and the way out stand in the middle; what is below them can be wiped all the same. */
static void touch_view(const struct service *service, struct ui *ui, struct rect all)
{
    char text[SERVICE_WORDS_SIZE];
    touch_words(service, text, sizeof(text));
    draw_fill(ui_draw(ui), all, ui_colour(ui, THEME_BACKGROUND), 0);
    draw_grid(service, ui, all);
    struct rect hint = rect_centre(all, fminf(HINT_W_PX, all.w - 2 * SPACE_L), HINT_H_PX);
    hint.x = roundf(hint.x);
    hint.y = roundf(hint.y);
    (void)ui_node(ui, &(struct ui_node_spec){
                          .id = "test.touch", .index = -1, .role = UI_GROUP, .label = _("Touch test"), .rect = hint});
    draw_fill(ui_draw(ui), hint, colour_alpha(ui_colour(ui, THEME_BACKGROUND), HINT_COVERAGE), RADIUS_L);
    struct rect inner = rect_inset(hint, SPACE_M);
    (void)shell_text(ui, rect_cut_top(&inner, 36),
                     &(struct shell_text){.id = "test.touch.text",
                                          .index = -1,
                                          .text = text,
                                          .role = UI_STATUS,
                                          .type = TYPE_BODY_STRONG,
                                          .colour = THEME_TEXT,
                                          .align = TEXT_MIDDLE,
                                          .vertical = TEXT_CENTRE,
                                          .tabular = true});
    button(ui, rect_centre(rect_cut_bottom(&inner, TARGET_PX), fminf(220, inner.w), TARGET_PX), "test.stop", -1,
           _("Stop the test"), BUTTON_SECONDARY, (struct intent){.kind = SERVICE_ON_TEST_END});
}

static void screen_view(const struct service *service, struct ui *ui, struct rect all)
{
    size_t i = service->colour < SCREEN_COLOURS ? service->colour : 0;
    char value[I18N_TEXT_SIZE];
    (void)snprintf(value, sizeof(value), "%zu / %d", i + 1, SCREEN_COLOURS);
    draw_fill(ui_draw(ui), all, colour_rgb(screen_colours[i]), 0);
    (void)ui_node(ui, &(struct ui_node_spec){.id = "test.screen",
                                             .index = -1,
                                             .role = UI_SURFACE,
                                             .label = _("Next colour"),
                                             .value = value,
                                             .rect = all,
                                             .intent = {.kind = SERVICE_ON_TEST_NEXT}});
}

void service_test_view(const struct shell *shell, struct ui *ui)
{
    if (shell->service.test == SERVICE_TEST_TOUCH) {
        touch_view(&shell->service, ui, ui_bounds(ui));
    } else if (shell->service.test == SERVICE_TEST_SCREEN) {
        screen_view(&shell->service, ui, ui_bounds(ui));
    }
}
