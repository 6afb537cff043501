/* One lane in simulated time. What it does is written down as a transcript, one event a line with its millisecond, and
 * compared whole. */

#include "base/clock.h"
#include "sim/lane/mechanics.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TRANSCRIPT_SIZE = 8192 };

struct play {
    struct sim_lane lane;
    int64_t now;
    char text[TRANSCRIPT_SIZE];
    size_t len;
    unsigned edges;
};

static void start(struct play *p, enum sim_lane_kind kind, unsigned contacts)
{
    memset(p, 0, sizeof(*p));
    sim_lane_init(&p->lane, kind, contacts);
}

static void note(struct play *p, const struct sim_lane_event *event)
{
    int n =
        event->is_person
            ? snprintf(p->text + p->len, sizeof(p->text) - p->len, "%" PRId64 " %s %s\n", event->boot_us / US_PER_MS,
                       sim_person_text(event->person), event->side == SIM_OUT ? "out" : "in")
            : snprintf(p->text + p->len, sizeof(p->text) - p->len, "%" PRId64 " %s %s\n", event->boot_us / US_PER_MS,
                       sim_input_text(event->input), event->active ? "on" : "off");
    assert_true(n > 0 && (size_t)n < sizeof(p->text) - p->len);
    p->len += (size_t)n;
    p->edges += !event->is_person;
}

/* Plays until @ms from one deadline to the next, as a program would. */
static void until(struct play *p, int64_t ms)
{
    int64_t end = ms * US_PER_MS;
    int64_t last = p->now;
    for (int64_t at = sim_lane_deadline(&p->lane); at <= end; at = sim_lane_deadline(&p->lane)) {
        struct sim_lane_event event;
        while (sim_lane_next(&p->lane, at, &event)) {
            assert_true(event.boot_us >= last);
            last = event.boot_us;
            note(p, &event);
        }
    }
    p->now = end;
}

static void send(struct play *p, struct sim_person person)
{
    assert_int_equal(sim_lane_send(&p->lane, &person, p->now), 0);
}

static void release(struct play *p, bool in, bool out)
{
    sim_lane_release(&p->lane, in, out, p->now);
}

static void somebody_waits_for_the_release_and_walks_in(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 2);
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_IN, .delay_us = 100 * US_PER_MS});
    until(&p, 1000);
    release(&p, true, false);
    until(&p, 5000);
    assert_string_equal(p.text, "100 arrived in\n"
                                "1300 pushed in\n"
                                "1360 contact-a on\n"
                                "1540 contact-b on\n"
                                "1660 contact-a off\n"
                                "1840 contact-b off\n"
                                "1900 through in\n");
    assert_true(sim_lane_idle(&p.lane));
    assert_int_equal(p.lane.counts[SIM_THROUGH][SIM_IN], 1);
}

static void walking_out_meets_the_contacts_the_other_way_round(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 2);
    release(&p, false, true);
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_OUT});
    until(&p, 5000);
    assert_string_equal(p.text, "0 arrived out\n"
                                "0 pushed out\n"
                                "60 contact-b on\n"
                                "240 contact-a on\n"
                                "360 contact-b off\n"
                                "540 contact-a off\n"
                                "600 through out\n");
}

static void a_head_with_one_contact_reports_the_second_half_of_a_turn(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 1);
    release(&p, true, false);
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_IN});
    until(&p, 1000);
    send(&p, (struct sim_person){.story = SIM_TURN_BACK, .side = SIM_IN});
    until(&p, 5000);
    assert_string_equal(p.text, "0 arrived in\n"
                                "0 pushed in\n"
                                "330 contact-a on\n"
                                "540 contact-a off\n"
                                "600 through in\n"
                                "1000 arrived in\n"
                                "1000 pushed in\n"
                                "1600 turned_back in\n");
}

static void a_locked_arm_holds_until_patience_ends(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 2);
    release(&p, false, true); /* the other way */
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_IN});
    until(&p, 20000);
    assert_string_equal(p.text, "0 arrived in\n8000 gave_up in\n");
    assert_true(sim_lane_idle(&p.lane));
}

static void somebody_who_only_stands_there_leaves_no_trace_on_the_contacts(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 2);
    release(&p, true, true);
    send(&p, (struct sim_person){.story = SIM_STAND, .side = SIM_IN});
    until(&p, 20000);
    assert_string_equal(p.text, "0 arrived in\n8000 gave_up in\n");
}

static void whoever_turns_back_undoes_the_contacts(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 2);
    release(&p, true, false);
    send(&p, (struct sim_person){.story = SIM_TURN_BACK, .side = SIM_IN});
    until(&p, 1000);
    send(&p, (struct sim_person){.story = SIM_TURN_BACK, .side = SIM_IN, .turn_at = 700, .hold_us = 80 * US_PER_MS});
    until(&p, 5000);
    assert_string_equal(p.text, "0 arrived in\n"
                                "0 pushed in\n"
                                "60 contact-a on\n"
                                "240 contact-b on\n"
                                "360 contact-b off\n"
                                "540 contact-a off\n"
                                "600 turned_back in\n"
                                "1000 arrived in\n"
                                "1000 pushed in\n"
                                "1060 contact-a on\n"
                                "1240 contact-b on\n"
                                "1360 contact-a off\n"
                                "1560 contact-a on\n"
                                "1680 contact-b off\n"
                                "1860 contact-a off\n"
                                "1920 turned_back in\n");
}

static void somebody_who_stops_half_way_keeps_the_contacts_pressed(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 2);
    release(&p, true, false);
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_IN, .hold_us = 10 * US_PER_S});
    until(&p, 20000);
    assert_string_equal(p.text, "0 arrived in\n"
                                "0 pushed in\n"
                                "60 contact-a on\n"
                                "240 contact-b on\n"
                                "10360 contact-a off\n"
                                "10540 contact-b off\n"
                                "10600 through in\n");
}

static void an_arm_under_way_is_not_stopped_by_the_lock(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 2);
    release(&p, true, false);
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_IN});
    until(&p, 10);
    release(&p, false, false);
    until(&p, 5000);
    assert_int_equal(p.lane.counts[SIM_THROUGH][SIM_IN], 1);
}

static void a_release_that_is_too_short_lets_nobody_through(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 2);
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_IN});
    until(&p, 1000);
    release(&p, true, false);
    until(&p, 1100);
    release(&p, false, false); /* the pawl is down at 1250, the push comes at 1300 */
    until(&p, 2000);
    assert_string_equal(p.text, "0 arrived in\n");
    release(&p, true, false); /* a second release finds the person still there */
    until(&p, 5000);
    assert_int_equal(p.lane.counts[SIM_THROUGH][SIM_IN], 1);
}

static void a_tailgater_comes_through_while_the_release_is_on(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 2);
    release(&p, true, false);
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_IN, .followed = true});
    until(&p, 5000);
    assert_string_equal(p.text + p.len - strlen("1250 tailgated in\n"), "1250 tailgated in\n");
    assert_int_equal(p.edges, 8);
    assert_int_equal(p.lane.counts[SIM_THROUGH][SIM_IN], 1);
    assert_int_equal(p.lane.counts[SIM_TAILGATED][SIM_IN], 1);
}

static void a_tailgater_is_quicker_than_the_pawl_or_is_stopped(void **state)
{
    (void)state;
    /* The follower pushes at 650; the pawl falls 150 ms after the release ends. */
    const struct {
        int64_t release_ends_ms;
        uint64_t tailgated;
    } cases[] = {{499, 0}, {500, 0}, {501, 1}, {640, 1}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct play p;
        start(&p, SIM_TURNSTILE, 2);
        release(&p, true, false);
        send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_IN, .followed = true});
        until(&p, cases[i].release_ends_ms);
        release(&p, false, false);
        until(&p, 5000);
        assert_int_equal(p.lane.counts[SIM_TAILGATED][SIM_IN], cases[i].tailgated);
        assert_int_equal(p.lane.counts[SIM_GAVE_UP][SIM_IN], 1 - cases[i].tailgated);
    }
}

static void force_turns_a_locked_arm(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 2);
    send(&p, (struct sim_person){.story = SIM_FORCE, .side = SIM_OUT});
    until(&p, 5000);
    assert_string_equal(p.text, "0 arrived out\n"
                                "0 forced out\n"
                                "60 contact-b on\n"
                                "240 contact-a on\n"
                                "360 contact-b off\n"
                                "540 contact-a off\n"
                                "600 through out\n");
}

static void people_queue_and_pass_one_after_the_other(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 1);
    release(&p, true, false);
    for (int i = 0; i < SIM_PEOPLE_MAX; i++) {
        send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_IN});
    }
    assert_int_equal(sim_lane_send(&p.lane, &(struct sim_person){.story = SIM_WALK}, 0), -ENOBUFS);
    until(&p, SIM_PEOPLE_MAX * 600 - 1);
    assert_int_equal(p.lane.counts[SIM_THROUGH][SIM_IN], SIM_PEOPLE_MAX - 1);
    until(&p, SIM_PEOPLE_MAX * 600);
    assert_int_equal(p.lane.counts[SIM_THROUGH][SIM_IN], SIM_PEOPLE_MAX);
}

static void one_relay_frees_both_ways(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 2);
    p.lane.both_ways = true;
    release(&p, true, false);
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_OUT});
    until(&p, 5000);
    assert_int_equal(p.lane.counts[SIM_THROUGH][SIM_OUT], 1);
}

static void the_wired_fire_release_frees_the_lane_without_software(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 2);
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_OUT});
    until(&p, 1000);
    sim_lane_free(&p.lane, true, p.now);
    until(&p, 5000);
    assert_int_equal(p.lane.counts[SIM_THROUGH][SIM_OUT], 1);
}

static void a_door_opens_for_who_walks_and_closes_by_its_spring(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_DOOR, 0);
    assert_true(p.lane.shown[SIM_DOOR_CONTACT]);
    release(&p, true, false);
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_IN, .followed = true});
    until(&p, 5000);
    assert_string_equal(p.text, "0 arrived in\n"
                                "0 pushed in\n"
                                "20 door off\n"
                                "1200 through in\n"
                                "2050 tailgated in\n"
                                "3190 door on\n");
    send(&p, (struct sim_person){.story = SIM_TURN_BACK, .side = SIM_IN});
    until(&p, 10000);
    assert_string_equal(p.text + p.len - strlen("5020 door off\n6540 door on\n6600 turned_back in\n"),
                        "5020 door off\n6540 door on\n6600 turned_back in\n");
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_IN, .hold_us = 30 * US_PER_S});
    until(&p, 39000);
    assert_false(p.lane.shown[SIM_DOOR_CONTACT]); /* held open */
    until(&p, 60000);
    assert_true(p.lane.shown[SIM_DOOR_CONTACT]);
}

static void contacts_bounce_and_settle_at_the_right_level(void **state)
{
    (void)state;
    for (unsigned bounce = 0; bounce <= SIM_BOUNCE_MAX; bounce++) {
        for (unsigned at = 1; at < 1000; at += 7) {
            struct play p;
            start(&p, SIM_TURNSTILE, 2);
            p.lane.dials.bounce = bounce;
            p.lane.dials.bounce_us = 2000;
            release(&p, true, false);
            send(&p, (struct sim_person){.story = SIM_TURN_BACK, .side = SIM_IN, .turn_at = at});
            until(&p, 5000);
            assert_false(p.lane.shown[SIM_CONTACT_A]);
            assert_false(p.lane.shown[SIM_CONTACT_B]);
            assert_true(sim_lane_idle(&p.lane));
        }
    }
    struct play p;
    start(&p, SIM_TURNSTILE, 1);
    p.lane.dials.bounce = 2;
    p.lane.dials.bounce_us = 1000;
    release(&p, true, false);
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_IN});
    until(&p, 5000);
    assert_string_equal(p.text, "0 arrived in\n"
                                "0 pushed in\n"
                                "330 contact-a on\n"
                                "331 contact-a off\n"
                                "332 contact-a on\n"
                                "333 contact-a off\n"
                                "334 contact-a on\n"
                                "540 contact-a off\n"
                                "541 contact-a on\n"
                                "542 contact-a off\n"
                                "543 contact-a on\n"
                                "544 contact-a off\n"
                                "600 through in\n");
}

static void a_stuck_contact_stays_until_it_is_freed(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 2);
    release(&p, true, false);
    assert_int_equal(sim_lane_stick(&p.lane, SIM_CONTACT_A, SIM_STUCK_ACTIVE, 0), 0);
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_IN});
    until(&p, 1000);
    assert_int_equal(sim_lane_stick(&p.lane, SIM_CONTACT_A, SIM_STUCK_NOT, p.now), 0);
    until(&p, 2000);
    assert_string_equal(p.text, "0 contact-a on\n"
                                "0 arrived in\n"
                                "0 pushed in\n"
                                "240 contact-b on\n"
                                "540 contact-b off\n"
                                "600 through in\n"
                                "1000 contact-a off\n");
}

static void the_button_is_pressed_and_let_go(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_DOOR, 0);
    assert_int_equal(sim_lane_press(&p.lane, 0), 0);
    until(&p, 1000);
    assert_int_equal(sim_lane_set_input(&p.lane, SIM_TAMPER, true, p.now), 0);
    until(&p, 2000);
    assert_string_equal(p.text, "0 button on\n200 button off\n1000 tamper on\n");
}

static void hands_are_refused_before_a_move_could_lack_room(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 2);
    p.lane.dials.bounce = SIM_BOUNCE_MAX;
    int r = 0;
    for (int i = 0; i < SIM_PENDING_MAX && r == 0; i++) {
        r = sim_lane_press(&p.lane, 0);
    }
    assert_int_equal(r, -ENOBUFS);
    send(&p, (struct sim_person){.story = SIM_FORCE, .side = SIM_IN});
    until(&p, 5000);
    assert_int_equal(p.lane.counts[SIM_THROUGH][SIM_IN], 1);
}

static void speed_shortens_every_duration(void **state)
{
    (void)state;
    struct play p;
    start(&p, SIM_TURNSTILE, 1);
    p.lane.dials.speed = 10;
    send(&p, (struct sim_person){.story = SIM_WALK, .side = SIM_IN, .delay_us = 100 * US_PER_MS});
    until(&p, 100);
    release(&p, true, false);
    until(&p, 1000);
    assert_string_equal(p.text, "10 arrived in\n"
                                "130 pushed in\n"
                                "163 contact-a on\n"
                                "184 contact-a off\n"
                                "190 through in\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(somebody_waits_for_the_release_and_walks_in),
        cmocka_unit_test(walking_out_meets_the_contacts_the_other_way_round),
        cmocka_unit_test(a_head_with_one_contact_reports_the_second_half_of_a_turn),
        cmocka_unit_test(a_locked_arm_holds_until_patience_ends),
        cmocka_unit_test(somebody_who_only_stands_there_leaves_no_trace_on_the_contacts),
        cmocka_unit_test(whoever_turns_back_undoes_the_contacts),
        cmocka_unit_test(somebody_who_stops_half_way_keeps_the_contacts_pressed),
        cmocka_unit_test(an_arm_under_way_is_not_stopped_by_the_lock),
        cmocka_unit_test(a_release_that_is_too_short_lets_nobody_through),
        cmocka_unit_test(a_tailgater_comes_through_while_the_release_is_on),
        cmocka_unit_test(a_tailgater_is_quicker_than_the_pawl_or_is_stopped),
        cmocka_unit_test(force_turns_a_locked_arm),
        cmocka_unit_test(people_queue_and_pass_one_after_the_other),
        cmocka_unit_test(one_relay_frees_both_ways),
        cmocka_unit_test(the_wired_fire_release_frees_the_lane_without_software),
        cmocka_unit_test(a_door_opens_for_who_walks_and_closes_by_its_spring),
        cmocka_unit_test(contacts_bounce_and_settle_at_the_right_level),
        cmocka_unit_test(a_stuck_contact_stays_until_it_is_freed),
        cmocka_unit_test(the_button_is_pressed_and_let_go),
        cmocka_unit_test(hands_are_refused_before_a_move_could_lack_room),
        cmocka_unit_test(speed_shortens_every_duration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
