/* The driver of lines on chips of a real kernel (gpio-sim). */

#include "base/clock.h"
#include "drivers/gpio/gpio.h"
#include "sim_chip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { RELAY1, RELAY2, IN1, IN2, N_LINES, EDGES = 10000, OVERRUN = 600, WAIT_MS = 30000 };

static const char *const names[N_LINES] = {"RELAY1", "RELAY2", "IN1", "IN2"};
static const struct gpio_line_config lines[N_LINES] = {
    {.name = "RELAY1", .output = true},
    {.name = "RELAY2", .output = true, .active_low = true},
    {.name = "IN1"},
    {.name = "IN2", .active_low = true, .bias = GPIO_BIAS_PULL_UP},
};

static struct sim_chip chip;
static struct sim_chip other;
static struct gpio *gpio;
static size_t bad;

static int set_up(void **state)
{
    (void)state;
    sim_chip_make("unit", names, N_LINES, &chip);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    gpio_close(gpio);
    gpio = NULL;
    sim_chip_remove(&chip);
    sim_chip_remove(&other);
    return 0;
}

static void open_all(const char *which)
{
    assert_int_equal(gpio_open(which, lines, N_LINES, &gpio, &bad), 0);
}

/* Waits for an edge and takes it. */
static struct gpio_edge next_edge(void)
{
    struct gpio_edge edge;
    struct pollfd p = {.fd = gpio_fd(gpio), .events = POLLIN};
    assert_int_equal(poll(&p, 1, WAIT_MS), 1);
    assert_int_equal(gpio_drain(gpio, &edge, 1), 1);
    return edge;
}

static void set(unsigned line, bool active)
{
    assert_int_equal(gpio_set(gpio, &line, &active, 1), 0);
}

static void lines_are_found_by_name_label_and_path(void **state)
{
    (void)state;
    const char *const ways[] = {"", "unit", chip.path, chip.path + strlen("/dev/")};
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        open_all(ways[i]);
        set(RELAY1, true);
        assert_int_equal(sim_chip_level(&chip, RELAY1), 1);
        gpio_close(gpio);
        gpio = NULL;
        assert_int_equal(sim_chip_level(&chip, RELAY1), 0);
    }
    assert_int_equal(gpio_open("unite", lines, N_LINES, &gpio, &bad), GPIO_NO_CHIP);
    assert_int_equal(gpio_open("/dev/gpiochip77", lines, N_LINES, &gpio, &bad), GPIO_NO_CHIP);
    assert_int_equal(gpio_open("/dev/null", lines, N_LINES, &gpio, &bad), GPIO_NO_CHIP);
}

static void a_name_that_is_nowhere_or_twice_is_refused(void **state)
{
    (void)state;
    const struct gpio_line_config missing[] = {lines[RELAY1], {.name = "RELAY9", .output = true}};
    assert_int_equal(gpio_open("", missing, 2, &gpio, &bad), GPIO_NO_LINE);
    assert_int_equal(bad, 1);
    sim_chip_make("spare", names, N_LINES, &other);
    assert_int_equal(gpio_open("", lines, N_LINES, &gpio, &bad), -ENOTUNIQ);
    open_all("spare");
    set(RELAY1, true);
    assert_int_equal(sim_chip_level(&other, RELAY1), 1);
    assert_int_equal(sim_chip_level(&chip, RELAY1), 0);
}

static void lines_of_two_chips_are_one_set(void **state)
{
    (void)state;
    static const char *const more[] = {"RELAY3", "IN3"};
    const struct gpio_line_config both[] = {
        lines[RELAY1], lines[IN1], {.name = "RELAY3", .output = true}, {.name = "IN3"}};
    const unsigned relays[] = {0, 2};
    const bool on[] = {true, true};
    sim_chip_make("spare", more, 2, &other);
    assert_int_equal(gpio_open("", both, 4, &gpio, &bad), 0);
    assert_int_equal(gpio_set(gpio, relays, on, 2), 0);
    assert_int_equal(sim_chip_level(&chip, RELAY1), 1);
    assert_int_equal(sim_chip_level(&other, 0), 1);
    sim_chip_pull(&other, 1, true);
    assert_int_equal(next_edge().line, 3);
    sim_chip_pull(&chip, IN1, true);
    assert_int_equal(next_edge().line, 1);
    /* One chip goes: the other's relay still follows. */
    const bool off[] = {false, false};
    sim_chip_remove(&other);
    assert_int_equal(gpio_set(gpio, relays, off, 2), -ENODEV);
    assert_int_equal(sim_chip_level(&chip, RELAY1), 0);
}

static void outputs_are_at_rest_from_claim_to_close(void **state)
{
    (void)state;
    open_all("");
    /* Active low: at rest is high. */
    assert_int_equal(sim_chip_level(&chip, RELAY1), 0);
    assert_int_equal(sim_chip_level(&chip, RELAY2), 1);
    const unsigned both[] = {RELAY1, RELAY2};
    const bool on[] = {true, true};
    assert_int_equal(gpio_set(gpio, both, on, 2), 0);
    assert_int_equal(sim_chip_level(&chip, RELAY1), 1);
    assert_int_equal(sim_chip_level(&chip, RELAY2), 0);
    assert_int_equal(gpio_get(gpio, RELAY1), 1);
    assert_int_equal(gpio_get(gpio, RELAY2), 1);
    gpio_close(gpio);
    gpio = NULL;
    assert_int_equal(sim_chip_level(&chip, RELAY1), 0);
}

static void levels_and_edges_are_logical(void **state)
{
    (void)state;
    open_all("");
    assert_int_equal(sim_chip_level(&chip, IN2), 1); /* its bias alone pulls it up */
    assert_int_equal(gpio_get(gpio, IN1), 0);
    assert_int_equal(gpio_get(gpio, IN2), 0);
    int64_t before_us = clock_boot_us();
    sim_chip_pull(&chip, IN2, false);
    struct gpio_edge edge = next_edge();
    assert_int_equal(edge.line, IN2);
    assert_true(edge.active);
    assert_true(edge.boot_us >= before_us && edge.boot_us <= clock_boot_us());
    assert_int_equal(gpio_get(gpio, IN2), 1);
    assert_int_equal(gpio_drain(gpio, &edge, 1), 0);
}

static void a_line_that_somebody_holds_is_named(void **state)
{
    (void)state;
    struct gpio *first = NULL;
    assert_int_equal(gpio_open("", lines + RELAY2, 1, &first, &bad), 0);
    assert_int_equal(gpio_open("", lines, N_LINES, &gpio, &bad), GPIO_LINE_TAKEN);
    assert_int_equal(bad, RELAY2);
    gpio_close(first);
    assert_int_equal(gpio_open("", lines + IN1, 1, &first, &bad), 0);
    assert_int_equal(gpio_open("", lines, N_LINES, &gpio, &bad), GPIO_LINE_TAKEN);
    assert_int_equal(bad, IN1);
    assert_int_equal(sim_chip_level(&chip, RELAY1), 0);
    gpio_close(first);
    open_all("");
}

static void a_bouncing_contact_is_one_edge_with_the_kernels_debounce(void **state)
{
    (void)state;
    struct gpio_line_config calm = lines[IN1];
    calm.debounce_us = 500000; /* long, so that a guest that stands still for a moment doesn't end it */
    assert_int_equal(gpio_open("", &calm, 1, &gpio, &bad), 0);
    for (int i = 0; i < 9; i++) { /* ends up */
        sim_chip_pull(&chip, IN1, i % 2 == 0);
        (void)poll(NULL, 0, 2); /* else the simulated interrupts of several would be one */
    }
    struct gpio_edge edge = next_edge();
    assert_true(edge.active);
    sim_chip_pull(&chip, IN1, false);
    edge = next_edge();
    assert_false(edge.active);
    assert_int_equal(gpio_drain(gpio, &edge, 1), 0);
}

static void no_edge_of_ten_thousand_is_lost(void **state)
{
    (void)state;
    int64_t last_us = 0;
    open_all("");
    for (int i = 0; i < EDGES; i++) {
        sim_chip_pull(&chip, IN1, i % 2 == 0);
        struct gpio_edge edge = next_edge();
        assert_int_equal(edge.line, IN1);
        assert_int_equal(edge.active, i % 2 == 0);
        assert_true(edge.boot_us >= last_us);
        last_us = edge.boot_us;
    }
}

/* The kernel drops the oldest: a line that moved once, before the others, is known by its level only. */
static void an_edge_that_the_kernel_dropped_is_told_by_the_level(void **state)
{
    (void)state;
    struct gpio_edge edge;
    bool seen[N_LINES] = {0};
    int n = 0;
    open_all("");
    sim_chip_pull(&chip, IN2, false); /* active low */
    (void)poll(NULL, 0, 2);
    for (int i = 0; i < OVERRUN; i++) { /* nobody takes them */
        sim_chip_pull(&chip, IN1, i % 2 == 0);
    }
    while (gpio_drain(gpio, &edge, 1) == 1) {
        seen[edge.line] = edge.active;
        n++;
    }
    assert_true(n > 0 && n < OVERRUN);
    assert_false(seen[IN1]);
    assert_true(seen[IN2]);
}

static void a_chip_that_vanishes_says_so_everywhere(void **state)
{
    (void)state;
    struct gpio_edge edge;
    bool on = true;
    unsigned relay = RELAY1;
    open_all("");
    set(RELAY1, true);
    sim_chip_remove(&chip);
    struct pollfd p = {.fd = gpio_fd(gpio), .events = POLLIN};
    assert_int_equal(poll(&p, 1, WAIT_MS), 1);
    assert_int_equal(gpio_drain(gpio, &edge, 1), -ENODEV);
    assert_int_equal(gpio_get(gpio, IN1), -ENODEV);
    assert_int_equal(gpio_set(gpio, &relay, &on, 1), -ENODEV);
    gpio_close(gpio);
    gpio = NULL;
    /* And is found again under whatever number it comes back with. */
    assert_int_equal(gpio_open("unit", lines, N_LINES, &gpio, &bad), GPIO_NO_CHIP);
    sim_chip_make("unit", names, N_LINES, &chip);
    open_all("unit");
    assert_int_equal(sim_chip_level(&chip, RELAY1), 0);
}

int main(void)
{
#define ON_A_CHIP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_A_CHIP(lines_are_found_by_name_label_and_path),
        ON_A_CHIP(a_name_that_is_nowhere_or_twice_is_refused),
        ON_A_CHIP(lines_of_two_chips_are_one_set),
        ON_A_CHIP(outputs_are_at_rest_from_claim_to_close),
        ON_A_CHIP(levels_and_edges_are_logical),
        ON_A_CHIP(a_line_that_somebody_holds_is_named),
        ON_A_CHIP(a_bouncing_contact_is_one_edge_with_the_kernels_debounce),
        ON_A_CHIP(no_edge_of_ten_thousand_is_lost),
        ON_A_CHIP(an_edge_that_the_kernel_dropped_is_told_by_the_level),
        ON_A_CHIP(a_chip_that_vanishes_says_so_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
