#include "core/access_record.h"

#include "base/pack.h"
#include "query_maker.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct access_query query, again;
static uint8_t bytes[ACCESS_RECORD_MAX];

static void any_query_comes_back_as_it_was(void **state)
{
    (void)state;
    uint64_t seed = 42;
    for (int round = 0; round < 5000; round++) {
        struct access_verdict verdict, verdict_again;
        struct access_stages stages, stages_again;
        maker_any(&seed, &query);
        access_decide(&query, &verdict, NULL);
        access_stages_init(&stages);
        stages.uid_us = (int64_t)maker_random(&seed);
        stages.decided_us = (int64_t)maker_below(&seed, 1000);
        stages.field_us = -(int64_t)maker_below(&seed, 100000);
        int n = access_record_encode(&query, &verdict, &stages, bytes, sizeof(bytes));
        assert_true(n > 0);
        memset(&again, 0xa5, sizeof(again));
        assert_int_equal(access_record_decode(bytes, (size_t)n, &again, &verdict_again, &stages_again), 0);
        assert_memory_equal(&query, &again, sizeof(query));
        assert_true(access_verdict_equal(&verdict, &verdict_again, NULL));
        assert_memory_equal(&stages, &stages_again, sizeof(stages));

        struct access_verdict then, now;
        const char *field = "?";
        assert_int_equal(access_record_replay(bytes, (size_t)n, &then, &now, &field), 0);
        assert_null(field);
        assert_true(access_verdict_equal(&then, &now, NULL));
    }
}

static void a_typical_record_is_small(void **state)
{
    (void)state;
    static const struct schedule_span spans[] = {{0x1f, 360, 1380}, {0x60, 480, 1200}, {SCHEDULE_HOLIDAY, 600, 960}};
    struct access_verdict verdict;
    struct access_stages stages = {.uid_us = 86400000000,
                                   .field_us = -21000,
                                   .gate_us = 210,
                                   .proof_us = 90000,
                                   .found_us = 230,
                                   .decided_us = 234};
    maker_good(&query);
    for (int i = 0; i < 13; i++) {
        query.holidays.days[query.holidays.n_days++] = date_day(2014, 1, 1) + 27 * i;
    }
    strcpy(query.customer.message, "Your jacket is at the desk");
    query.presence = (struct visit_presence){.zone_since_us = query.utc_us - 1,
                                             .last_entry_us = query.utc_us - 2,
                                             .last_entry_point = 7,
                                             .visit_day = MAKER_TODAY - 1,
                                             .visits_week = 3};
    for (int e = 0; e < 2; e++) {
        struct access_right *right = &query.entitlements[0].rights[0];
        right->always = false;
        memcpy(right->schedule.spans, spans, sizeof(spans));
        right->schedule.n_spans = 3;
        if (e == 0) {
            (void)maker_add(&query, ACCESS_PUNCH_CARD, 12);
        }
    }
    access_decide(&query, &verdict, NULL);
    int n = access_record_encode(&query, &verdict, &stages, bytes, sizeof(bytes));
    assert_in_range(n, 100, 399);
}

static void a_changed_verdict_is_told_by_the_replay(void **state)
{
    (void)state;
    struct access_verdict verdict, then, now;
    const char *field = NULL;
    maker_good(&query);
    access_decide(&query, &verdict, NULL);
    verdict.code = ACCESS_UNPAID;
    int n = access_record_encode(&query, &verdict, NULL, bytes, sizeof(bytes));
    assert_true(n > 0);
    assert_int_equal(access_record_replay(bytes, (size_t)n, &then, &now, &field), 0);
    assert_int_equal(then.code, ACCESS_UNPAID);
    assert_int_equal(now.code, ACCESS_GRANTED);
    assert_string_equal(field, "code");
}

static int encode_good(void)
{
    struct access_verdict verdict;
    maker_punch_card(&query);
    (void)maker_add(&query, ACCESS_SUBSCRIPTION, 5);
    query.holidays.days[query.holidays.n_days++] = MAKER_TODAY + 3;
    query.entitlements[1].rights[0].schedule.spans[0] = (struct schedule_span){1, 2, 3};
    query.entitlements[1].rights[0].schedule.n_spans = 1;
    query.entitlements[1].freezes[0] = (struct access_freeze){MAKER_TODAY + 9, MAKER_TODAY + 10};
    query.entitlements[1].n_freezes = 1;
    query.customer.certificate_through = MAKER_TODAY;
    access_decide(&query, &verdict, NULL);
    struct access_stages stages = {.uid_us = 1};
    return access_record_encode(&query, &verdict, &stages, bytes, sizeof(bytes));
}

static void a_record_cut_short_is_refused_or_whole(void **state)
{
    (void)state;
    int n = encode_good();
    assert_true(n > 0);
    struct access_stages stages;
    int good = 0;
    for (int cut = 0; cut < n; cut++) {
        /* A copy of the exact length, so that a read past the end is seen by the sanitizer. */
        uint8_t part[1024];
        assert_true((size_t)cut < sizeof(part));
        memcpy(part + sizeof(part) - (size_t)cut, bytes, (size_t)cut);
        int r = access_record_decode(part + sizeof(part) - (size_t)cut, (size_t)cut, NULL, NULL, &stages);
        assert_true(r == 0 || r == -EBADMSG);
        good += r == 0;
    }
    assert_int_equal(good, 1); /* only the stages, the last field, may be missing as a whole */
}

static void changed_bytes_are_refused_or_keep_every_bound(void **state)
{
    (void)state;
    uint64_t seed = 5;
    int n = encode_good();
    uint8_t original[1024], changed[1024];
    assert_true(n > 0 && (size_t)n <= sizeof(original));
    memcpy(original, bytes, (size_t)n);
    int refused = 0;
    for (int round = 0; round < 30000; round++) {
        memcpy(changed, original, (size_t)n);
        for (uint64_t c = 1 + maker_below(&seed, 4); c > 0; c--) {
            changed[maker_below(&seed, (uint64_t)n)] = (uint8_t)maker_random(&seed);
        }
        struct access_verdict verdict;
        int r = access_record_decode(changed, (size_t)n, &again, &verdict, NULL);
        assert_true(r == 0 || r == -EBADMSG || r == ACCESS_RECORD_NEWER);
        refused += r != 0;
        if (r == 0) {
            access_decide(&again, &verdict, NULL);
            assert_true(access_record_encode(&again, &verdict, NULL, bytes, sizeof(bytes)) > 0);
        }
    }
    assert_true(refused > 1000 && refused < 30000);
}

static void outputs_are_untouched_on_failure(void **state)
{
    (void)state;
    int n = encode_good();
    struct access_verdict verdict = {.list_age_s = 77};
    struct access_stages stages = {.uid_us = 77};
    again.point_id = 77;
    assert_int_equal(access_record_decode(bytes, (size_t)n - 1, &again, &verdict, &stages), -EBADMSG);
    assert_int_equal(again.point_id, 77);
    assert_int_equal(verdict.list_age_s, 77);
    assert_int_equal(stages.uid_us, 77);
}

static void another_version_is_refused(void **state)
{
    (void)state;
    struct pack p;
    pack_init(&p, bytes, sizeof(bytes));
    pack_int(&p, 1, ACCESS_RECORD_VERSION + 1);
    pack_text(&p, 2, "whatever it says");
    assert_int_equal(access_record_decode(bytes, p.len, NULL, NULL, NULL), ACCESS_RECORD_NEWER);
    pack_init(&p, bytes, sizeof(bytes));
    pack_int(&p, 1, 0);
    assert_int_equal(access_record_decode(bytes, p.len, NULL, NULL, NULL), -EBADMSG);
    assert_int_equal(access_record_decode(bytes, 0, NULL, NULL, NULL), -EBADMSG);
}

static void what_cannot_be_written_is_refused(void **state)
{
    (void)state;
    struct access_verdict verdict = {.until_day = DAY_NONE};
    maker_good(&query);
    int n = access_record_encode(&query, &verdict, NULL, bytes, sizeof(bytes));
    assert_true(n > 0);
    for (int size = 0; size < n; size++) {
        assert_int_equal(access_record_encode(&query, &verdict, NULL, bytes, (size_t)size), -EMSGSIZE);
    }
    assert_int_equal(access_record_encode(&query, &verdict, NULL, bytes, (size_t)n), n);
    query.n_entitlements = ACCESS_ENTITLEMENTS_MAX + 1;
    assert_int_equal(access_record_encode(&query, &verdict, NULL, bytes, sizeof(bytes)), -EINVAL);
    maker_good(&query);
    query.entitlements[0].rights[0].schedule.n_spans = SCHEDULE_SPANS_MAX + 1;
    assert_int_equal(access_record_encode(&query, &verdict, NULL, bytes, sizeof(bytes)), -EINVAL);
    maker_good(&query);
    memset(query.customer.name, 'x', sizeof(query.customer.name));
    assert_int_equal(access_record_encode(&query, &verdict, NULL, bytes, sizeof(bytes)), -EINVAL);
    maker_good(&query);
    query.direction = (enum visit_direction)3;
    assert_int_equal(access_record_encode(&query, &verdict, NULL, bytes, sizeof(bytes)), -EINVAL);
    maker_good(&query);
    verdict.n_warnings = ACCESS_WARNINGS_MAX + 1;
    assert_int_equal(access_record_encode(&query, &verdict, NULL, bytes, sizeof(bytes)), -EINVAL);
}

static void a_query_as_large_as_promised_fits(void **state)
{
    (void)state;
    struct access_verdict verdict = {.until_day = DAY_NONE};
    maker_good(&query);
    memset(query.customer.message, 'x', sizeof(query.customer.message) - 1);
    struct access_entitlement *e = &query.entitlements[0];
    memset(e->product, 'y', sizeof(e->product) - 1);
    for (int i = 0; i < ACCESS_FREEZES_MAX; i++) {
        e->freezes[e->n_freezes++] = (struct access_freeze){DAY_MAX - 2 * i, DAY_MAX - 2 * i};
    }
    while (query.n_entitlements < ACCESS_ENTITLEMENTS_MAX) {
        (void)maker_add(&query, ACCESS_SUBSCRIPTION, INT64_MAX - query.n_entitlements);
    }
    for (int i = 0; i < ACCESS_ENTITLEMENTS_MAX; i++) {
        struct access_entitlement *one = &query.entitlements[i];
        one->n_rights = ACCESS_RIGHTS_MAX;
        for (int r = 0; r < ACCESS_RIGHTS_MAX; r++) {
            one->rights[r] = (struct access_right){.directions = 7};
            for (int s = 0; s < 3; s++) {
                one->rights[r].schedule.spans[s] = (struct schedule_span){255, 1439, 2880};
            }
            one->rights[r].schedule.n_spans = 3;
        }
    }
    int n = access_record_encode(&query, &verdict, NULL, bytes, sizeof(bytes));
    assert_true(n > 0);
    assert_int_equal(access_record_decode(bytes, (size_t)n, &again, NULL, NULL), 0);
    assert_memory_equal(&query, &again, sizeof(query));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_query_comes_back_as_it_was),
        cmocka_unit_test(a_typical_record_is_small),
        cmocka_unit_test(a_changed_verdict_is_told_by_the_replay),
        cmocka_unit_test(a_record_cut_short_is_refused_or_whole),
        cmocka_unit_test(changed_bytes_are_refused_or_keep_every_bound),
        cmocka_unit_test(outputs_are_untouched_on_failure),
        cmocka_unit_test(another_version_is_refused),
        cmocka_unit_test(what_cannot_be_written_is_refused),
        cmocka_unit_test(a_query_as_large_as_promised_fits),
    };
    return cmocka_run_group_tests_name("core.access_record", tests, NULL, NULL);
}
