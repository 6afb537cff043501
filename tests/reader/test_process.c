/* The real stile-reader on stock libnfc and the simulated chip: cards, proofs, and how it ends when asked to. */

#include "base/text.h"
#include "drivers/desfire/diversify.h"
#include "reader/exit.h"
#include "simulated.h"
#include "started.h"

#include <linux/landlock.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define DESFIRE_UID "04782e21801d80"
#define APPLICATION "3042f5"

static struct simulated sim;

static int begin(void **state)
{
    (void)state;
    simulated_start(&sim);
    return 0;
}

static int end(void **state)
{
    (void)state;
    simulated_stop(&sim);
    return 0;
}

static void start(struct started *reader)
{
    started_begin(reader, sim.device);
    struct message hello = started_expect(reader, MESSAGE_READER_HELLO);
    assert_string_equal(hello.text, "PN532 v1.6");
}

static void expect_card(const struct message *message, const char *uid)
{
    char text[CARD_TEXT_SIZE];
    card_format(&message->card, text);
    assert_string_equal(text, uid);
}

static bool kernel_has_landlock(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

static void it_says_how_far_it_is_shut_in(void **state)
{
    (void)state;
    struct started reader;
    started_begin(&reader, sim.device);
    struct message hello = started_expect(&reader, MESSAGE_READER_HELLO);
    int64_t want = MESSAGE_SANDBOX_NO_NEW_PRIVS | MESSAGE_SANDBOX_SECCOMP;
    want |= kernel_has_landlock() ? MESSAGE_SANDBOX_LANDLOCK : 0;
    assert_int_equal(hello.value, want);
    assert_int_equal(started_stop(&reader), READER_EXIT_QUIT);
}

/* @return the value of a line of /proc/PID/status. */
static long status_of(pid_t pid, const char *name)
{
    char path[64];
    char line[256];
    long value = -1;
    (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    while (fgets(line, sizeof(line), f)) {
        if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':') {
            value = strtol(line + strlen(name) + 1, NULL, 10);
        }
    }
    (void)fclose(f);
    return value;
}

static void the_kernel_agrees_that_it_is_shut_in(void **state)
{
    (void)state;
    struct started reader;
    start(&reader);
    assert_int_equal(status_of(reader.pid, "NoNewPrivs"), 1);
    assert_int_equal(status_of(reader.pid, "Seccomp"), 2);
    assert_true(status_of(reader.pid, "Seccomp_filters") >= 2);
    assert_int_equal(started_stop(&reader), READER_EXIT_QUIT);
}

static void it_lives_while_nothing_happens(void **state)
{
    (void)state;
    struct started reader;
    start(&reader);
    for (int i = 0; i < 3; i++) {
        started_expect_alive(&reader);
    }
    assert_int_equal(started_stop(&reader), READER_EXIT_QUIT);
}

static void cards_come_and_go(void **state)
{
    (void)state;
    struct started reader;
    start(&reader);
    simulated_tell(&sim, "put classic uid=00010203");
    struct message seen = started_expect(&reader, MESSAGE_CARD_SEEN);
    expect_card(&seen, "00010203");
    assert_false(seen.can_desfire);
    assert_true(seen.field_us > 0 && seen.field_us <= seen.uid_us && seen.uid_us <= seen.boot_us);
    started_expect_alive(&reader); /* it lies there, and is not seen again */
    simulated_tell(&sim, "put ntag213 uid=04010203040506"); /* in its place */
    struct message gone = started_expect(&reader, MESSAGE_CARD_GONE);
    expect_card(&gone, "00010203");
    seen = started_expect(&reader, MESSAGE_CARD_SEEN);
    expect_card(&seen, "04010203040506");
    simulated_tell(&sim, "take");
    gone = started_expect(&reader, MESSAGE_CARD_GONE);
    expect_card(&gone, "04010203040506");
    assert_int_equal(started_stop(&reader), READER_EXIT_QUIT);
}

/* Puts a card (@put), sees it, and asks for the proof with the key of the vector in AN10922. */
static enum message_proof prove(struct started *reader, const char *put)
{
    static const uint8_t master[] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                     0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
    simulated_tell(&sim, put);
    struct message seen = started_expect(reader, MESSAGE_CARD_SEEN);
    struct message ask = {.kind = MESSAGE_AUTHENTICATE, .card = seen.card, .key_number = 1};
    uint8_t input[DIVERSIFY_INPUT_MAX];
    assert_int_equal(text_hex(APPLICATION, ask.aid, sizeof(ask.aid)), sizeof(ask.aid));
    size_t n = diversify_input(seen.card.bytes, seen.card.len, ask.aid, "NXP Abu", input);
    assert_int_equal(diversify_aes128(master, input, n, ask.key), 0);
    started_send(reader, &ask);
    struct message proof = started_expect(reader, MESSAGE_CARD_PROOF);
    assert_true(card_equal(&proof.card, &seen.card));
    return proof.proof;
}

static void remove_card(struct started *reader)
{
    simulated_tell(&sim, "take");
    (void)started_expect(reader, MESSAGE_CARD_GONE);
}

static void a_card_with_its_own_key_is_genuine(void **state)
{
    (void)state;
    struct started reader;
    start(&reader);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(prove(&reader, "put desfire uid=" DESFIRE_UID " aid=" APPLICATION
                                        " key=a8dd63a3b89d54b37ca802473fda9175 keyno=1"),
                         MESSAGE_PROOF_GENUINE);
        started_expect_alive(&reader); /* it lies there still, and is looked at */
        remove_card(&reader);
    }
    assert_int_equal(started_stop(&reader), READER_EXIT_QUIT);
}

static void a_card_that_is_not_ours_fails(void **state)
{
    (void)state;
    static const char *const cards[] = {
        /* another key; the key at another number; another application; none; another card's key; a clone of the UID */
        "put desfire uid=" DESFIRE_UID " aid=" APPLICATION " key=a8dd63a3b89d54b37ca802473fda9174 keyno=1",
        "put desfire uid=" DESFIRE_UID " aid=" APPLICATION " key=a8dd63a3b89d54b37ca802473fda9175 keyno=2",
        "put desfire uid=" DESFIRE_UID " aid=3042f6 key=a8dd63a3b89d54b37ca802473fda9175 keyno=1",
        "put desfire uid=" DESFIRE_UID,
        "put desfire uid=04782e21801d81 aid=" APPLICATION " key=a8dd63a3b89d54b37ca802473fda9175 keyno=1",
        "put foreign uid=" DESFIRE_UID,
        "put classic uid=" DESFIRE_UID,
        "put ntag213 uid=" DESFIRE_UID,
    };
    struct started reader;
    start(&reader);
    for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
        enum message_proof proof = prove(&reader, cards[i]);
        if (proof != MESSAGE_PROOF_FAILED) {
            fail_msg("%s: %d", cards[i], (int)proof);
        }
        remove_card(&reader);
    }
    assert_int_equal(started_stop(&reader), READER_EXIT_QUIT);
}

static void a_card_that_is_torn_away_proves_nothing(void **state)
{
    (void)state;
    struct started reader;
    start(&reader);
    for (int exchange = 1; exchange <= 3; exchange++) {
        char command[64];
        struct message seen;
        simulated_tell(&sim, "put desfire uid=" DESFIRE_UID " aid=" APPLICATION
                             " key=a8dd63a3b89d54b37ca802473fda9175 keyno=1");
        seen = started_expect(&reader, MESSAGE_CARD_SEEN);
        (void)snprintf(command, sizeof(command), "dial tear_after %d", exchange);
        simulated_tell(&sim, command);
        struct message ask = {.kind = MESSAGE_AUTHENTICATE, .card = seen.card, .key_number = 1};
        assert_int_equal(text_hex(APPLICATION, ask.aid, sizeof(ask.aid)), sizeof(ask.aid));
        assert_int_equal(text_hex("a8dd63a3b89d54b37ca802473fda9175", ask.key, sizeof(ask.key)), sizeof(ask.key));
        started_send(&reader, &ask);
        /* A look at the card may have been the exchange that tore it: then it is gone first. */
        struct message first = started_next(&reader);
        struct message second = started_next(&reader);
        assert_true((first.kind == MESSAGE_CARD_PROOF && second.kind == MESSAGE_CARD_GONE) ||
                    (first.kind == MESSAGE_CARD_GONE && second.kind == MESSAGE_CARD_PROOF));
        assert_int_equal(first.proof + second.proof, MESSAGE_PROOF_TORN);
        simulated_tell(&sim, "calm");
    }
    assert_int_equal(started_stop(&reader), READER_EXIT_QUIT);
}

static void it_ends_when_the_gate_wants_it(void **state)
{
    (void)state;
    struct started reader;
    struct message last = {0};
    start(&reader);
    const struct message quit = {.kind = MESSAGE_READER_QUIT};
    started_send(&reader, &quit);
    int status = started_end(&reader, &last);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), READER_EXIT_QUIT);
    assert_int_not_equal(last.kind, MESSAGE_READER_FAULT);
}

static void a_second_reader_on_the_same_device_is_refused(void **state)
{
    (void)state;
    struct started first;
    struct started second;
    struct message last = {0};
    start(&first);
    started_begin(&second, sim.device);
    int status = started_end(&second, &last);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), READER_EXIT_TAKEN);
    assert_int_equal(last.kind, MESSAGE_READER_FAULT);
    assert_string_equal(last.text, "another process has this reader");
    simulated_tell(&sim, "put classic uid=00010203"); /* the first hasn't noticed */
    (void)started_expect(&first, MESSAGE_CARD_SEEN);
    remove_card(&first);
    assert_int_equal(started_stop(&first), READER_EXIT_QUIT);
    start(&second); /* free again */
    assert_int_equal(started_stop(&second), READER_EXIT_QUIT);
}

static void what_is_no_reader_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *device;
        int exit;
        const char *why;
    } cases[] = {
        {"pn532_uart:/dev/nowhere", READER_EXIT_NO_DEVICE, "no such device"},
        {"pn532_uart:relative", READER_EXIT_USAGE, "the connection string needs a path"},
        {"acr122_pcsc", READER_EXIT_USAGE, "unknown libnfc driver"},
        {"", READER_EXIT_USAGE, "unknown libnfc driver"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct started reader;
        struct message last = {0};
        started_begin(&reader, cases[i].device);
        int status = started_end(&reader, &last);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), cases[i].exit);
        assert_int_equal(last.kind, MESSAGE_READER_FAULT);
        assert_string_equal(last.text, cases[i].why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_how_far_it_is_shut_in),
        cmocka_unit_test(the_kernel_agrees_that_it_is_shut_in),
        cmocka_unit_test(it_lives_while_nothing_happens),
        cmocka_unit_test(cards_come_and_go),
        cmocka_unit_test(a_card_with_its_own_key_is_genuine),
        cmocka_unit_test(a_card_that_is_not_ours_fails),
        cmocka_unit_test(a_card_that_is_torn_away_proves_nothing),
        cmocka_unit_test(it_ends_when_the_gate_wants_it),
        cmocka_unit_test(a_second_reader_on_the_same_device_is_refused),
        cmocka_unit_test(what_is_no_reader_is_named),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
