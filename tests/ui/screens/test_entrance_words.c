/* Every code, notice and reason has its words on the glass, at two sizes, with nothing cut and nothing too faint. */

#include "entrance_rig.h"

#include "base/clock.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static const struct {
    float width, height;
} sizes[] = {{800, 480}, {1024, 600}, {1280, 800}, {800, 1280}};

enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };

/* What must hold of every picture. */
static void check_picture(struct rig *rig)
{
    size_t n;
    const struct ui_node *nodes = ui_nodes(rig_draw(rig), &n);
    struct rect all = rect_of(-0.5F, -0.5F, rig->width + 1, rig->height + 1);
    for (size_t i = 0; i < n; i++) {
        const struct ui_node *node = &nodes[i];
        struct rect in = rect_intersect(node->rect, all);
        if (node->cut && !node->may_cut) {
            fail_msg("cut at %.0fx%.0f: %s", (double)rig->width, (double)rig->height, node->label);
        }
        if (in.w < node->rect.w - 0.01F || in.h < node->rect.h - 0.01F) {
            fail_msg("outside at %.0fx%.0f: %s %s", (double)rig->width, (double)rig->height, node->id, node->label);
        }
        if (node->intent.kind != 0 && (node->rect.w < TARGET_ENTRANCE_PX || node->rect.h < TARGET_ENTRANCE_PX)) {
            fail_msg("too small to touch: %s", node->label);
        }
        for (size_t k = i + 1; k < n; k++) {
            assert_string_not_equal(node->id, nodes[k].id);
        }
    }
}

static const struct {
    enum access_code code;
    const char *title;
} denials[] = {
    {ACCESS_UNIT_LOCKED, "The entrance is locked"},
    {ACCESS_CARD_UNKNOWN, "We don't know this card"},
    {ACCESS_CARD_NOT_GENUINE, "This card can't be used here"},
    {ACCESS_CARD_BLOCKED, "This card is no longer in use"},
    {ACCESS_CARD_EXPIRED, "This card has run out"},
    {ACCESS_INACTIVE, "Your membership isn't active"},
    {ACCESS_SUSPENDED, "Please come to reception"},
    {ACCESS_WRONG_BRANCH, "Your membership is for another branch"},
    {ACCESS_TOO_YOUNG, "Your membership has an age limit"},
    {ACCESS_NOT_STARTED, "Your membership hasn't started yet"},
    {ACCESS_ENDED, "Your membership has ended"},
    {ACCESS_FROZEN, "Your membership is frozen"},
    {ACCESS_UNPAID, "Your membership needs a payment"},
    {ACCESS_INVOICE_OVERDUE, "An invoice is waiting for you"},
    {ACCESS_NO_RIGHT_HERE, "Your membership doesn't include this entrance"},
    {ACCESS_OUTSIDE_HOURS, "Your membership isn't valid at this hour"},
    {ACCESS_NO_CLIPS_LEFT, "No clips left on your card"},
    {ACCESS_PUNCH_CARD_EXPIRED, "Your punch card has run out"},
    {ACCESS_TOO_SOON, "This card was used just now"},
    {ACCESS_PASSBACK, "You are already checked in"},
    {ACCESS_VISIT_LIMIT, "You have used all your visits for now"},
    {ACCESS_FULL, "It is full right now"},
    {ACCESS_LIST_TOO_OLD, "We can't check your card right now"},
    {ACCESS_CODES, "Please ask at reception"}, /* a code of a later gate */
};

static void every_denial_says_what_is_the_case(void **state)
{
    (void)state;
    assert_int_equal(sizeof(denials) / sizeof(denials[0]), ACCESS_CODES);
    for (size_t s = 0; s < SIZES; s++) {
        for (size_t i = 0; i < sizeof(denials) / sizeof(denials[0]); i++) {
            struct rig rig;
            struct gate_news news = rig_denied("lane1", denials[i].code);
            rig_open(&rig, sizes[s].width, sizes[s].height);
            rig_tell(&rig, &news);
            const struct ui_node *node = rig_find(&rig, UI_STATUS, denials[i].title);
            assert_non_null(node);
            assert_non_null(strstr(node->value, "The gate is locked"));
            assert_non_null(rig_find(&rig, UI_TEXT, "NO ENTRY"));
            assert_false(rig_says(&rig, "%s"));
            assert_int_equal(rig.sound, SOUND_DENIED);
            check_picture(&rig);
            rig_close(&rig);
        }
    }
}

static void a_denial_says_until_when_and_whose_it_is(void **state)
{
    struct rig rig;
    struct gate_news news = rig_denied("lane1", ACCESS_FROZEN);
    (void)state;
    rig_open(&rig, 1024, 600);
    news.until_day = date_day(2026, 12, 3);
    (void)text_copy(news.name, sizeof(news.name), "Jürgen");
    rig_tell(&rig, &news);
    assert_true(rig_says(&rig, "Frozen until 3\xc2\xa0"
                               "December"));
    assert_true(rig_says(&rig, "Jürgen"));
    rig.e.settings.show_name = false;
    assert_false(rig_says(&rig, "Jürgen"));
    news = rig_denied("lane1", ACCESS_CARD_EXPIRED);
    news.until_day = date_day(2027, 1, 4);
    rig_tell(&rig, &news);
    assert_non_null(rig_find(&rig, UI_STATUS, "This card isn't valid yet"));
    rig_close(&rig);
}

static void a_denial_by_the_hour_says_when_it_opens(void **state)
{
    static const struct {
        int64_t in_us;
        const char *title;
    } opens[] = {{2 * US_PER_HOUR, "Your membership opens at 19:42"},
                 {14 * US_PER_HOUR, "Your membership opens tomorrow at 07:42"},
                 {3 * US_PER_DAY, "Your membership opens Saturday at 17:42"}};
    (void)state;
    for (size_t i = 0; i < sizeof(opens) / sizeof(opens[0]); i++) {
        struct rig rig;
        struct gate_news news = rig_denied("lane1", ACCESS_OUTSIDE_HOURS);
        rig_open(&rig, 1024, 600);
        news.opens_utc_us = rig.utc_us + opens[i].in_us;
        rig_tell(&rig, &news);
        assert_non_null(rig_find(&rig, UI_STATUS, opens[i].title));
        rig_close(&rig);
    }
}

static const struct {
    enum news_notice notice;
    const char *title;
    enum sound sound;
} notices[] = {
    {NOTICE_READ_AGAIN, "Once more, please", SOUND_WAIT},
    {NOTICE_SECOND_TAP, "The gate is already open", SOUND_GRANTED},
    {NOTICE_WAIT, "One moment, please", SOUND_WAIT},
    {NOTICE_WAIT_OVER, "That took too long", SOUND_WAIT},
    {NOTICE_BUSY, "Somebody is before you", SOUND_WAIT},
    {NOTICE_JOURNAL_FAILED, "We couldn't book your visit", SOUND_WARNING},
    {NOTICE_OUT_OF_SERVICE, "This gate is out of order", SOUND_WARNING},
    {NOTICE_EXIT_NEEDS_CARD, "You need your card here", SOUND_WARNING},
    {NOTICE_REQUEST_TO_EXIT, "The gate is open", SOUND_GRANTED},
    {NOTICE_STAFF_RELEASE, "The gate is open", SOUND_GRANTED},
    {NOTICE_TAILGATE, "One at a time, please", SOUND_ALARM},
    {NOTICE_WRONG_WAY, "This way is closed", SOUND_ALARM},
    {NOTICE_HELD_OPEN, "Please let the gate close", SOUND_ALARM},
    {NOTICE_FORCED, "The gate was pushed open", SOUND_ALARM},
};

static void every_notice_says_what_to_do(void **state)
{
    (void)state;
    for (size_t s = 0; s < SIZES; s++) {
        for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++) {
            struct rig rig;
            struct gate_news news = rig_notice("lane2", notices[i].notice);
            rig_open(&rig, sizes[s].width, sizes[s].height);
            rig_tell(&rig, &news);
            assert_non_null(rig_find(&rig, UI_STATUS, notices[i].title));
            assert_int_equal(rig.sound, notices[i].sound);
            check_picture(&rig);
            rig_wait(&rig, 9 * US_PER_S);
            assert_null(rig_find(&rig, UI_STATUS, notices[i].title));
            rig_close(&rig);
        }
    }
}

static void what_is_the_technicians_is_not_shown_to_members(void **state)
{
    static const enum news_notice quiet[] = {NOTICE_POINT_UNKNOWN, NOTICE_TAMPER,  NOTICE_TAMPER_END,
                                             NOTICE_CLOCK_JUMPED,  NOTICE_UNDONE,  NOTICE_FREE_PASSAGE,
                                             NOTICE_JOURNAL,       NOTICE_BACKLOG, NOTICE_NO_ROTATION,
                                             NOTICE_READER_READY,  NOTICE_UNKNOWN};
    struct rig rig;
    (void)state;
    rig_open(&rig, 1024, 600);
    for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++) {
        struct gate_news news = rig_notice("lane1", quiet[i]);
        rig_tell(&rig, &news);
        assert_non_null(rig_find(&rig, UI_STATUS, "Hold up your card"));
        assert_int_equal(rig.sounds, 0);
    }
    rig_close(&rig);
}

static void every_end_without_a_passage_says_why(void **state)
{
    static const char *const ends[][2] = {{"time_up", "The gate has closed again"},
                                          {"wrong_way", "That was the other way"},
                                          {"no_rotation", "The gate didn't turn"},
                                          {"lockdown", "The entrance is locked"},
                                          {"locked", "The gate has been locked"},
                                          {"tapped_elsewhere", "Your other gate is open"},
                                          {"journal_failed", "We couldn't book your visit"},
                                          {"line_failed", "The gate doesn't open"},
                                          {"refused", "The gate didn't open"},
                                          {"fire", "The gates are open"},
                                          {"of a later gate", "The gate has closed again"}};
    (void)state;
    for (size_t s = 0; s < SIZES; s++) {
        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
            struct rig rig;
            struct gate_news news = rig_granted("lane1", 7);
            rig_open(&rig, sizes[s].width, sizes[s].height);
            rig_tell(&rig, &news);
            rig_phase(&rig, NEWS_NOT_PASSED, "lane1", 7, ends[i][0]);
            assert_non_null(rig_find(&rig, UI_STATUS, ends[i][1]));
            assert_false(rig_says(&rig, "Åsa"));
            check_picture(&rig);
            rig_close(&rig);
        }
    }
}

static void a_grant_says_who_what_and_how_much_is_left(void **state)
{
    (void)state;
    for (size_t s = 0; s < SIZES; s++) {
        struct rig rig;
        struct gate_news news = rig_granted("lane1", 7);
        rig_open(&rig, sizes[s].width, sizes[s].height);
        rig_tell(&rig, &news);
        const struct ui_node *node = rig_find(&rig, UI_STATUS, "Welcome in");
        assert_non_null(node);
        assert_non_null(strstr(node->value, "Åsa"));
        assert_non_null(strstr(node->value, "Gold"));
        assert_non_null(strstr(node->value, "178 · days left"));
        assert_non_null(rig_find(&rig, UI_HEADING, "Åsa"));
        assert_non_null(rig_find(&rig, UI_TEXT, "178"));
        assert_true(rig_says(&rig, "Valid through 22\xc2\xa0May"));
        check_picture(&rig);
        rig_close(&rig);
    }
}

static void clips_are_counted_and_a_debit_is_not(void **state)
{
    struct rig rig;
    struct gate_news news = rig_granted("lane1", 7);
    (void)state;
    rig_open(&rig, 1024, 600);
    news.entitlement = NEWS_PUNCH_CARD;
    news.clips_left = 1;
    rig_tell(&rig, &news);
    assert_non_null(rig_find(&rig, UI_TEXT, "1"));
    assert_true(rig_says(&rig, "clip left"));
    news = rig_granted("lane1", 8);
    news.until_day = date_day(2026, 11, 30);
    rig_tell(&rig, &news);
    assert_false(rig_says(&rig, "days left"));
    assert_true(rig_says(&rig, "Valid through 30\xc2\xa0November"));
    news.warnings[news.n_warnings++] =
        (struct access_warning){.kind = ACCESS_WARN_ENDS_SOON, .value = 5, .day = news.until_day};
    news.grant = 9;
    rig_tell(&rig, &news);
    assert_true(rig_says(&rig, "days left"));
    assert_true(rig_says(&rig, "Ends soon"));
    rig_close(&rig);
}

static void warnings_are_told_but_for_what_is_the_houses_own(void **state)
{
    struct rig rig;
    struct gate_news news = rig_granted("lane1", 7);
    (void)state;
    rig_open(&rig, 800, 480);
    (void)text_copy(news.message, sizeof(news.message), "Your parcel is here");
    news.warnings[0] = (struct access_warning){.kind = ACCESS_WARN_PASSBACK, .day = DAY_NONE};
    news.warnings[1] = (struct access_warning){.kind = ACCESS_WARN_CLOCK, .day = DAY_NONE};
    news.warnings[2] =
        (struct access_warning){.kind = ACCESS_WARN_CERTIFICATE_ENDS, .value = 5, .day = date_day(2026, 12, 15)};
    news.warnings[3] = (struct access_warning){.kind = ACCESS_WARN_MESSAGE, .day = DAY_NONE};
    news.n_warnings = 4;
    rig_tell(&rig, &news);
    assert_true(rig_says(&rig, "Your parcel is here"));
    assert_true(rig_says(&rig, "certificate by 15\xc2\xa0"
                               "December"));
    assert_null(ui_find_id(rig_draw(&rig), "line-a.2"));
    check_picture(&rig);
    rig_close(&rig);
}

static void who_leaves_is_told_goodbye(void **state)
{
    struct rig rig;
    struct gate_news news = rig_granted("lane1", 7);
    (void)state;
    rig_open(&rig, 1024, 600);
    news.side = NEWS_SIDE_OUT;
    rig_tell(&rig, &news);
    rig_phase(&rig, NEWS_RELEASED, "lane1", 7, "");
    assert_non_null(rig_find(&rig, UI_STATUS, "Goodbye"));
    assert_true(rig_says(&rig, "walk out"));
    rig_close(&rig);
}

static void long_names_and_strange_ones_move_nothing(void **state)
{
    static const char *const names[] = {"Wolfeschlegelsteinhausenbergerdorff-Maximilianexx", "مريم بنت عبد الله",
                                        "👩‍👩‍👧‍👦👩‍👩‍👧‍👦",
                                        "a b c d e f g h i j k l m n o p q r s t u v"};
    (void)state;
    for (size_t s = 0; s < SIZES; s++) {
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            struct rig rig;
            struct gate_news news = rig_granted("lane1", 7);
            rig_open(&rig, sizes[s].width, sizes[s].height);
            (void)text_copy(news.name, sizeof(news.name), names[i]);
            memset(news.message, 'W', sizeof(news.message) - 1);
            rig_tell(&rig, &news);
            check_picture(&rig);
            assert_true(rig_says(&rig, "days left"));
            rig_close(&rig);
        }
    }
}

static void the_pages_say_why_no_card_is_taken(void **state)
{
    (void)state;
    for (size_t s = 0; s < SIZES; s++) {
        struct rig rig;
        struct gate_status status = rig_status();
        rig_open(&rig, sizes[s].width, sizes[s].height);
        entrance_link(&rig.e, ENTRANCE_LINK_STARTING, rig.now_us);
        assert_non_null(rig_find(&rig, UI_STATUS, "One moment, please"));
        check_picture(&rig);
        entrance_link(&rig.e, ENTRANCE_LINK_SILENT, rig.now_us);
        rig_wait(&rig, 2 * US_PER_S);
        assert_non_null(rig_find(&rig, UI_STATUS, "Out of service"));
        check_picture(&rig);
        entrance_link(&rig.e, ENTRANCE_LINK_CONNECTED, rig.now_us);
        status.lanes[0].fault = status.lanes[1].fault = true;
        entrance_status(&rig.e, &status, rig.now_us);
        assert_non_null(rig_find(&rig, UI_STATUS, "The gate is out of order"));
        check_picture(&rig);
        status = rig_status();
        status.readers[0].working = status.readers[1].working = false;
        entrance_status(&rig.e, &status, rig.now_us);
        assert_non_null(rig_find(&rig, UI_STATUS, "The card reader is out of order"));
        check_picture(&rig);
        status = rig_status();
        status.list.state = STATUS_LIST_MISSING;
        entrance_status(&rig.e, &status, rig.now_us);
        assert_non_null(rig_find(&rig, UI_STATUS, "We can't check cards right now"));
        check_picture(&rig);
        status = rig_status();
        status.lanes[1].fault = true;
        status.list.age_s = 50 * 3600;
        status.n_zones = 1;
        status.zones[0] = (struct status_zone){.id = 1, .people = 23, .limit = 80};
        entrance_status(&rig.e, &status, rig.now_us);
        assert_non_null(rig_find(&rig, UI_TEXT, "Gate 2 is out of order"));
        assert_non_null(rig_find(&rig, UI_STATUS, "Offline for 2 days"));
        assert_non_null(rig_find(&rig, UI_TEXT, "23 of 80 here now"));
        check_picture(&rig);
        rig_close(&rig);
    }
}

static void verdicts_differ_in_luminance_and_shape(void **state)
{
    const struct theme *theme = theme_get(THEME_LIGHT);
    (void)state;
    assert_true(colour_contrast(theme_colour(theme, THEME_GRANTED_END), theme_colour(theme, THEME_DENIED)) >= 3);
    assert_true(colour_contrast(theme_colour(theme, THEME_GRANTED_END), theme_colour(theme, THEME_WAIT)) >= 2.5F);
    assert_true(colour_contrast(theme_colour(theme, THEME_FIRE_END), theme_colour(theme, THEME_DENIED)) >= 3);
    assert_true(colour_contrast(theme_colour(theme, THEME_ON_GRANTED), theme_colour(theme, THEME_GRANTED_END)) >= 4.5F);
    assert_true(colour_contrast(theme_colour(theme, THEME_ON_DENIED), theme_colour(theme, THEME_DENIED)) >= 4.5F);
    assert_true(colour_contrast(theme_colour(theme, THEME_ON_WAIT), theme_colour(theme, THEME_WAIT)) >= 4.5F);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_denial_says_what_is_the_case),
        cmocka_unit_test(a_denial_says_until_when_and_whose_it_is),
        cmocka_unit_test(a_denial_by_the_hour_says_when_it_opens),
        cmocka_unit_test(every_notice_says_what_to_do),
        cmocka_unit_test(what_is_the_technicians_is_not_shown_to_members),
        cmocka_unit_test(every_end_without_a_passage_says_why),
        cmocka_unit_test(a_grant_says_who_what_and_how_much_is_left),
        cmocka_unit_test(clips_are_counted_and_a_debit_is_not),
        cmocka_unit_test(warnings_are_told_but_for_what_is_the_houses_own),
        cmocka_unit_test(who_leaves_is_told_goodbye),
        cmocka_unit_test(long_names_and_strange_ones_move_nothing),
        cmocka_unit_test(the_pages_say_why_no_card_is_taken),
        cmocka_unit_test(verdicts_differ_in_luminance_and_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
