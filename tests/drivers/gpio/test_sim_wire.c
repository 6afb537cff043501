/* The simulated chip's messages: what is written can be read, what is bent is refused. */

#include "base/pack.h"
#include "drivers/gpio/sim_wire.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sim_wire full(enum sim_wire_kind kind)
{
    struct sim_wire wire = {.kind = kind, .n_lines = GPIO_LINES_MAX};
    for (unsigned i = 0; i < GPIO_LINES_MAX; i++) {
        struct sim_wire_line *line = &wire.lines[i];
        if (kind == SIM_WIRE_CLAIM) {
            memset(line->name, 'a' + (int)(i % 26), GPIO_NAME_SIZE - 1);
            line->output = i % 2;
            line->active_low = i % 3 == 0;
            line->bias = (enum gpio_bias)(i % 3);
            line->debounce_us = UINT32_MAX - i;
        } else {
            line->line = i;
            line->high = i % 2;
        }
        if (kind == SIM_WIRE_EDGES) {
            line->boot_us = INT64_MAX - i;
        }
    }
    return wire;
}

static void every_kind_comes_back_as_it_was(void **state)
{
    (void)state;
    for (int kind = SIM_WIRE_CLAIM; kind <= SIM_WIRE_EDGES; kind++) {
        const struct sim_wire wire = full((enum sim_wire_kind)kind);
        struct sim_wire back;
        uint8_t bytes[SIM_WIRE_MAX];
        int n = sim_wire_encode(&wire, bytes, sizeof(bytes));
        assert_true(n > 0); /* the largest message fits a packet */
        assert_int_equal(sim_wire_decode(bytes, (size_t)n, &back), 0);
        assert_int_equal(back.kind, wire.kind);
        assert_int_equal(back.n_lines, wire.n_lines);
        for (size_t i = 0; i < wire.n_lines; i++) {
            assert_string_equal(back.lines[i].name, wire.lines[i].name);
            assert_int_equal(back.lines[i].output, wire.lines[i].output);
            assert_int_equal(back.lines[i].active_low, wire.lines[i].active_low);
            assert_int_equal(back.lines[i].bias, wire.lines[i].bias);
            assert_int_equal(back.lines[i].debounce_us, wire.lines[i].debounce_us);
            assert_int_equal(back.lines[i].line, wire.lines[i].line);
            assert_int_equal(back.lines[i].high, wire.lines[i].high);
            assert_int_equal(back.lines[i].boot_us, wire.lines[i].boot_us);
        }
    }
    const struct sim_wire refusal = {.kind = SIM_WIRE_CLAIMED, .result = GPIO_LINE_TAKEN, .bad_line = 63};
    struct sim_wire back;
    uint8_t bytes[64];
    int n = sim_wire_encode(&refusal, bytes, sizeof(bytes));
    assert_true(n > 0);
    assert_int_equal(sim_wire_decode(bytes, (size_t)n, &back), 0);
    assert_int_equal(back.result, GPIO_LINE_TAKEN);
    assert_int_equal(back.bad_line, 63);
}

static void what_does_not_fit_is_not_written(void **state)
{
    (void)state;
    const struct sim_wire wire = full(SIM_WIRE_CLAIM);
    uint8_t bytes[SIM_WIRE_MAX];
    int n = sim_wire_encode(&wire, bytes, sizeof(bytes));
    assert_int_equal(sim_wire_encode(&wire, bytes, (size_t)n - 1), -EMSGSIZE);
    assert_int_equal(sim_wire_encode(&wire, bytes, 0), -EMSGSIZE);
}

static void a_message_cut_within_a_line_is_refused(void **state)
{
    (void)state;
    struct sim_wire wire = full(SIM_WIRE_EDGES);
    wire.n_lines = 1;
    uint8_t bytes[256];
    int n = sim_wire_encode(&wire, bytes, sizeof(bytes));
    for (int cut = 0; cut < n; cut++) {
        struct sim_wire back;
        uint8_t *exact = malloc((size_t)cut + 1); /* so that a sanitizer sees a read beyond the end */
        assert_non_null(exact);
        memcpy(exact, bytes, (size_t)cut);
        assert_int_equal(sim_wire_decode(exact, (size_t)cut, &back), -EBADMSG);
        free(exact);
    }
}

/* A message of @kind with one line that holds just one integer or text. */
static int decode_one(int kind, unsigned tag, int64_t value, const char *text)
{
    uint8_t bytes[512];
    struct pack p;
    pack_init(&p, bytes, sizeof(bytes));
    pack_int(&p, 1, kind);
    size_t mark = pack_open(&p, 4);
    if (kind == SIM_WIRE_CLAIM && tag != 1) {
        pack_text(&p, 1, "name");
    }
    if (text) {
        pack_text(&p, tag, text);
    } else {
        pack_int(&p, tag, value);
    }
    pack_close(&p, mark);
    assert_false(p.overflow);
    struct sim_wire wire;
    return sim_wire_decode(bytes, p.len, &wire);
}

static void values_out_of_bounds_are_refused(void **state)
{
    (void)state;
    char long_name[GPIO_NAME_SIZE + 1];
    memset(long_name, 'n', GPIO_NAME_SIZE);
    long_name[GPIO_NAME_SIZE] = '\0';
    assert_int_equal(decode_one(SIM_WIRE_CLAIM, 1, 0, long_name), -EBADMSG);
    assert_int_equal(decode_one(SIM_WIRE_CLAIM, 1, 0, long_name + 1), 0);
    assert_int_equal(decode_one(SIM_WIRE_CLAIM, 1, 0, ""), -EBADMSG);
    const struct {
        int kind;
        unsigned tag;
        int64_t value;
        int result;
    } cases[] = {
        {SIM_WIRE_CLAIM, 2, 2, -EBADMSG}, /* output */
        {SIM_WIRE_CLAIM, 4, 3, -EBADMSG}, /* bias */
        {SIM_WIRE_CLAIM, 4, -1, -EBADMSG},
        {SIM_WIRE_CLAIM, 4, 2, 0},
        {SIM_WIRE_CLAIM, 5, INT64_C(1) << 32, -EBADMSG}, /* debounce */
        {SIM_WIRE_SET, 6, GPIO_LINES_MAX, -EBADMSG}, /* place */
        {SIM_WIRE_SET, 6, GPIO_LINES_MAX - 1, 0},
        {SIM_WIRE_SET, 7, 2, -EBADMSG}, /* high */
        {SIM_WIRE_EDGES, 8, -1, -EBADMSG}, /* boot_us */
        {SIM_WIRE_EDGES, 99, 5, 0}, /* of a newer peer */
        {SIM_WIRE_EDGES + 1, 6, 0, -EBADMSG},
        {0, 6, 0, -EBADMSG},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(decode_one(cases[i].kind, cases[i].tag, cases[i].value, NULL), cases[i].result);
    }
}

static void more_lines_than_there_can_be_are_refused(void **state)
{
    (void)state;
    uint8_t bytes[4096];
    struct pack p;
    pack_init(&p, bytes, sizeof(bytes));
    pack_int(&p, 1, SIM_WIRE_SET);
    for (int i = 0; i <= GPIO_LINES_MAX; i++) {
        size_t mark = pack_open(&p, 4);
        pack_int(&p, 7, 1);
        pack_close(&p, mark);
    }
    struct sim_wire wire;
    assert_int_equal(sim_wire_decode(bytes, p.len, &wire), -EBADMSG);
}

static void changed_bytes_never_break_a_bound(void **state)
{
    (void)state;
    const struct sim_wire claim = full(SIM_WIRE_CLAIM);
    const struct sim_wire edges = full(SIM_WIRE_EDGES);
    uint64_t seed = 1;
    for (int i = 0; i < 20000; i++) {
        uint8_t bytes[SIM_WIRE_MAX];
        int n = sim_wire_encode(i % 2 ? &claim : &edges, bytes, sizeof(bytes));
        assert_true(n > 0);
        for (int change = 0; change < 3; change++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            bytes[(seed >> 33) % (unsigned)n] = (uint8_t)(seed >> 25);
        }
        struct sim_wire back;
        if (sim_wire_decode(bytes, (size_t)n, &back) < 0) {
            continue;
        }
        assert_true(back.kind >= SIM_WIRE_CLAIM && back.kind <= SIM_WIRE_EDGES);
        assert_true(back.n_lines <= GPIO_LINES_MAX && back.bad_line < GPIO_LINES_MAX);
        for (size_t l = 0; l < back.n_lines; l++) {
            assert_true(back.lines[l].line < GPIO_LINES_MAX);
            assert_non_null(memchr(back.lines[l].name, '\0', GPIO_NAME_SIZE));
            assert_true(back.lines[l].boot_us >= 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_comes_back_as_it_was),          cmocka_unit_test(what_does_not_fit_is_not_written),
        cmocka_unit_test(a_message_cut_within_a_line_is_refused),   cmocka_unit_test(values_out_of_bounds_are_refused),
        cmocka_unit_test(more_lines_than_there_can_be_are_refused), cmocka_unit_test(changed_bytes_never_break_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
