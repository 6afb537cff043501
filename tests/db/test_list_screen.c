/* What screens ask of the list: branch, points, photos, staff and their PINs. */

#include "scratch.h"

#define LOG_MODULE "test"
#include "base/log.h"

#include "db/list_db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

static struct scratch scratch;
static struct list_db *list;

static const char rows_sql[] =
    "INSERT INTO branch (id, name, time_zone, show_photo, show_name, opening, help) VALUES"
    " (1, 'Centre', 'UTC0', 1, 0, 5, 'Ring the bell'), (3, 'Hill', 'UTC0', 7, 1, 6, ''),"
    " (4, 'Lake', 'UTC0', 0, 1, 99, '');"
    "INSERT INTO branch (id, name, time_zone) VALUES (2, 'Harbour', 'UTC0');"
    "INSERT INTO schedule VALUES (5, 'open'), (6, 'broken');"
    "INSERT INTO schedule_span VALUES (5, 0, 31, 360, 1320), (5, 1, 96, 480, 1500), (6, 0, 1, 900, 800);"
    "INSERT INTO zone VALUES (7, 1, 'hall', 120, 2, 3600);"
    "INSERT INTO point VALUES (12, 1, 'entry', 0, 0, 7), (10, 2, 'pier', 1, 0, 0), (11, 1, 'sauna', 2, 7, 8);"
    "INSERT INTO photo VALUES (1, x'ffd8ff01'), (2, zeroblob(40960)), (3, x''), (4, zeroblob(40961));"
    "INSERT INTO card (key, staff, state) VALUES (x'0104000001', 1, 0), (x'0104000002', 1, 1);"
    "INSERT INTO staff (id, name, role, pin, card, language) VALUES"
    " (1, 'Erik', 0, '$argon2id$v=19$m=8192,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', x'0104000001', 'sv'),"
    " (2, 'Anna', 1, NULL, x'0104000002', ''), (3, 'Odd', 9, 'plain 2468', x'0104000003', 'de');";

static int set_up(void **state)
{
    (void)state;
    log_set_level((enum log_level)(LOG_ERROR - 1));
    scratch_init(&scratch, "list.db");
    assert_int_equal(list_db_open(scratch.path, LIST_DB_WRITE, &list), 0);
    list_db_close(list);
    scratch_sql(&scratch, rows_sql);
    assert_int_equal(list_db_open(scratch.path, LIST_DB_READ, &list), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    list_db_close(list);
    list = NULL;
    scratch_finish(&scratch);
    return 0;
}

static void a_branch_says_what_its_screen_shows_and_when_it_is_open(void **state)
{
    (void)state;
    struct list_branch branch;
    assert_int_equal(list_db_branch(list, 1, &branch), 0);
    assert_true(branch.show_photo);
    assert_false(branch.show_name);
    assert_true(branch.has_opening);
    assert_int_equal(branch.opening.n_spans, 2);
    assert_int_equal(branch.opening.spans[1].to_min, 1500);
    assert_string_equal(branch.help, "Ring the bell");
    assert_int_equal(list_db_branch(list, 2, &branch), 0); /* what holds when nothing is said */
    assert_false(branch.show_photo);
    assert_true(branch.show_name);
    assert_false(branch.has_opening);
    assert_string_equal(branch.help, "");
}

static void opening_hours_that_cannot_be_are_none(void **state)
{
    (void)state;
    struct list_branch branch;
    assert_int_equal(list_db_branch(list, 3, &branch), 0);
    assert_false(branch.has_opening);
    assert_false(branch.show_photo); /* neither yes nor no: no */
    assert_int_equal(list_db_branch(list, 4, &branch), 0);
    assert_false(branch.has_opening);
}

static char names[256];
static int stop_after;

static int note_point(const struct list_point *point, void *user)
{
    (void)snprintf(names + strlen(names), sizeof(names) - strlen(names), "%lld %s in %s;", (long long)point->branch_id,
                   point->name, point->zone_name);
    assert_ptr_equal(user, names);
    return --stop_after == 0 ? 77 : 0;
}

static void all_points_come_with_their_branch_and_zone(void **state)
{
    (void)state;
    names[0] = '\0';
    stop_after = 0;
    assert_int_equal(list_db_points_each(list, note_point, names), 0);
    assert_string_equal(names, "1 sauna in ;1 entry in hall;2 pier in ;");
    names[0] = '\0';
    stop_after = 2;
    assert_int_equal(list_db_points_each(list, note_point, names), 77);
    assert_string_equal(names, "1 sauna in ;1 entry in hall;");
}

static void a_photo_comes_whole_or_not_at_all(void **state)
{
    (void)state;
    static uint8_t image[LIST_PHOTO_MAX];
    size_t n = 99;
    assert_int_equal(list_db_photo(list, 77, image, sizeof(image), &n), 1);
    assert_int_equal(list_db_photo(list, 3, image, sizeof(image), &n), 1);
    assert_int_equal(list_db_photo(list, 1, image, 3, &n), -EMSGSIZE);
    assert_int_equal(list_db_photo(list, 4, image, sizeof(image), &n), -EMSGSIZE);
    assert_int_equal(n, 99);
    assert_int_equal(list_db_photo(list, 1, image, sizeof(image), &n), 0);
    assert_int_equal(n, 4);
    assert_memory_equal(image, "\xff\xd8\xff\x01", 4);
    assert_int_equal(list_db_photo(list, 2, image, sizeof(image), &n), 0);
    assert_int_equal(n, LIST_PHOTO_MAX);
}

static int by_card(uint8_t n, struct list_staff *ret_staff)
{
    struct card_number card;
    const uint8_t uid[4] = {0x04, 0, 0, n};
    assert_true(card_from_uid(uid, sizeof(uid), &card));
    return list_db_staff_by_card(list, &card, ret_staff);
}

static void staff_are_found_by_id_and_by_a_card_that_is_not_blocked(void **state)
{
    (void)state;
    struct list_staff staff = {0};
    assert_int_equal(list_db_staff(list, 1, &staff), 0);
    assert_string_equal(staff.name, "Erik");
    assert_int_equal(staff.role, LIST_STAFF);
    assert_int_equal(strncmp(staff.pin_hash, "$argon2id$", 10), 0);
    assert_string_equal(staff.language, "sv");
    assert_int_equal(list_db_staff(list, 77, &staff), 1);
    assert_int_equal(staff.id, 1);
    assert_int_equal(by_card(1, &staff), 0);
    assert_int_equal(staff.id, 1);
    assert_int_equal(by_card(2, &staff), 1); /* Anna's is lost */
    assert_int_equal(by_card(9, &staff), 1);
    assert_int_equal(by_card(3, &staff), 0); /* not one of the list's cards: for signing in only */
    assert_int_equal(staff.id, 3);
    struct card_number random = {.form = CARD_NONE};
    assert_int_equal(list_db_staff_by_card(list, &random, &staff), 1);
    assert_true(card_parse("08a1b2c3", &random));
    assert_int_equal(list_db_staff_by_card(list, &random, &staff), 1);
}

static void a_role_or_hash_that_cannot_be_gives_nobody_more(void **state)
{
    (void)state;
    struct list_staff staff;
    assert_int_equal(list_db_staff(list, 3, &staff), 0);
    assert_int_equal(staff.role, LIST_STAFF);
    assert_string_equal(staff.pin_hash, "");
}

static int note_staff(const struct list_staff *staff, void *user)
{
    (void)user;
    (void)snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s %d%s;", staff->name, (int)staff->role,
                   staff->pin_hash[0] ? " PIN" : "");
    return 0;
}

static int count_staff(const struct list_staff *staff, void *user)
{
    (void)staff;
    ++*(int *)user;
    return 0;
}

static void everybody_who_may_sign_in_is_told_by_name(void **state)
{
    (void)state;
    names[0] = '\0';
    assert_int_equal(list_db_staff_each(list, note_staff, NULL), 0);
    assert_string_equal(names, "Anna 1;Erik 0 PIN;Odd 0;");
    scratch_sql(&scratch, "WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
                          " INSERT INTO staff (id, name) SELECT i, 'x' FROM n");
    int n = 0;
    assert_int_equal(list_db_staff_each(list, count_staff, &n), 0);
    assert_int_equal(n, LIST_STAFF_MAX);
}

static void a_pin_matches_its_own_hash_only(void **state)
{
    (void)state;
    char hash[PIN_HASH_SIZE] = "";
    char other[PIN_HASH_SIZE] = "";
    assert_int_equal(pin_hash("2468", hash), 0);
    assert_int_equal(pin_hash("2468", other), 0);
    assert_string_not_equal(hash, other); /* a salt each */
    assert_true(pin_hash_is_good(hash));
    assert_true(pin_matches(hash, "2468"));
    assert_true(pin_matches(other, "2468"));
    assert_false(pin_matches(hash, "2469"));
    assert_false(pin_matches(hash, "24680"));
    assert_false(pin_matches(hash, ""));
    assert_false(pin_matches("", "2468"));
    assert_false(pin_matches("2468", "2468"));
}

static void a_pin_has_four_to_twelve_digits(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "123", "1234567890123", "12a4", " 1234", "1234\n", "-123"};
    char hash[PIN_HASH_SIZE] = "untouched";
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(pin_is_good(bad[i]));
        assert_int_equal(pin_hash(bad[i], hash), -EINVAL);
    }
    assert_string_equal(hash, "untouched");
    assert_true(pin_is_good("1234"));
    assert_true(pin_is_good("123456789012"));
}

static void a_hash_that_would_take_the_memory_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        bool good;
    } heads[] = {
        {"$argon2id$v=19$m=8192,t=3,p=1$", true},        {"$argon2id$v=19$m=65536,t=10,p=1$", true},
        {"$argon2id$v=19$m=65537,t=3,p=1$", false},      {"$argon2id$v=19$m=8192,t=11,p=1$", false},
        {"$argon2id$v=19$m=4294975488,t=3,p=1$", false}, {"$argon2i$v=19$m=8192,t=3,p=1$", false},
        {"$argon2id$v=19$m=-1,t=3,p=1$", false},
    };
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        char hash[PIN_HASH_SIZE + 8];
        (void)snprintf(hash, sizeof(hash), "%sAAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                       heads[i].head);
        assert_int_equal(pin_hash_is_good(hash), heads[i].good);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_branch_says_what_its_screen_shows_and_when_it_is_open),
        TEST(opening_hours_that_cannot_be_are_none),
        TEST(all_points_come_with_their_branch_and_zone),
        TEST(a_photo_comes_whole_or_not_at_all),
        TEST(staff_are_found_by_id_and_by_a_card_that_is_not_blocked),
        TEST(a_role_or_hash_that_cannot_be_gives_nobody_more),
        TEST(everybody_who_may_sign_in_is_told_by_name),
        TEST(a_pin_matches_its_own_hash_only),
        TEST(a_pin_has_four_to_twelve_digits),
        TEST(a_hash_that_would_take_the_memory_is_refused),
    };
    return cmocka_run_group_tests_name("list_screen", tests, NULL, NULL);
}
