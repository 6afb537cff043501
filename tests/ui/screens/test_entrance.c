/* What shows when, in simulated time. */

#include "entrance_rig.h"

#include "base/clock.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static bool idles(struct rig *rig)
{
    return rig_find(rig, UI_STATUS, "Hold up your card") != NULL;
}

static void a_tap_goes_from_granted_to_passed_to_the_invitation(void **state)
{
    struct rig rig;
    struct gate_news news = rig_granted("lane1", 7);
    (void)state;
    rig_open(&rig, 1024, 600);
    assert_true(idles(&rig));
    rig_tell(&rig, &news);
    assert_int_equal(rig.sound, SOUND_GRANTED);
    assert_true(rig_says(&rig, "The gate opens"));
    assert_null(rig_find(&rig, UI_PROGRESS, NULL));
    rig_phase(&rig, NEWS_RELEASED, "lane1", 7, "");
    assert_non_null(rig_find(&rig, UI_TEXT, "The gate is open · walk in"));
    assert_non_null(rig_find(&rig, UI_PROGRESS, "Time left"));
    assert_true(ui_deadline(rig.ui) <= rig.now_us + 34 * US_PER_MS); /* the bar runs */
    rig_wait(&rig, 2 * US_PER_S);
    rig_phase(&rig, NEWS_PASSED, "lane1", 7, "in");
    assert_non_null(rig_find(&rig, UI_TEXT, "Enjoy your visit!"));
    assert_null(rig_find(&rig, UI_PROGRESS, NULL));
    rig_wait(&rig, 1400 * US_PER_MS);
    assert_false(idles(&rig));
    rig_wait(&rig, 200 * US_PER_MS);
    assert_true(idles(&rig));
    assert_int_equal(rig.sounds, 1);
    rig_close(&rig);
}

static void a_quick_passage_stays_long_enough_to_be_read(void **state)
{
    struct rig rig;
    struct gate_news news = rig_granted("lane1", 7);
    (void)state;
    rig_open(&rig, 1024, 600);
    rig_tell(&rig, &news);
    rig_phase(&rig, NEWS_RELEASED, "lane1", 7, "");
    rig_wait(&rig, 300 * US_PER_MS);
    rig_phase(&rig, NEWS_PASSED, "lane1", 7, "in");
    rig_wait(&rig, 2100 * US_PER_MS);
    assert_true(rig_says(&rig, "Åsa"));
    rig_wait(&rig, 200 * US_PER_MS);
    assert_true(idles(&rig));
    rig_close(&rig);
}

static void a_grant_that_never_ends_goes_after_eight_seconds_and_a_denial_after_six(void **state)
{
    struct rig rig;
    struct gate_news news = rig_granted("lane1", 7);
    (void)state;
    rig_open(&rig, 1024, 600);
    rig_tell(&rig, &news);
    rig_wait(&rig, 7900 * US_PER_MS);
    assert_false(idles(&rig));
    rig_wait(&rig, 200 * US_PER_MS);
    assert_true(idles(&rig));
    rig_phase(&rig, NEWS_PASSED, "lane1", 7, "in"); /* too late: nothing comes back */
    assert_true(idles(&rig));
    news = rig_denied("lane1", ACCESS_UNPAID);
    rig_tell(&rig, &news);
    rig_wait(&rig, 5900 * US_PER_MS);
    assert_false(idles(&rig));
    rig_wait(&rig, 200 * US_PER_MS);
    assert_true(idles(&rig));
    rig_close(&rig);
}

static void the_next_verdict_takes_the_place_of_the_one_before(void **state)
{
    struct rig rig;
    struct gate_news one = rig_granted("lane1", 7), two = rig_denied("lane1", ACCESS_UNPAID);
    (void)state;
    rig_open(&rig, 1024, 600);
    rig_tell(&rig, &one);
    rig_tell(&rig, &two);
    assert_non_null(rig_find(&rig, UI_STATUS, "Your membership needs a payment"));
    assert_false(rig_says(&rig, "Åsa"));
    rig_phase(&rig, NEWS_PASSED, "lane1", 7, "in"); /* of the one before */
    assert_non_null(rig_find(&rig, UI_STATUS, "Your membership needs a payment"));
    rig_close(&rig);
}

static void who_waits_is_told_so_under_the_open_gate_and_then_alone(void **state)
{
    struct rig rig;
    struct gate_news news = rig_granted("lane1", 7), waits = rig_notice("lane1", NOTICE_WAIT);
    (void)state;
    rig_open(&rig, 1024, 600);
    rig_tell(&rig, &news);
    rig_phase(&rig, NEWS_RELEASED, "lane1", 7, "");
    rig_tell(&rig, &waits);
    assert_int_equal(rig.sound, SOUND_WAIT);
    assert_non_null(rig_find(&rig, UI_STATUS, "Welcome in"));
    assert_non_null(rig_find(&rig, UI_STATUS, "Next card: one moment, please"));
    rig_wait(&rig, US_PER_S);
    rig_phase(&rig, NEWS_PASSED, "lane1", 7, "in");
    assert_non_null(rig_find(&rig, UI_STATUS, "One moment, please"));
    rig_close(&rig);
}

static void a_second_tap_says_that_the_gate_is_open_and_hides_nothing(void **state)
{
    struct rig rig;
    struct gate_news news = rig_granted("lane1", 7), again = rig_notice("lane1", NOTICE_SECOND_TAP);
    (void)state;
    rig_open(&rig, 1024, 600);
    rig_tell(&rig, &news);
    rig_tell(&rig, &again);
    assert_non_null(rig_find(&rig, UI_STATUS, "Already open · walk through"));
    assert_true(rig_says(&rig, "Åsa"));
    rig_wait(&rig, 4100 * US_PER_MS);
    assert_null(rig_find(&rig, UI_STATUS, "Already open · walk through"));
    rig_close(&rig);
}

static void two_lanes_share_the_screen(void **state)
{
    static const float sizes[][2] = {{1024, 600}, {800, 1280}};
    (void)state;
    for (size_t s = 0; s < 2; s++) {
        struct rig rig;
        struct gate_news one = rig_granted("lane1", 7), two = rig_denied("lane2", ACCESS_FROZEN);
        bool upright = sizes[s][1] > sizes[s][0];
        rig_open(&rig, sizes[s][0], sizes[s][1]);
        rig_tell(&rig, &two);
        struct rect alone = rig_find(&rig, UI_STATUS, "Your membership is frozen")->rect;
        assert_true(alone.w == rig.width && alone.h == rig.height);
        rig_tell(&rig, &one);
        struct rect a = rig_find(&rig, UI_STATUS, "Welcome in")->rect;
        struct rect b = rig_find(&rig, UI_STATUS, "Your membership is frozen")->rect;
        assert_true(rect_empty(rect_intersect(a, b)));
        assert_true(upright ? a.y < b.y : a.x < b.x); /* the first lane first, whoever came first */
        assert_non_null(rig_find(&rig, UI_TEXT, "Gate 1"));
        assert_non_null(rig_find(&rig, UI_TEXT, "Gate 2"));
        rig_wait(&rig, 6100 * US_PER_MS);
        a = rig_find(&rig, UI_STATUS, "Welcome in")->rect;
        assert_true(a.w == rig.width && a.h == rig.height);
        rig_close(&rig);
    }
}

static void a_lane_of_another_screen_is_not_shown(void **state)
{
    struct rig rig;
    struct gate_news other = rig_granted("lane9", 7), fire = rig_notice("lane9", NOTICE_FIRE);
    (void)state;
    rig_open(&rig, 1024, 600);
    rig_tell(&rig, &other);
    assert_true(idles(&rig));
    assert_int_equal(rig.sounds, 0);
    rig_tell(&rig, &fire);
    assert_non_null(rig_find(&rig, UI_STATUS, "Leave the building"));
    rig_close(&rig);
}

static void fire_comes_over_everything_and_stays(void **state)
{
    struct rig rig;
    struct gate_news news = rig_granted("lane1", 7), fire = rig_notice("lane1", NOTICE_FIRE),
                     end = rig_notice("lane1", NOTICE_FIRE_END), locked = rig_notice("", NOTICE_LOCKDOWN);
    (void)state;
    rig_open(&rig, 1024, 600);
    rig_tell(&rig, &news);
    rig_tell(&rig, &fire);
    assert_int_equal(rig.sound, SOUND_ALARM);
    assert_non_null(rig_find(&rig, UI_STATUS, "Leave the building"));
    assert_false(rig_says(&rig, "Åsa"));
    rig_tell(&rig, &news);
    rig_tell(&rig, &locked);
    assert_non_null(rig_find(&rig, UI_STATUS, "Leave the building"));
    rig_wait(&rig, 20 * US_PER_MIN); /* no saver in a fire */
    assert_non_null(rig_find(&rig, UI_STATUS, "Leave the building"));
    entrance_link(&rig.e, ENTRANCE_LINK_GONE, rig.now_us);
    assert_non_null(rig_find(&rig, UI_STATUS, "Leave the building"));
    entrance_link(&rig.e, ENTRANCE_LINK_CONNECTED, rig.now_us);
    rig_tell(&rig, &end);
    assert_non_null(rig_find(&rig, UI_STATUS, "The entrance is locked"));
    rig_close(&rig);
}

static void a_fire_that_began_unseen_is_found_in_the_status(void **state)
{
    struct rig rig;
    struct gate_status status = rig_status();
    (void)state;
    rig_open(&rig, 1024, 600);
    status.fire = true;
    entrance_status(&rig.e, &status, rig.now_us);
    assert_non_null(rig_find(&rig, UI_STATUS, "Leave the building"));
    status.fire = false;
    entrance_status(&rig.e, &status, rig.now_us);
    assert_true(idles(&rig));
    rig_close(&rig);
}

static void a_gate_that_dies_takes_its_verdict_along(void **state)
{
    struct rig rig;
    struct gate_news news = rig_granted("lane1", 7);
    (void)state;
    rig_open(&rig, 1024, 600);
    rig_tell(&rig, &news);
    entrance_link(&rig.e, ENTRANCE_LINK_GONE, rig.now_us);
    assert_false(rig_says(&rig, "Åsa")); /* the lane has fallen back */
    rig_wait(&rig, 1400 * US_PER_MS);
    assert_true(idles(&rig)); /* one that starts anew is back by then */
    rig_wait(&rig, 200 * US_PER_MS);
    assert_non_null(rig_find(&rig, UI_STATUS, "Out of service"));
    assert_null(rig_find(&rig, UI_BUTTON, "My card"));
    entrance_link(&rig.e, ENTRANCE_LINK_CONNECTED, rig.now_us);
    assert_true(idles(&rig));
    rig_tell(&rig, &news);
    assert_true(rig_says(&rig, "Åsa"));
    rig_close(&rig);
}

static void a_reader_or_a_lane_that_fails_is_named_until_it_works(void **state)
{
    struct rig rig;
    struct gate_news lost = rig_notice("lane2", NOTICE_READER_LOST), back = rig_notice("lane2", NOTICE_READER_BACK),
                     line = rig_notice("lane1", NOTICE_LINE), end = rig_notice("lane1", NOTICE_ALARM_END);
    (void)state;
    rig_open(&rig, 1024, 600);
    (void)text_copy(lost.reader, sizeof(lost.reader), "reader2");
    (void)text_copy(back.reader, sizeof(back.reader), "reader2");
    (void)text_copy(end.detail, sizeof(end.detail), "line");
    rig_tell(&rig, &lost);
    assert_non_null(rig_find(&rig, UI_TEXT, "The card reader at Gate 2 is out of order"));
    rig_tell(&rig, &back);
    assert_null(rig_find(&rig, UI_TEXT, "The card reader at Gate 2 is out of order"));
    rig_tell(&rig, &line);
    assert_non_null(rig_find(&rig, UI_TEXT, "Gate 1 is out of order"));
    rig_tell(&rig, &end);
    assert_null(rig_find(&rig, UI_TEXT, "Gate 1 is out of order"));
    rig_close(&rig);
}

static void the_list_grows_old_by_itself(void **state)
{
    struct rig rig;
    struct gate_status status = rig_status();
    (void)state;
    rig_open(&rig, 1024, 600);
    status.list.age_s = 3500;
    entrance_status(&rig.e, &status, rig.now_us);
    assert_null(rig_find(&rig, UI_STATUS, "Offline for 1 hour"));
    rig_wait(&rig, 101 * US_PER_S);
    assert_non_null(rig_find(&rig, UI_STATUS, "Offline for 1 hour"));
    rig_close(&rig);
}

static void opening_hours_follow_the_clock(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig, 1024, 600);
    rig.e.settings.has_hours = true;
    rig.e.settings.hours.n_spans = 2; /* Wednesday is bit 2 */
    rig.e.settings.hours.spans[0] = (struct schedule_span){.days = 1 << 2, .from_min = 18 * 60, .to_min = 22 * 60};
    rig.e.settings.hours.spans[1] = (struct schedule_span){.days = 1 << 2, .from_min = 6 * 60, .to_min = 17 * 60};
    rig.e.settings.saver_after_us = 0;
    assert_non_null(rig_find(&rig, UI_TEXT, "Closed now · opens at 18:00"));
    rig_wait(&rig, 18 * US_PER_MIN);
    assert_non_null(rig_find(&rig, UI_TEXT, "Open today 06:00–17:00, 18:00–22:00"));
    assert_non_null(rig_find(&rig, UI_TEXT, "18:00"));
    rig_wait(&rig, 5 * US_PER_HOUR);
    assert_non_null(rig_find(&rig, UI_TEXT, "Closed now · opens Wednesday 2 December, 06:00"));
    rig.e.clock_untrusted = true;
    assert_false(rig_says(&rig, "Closed now"));
    rig_close(&rig);
}

static void the_saver_comes_drifts_and_a_touch_only_wakes(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig, 1024, 600);
    rig_wait(&rig, 119 * US_PER_S);
    assert_true(idles(&rig));
    rig_wait(&rig, 2 * US_PER_S);
    const struct ui_node *node = rig_find(&rig, UI_SURFACE, NULL);
    assert_non_null(node);
    assert_true(node->rect.w == rig.width && node->rect.h == rig.height);
    struct rect before = ui_find_id(rig.ui, "saver-text")->rect;
    rig_wait(&rig, 10 * US_PER_S);
    struct rect after = ui_find_id(rig_draw(&rig), "saver-text")->rect;
    assert_true(before.x != after.x && before.y != after.y);
    /* Where "Svenska" will be: the touch that wakes must not press it. */
    assert_true(entrance_touch(&rig.e, rig.now_us));
    assert_true(idles(&rig));
    assert_int_equal(rig.e.language, LANGUAGE_EN);
    assert_false(entrance_touch(&rig.e, rig.now_us));
    rig_close(&rig);
}

static void the_saver_moves_within_the_screen_and_everywhere(void **state)
{
    struct rig rig;
    float least = 1, most = 0;
    (void)state;
    rig_open(&rig, 800, 1280);
    rig_wait(&rig, 121 * US_PER_S);
    for (int i = 0; i < 99; i++) {
        struct rect r = ui_find_id(rig_draw(&rig), "saver-text")->rect;
        assert_true(r.x >= 0 && r.y >= 0 && rect_right(r) <= rig.width && rect_bottom(r) <= rig.height);
        least = r.y / rig.height < least ? r.y / rig.height : least;
        most = r.y / rig.height > most ? r.y / rig.height : most;
        rig_wait(&rig, 10 * US_PER_S);
    }
    assert_true(least < 0.2F && most > 0.8F);
    rig_close(&rig);
}

static void a_verdict_wakes_the_saver(void **state)
{
    struct rig rig;
    struct gate_news news = rig_granted("lane1", 7);
    (void)state;
    rig_open(&rig, 1024, 600);
    rig_wait(&rig, 300 * US_PER_S);
    assert_true(entrance_saves(&rig.e));
    rig_tell(&rig, &news);
    assert_non_null(rig_find(&rig, UI_STATUS, "Welcome in"));
    rig_wait(&rig, 9 * US_PER_S);
    assert_true(idles(&rig));
    rig_close(&rig);
}

static void a_language_holds_until_the_member_is_gone(void **state)
{
    struct rig rig;
    struct gate_news news = rig_granted("lane1", 7);
    (void)state;
    rig_open(&rig, 1024, 600);
    rig_touch(&rig, UI_TAB, "Svenska");
    assert_int_equal(rig.e.language, LANGUAGE_SV);
    assert_int_equal(rig.languages, 1);
    (void)rig_draw(&rig);
    assert_int_equal(i18n_language(), LANGUAGE_SV);
    rig_wait(&rig, 29 * US_PER_S);
    assert_int_equal(rig.e.language, LANGUAGE_SV);
    rig_tell(&rig, &news);
    rig_wait(&rig, 5 * US_PER_S); /* not in the middle of a verdict */
    assert_int_equal(rig.e.language, LANGUAGE_SV);
    rig_wait(&rig, 4 * US_PER_S);
    assert_int_equal(rig.e.language, LANGUAGE_EN);
    assert_int_equal(rig.languages, 2);
    rig_close(&rig);
}

static struct entrance_member asa(void)
{
    struct entrance_member m = {.card = "04a1b2c3d4e59c", .name = "Åsa", .n_entitlements = 2, .n_freezes = 1};
    m.entitlements[0] = (struct entrance_entitlement){
        .kind = NEWS_SUBSCRIPTION, .product = "Gold", .through_day = date_day(2027, 5, 22)};
    m.entitlements[1] = (struct entrance_entitlement){
        .kind = NEWS_PUNCH_CARD, .product = "Pool", .clips_left = 4, .through_day = DAY_NONE};
    m.freezes[0] = (struct access_freeze){date_day(2026, 12, 15), date_day(2026, 12, 28)};
    (void)text_copy(m.message, sizeof(m.message), "Your parcel is here");
    return m;
}

/* Asked for, tapped, answered: the page shows. */
static void show_card(struct rig *rig)
{
    struct gate_news news = rig_granted("lane1", 7);
    struct entrance_member member = asa();
    rig_touch(rig, UI_BUTTON, "My card");
    assert_non_null(rig_find(rig, UI_STATUS, "Hold your card to the reader"));
    rig_wait(rig, 5 * US_PER_S);
    rig_tell(rig, &news);
    assert_int_equal(rig->members, 1);
    assert_string_equal(rig->member_of, news.card);
    entrance_member(&rig->e, &member, rig->now_us);
    assert_non_null(rig_find(rig, UI_STATUS, "Welcome in")); /* the verdict first */
    rig_phase(rig, NEWS_RELEASED, "lane1", 7, "");
    rig_wait(rig, 2600 * US_PER_MS);
    assert_non_null(rig_find(rig, UI_STATUS, "My card"));
}

static void my_card_shows_days_clips_freezes_and_messages(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig, 1024, 600);
    show_card(&rig);
    assert_non_null(rig_find(&rig, UI_TEXT, "178"));
    assert_non_null(rig_find(&rig, UI_TEXT, "4"));
    assert_non_null(rig_find(&rig, UI_GROUP, "A freeze is coming"));
    assert_non_null(rig_find(&rig, UI_GROUP, "Open for you now"));
    assert_true(rig_says(&rig, "Your parcel is here"));
    assert_non_null(rig_find(&rig, UI_STATUS, "The gate is open · walk in"));
    rig_wait(&rig, 21 * US_PER_S);
    assert_true(idles(&rig));
    assert_int_equal(rig.e.card.member.n_entitlements, 0); /* nothing is kept */
    rig_close(&rig);
}

static void my_card_closes_by_hand_by_passing_and_by_anybody_elses_tap(void **state)
{
    struct gate_news other = rig_denied("lane2", ACCESS_CARD_UNKNOWN);
    (void)state;
    for (int how = 0; how < 3; how++) {
        struct rig rig;
        rig_open(&rig, 1024, 600);
        show_card(&rig);
        if (how == 0) {
            rig_touch(&rig, UI_BUTTON, "Done");
        } else if (how == 1) {
            rig_phase(&rig, NEWS_PASSED, "lane1", 7, "in");
        } else {
            (void)text_copy(other.card, sizeof(other.card), "04ffffffffffff");
            rig_tell(&rig, &other);
            assert_non_null(rig_find(&rig, UI_STATUS, "We don't know this card"));
        }
        assert_false(rig_says(&rig, "Your parcel is here"));
        rig_wait(&rig, 8 * US_PER_S);
        assert_true(idles(&rig));
        assert_string_equal(rig.e.card.member.name, "");
        rig_close(&rig);
    }
}

static void my_card_never_shows_what_was_not_asked_for(void **state)
{
    struct rig rig;
    struct gate_news news = rig_granted("lane1", 7), other = rig_granted("lane1", 8);
    struct entrance_member member = asa();
    (void)state;
    rig_open(&rig, 1024, 600);
    entrance_member(&rig.e, &member, rig.now_us); /* nobody asked */
    assert_true(idles(&rig));
    rig_tell(&rig, &news); /* a tap without the button asks for nothing */
    assert_int_equal(rig.members, 0);
    rig_wait(&rig, 9 * US_PER_S);
    rig_touch(&rig, UI_BUTTON, "My card");
    rig_wait(&rig, 16 * US_PER_S); /* too late */
    rig_tell(&rig, &news);
    assert_int_equal(rig.members, 0);
    rig_wait(&rig, 9 * US_PER_S);
    rig_touch(&rig, UI_BUTTON, "My card");
    rig_tell(&rig, &news);
    (void)text_copy(other.card, sizeof(other.card), "04ffffffffffff");
    rig_tell(&rig, &other); /* somebody else taps before the answer is there */
    entrance_member(&rig.e, &member, rig.now_us);
    rig_wait(&rig, 3 * US_PER_S);
    assert_false(rig_says(&rig, "Your parcel is here"));
    rig_close(&rig);
}

static void a_photo_shows_with_the_one_it_is_of(void **state)
{
    struct rig rig;
    struct surface photo;
    struct gate_news news = rig_granted("lane1", 7), next = rig_granted("lane1", 8);
    (void)state;
    rig_open(&rig, 1024, 600);
    assert_int_equal(surface_init(&photo, 26, 31), 0);
    rig_tell(&rig, &news);
    assert_int_equal(rig.photos, 0); /* the branch doesn't show photos */
    rig.e.settings.show_photo = true;
    rig_tell(&rig, &news);
    assert_int_equal(rig.photos, 1);
    assert_int_equal(rig.photo_of, 41);
    struct rect before = rig_find(&rig, UI_HEADING, "Åsa")->rect;
    entrance_photo(&rig.e, 99, &photo, 1);
    assert_null(rig_find(&rig, UI_IMAGE, "Photo"));
    entrance_photo(&rig.e, 41, &photo, 1);
    assert_non_null(rig_find(&rig, UI_IMAGE, "Photo"));
    struct rect after = rig_find(&rig, UI_HEADING, "Åsa")->rect;
    assert_memory_equal(&before, &after, sizeof(before)); /* nothing jumps */
    next.customer = 42;
    rig_tell(&rig, &next);
    assert_null(rig_find(&rig, UI_IMAGE, "Photo"));
    surface_finish(&photo);
    rig_close(&rig);
}

static void wishes_that_nobody_takes_dont_grow(void **state)
{
    struct rig rig;
    struct gate_news news = rig_denied("lane1", ACCESS_UNPAID);
    struct entrance_wish wish;
    size_t n = 0;
    (void)state;
    rig_open(&rig, 1024, 600);
    for (int i = 0; i < 1000; i++) {
        entrance_news(&rig.e, &news, rig.now_us);
    }
    while (entrance_next_wish(&rig.e, &wish)) {
        n++;
    }
    assert_int_equal(n, ENTRANCE_WISHES_MAX);
    rig_close(&rig);
}

static void an_idle_face_sleeps_to_the_next_minute(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig, 1024, 600);
    (void)rig_draw(&rig);
    (void)rig_draw(&rig);
    assert_true(ui_deadline(rig.ui) == US_NEVER);
    assert_int_equal(entrance_deadline(&rig.e), rig.now_us + US_PER_MIN);
    rig_close(&rig);
}

/* Whatever comes in whatever order: it draws, its time goes on, and nothing overflows. */
static void any_news_in_any_order_can_be_drawn(void **state)
{
    struct rig rig;
    uint32_t seed = 4711;
    (void)state;
    rig_open(&rig, 800, 480);
    for (int i = 0; i < 3000; i++) {
        static const char *const lanes[] = {"lane1", "lane2", "", "lane9"};
        static const char *const details[] = {"", "time_up", "free", "locked restored", "no_list", "line"};
        seed = seed * 1664525U + 1013904223U;
        unsigned r = seed >> 8;
        struct gate_news news = rig_granted(lanes[r % 4], r / 4 % 3);
        news.phase = (enum news_phase)(r / 16 % NEWS_PHASES);
        news.notice = (enum news_notice)(r / 128 % NOTICES);
        news.code = (enum access_code)(r / 64 % (ACCESS_CODES + 1));
        (void)text_copy(news.detail, sizeof(news.detail), details[r / 7 % 6]);
        if (r % 29 == 0) {
            entrance_link(&rig.e, (enum entrance_link)(r / 32 % 4), rig.now_us);
        } else if (r % 31 == 0) {
            entrance_on(&rig.e, &(struct intent){.kind = (int)(r / 32 % 6), .arg = r / 64 % 7}, rig.now_us);
        } else {
            rig_tell(&rig, &news);
        }
        (void)rig_draw(&rig);
        rig_wait(&rig, (int64_t)(r % 3000) * US_PER_MS);
    }
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tap_goes_from_granted_to_passed_to_the_invitation),
        cmocka_unit_test(a_quick_passage_stays_long_enough_to_be_read),
        cmocka_unit_test(a_grant_that_never_ends_goes_after_eight_seconds_and_a_denial_after_six),
        cmocka_unit_test(the_next_verdict_takes_the_place_of_the_one_before),
        cmocka_unit_test(who_waits_is_told_so_under_the_open_gate_and_then_alone),
        cmocka_unit_test(a_second_tap_says_that_the_gate_is_open_and_hides_nothing),
        cmocka_unit_test(two_lanes_share_the_screen),
        cmocka_unit_test(a_lane_of_another_screen_is_not_shown),
        cmocka_unit_test(fire_comes_over_everything_and_stays),
        cmocka_unit_test(a_fire_that_began_unseen_is_found_in_the_status),
        cmocka_unit_test(a_gate_that_dies_takes_its_verdict_along),
        cmocka_unit_test(a_reader_or_a_lane_that_fails_is_named_until_it_works),
        cmocka_unit_test(the_list_grows_old_by_itself),
        cmocka_unit_test(opening_hours_follow_the_clock),
        cmocka_unit_test(the_saver_comes_drifts_and_a_touch_only_wakes),
        cmocka_unit_test(the_saver_moves_within_the_screen_and_everywhere),
        cmocka_unit_test(a_verdict_wakes_the_saver),
        cmocka_unit_test(a_language_holds_until_the_member_is_gone),
        cmocka_unit_test(my_card_shows_days_clips_freezes_and_messages),
        cmocka_unit_test(my_card_closes_by_hand_by_passing_and_by_anybody_elses_tap),
        cmocka_unit_test(my_card_never_shows_what_was_not_asked_for),
        cmocka_unit_test(a_photo_shows_with_the_one_it_is_of),
        cmocka_unit_test(wishes_that_nobody_takes_dont_grow),
        cmocka_unit_test(an_idle_face_sleeps_to_the_next_minute),
        cmocka_unit_test(any_news_in_any_order_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
