#include "gate/emergency.h"

#include "base/file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct emergency list;
static char error[EMERGENCY_ERROR_SIZE];

static bool has(const char *text)
{
    struct card_number card;

    assert_true(card_parse(text, &card));
    return emergency_has(&list, &card);
}

static void cards_of_each_form_are_found_and_no_others(void **state)
{
    (void)state;
    assert_int_equal(
        emergency_parse("; the caretaker\n04a1b2c3\n\n  04:a1:b2:c3:d4:e5:f6 \r\n#00123\n#00123", &list, error), 0);
    assert_int_equal(list.n_cards, 3);
    assert_true(has("04a1b2c3"));
    assert_true(has("04a1b2c3d4e5f6"));
    assert_true(has("#00123"));
    assert_false(has("#0123"));
    assert_false(has("00123000")); /* a UID, not that number */
    assert_false(has("04a1b2c4"));
}

static void an_empty_file_lets_nobody_in(void **state)
{
    (void)state;
    assert_int_equal(emergency_parse("", &list, error), 0);
    assert_int_equal(list.n_cards, 0);
    assert_false(has("04a1b2c3"));
}

static void refused(const char *text, const char *reason)
{
    struct emergency before;

    assert_int_equal(emergency_parse("04a1b2c3", &list, error), 0);
    before = list;
    assert_int_equal(emergency_parse(text, &list, error), -EINVAL);
    assert_string_equal(error, reason);
    assert_memory_equal(&before, &list, sizeof(list));
}

static void a_bad_line_is_named_and_the_file_refused_whole(void **state)
{
    (void)state;
    refused("04a1b2c3\nnonsense\n", "line 2: no card number");
    refused("\n; x\n08a1b2c3", "line 3: a random UID is no identity");
    refused("0123456789012345678901234567890123456789012345678901234567890123456789",
            "line 1: too long for a card number");
}

static void a_thousand_cards_fit_and_one_more_is_refused(void **state)
{
    char text[1001 * 9 + 1];
    size_t n = 0;

    (void)state;
    for (unsigned i = 0; i < 1001; i++) {
        n += (size_t)snprintf(text + n, sizeof(text) - n, "04%06x\n", i);
    }
    assert_int_equal(emergency_parse(text, &list, error), -EINVAL);
    assert_string_equal(error, "line 1001: more than 1000 cards");
    text[sizeof(text) - 1 - 9] = '\0';
    assert_int_equal(emergency_parse(text, &list, error), 0);
    assert_int_equal(list.n_cards, 1000);
    assert_true(has("040003e7"));
}

static void a_file_is_read_and_a_missing_one_is_said_to_be_missing(void **state)
{
    char path[] = "/tmp/stile-emergency-XXXXXX";
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(file_replace(path, "04a1b2c3\n", 9, 0600), 0);
    assert_int_equal(emergency_load(path, &list, error), 0);
    assert_true(has("04a1b2c3"));
    assert_int_equal(file_replace(path, "04a1\0b2c3\n", 10, 0600), 0);
    assert_int_equal(emergency_load(path, &list, error), -EINVAL);
    (void)unlink(path);
    assert_int_equal(emergency_load(path, &list, error), -ENOENT);
    assert_string_equal(error, strerror(ENOENT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cards_of_each_form_are_found_and_no_others),
        cmocka_unit_test(an_empty_file_lets_nobody_in),
        cmocka_unit_test(a_bad_line_is_named_and_the_file_refused_whole),
        cmocka_unit_test(a_thousand_cards_fit_and_one_more_is_refused),
        cmocka_unit_test(a_file_is_read_and_a_missing_one_is_said_to_be_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
