/* The pages of the service face: what a technician reads there and what a touch has the gate do. */
#include "service_unit.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PICTURES = 2 };

struct rig {
    struct shell *shell;
    struct text *text;
    struct ui *ui;
    float width, height;
    int64_t now_us;
};

static void (*const views[SERVICE_PAGES])(const struct shell *shell, struct ui *ui, struct rect rect) = {
    service_overview_view, service_lines_view,  service_readers_view,
    service_journal_view,  service_system_view, service_tests_view};
static void (*const ons[SERVICE_PAGES])(struct shell *shell, const struct intent *intent, int64_t now_us) = {
    service_overview_on, service_lines_on, service_readers_on, service_journal_on, service_system_on, service_tests_on};

/* The pages alone, where the shell puts them on a screen that lies. */
static void draw(struct rig *rig)
{
    for (int i = 0; i < PICTURES; i++) {
        struct rect page = rect_of(88 + SPACE_L, 64, rig->width - 88 - 2 * SPACE_L, rig->height - 64 - SPACE_M);
        rig->now_us += 20 * US_PER_MS;
        ui_begin(rig->ui, rig->now_us, rig->width, rig->height);
        if (service_test_covers(rig->shell)) {
            service_test_view(rig->shell, rig->ui);
        } else {
            views[rig->shell->page](rig->shell, rig->ui, page);
        }
        ui_end(rig->ui);
    }
}

static void open_at(struct rig *rig, float width, float height, enum service_page page)
{
    *rig = (struct rig){.width = width, .height = height, .now_us = UNIT_NOW_US};
    rig->shell = calloc(1, sizeof(*rig->shell));
    assert_non_null(rig->shell);
    assert_int_equal(text_open(FONTS_CONF, 1, &rig->text), 0);
    assert_int_equal(ui_new(rig->text, theme_get(THEME_DARK), &rig->ui), 0);
    service_unit(rig->shell);
    service_unit_page(rig->shell, page);
    draw(rig);
}

static void close_rig(struct rig *rig)
{
    ui_free(rig->ui);
    text_close(rig->text);
    free(rig->shell);
}

static void on_all(struct rig *rig)
{
    struct intent intent;
    while (ui_next_intent(rig->ui, &intent)) {
        ons[rig->shell->page](rig->shell, &intent, rig->now_us);
        ui_touch(rig->ui);
    }
    draw(rig);
}

static void finger(struct rig *rig, enum input_kind kind, float x, float y)
{
    struct input_event event = {.kind = kind, .at_us = rig->now_us, .finger = 1, .x = x, .y = y};
    ui_input(rig->ui, &event);
    service_input(rig->shell, &event, rig->width, rig->height, rig->now_us);
    on_all(rig);
}

static void wheel(struct rig *rig, float px)
{
    ui_input(
        rig->ui,
        &(struct input_event){
            .kind = INPUT_WHEEL, .at_us = rig->now_us, .x = rig->width / 2, .y = rig->height / 2, .scroll_px = px});
    draw(rig);
}

static bool shows_whole(const struct ui_node *node)
{
    return node->visible.h >= node->rect.h - 0.5F;
}

/* Scrolls down until it shows. */
static const struct ui_node *find(struct rig *rig, enum ui_role role, const char *label)
{
    for (int i = 0; i < 40; i++) {
        const struct ui_node *node = ui_find(rig->ui, role, label);
        if (node && shows_whole(node)) {
            return node;
        }
        wheel(rig, 80);
    }
    fail_msg("no %s \"%s\"", ui_role_text(role), label);
    return NULL;
}

static const struct ui_node *find_id(struct rig *rig, const char *id)
{
    for (int i = 0; i < 40; i++) {
        const struct ui_node *node = ui_find_id(rig->ui, id);
        if (node && shows_whole(node)) {
            return node;
        }
        wheel(rig, 80);
    }
    fail_msg("no %s", id);
    return NULL;
}

static void touch_node(struct rig *rig, const struct ui_node *node)
{
    float x = node->rect.x + node->rect.w / 2, y = node->rect.y + node->rect.h / 2;
    finger(rig, INPUT_DOWN, x, y);
    finger(rig, INPUT_UP, x, y);
}

static void touch(struct rig *rig, enum ui_role role, const char *label)
{
    touch_node(rig, find(rig, role, label));
}

static void assert_says(struct rig *rig, const char *id, const char *value)
{
    const struct ui_node *node = ui_find_id(rig->ui, id);
    assert_non_null(node);
    assert_string_equal(node->value[0] ? node->value : node->label, value);
}

/* What shows. */

static void the_overview_tells_of_lanes_list_reader_and_events(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_OVERVIEW);
    const struct ui_node *lane = find(&rig, UI_STATUS, "entry");
    assert_string_equal(lane->value, shell_words_state(LANE_S_RELEASED_IN));
    assert_says(&rig, "over.synced", "2 minutes ago");
    assert_says(&rig, "over.version", "10,482");
    assert_says(&rig, "over.queued", "0");
    assert_non_null(strstr(find_id(&rig, "over.response")->label, "0 faults"));
    assert_non_null(strstr(find_id(&rig, "over.response")->label, "38"));
    assert_non_null(find(&rig, UI_CHART, NULL));
    assert_string_equal(find_id(&rig, "over.what.0")->label, "Passed"); /* the newest first */
    close_rig(&rig);
}

static void a_card_of_the_overview_opens_its_page(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 800, 480, SERVICE_OVERVIEW);
    touch(&rig, UI_BUTTON, "Open lines");
    assert_int_equal(rig.shell->page, SERVICE_LINES);
    close_rig(&rig);
}

static void a_reader_that_fails_comes_first_with_its_fault(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_OVERVIEW);
    rig.shell->status.readers[1].working = false;
    (void)text_copy(rig.shell->status.readers[1].fault, sizeof(rig.shell->status.readers[1].fault),
                    "Input/output error");
    draw(&rig);
    assert_non_null(find(&rig, UI_HEADING, "Reader · door-out"));
    assert_non_null(find(&rig, UI_STATUS, "Fault"));
    assert_string_equal(find_id(&rig, "over.response")->label, "Input/output error");
    close_rig(&rig);
}

static void what_may_no_longer_hold_tells_its_age(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_OVERVIEW);
    assert_null(ui_find(rig.ui, UI_STATUS, "3 minutes ago"));
    shell_link(rig.shell, SHELL_LINK_GONE, UNIT_NOW_US);
    rig.shell->now_us = UNIT_NOW_US + 3 * US_PER_MIN;
    draw(&rig);
    assert_non_null(ui_find(rig.ui, UI_STATUS, "3 minutes ago"));
    close_rig(&rig);
}

static void nothing_can_be_released_while_the_gate_is_away(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_LINES);
    shell_link(rig.shell, SHELL_LINK_GONE, UNIT_NOW_US);
    draw(&rig);
    const struct ui_node *button = find_id(&rig, "lines.in.0");
    assert_true(button->state & UI_DISABLED);
    assert_int_equal(button->intent.kind, 0);
    close_rig(&rig);
}

/* Lines. */

static void inputs_show_their_level_and_count_their_changes(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_LINES);
    for (int i = 0; i < 3; i++) {
        service_unit_input(rig.shell, "entry contact_a", i % 2 == 0, UNIT_NOW_US + i);
    }
    draw(&rig);
    const struct ui_node *tile = find(&rig, UI_STATUS, "Passage contact A");
    assert_string_equal(tile->value, "Active");
    assert_int_equal(rig.shell->service.inputs[0].changes, 3);
    assert_string_equal(find_id(&rig, "lines.input.detail.0")->label, "3 changes");
    close_rig(&rig);
}

static void changes_count_anew_when_the_page_is_opened_again(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_LINES);
    service_unit_input(rig.shell, "entry contact_a", true, UNIT_NOW_US);
    shell_open_page(rig.shell, SERVICE_SYSTEM, UNIT_NOW_US);
    service_unit_page(rig.shell, SERVICE_LINES);
    assert_int_equal(rig.shell->service.inputs[0].changes, 0);
    close_rig(&rig);
}

static void checks_are_wanted_while_the_lines_show(void **state)
{
    struct rig rig;
    struct shell_wish wish;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_SYSTEM);
    (void)service_unit_wishes(rig.shell, SHELL_WISH_CHECKS, NULL);
    shell_open_page(rig.shell, SERVICE_LINES, rig.now_us);
    assert_int_equal(service_unit_wishes(rig.shell, SHELL_WISH_CHECKS, &wish), 1);
    assert_true(wish.on);
    shell_open_page(rig.shell, SERVICE_SYSTEM, rig.now_us);
    assert_int_equal(service_unit_wishes(rig.shell, SHELL_WISH_CHECKS, &wish), 1);
    assert_false(wish.on);
    close_rig(&rig);
}

static void a_release_asks_the_gate_for_that_lane_and_side(void **state)
{
    struct rig rig;
    struct shell_wish wish;
    (void)state;
    open_at(&rig, 800, 480, SERVICE_LINES);
    touch_node(&rig, find_id(&rig, "lines.out.1"));
    assert_int_equal(service_unit_wishes(rig.shell, SHELL_WISH_RELEASE, &wish), 1);
    assert_string_equal(wish.lane, "door");
    assert_int_equal(wish.side, LANE_OUT);
    assert_string_equal(wish.why, "Line test");
    assert_string_equal(wish.who, "Ada Berg");
    assert_true(find_id(&rig, "lines.out.1")->state & UI_BUSY);
    close_rig(&rig);
}

static void a_mode_and_a_lock_down_are_asked_about_first(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_LINES);
    touch(&rig, UI_BUTTON, "Lock down");
    assert_int_equal(rig.shell->sheet.kind, SHELL_SHEET_LOCKDOWN);
    assert_true(rig.shell->sheet.on);
    touch_node(&rig, find_id(&rig, "lines.mode.button.6")); /* the second lane's third */
    assert_int_equal(rig.shell->sheet.kind, SHELL_SHEET_MODE);
    assert_string_equal(rig.shell->sheet.lane, "door");
    assert_int_equal(rig.shell->sheet.mode, LANE_LOCKED);
    assert_int_equal(service_unit_wishes(rig.shell, SHELL_WISH_MODE, NULL), 0);
    assert_int_equal(service_unit_wishes(rig.shell, SHELL_WISH_LOCKDOWN, NULL), 0);
    close_rig(&rig);
}

/* Readers. */

static void a_reader_keeps_its_last_sixty_response_times(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_READERS);
    for (int i = 0; i < SERVICE_SAMPLES_MAX + 5; i++) {
        service_unit_tap(rig.shell, "door-out", (100 + i) * US_PER_MS, UNIT_NOW_US);
    }
    const struct service_reader *reader = service_reader(&rig.shell->service, "door-out");
    assert_non_null(reader);
    assert_int_equal(reader->n, SERVICE_SAMPLES_MAX);
    assert_int_equal(reader->taps, SERVICE_SAMPLES_MAX + 5);
    assert_float_equal(reader->tap_ms[0], 105, 0.01);
    assert_float_equal(reader->tap_ms[SERVICE_SAMPLES_MAX - 1], 164, 0.01);
    close_rig(&rig);
}

static void a_reader_tells_what_it_is_and_what_it_may_do(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 800, 480, SERVICE_READERS);
    assert_string_equal(find_id(&rig, "readers.device.0")->value, "pn532_uart:/dev/ttyAMA0:115200");
    assert_string_equal(find_id(&rig, "readers.restarts.1")->value, "3");
    assert_string_equal(find_id(&rig, "readers.tick.2")->value, "yes");
    rig.shell->status.readers[0].seccomp = false;
    draw(&rig);
    assert_string_equal(find_id(&rig, "readers.tick.2")->value, "no");
    close_rig(&rig);
}

/* The journal. */

static void the_journal_shows_the_newest_first_and_by_kind(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_JOURNAL);
    assert_string_equal(find_id(&rig, "journal.what.0")->label, "Passed");
    touch(&rig, UI_TAB, "Alarms");
    assert_string_equal(find_id(&rig, "journal.what.0")->label, "Alarm");
    assert_string_equal(find_id(&rig, "journal.detail.0")->label, "Somebody followed in");
    touch(&rig, UI_TAB, "Staff");
    assert_string_equal(find_id(&rig, "journal.what.0")->label, "Opened by staff");
    assert_null(ui_find_id(rig.ui, "journal.what.1"));
    close_rig(&rig);
}

static void a_paused_journal_holds_still_and_then_goes_on(void **state)
{
    struct rig rig;
    struct service_event event = {
        .seq = 40000, .utc_us = UNIT_UTC_US, .kind = SERVICE_EVENT_FIRE, .code = 1, .line_us = -1};
    (void)state;
    open_at(&rig, 800, 480, SERVICE_JOURNAL);
    touch(&rig, UI_BUTTON, "Pause");
    shell_journal(rig.shell, &event, 1, UNIT_NOW_US);
    draw(&rig);
    assert_string_equal(find_id(&rig, "journal.what.0")->label, "Passed");
    touch(&rig, UI_BUTTON, "Go on");
    assert_string_equal(find_id(&rig, "journal.what.0")->label, "Fire alarm");
    close_rig(&rig);
}

static void an_event_opens_with_who_and_why(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_JOURNAL);
    touch(&rig, UI_TAB, "Staff");
    touch_node(&rig, find_id(&rig, "journal.rows.0"));
    assert_int_equal(rig.shell->service.chosen_seq, 31195 + 5);
    assert_non_null(ui_find(rig.ui, UI_DIALOG, NULL));
    touch(&rig, UI_BUTTON, "Close");
    assert_int_equal(rig.shell->service.chosen_seq, 0);
    close_rig(&rig);
}

static void the_journal_is_read_from_the_last_event_on_and_never_taken_twice(void **state)
{
    struct rig rig;
    struct shell_wish wish;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_JOURNAL);
    size_t n = rig.shell->service.n_events;
    struct service_event last = rig.shell->service.events[n - 1];
    service_time(rig.shell, UNIT_NOW_US);
    assert_int_equal(service_unit_wishes(rig.shell, SHELL_WISH_JOURNAL, &wish), 1);
    assert_int_equal(wish.seq, last.seq);
    service_time(rig.shell, UNIT_NOW_US + 1);
    assert_int_equal(service_unit_wishes(rig.shell, SHELL_WISH_JOURNAL, NULL), 0);
    shell_journal(rig.shell, &last, 1, UNIT_NOW_US + 2);
    assert_int_equal(rig.shell->service.n_events, n);
    assert_true(service_deadline(rig.shell) > UNIT_NOW_US + 2);
    close_rig(&rig);
}

static void the_oldest_event_gives_way(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_JOURNAL);
    for (int i = 0; i < SERVICE_EVENTS_MAX; i++) {
        struct service_event event = {.seq = 50000 + i, .kind = SERVICE_EVENT_PASSED, .line_us = -1};
        shell_journal(rig.shell, &event, 1, UNIT_NOW_US);
    }
    assert_int_equal(rig.shell->service.n_events, SERVICE_EVENTS_MAX);
    assert_int_equal(rig.shell->service.events[0].seq, 50000);
    close_rig(&rig);
}

/* The system. */

static void the_system_tells_memory_list_and_keys(void **state)
{
    struct rig rig;
    char memory[I18N_TEXT_SIZE];
    (void)state;
    open_at(&rig, 800, 480, SERVICE_SYSTEM);
    shell_words_memory(3412, memory, sizeof(memory));
    assert_string_equal(find_id(&rig, "system.reader.0")->value, memory);
    assert_string_equal(find_id(&rig, "system.keys")->value, "Loaded");
    assert_string_equal(find_id(&rig, "system.emergency")->value, "4");
    assert_string_equal(find_id(&rig, "system.list.path")->value, "/var/lib/stile/list.db");
    assert_string_equal(find_id(&rig, "system.zone.0")->value, "42 of 120");
    close_rig(&rig);
}

static void a_journal_that_cant_be_written_says_why(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_SYSTEM);
    (void)text_copy(rig.shell->status.journal.error, sizeof(rig.shell->status.journal.error),
                    "No space left on device");
    draw(&rig);
    assert_non_null(find(&rig, UI_STATUS, "No space left on device"));
    close_rig(&rig);
}

/* Tests of the screen. */

static void wipe(struct rig *rig, int first, int end)
{
    float w = rig->width / (float)SERVICE_GRID_COLUMNS, h = rig->height / (float)SERVICE_GRID_ROWS;
    for (int i = first; i < end; i++) {
        int row = i / SERVICE_GRID_COLUMNS, column = i % SERVICE_GRID_COLUMNS;
        float x = ((float)column + 0.5F) * w, y = ((float)row + 0.5F) * h;
        finger(rig, i == first ? INPUT_DOWN : INPUT_MOVE, x, y);
    }
}

static void the_touch_test_passes_when_every_field_was_wiped(void **state)
{
    struct rig rig;
    struct shell_wish wish;
    (void)state;
    open_at(&rig, 1024, 600, SERVICE_TESTS);
    touch(&rig, UI_BUTTON, "Start the touch test");
    assert_true(service_test_covers(rig.shell));
    wipe(&rig, 0, SERVICE_GRID_COLUMNS * SERVICE_GRID_ROWS - 1);
    finger(&rig, INPUT_UP, 5, 5);
    assert_true(service_test_covers(rig.shell)); /* one field is left */
    finger(&rig, INPUT_DOWN, 1023, 599);
    assert_non_null(strstr(find_id(&rig, "test.touch.text")->label, "60 of 60 fields · point 1023, 599 · 1 finger"));
    finger(&rig, INPUT_UP, 1023, 599);
    assert_false(service_test_covers(rig.shell));
    assert_int_equal(rig.shell->service.results[SERVICE_TEST_TOUCH], SERVICE_PASSED);
    assert_int_equal(service_unit_wishes(rig.shell, SHELL_WISH_NOTE, &wish), 1);
    assert_string_equal(wish.why, "touch test passed: 60/60, 1");
    assert_string_equal(wish.who, "Ada Berg");
    close_rig(&rig);
}

static void a_touch_test_can_be_stopped_and_stops_when_nobody_touches(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 800, 480, SERVICE_TESTS);
    touch(&rig, UI_BUTTON, "Start the touch test");
    touch(&rig, UI_BUTTON, "Stop the test");
    assert_int_equal(rig.shell->service.results[SERVICE_TEST_TOUCH], SERVICE_ABORTED);
    touch(&rig, UI_BUTTON, "Start the touch test");
    int64_t due_us = service_deadline(rig.shell);
    service_time(rig.shell, due_us - 1);
    assert_true(service_test_covers(rig.shell));
    service_time(rig.shell, due_us);
    assert_false(service_test_covers(rig.shell));
    close_rig(&rig);
}

static void the_screen_test_shows_six_colours(void **state)
{
    struct rig rig;
    (void)state;
    open_at(&rig, 800, 480, SERVICE_TESTS);
    touch(&rig, UI_BUTTON, "Start the screen test");
    for (int i = 0; i < 6; i++) {
        const struct ui_node *surface = find(&rig, UI_SURFACE, "Next colour");
        assert_int_equal(surface->value[0], '1' + i);
        touch_node(&rig, surface);
    }
    assert_false(service_test_covers(rig.shell));
    assert_int_equal(rig.shell->service.results[SERVICE_TEST_SCREEN], SERVICE_PASSED);
    assert_int_equal(service_unit_wishes(rig.shell, SHELL_WISH_NOTE, NULL), 1);
    close_rig(&rig);
}

static void the_sound_test_plays_and_asks(void **state)
{
    struct rig rig;
    struct shell_wish wish;
    (void)state;
    open_at(&rig, 800, 480, SERVICE_TESTS);
    touch(&rig, UI_BUTTON, "Start the sound test");
    touch(&rig, UI_BUTTON, "Warning");
    assert_int_equal(service_unit_wishes(rig.shell, SHELL_WISH_SOUND, &wish), 1);
    assert_int_equal(wish.sound, SOUND_WARNING);
    touch(&rig, UI_BUTTON, "Not all heard");
    assert_int_equal(rig.shell->service.results[SERVICE_TEST_SOUND], SERVICE_FAILED);
    assert_int_equal(service_unit_wishes(rig.shell, SHELL_WISH_NOTE, &wish), 1);
    assert_string_equal(wish.why, "sound test failed");
    close_rig(&rig);
}

/* Every page at every size: nothing cut that is ours, everything that is touched large enough. */
static void every_page_has_room_at_every_size(void **state)
{
    static const float sizes[][2] = {{800, 480}, {1024, 600}, {1280, 800}, {800, 1280}};
    (void)state;
    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        for (int page = 0; page < SERVICE_PAGES; page++) {
            struct rig rig;
            size_t n;
            open_at(&rig, sizes[s][0], sizes[s][1], (enum service_page)page);
            const struct ui_node *nodes = ui_nodes(rig.ui, &n);
            for (size_t i = 0; i < n; i++) {
                bool small = nodes[i].intent.kind != 0 && (nodes[i].rect.w < TARGET_PX || nodes[i].rect.h < TARGET_PX);
                if ((nodes[i].cut && !nodes[i].may_cut) || nodes[i].unknown || small) {
                    fail_msg("%s \"%s\" at %.0f", nodes[i].id, nodes[i].label, (double)sizes[s][0]);
                }
            }
            assert_false(draw_overflowed(ui_draw(rig.ui)));
            close_rig(&rig);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_overview_tells_of_lanes_list_reader_and_events),
        cmocka_unit_test(a_card_of_the_overview_opens_its_page),
        cmocka_unit_test(a_reader_that_fails_comes_first_with_its_fault),
        cmocka_unit_test(what_may_no_longer_hold_tells_its_age),
        cmocka_unit_test(nothing_can_be_released_while_the_gate_is_away),
        cmocka_unit_test(inputs_show_their_level_and_count_their_changes),
        cmocka_unit_test(changes_count_anew_when_the_page_is_opened_again),
        cmocka_unit_test(checks_are_wanted_while_the_lines_show),
        cmocka_unit_test(a_release_asks_the_gate_for_that_lane_and_side),
        cmocka_unit_test(a_mode_and_a_lock_down_are_asked_about_first),
        cmocka_unit_test(a_reader_keeps_its_last_sixty_response_times),
        cmocka_unit_test(a_reader_tells_what_it_is_and_what_it_may_do),
        cmocka_unit_test(the_journal_shows_the_newest_first_and_by_kind),
        cmocka_unit_test(a_paused_journal_holds_still_and_then_goes_on),
        cmocka_unit_test(an_event_opens_with_who_and_why),
        cmocka_unit_test(the_journal_is_read_from_the_last_event_on_and_never_taken_twice),
        cmocka_unit_test(the_oldest_event_gives_way),
        cmocka_unit_test(the_system_tells_memory_list_and_keys),
        cmocka_unit_test(a_journal_that_cant_be_written_says_why),
        cmocka_unit_test(the_touch_test_passes_when_every_field_was_wiped),
        cmocka_unit_test(a_touch_test_can_be_stopped_and_stops_when_nobody_touches),
        cmocka_unit_test(the_screen_test_shows_six_colours),
        cmocka_unit_test(the_sound_test_plays_and_asks),
        cmocka_unit_test(every_page_has_room_at_every_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
