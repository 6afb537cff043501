/* What both faces have in common: pages, acts and their answers, signing out, a gate that is away. */
#include "stand.h"

#include "base/clock.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const float sizes[][2] = {{1024, 600}, {800, 480}, {1280, 800}, {800, 1280}};

enum { SIZES = sizeof(sizes) / sizeof(sizes[0]), RANDOM_EVENTS = 10000 };

static void walk(enum shell_kind kind, const char *const pages[], size_t n)
{
    for (size_t i = 0; i < SIZES; i++) {
        struct stand stand;
        stand_open(&stand, kind, sizes[i][0], sizes[i][1]);
        stand_sign_in(&stand);
        for (size_t k = n; k-- > 0;) {
            stand_touch(&stand, UI_TAB, pages[k]);
            assert_non_null(stand_find(&stand, UI_HEADING, pages[k]));
            assert_int_equal(stand.shell->page, k);
            assert_true(stand_find(&stand, UI_TAB, pages[k])->state & UI_SELECTED);
        }
        stand_close(&stand);
    }
}

static void the_rail_leads_to_every_page(void **state)
{
    static const char *const desk[] = {"Home", "Customers", "Till", "Cards"};
    static const char *const service[] = {"Overview", "Lines", "Readers", "Journal", "System", "Tests"};
    (void)state;
    walk(SHELL_DESK, desk, DESK_PAGES);
    walk(SHELL_SERVICE, service, SERVICE_PAGES);
}

/* Acts. */

static void let_in(struct stand *stand, const char *reason)
{
    stand_touch_id(stand, "desk.let-in.1");
    stand_touch(stand, UI_BUTTON, reason);
}

static void an_act_says_where_who_and_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        struct stand stand;
        struct shell_wish wish = {0};
        stand_open(&stand, SHELL_DESK, sizes[i][0], sizes[i][1]);
        stand_sign_in(&stand);
        let_in(&stand, "Visitor");
        assert_int_equal(stand_wishes(&stand, SHELL_WISH_RELEASE, &wish), 1);
        assert_string_equal(wish.lane, "lane2");
        assert_int_equal(wish.side, LANE_IN);
        assert_string_equal(wish.who, "Bo Ek");
        assert_string_equal(wish.why, "Visitor");
        stand_close(&stand);
    }
}

static void the_reason_is_noted_in_english_whatever_the_language(void **state)
{
    struct stand stand;
    struct shell_wish wish = {0};
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    stand_sign_in(&stand);
    stand.shell->language = LANGUAGE_FI;
    stand_touch_id(&stand, "desk.let-in.0");
    stand_touch_id(&stand, "sheet.choice.0");
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_RELEASE, &wish), 1);
    assert_string_equal(wish.why, "Forgot the card");
    stand_close(&stand);
}

static void no_reason_no_act(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    stand_sign_in(&stand);
    stand_touch_id(&stand, "desk.let-in.0");
    assert_non_null(stand_find(&stand, UI_DIALOG, NULL));
    stand_touch(&stand, UI_BUTTON, "Cancel");
    assert_null(stand_find(&stand, UI_DIALOG, NULL));
    stand_touch_id(&stand, "desk.let-in.0");
    stand_finger(&stand, INPUT_DOWN, 4, 4); /* beside the sheet */
    stand_finger(&stand, INPUT_UP, 4, 4);
    assert_null(stand_find(&stand, UI_DIALOG, NULL));
    stand_touch_id(&stand, "desk.let-in.0");
    stand_input(&stand, &(struct input_event){.kind = INPUT_KEY, .key = INPUT_KEY_ESCAPE});
    assert_null(stand_find(&stand, UI_DIALOG, NULL));
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_RELEASE, NULL), 0);
    stand_close(&stand);
}

static void nothing_acts_twice_while_an_answer_is_awaited(void **state)
{
    struct stand stand;
    struct shell_wish wish = {0};
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    stand_sign_in(&stand);
    let_in(&stand, "Visitor");
    assert_true(ui_find_id(stand.ui, "desk.let-in.1")->state & UI_BUSY);
    assert_false(ui_find_id(stand.ui, "desk.let-in.0")->state & UI_BUSY);
    stand_touch_id(&stand, "desk.let-in.1");
    assert_null(stand_find(&stand, UI_DIALOG, NULL));
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_RELEASE, &wish), 1);
    wish.token = 0;
    shell_ask(stand.shell, &wish, stand.now_us); /* whoever asks */
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_RELEASE, NULL), 0);
    stand_close(&stand);
}

static void every_answer_is_said_for_a_while(void **state)
{
    static const struct {
        enum shell_outcome outcome;
        const char *says;
    } answers[] = {{SHELL_DONE, "Open inwards: lane2"},
                   {SHELL_NO_LANE, "no such lane"},
                   {SHELL_BUSY, "in use"},
                   {SHELL_REFUSED, "can't be opened now"},
                   {SHELL_TOO_MANY, "too many at once"},
                   {SHELL_FAILED, "something is wrong at the gate"},
                   {SHELL_NOT_SENT, "the gate does not answer"},
                   {SHELL_TIMED_OUT, "No answer"}};
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    stand_sign_in(&stand);
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct shell_wish wish = {0};
        let_in(&stand, "Visitor");
        assert_int_equal(stand_wishes(&stand, SHELL_WISH_RELEASE, &wish), 1);
        shell_answer(stand.shell, wish.token + 1, SHELL_DONE, stand.now_us); /* another's */
        assert_null(ui_find_id(stand_draw(&stand), "toast"));
        shell_answer(stand.shell, wish.token, answers[i].outcome, stand.now_us);
        assert_true(stand_says(&stand, answers[i].says));
        assert_false(ui_find_id(stand.ui, "desk.let-in.1")->state & UI_BUSY);
        stand_wait(&stand, SHELL_TOAST_US);
        assert_null(ui_find_id(stand_draw(&stand), "toast"));
    }
    stand_close(&stand);
}

static void an_answer_that_never_comes_is_given_up(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    stand_sign_in(&stand);
    let_in(&stand, "Visitor");
    stand_wait(&stand, SHELL_ANSWER_US);
    assert_true(stand_says(&stand, "No answer"));
    assert_false(shell_waits(stand.shell, SHELL_WISH_RELEASE, "lane2"));
    stand_close(&stand);
}

static void modes_and_lock_down_are_the_service_faces(void **state)
{
    struct stand stand;
    struct shell_wish mode = {.kind = SHELL_WISH_MODE, .lane = "lane1", .mode = LANE_FREE};
    struct shell_wish lockdown = {.kind = SHELL_WISH_LOCKDOWN, .on = true};
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    shell_ask(stand.shell, &mode, stand.now_us); /* nobody is here */
    stand_sign_in(&stand);
    shell_ask(stand.shell, &mode, stand.now_us);
    shell_ask(stand.shell, &lockdown, stand.now_us);
    assert_int_equal(stand.shell->n_wishes, 0);
    stand_close(&stand);
}

static void lock_down_asks_first(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        struct stand stand;
        struct shell_wish wish = {0};
        stand_open(&stand, SHELL_SERVICE, sizes[i][0], sizes[i][1]);
        stand_sign_in(&stand);
        stand_touch(&stand, UI_TAB, "Lines");
        stand_touch(&stand, UI_BUTTON, "Lock down");
        assert_int_equal(stand_wishes(&stand, SHELL_WISH_LOCKDOWN, NULL), 0);
        stand_touch(&stand, UI_BUTTON, "Cancel");
        assert_int_equal(stand_wishes(&stand, SHELL_WISH_LOCKDOWN, NULL), 0);
        stand_touch(&stand, UI_BUTTON, "Lock down");
        stand_touch(&stand, UI_BUTTON, "Yes, do it");
        assert_int_equal(stand_wishes(&stand, SHELL_WISH_LOCKDOWN, &wish), 1);
        assert_true(wish.on);
        assert_string_equal(wish.who, "Bo Ek");
        stand_close(&stand);
    }
}

/* Signing out. */

static void an_untouched_screen_warns_and_signs_out(void **state)
{
    struct stand stand;
    struct shell_wish wish = {0};
    (void)state;
    stand_open(&stand, SHELL_SERVICE, 1024, 600);
    stand_sign_in(&stand);
    stand_touch(&stand, UI_TAB, "System");
    int64_t out_us = stand.shell->settings.sign_out_us;
    stand_wait(&stand, out_us - SHELL_WARN_US - US_PER_S);
    assert_null(stand_find(&stand, UI_DIALOG, NULL));
    stand_wait(&stand, US_PER_S);
    assert_true(stand_says(&stand, "Signing out in: 0:20"));
    stand_wait(&stand, 5 * US_PER_S);
    assert_true(stand_says(&stand, "Signing out in: 0:15"));
    stand_touch(&stand, UI_BUTTON, "Stay signed in");
    assert_null(stand_find(&stand, UI_DIALOG, NULL));
    (void)stand_wishes(&stand, SHELL_WISH_NOTE, NULL);
    stand_wait(&stand, out_us - US_PER_S);
    assert_true(stand.shell->signed_in);
    stand_wait(&stand, US_PER_S);
    assert_false(stand.shell->signed_in);
    assert_true(stand_says(&stand, "Signed out because nobody touched the screen"));
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_NOTE, &wish), 1);
    assert_string_equal(wish.why, "signed out, nobody touched the screen");
    stand_sign_in(&stand);
    assert_non_null(stand_find(&stand, UI_HEADING, "Overview")); /* the page is gone too */
    stand_close(&stand);
}

static void a_touch_that_comes_too_late_does_nothing(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    stand_sign_in(&stand);
    stand_touch_id(&stand, "desk.let-in.0");
    stand.now_us += stand.shell->settings.sign_out_us; /* the process was held up */
    shell_on(stand.shell, &(struct intent){.kind = SHELL_ON_REASON, .arg = 1}, stand.ui, stand.now_us);
    assert_false(stand.shell->signed_in);
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_RELEASE, NULL), 0);
    stand_close(&stand);
}

static void signing_out_leaves_nothing_behind(void **state)
{
    struct stand stand;
    struct shell_wish wish = {0};
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    stand_sign_in(&stand);
    stand_touch(&stand, UI_BUTTON, "Language");
    stand_touch(&stand, UI_BUTTON, "Suomi");
    assert_int_equal(stand.shell->language, LANGUAGE_FI);
    let_in(&stand, shell_words_reason(2));
    stand_touch_id(&stand, "rail.sign-out");
    assert_false(stand.shell->signed_in);
    assert_int_equal(stand.shell->language, LANGUAGE_EN);
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_NOTE, &wish), 1);
    assert_string_equal(wish.who, "Bo Ek");
    assert_string_equal(wish.why, "signed out");
    shell_answer(stand.shell, stand.shell->last_token, SHELL_DONE, stand.now_us);
    assert_null(ui_find_id(stand_draw(&stand), "toast")); /* not for the next one's eyes */
    assert_false(stand_says(&stand, "lane2"));
    stand_close(&stand);
}

static void who_is_no_longer_in_the_list_is_signed_out(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_SERVICE, 1024, 600);
    stand_sign_in(&stand);
    shell_staff(stand.shell, NULL, 0, stand.now_us);
    assert_true(stand.shell->signed_in); /* a list that can't be read: who repairs it stays */
    stand_people(&stand, 4);
    assert_true(stand.shell->signed_in);
    stand_people(&stand, 1);
    assert_false(stand.shell->signed_in);
    stand_close(&stand);
}

/* A gate that is away. */

static void a_gate_that_is_away_is_said_on_every_page(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_SERVICE, 1024, 600);
    stand_sign_in(&stand);
    for (int link = SHELL_LINK_GONE; link <= SHELL_LINK_SILENT; link++) {
        shell_link(stand.shell, (enum shell_link)link, stand.now_us);
        stand_wait(&stand, 3 * US_PER_S);
        for (int page = 0; page < SERVICE_PAGES; page++) {
            shell_open_page(stand.shell, page, stand.now_us);
            assert_true(stand_says(&stand, "The gate does not answer. What shows is from: 17:42:"));
        }
    }
    shell_link(stand.shell, SHELL_LINK_CONNECTED, stand.now_us);
    assert_false(stand_says(&stand, "does not answer"));
    stand_close(&stand);
}

static void nothing_is_asked_of_a_gate_that_is_away(void **state)
{
    struct stand stand;
    struct shell_wish wish = {.kind = SHELL_WISH_RELEASE, .lane = "lane1", .why = "Visitor"};
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    stand_sign_in(&stand);
    stand_touch_id(&stand, "desk.let-in.0");
    shell_link(stand.shell, SHELL_LINK_GONE, stand.now_us);
    stand_touch(&stand, UI_BUTTON, "Visitor"); /* the sheet was open already */
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_RELEASE, NULL), 0);
    assert_true(stand_says(&stand, "Not done: the gate does not answer"));
    assert_true(ui_find_id(stand.ui, "desk.let-in.0")->state & UI_DISABLED);
    shell_ask(stand.shell, &wish, stand.now_us);
    assert_int_equal(stand_wishes(&stand, SHELL_WISH_RELEASE, NULL), 0);
    stand_close(&stand);
}

static void before_the_first_word_it_says_that_it_connects(void **state)
{
    struct stand stand;
    struct shell_settings settings;
    (void)state;
    stand_open(&stand, SHELL_DESK, 800, 480);
    shell_settings_init(&settings, SHELL_DESK);
    shell_init(stand.shell, &settings, stand.now_us, stand.utc_us);
    stand_people(&stand, 4);
    stand_sign_in(&stand);
    assert_true(stand_says(&stand, "Connecting to the gate"));
    shell_link(stand.shell, SHELL_LINK_GONE, stand.now_us);
    assert_true(stand_says(&stand, "The gate does not answer"));
    stand_close(&stand);
}

/* Bounds. */

static void an_idle_screen_sleeps(void **state)
{
    struct stand stand;
    (void)state;
    stand_open(&stand, SHELL_DESK, 1024, 600);
    shell_time(stand.shell, stand.now_us, stand.utc_us);
    assert_true(shell_deadline(stand.shell) == US_NEVER);
    stand_sign_in(&stand);
    shell_time(stand.shell, stand.now_us, stand.utc_us);
    assert_true(shell_deadline(stand.shell) > stand.now_us + 4 * US_PER_MIN);
    stand_close(&stand);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

static void random_news(struct stand *stand, uint32_t *seed)
{
    struct gate_news news = stand_news(stand, (enum news_phase)(next_random(seed) % NEWS_PHASES));
    news.notice = (enum news_notice)(next_random(seed) % NOTICES);
    news.code = (enum access_code)(next_random(seed) % (ACCESS_CODES + 1));
    news.grant = next_random(seed) % 5;
    (void)snprintf(news.lane, sizeof(news.lane), "lane%u", next_random(seed) % 3);
    (void)snprintf(news.card, sizeof(news.card), "04a1b2c3d4e5%02u", next_random(seed) % 20);
    stand_tell(stand, &news);
}

/* Touches anywhere, answers, news, a gate that comes and goes, time: nothing breaks, and no act has no name. */
static void random_days_break_nothing(void **state)
{
    (void)state;
    for (uint32_t kind = 0; kind < 2; kind++) {
        struct stand stand;
        struct shell_wish wish;
        uint32_t seed = 20261125 + kind;
        stand_open(&stand, kind ? SHELL_SERVICE : SHELL_DESK, 1024, 600);
        for (int i = 0; i < RANDOM_EVENTS / 2; i++) {
            uint32_t what = next_random(&seed) % 16;
            float x = (float)(next_random(&seed) % 1040) - 8, y = (float)(next_random(&seed) % 616) - 8;
            if (!stand.shell->signed_in && what == 0) {
                shell_card(stand.shell, STAND_BO, stand.now_us);
            } else if (what == 1) {
                random_news(&stand, &seed);
            } else if (what == 2) {
                shell_link(stand.shell, (enum shell_link)(next_random(&seed) % 4), stand.now_us);
            } else if (what == 3) {
                shell_answer(stand.shell, stand.shell->last_token, (enum shell_outcome)(next_random(&seed) % 9),
                             stand.now_us);
            } else if (what == 4) {
                stand_wait(&stand, (int64_t)(next_random(&seed) % 40) * US_PER_S);
            } else {
                stand_finger(&stand, what % 3 == 0 ? INPUT_MOVE : what % 3 == 1 ? INPUT_DOWN : INPUT_UP, x, y);
            }
            while (shell_next_wish(stand.shell, &wish)) {
                bool acts = wish.kind == SHELL_WISH_RELEASE || wish.kind == SHELL_WISH_MODE ||
                            wish.kind == SHELL_WISH_LOCKDOWN || wish.kind == SHELL_WISH_NOTE;
                assert_true(!acts || wish.who[0]);
            }
            assert_false(draw_overflowed(ui_draw(stand.ui)));
        }
        stand_close(&stand);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rail_leads_to_every_page),
        cmocka_unit_test(an_act_says_where_who_and_why),
        cmocka_unit_test(the_reason_is_noted_in_english_whatever_the_language),
        cmocka_unit_test(no_reason_no_act),
        cmocka_unit_test(nothing_acts_twice_while_an_answer_is_awaited),
        cmocka_unit_test(every_answer_is_said_for_a_while),
        cmocka_unit_test(an_answer_that_never_comes_is_given_up),
        cmocka_unit_test(modes_and_lock_down_are_the_service_faces),
        cmocka_unit_test(lock_down_asks_first),
        cmocka_unit_test(an_untouched_screen_warns_and_signs_out),
        cmocka_unit_test(a_touch_that_comes_too_late_does_nothing),
        cmocka_unit_test(signing_out_leaves_nothing_behind),
        cmocka_unit_test(who_is_no_longer_in_the_list_is_signed_out),
        cmocka_unit_test(a_gate_that_is_away_is_said_on_every_page),
        cmocka_unit_test(nothing_is_asked_of_a_gate_that_is_away),
        cmocka_unit_test(before_the_first_word_it_says_that_it_connects),
        cmocka_unit_test(an_idle_screen_sleeps),
        cmocka_unit_test(random_days_break_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
