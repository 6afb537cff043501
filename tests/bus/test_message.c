/* Messages in bytes: what goes in comes out, and nothing that breaks a bound does. */

#include "base/pack.h"
#include "bus/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A message of a kind with every field filled in, whether the kind names it or not. */
static struct message full(enum message_kind kind)
{
    struct message m = {
        .kind = kind,
        .boot_us = INT64_C(123456789012),
        .can_desfire = true,
        .field_us = 5,
        .uid_us = INT64_MAX,
        .proof = MESSAGE_PROOF_TORN,
        .aid = {0xf5, 0x00, 0x17},
        .key_number = 13,
        .side = 1,
        .mode = 2,
        .seq = 77,
        .value = INT64_MIN,
        .body = "{\"a\":\"\xc3\xa5\"}",
        .body_len = 10,
    };
    assert_true(card_parse("04a1b2c3d4e5f6", &m.card));
    memset(m.key, 0xab, sizeof(m.key));
    memset(m.text, 't', sizeof(m.text) - 1);
    memset(m.lane, 'l', sizeof(m.lane) - 1);
    memset(m.who, 'w', sizeof(m.who) - 1);
    memset(m.why, 'y', sizeof(m.why) - 1);
    return m;
}

static void every_kind_comes_out_as_it_went_in(void **state)
{
    (void)state;
    for (unsigned kind = 1; kind < MESSAGE_KINDS; kind++) {
        uint8_t bytes[MESSAGE_MAX];
        uint8_t again[MESSAGE_MAX];
        struct message in = full(kind);
        struct message out;
        int n = message_encode(&in, bytes, sizeof(bytes));
        assert_true(n > 0);
        assert_int_equal(message_decode(bytes, (size_t)n, &out), 0);
        assert_int_equal(out.kind, kind);
        assert_int_equal(out.boot_us, in.boot_us);
        /* The same fields are written again. */
        assert_int_equal(message_encode(&out, again, sizeof(again)), n);
        assert_memory_equal(bytes, again, (size_t)n);
        assert_string_not_equal(message_kind_text(kind), "unknown");
    }
}

static void fields_keep_their_values(void **state)
{
    (void)state;
    uint8_t bytes[MESSAGE_MAX];
    struct message out;
    struct message in = full(MESSAGE_AUTHENTICATE);
    int n = message_encode(&in, bytes, sizeof(bytes));
    assert_int_equal(message_decode(bytes, (size_t)n, &out), 0);
    assert_true(card_equal(&in.card, &out.card));
    assert_memory_equal(in.aid, out.aid, sizeof(in.aid));
    assert_memory_equal(in.key, out.key, sizeof(in.key));
    assert_int_equal(out.key_number, 13);
    assert_int_equal(out.uid_us, 0); /* authenticate doesn't name it */

    in = full(MESSAGE_CARD_SEEN);
    n = message_encode(&in, bytes, sizeof(bytes));
    assert_int_equal(message_decode(bytes, (size_t)n, &out), 0);
    assert_true(out.can_desfire);
    assert_true(out.uid_us == INT64_MAX && out.field_us == 5);

    in = full(MESSAGE_RELEASE);
    n = message_encode(&in, bytes, sizeof(bytes));
    assert_int_equal(message_decode(bytes, (size_t)n, &out), 0);
    assert_string_equal(out.lane, in.lane);
    assert_string_equal(out.who, in.who);
    assert_string_equal(out.why, in.why);
    assert_int_equal(out.side, 1);

    in = full(MESSAGE_NOTE);
    n = message_encode(&in, bytes, sizeof(bytes));
    assert_int_equal(message_decode(bytes, (size_t)n, &out), 0);
    assert_string_equal(out.lane, in.lane);
    assert_string_equal(out.who, in.who);
    assert_string_equal(out.text, in.text);
    assert_string_equal(out.why, ""); /* a note doesn't name it */

    in = full(MESSAGE_NEWS);
    n = message_encode(&in, bytes, sizeof(bytes));
    assert_int_equal(message_decode(bytes, (size_t)n, &out), 0);
    assert_int_equal(out.body_len, in.body_len);
    assert_memory_equal(out.body, in.body, in.body_len);
    assert_true(out.body >= (char *)bytes && out.body + out.body_len <= (char *)bytes + n);
}

static void a_message_without_what_its_kind_needs_is_refused(void **state)
{
    (void)state;
    static const enum message_kind needy[] = {
        MESSAGE_CARD_SEEN, MESSAGE_CARD_PROOF,   MESSAGE_CARD_GONE, MESSAGE_READER_FAULT,
        MESSAGE_RELEASE,   MESSAGE_AUTHENTICATE, MESSAGE_MODE,      MESSAGE_UNDO,
        MESSAGE_LOCKDOWN,  MESSAGE_STATUS,       MESSAGE_NEWS,      MESSAGE_NOTE,
    };
    uint8_t bytes[MESSAGE_MAX];
    for (size_t i = 0; i < sizeof(needy) / sizeof(needy[0]); i++) {
        struct message m = {.kind = needy[i]};
        struct pack p;
        assert_int_equal(message_encode(&m, bytes, sizeof(bytes)), -EINVAL);
        pack_init(&p, bytes, sizeof(bytes));
        pack_int(&p, 1, needy[i]);
        pack_int(&p, 2, 0);
        assert_int_equal(message_decode(bytes, p.len, &m), -EBADMSG);
    }
}

static void encoding_refuses_what_decoding_would(void **state)
{
    (void)state;
    uint8_t bytes[MESSAGE_MAX];
    struct message m = full(MESSAGE_RELEASE);
    m.side = 2;
    assert_int_equal(message_encode(&m, bytes, sizeof(bytes)), -EINVAL);
    m = full(MESSAGE_RELEASE);
    memset(m.who, 'w', sizeof(m.who)); /* no NUL */
    assert_int_equal(message_encode(&m, bytes, sizeof(bytes)), -EINVAL);
    m = full(MESSAGE_RELEASE);
    m.why[3] = '\n';
    assert_int_equal(message_encode(&m, bytes, sizeof(bytes)), -EINVAL);
    m = full(MESSAGE_CARD_GONE);
    m.card.len = 5;
    assert_int_equal(message_encode(&m, bytes, sizeof(bytes)), -EINVAL);
    m = full(MESSAGE_READER_ALIVE);
    m.boot_us = -1;
    assert_int_equal(message_encode(&m, bytes, sizeof(bytes)), -EINVAL);
    m = full(MESSAGE_KINDS);
    assert_int_equal(message_encode(&m, bytes, sizeof(bytes)), -EINVAL);
    m = full(MESSAGE_MODE);
    assert_int_equal(message_encode(&m, bytes, 20), -EMSGSIZE);
    static char large[MESSAGE_MAX];
    memset(large, 'x', sizeof(large));
    m = full(MESSAGE_STATUS);
    m.body = large;
    m.body_len = sizeof(large);
    assert_int_equal(message_encode(&m, bytes, sizeof(bytes)), -EMSGSIZE);
}

static void a_truncated_message_is_refused_or_complete(void **state)
{
    (void)state;
    for (unsigned kind = 1; kind < MESSAGE_KINDS; kind++) {
        uint8_t bytes[MESSAGE_MAX];
        struct message m = full(kind);
        struct message out;
        int n = message_encode(&m, bytes, sizeof(bytes));
        for (int cut = 0; cut < n; cut++) {
            /* On the heap in its exact size, so that a sanitizer sees a read past the end. */
            uint8_t *part = malloc((size_t)cut + 1);
            assert_non_null(part);
            memcpy(part, bytes, (size_t)cut);
            memset(&out, 0x5a, sizeof(out));
            int r = message_decode(part, (size_t)cut, &out);
            assert_true(r == 0 || r == -EBADMSG);
            if (r < 0) {
                assert_int_equal(out.side, 0x5a); /* untouched */
            }
            free(part);
        }
    }
}

/* Builds CARD_GONE by hand, with one field more or another one. */
static size_t by_hand(uint8_t *bytes, size_t size, unsigned tag, int64_t value)
{
    static const uint8_t card[] = {CARD_UID, 1, 2, 3, 4};
    struct pack p;
    pack_init(&p, bytes, size);
    pack_int(&p, 1, MESSAGE_CARD_GONE);
    pack_int(&p, 2, 99);
    pack_bytes(&p, 3, card, sizeof(card));
    if (tag) {
        pack_int(&p, tag, value);
    }
    return p.len;
}

/* Another version may be at the other end: what is sent as a kind never changes. */
static void kinds_keep_their_numbers(void **state)
{
    (void)state;
    assert_int_equal(MESSAGE_READER_HELLO, 1);
    assert_int_equal(MESSAGE_AUTHENTICATE, 7);
    assert_int_equal(MESSAGE_STATUS_ASK, 9);
    assert_int_equal(MESSAGE_CHECK_ASK, 15);
    assert_int_equal(MESSAGE_DONE, 16);
    assert_int_equal(MESSAGE_NEWS, 18);
    assert_int_equal(MESSAGE_NOTE, 19);
}

static void a_field_of_a_later_version_is_skipped(void **state)
{
    (void)state;
    uint8_t bytes[64];
    struct message m;
    assert_int_equal(message_decode(bytes, by_hand(bytes, sizeof(bytes), 4000, 1), &m), 0);
    assert_int_equal(m.card.len, 4);
    assert_int_equal(message_decode(bytes, by_hand(bytes, sizeof(bytes), 13, 1), &m), 0);
    assert_int_equal(m.side, 0); /* known, but not of this kind */
}

static void garbage_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[64];
    struct message m;
    assert_int_equal(message_decode(bytes, by_hand(bytes, sizeof(bytes), 3, 1), &m), -EBADMSG); /* twice */
    assert_int_equal(message_decode(bytes, by_hand(bytes, sizeof(bytes), 1, 1), &m), -EBADMSG);
    size_t n = by_hand(bytes, sizeof(bytes), 0, 0);
    bytes[1] = 0; /* kind 0 */
    assert_int_equal(message_decode(bytes, n, &m), -EBADMSG);
    bytes[1] = 0x7f; /* a negative kind */
    assert_int_equal(message_decode(bytes, n, &m), -EBADMSG);
    assert_int_equal(message_decode(NULL, 0, &m), -EBADMSG);
    static uint8_t large[MESSAGE_MAX + 1];
    assert_int_equal(message_decode(large, sizeof(large), &m), -EBADMSG);

    struct pack p;
    pack_init(&p, bytes, sizeof(bytes)); /* an undo of nothing */
    pack_int(&p, 1, MESSAGE_UNDO);
    pack_int(&p, 2, 0);
    pack_int(&p, 15, 0);
    pack_text(&p, 17, "who");
    pack_text(&p, 18, "why");
    assert_int_equal(message_decode(bytes, p.len, &m), -EBADMSG);
    pack_init(&p, bytes, sizeof(bytes)); /* a key of the wrong size */
    pack_int(&p, 1, MESSAGE_AUTHENTICATE);
    pack_int(&p, 2, 0);
    pack_bytes(&p, 3, "\x01\x01\x02\x03\x04", 5);
    pack_bytes(&p, 8, "abc", 3);
    pack_bytes(&p, 10, "short", 5);
    assert_int_equal(message_decode(bytes, p.len, &m), -EBADMSG);
    pack_init(&p, bytes, sizeof(bytes)); /* text that is no UTF-8 */
    pack_int(&p, 1, MESSAGE_READER_FAULT);
    pack_int(&p, 2, 0);
    pack_bytes(&p, 11, "\xc3(", 2);
    assert_int_equal(message_decode(bytes, p.len, &m), -EBADMSG);
}

static void changed_bytes_never_give_a_message_out_of_bounds(void **state)
{
    (void)state;
    uint32_t random = 1;
    for (unsigned kind = 1; kind < MESSAGE_KINDS; kind++) {
        uint8_t bytes[MESSAGE_MAX];
        struct message m = full(kind);
        int n = message_encode(&m, bytes, sizeof(bytes));
        for (int round = 0; round < 2000; round++) {
            uint8_t changed[MESSAGE_MAX];
            uint8_t again[MESSAGE_MAX];
            struct message out;
            memcpy(changed, bytes, (size_t)n);
            for (int i = 0; i < 3; i++) {
                random = random * 1664525u + 1013904223u;
                changed[(random >> 8) % (unsigned)n] = (uint8_t)(random >> 24);
            }
            if (message_decode(changed, (size_t)n, &out) == 0) {
                assert_true(message_encode(&out, again, sizeof(again)) > 0);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_comes_out_as_it_went_in),
        cmocka_unit_test(fields_keep_their_values),
        cmocka_unit_test(a_message_without_what_its_kind_needs_is_refused),
        cmocka_unit_test(encoding_refuses_what_decoding_would),
        cmocka_unit_test(a_truncated_message_is_refused_or_complete),
        cmocka_unit_test(kinds_keep_their_numbers),
        cmocka_unit_test(a_field_of_a_later_version_is_skipped),
        cmocka_unit_test(garbage_is_refused),
        cmocka_unit_test(changed_bytes_never_give_a_message_out_of_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
