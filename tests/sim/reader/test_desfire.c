/* The DESFire card: recorded sessions of real cards are played again byte for byte, and what no record shows is checked from
 * a host's side. */

#include "base/text.h"
#include "sim/reader/card_desfire_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { HEX_MAX = 300 };

static size_t hex(const char *text, uint8_t *ret)
{
    int n = text_hex(text, ret, HEX_MAX);
    assert_true(n >= 0);
    return (size_t)n;
}

static struct desfire *make(const char *options_text)
{
    struct card_options options;
    struct card *card = NULL;
    const char *why = NULL;
    assert_int_equal(card_options_parse(options_text, &options, &why), 0);
    assert_int_equal(card_new(&options, &card), 0);
    card_select(card);
    return (struct desfire *)card;
}

/* Sends a native command; the whole answer, status first, must be @expected. */
static void play(struct desfire *d, const char *command, const char *expected)
{
    struct card_reply reply;
    uint8_t in[HEX_MAX], want[HEX_MAX];
    char got[2 * CARD_FRAME_MAX + 1], wanted[2 * CARD_FRAME_MAX + 1];
    size_t n = hex(command, in);
    card_exchange(&d->card, CARD_WAY_APDU, in, n, &reply);
    assert_int_equal(reply.status, CARD_OK);
    text_to_hex(reply.bytes, reply.n, got, sizeof got);
    text_to_hex(want, hex(expected, want), wanted, sizeof wanted);
    assert_string_equal(got, wanted);
}

/* Lets the card's next challenge be what it was in a record: @enciphered with the key that is used. */
static void record_challenge(struct desfire *d, uint8_t key_number, const char *enciphered)
{
    const struct desfire_app *app = &d->apps[d->app];
    struct crypto crypto;
    uint8_t iv[CRYPTO_BLOCK_MAX] = {0};
    uint8_t bytes[HEX_MAX];
    size_t n = hex(enciphered, bytes);
    crypto_init(&crypto, app->kind, app->keys[key_number].bytes);
    crypto_cbc_decrypt(&crypto, iv, bytes, n);
    memcpy(d->challenge, bytes, n);
    d->has_challenge = true;
}

/* Puts the card into a session whose key is recorded and whose beginning is not. */
static void enter_session(struct desfire *d, enum crypto_kind kind, const char *session_key)
{
    uint8_t key[HEX_MAX];
    assert_int_equal(hex(session_key, key), crypto_key_size(kind));
    d->session = (struct desfire_session){.scheme = DESFIRE_EV1};
    crypto_init(&d->session.crypto, kind, key);
}

static void a_recorded_session_with_single_des_plays_again(void **state)
{
    struct desfire *d = make("desfire uid=04063f72633480");
    (void)state;
    play(d, "45", "00 0f 01");
    record_challenge(d, 0, "5d994ce085f24089");
    play(d, "1a00", "af 5d994ce085f24089");
    play(d, "af 21d0ad5f2fd97454 a746cc80567f1b1c", "00 913c6ded84221c41");
    play(d, "60", "af 04010101001a05");
    play(d, "af", "af 04010101041a05");
    play(d, "af", "00 04063f72633480 ba4519e3204913 cdc810bafa401759");
    play(d, "fc", "00 9c2c813a065c45f7");
    play(d, "ca16de000f02", "00 0a1379b01d85ad47");
    play(d, "ca24de000f42", "00 5d73ae5287a1bbe4");
    play(d, "ca16ae000f82", "00 3b68d72a3be0d20c");
    play(d, "caccbbaa0f01", "00 f11ac0738ef83878");
    play(d, "6a", "00 16de00 24de00 16ae00 ccbbaa 2739154e2630d650");
    play(d, "daccbbaa", "00 a9af19052292f662");
    play(d, "6a", "00 16de00 24de00 16ae00 520e51e00af06d5e");
    play(d, "5a16de00", "00");
    record_challenge(d, 0, "8476d1cf3024b7c7");
    play(d, "1a00", "af 8476d1cf3024b7c7");
    play(d, "af dac67ab743763dc9 faf8a0ae504e80c5", "00 13e9e4fa4388bf16");
    play(d, "45", "00 0f02 25dd8d7731b1cfd5");
    play(d, "54 27882805fc3fd49d", "00 a628378374270acd");
    play(d, "45", "00 0d02 613fb2d3f453d2e4");
    card_free(&d->card);
}

static void a_recorded_session_with_two_key_des_plays_again(void **state)
{
    struct desfire *d = make("desfire uid=04063f72633480");
    (void)state;
    play(d, "ca16de000f02", "00");
    play(d, "5a16de00", "00");
    record_challenge(d, 0, "de50f92310caf5a5");
    play(d, "1a00", "af de50f92310caf5a5");
    play(d, "af e00616668704d554 9c8d6a13a0f8fced", "00 1d9d2954697de760");
    play(d, "c400 bede0fc6ed347dcf 0d51c717df75d97d 2c5a2ba6cac7479d", "00");
    record_challenge(d, 0, "b295579926155ae3");
    play(d, "1a00", "af b295579926155ae3");
    play(d, "af 70f349740c945dae 159ba9fedbcc461a", "00 b8fd7fe56b241fc4");
    play(d, "c400 94e4f709dc2a2b07 552610a1966e5c49 ec90f616edeca55b", "00");
    record_challenge(d, 0, "9414819cc8bb62c3");
    play(d, "1a00", "af 9414819cc8bb62c3");
    play(d, "af 937e6b1854a6d92e 0fd975d9909001e8", "00 e055d11dd9535060");
    play(d, "6400", "00 10 3345aa95f2d956cf");
    play(d, "c400 fc9e20fd77191e2a ab0cfd53d9999984 bc59e886bfeb42d0", "00");
    record_challenge(d, 0, "53a670d78c0dffd6");
    play(d, "1a00", "af 53a670d78c0dffd6");
    play(d, "af b308408b575a2025 253d49d693ccc29c", "00 525bb01e5b70b794");
    play(d, "c401 4eb669e48dca5847 49542e1be89cb4c7 845a38c57d19de59", "00 2ead04dcf121e0fe");
    play(d, "c401 fa7befa6782c93e8 d69cf7352cfd33df 5bc8ac4fba4906fc", "00 cb0a506405512893");
    card_free(&d->card);
}

static void a_recorded_session_with_three_key_des_plays_again(void **state)
{
    struct desfire *d = make("desfire uid=04063f72633480");
    (void)state;
    play(d, "ca24de000f42", "00");
    play(d, "5a24de00", "00");
    record_challenge(d, 0, "bc1c570bc9481561 87132364e4dce176");
    play(d, "1a00", "af bc1c570bc9481561 87132364e4dce176");
    play(d, "af dddc9a77597f03a4 0c7faa362f45a8ea dbe46a115d98198c bf36a6e51b39d87c",
         "00 7244d935ed9a1306 cd8c841a7c1de39a");
    play(d, "c400 f4f865f318cb9de8 0b2b165145021f4f 3afef1244fea42fc 997726fde750741d", "00");
    assert_memory_equal(d->apps[d->app].keys[0].bytes + 16, "\x70\x60\x50\x40\x30\x20\x10\x00", 8);
    card_free(&d->card);
}

static void recorded_sessions_with_aes_play_again(void **state)
{
    struct desfire *d = make("desfire aid=16ae00 key=00000000000000000000000000000000 keyno=0");
    (void)state;
    play(d, "5a16ae00", "00");
    record_challenge(d, 0, "b969fdfe56fd91fc9de6f6f213b8fd1e");
    play(d, "aa00", "af b969fdfe56fd91fc9de6f6f213b8fd1e");
    play(d, "af 36aad7df6e436ba08d18613830a70d5a d43e3d3f4a8d47541eee623a934e4774",
         "00 800db680bc146bd121d6578f2d2e2059");
    play(d, "c400 e9f85e219496c2b58c1090dc3935fae9 e840cf61b383d9531946256b1f110c10", "00");
    enter_session(d, CRYPTO_AES, "c2a1e47b27104712fe6d00a71177a19b");
    play(d, "c400 2945e3760e60f4a4046bb8a505b31cf5 59a3a2e05213bc82942ca6ab5dbcecf5", "00");
    enter_session(d, CRYPTO_AES, "c2a1e47bd8100044fe6d00a74d7ab17c");
    play(d, "c401 e7eccb6bd1ca64bc161a12b1c024f714 30337408c8a87eacab7a1ff18951fca3", "00 2128d3cd9c9acfff");
    play(d, "5a16ae00", "00");
    play(d, "6401", "00 10");
    card_free(&d->card);
}

static void a_recorded_file_plays_again(void **state)
{
    struct desfire *d = make("desfire aid=16ae00 key=10182028303840485058606870788088 keyno=1");
    (void)state;
    play(d, "5a16ae00", "00");
    record_challenge(d, 1, "b351cb2465d4f33ac627fd6e87a168f2");
    play(d, "aa01", "af b351cb2465d4f33ac627fd6e87a168f2");
    play(d, "af 044b6cac343a08658951 49649ca8dde1f5ac4ec67bd208900af02f049e05f0b0",
         "00 a2ee144b1012fbeb7b2f11132d95a454");
    play(d, "cd050011 00500000", "00 a75316ad1596b953");
    play(d, "6f", "00 05 2d5ff67ffec9d2d3");
    play(d, "f505", "00 00001100500000 2aac7517024e09dc");
    play(d,
         "3d05000000340000 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
         "202122232425262728292a2b2c2d2e2f30313233",
         "00 765c9daa50ecb62f");
    play(d, "3d053400001c0000 3435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f", "00 3e0aed986b8b0f37");
    play(d, "bd0500000030 0000",
         "00 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"
         "4c65f1f842262bac");
    play(d, "bd05300000200000", "00 303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f f02205cf913c03c9");
    play(d, "df05", "00 1bef0d32b6d1d7f9");
    card_free(&d->card);
}

/* ---- a host ---- */

static const uint8_t host_key[16] = {0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe,
                                     0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
#define HOST_KEY "1032547698badcfe0123456789abcdef"

/* @return the status; the answer's data without it. */
static uint8_t send(struct desfire *d, const uint8_t *in, size_t n, uint8_t *ret, size_t *ret_n)
{
    struct card_reply reply;
    card_exchange(&d->card, CARD_WAY_APDU, in, n, &reply);
    assert_true(reply.n >= 1);
    memcpy(ret, reply.bytes + 1, reply.n - 1);
    *ret_n = reply.n - 1;
    return reply.bytes[0];
}

/* Authenticates as a host does with @key; @return the card's last status, with the session's cipher. */
static uint8_t authenticate(struct desfire *d, uint8_t number, const uint8_t *key, struct crypto *ret_session)
{
    struct crypto crypto;
    uint8_t iv[CRYPTO_BLOCK_MAX] = {0};
    uint8_t b[64], both[33] = {0xaf}, answer[64], session[16];
    size_t n;
    crypto_init(&crypto, CRYPTO_AES, key);
    uint8_t status = send(d, (const uint8_t[]){0xaa, number}, 2, b, &n);
    if (status != DESFIRE_MORE) {
        return status;
    }
    assert_int_equal(n, 16);
    crypto_cbc_decrypt(&crypto, iv, b, 16);
    for (uint8_t i = 0; i < 16; i++) {
        both[1 + i] = (uint8_t)(0xa0 + i);
        both[17 + i] = b[(i + 1) % 16];
    }
    memcpy(session, both + 1, 4);
    memcpy(session + 4, b, 4);
    memcpy(session + 8, both + 13, 4);
    memcpy(session + 12, b + 12, 4);
    crypto_cbc_encrypt(&crypto, iv, both + 1, 32);
    status = send(d, both, 33, answer, &n);
    if (status == DESFIRE_OK) {
        assert_int_equal(n, 16);
        crypto_cbc_decrypt(&crypto, iv, answer, 16);
        assert_int_equal(answer[0], 0xa1);
        assert_int_equal(answer[15], 0xa0);
        crypto_init(ret_session, CRYPTO_AES, session);
    }
    return status;
}

static void an_enciphered_file_is_read_by_its_key(void **state)
{
    struct desfire *d = make("desfire aid=f58540 keyno=2 key=" HOST_KEY " comm=full data=00112233445566778899");
    struct crypto session;
    uint8_t iv[CRYPTO_BLOCK_MAX] = {0};
    uint8_t answer[64];
    uint8_t covered[11] = {0};
    size_t n;
    static const uint8_t read[] = {0xbd, 0x01, 0x00, 0x00, 0x00, 0x0a, 0x00, 0x00};
    (void)state;
    play(d, "5af58540", "00");
    play(d, "bd010000000a0000", "ae");
    assert_int_equal(authenticate(d, 2, host_key, &session), DESFIRE_OK);
    crypto_cmac(&session, iv, read, sizeof read);
    assert_int_equal(send(d, read, sizeof read, answer, &n), DESFIRE_OK);
    assert_int_equal(n, 16);
    crypto_cbc_decrypt(&session, iv, answer, n);
    assert_memory_equal(answer, "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99", 10);
    memcpy(covered, answer, 10); /* and the status */
    uint32_t crc = crypto_crc32(UINT32_MAX, covered, sizeof covered);
    assert_int_equal(answer[10] | answer[11] << 8, crc & 0xffff);
    assert_int_equal(answer[12] | answer[13] << 8, crc >> 16);
    assert_int_equal(answer[14] | answer[15], 0);
    card_free(&d->card);
}

/* Writes 100 bytes, enciphered, in two frames, and reads them back in three. */
static void a_long_enciphered_write_goes_over_several_frames(void **state)
{
    struct desfire *d = make("desfire aid=f58540 keyno=0 key=" HOST_KEY);
    struct crypto session;
    uint8_t iv[CRYPTO_BLOCK_MAX] = {0};
    uint8_t message[8 + 112] = {0x3d, 0x04, 0, 0, 0, 100, 0, 0};
    uint8_t frame[60] = {0xaf};
    uint8_t answer[200];
    size_t n, more;
    (void)state;
    play(d, "5af58540", "00");
    play(d, "cd04030000800000", "00"); /* full, all with key 0, 128 bytes */
    assert_int_equal(authenticate(d, 0, host_key, &session), DESFIRE_OK);
    for (uint8_t i = 0; i < 100; i++) {
        message[8 + i] = i;
    }
    uint32_t crc = crypto_crc32(UINT32_MAX, message, 108);
    for (size_t i = 0; i < 4; i++) {
        message[108 + i] = (uint8_t)(crc >> (8 * i));
    }
    crypto_cbc_encrypt(&session, iv, message + 8, 112);
    assert_int_equal(send(d, message, 60, answer, &n), DESFIRE_MORE);
    assert_int_equal(n, 0);
    memcpy(frame + 1, message + 60, 59);
    assert_int_equal(send(d, frame, 60, answer, &n), DESFIRE_MORE);
    memcpy(frame + 1, message + 119, 1);
    assert_int_equal(send(d, frame, 2, answer, &n), DESFIRE_OK);
    uint8_t none[1] = {0};
    crypto_cmac(&session, iv, none, 1); /* over the status */
    assert_int_equal(n, 8);
    assert_memory_equal(answer, iv, 8);
    static const uint8_t read[] = {0xbd, 0x04, 0x00, 0x00, 0x00, 100, 0x00, 0x00};
    crypto_cmac(&session, iv, read, sizeof read);
    assert_int_equal(send(d, read, sizeof read, answer, &n), DESFIRE_MORE);
    assert_int_equal(n, 59);
    assert_int_equal(send(d, (const uint8_t[]){0xaf}, 1, answer + n, &more), DESFIRE_OK);
    assert_int_equal(n + more, 112);
    crypto_cbc_decrypt(&session, iv, answer, 112);
    for (uint8_t i = 0; i < 100; i++) {
        assert_int_equal(answer[i], i);
    }
    card_free(&d->card);
}

static void a_wrong_key_ends_in_an_authentication_error(void **state)
{
    struct desfire *d = make("desfire aid=f58540 key=" HOST_KEY);
    struct crypto session;
    uint8_t wrong[16];
    (void)state;
    play(d, "5af58540", "00");
    memcpy(wrong, host_key, 16);
    wrong[15] ^= 1;
    assert_int_equal(authenticate(d, 0, wrong, &session), DESFIRE_NOT_AUTHENTICATED);
    assert_int_equal(authenticate(d, 9, host_key, &session), DESFIRE_NO_SUCH_KEY);
    assert_int_equal(authenticate(d, 0, host_key, &session), DESFIRE_OK);
    card_free(&d->card);
}

static void an_error_ends_the_session(void **state)
{
    struct desfire *d = make("desfire aid=f58540 key=" HOST_KEY);
    struct crypto session;
    (void)state;
    play(d, "5af58540", "00");
    assert_int_equal(authenticate(d, 0, host_key, &session), DESFIRE_OK);
    play(d, "bd070000000a0000", "f0");
    play(d, "51", "ae");
    card_free(&d->card);
}

static void a_forged_change_of_key_is_refused(void **state)
{
    struct desfire *d = make("desfire aid=16ae00");
    (void)state;
    play(d, "5a16ae00", "00");
    enter_session(d, CRYPTO_AES, "c2a1e47bd8100044fe6d00a74d7ab17c");
    play(d, "c401 e7eccb6bd1ca64bc161a12b1c024f714 30337408c8a87eacab7a1ff18951fca4", "1e");
    play(d, "6401", "00 00");
    card_free(&d->card);
}

static void commands_come_wrapped_too(void **state)
{
    struct desfire *d = make("desfire aid=f58540");
    (void)state;
    play(d, "905a000003f5854000", "9100");
    play(d, "905a00000311223300", "91a0");
    play(d, "9045000000", "0f85 9100");
    play(d, "90aa00000105", "9140");
    play(d, "905a000004f58540", "917e");
    play(d, "9045", "917e");
    play(d, "90aa0000020000", "917e");
    play(d, "00a4040007d276000085010100", "6a82");
    play(d, "99", "1c");
    play(d, "af", "ca");
    card_free(&d->card);
}

static void backup_files_change_when_committed(void **state)
{
    struct desfire *d = make("desfire aid=f58540");
    (void)state;
    play(d, "5af58540", "00");
    play(d, "cb0200eeee040000", "00");
    play(d, "3d0200000002000011 22", "00");
    play(d, "bd0200000004 0000", "00 00000000");
    play(d, "c7", "00");
    play(d, "bd0200000004 0000", "00 11220000");
    play(d, "3d0200000001000033", "00");
    play(d, "a7", "00");
    play(d, "c7", "0c");
    play(d, "bd0200000000 0000", "00 11220000");
    play(d, "bd0200040001 0000", "be");
    play(d, "3d0203000002000033 44", "be");
    play(d, "f502", "00 0100eeee040000");
    play(d, "5f0200eee0", "00");
    play(d, "f502", "00 0100eee0040000");
    card_free(&d->card);
}

static void memory_and_tables_have_an_end(void **state)
{
    struct desfire *d = make("desfire uid=04010203040506");
    char command[64];
    (void)state;
    for (unsigned i = 1; i < DESFIRE_APPS; i++) {
        (void)snprintf(command, sizeof command, "ca%02x00000f81", i);
        play(d, command, "00");
    }
    play(d, "caff00000f81", "ce");
    play(d, "ca0100000f81", "de");
    play(d, "caff00000f8f", "9e");
    play(d, "5a010000", "00");
    play(d, "cd0100eeee001f00", "0e"); /* 7936 bytes no longer fit */
    play(d, "cd0100eeee000000", "0e");
    play(d, "cd0102eeee100000", "9e");
    play(d, "cd2000eeee100000", "9e");
    play(d, "cd0100eeee001000", "00");
    play(d, "cd0100eeee010000", "de");
    card_free(&d->card);
}

static void settings_close_what_they_should(void **state)
{
    struct desfire *d = make("desfire aid=f58540 key=" HOST_KEY);
    (void)state;
    d->apps[0].settings = 0x08;
    d->apps[1].settings = 0x08;
    play(d, "6a", "ae");
    play(d, "ca0100000f81", "ae");
    play(d, "45", "ae");
    play(d, "fc", "ae");
    play(d, "daf58540", "ae");
    play(d, "5af58540", "00");
    play(d, "6f", "ae");
    play(d, "cd0100eeee100000", "ae");
    play(d, "ca0100000f81", "9d");
    card_free(&d->card);
}

static void a_random_uid_is_new_with_each_power_up(void **state)
{
    struct desfire *d = make("desfire uid=04aabbccddee80 random_uid=1 seed=5");
    uint8_t first[4];
    size_t n;
    (void)state;
    memcpy(first, card_uid(&d->card, &n), 4);
    assert_int_equal(n, 4);
    assert_int_equal(first[0], 0x08);
    card_select(&d->card);
    assert_memory_equal(card_uid(&d->card, &n), first, 4);
    card_power_off(&d->card);
    assert_memory_not_equal(card_uid(&d->card, &n), first, 4);
    assert_int_equal(card_uid(&d->card, &n)[0], 0x08);
    card_free(&d->card);
}

static void a_card_can_leave_its_checksum_out(void **state)
{
    struct desfire *d = make("desfire aid=16ae00 key=10182028303840485058606870788088 keyno=1");
    (void)state;
    play(d, "5a16ae00", "00");
    record_challenge(d, 1, "b351cb2465d4f33ac627fd6e87a168f2");
    play(d, "aa01", "af b351cb2465d4f33ac627fd6e87a168f2");
    play(d, "af 044b6cac343a0865895149649ca8dde1f5ac4ec67bd208900af02f049e05f0b0",
         "00 a2ee144b1012fbeb7b2f11132d95a454");
    card_leave_out_cmac(&d->card, true);
    play(d, "cd050011 00500000", "00");
    card_leave_out_cmac(&d->card, false);
    play(d, "6f", "00 05 2d5ff67ffec9d2d3"); /* the chain went on */
    card_free(&d->card);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recorded_session_with_single_des_plays_again),
        cmocka_unit_test(a_recorded_session_with_two_key_des_plays_again),
        cmocka_unit_test(a_recorded_session_with_three_key_des_plays_again),
        cmocka_unit_test(recorded_sessions_with_aes_play_again),
        cmocka_unit_test(a_recorded_file_plays_again),
        cmocka_unit_test(an_enciphered_file_is_read_by_its_key),
        cmocka_unit_test(a_long_enciphered_write_goes_over_several_frames),
        cmocka_unit_test(a_wrong_key_ends_in_an_authentication_error),
        cmocka_unit_test(an_error_ends_the_session),
        cmocka_unit_test(a_forged_change_of_key_is_refused),
        cmocka_unit_test(commands_come_wrapped_too),
        cmocka_unit_test(backup_files_change_when_committed),
        cmocka_unit_test(memory_and_tables_have_an_end),
        cmocka_unit_test(settings_close_what_they_should),
        cmocka_unit_test(a_random_uid_is_new_with_each_power_up),
        cmocka_unit_test(a_card_can_leave_its_checksum_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
