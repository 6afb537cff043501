#include "lane_properties.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void walk(size_t which)
{
    enum { SEEDS = 40, STEPS = 20000 };
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct lane_breach breach = lane_properties_walk(&lane_walks[which].config, seed, STEPS);
        if (breach.property != NULL) {
            fail_msg("%s, seed %llu, step %u, %s in %s: not so: %s", lane_walks[which].name, (unsigned long long)seed,
                     breach.step, lane_event_text(breach.event), lane_state_text(breach.state), breach.property);
        }
    }
}

static void the_properties_hold_with_two_contacts(void **state)
{
    (void)state;
    walk(0);
}

static void the_properties_hold_with_a_pulsed_release(void **state)
{
    (void)state;
    walk(1);
}

static void the_properties_hold_with_one_contact(void **state)
{
    (void)state;
    walk(2);
}

static void the_properties_hold_without_a_contact(void **state)
{
    (void)state;
    walk(3);
}

static void the_properties_hold_for_a_door(void **state)
{
    (void)state;
    walk(4);
}

static void the_properties_hold_for_a_door_without_a_contact(void **state)
{
    (void)state;
    walk(5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_properties_hold_with_two_contacts),
        cmocka_unit_test(the_properties_hold_with_a_pulsed_release),
        cmocka_unit_test(the_properties_hold_with_one_contact),
        cmocka_unit_test(the_properties_hold_without_a_contact),
        cmocka_unit_test(the_properties_hold_for_a_door),
        cmocka_unit_test(the_properties_hold_for_a_door_without_a_contact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
