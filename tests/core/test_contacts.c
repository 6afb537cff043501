#include "core/contacts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MS       INT64_C(1000)
#define DEBOUNCE (5 * MS)

static const struct lane_config two = {.kind = LANE_TURNSTILE, .passage_contacts = 2, .stuck_us = 3000 * MS};
static const struct lane_config one = {.kind = LANE_TURNSTILE, .passage_contacts = 1, .stuck_us = 3000 * MS};
static const struct lane_config door = {.kind = LANE_DOOR, .has_door_contact = true, .stuck_us = 3000 * MS};

/* What the contacts said, as words in a row. */
struct heard {
    char text[512];
    size_t len;
    int64_t last_us;
};

static void hear(struct heard *heard, const struct lane_event *events, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_true(events[i].boot_us >= heard->last_us);
        heard->last_us = events[i].boot_us;
        int n_added = snprintf(heard->text + heard->len, sizeof(heard->text) - heard->len, "%s%s",
                               heard->len > 0 ? " " : "", lane_event_text(events[i].kind));
        heard->len += (size_t)n_added;
        assert_true(heard->len < sizeof(heard->text));
    }
}

static void report(struct contacts *contacts, const struct lane_config *config, struct heard *heard,
                   enum contacts_input input, bool active, int64_t ms)
{
    struct lane_event events[CONTACTS_EVENTS_MAX];
    hear(heard, events, contacts_step(contacts, config, DEBOUNCE, input, active, ms * MS, events, CONTACTS_EVENTS_MAX));
}

static void wait_until(struct contacts *contacts, const struct lane_config *config, struct heard *heard, int64_t ms)
{
    struct lane_event events[CONTACTS_EVENTS_MAX];
    while (contacts_deadline(contacts, config) <= ms * MS) {
        int64_t due_us = contacts_deadline(contacts, config);
        hear(heard, events, contacts_time(contacts, config, due_us, events, CONTACTS_EVENTS_MAX));
        assert_true(contacts_deadline(contacts, config) > due_us);
    }
}

/* Plays "AbaB...": a capital closes, a small letter opens; one each 100 ms. */
static void play(const struct lane_config *config, const char *edges, const char *expected)
{
    struct contacts contacts = {0};
    struct heard heard = {0};
    int64_t ms = 100;
    for (const char *edge = edges; *edge != '\0'; edge++, ms += 100) {
        bool is_a = *edge == 'A' || *edge == 'a';
        wait_until(&contacts, config, &heard, ms);
        report(&contacts, config, &heard, is_a ? CONTACTS_A : CONTACTS_B, *edge == 'A' || *edge == 'B', ms);
    }
    wait_until(&contacts, config, &heard, ms);
    assert_string_equal(heard.text, expected);
}

static void a_then_b_is_inwards(void **state)
{
    (void)state;
    play(&two, "ABab", "move_in turned_in");
}

static void b_then_a_is_outwards(void **state)
{
    (void)state;
    play(&two, "BAba", "move_out turned_out");
}

static void who_turns_back_has_not_turned(void **state)
{
    (void)state;
    play(&two, "Aa", "move_in back");
    play(&two, "ABba", "move_in back");
    play(&two, "ABaAba", "move_in back");
    play(&two, "BAab", "move_out back");
    play(&two, "BAbBab", "move_out back");
}

static void to_and_fro_on_the_way_is_one_rotation(void **state)
{
    (void)state;
    play(&two, "ABbBaAab", "move_in turned_in");
    play(&two, "ABabBAbaABab", "move_in turned_in move_out turned_out move_in turned_in");
}

static void one_contact_tells_of_a_passage(void **state)
{
    (void)state;
    play(&one, "Aa", "move_in turned_in");
    play(&one, "AaBbAa", "move_in turned_in move_in turned_in"); /* it has no B */
}

static void bounce_is_no_movement(void **state)
{
    struct contacts contacts = {0};
    struct heard heard = {0};
    (void)state;
    report(&contacts, &two, &heard, CONTACTS_A, true, 100);
    report(&contacts, &two, &heard, CONTACTS_A, false, 104);
    assert_int_equal(contacts_deadline(&contacts, &two), INT64_MAX);
    report(&contacts, &two, &heard, CONTACTS_A, true, 106);
    report(&contacts, &two, &heard, CONTACTS_A, true, 110); /* the same level again isn't an edge */
    assert_string_equal(heard.text, "");
    assert_int_equal(contacts_deadline(&contacts, &two), 111 * MS);
    wait_until(&contacts, &two, &heard, 110);
    assert_string_equal(heard.text, "");
    wait_until(&contacts, &two, &heard, 111);
    assert_string_equal(heard.text, "move_in");
    assert_int_equal(heard.last_us, 111 * MS);
}

static void an_edge_that_comes_late_first_settles_what_was_due(void **state)
{
    struct contacts contacts = {0};
    struct heard heard = {0};
    (void)state;
    report(&contacts, &two, &heard, CONTACTS_A, true, 100);
    report(&contacts, &two, &heard, CONTACTS_A, false, 5000);
    assert_string_equal(heard.text, "move_in stuck");
    wait_until(&contacts, &two, &heard, 6000);
    assert_string_equal(heard.text, "move_in stuck back unstuck");
}

static void without_debounce_an_edge_counts_at_once(void **state)
{
    struct contacts contacts = {0};
    struct lane_event events[CONTACTS_EVENTS_MAX];
    (void)state;
    assert_int_equal(contacts_step(&contacts, &two, 0, CONTACTS_B, true, 7, events, CONTACTS_EVENTS_MAX), 1);
    assert_int_equal(events[0].kind, LANE_E_MOVE_OUT);
    assert_int_equal(events[0].boot_us, 7);
}

static void a_contact_that_stays_active_is_stuck_once(void **state)
{
    struct contacts contacts = {0};
    struct heard heard = {0};
    (void)state;
    report(&contacts, &two, &heard, CONTACTS_A, true, 100);
    report(&contacts, &two, &heard, CONTACTS_B, true, 200);
    wait_until(&contacts, &two, &heard, 3104);
    assert_string_equal(heard.text, "move_in");
    wait_until(&contacts, &two, &heard, 3105);
    assert_string_equal(heard.text, "move_in stuck");
    wait_until(&contacts, &two, &heard, 90000);
    report(&contacts, &two, &heard, CONTACTS_A, false, 90000);
    wait_until(&contacts, &two, &heard, 90100);
    assert_string_equal(heard.text, "move_in stuck"); /* B is stuck as well */
    report(&contacts, &two, &heard, CONTACTS_B, false, 90100);
    wait_until(&contacts, &two, &heard, 99000);
    assert_string_equal(heard.text, "move_in stuck turned_in unstuck");
}

static void a_contact_that_is_stuck_again_is_told_again(void **state)
{
    struct contacts contacts = {0};
    struct heard heard = {0};
    (void)state;
    report(&contacts, &one, &heard, CONTACTS_A, true, 0);
    report(&contacts, &one, &heard, CONTACTS_A, false, 10000);
    report(&contacts, &one, &heard, CONTACTS_A, true, 11000);
    wait_until(&contacts, &one, &heard, 90000);
    assert_string_equal(heard.text, "move_in stuck turned_in unstuck move_in stuck");
}

static void one_that_comes_free_at_the_last_moment_is_not_stuck(void **state)
{
    struct contacts contacts = {0};
    struct heard heard = {0};
    (void)state;
    report(&contacts, &one, &heard, CONTACTS_A, true, 0);
    report(&contacts, &one, &heard, CONTACTS_A, false, 3000);
    wait_until(&contacts, &one, &heard, 90000);
    assert_string_equal(heard.text, "move_in turned_in");
}

static void without_a_limit_nothing_is_stuck(void **state)
{
    struct contacts contacts = {0};
    struct heard heard = {0};
    struct lane_config config = two;
    (void)state;
    config.stuck_us = 0;
    report(&contacts, &config, &heard, CONTACTS_A, true, 0);
    wait_until(&contacts, &config, &heard, 90000);
    assert_string_equal(heard.text, "move_in");
    assert_int_equal(contacts_deadline(&contacts, &config), INT64_MAX);
}

static void an_input_that_the_lane_does_not_have_is_ignored(void **state)
{
    static const struct lane_config blind_arm = {.kind = LANE_TURNSTILE, .has_door_contact = true};
    static const struct lane_config blind_door = {.kind = LANE_DOOR, .passage_contacts = 2};
    static const struct lane_config *const configs[] = {&blind_arm, &blind_door};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct contacts contacts = {0};
        struct heard heard = {0};
        for (int input = CONTACTS_A; input <= CONTACTS_INPUTS; input++) {
            report(&contacts, configs[i], &heard, (enum contacts_input)input, true, 0);
            report(&contacts, configs[i], &heard, (enum contacts_input)input, false, 100);
        }
        wait_until(&contacts, configs[i], &heard, 1000);
        assert_string_equal(heard.text, "");
    }
}

static void a_door_opens_and_closes_and_may_stay_closed(void **state)
{
    struct contacts contacts = {0};
    struct heard heard = {0};
    (void)state;
    report(&contacts, &door, &heard, CONTACTS_DOOR, true, 0); /* at start-up */
    wait_until(&contacts, &door, &heard, 90000);
    assert_string_equal(heard.text, "");
    report(&contacts, &door, &heard, CONTACTS_DOOR, false, 90000);
    report(&contacts, &door, &heard, CONTACTS_A, true, 90001); /* it has none */
    wait_until(&contacts, &door, &heard, 99000);
    report(&contacts, &door, &heard, CONTACTS_DOOR, true, 99000);
    wait_until(&contacts, &door, &heard, 99999);
    assert_string_equal(heard.text, "move_in turned_in");
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* One contact changes, with as many sparks before as luck will have; at most as long as the debounce time. */
static int64_t spark(struct contacts *contacts, struct heard *heard, uint64_t *random, enum contacts_input input,
                     bool active, int64_t ms)
{
    for (uint64_t n = next_random(random) % 6; n > 0; n--) {
        report(contacts, &two, heard, input, active, ms);
        report(contacts, &two, heard, input, !active, ms + (int64_t)(next_random(random) % 5));
        ms += 5;
    }
    report(contacts, &two, heard, input, active, ms);
    ms += 5 + (int64_t)(next_random(random) % 50);
    wait_until(contacts, &two, heard, ms);
    return ms;
}

/* An arm that wanders at random, each quarter with bounce: the rotations heard are the rotations made. */
static void a_wandering_arm_is_counted_rightly(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        static const bool a_on[] = {false, true, true, false};
        static const bool b_on[] = {false, false, true, true};
        struct contacts contacts = {0};
        uint64_t random = seed;
        int64_t ms = 100;
        int quarter = 0;
        int heard_rotations = 0;
        for (int i = 0; i < 2000; i++) {
            struct heard heard = {0};
            int next = quarter + (next_random(&random) % 2 == 0 ? 1 : -1);
            bool a = a_on[(unsigned)next % 4];
            bool a_changes = a != a_on[(unsigned)quarter % 4];
            ms = spark(&contacts, &heard, &random, a_changes ? CONTACTS_A : CONTACTS_B,
                       a_changes ? a : b_on[(unsigned)next % 4], ms);
            heard_rotations += strcmp(heard.text, "turned_in") == 0 ? 1 : 0;
            heard_rotations -= strcmp(heard.text, "turned_out") == 0 ? 1 : 0;
            quarter = next;
            if (quarter % 4 == 0) {
                assert_int_equal(heard_rotations, quarter / 4);
            } else {
                assert_null(strstr(heard.text, "turned"));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_then_b_is_inwards),
        cmocka_unit_test(b_then_a_is_outwards),
        cmocka_unit_test(who_turns_back_has_not_turned),
        cmocka_unit_test(to_and_fro_on_the_way_is_one_rotation),
        cmocka_unit_test(one_contact_tells_of_a_passage),
        cmocka_unit_test(bounce_is_no_movement),
        cmocka_unit_test(an_edge_that_comes_late_first_settles_what_was_due),
        cmocka_unit_test(without_debounce_an_edge_counts_at_once),
        cmocka_unit_test(a_contact_that_stays_active_is_stuck_once),
        cmocka_unit_test(a_contact_that_is_stuck_again_is_told_again),
        cmocka_unit_test(one_that_comes_free_at_the_last_moment_is_not_stuck),
        cmocka_unit_test(without_a_limit_nothing_is_stuck),
        cmocka_unit_test(an_input_that_the_lane_does_not_have_is_ignored),
        cmocka_unit_test(a_door_opens_and_closes_and_may_stay_closed),
        cmocka_unit_test(a_wandering_arm_is_counted_rightly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
