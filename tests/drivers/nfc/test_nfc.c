/* The driver on stock libnfc and the simulated chip: what each card and each fault of the chip becomes. */

#include "drivers/nfc/nfc.h"
#include "simulated.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct simulated sim;

static int begin(void **state)
{
    (void)state;
    simulated_start(&sim);
    return nfc_prepare();
}

static int end(void **state)
{
    (void)state;
    simulated_stop(&sim);
    return 0;
}

static struct nfc *open_reader(void)
{
    struct nfc *nfc = NULL;
    assert_int_equal(nfc_open_reader(sim.device, &nfc), 0);
    assert_non_null(nfc);
    return nfc;
}

static void the_chip_says_its_name(void **state)
{
    (void)state;
    struct nfc *nfc = open_reader();
    assert_string_equal(nfc_name(nfc), "PN532 v1.6");
    nfc_close_reader(nfc);
    nfc_close_reader(NULL);
}

static void nothing_is_there_without_a_device(void **state)
{
    (void)state;
    struct nfc *nfc = NULL;
    char long_name[2000];
    memset(long_name, 'x', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    assert_int_equal(nfc_open_reader("pn532_uart:/dev/nowhere", &nfc), NFC_NO_DEVICE);
    assert_int_equal(nfc_open_reader("nonsense", &nfc), NFC_NO_DEVICE);
    assert_int_equal(nfc_open_reader("", &nfc), NFC_NO_DEVICE);
    assert_int_equal(nfc_open_reader(long_name, &nfc), -ENAMETOOLONG);
    assert_null(nfc);
}

static void an_empty_field_has_no_card(void **state)
{
    (void)state;
    struct nfc *nfc = open_reader();
    struct nfc_target target;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(nfc_select(nfc, &target), NFC_NO_CARD);
    }
    nfc_close_reader(nfc);
}

/* Each kind: selected whole, present while it lies there, found anew after a release, gone when it is taken. */
static void each_kind_of_card_comes_and_goes(void **state)
{
    (void)state;
    static const struct {
        const char *put;
        uint8_t uid_len;
        uint8_t sak;
        bool has_blocks;
    } kinds[] = {
        {"put classic uid=04030201", 4, 0x08, false},          {"put classic uid=04010203040506", 7, 0x08, false},
        {"put ultralight uid=04010203040506", 7, 0x00, false}, {"put ntag213 uid=04010203040506", 7, 0x00, false},
        {"put ntag215 uid=04010203040506", 7, 0x00, false},    {"put desfire uid=04010203040506", 7, 0x20, true},
        {"put foreign uid=04030201", 4, 0x20, true},
    };
    struct nfc *nfc = open_reader();
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct nfc_target target;
        simulated_tell(&sim, kinds[i].put);
        assert_int_equal(nfc_select(nfc, &target), 0);
        assert_int_equal(target.uid_len, kinds[i].uid_len);
        assert_int_equal(target.uid[0], 0x04);
        assert_int_equal(target.sak, kinds[i].sak);
        assert_int_equal(nfc_target_has_blocks(&target), kinds[i].has_blocks);
        assert_int_equal(target.ats_len > 0, kinds[i].has_blocks);
        for (int look = 0; look < 3; look++) {
            assert_int_equal(nfc_present(nfc, &target), 0);
        }
        assert_int_equal(nfc_release(nfc), 0);
        assert_int_equal(nfc_select(nfc, &target), 0);
        simulated_tell(&sim, "take");
        assert_int_equal(nfc_present(nfc, &target), NFC_NO_CARD);
        assert_int_equal(nfc_present(nfc, &target), NFC_NO_CARD);
        assert_int_equal(nfc_select(nfc, &target), NFC_NO_CARD);
    }
    nfc_close_reader(nfc);
}

static void a_card_answers_and_a_gone_one_does_not(void **state)
{
    (void)state;
    static const uint8_t version[] = {0x90, 0x60, 0x00, 0x00, 0x00};
    struct nfc *nfc = open_reader();
    struct nfc_target target;
    uint8_t answer[64];
    simulated_tell(&sim, "put desfire uid=04010203040506");
    assert_int_equal(nfc_select(nfc, &target), 0);
    assert_int_equal(nfc_transceive(nfc, version, sizeof(version), answer, sizeof(answer), 250), 9);
    assert_int_equal(answer[7], 0x91);
    assert_int_equal(answer[8], 0xaf);
    assert_int_equal(nfc_select(nfc, &target), 0);
    assert_int_equal(nfc_transceive(nfc, version, sizeof(version), answer, 8, 250), -EMSGSIZE);
    simulated_tell(&sim, "take");
    assert_int_equal(nfc_transceive(nfc, version, sizeof(version), answer, sizeof(answer), 250), -ENODATA);
    nfc_close_reader(nfc);
}

static void a_bare_no_counts_as_no_answer(void **state)
{
    (void)state;
    static const uint8_t read_page[] = {0x30, 0xf0};
    struct nfc *nfc = open_reader();
    struct nfc_target target;
    uint8_t answer[64];
    simulated_tell(&sim, "put ntag213 uid=04010203040506");
    assert_int_equal(nfc_select(nfc, &target), 0);
    assert_int_equal(nfc_transceive(nfc, read_page, sizeof(read_page), answer, sizeof(answer), 250), -ENODATA);
    assert_int_equal(nfc_transceive(nfc, read_page, 0, answer, sizeof(answer), 250), -EINVAL);
    assert_int_equal(nfc_transceive(nfc, read_page, sizeof(read_page), answer, sizeof(answer), 0), -EINVAL);
    assert_int_equal(nfc_transceive(nfc, read_page, sizeof(read_page), answer, sizeof(answer), -1), -EINVAL);
    assert_int_equal(nfc_transceive(nfc, answer, NFC_TRANSCEIVE_MAX + 1, answer, 0, 250), -EINVAL);
    simulated_tell(&sim, "take");
    nfc_close_reader(nfc);
}

/* One fault at one select: an error, never a card, and the next select is fine again. */
static void after_one_fault_the_next_select_is_fine(void **state)
{
    (void)state;
    static const struct {
        const char *dial;
        int error;
    } faults[] = {
        {"silent_before_ack", -ETIMEDOUT},
        {"silent_after_ack", -ETIMEDOUT},
        {"error_frame", -EIO},
        {"wrong_code", -EIO},
        {"bad_checksum", -EIO},
        {"bad_length", -EIO},
        {"garbage_before", -EIO},
        {"garbage_within", -EIO},
        {"oversized", -EIO},
        {"truncated", -ETIMEDOUT},
    };
    struct nfc *nfc = open_reader();
    struct nfc_target target;
    assert_int_equal(nfc_select(nfc, &target), NFC_NO_CARD);
    simulated_tell(&sim, "put classic uid=04030201");
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        char command[64];
        (void)snprintf(command, sizeof(command), "dial %s 1", faults[i].dial);
        simulated_tell(&sim, command);
        int r = nfc_select(nfc, &target);
        if (r != faults[i].error) {
            fail_msg("%s: %d", faults[i].dial, r);
        }
        assert_int_equal(nfc_select(nfc, &target), 0);
    }
    simulated_tell(&sim, "calm");
    simulated_tell(&sim, "take");
    nfc_close_reader(nfc);
}

static void a_terminal_that_is_gone_fails_at_once(void **state)
{
    (void)state;
    struct nfc *nfc = open_reader();
    struct nfc_target target;
    simulated_tell(&sim, "gone");
    assert_int_equal(nfc_select(nfc, &target), -EIO);
    assert_int_equal(nfc_present(nfc, &target), NFC_NO_CARD); /* nothing was selected */
    nfc_close_reader(nfc);
    simulated_tell(&sim, "back");
    nfc_close_reader(open_reader());
}

static void a_chip_that_stays_silent_is_no_device(void **state)
{
    (void)state;
    struct nfc *nfc = NULL;
    simulated_tell(&sim, "dial silent_before_ack forever");
    assert_int_equal(nfc_open_reader(sim.device, &nfc), NFC_NO_DEVICE);
    simulated_tell(&sim, "calm");
    nfc_close_reader(open_reader());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chip_says_its_name),
        cmocka_unit_test(nothing_is_there_without_a_device),
        cmocka_unit_test(an_empty_field_has_no_card),
        cmocka_unit_test(each_kind_of_card_comes_and_goes),
        cmocka_unit_test(a_card_answers_and_a_gone_one_does_not),
        cmocka_unit_test(a_bare_no_counts_as_no_answer),
        cmocka_unit_test(after_one_fault_the_next_select_is_fine),
        cmocka_unit_test(a_terminal_that_is_gone_fails_at_once),
        cmocka_unit_test(a_chip_that_stays_silent_is_no_device),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
