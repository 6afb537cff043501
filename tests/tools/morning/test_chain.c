/* The invented chain: the same options give the same list, the list can be imported whole, and no two cards are one. */

#include "morning/chain.h"

#include "core/card.h"
#include "core/date.h"
#include "db/import.h"
#include "db/list_db.h"
#include "morning/people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *written(const struct chain_options *options, size_t *ret_size)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, ret_size);
    assert_non_null(out);
    assert_int_equal(chain_write(out, options), 0);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void the_same_options_give_the_same_list(void **state)
{
    (void)state;
    struct chain_options options = {.today = date_day(2026, 3, 29), .members = 50};
    size_t n = 0, m = 0;
    char *a = written(&options, &n), *b = written(&options, &m);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, n);
    free(a);
    free(b);
}

static void fail_on_bad_line(int64_t line, const char *reason, void *user)
{
    (void)user;
    print_error("line %lld: %s\n", (long long)line, reason);
}

static void every_line_is_taken_by_the_import_on_any_day_of_the_week(void **state)
{
    (void)state;
    for (int32_t day = date_day(2026, 12, 27); day < date_day(2027, 1, 3); day++) {
        char folder[] = "/tmp/stile-chain-XXXXXX";
        char list[64];
        assert_non_null(mkdtemp(folder));
        (void)snprintf(list, sizeof(list), "%s/list.db", folder);
        struct chain_options options = {.today = day, .members = 200};
        size_t n = 0;
        char *text = written(&options, &n);
        FILE *in = fmemopen(text, n, "r");
        assert_non_null(in);
        struct import_options import = {.format = IMPORT_NDJSON, .utc_us = 1, .bad_line = fail_on_bad_line};
        struct import_result result;
        assert_int_equal(import_stream(list, in, &import, &result), 0);
        assert_int_equal(result.bad, 0);
        assert_true(result.good > 3 * 200);
        (void)fclose(in);
        free(text);
        assert_int_equal(unlink(list), 0);
        (void)rmdir(folder);
    }
}

struct signing {
    int n;
    bool anna, erik, nora;
};

static int look_at(const struct list_staff *staff, void *user)
{
    struct signing *seen = user;
    seen->n++;
    if (strcmp(staff->name, CHAIN_TECHNICIAN) == 0) {
        seen->anna = staff->role == LIST_TECHNICIAN && pin_matches(staff->pin_hash, CHAIN_TECHNICIAN_PIN);
    } else if (strcmp(staff->name, CHAIN_STAFF) == 0) {
        seen->erik = staff->role == LIST_STAFF && pin_matches(staff->pin_hash, CHAIN_STAFF_PIN);
    } else {
        seen->nora = staff->pin_hash[0] == '\0';
    }
    return 0;
}

static void a_screen_finds_opening_hours_and_staff(void **state)
{
    (void)state;
    char folder[] = "/tmp/stile-chain-XXXXXX";
    char path[64];
    size_t n = 0;
    struct chain_options options = {.today = date_day(2026, 3, 29)};
    struct import_options import = {.format = IMPORT_NDJSON, .utc_us = 1, .bad_line = fail_on_bad_line};
    struct import_result result;
    struct list_db *list = NULL;
    struct list_branch branch;
    struct list_staff by_card;
    struct signing seen = {0};
    struct card_number card;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/list.db", folder);
    char *text = written(&options, &n);
    FILE *in = fmemopen(text, n, "r");
    assert_non_null(in);
    assert_int_equal(import_stream(path, in, &import, &result), 0);
    (void)fclose(in);
    free(text);
    assert_int_equal(list_db_open(path, LIST_DB_READ, &list), 0);
    assert_int_equal(list_db_branch(list, 1, &branch), 0);
    assert_true(branch.show_photo && branch.show_name && branch.has_opening);
    assert_int_equal(list_db_staff_each(list, look_at, &seen), 0);
    assert_int_equal(seen.n, 3);
    assert_true(seen.anna && seen.erik && seen.nora);
    uint8_t photo[LIST_PHOTO_MAX];
    size_t photo_len = 0;
    assert_int_equal(list_db_photo(list, person_id(person_find("Ida")), photo, sizeof(photo), &photo_len), 0);
    assert_true(photo_len > 1000);
    assert_true(card_parse(person_find("Nora of the staff")->card, &card));
    assert_int_equal(list_db_staff_by_card(list, &card, &by_card), 0);
    assert_string_equal(by_card.name, "Nora of the staff");
    list_db_close(list);
    assert_int_equal(unlink(path), 0);
    (void)rmdir(folder);
}

static void no_two_cards_are_one(void **state)
{
    (void)state;
    enum { MEMBERS = 3000 };
    static char cards[MEMBERS][CHAIN_CARD_TEXT_SIZE];
    for (unsigned i = 0; i < MEMBERS; i++) {
        struct card_number number;
        chain_member_card(i, cards[i]);
        assert_true(card_parse(cards[i], &number));
        assert_false(card_is_random(&number));
    }
    qsort(cards, MEMBERS, sizeof(cards[0]), (int (*)(const void *, const void *))strcmp);
    for (unsigned i = 1; i < MEMBERS; i++) {
        assert_string_not_equal(cards[i - 1], cards[i]);
    }
    for (size_t i = 0; i < n_people; i++) {
        assert_ptr_equal(person_find(people[i].name), &people[i]);
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(people[k].card, people[i].card);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_options_give_the_same_list),
        cmocka_unit_test(every_line_is_taken_by_the_import_on_any_day_of_the_week),
        cmocka_unit_test(a_screen_finds_opening_hours_and_staff),
        cmocka_unit_test(no_two_cards_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
