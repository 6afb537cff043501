/* The bench window without a window: what is touched becomes wishes, what the gate tells becomes lines, and all of
 * it has room in every language. */

#include "rack/rack.h"

#include "base/clock.h"
#include "i18n/i18n.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_US     INT64_C(7000000000)
#define START_UTC_US INT64_C(1764054000000000) /* 2025-11-25 07:00 UTC */

struct bench {
    struct text *text;
    struct ui *ui;
    struct rack rack;
    int64_t now_us;
    float width, height;
};

static void draw(struct bench *b)
{
    rack_time(&b->rack, b->now_us, START_UTC_US + b->now_us - START_US);
    ui_begin(b->ui, b->now_us, b->width, b->height);
    rack_view(&b->rack, b->ui);
    ui_end(b->ui);
}

static int open_bench(void **state)
{
    struct bench *b = calloc(1, sizeof(*b));
    if (!b || text_open(FONTS_CONF, 1, &b->text) < 0 || ui_new(b->text, theme_get(THEME_LIGHT), &b->ui) < 0) {
        return -1;
    }
    b->now_us = START_US;
    b->width = 880;
    b->height = 930;
    rack_init(&b->rack, START_US, START_UTC_US);
    rack_connected(&b->rack, true);
    rack_screen(&b->rack, true);
    for (size_t i = 0; i < STAGE_READERS; i++) {
        b->rack.readers[i].working = true;
    }
    draw(b);
    *state = b;
    return 0;
}

static int close_bench(void **state)
{
    struct bench *b = *state;
    ui_free(b->ui);
    text_close(b->text);
    free(b);
    return 0;
}

/* As a finger would: by what stands on the glass. */
static void touch(struct bench *b, const char *id)
{
    const struct ui_node *node = ui_find_id(b->ui, id);
    if (!node || node->intent.kind == 0) {
        fail_msg("%s can't be touched", id);
        return;
    }
    struct intent intent = node->intent;
    rack_on(&b->rack, &intent);
    draw(b);
}

static void wait(struct bench *b, int64_t us)
{
    b->now_us += us;
    draw(b);
}

static struct rack_wish expect_wish(struct bench *b, enum rack_wish_kind kind)
{
    struct rack_wish wish;
    assert_true(rack_next_wish(&b->rack, &wish));
    assert_int_equal(wish.kind, kind);
    return wish;
}

static void expect_command(struct bench *b, const char *command)
{
    struct rack_wish wish = expect_wish(b, RACK_WISH_LANES);
    assert_string_equal(wish.command, command);
}

static void expect_nothing(struct bench *b)
{
    struct rack_wish wish;
    assert_false(rack_next_wish(&b->rack, &wish));
}

static const char *value_of(struct bench *b, const char *id)
{
    const struct ui_node *node = ui_find_id(b->ui, id);
    assert_non_null(node);
    return node->value;
}

static const char *label_of(struct bench *b, const char *id)
{
    const struct ui_node *node = ui_find_id(b->ui, id);
    assert_non_null(node);
    return node->label;
}

static void news(struct bench *b, enum news_phase phase, const char *card, enum access_code code,
                 enum news_notice notice)
{
    struct gate_news n = {.phase = phase,
                          .utc_us = START_UTC_US,
                          .boot_us = START_US,
                          .code = code,
                          .notice = notice,
                          .clips_left = -1,
                          .line_us = -1,
                          .tap_us = phase == NEWS_RELEASED ? 23456 : -1};
    (void)snprintf(n.card, sizeof(n.card), "%s", card);
    (void)snprintf(n.reader, sizeof(n.reader), "entrance");
    (void)snprintf(n.lane, sizeof(n.lane), "main");
    rack_news(&b->rack, &n);
    draw(b);
}

/* -- cards and readers -------------------------------------------------------------------------------------- */

static void a_card_and_then_a_reader_put_it_into_the_field_for_a_second(void **state)
{
    struct bench *b = *state;
    touch(b, "card.0");
    assert_true(ui_find_id(b->ui, "card.0")->state & UI_SELECTED);
    touch(b, "reader-entrance");
    struct rack_wish wish = expect_wish(b, RACK_WISH_PUT);
    assert_int_equal(wish.card, 0);
    assert_int_equal(wish.reader, STAGE_ENTRANCE);
    expect_nothing(b);
    assert_int_equal(rack_deadline(&b->rack), START_US + RACK_HOLD_US);
    assert_int_equal(b->rack.readers[STAGE_ENTRANCE].card, 0);
    wait(b, RACK_HOLD_US);
    assert_int_equal(b->rack.readers[STAGE_ENTRANCE].card, -1);
    touch(b, "card.0");
    assert_int_equal(b->rack.chosen, -1);
}

static void the_verdict_shows_at_the_reader_that_has_the_card(void **state)
{
    struct bench *b = *state;
    touch(b, "card.0");
    touch(b, "reader-entrance");
    assert_int_equal(b->rack.readers[STAGE_ENTRANCE].answer, RACK_NO_ANSWER);
    news(b, NEWS_DENIED, "1a2b3c4d", ACCESS_FROZEN, NOTICE_NONE);
    assert_int_equal(b->rack.readers[STAGE_ENTRANCE].answer, RACK_NO);
    assert_int_equal(b->rack.readers[STAGE_POOL].answer, RACK_NO_ANSWER);
    news(b, NEWS_GRANTED, "1a2b3c4d", ACCESS_GRANTED, NOTICE_NONE);
    assert_int_equal(b->rack.readers[STAGE_ENTRANCE].answer, RACK_YES);
    wait(b, RACK_HOLD_US);
    assert_int_equal(b->rack.readers[STAGE_ENTRANCE].answer, RACK_NO_ANSWER);
}

static void a_reader_without_a_card_says_what_is_missing(void **state)
{
    struct bench *b = *state;
    touch(b, "reader-pool");
    expect_nothing(b);
    assert_string_equal(label_of(b, "line.0"), "Choose a card first, then touch a reader");
}

static void a_reader_that_is_unplugged_takes_no_card(void **state)
{
    struct bench *b = *state;
    touch(b, "plug.1");
    struct rack_wish wish = expect_wish(b, RACK_WISH_READER);
    assert_int_equal(wish.reader, STAGE_WAY_OUT);
    assert_string_equal(wish.command, "gone");
    assert_string_equal(value_of(b, "reader-way-out"), "unplugged");
    touch(b, "card.2");
    touch(b, "reader-way-out");
    expect_nothing(b);
    touch(b, "plug.1");
    assert_string_equal(expect_wish(b, RACK_WISH_READER).command, "back");
}

static void a_rogue_card_turns_its_fault_on_and_off_again(void **state)
{
    struct bench *b = *state;
    rack_on(&b->rack, &(struct intent){.kind = RACK_ON_CARD, .arg = rack_card_find("04666666666666")});
    touch(b, "reader-entrance");
    assert_string_equal(expect_wish(b, RACK_WISH_READER).command, "dial status_bit7 forever");
    (void)expect_wish(b, RACK_WISH_PUT);
    wait(b, RACK_HOLD_US);
    expect_nothing(b);
    wait(b, RACK_HOLD_US);
    struct rack_wish wish = expect_wish(b, RACK_WISH_READER);
    assert_string_equal(wish.command, "calm");
    assert_int_equal(wish.reader, STAGE_ENTRANCE);
}

static void everybody_has_a_card_and_the_groups_stand_together(void **state)
{
    (void)state;
    size_t n = rack_cards_count();
    assert_true(n > n_people);
    for (size_t i = 0; i < n_people; i++) {
        assert_true(rack_card_find(people[i].card) >= 0);
    }
    for (size_t i = 0; i < n; i++) {
        struct rack_card card = rack_card(i);
        assert_true(i == 0 || card.group >= rack_card(i - 1).group);
        assert_true(rack_card_name(&card)[0] && rack_card_special(&card)[0] && card.number[0]);
    }
    assert_int_equal(rack_card_find("00000000"), -1);
}

/* -- people and lanes --------------------------------------------------------------------------------------- */

static void people_go_where_a_reader_was_used_last(void **state)
{
    struct bench *b = *state;
    touch(b, "walk");
    expect_command(b, "walk main in");
    touch(b, "card.0");
    touch(b, "reader-way-out");
    (void)expect_wish(b, RACK_WISH_PUT);
    touch(b, "turn-back");
    expect_command(b, "turn_back main out");
    touch(b, "reader-pool");
    (void)expect_wish(b, RACK_WISH_PUT);
    touch(b, "followed");
    expect_command(b, "walk pool in follow");
    assert_int_equal(b->rack.lanes[RACK_POOL].n_walkers, 2);
    touch(b, "force");
    expect_command(b, "force pool in");
    touch(b, "button");
    expect_command(b, "button main");
}

static void a_lane_that_is_full_takes_nobody_more(void **state)
{
    struct bench *b = *state;
    for (int i = 0; i < RACK_WALKERS_MAX - 1; i++) {
        touch(b, "walk");
        expect_command(b, "walk main in");
    }
    touch(b, "followed");
    expect_nothing(b);
    touch(b, "walk");
    expect_command(b, "walk main in");
    touch(b, "walk");
    expect_nothing(b);
    assert_string_equal(label_of(b, "line.0"), "Enough people are waiting there");
}

static void what_the_lanes_say_moves_lamps_arm_and_people(void **state)
{
    struct bench *b = *state;
    char log[256];
    touch(b, "walk");
    assert_string_equal(label_of(b, "state-main"), "Locked");
    assert_false(rack_lanes_log(&b->rack, "7000000001 line main-release-in active"));
    draw(b);
    assert_string_equal(label_of(b, "state-main"), "Open inwards");
    (void)snprintf(log, sizeof(log),
                   "%lld lane main arrived in\n%lld lane main pushed in\nnonsense\n%lld line other active\nmore",
                   (long long)START_US, (long long)START_US, (long long)START_US);
    assert_true(rack_lanes_log(&b->rack, log));
    wait(b, RACK_ROTATION_US / 2);
    assert_string_equal(label_of(b, "state-main"), "Turning");
    assert_true(rack_moves(&b->rack));
    assert_true(rack_deadline(&b->rack) <= b->now_us + 20 * US_PER_MS);
    (void)snprintf(log, sizeof(log), "%lld lane main through in\n%lld line main-release-in inactive",
                   (long long)b->now_us, (long long)b->now_us);
    assert_false(rack_lanes_log(&b->rack, log));
    wait(b, RACK_GOES_US);
    assert_string_equal(label_of(b, "state-main"), "Locked");
    assert_false(rack_moves(&b->rack));
}

static void switches_are_told_both_ways(void **state)
{
    static const char *const switches[][3] = {{"fire", "fire on", "fire off"},
                                              {"lockdown", "lockdown on", "lockdown off"},
                                              {"tamper", "tamper main on", "tamper main off"}};
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
        assert_false(ui_find_id(b->ui, switches[i][0])->state & UI_CHECKED);
        touch(b, switches[i][0]);
        expect_command(b, switches[i][1]);
        assert_true(ui_find_id(b->ui, switches[i][0])->state & UI_CHECKED);
        touch(b, switches[i][0]);
        expect_command(b, switches[i][2]);
    }
}

static void the_list_is_taken_away_and_brought_back(void **state)
{
    struct bench *b = *state;
    assert_true(ui_find_id(b->ui, "list")->state & UI_CHECKED);
    touch(b, "list");
    (void)expect_wish(b, RACK_WISH_LIST_AWAY);
    assert_false(ui_find_id(b->ui, "list")->state & UI_CHECKED);
    touch(b, "list");
    (void)expect_wish(b, RACK_WISH_LIST_BACK);
}

/* -- processes ---------------------------------------------------------------------------------------------- */

static void the_power_comes_back_a_moment_after_it_was_cut(void **state)
{
    struct bench *b = *state;
    touch(b, "power");
    (void)expect_wish(b, RACK_WISH_POWER_CUT);
    assert_string_equal(label_of(b, "gate"), "No power");
    assert_int_equal(ui_find_id(b->ui, "power")->intent.kind, 0);
    rack_connected(&b->rack, false);
    wait(b, RACK_POWER_US - 1);
    expect_nothing(b);
    wait(b, 1);
    (void)expect_wish(b, RACK_WISH_POWER_ON);
    assert_string_equal(label_of(b, "gate"), "Gate starting");
    rack_connected(&b->rack, true);
    draw(b);
    assert_string_equal(label_of(b, "gate"), "Gate on");
    assert_string_equal(label_of(b, "line.0"), "The gate is on");
    expect_nothing(b);
}

static void a_gate_that_ends_by_itself_is_started_again(void **state)
{
    struct bench *b = *state;
    rack_gate_ended(&b->rack);
    wait(b, RACK_POWER_US);
    (void)expect_wish(b, RACK_WISH_POWER_ON);
}

static void the_screen_comes_back_after_it_was_killed(void **state)
{
    struct bench *b = *state;
    touch(b, "screen-kill");
    (void)expect_wish(b, RACK_WISH_SCREEN_KILL);
    assert_string_equal(label_of(b, "screen"), "Screen off");
    wait(b, RACK_SCREEN_US);
    (void)expect_wish(b, RACK_WISH_SCREEN_START);
    rack_screen(&b->rack, true);
    draw(b);
    assert_string_equal(label_of(b, "screen"), "Screen on");
    rack_screen(&b->rack, false);
    wait(b, RACK_SCREEN_US);
    (void)expect_wish(b, RACK_WISH_SCREEN_START);
}

static void the_status_says_who_is_inside_and_which_reader_works(void **state)
{
    struct bench *b = *state;
    struct gate_status status = {.n_readers = 1, .n_zones = 2};
    (void)snprintf(status.readers[0].name, sizeof(status.readers[0].name), "pool");
    status.zones[0] = (struct status_zone){.id = 1, .people = 12};
    status.zones[1] = (struct status_zone){.id = 99, .people = 5};
    rack_status(&b->rack, &status);
    draw(b);
    assert_string_equal(value_of(b, "reader-pool"), "not working");
    assert_string_equal(value_of(b, "reader-entrance"), "ready");
    assert_string_equal(label_of(b, "zone-hall"), "Hall · 12");
    assert_string_equal(label_of(b, "zone-pool"), "Pool");
}

/* -- the log ------------------------------------------------------------------------------------------------ */

static void news_become_lines_with_the_name_of_the_card(void **state)
{
    struct bench *b = *state;
    news(b, NEWS_DENIED, "acbcccdc", ACCESS_FROZEN, NOTICE_NONE);
    assert_string_equal(label_of(b, "line.0"), "Pirjo · No entry · frozen");
    assert_string_equal(value_of(b, "line.0"), "08:00:00");
    news(b, NEWS_RELEASED, "1a2b3c4d", ACCESS_CODES, NOTICE_NONE);
    assert_string_equal(label_of(b, "line.0"), "Ida · Lane open · 23.5 ms after the tap");
    news(b, NEWS_PASSED, "1a2b3c4d", ACCESS_CODES, NOTICE_NONE);
    assert_string_equal(label_of(b, "line.0"), "Ida · Walked through");
    news(b, NEWS_ALARM, "", ACCESS_CODES, NOTICE_TAILGATE);
    assert_string_equal(label_of(b, "line.0"), "Entrance · A second person followed");
    news(b, NEWS_NOTICE, "", ACCESS_CODES, NOTICE_READER_LOST);
    assert_string_equal(label_of(b, "line.0"), "Entrance · Reader lost");
    assert_string_equal(value_of(b, "reader-entrance"), "not working");
    news(b, NEWS_NOTICE, "", ACCESS_CODES, NOTICE_READER_BACK);
    assert_string_equal(value_of(b, "reader-entrance"), "ready");
}

static void the_log_keeps_the_last_eight_newest_first(void **state)
{
    struct bench *b = *state;
    for (int i = 0; i < 20; i++) {
        char text[32];
        (void)snprintf(text, sizeof(text), "line %d", i);
        rack_failed(&b->rack, text);
    }
    draw(b);
    assert_string_equal(label_of(b, "line.0"), "line 19");
    assert_string_equal(label_of(b, "line.7"), "line 12");
    assert_null(ui_find_id(b->ui, "line.8"));
}

/* -- how it looks ------------------------------------------------------------------------------------------- */

static void check_picture(struct bench *b)
{
    size_t n;
    const struct ui_node *nodes = ui_nodes(b->ui, &n);
    assert_false(draw_overflowed(ui_draw(b->ui)));
    for (size_t i = 0; i < n; i++) {
        if ((nodes[i].cut && !nodes[i].may_cut) || nodes[i].unknown > 0) {
            fail_msg("%s: \"%s\" \"%s\" has too little room at %.0f x %.0f", language_code(i18n_language()),
                     nodes[i].id, nodes[i].label, (double)b->width, (double)b->height);
        }
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(nodes[i].id, nodes[k].id);
        }
    }
}

static void it_has_room_in_every_language_and_size(void **state)
{
    static const float sizes[][2] = {{880, 930}, {880, 700}, {660, 930}, {640, 640}};
    struct bench *b = *state;
    assert_int_equal(i18n_open(LOCALE), 0);
    for (int language = 0; language < LANGUAGES; language++) {
        i18n_set((enum language)language);
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            b->width = sizes[i][0];
            b->height = sizes[i][1];
            for (int target = 0; target < STAGE_READERS; target++) {
                b->rack.chosen = -1;
                rack_on(&b->rack, &(struct intent){.kind = RACK_ON_READER, .arg = target});
                rack_on(&b->rack, &(struct intent){.kind = RACK_ON_PLUG, .arg = target});
                draw(b);
                check_picture(b);
            }
        }
    }
    i18n_close();
}

/* Numbers that are the same on every machine (the finaliser of splitmix64). */
static uint64_t dice(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static void five_thousand_random_touches_do_no_harm(void **state)
{
    static const char *const events[] = {"arrived", "pushed", "through", "turned_back", "gave_up", "tailgated", "?"};
    struct bench *b = *state;
    uint64_t seed = 1;
    for (int i = 0; i < 5000; i++) {
        struct rack_wish wish;
        char log[128];
        struct intent intent = {.kind = (int)(dice(&seed) % (RACK_ON_LIST + 2)),
                                .arg = (int64_t)(dice(&seed) % 50) - 5};
        rack_on(&b->rack, &intent);
        if (i % 3 == 0) {
            while (rack_next_wish(&b->rack, &wish)) {
            }
        }
        (void)snprintf(log, sizeof(log), "%lld lane %s %s in", (long long)b->now_us, i % 2 ? "main" : "pool",
                       events[dice(&seed) % (sizeof(events) / sizeof(events[0]))]);
        (void)rack_lanes_log(&b->rack, log);
        if (i % 40 == 0) {
            news(b, (enum news_phase)(dice(&seed) % NEWS_PHASES), "1a2b3c4d",
                 (enum access_code)(dice(&seed) % (ACCESS_CODES + 1)), (enum news_notice)(dice(&seed) % NOTICES));
            check_picture(b);
        }
        b->now_us += (int64_t)(dice(&seed) % 300000);
        rack_time(&b->rack, b->now_us, START_UTC_US);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        TEST(a_card_and_then_a_reader_put_it_into_the_field_for_a_second),
        TEST(the_verdict_shows_at_the_reader_that_has_the_card),
        TEST(a_reader_without_a_card_says_what_is_missing),
        TEST(a_reader_that_is_unplugged_takes_no_card),
        TEST(a_rogue_card_turns_its_fault_on_and_off_again),
        TEST(everybody_has_a_card_and_the_groups_stand_together),
        TEST(people_go_where_a_reader_was_used_last),
        TEST(a_lane_that_is_full_takes_nobody_more),
        TEST(what_the_lanes_say_moves_lamps_arm_and_people),
        TEST(switches_are_told_both_ways),
        TEST(the_list_is_taken_away_and_brought_back),
        TEST(the_power_comes_back_a_moment_after_it_was_cut),
        TEST(a_gate_that_ends_by_itself_is_started_again),
        TEST(the_screen_comes_back_after_it_was_killed),
        TEST(the_status_says_who_is_inside_and_which_reader_works),
        TEST(news_become_lines_with_the_name_of_the_card),
        TEST(the_log_keeps_the_last_eight_newest_first),
        TEST(it_has_room_in_every_language_and_size),
        TEST(five_thousand_random_touches_do_no_harm),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
