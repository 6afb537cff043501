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
#include <inttypes.h>
#include <sys/stat.h>
#include <time.h>

static struct scratch scratch;
static struct list_db *list;
static struct list_point point;
static struct access_query query;
static int64_t counted[ACCESS_ENTITLEMENTS_MAX];
static unsigned bad;

/* Card n is the UID 0400000n; customer and subscription have the number n too. */
static const char branch_sql[] =
    "INSERT INTO branch (id, name, time_zone, overdue_days, overdue_hits, too_soon_s) VALUES"
    " (1, 'Centre', 'CET-1CEST,M3.5.0,M10.5.0/3', 5, 1, 60), (2, 'Harbour', 'no zone', 0, 0, 0);"
    "INSERT INTO holiday VALUES (1, 16430), (1, 16429), (1, -5), (2, 1);"
    "INSERT INTO zone VALUES (7, 1, 'hall', 120, 2, 3600);"
    "INSERT INTO point VALUES (10, 1, 'entry', 3, 0, 7), (11, 1, 'sauna', 2, 7, 7), (12, 2, 'pier', 1, 0, 0);"
    "INSERT INTO schedule VALUES (5, 'day'), (6, 'broken');"
    "INSERT INTO schedule_span VALUES (5, 0, 31, 360, 1320), (5, 1, 96, 480, 1500), (6, 0, 1, 900, 800);"
    "INSERT INTO product VALUES (3, 'Gold', 16, 30, 2, 9), (4, 'Ten clips', 0, 1, 0, 0), (9, 'Odd', 4000, 30, 0, 0);"
    "INSERT INTO access_right VALUES (3, 10, 5, 1), (3, 0, 0, 2), (3, 12, 0, 7), (4, 10, 0, 1), (3, 11, 6, 4);"
    "UPDATE meta SET version = 42, epoch = 3, synced_utc_us = 1400000000000000;";

static const char people_sql[] =
    "INSERT INTO customer (id, name, birth, branch, message) VALUES (1, 'Ida', 7000, 1, 'Collect your towel'),"
    " (2, 'Bo', NULL, 2, NULL), (3, 'Pay', 0, 1, NULL);"
    "INSERT INTO customer_branch VALUES (2, 1);"
    "INSERT INTO card (key, customer) VALUES (x'0104000001', 1), (x'0104000002', 2), (x'0104000005', 99);"
    "INSERT INTO card (key, punch_card, state, credential, valid_from, valid_through) VALUES"
    " (x'0104000003', 30, 1, 1, 16000, 17000);"
    "INSERT INTO card (key, staff, emergency) VALUES (x'0104000004', 1, 1);"
    "INSERT INTO subscription (customer, id, product, payer, start, charged_through, ends_on, kind) VALUES"
    " (1, 1, 3, 3, 16000, 16500, NULL, 1);"
    "INSERT INTO subscription (customer, id, product, parent) VALUES (1, 2, 3, 1);"
    "INSERT INTO freeze VALUES (1, 16100, 16110), (1, 16200, 16210), (2, 16300, 16300);"
    "INSERT INTO punch_card VALUES (30, 4, 2, 8, NULL, 16900, 77), (31, 4, 2, 3, NULL, NULL, 0);"
    "INSERT INTO single_entry VALUES (40, 4, 2, 1, NULL, NULL, 0), (41, 4, 2, 0, 16001, 16002, 5);"
    "INSERT INTO invoice VALUES (1, 3, 16400, 0), (2, 3, 16300, 1), (3, 3, 16350, 0), (4, 3, 99999999, 0);";

static int set_up(void **state)
{
    (void)state;
    log_set_level((enum log_level)(LOG_ERROR - 1));
    scratch_init(&scratch, "list.db");
    assert_int_equal(list_db_open(scratch.path, LIST_DB_WRITE, &list), 0);
    list_db_close(list);
    scratch_sql(&scratch, branch_sql);
    scratch_sql(&scratch, people_sql);
    assert_int_equal(list_db_open(scratch.path, LIST_DB_READ, &list), 0);
    assert_int_equal(list_db_point(list, "entry", &point), 0);
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

static int find(uint8_t n)
{
    struct card_number card;
    const uint8_t uid[4] = {0x04, 0, 0, n};
    assert_true(card_from_uid(uid, sizeof(uid), &card));
    memset(&query, 0xa5, sizeof(query));
    memset(counted, 0xa5, sizeof(counted));
    return list_db_find(list, &card, &point, &query, counted, &bad);
}

static const struct access_entitlement *entitlement(enum access_kind kind, int64_t id)
{
    for (int i = 0; i < query.n_entitlements; i++) {
        if (query.entitlements[i].kind == kind && query.entitlements[i].id == id) {
            return &query.entitlements[i];
        }
    }
    fail_msg("no entitlement %d %" PRId64, (int)kind, id);
    return NULL;
}

static void a_point_says_where_it_leads_and_what_holds_there(void **state)
{
    (void)state;
    assert_int_equal(point.id, 10);
    assert_int_equal(point.branch_id, 1);
    assert_string_equal(point.name, "entry");
    assert_int_equal(point.direction, VISIT_IN);
    assert_true(point.both_ways);
    assert_false(point.inner);
    assert_int_equal(point.zone_from, 0);
    assert_int_equal(point.zone_to, 7);
    assert_int_equal(point.zone_limit, 120);
    assert_int_equal(point.passback, ACCESS_PASSBACK_HARD);
    assert_int_equal(point.forget_after_s, 3600);
    struct list_point other = {0};
    assert_int_equal(list_db_point(list, "sauna", &other), 0);
    assert_true(other.inner);
    assert_int_equal(other.direction, VISIT_INNER);
    assert_int_equal(list_db_point(list, "pier", &other), 0);
    assert_int_equal(other.direction, VISIT_OUT);
    assert_int_equal(list_db_point(list, "nowhere", &other), 1);
    assert_int_equal(other.id, 12);
}

static void a_branch_has_its_zone_settings_and_holidays_to_come(void **state)
{
    (void)state;
    struct list_branch branch;
    assert_int_equal(list_db_branch(list, 1, &branch), 0);
    assert_string_equal(branch.name, "Centre");
    assert_true(branch.zone.has_summer);
    assert_int_equal(branch.settings.overdue_days, 5);
    assert_int_equal(branch.settings.overdue_hits, ACCESS_OVERDUE_HITS_PAYER);
    assert_int_equal(branch.settings.warn_ends_days, 14);
    assert_int_equal(branch.settings.too_soon_s, 60);
    assert_int_equal(branch.holidays.n_days, 2);
    assert_int_equal(branch.holidays.days[0], 16429);
    assert_int_equal(branch.holidays.days[1], 16430);
    assert_int_equal(list_db_branch(list, 2, &branch), 0); /* an impossible zone rule: UTC */
    assert_int_equal(branch.zone.offset_s, 0);
    assert_int_equal(list_db_branch(list, 3, &branch), 1);
    struct list_meta meta;
    assert_int_equal(list_db_meta(list, &meta), 0);
    assert_int_equal(meta.version, 42);
    assert_int_equal(meta.epoch, 3);
    assert_int_equal(meta.synced_utc_us, INT64_C(1400000000000000));
}

static void an_unknown_card_is_found_as_unknown(void **state)
{
    (void)state;
    assert_int_equal(find(200), 0);
    assert_false(query.card.known);
    assert_int_equal(query.card.number.len, 4);
    assert_int_equal(query.card.number.bytes[3], 200);
    assert_false(query.customer.present);
    assert_int_equal(query.n_entitlements, 0);
    assert_int_equal(bad, 0);
}

static void a_member_comes_with_subscriptions_freezes_and_rights_for_the_point(void **state)
{
    (void)state;
    assert_int_equal(find(1), 0);
    assert_int_equal(bad, 0);
    assert_true(query.card.known);
    assert_int_equal(query.card.state, ACCESS_CARD_ACTIVE);
    assert_int_equal(query.card.valid_through, DAY_NONE);
    assert_true(query.customer.present);
    assert_int_equal(query.customer.id, 1);
    assert_string_equal(query.customer.name, "Ida");
    assert_string_equal(query.customer.message, "Collect your towel");
    assert_int_equal(query.customer.birth, 7000);
    assert_int_equal(query.customer.inactive_from, DAY_NONE);
    assert_int_equal(query.customer.overdue_since, DAY_NONE);
    assert_true(query.customer.this_branch);
    assert_false(query.customer.all_branches);
    assert_int_equal(query.n_entitlements, 2);
    const struct access_entitlement *e = entitlement(ACCESS_SUBSCRIPTION, 1);
    assert_int_equal(e->product_id, 3);
    assert_string_equal(e->product, "Gold");
    assert_int_equal(e->min_age, 16);
    assert_int_equal(e->tolerance_days, 30);
    assert_int_equal(e->visits_per_day, 2);
    assert_int_equal(e->visits_per_week, 9);
    assert_true(e->prepaid);
    assert_int_equal(e->start, 16000);
    assert_int_equal(e->ends_on, DAY_NONE);
    assert_int_equal(e->charged_through, 16500);
    assert_int_equal(e->payer_overdue_since, 16350); /* neither the exempt nor the impossible invoice */
    assert_int_equal(e->n_freezes, 2);
    assert_int_equal(e->freezes[0].first + e->freezes[1].first, 16100 + 16200);
    assert_int_equal(e->n_rights, 2);
    int scheduled = e->rights[0].always ? 1 : 0;
    assert_int_equal(e->rights[scheduled].directions, 1 << VISIT_IN);
    assert_int_equal(e->rights[scheduled].schedule.n_spans, 2);
    assert_int_equal(e->rights[scheduled].schedule.spans[1].to_min, 1500);
    assert_int_equal(e->rights[1 - scheduled].directions, 1 << VISIT_OUT);
    assert_true(e->rights[1 - scheduled].always);
}

static void an_add_on_follows_its_main_subscription(void **state)
{
    (void)state;
    assert_int_equal(find(1), 0);
    const struct access_entitlement *e = entitlement(ACCESS_SUBSCRIPTION, 2);
    assert_int_equal(e->charged_through, 16500);
    assert_int_equal(e->n_freezes, 3);
    assert_int_equal(e->start, 16000);
    scratch_sql(&scratch, "UPDATE subscription SET start = 16050 WHERE id = 2");
    assert_int_equal(find(1), 0);
    assert_int_equal(entitlement(ACCESS_SUBSCRIPTION, 2)->start, 16050);
    scratch_sql(&scratch, "UPDATE subscription SET start = 15950 WHERE id = 2");
    assert_int_equal(find(1), 0);
    assert_int_equal(entitlement(ACCESS_SUBSCRIPTION, 2)->start, 16000);
    assert_int_equal(entitlement(ACCESS_SUBSCRIPTION, 1)->start, 16000);
    scratch_sql(&scratch, "UPDATE subscription SET ends_on = 16600 WHERE id = 1;"
                          "UPDATE subscription SET ends_on = 16700, charged_through = 16400 WHERE id = 2");
    assert_int_equal(find(1), 0);
    e = entitlement(ACCESS_SUBSCRIPTION, 2);
    assert_int_equal(e->ends_on, 16600);
    assert_int_equal(e->charged_through, 16400);
    scratch_sql(&scratch, "UPDATE subscription SET parent = 4711 WHERE id = 2");
    assert_int_equal(find(1), 0);
    assert_int_equal(query.n_entitlements, 1);
    assert_int_equal(bad, 1);
}

static void an_add_on_with_many_freezes_of_its_own_still_follows_its_main_subscription(void **state)
{
    (void)state;
    char sql[160];
    scratch_sql(&scratch, "DELETE FROM freeze; INSERT INTO freeze VALUES (1, 16440, 16450)");
    for (int i = 0; i < 2 * ACCESS_FREEZES_MAX; i++) {
        (void)snprintf(sql, sizeof(sql), "INSERT INTO freeze VALUES (2, %d, %d)", 16000 + 4 * i, 16001 + 4 * i);
        scratch_sql(&scratch, sql);
    }
    assert_int_equal(find(1), 0);
    const struct access_entitlement *e = entitlement(ACCESS_SUBSCRIPTION, 2);
    bool follows = false;
    for (unsigned i = 0; i < e->n_freezes; i++) {
        follows = follows || (e->freezes[i].first == 16440 && e->freezes[i].last == 16450);
    }
    assert_true(follows);
}

static void punch_cards_and_single_entries_come_with_what_is_counted(void **state)
{
    (void)state;
    assert_int_equal(find(2), 0);
    assert_true(query.customer.this_branch); /* by customer_branch */
    assert_int_equal(query.n_entitlements, 4);
    const struct access_entitlement *e = entitlement(ACCESS_PUNCH_CARD, 30);
    assert_int_equal(e->clips_left, 8);
    assert_int_equal(e->valid_through, 16900);
    assert_int_equal(e->ends_on, DAY_NONE);
    assert_int_equal(e->n_freezes, 0);
    assert_int_equal(counted[e - query.entitlements], 77);
    assert_int_equal(entitlement(ACCESS_SINGLE_ENTRY, 40)->clips_left, 0);
    e = entitlement(ACCESS_SINGLE_ENTRY, 41);
    assert_int_equal(e->clips_left, 1);
    assert_int_equal(e->start, 16001);
    assert_int_equal(counted[e - query.entitlements], 5);
}

static void a_card_that_is_a_punch_card_counts_as_that_alone(void **state)
{
    (void)state;
    assert_int_equal(find(3), 0);
    assert_int_equal(query.card.state, ACCESS_CARD_LOST);
    assert_int_equal(query.card.credential, ACCESS_CREDENTIAL_DESFIRE);
    assert_int_equal(query.card.valid_from, 16000);
    assert_int_equal(query.card.valid_through, 17000);
    assert_true(query.customer.present);
    assert_int_equal(query.customer.id, 2);
    assert_int_equal(query.n_entitlements, 1);
    scratch_sql(&scratch, "UPDATE punch_card SET customer = NULL WHERE id = 30");
    assert_int_equal(find(3), 0);
    assert_false(query.customer.present);
    assert_int_equal(query.n_entitlements, 1);
}

static void a_staff_card_may_belong_to_nobody(void **state)
{
    (void)state;
    assert_int_equal(find(4), 0);
    assert_true(query.card.staff);
    assert_true(query.card.emergency);
    assert_false(query.customer.present);
    assert_int_equal(query.n_entitlements, 0);
}

static void a_card_whose_owner_is_missing_lets_nobody_in(void **state)
{
    (void)state;
    scratch_sql(&scratch, "UPDATE card SET staff = 1, emergency = 1 WHERE key = x'0104000005'");
    assert_int_equal(find(5), 0); /* of customer 99 */
    assert_true(query.card.known);
    assert_false(query.card.staff);
    assert_false(query.card.emergency);
    assert_int_equal(query.n_entitlements, 0);
    assert_int_equal(bad, 1);
    scratch_sql(&scratch,
                "UPDATE punch_card SET customer = 99 WHERE id = 30; UPDATE card SET staff = 1 WHERE punch_card = 30");
    assert_int_equal(find(3), 0);
    assert_int_equal(query.n_entitlements, 0);
    assert_false(query.card.staff);
    assert_int_equal(bad, 1);
}

static void a_punch_card_is_paid_by_whom_it_belongs_to(void **state)
{
    (void)state;
    assert_int_equal(find(2), 0);
    assert_int_equal(entitlement(ACCESS_PUNCH_CARD, 30)->payer_overdue_since, DAY_NONE);
    scratch_sql(&scratch, "INSERT INTO invoice VALUES (9, 2, 16333, 0)");
    assert_int_equal(find(2), 0);
    assert_int_equal(entitlement(ACCESS_PUNCH_CARD, 30)->payer_overdue_since, 16333);
    assert_int_equal(entitlement(ACCESS_SINGLE_ENTRY, 41)->payer_overdue_since, 16333);
    assert_int_equal(find(3), 0);
    assert_int_equal(entitlement(ACCESS_PUNCH_CARD, 30)->payer_overdue_since, 16333);
    scratch_sql(&scratch, "UPDATE punch_card SET customer = NULL WHERE id = 30");
    assert_int_equal(find(3), 0);
    assert_int_equal(entitlement(ACCESS_PUNCH_CARD, 30)->payer_overdue_since, DAY_NONE);
}

static void a_customer_of_another_branch_is_not_of_this_one(void **state)
{
    (void)state;
    scratch_sql(&scratch, "DELETE FROM customer_branch");
    assert_int_equal(find(2), 0);
    assert_false(query.customer.this_branch);
    scratch_sql(&scratch, "UPDATE customer SET all_branches = 1 WHERE id = 2");
    assert_int_equal(find(2), 0);
    assert_true(query.customer.this_branch);
    assert_true(query.customer.all_branches);
}

static void a_change_by_another_connection_is_seen_by_the_next_look_up(void **state)
{
    (void)state;
    assert_int_equal(find(1), 0);
    int64_t before = list_db_change_counter(list);
    scratch_sql(&scratch, "UPDATE product SET name = 'Silver' WHERE id = 3; DELETE FROM access_right WHERE point = 0");
    assert_true(list_db_change_counter(list) != before);
    assert_int_equal(find(1), 0);
    assert_string_equal(entitlement(ACCESS_SUBSCRIPTION, 1)->product, "Silver");
    assert_int_equal(entitlement(ACCESS_SUBSCRIPTION, 1)->n_rights, 1);
}

static void rows_that_cannot_be_are_worth_nothing_and_counted(void **state)
{
    (void)state;
    static const char *const breaks[] = {
        "UPDATE subscription SET charged_through = 99999999 WHERE id = 1",
        "UPDATE subscription SET start = -99999999 WHERE id = 1",
        "UPDATE subscription SET ends_on = 9223372036854775807 WHERE id = 1",
        "UPDATE subscription SET ends_on = 15000 WHERE id = 1",
        "UPDATE subscription SET product = 555 WHERE id = 1",
        "UPDATE subscription SET product = 9 WHERE id = 1",
        "INSERT INTO freeze VALUES (1, 16110, 16120)",
        "INSERT INTO freeze VALUES (1, 15000, 17000)",
        "INSERT INTO freeze VALUES (1, 17010, 17000)",
        "INSERT INTO freeze VALUES (1, 17010, 99999999)",
    };
    scratch_sql(&scratch, "DELETE FROM subscription WHERE id = 2");
    for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
        scratch_sql(&scratch, "DELETE FROM freeze WHERE subscription = 1 AND first_day NOT IN (16100, 16200);"
                              "UPDATE subscription SET product = 3, start = 16000, charged_through = 16500,"
                              " ends_on = NULL WHERE id = 1");
        assert_int_equal(find(1), 0);
        assert_int_equal(bad, 0);
        assert_int_equal(query.n_entitlements, 1);
        scratch_sql(&scratch, breaks[i]);
        assert_int_equal(find(1), 0);
        assert_int_equal(query.n_entitlements, 0);
        assert_int_equal(bad, 1);
        assert_true(query.customer.present);
    }
    scratch_sql(&scratch, "UPDATE punch_card SET clips_left = -1 WHERE id = 31;"
                          "UPDATE punch_card SET valid_through = 99999999 WHERE id = 30;"
                          "UPDATE single_entry SET counted_seq = -5 WHERE id = 40");
    assert_int_equal(find(2), 0);
    assert_int_equal(query.n_entitlements, 1);
    assert_int_equal(bad, 3);
}

static void a_broken_card_or_person_row_lets_nobody_in_by_mistake(void **state)
{
    (void)state;
    scratch_sql(&scratch, "UPDATE card SET state = 17, valid_through = 99999999 WHERE customer = 1;"
                          "UPDATE customer SET inactive_from = 99999999, birth = -99999999 WHERE id = 1");
    assert_int_equal(find(1), 0);
    assert_int_equal(query.card.state, ACCESS_CARD_BROKEN);
    assert_int_equal(query.card.valid_through, DAY_MIN);
    assert_int_equal(query.customer.inactive_from, DAY_MIN);
    assert_int_equal(query.customer.birth, DAY_NONE);
    assert_int_equal(bad, 4);
    assert_int_equal(find(5), 0); /* of a customer who isn't there */
    assert_true(query.card.known);
    assert_false(query.customer.present);
    assert_int_equal(bad, 1);
}

static void a_right_with_an_impossible_schedule_is_no_right(void **state)
{
    (void)state;
    assert_int_equal(list_db_point(list, "sauna", &point), 0);
    assert_int_equal(find(1), 0);
    assert_int_equal(entitlement(ACCESS_SUBSCRIPTION, 1)->n_rights, 1); /* the one for every point */
    assert_int_equal(bad, 2); /* once for each entitlement of that product */
}

static void of_many_entitlements_those_that_ended_first_give_way(void **state)
{
    (void)state;
    scratch_sql(&scratch,
                "WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 140)"
                " INSERT INTO subscription (customer, id, product, ends_on) SELECT 1, i, 3, 10000 + i FROM n");
    assert_int_equal(find(1), 0);
    assert_int_equal(query.n_entitlements, ACCESS_ENTITLEMENTS_MAX);
    (void)entitlement(ACCESS_SUBSCRIPTION, 1);
    (void)entitlement(ACCESS_SUBSCRIPTION, 2);
    (void)entitlement(ACCESS_SUBSCRIPTION, 140);
    for (int i = 0; i < query.n_entitlements; i++) {
        assert_true(query.entitlements[i].id < 100 || query.entitlements[i].id > 126);
    }
}

static void a_missing_newer_foreign_or_broken_file_is_named(void **state)
{
    (void)state;
    struct list_db *other = NULL;
    char path[160];
    (void)snprintf(path, sizeof(path), "%s/none.db", scratch.dir);
    assert_int_equal(list_db_open(path, LIST_DB_READ, &other), LIST_DB_MISSING);
    scratch_sql(&scratch, "PRAGMA user_version = 999");
    assert_int_equal(list_db_open(scratch.path, LIST_DB_READ, &other), LIST_DB_NEWER);
    assert_int_equal(list_db_open(scratch.path, LIST_DB_WRITE, &other), LIST_DB_NEWER);
    scratch_sql(&scratch, "PRAGMA user_version = 0; PRAGMA application_id = 0");
    assert_int_equal(list_db_open(scratch.path, LIST_DB_READ, &other), LIST_DB_OLDER);
    assert_int_equal(list_db_open(scratch.path, LIST_DB_WRITE, &other), LIST_DB_CORRUPT);
    scratch_sql(&scratch, "PRAGMA user_version = 1; PRAGMA application_id = 7");
    assert_int_equal(list_db_open(scratch.path, LIST_DB_READ, &other), LIST_DB_CORRUPT);
    assert_null(other);
}

static void a_corrupt_list_is_told_and_can_be_quarantined(void **state)
{
    (void)state;
    struct list_db *other = NULL;
    list_db_close(list);
    list = NULL;
    scratch_sql(&scratch, "PRAGMA wal_checkpoint(TRUNCATE)");
    scratch_damage(scratch.path, 4096 * 3, 4096 * 20);
    assert_int_equal(list_db_open(scratch.path, LIST_DB_READ, &other), LIST_DB_CORRUPT);
    scratch_damage(scratch.path, 0, 100);
    assert_int_equal(list_db_open(scratch.path, LIST_DB_READ, &other), LIST_DB_CORRUPT);
    assert_int_equal(list_db_quarantine(scratch.path, INT64_C(1700000000000000)), 0);
    char aside[200];
    struct stat st;
    (void)snprintf(aside, sizeof(aside), "%s.corrupt-1700000000", scratch.path);
    assert_int_equal(stat(aside, &st), 0);
    assert_int_equal(list_db_open(scratch.path, LIST_DB_READ, &other), LIST_DB_MISSING);
    assert_int_equal(list_db_quarantine(scratch.path, 0), -ENOENT);
    assert_int_equal(list_db_open(scratch.path, LIST_DB_WRITE, &list), 0);
    assert_int_equal(list_db_check(list), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_point_says_where_it_leads_and_what_holds_there),
        TEST(a_branch_has_its_zone_settings_and_holidays_to_come),
        TEST(an_unknown_card_is_found_as_unknown),
        TEST(a_member_comes_with_subscriptions_freezes_and_rights_for_the_point),
        TEST(an_add_on_follows_its_main_subscription),
        TEST(an_add_on_with_many_freezes_of_its_own_still_follows_its_main_subscription),
        TEST(punch_cards_and_single_entries_come_with_what_is_counted),
        TEST(a_card_that_is_a_punch_card_counts_as_that_alone),
        TEST(a_staff_card_may_belong_to_nobody),
        TEST(a_card_whose_owner_is_missing_lets_nobody_in),
        TEST(a_punch_card_is_paid_by_whom_it_belongs_to),
        TEST(a_customer_of_another_branch_is_not_of_this_one),
        TEST(a_change_by_another_connection_is_seen_by_the_next_look_up),
        TEST(rows_that_cannot_be_are_worth_nothing_and_counted),
        TEST(a_broken_card_or_person_row_lets_nobody_in_by_mistake),
        TEST(a_right_with_an_impossible_schedule_is_no_right),
        TEST(of_many_entitlements_those_that_ended_first_give_way),
        TEST(a_missing_newer_foreign_or_broken_file_is_named),
        TEST(a_corrupt_list_is_told_and_can_be_quarantined),
    };
    return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
