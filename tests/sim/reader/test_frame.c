/* The frames of the chip's serial line. */

#include "sim/reader/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Feeds all bytes; @return the last event that isn't FRAME_NONE or FRAME_WAKE. */
static enum frame_event feed(struct frame_parser *parser, const uint8_t *bytes, size_t n)
{
    enum frame_event last = FRAME_NONE;
    for (size_t i = 0; i < n; i++) {
        enum frame_event event = frame_parse(parser, bytes[i]);
        if (event != FRAME_NONE && event != FRAME_WAKE) {
            last = event;
        }
    }
    return last;
}

static void a_command_of_the_manual_is_taken(void **state)
{
    /* GetFirmwareVersion, as UM0701-02 gives it */
    static const uint8_t bytes[] = {0x00, 0x00, 0xff, 0x02, 0xfe, 0xd4, 0x02, 0x2a, 0x00};
    struct frame_parser parser = {0};
    (void)state;
    assert_int_equal(feed(&parser, bytes, sizeof bytes), FRAME_DATA);
    assert_int_equal(parser.len, 2);
    assert_memory_equal(parser.data, bytes + 5, 2);
}

static void acknowledgements_are_told_from_frames(void **state)
{
    struct frame_parser parser = {0};
    (void)state;
    assert_int_equal(feed(&parser, frame_ack, sizeof frame_ack), FRAME_ACK);
    assert_int_equal(feed(&parser, frame_nack, sizeof frame_nack), FRAME_NACK);
    assert_int_equal(feed(&parser, frame_error, sizeof frame_error), FRAME_DATA);
    assert_int_equal(parser.len, 1);
    assert_int_equal(parser.data[0], 0x7f);
}

static void every_length_survives_the_round_trip(void **state)
{
    uint8_t data[FRAME_DATA_MAX];
    uint8_t bytes[FRAME_SIZE_MAX];
    struct frame_parser parser = {0};
    (void)state;
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 37 + 11);
    }
    for (size_t n = 1; n <= FRAME_DATA_MAX; n++) {
        size_t size = frame_encode(data, n, bytes, sizeof bytes);
        assert_int_equal(size, n + (n > 255 ? 10 : 7));
        assert_int_equal(feed(&parser, bytes, size), FRAME_DATA);
        assert_int_equal(parser.len, n);
        assert_memory_equal(parser.data, data, n);
    }
}

static void a_changed_bit_is_never_taken_for_the_same_frame(void **state)
{
    static const uint8_t data[] = {0xd4, 0x4a, 0x01, 0x00};
    uint8_t bytes[FRAME_SIZE_MAX];
    size_t n = frame_encode(data, sizeof data, bytes, sizeof bytes);
    (void)state;
    for (size_t bit = 24; bit < (n - 1) * 8; bit++) { /* after the start code, before the postamble */
        struct frame_parser parser = {0};
        bytes[bit / 8] ^= (uint8_t)(1U << (bit % 8));
        assert_int_not_equal(feed(&parser, bytes, n), FRAME_DATA);
        bytes[bit / 8] ^= (uint8_t)(1U << (bit % 8));
    }
}

static void a_frame_is_found_behind_noise_and_wake_up_bytes(void **state)
{
    static const uint8_t noise[] = {0x55, 0x55, 0x00, 0x00, 0x00, 0x13, 0xff, 0x00, 0xff, 0x04, 0x04};
    static const uint8_t data[] = {0xd4, 0x14, 0x01};
    uint8_t bytes[FRAME_SIZE_MAX];
    struct frame_parser parser = {0};
    (void)state;
    assert_int_equal(frame_parse(&parser, 0x55), FRAME_WAKE);
    assert_int_equal(feed(&parser, noise, sizeof noise), FRAME_BAD);
    size_t n = frame_encode(data, sizeof data, bytes, sizeof bytes);
    assert_int_equal(feed(&parser, bytes, n), FRAME_DATA);
    assert_memory_equal(parser.data, data, sizeof data);
}

static void an_extended_frame_beyond_the_chips_size_is_refused(void **state)
{
    static const uint8_t bytes[] = {0x00, 0x00, 0xff, 0xff, 0xff, 0x01, 0x0a, 0xf5}; /* 266 */
    static const uint8_t empty[] = {0x00, 0x00, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00};
    struct frame_parser parser = {0};
    (void)state;
    assert_int_equal(feed(&parser, bytes, sizeof bytes), FRAME_BAD);
    assert_int_equal(feed(&parser, empty, sizeof empty), FRAME_BAD);
}

static void a_frame_that_does_not_fit_is_not_written(void **state)
{
    uint8_t bytes[16];
    static const uint8_t data[16] = {0xd5};
    (void)state;
    assert_int_equal(frame_encode(data, 10, bytes, sizeof bytes), 0);
    assert_int_equal(frame_encode(data, 0, bytes, sizeof bytes), 0);
    assert_int_equal(frame_encode(data, 9, bytes, sizeof bytes), 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_of_the_manual_is_taken),
        cmocka_unit_test(acknowledgements_are_told_from_frames),
        cmocka_unit_test(every_length_survives_the_round_trip),
        cmocka_unit_test(a_changed_bit_is_never_taken_for_the_same_frame),
        cmocka_unit_test(a_frame_is_found_behind_noise_and_wake_up_bytes),
        cmocka_unit_test(an_extended_frame_beyond_the_chips_size_is_refused),
        cmocka_unit_test(a_frame_that_does_not_fit_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
