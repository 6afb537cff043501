/* The kernel's chips, with a stand-in for libgpiod: what is asked of it, in which order, and what its answers become. */

#include "base/clock.h"
#include "drivers/gpio/gpio.h"
#include "drivers/gpio/gpio_backend.h"
#include "fake_gpiod.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { RELAY, LAMP, BELL, CONTACT, FIRE, LINES };

/* RELAY, LAMP and FIRE lie on the board, BELL and CONTACT on an expander. */
static const struct gpio_line_config lines[LINES] = {
    {.name = "RELAY", .output = true, .bias = GPIO_BIAS_PULL_DOWN},
    {.name = "LAMP", .output = true, .active_low = true},
    {.name = "BELL", .output = true},
    {.name = "CONTACT", .active_low = true, .bias = GPIO_BIAS_PULL_UP, .debounce_us = 5000},
    {.name = "FIRE"},
};

static struct gpio *gpio;
static size_t bad_line;

static int two_chips(void **state)
{
    (void)state;
    fake_reset();
    fake.chips[0].path = "/dev/gpiochip0";
    fake.chips[0].name = "gpiochip0";
    fake.chips[0].label = "board";
    fake.chips[0].lines[1] = (struct fake_line){.name = "RELAY"};
    fake.chips[0].lines[2] = (struct fake_line){.name = "LAMP"};
    fake.chips[0].lines[4] = (struct fake_line){.name = "FIRE", .active = true};
    fake.chips[2].path = "/dev/gpiochip7";
    fake.chips[2].name = "gpiochip7";
    fake.chips[2].label = "expander";
    fake.chips[2].lines[0] = (struct fake_line){.name = "BELL"};
    fake.chips[2].lines[5] = (struct fake_line){.name = "CONTACT"};
    gpio = NULL;
    bad_line = 99;
    return 0;
}

static int open_all(const char *chip)
{
    return gpio_open(chip, lines, LINES, &gpio, &bad_line);
}

static void forget_said(void)
{
    fake.len = 0;
    fake.said[0] = '\0';
}

static int64_t monotonic_ns(void)
{
    struct timespec t;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &t), 0);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void outputs_of_all_chips_are_claimed_at_rest_before_any_input(void **state)
{
    (void)state;
    assert_int_equal(open_all(""), 0);
    assert_string_equal(fake.said, "claim board: [RELAY out=0 down] [LAMP out=0 low]\n"
                                   "claim expander: [BELL out=0]\n"
                                   "claim board: [FIRE in both monotonic]\n"
                                   "claim expander: [CONTACT in both monotonic up low 5000us]\n");
    gpio_close(gpio);
    assert_int_equal(fake.open, 0);
}

static void closing_sets_outputs_to_rest_before_letting_go(void **state)
{
    (void)state;
    assert_int_equal(open_all(""), 0);
    forget_said();
    gpio_close(gpio);
    assert_string_equal(fake.said, "set board: RELAY=0 LAMP=0\n"
                                   "set expander: BELL=0\n"
                                   "release board in\nrelease board out\n"
                                   "release expander in\nrelease expander out\n");
}

static void outputs_of_one_chip_change_in_one_call(void **state)
{
    (void)state;
    assert_int_equal(open_all(""), 0);
    forget_said();
    const unsigned all[] = {LAMP, BELL, RELAY};
    assert_int_equal(gpio_set(gpio, all, (const bool[]){true, true, false}, 3), 0);
    assert_string_equal(fake.said, "set board: LAMP=1 RELAY=0\nset expander: BELL=1\n");
    assert_int_equal(gpio_get(gpio, LAMP), 1);
    assert_int_equal(gpio_get(gpio, RELAY), 0);
    assert_int_equal(gpio_get(gpio, FIRE), 1);
    gpio_close(gpio);
}

static void a_chip_is_chosen_by_label_name_or_path(void **state)
{
    (void)state;
    const char *const chips[] = {"board", "gpiochip0", "/dev/gpiochip0"};
    const struct gpio_line_config one[] = {{.name = "RELAY", .output = true}};
    const struct gpio_line_config elsewhere[] = {{.name = "BELL", .output = true}};
    for (size_t i = 0; i < sizeof(chips) / sizeof(chips[0]); i++) {
        assert_int_equal(gpio_open(chips[i], one, 1, &gpio, &bad_line), 0);
        gpio_close(gpio);
        assert_int_equal(gpio_open(chips[i], elsewhere, 1, &gpio, &bad_line), GPIO_NO_LINE);
        assert_int_equal(bad_line, 0);
    }
    assert_int_equal(fake.open, 0);
}

static void no_such_chip_is_said_so(void **state)
{
    (void)state;
    assert_int_equal(open_all("other"), GPIO_NO_CHIP);
    assert_int_equal(open_all("/dev/gpiochip3"), GPIO_NO_CHIP);
    assert_int_equal(open_all("/dev/null"), GPIO_NO_CHIP);
    fake_reset();
    assert_int_equal(open_all(""), GPIO_NO_CHIP);
    assert_int_equal(open_all("board"), GPIO_NO_CHIP);
    assert_null(gpio);
    assert_int_equal(fake.open, 0);
}

static void a_chip_that_may_not_be_opened_matters_only_if_it_is_the_one(void **state)
{
    (void)state;
    fake.chips[1] = (struct fake_chip){
        .path = "/dev/gpiochip1", .name = "gpiochip1", .label = "secret", .open_error = EACCES, .input_fd = -1};
    assert_int_equal(open_all(""), 0);
    gpio_close(gpio);
    assert_int_equal(open_all("secret"), -EACCES);
    assert_int_equal(open_all("/dev/gpiochip1"), -EACCES);
    fake.chips[1].open_error = EIO;
    assert_int_equal(open_all(""), -EIO);
    fake.chips[1].open_error = ENODEV; /* unplugged since the folder was read */
    assert_int_equal(open_all(""), 0);
    gpio_close(gpio);
    assert_int_equal(fake.open, 0);
}

static void a_missing_line_is_named_and_nothing_is_claimed(void **state)
{
    (void)state;
    fake.chips[2].lines[5].name = "OTHER";
    assert_int_equal(open_all(""), GPIO_NO_LINE);
    assert_int_equal(bad_line, CONTACT);
    assert_string_equal(fake.said, "");
    assert_int_equal(fake.open, 0);
}

static void a_name_on_two_chips_is_refused(void **state)
{
    (void)state;
    fake.chips[2].lines[1].name = "RELAY";
    assert_int_equal(open_all(""), -ENOTUNIQ);
    assert_string_equal(fake.said, "");
    const struct gpio_line_config one[] = {{.name = "RELAY", .output = true}};
    assert_int_equal(gpio_open("expander", one, 1, &gpio, &bad_line), 0); /* with its chip named it is clear */
    gpio_close(gpio);
}

static void a_taken_line_is_named_and_the_rest_let_go(void **state)
{
    (void)state;
    fake.chips[0].lines[2].used = true;
    assert_int_equal(open_all(""), GPIO_LINE_TAKEN);
    assert_int_equal(bad_line, LAMP);
    assert_string_equal(fake.said, "");
    fake.chips[0].lines[2].used = false;
    fake.chips[0].lines[4].used = true;
    assert_int_equal(open_all(""), GPIO_LINE_TAKEN);
    assert_int_equal(bad_line, FIRE);
    assert_non_null(strstr(fake.said, "release board out\nrelease expander out\n"));
    assert_null(strstr(fake.said, "set"));
    assert_int_equal(fake.open, 0);
}

static void edges_come_as_logical_levels_on_the_boot_clock(void **state)
{
    (void)state;
    assert_int_equal(open_all(""), 0);
    struct pollfd wait = {.fd = gpio_fd(gpio), .events = POLLIN};
    assert_int_equal(poll(&wait, 1, 0), 0);
    int64_t from_us = clock_boot_us();
    uint64_t stamp = (uint64_t)monotonic_ns();
    fake_edge(2, &(struct fake_event){.offset = 5, .rising = true, .stamp_ns = stamp, .seqno = 1});
    fake_edge(0, &(struct fake_event){.offset = 4, .rising = false, .stamp_ns = stamp, .seqno = 1});
    fake_edge(0, &(struct fake_event){.offset = 4, .rising = true, .stamp_ns = stamp, .seqno = 2});
    assert_int_equal(poll(&wait, 1, 0), 1);
    struct gpio_edge edges[8];
    assert_int_equal(gpio_drain(gpio, edges, 1), 1); /* no more than asked for */
    assert_int_equal(gpio_drain(gpio, edges + 1, 7), 2);
    assert_int_equal(gpio_drain(gpio, edges, 0), 0);
    int64_t to_us = clock_boot_us();
    const struct gpio_edge expected[] = {{FIRE, false, 0}, {FIRE, true, 0}, {CONTACT, true, 0}};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(edges[i].line, expected[i].line);
        assert_int_equal(edges[i].active, expected[i].active);
        assert_in_range(edges[i].boot_us, from_us - 1, to_us);
    }
    assert_int_equal(poll(&wait, 1, 0), 0);
    assert_int_equal(gpio_drain(gpio, edges, 8), 0);
    gpio_close(gpio);
}

static void a_stamp_keeps_its_age_and_is_never_in_the_future(void **state)
{
    (void)state;
    assert_int_equal(gpio_stamp_to_boot_us(1000000, 5000000, 900000), 900000 - 4000);
    assert_int_equal(gpio_stamp_to_boot_us(5000000, 5000000, 900000), 900000);
    assert_int_equal(gpio_stamp_to_boot_us(6000000, 5000000, 900000), 900000);
    /* With a suspend of an hour behind it the boot clock is ahead; the age counts. */
    assert_int_equal(gpio_stamp_to_boot_us(1000, 2000, INT64_C(3600000000)), INT64_C(3600000000) - 1);
}

static void dropped_edges_are_made_good_by_the_level(void **state)
{
    (void)state;
    assert_int_equal(open_all(""), 0);
    fake_edge(2, &(struct fake_event){.offset = 5, .rising = true, .seqno = 1});
    fake_edge(2, &(struct fake_event){.offset = 5, .rising = false, .seqno = 2});
    fake_edge(2, &(struct fake_event){.offset = 5, .rising = true, .seqno = 40});
    fake.chips[2].lines[5].active = false; /* the edge that would say so was dropped */
    struct gpio_edge edges[8];
    assert_int_equal(gpio_drain(gpio, edges, 8), 4);
    assert_true(edges[2].active);
    assert_int_equal(edges[3].line, CONTACT);
    assert_false(edges[3].active);
    assert_int_equal(gpio_drain(gpio, edges, 8), 0);
    gpio_close(gpio);
}

static void a_chip_that_is_unplugged_is_told_and_the_other_still_set(void **state)
{
    (void)state;
    assert_int_equal(open_all(""), 0);
    fake.chips[0].gone = true;
    forget_said();
    const unsigned both[] = {RELAY, BELL};
    const bool on[] = {true, true};
    assert_int_equal(gpio_set(gpio, both, on, 2), -ENODEV);
    assert_string_equal(fake.said, "set expander: BELL=1\n");
    struct gpio_edge edge;
    assert_int_equal(gpio_drain(gpio, &edge, 1), -ENODEV);
    assert_int_equal(gpio_get(gpio, FIRE), -ENODEV);
    gpio_close(gpio);
    assert_int_equal(fake.open, 0);
}

static void what_cannot_be_a_line_is_refused_before_any_chip_is_asked(void **state)
{
    (void)state;
    struct gpio_line_config wrong[2] = {{.name = "FIRE"}, {.name = "FIRE"}};
    assert_int_equal(gpio_open("", wrong, 2, &gpio, &bad_line), GPIO_LINE_TAKEN);
    assert_int_equal(bad_line, 1);
    wrong[1].name[0] = '\0';
    assert_int_equal(gpio_open("", wrong, 2, &gpio, &bad_line), -EINVAL);
    memset(wrong[1].name, 'x', sizeof(wrong[1].name)); /* no end */
    assert_int_equal(gpio_open("", wrong, 2, &gpio, &bad_line), -EINVAL);
    assert_int_equal(gpio_open("", wrong, 0, &gpio, &bad_line), -EINVAL);
    assert_int_equal(gpio_open("", wrong, GPIO_LINES_MAX + 1, &gpio, &bad_line), -EINVAL);
    assert_null(gpio);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(outputs_of_all_chips_are_claimed_at_rest_before_any_input, two_chips),
        cmocka_unit_test_setup(closing_sets_outputs_to_rest_before_letting_go, two_chips),
        cmocka_unit_test_setup(outputs_of_one_chip_change_in_one_call, two_chips),
        cmocka_unit_test_setup(a_chip_is_chosen_by_label_name_or_path, two_chips),
        cmocka_unit_test_setup(no_such_chip_is_said_so, two_chips),
        cmocka_unit_test_setup(a_chip_that_may_not_be_opened_matters_only_if_it_is_the_one, two_chips),
        cmocka_unit_test_setup(a_missing_line_is_named_and_nothing_is_claimed, two_chips),
        cmocka_unit_test_setup(a_name_on_two_chips_is_refused, two_chips),
        cmocka_unit_test_setup(a_taken_line_is_named_and_the_rest_let_go, two_chips),
        cmocka_unit_test_setup(edges_come_as_logical_levels_on_the_boot_clock, two_chips),
        cmocka_unit_test_setup(a_stamp_keeps_its_age_and_is_never_in_the_future, two_chips),
        cmocka_unit_test_setup(dropped_edges_are_made_good_by_the_level, two_chips),
        cmocka_unit_test_setup(a_chip_that_is_unplugged_is_told_and_the_other_still_set, two_chips),
        cmocka_unit_test_setup(what_cannot_be_a_line_is_refused_before_any_chip_is_asked, two_chips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
