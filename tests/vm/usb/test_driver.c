/* The card reader's driver on stock libnfc and an ACR122U on a real kernel's USB bus. */

#include "acr122u.h"
#include "drivers/desfire/desfire.h"
#include "drivers/nfc/nfc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define MEMBER "put desfire uid=04112233445566 aid=112233 key=000102030405060708090a0b0c0d0e0f keyno=1"

enum { TRANSCEIVE_MS = 250, REPLUGS = 1000, MESSAGES = 48, RESETS = 20 };

static const uint8_t aid[DESFIRE_AID_SIZE] = {0x11, 0x22, 0x33};
static const uint8_t key[DESFIRE_KEY_SIZE] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
static const uint8_t wrong_key[DESFIRE_KEY_SIZE];
static const uint8_t uid[] = {0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66};

static int begin(void **state)
{
    (void)state;
    acr122u_start(NULL);
    return nfc_prepare();
}

static int end(void **state)
{
    (void)state;
    acr122u_stop();
    acr122u_await_gone();
    return 0;
}

static struct nfc *open_reader(void)
{
    struct nfc *nfc = NULL;
    assert_int_equal(nfc_open_reader("acr122_usb", &nfc), 0);
    assert_non_null(nfc);
    return nfc;
}

static int on_transceive(void *user, const uint8_t *out, size_t n_out, uint8_t *ret_in, size_t size)
{
    return nfc_transceive(user, out, n_out, ret_in, size, TRANSCEIVE_MS);
}

static int on_random(void *user, uint8_t *ret_bytes, size_t n)
{
    (void)user;
    return getrandom(ret_bytes, n, 0) == (ssize_t)n ? 0 : -EIO;
}

static int authenticate(struct nfc *nfc, const uint8_t with[DESFIRE_KEY_SIZE])
{
    const struct desfire_link link = {.transceive = on_transceive, .random = on_random, .user = nfc};
    return desfire_authenticate(&link, aid, 1, with);
}

/* All is as it should be: the member's card comes, proves itself, and goes. */
static void assert_works(struct nfc *nfc)
{
    struct nfc_target target;
    acr122u_tell(MEMBER);
    assert_int_equal(nfc_select(nfc, &target), 0);
    assert_int_equal(target.uid_len, sizeof(uid));
    assert_memory_equal(target.uid, uid, sizeof(uid));
    assert_int_equal(authenticate(nfc, key), 0);
    acr122u_tell("take");
    assert_int_equal(nfc_present(nfc, &target), NFC_NO_CARD);
    assert_int_equal(nfc_select(nfc, &target), NFC_NO_CARD);
}

static void a_card_is_seen_proves_itself_and_goes(void **state)
{
    (void)state;
    acr122u_plug();
    struct nfc *nfc = open_reader();
    struct nfc_target target;
    assert_string_equal(nfc_name(nfc), "PN532 v1.6");
    assert_int_equal(nfc_select(nfc, &target), NFC_NO_CARD);
    assert_works(nfc);
    acr122u_tell(MEMBER);
    assert_int_equal(nfc_select(nfc, &target), 0);
    assert_int_equal(authenticate(nfc, wrong_key), DESFIRE_NOT_GENUINE);
    acr122u_tell("take");
    assert_int_equal(authenticate(nfc, key), DESFIRE_TORN);
    nfc_close_reader(nfc);
}

static void each_kind_of_card_is_read(void **state)
{
    (void)state;
    static const char *const cards[] = {"put classic uid=04030201", "put ntag215 uid=04010203040506",
                                        "put foreign uid=04030201"};
    acr122u_plug();
    struct nfc *nfc = open_reader();
    for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
        struct nfc_target target;
        acr122u_tell(cards[i]);
        assert_int_equal(nfc_select(nfc, &target), 0);
        assert_int_equal(nfc_present(nfc, &target), 0);
        assert_int_equal(nfc_release(nfc), 0);
        assert_int_equal(nfc_select(nfc, &target), 0);
        acr122u_tell("take");
        assert_int_equal(nfc_present(nfc, &target), NFC_NO_CARD);
    }
    nfc_close_reader(nfc);
}

static void where_none_is_plugged_in_there_is_none(void **state)
{
    (void)state;
    struct nfc *nfc = NULL;
    assert_int_equal(nfc_open_reader("acr122_usb", &nfc), NFC_NO_DEVICE);
    assert_int_equal(nfc_open_reader("pn53x_usb", &nfc), NFC_NO_DEVICE);
    acr122u_plug();
    assert_int_equal(nfc_open_reader("pn53x_usb", &nfc), NFC_NO_DEVICE);
    assert_int_equal(nfc_open_reader("acr122_usb:001:100", &nfc), NFC_NO_DEVICE);
    assert_null(nfc);
}

static void one_that_is_named_by_its_place_is_opened(void **state)
{
    (void)state;
    char path[64];
    char name[32];
    struct nfc *nfc = NULL;
    acr122u_plug();
    assert_true(acr122u_node(path, sizeof(path)));
    (void)snprintf(name, sizeof(name), "acr122_usb:%.3s:%.3s", path + strlen("/dev/bus/usb/"),
                   path + strlen("/dev/bus/usb/001/"));
    assert_int_equal(nfc_open_reader(name, &nfc), 0);
    assert_works(nfc);
    nfc_close_reader(nfc);
}

static void unplugged_it_is_gone_at_once_for_every_call(void **state)
{
    (void)state;
    static const uint8_t version[] = {0x90, 0x60, 0x00, 0x00, 0x00};
    struct nfc_target target;
    uint8_t answer[64];
    for (int call = 0; call < 4; call++) {
        acr122u_plug();
        struct nfc *nfc = open_reader();
        acr122u_tell(MEMBER);
        assert_int_equal(nfc_select(nfc, &target), 0);
        acr122u_unplug();
        int r = call == 0   ? nfc_select(nfc, &target)
                : call == 1 ? nfc_present(nfc, &target)
                : call == 2 ? nfc_release(nfc)
                            : nfc_transceive(nfc, version, sizeof(version), answer, sizeof(answer), TRANSCEIVE_MS);
        assert_int_equal(r, -ENODEV);
        nfc_close_reader(nfc);
    }
    acr122u_plug();
    struct nfc *nfc = open_reader();
    assert_works(nfc);
    nfc_close_reader(nfc);
}

/* However far it has come: while it is opened, while it looks for a card, in the middle of an authentication. */
static void unplugged_at_any_message_it_is_given_up_and_comes_back(void **state)
{
    (void)state;
    for (int i = 0; i < REPLUGS; i++) {
        char text[64];
        struct nfc *nfc = NULL;
        struct nfc_target target;
        (void)snprintf(text, sizeof(text), "dial unplug_at %d", 1 + i % MESSAGES);
        acr122u_tell(text);
        acr122u_tell(MEMBER);
        acr122u_plug();
        int r = nfc_open_reader("acr122_usb", &nfc);
        if (r == 0) {
            for (int n = 0; n < MESSAGES && r != -ENODEV; n++) {
                r = nfc_select(nfc, &target);
                assert_true(r == 0 || r == -ENODEV);
                r = r == 0 ? authenticate(nfc, key) : r;
                assert_true(r == 0 || r == -ENODEV);
            }
            nfc_close_reader(nfc);
        }
        if (r != NFC_NO_DEVICE && r != -ENODEV) {
            fail_msg("unplugged at message %d: %d", 1 + i % MESSAGES, r);
        }
        acr122u_await_gone();
    }
    acr122u_tell("calm");
    acr122u_plug();
    struct nfc *nfc = open_reader();
    assert_works(nfc);
    nfc_close_reader(nfc);
}

/* Somebody else resets the reader under us. */
static void reset_by_the_host_it_works_on(void **state)
{
    (void)state;
    struct nfc_target target;
    acr122u_plug();
    struct nfc *nfc = open_reader();
    assert_works(nfc);
    for (int i = 0; i < RESETS; i++) {
        int64_t before = acr122u_count("resets");
        acr122u_tell(MEMBER);
        assert_int_equal(nfc_select(nfc, &target), 0);
        assert_int_equal(acr122u_reset(), 0);
        assert_true(acr122u_count("resets") > before);
        assert_int_equal(nfc_present(nfc, &target), 0);
        assert_works(nfc);
    }
    nfc_close_reader(nfc);
}

static void a_slow_card_has_the_time_that_was_given_to_it(void **state)
{
    (void)state;
    static const uint8_t version[] = {0x90, 0x60, 0x00, 0x00, 0x00};
    struct nfc_target target;
    uint8_t answer[64];
    acr122u_plug();
    struct nfc *nfc = open_reader();
    acr122u_tell(MEMBER);
    assert_int_equal(nfc_select(nfc, &target), 0);
    acr122u_tell("dial slow_ms 150");
    assert_int_equal(nfc_transceive(nfc, version, sizeof(version), answer, sizeof(answer), TRANSCEIVE_MS), 9);
    acr122u_tell("dial slow_ms 100000");
    assert_int_equal(nfc_transceive(nfc, version, sizeof(version), answer, sizeof(answer), TRANSCEIVE_MS), -ETIMEDOUT);
    acr122u_tell("calm");
    assert_works(nfc);
    nfc_close_reader(nfc);
}

int main(void)
{
#define READER(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        READER(a_card_is_seen_proves_itself_and_goes),
        READER(each_kind_of_card_is_read),
        READER(where_none_is_plugged_in_there_is_none),
        READER(one_that_is_named_by_its_place_is_opened),
        READER(unplugged_it_is_gone_at_once_for_every_call),
        READER(unplugged_at_any_message_it_is_given_up_and_comes_back),
        READER(reset_by_the_host_it_works_on),
        READER(a_slow_card_has_the_time_that_was_given_to_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
