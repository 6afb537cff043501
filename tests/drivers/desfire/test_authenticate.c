/* AES authentication: a trace of a real card that is known in public, byte by byte; then every way in which a card can
 * fail to prove itself. */

#include "base/text.h"
#include "drivers/desfire/desfire.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What the reader must send and what the card then answers (hex; NULL: the reader must not ask). */
struct step {
    const char *command;
    const char *answer;
    int error; /* instead of an answer; negative errno */
};

struct card {
    const struct step *steps;
    size_t n, at;
    const char *nonce;
};

enum { BYTES_MAX = 80 };

static const uint8_t aid[] = {0x56, 0x34, 0x12};
static const uint8_t zero_key[DESFIRE_KEY_SIZE];

static int play(void *user, const uint8_t *out, size_t n_out, uint8_t *ret_in, size_t size)
{
    struct card *card = user;
    char sent[2 * BYTES_MAX + 1];
    assert_true(card->at < card->n);
    const struct step *step = &card->steps[card->at++];
    text_to_hex(out, n_out, sent, sizeof(sent));
    if (step->command) {
        assert_string_equal(sent, step->command);
    }
    if (step->error) {
        return step->error;
    }
    uint8_t answer[BYTES_MAX];
    int n = step->answer[0] ? text_hex(step->answer, answer, sizeof(answer)) : 0;
    assert_true(n >= 0);
    if ((size_t)n > size) {
        return -EMSGSIZE;
    }
    memcpy(ret_in, answer, (size_t)n);
    return n;
}

static int nonce(void *user, uint8_t *ret_bytes, size_t n)
{
    struct card *card = user;
    if (!card->nonce) {
        return -EIO;
    }
    assert_int_equal(text_hex(card->nonce, ret_bytes, n), (int)n);
    return 0;
}

static int authenticate(const struct step *steps, size_t n, const char *with_nonce)
{
    struct card card = {.steps = steps, .n = n, .nonce = with_nonce};
    struct desfire_link link = {.transceive = play, .random = nonce, .user = &card};
    int r = desfire_authenticate(&link, aid, 0, zero_key);
    assert_int_equal(card.at, n); /* not one command more or less */
    return r;
}

/* The trace: key 00..00, B = c05ddd71 4fd788a6 b7b754f3 c4d066e8, A as below. */
#define NONCE  "f44b26f5686f3a391cd38ebd10772281"
#define SELECT "905a00000356341200"
#define AUTH   "90aa0000010000"
#define CHALL  "b969fdfe56fd91fc9de6f6f213b8fd1e"
#define MORE   "90af000020"
#define REPLY  "36aad7df6e436ba08d18613830a70d5ad43e3d3f4a8d47541eee623a934e4774"
#define PROOF  "800db680bc146bd121d6578f2d2e2059"

static void the_trace_of_a_real_card_is_genuine(void **state)
{
    (void)state;
    const struct step steps[] = {
        {SELECT, "9100", 0},
        {AUTH, CHALL "91af", 0},
        {MORE REPLY "00", PROOF "9100", 0},
    };
    assert_int_equal(authenticate(steps, 3, NONCE), 0);
}

static void one_wrong_bit_of_the_proof_is_not_genuine(void **state)
{
    (void)state;
    uint8_t proof[DESFIRE_KEY_SIZE];
    char text[2 * DESFIRE_KEY_SIZE + 5];
    for (unsigned bit = 0; bit < 8 * DESFIRE_KEY_SIZE; bit++) {
        assert_int_equal(text_hex(PROOF, proof, sizeof(proof)), (int)sizeof(proof));
        proof[bit / 8] ^= (uint8_t)(1U << bit % 8);
        text_to_hex(proof, sizeof(proof), text, sizeof(text));
        (void)snprintf(text + 2 * DESFIRE_KEY_SIZE, 5, "9100");
        const struct step steps[] = {{SELECT, "9100", 0}, {AUTH, CHALL "91af", 0}, {MORE REPLY "00", text, 0}};
        assert_int_equal(authenticate(steps, 3, NONCE), DESFIRE_NOT_GENUINE);
    }
}

static void a_card_that_says_our_words_back_is_not_genuine(void **state)
{
    (void)state;
    const struct step steps[] = {
        {SELECT, "9100", 0},
        {AUTH, CHALL "91af", 0},
        {NULL, "36aad7df6e436ba08d18613830a70d5a9100", 0},
    };
    assert_int_equal(authenticate(steps, 3, NONCE), DESFIRE_NOT_GENUINE);
}

static void a_wrong_answer_to_the_select_is_not_genuine(void **state)
{
    (void)state;
    static const char *const answers[] = {"", "91", "00", "91a0", "9000", "6a82", "009100", "910000"};
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        const struct step steps[] = {{SELECT, answers[i], 0}};
        assert_int_equal(authenticate(steps, 1, NONCE), DESFIRE_NOT_GENUINE);
    }
}

static void a_wrong_challenge_is_not_genuine(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "",
        "91af",
        "9140",
        "91ae",
        CHALL "9100",
        CHALL "90af",
        CHALL "00"
              "91af",
        CHALL CHALL "91af",
        "b969fdfe56fd91fc9de6f6f213b8fd91af",
        CHALL,
    };
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        const struct step steps[] = {{SELECT, "9100", 0}, {AUTH, answers[i], 0}};
        assert_int_equal(authenticate(steps, 2, NONCE), DESFIRE_NOT_GENUINE);
    }
}

static void a_wrong_end_is_not_genuine(void **state)
{
    (void)state;
    static const char *const answers[] = {"",
                                          "91ae",
                                          "9100",
                                          PROOF "91af",
                                          PROOF "9101",
                                          PROOF "00"
                                                "9100",
                                          PROOF};
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        const struct step steps[] = {{SELECT, "9100", 0}, {AUTH, CHALL "91af", 0}, {NULL, answers[i], 0}};
        assert_int_equal(authenticate(steps, 3, NONCE), DESFIRE_NOT_GENUINE);
    }
}

/* What the link says at each of the three steps, and what that means. */
static void errors_of_the_link_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        int error, result;
    } cases[] = {
        {-ENODATA, DESFIRE_TORN},
        {-EPROTO, DESFIRE_NOT_GENUINE},
        {-EMSGSIZE, DESFIRE_NOT_GENUINE},
        {-ETIMEDOUT, -ETIMEDOUT},
        {-ENODEV, -ENODEV},
        {-EIO, -EIO},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t at = 0; at < 3; at++) {
            struct step steps[] = {{SELECT, "9100", 0}, {AUTH, CHALL "91af", 0}, {NULL, PROOF "9100", 0}};
            steps[at].error = cases[i].error;
            assert_int_equal(authenticate(steps, at + 1, NONCE), cases[i].result);
        }
    }
}

static void without_random_numbers_nothing_is_proved(void **state)
{
    (void)state;
    const struct step steps[] = {{SELECT, "9100", 0}, {AUTH, CHALL "91af", 0}};
    assert_int_equal(authenticate(steps, 2, NULL), -EIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_trace_of_a_real_card_is_genuine),
        cmocka_unit_test(one_wrong_bit_of_the_proof_is_not_genuine),
        cmocka_unit_test(a_card_that_says_our_words_back_is_not_genuine),
        cmocka_unit_test(a_wrong_answer_to_the_select_is_not_genuine),
        cmocka_unit_test(a_wrong_challenge_is_not_genuine),
        cmocka_unit_test(a_wrong_end_is_not_genuine),
        cmocka_unit_test(errors_of_the_link_are_told_apart),
        cmocka_unit_test(without_random_numbers_nothing_is_proved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
