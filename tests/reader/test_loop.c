/* The reader's loop in simulated time, on a chip and a gate that are played: each test reads as a story. */

#include "base/clock.h"
#include "drivers/nfc/nfc.h"
#include "played.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_card_that_lies_there_is_seen_once(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    assert_int_equal(played_run(&loop, &b, US_PER_S), 0);
    played_put(&b, &played_classic);
    int64_t put_us = b.now_us;
    assert_int_equal(played_run(&loop, &b, 20 * US_PER_S), 0);
    struct message seen = played_last(&b, MESSAGE_CARD_SEEN);
    assert_false(seen.can_desfire);
    assert_memory_equal(seen.card.bytes, played_classic.uid, played_classic.uid_len);
    assert_int_equal(seen.card.len, 4);
    assert_int_equal(seen.field_us, put_us);
    assert_int_equal(seen.uid_us, put_us + SELECT_US);
    assert_string_equal(played_story(&b), "S");
    played_take(&b);
    assert_int_equal(played_run(&loop, &b, US_PER_S), 0);
    assert_memory_equal(played_last(&b, MESSAGE_CARD_GONE).card.bytes, played_classic.uid, played_classic.uid_len);
    assert_string_equal(played_story(&b), "G");
}

static void the_same_card_is_seen_again_when_it_comes_again(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    for (int i = 0; i < 3; i++) {
        played_put(&b, &played_desfire);
        assert_int_equal(played_run(&loop, &b, 300 * US_PER_MS), 0);
        assert_true(played_last(&b, MESSAGE_CARD_SEEN).can_desfire);
        played_take(&b);
        assert_int_equal(played_run(&loop, &b, 300 * US_PER_MS), 0);
    }
    assert_string_equal(played_story(&b), "SGSGSG");
}

static void a_card_that_drops_out_for_one_look_stays(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    played_put(&b, &played_desfire);
    assert_int_equal(played_run(&loop, &b, 100 * US_PER_MS), 0);
    for (int i = 0; i < 5; i++) {
        int64_t wait_us;
        played_take(&b);
        assert_int_equal(reader_loop_step(&loop, &wait_us), 0); /* one miss */
        played_put(&b, &played_desfire);
        assert_int_equal(played_run(&loop, &b, 200 * US_PER_MS), 0);
    }
    assert_string_equal(played_story(&b), "S");
}

static void a_card_is_gone_after_two_misses(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    int64_t wait_us;
    played_begin(&loop, &b);
    played_put(&b, &played_desfire);
    assert_int_equal(played_run(&loop, &b, 100 * US_PER_MS), 0);
    assert_string_equal(played_story(&b), "S");
    played_take(&b);
    assert_int_equal(reader_loop_step(&loop, &wait_us), 0);
    assert_string_equal(played_story(&b), "");
    assert_int_equal(reader_loop_step(&loop, &wait_us), 0);
    assert_string_equal(played_story(&b), "G");
}

static void another_card_in_its_place_is_seen_at_once(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    int64_t wait_us;
    played_begin(&loop, &b);
    played_put(&b, &played_desfire);
    assert_int_equal(played_run(&loop, &b, 100 * US_PER_MS), 0);
    assert_string_equal(played_story(&b), "S");
    played_put(&b, &played_classic);
    assert_int_equal(reader_loop_step(&loop, &wait_us), 0);
    assert_memory_equal(played_last(&b, MESSAGE_CARD_SEEN).card.bytes, played_classic.uid, 4);
    assert_memory_equal(played_last(&b, MESSAGE_CARD_GONE).card.bytes, played_desfire.uid, 7);
    assert_string_equal(played_story(&b), "GS");
    assert_int_equal(played_run(&loop, &b, US_PER_S), 0);
    assert_string_equal(played_story(&b), "");
}

static void a_card_with_an_impossible_uid_counts_as_none(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    b.select_says = NFC_REFUSED;
    assert_int_equal(played_run(&loop, &b, 5 * US_PER_S), 0);
    assert_string_equal(played_story(&b), "");
    b.select_says = 0;
    played_put(&b, &played_classic);
    assert_int_equal(played_run(&loop, &b, 50 * US_PER_MS), 0);
    assert_string_equal(played_story(&b), "S");
}

static void a_genuine_card_proves_itself(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    played_put(&b, &played_desfire);
    b.knows_key = true;
    assert_int_equal(played_run(&loop, &b, 50 * US_PER_MS), 0);
    assert_int_equal(played_ask(&loop, &b, &played_desfire), MESSAGE_PROOF_GENUINE);
    assert_int_equal(played_run(&loop, &b, US_PER_S), 0);
    assert_string_equal(played_story(&b), "SP");
}

static void a_card_without_the_key_fails(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    played_put(&b, &played_desfire);
    assert_int_equal(played_run(&loop, &b, 50 * US_PER_MS), 0);
    assert_int_equal(played_ask(&loop, &b, &played_desfire), MESSAGE_PROOF_FAILED);
    assert_int_equal(b.exchanges, 3); /* not tried again */
}

static void a_uid_copied_to_a_simple_card_fails(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    struct nfc_target clone = played_desfire;
    clone.sak = 0x08;
    played_begin(&loop, &b);
    played_put(&b, &clone);
    b.knows_key = true;
    assert_int_equal(played_run(&loop, &b, 50 * US_PER_MS), 0);
    assert_false(played_last(&b, MESSAGE_CARD_SEEN).can_desfire);
    assert_int_equal(played_ask(&loop, &b, &clone), MESSAGE_PROOF_FAILED);
    assert_int_equal(b.exchanges, 0);
}

static void a_card_that_leaves_in_the_middle_is_torn_and_gone(void **state)
{
    (void)state;
    for (unsigned at = 1; at <= 3; at++) {
        struct bench b;
        struct reader_loop loop;
        played_begin(&loop, &b);
        played_put(&b, &played_desfire);
        b.knows_key = true;
        b.leaves_after = at;
        assert_int_equal(played_run(&loop, &b, 50 * US_PER_MS), 0);
        assert_int_equal(played_ask(&loop, &b, &played_desfire), MESSAGE_PROOF_TORN);
        assert_int_equal(played_run(&loop, &b, 100 * US_PER_MS), 0);
        assert_string_equal(played_story(&b), "SPG");
    }
}

static void a_card_that_drops_out_and_is_still_there_gets_one_more_try(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    played_put(&b, &played_desfire);
    b.knows_key = true;
    assert_int_equal(played_run(&loop, &b, 50 * US_PER_MS), 0);
    b.transceive_failures = 1;
    b.transceive_error = -ENODATA;
    assert_int_equal(played_ask(&loop, &b, &played_desfire), MESSAGE_PROOF_GENUINE);
    b.transceive_failures = 99;
    b.exchanges = 0;
    assert_int_equal(played_ask(&loop, &b, &played_desfire), MESSAGE_PROOF_TORN);
    assert_int_equal(b.exchanges, 2);
}

static void only_the_card_that_lies_there_is_asked(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    b.knows_key = true;
    assert_int_equal(played_ask(&loop, &b, &played_desfire), MESSAGE_PROOF_TORN); /* nothing there */
    struct nfc_target other = played_desfire;
    other.uid[6] = 0x81;
    played_put(&b, &other);
    assert_int_equal(played_run(&loop, &b, 50 * US_PER_MS), 0);
    assert_int_equal(played_ask(&loop, &b, &played_desfire), MESSAGE_PROOF_TORN);
    assert_int_equal(b.exchanges, 0);
}

static void a_reader_that_fails_in_the_middle_answers_torn_first(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    played_put(&b, &played_desfire);
    assert_int_equal(played_run(&loop, &b, 50 * US_PER_MS), 0);
    b.transceive_failures = 1;
    b.transceive_error = -ENODEV;
    struct message message = played_question(&played_desfire);
    assert_int_equal(reader_loop_receive(&loop, &message), READER_LOOP_LOST);
    assert_string_equal(played_story(&b), "SPF");
}

static void heartbeats_come_twice_a_second_at_least(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    int64_t last_us = b.now_us;
    for (int second = 0; second < 10; second++) {
        if (second == 5) {
            played_put(&b, &played_desfire);
        }
        assert_int_equal(played_run(&loop, &b, US_PER_S), 0);
        for (size_t i = 0; i < b.n_sent; i++) {
            if (b.sent[i].kind == MESSAGE_READER_ALIVE) {
                assert_in_range(b.sent[i].boot_us - last_us, READER_ALIVE_US, 500 * US_PER_MS);
                last_us = b.sent[i].boot_us;
            }
        }
        assert_in_range(b.now_us - last_us, 0, 500 * US_PER_MS);
        (void)played_story(&b);
    }
}

static void a_heartbeat_that_finds_the_queue_full_is_dropped(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    b.send_error = -EAGAIN;
    assert_int_equal(played_run(&loop, &b, 2 * US_PER_S), 0);
    played_put(&b, &played_classic); /* but a card isn't */
    assert_int_equal(played_run(&loop, &b, US_PER_S), -EAGAIN);
}

static void the_end_of_the_gate_ends_the_loop(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    b.send_error = -EPIPE;
    assert_int_equal(played_run(&loop, &b, 2 * US_PER_S), -EPIPE);
}

static void a_reader_that_is_gone_is_given_up_at_once(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    b.device_error = -ENODEV;
    int64_t wait_us;
    assert_int_equal(reader_loop_step(&loop, &wait_us), READER_LOOP_LOST);
    assert_string_equal(played_last(&b, MESSAGE_READER_FAULT).text, "the reader is gone");
    assert_string_equal(played_story(&b), "F");
}

static void three_errors_in_a_row_end_it(void **state)
{
    (void)state;
    static const struct {
        int error;
        const char *why;
    } cases[] = {
        {-ETIMEDOUT, "the reader doesn't answer"},
        {-EIO, "the reader answers nonsense"},
        {-EPROTO, "the reader answers nonsense"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (int with_card = 0; with_card < 2; with_card++) {
            struct bench b;
            struct reader_loop loop;
            int64_t wait_us;
            played_begin(&loop, &b);
            if (with_card) {
                played_put(&b, &played_desfire);
            }
            assert_int_equal(played_run(&loop, &b, US_PER_S), 0);
            (void)played_story(&b);
            b.device_error = cases[i].error;
            assert_int_equal(reader_loop_step(&loop, &wait_us), 0);
            assert_int_equal(reader_loop_step(&loop, &wait_us), 0);
            assert_int_equal(reader_loop_step(&loop, &wait_us), READER_LOOP_FAULTY);
            assert_string_equal(played_last(&b, MESSAGE_READER_FAULT).text, cases[i].why);
        }
    }
}

static void one_error_now_and_then_is_forgiven(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    int64_t wait_us;
    played_begin(&loop, &b);
    for (int i = 0; i < 100; i++) {
        b.device_error = -EIO;
        assert_int_equal(reader_loop_step(&loop, &wait_us), 0);
        b.device_error = 0;
        for (int good = 0; good < READER_STRIKE; good++) {
            assert_int_equal(reader_loop_step(&loop, &wait_us), 0);
        }
    }
    assert_string_equal(played_story(&b), "");
}

static void every_second_answer_wrong_ends_it(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    int r = 0;
    int steps = 0;
    played_begin(&loop, &b);
    for (; r == 0 && steps < 50; steps++) {
        int64_t wait_us;
        b.device_error = steps % 2 == 0 ? -EIO : 0;
        r = reader_loop_step(&loop, &wait_us);
    }
    assert_int_equal(r, READER_LOOP_FAULTY);
    assert_in_range(steps, 4, 12);
}

static void the_gate_may_end_it(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    struct message message = {.kind = MESSAGE_READER_QUIT};
    assert_int_equal(reader_loop_receive(&loop, &message), READER_LOOP_QUIT);
}

static void a_message_that_is_for_others_changes_nothing(void **state)
{
    (void)state;
    struct bench b;
    struct reader_loop loop;
    played_begin(&loop, &b);
    struct message message = {.kind = MESSAGE_RELEASE};
    assert_int_equal(reader_loop_receive(&loop, &message), 0);
    assert_int_equal(b.n_sent, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_that_lies_there_is_seen_once),
        cmocka_unit_test(the_same_card_is_seen_again_when_it_comes_again),
        cmocka_unit_test(a_card_that_drops_out_for_one_look_stays),
        cmocka_unit_test(a_card_is_gone_after_two_misses),
        cmocka_unit_test(another_card_in_its_place_is_seen_at_once),
        cmocka_unit_test(a_card_with_an_impossible_uid_counts_as_none),
        cmocka_unit_test(a_genuine_card_proves_itself),
        cmocka_unit_test(a_card_without_the_key_fails),
        cmocka_unit_test(a_uid_copied_to_a_simple_card_fails),
        cmocka_unit_test(a_card_that_leaves_in_the_middle_is_torn_and_gone),
        cmocka_unit_test(a_card_that_drops_out_and_is_still_there_gets_one_more_try),
        cmocka_unit_test(only_the_card_that_lies_there_is_asked),
        cmocka_unit_test(a_reader_that_fails_in_the_middle_answers_torn_first),
        cmocka_unit_test(heartbeats_come_twice_a_second_at_least),
        cmocka_unit_test(a_heartbeat_that_finds_the_queue_full_is_dropped),
        cmocka_unit_test(the_end_of_the_gate_ends_the_loop),
        cmocka_unit_test(a_reader_that_is_gone_is_given_up_at_once),
        cmocka_unit_test(three_errors_in_a_row_end_it),
        cmocka_unit_test(one_error_now_and_then_is_forgiven),
        cmocka_unit_test(every_second_answer_wrong_ends_it),
        cmocka_unit_test(the_gate_may_end_it),
        cmocka_unit_test(a_message_that_is_for_others_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
