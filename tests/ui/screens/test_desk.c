/* The desk's pages: what happened at the entrance, who needs help, what is not as it should be. */
#include "stand.h"

#include "base/clock.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const float sizes[][2] = {{1024, 600}, {800, 480}, {800, 1280}};

static void open_desk(struct stand *stand, float width, float height)
{
    stand_open(stand, SHELL_DESK, width, height);
    stand_sign_in(stand);
}

static void tap(struct stand *stand, enum news_phase phase, const char *name, int64_t grant, enum access_code code)
{
    struct gate_news news = stand_news(stand, phase);
    news.code = code;
    news.cure = code < ACCESS_CODES ? access_code_cure(code) : ACCESS_CURE_NONE;
    news.grant = grant;
    (void)text_copy(news.name, sizeof(news.name), name);
    (void)snprintf(news.card, sizeof(news.card), "04a1b2c3d4e5%02x", (unsigned char)name[0]);
    (void)text_copy(news.product, sizeof(news.product), "Gold");
    stand_tell(stand, &news);
    stand->now_us += US_PER_S;
    stand->utc_us += US_PER_S;
}

static void taps_stand_newest_first_and_say_how_they_ended(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct stand stand;
        open_desk(&stand, sizes[i][0], sizes[i][1]);
        tap(&stand, NEWS_GRANTED, "Anna", 1, ACCESS_GRANTED);
        tap(&stand, NEWS_GRANTED, "Bert", 2, ACCESS_GRANTED);
        tap(&stand, NEWS_PASSED, "", 1, ACCESS_CODES);
        tap(&stand, NEWS_DENIED, "Cora", 0, ACCESS_SUSPENDED);
        const struct ui_node *anna = stand_find(&stand, UI_ROW, "Anna · Came in");
        const struct ui_node *bert = stand_find(&stand, UI_ROW, "Bert · Open");
        const struct ui_node *cora = stand_find(&stand, UI_ROW, "Cora · Denied");
        assert_non_null(anna);
        assert_non_null(bert);
        assert_non_null(cora);
        assert_true(cora->rect.y < bert->rect.y && bert->rect.y < anna->rect.y);
        assert_true(stand_says(&stand, "Suspended by staff"));
        tap(&stand, NEWS_NOT_PASSED, "", 2, ACCESS_CODES);
        assert_non_null(stand_find(&stand, UI_ROW, "Bert · Didn't go through"));
        stand_close(&stand);
    }
}

static void two_hundred_taps_are_kept(void **state)
{
    struct stand stand;
    (void)state;
    open_desk(&stand, 1024, 600);
    for (int i = 0; i < 250; i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "N%d", i);
        tap(&stand, NEWS_GRANTED, name, i + 1, ACCESS_GRANTED);
    }
    assert_int_equal(stand.shell->desk.n, DESK_TAPS_MAX);
    assert_string_equal(desk_tap(&stand.shell->desk, 0)->name, "N249");
    assert_string_equal(desk_tap(&stand.shell->desk, DESK_TAPS_MAX - 1)->name, "N50");
    tap(&stand, NEWS_PASSED, "", 251 - 200, ACCESS_CODES);
    assert_int_equal(desk_tap(&stand.shell->desk, DESK_TAPS_MAX - 1)->result, DESK_PASSED);
    assert_non_null(stand_find(&stand, UI_ROW, "N249 · Open"));
    stand_close(&stand);
}

static void a_card_without_a_name_is_masked(void **state)
{
    struct stand stand;
    (void)state;
    open_desk(&stand, 1024, 600);
    struct gate_news news = stand_news(&stand, NEWS_DENIED);
    news.code = ACCESS_CARD_UNKNOWN;
    (void)text_copy(news.card, sizeof(news.card), "04a1b2c3d4e59c");
    stand_tell(&stand, &news);
    assert_true(stand_says(&stand, "Card 04a1"));
    assert_false(stand_says(&stand, "b2c3"));
    stand_close(&stand);
}

/* Help. */

static void the_last_denial_is_offered_with_its_cure(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct stand stand;
        struct shell_wish wish = {0};
        open_desk(&stand, sizes[i][0], sizes[i][1]);
        assert_true(stand_says(&stand, "Nobody waits for help"));
        tap(&stand, NEWS_DENIED, "Anna", 0, ACCESS_CARD_BLOCKED);
        tap(&stand, NEWS_DENIED, "Bert", 0, ACCESS_INVOICE_OVERDUE);
        assert_non_null(stand_find(&stand, UI_HEADING, "Bert"));
        assert_true(stand_says(&stand, "What helps: Pay the invoice at the till"));
        stand_touch_id(&stand, "desk.help-let-in");
        stand_touch(&stand, UI_BUTTON, "Paid at the desk");
        assert_int_equal(stand_wishes(&stand, SHELL_WISH_RELEASE, &wish), 1);
        assert_string_equal(wish.lane, "lane1");
        assert_int_equal(wish.side, LANE_IN);
        assert_string_equal(wish.why, "Paid at the desk");
        stand_close(&stand);
    }
}

static void who_is_dismissed_or_let_in_needs_no_help(void **state)
{
    struct stand stand;
    (void)state;
    open_desk(&stand, 1024, 600);
    tap(&stand, NEWS_DENIED, "Anna", 0, ACCESS_UNPAID);
    tap(&stand, NEWS_DENIED, "Bert", 0, ACCESS_INVOICE_OVERDUE);
    tap(&stand, NEWS_GRANTED, "Bert", 9, ACCESS_GRANTED);
    assert_non_null(stand_find(&stand, UI_HEADING, "Anna"));
    assert_true(stand_says(&stand, "What helps: Charge"));
    stand_touch(&stand, UI_BUTTON, "Dismiss");
    assert_true(stand_says(&stand, "Nobody waits for help"));
    stand_close(&stand);
}

static void an_old_denial_and_one_that_only_time_cures_need_nobody(void **state)
{
    struct stand stand;
    (void)state;
    open_desk(&stand, 1024, 600);
    stand.shell->settings.sign_out_us = 0;
    tap(&stand, NEWS_DENIED, "Anna", 0, ACCESS_TOO_SOON);
    tap(&stand, NEWS_DENIED, "Bert", 0, ACCESS_UNIT_LOCKED);
    assert_true(stand_says(&stand, "Nobody waits for help"));
    tap(&stand, NEWS_DENIED, "Cora", 0, ACCESS_FROZEN);
    assert_non_null(stand_find(&stand, UI_HEADING, "Cora"));
    stand_wait(&stand, DESK_HELP_US);
    assert_true(stand_says(&stand, "Nobody waits for help"));
    stand_close(&stand);
}

static void a_denial_names_its_day(void **state)
{
    static const struct {
        enum access_code code;
        const char *says;
    } denials[] = {{ACCESS_FROZEN, "Frozen through: 30 November"}, {ACCESS_UNPAID, "Paid through: 30 November"},
                   {ACCESS_ENDED, "Ended: 30 November"},           {ACCESS_NOT_STARTED, "Starts: 30 November"},
                   {ACCESS_CARD_EXPIRED, "Expired: 30 November"},  {ACCESS_PUNCH_CARD_EXPIRED, "Expired: 30 November"}};
    struct stand stand;
    (void)state;
    open_desk(&stand, 1024, 600);
    for (size_t i = 0; i < sizeof(denials) / sizeof(denials[0]); i++) {
        struct gate_news news = stand_news(&stand, NEWS_DENIED);
        news.code = denials[i].code;
        news.until_day = date_day(2026, 11, 30);
        (void)text_copy(news.name, sizeof(news.name), "Anna");
        stand_tell(&stand, &news);
        assert_true(stand_says(&stand, denials[i].says));
    }
    stand_close(&stand);
}

static void every_denial_has_words(void **state)
{
    struct stand stand;
    (void)state;
    open_desk(&stand, 1024, 600);
    for (int code = ACCESS_UNIT_LOCKED; code < ACCESS_CODES; code++) {
        struct desk_tap denied = {.code = (enum access_code)code, .until_day = DAY_NONE};
        char words[SHELL_WORDS_SIZE];
        shell_words_denied(stand.shell, &denied, words, sizeof(words));
        assert_true(strlen(words) > 3);
        bool cured = access_code_cure((enum access_code)code) != ACCESS_CURE_NONE;
        assert_int_equal(shell_words_cure(access_code_cure((enum access_code)code))[0] != '\0', cured);
    }
    stand_close(&stand);
}

/* Alarms and figures. */

static void a_lasting_alarm_says_what_to_do_until_it_is_over(void **state)
{
    struct stand stand;
    struct gate_status status = stand_status();
    (void)state;
    open_desk(&stand, 1024, 600);
    stand.shell->settings.sign_out_us = 0;
    assert_true(stand_says(&stand, "All is well"));
    (void)text_copy(status.lanes[1].alarm, sizeof(status.lanes[1].alarm), "held_open");
    stand_tell_status(&stand, &status);
    assert_true(stand_says(&stand, "Held open: lane2"));
    assert_true(stand_says(&stand, "Clear the way and close it."));
    assert_true(stand_says(&stand, "1 alarm"));
    stand_wait(&stand, 10 * US_PER_MIN);
    assert_true(stand_says(&stand, "Held open: lane2"));
    status.lanes[1].alarm[0] = '\0';
    stand_tell_status(&stand, &status);
    assert_false(stand_says(&stand, "Held open"));
    stand_close(&stand);
}

static void an_alarm_of_a_moment_shows_for_a_minute(void **state)
{
    struct stand stand;
    (void)state;
    open_desk(&stand, 1024, 600);
    struct gate_news news = stand_news(&stand, NEWS_ALARM);
    news.notice = NOTICE_TAILGATE;
    stand_tell(&stand, &news);
    stand_tell(&stand, &news); /* the same once more */
    assert_true(stand_says(&stand, "Somebody followed in: lane1"));
    assert_true(stand_says(&stand, "1 alarm"));
    stand_wait(&stand, SHELL_MOMENT_US - US_PER_S);
    assert_true(stand_says(&stand, "Somebody followed in: lane1"));
    stand_wait(&stand, US_PER_S);
    assert_false(stand_says(&stand, "Somebody followed in"));
    stand_close(&stand);
}

static void everything_that_can_be_wrong_is_an_alarm(void **state)
{
    struct stand stand;
    struct gate_status status = stand_status();
    struct shell_alarm alarms[SHELL_ALARMS_MAX];
    (void)state;
    open_desk(&stand, 1024, 600);
    status.fire = status.lockdown = status.lanes[0].fault = true;
    status.readers[1].working = status.clock.trusted = false;
    status.list.state = STATUS_LIST_MISSING;
    (void)text_copy(status.journal.error, sizeof(status.journal.error), "No space left on device");
    (void)text_copy(status.lanes[1].alarm, sizeof(status.lanes[1].alarm), "of_a_later_version");
    stand_tell_status(&stand, &status);
    size_t n = shell_alarms(stand.shell, alarms);
    assert_int_equal(n, 8);
    assert_int_equal(alarms[0].notice, NOTICE_FIRE);
    for (size_t i = 0; i < n; i++) {
        char what[SHELL_WORDS_SIZE], to_do[SHELL_WORDS_SIZE];
        shell_words_alarm(&alarms[i], what, to_do, sizeof(what));
        assert_true(what[0] && to_do[0]);
        assert_true(!alarms[i].place[0] || strstr(what, alarms[i].place));
        assert_null(strstr(what, "%s"));
    }
    assert_true(stand_says(&stand, "Fire: all lanes are open"));
    assert_true(stand_says(&stand, "8 alarms"));
    stand_close(&stand);
}

static void lanes_people_and_the_lists_age_show(void **state)
{
    struct stand stand;
    (void)state;
    open_desk(&stand, 1024, 600);
    assert_true(stand_says(&stand, "lane1"));
    assert_true(stand_says(&stand, "42 of 120"));
    assert_true(stand_says(&stand, "2 minutes"));
    stand_wait(&stand, US_PER_MIN);
    assert_true(stand_says(&stand, "3 minutes")); /* it grows older while nothing is told */
    stand_close(&stand);
}

static void a_lane_out_of_service_lets_nobody_in(void **state)
{
    struct stand stand;
    struct gate_status status = stand_status();
    (void)state;
    open_desk(&stand, 1024, 600);
    status.lanes[0].fault = true;
    stand_tell_status(&stand, &status);
    (void)stand_draw(&stand);
    assert_true(ui_find_id(stand.ui, "desk.let-in.0")->state & UI_DISABLED);
    assert_false(ui_find_id(stand.ui, "desk.let-in.1")->state & UI_DISABLED);
    stand_close(&stand);
}

static void pages_to_come_say_so(void **state)
{
    static const char *const pages[] = {"Customers", "Till", "Cards"};
    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct stand stand;
        open_desk(&stand, sizes[i][0], sizes[i][1]);
        for (size_t k = 0; k < sizeof(pages) / sizeof(pages[0]); k++) {
            stand_touch(&stand, UI_TAB, pages[k]);
            assert_true(stand_says(&stand, "This page comes with a later version."));
        }
        stand_close(&stand);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taps_stand_newest_first_and_say_how_they_ended),
        cmocka_unit_test(two_hundred_taps_are_kept),
        cmocka_unit_test(a_card_without_a_name_is_masked),
        cmocka_unit_test(the_last_denial_is_offered_with_its_cure),
        cmocka_unit_test(who_is_dismissed_or_let_in_needs_no_help),
        cmocka_unit_test(an_old_denial_and_one_that_only_time_cures_need_nobody),
        cmocka_unit_test(a_denial_names_its_day),
        cmocka_unit_test(every_denial_has_words),
        cmocka_unit_test(a_lasting_alarm_says_what_to_do_until_it_is_over),
        cmocka_unit_test(an_alarm_of_a_moment_shows_for_a_minute),
        cmocka_unit_test(everything_that_can_be_wrong_is_an_alarm),
        cmocka_unit_test(lanes_people_and_the_lists_age_show),
        cmocka_unit_test(a_lane_out_of_service_lets_nobody_in),
        cmocka_unit_test(pages_to_come_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
