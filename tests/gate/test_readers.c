/* The supervisor of the readers' processes, against a reader that does what no reader should. */

#include "base/clock.h"
#include "base/text.h"
#include "gate/readers.h"
#include "gate/spawn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WAIT_US = 30000000 };

static struct gate_config config;
static char folder[] = "/tmp/stile-readers-XXXXXX";
static sd_event *event;
static struct readers *readers;

/* What was told of reader 0. */
static struct {
    unsigned ups, downs, cards, gone, proofs;
    char why[MESSAGE_TEXT_SIZE];
    struct unit_card card;
    enum message_proof proof;
} told;

static void on_state(void *user, unsigned reader, bool working, const char *why)
{
    (void)user;
    (void)reader;
    told.ups += working;
    told.downs += !working;
    if (!working) {
        (void)text_copy(told.why, sizeof(told.why), why);
    }
}

static void on_seen(void *user, unsigned reader, const struct unit_card *card)
{
    (void)user;
    (void)reader;
    told.cards++;
    told.card = *card;
}

static void on_proof(void *user, unsigned reader, const struct card_number *card, enum message_proof proof)
{
    (void)user;
    (void)reader;
    assert_true(card_equal(card, &told.card.number));
    told.proofs++;
    told.proof = proof;
}

static void on_gone(void *user, unsigned reader)
{
    (void)user;
    (void)reader;
    told.gone++;
}

static const struct readers_ops ops = {.state = on_state, .seen = on_seen, .proof = on_proof, .gone = on_gone};

static void begin(const char *name, const char *program)
{
    memset(&told, 0, sizeof(told));
    memset(&config, 0, sizeof(config));
    config.n_readers = 1;
    config.n_lanes = 1;
    config.heartbeat_us = 600000;
    (void)text_copy(config.readers[0].name, sizeof(config.readers[0].name), name);
    (void)text_copy(config.readers[0].device, sizeof(config.readers[0].device), "fake");
    (void)text_copy(config.reader_program, sizeof(config.reader_program), program);
    assert_true(sd_event_new(&event) >= 0);
    assert_int_equal(readers_start(event, &config, &ops, NULL, &readers), 0);
}

static void end(void)
{
    readers_stop(readers);
    readers = NULL;
    event = sd_event_unref(event);
    /* Nothing is left of it. */
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* One turn of the loop. It may end with nothing done: a timer that was set anew meanwhile still wakes it. */
static void turn(int64_t until_us)
{
    assert_true(clock_boot_us() < until_us);
    assert_true(sd_event_run(event, WAIT_US) >= 0);
}

/* Runs the loop until *@count has reached @wanted. */
static void await(const unsigned *count, unsigned wanted)
{
    int64_t until_us = clock_boot_us() + WAIT_US;
    while (*count < wanted) {
        turn(until_us);
    }
}

static void a_reader_that_misbehaves_is_replaced_and_then_works(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *why;
    } faults[] = {
        {"mute", "no hello in time"},     {"early", "speaks before its hello"},
        {"silent", "heartbeat missed"},   {"garbage", "sends garbage"},
        {"oversized", "sends garbage"},   {"foreign", "sends what no reader sends"},
        {"exits", "ended with status 5"}, {"crashes", "ended by signal 6"},
        {"closes", "closed its socket"},  {"floods", "tells of more cards than there can be"},
        {"faults", "the chip is gone"},
    };
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        begin(faults[i].name, FAKE_READER);
        await(&told.downs, 1);
        assert_string_equal(told.why, faults[i].why);
        unsigned ups = told.ups;
        await(&told.ups, ups + 1);
        struct reader_status s = readers_status(readers, 0);
        assert_true(s.working);
        assert_int_equal(s.restarts, 1);
        assert_int_equal(s.sandbox, 7);
        assert_string_equal(s.chip, "fake");
        assert_int_equal(told.downs, 1);
        end();
    }
}

static void a_card_and_its_proof_are_passed_on(void **state)
{
    (void)state;
    uint8_t key[MESSAGE_KEY_SIZE] = {0x2a};
    begin("good", FAKE_READER);
    await(&told.cards, 1);
    assert_int_equal(told.card.number.len, 4);
    assert_true(told.card.can_desfire);
    assert_true(told.card.uid_us > 0 && told.card.field_us <= told.card.uid_us);
    assert_int_equal(readers_authenticate(readers, 0, &told.card.number, key), 0);
    await(&told.gone, 1);
    assert_int_equal(told.proofs, 1);
    assert_int_equal(told.proof, MESSAGE_PROOF_GENUINE);
    assert_true(readers_status(readers, 0).answer_us >= 0);
    end();
}

static void a_card_that_fails_is_told_and_a_proof_that_nobody_asked_for_is_not(void **state)
{
    (void)state;
    uint8_t key[MESSAGE_KEY_SIZE] = {0};
    begin("good", FAKE_READER);
    await(&told.cards, 1);
    assert_int_equal(readers_authenticate(readers, 0, &told.card.number, key), 0);
    await(&told.gone, 1);
    assert_int_equal(told.proofs, 1);
    assert_int_equal(told.proof, MESSAGE_PROOF_FAILED);
    end();
}

static void a_time_that_cannot_be_is_not_believed(void **state)
{
    (void)state;
    begin("liar", FAKE_READER);
    await(&told.cards, 1);
    assert_true(told.card.uid_us <= clock_boot_us());
    end();
}

static void a_reader_that_is_not_there_is_tried_again(void **state)
{
    (void)state;
    begin("absent", "/nonexistent/reader");
    uint8_t key[MESSAGE_KEY_SIZE] = {0};
    struct card_number uid;
    assert_true(card_parse("01020304", &uid));
    int64_t until_us = clock_boot_us() + WAIT_US;
    while (readers_status(readers, 0).restarts < 1) {
        turn(until_us);
    }
    assert_false(readers_status(readers, 0).working);
    assert_string_equal(readers_status(readers, 0).fault, "No such file or directory");
    assert_int_equal(readers_authenticate(readers, 0, &uid, key), -ENODEV);
    end();
}

static void one_that_does_not_quit_is_killed(void **state)
{
    (void)state;
    begin("stays", FAKE_READER);
    await(&told.ups, 1);
    end();
}

static void a_child_gets_its_socket_and_nothing_else(void **state)
{
    (void)state;
    /* Descriptors that a careless part of the process might leave open. */
    int a = dup(STDERR_FILENO);
    int b = open("/dev/null", O_RDWR);
    assert_true(a >= 0 && b >= 0);
    assert_int_equal(setenv("NOTIFY_SOCKET", "/nowhere", 1), 0);
    begin("descriptors", FAKE_READER);
    await(&told.downs, 1);
    assert_string_equal(told.why, "clean");
    end();
    (void)unsetenv("NOTIFY_SOCKET");
    (void)close(a);
    (void)close(b);
}

static void a_program_that_cannot_be_run_is_an_error_of_spawn(void **state)
{
    (void)state;
    const char *const missing[] = {"/nonexistent", NULL};
    const char *const no_program[] = {"/etc/passwd", NULL};
    pid_t pid = 77;
    assert_int_equal(spawn_child(missing, STDERR_FILENO, &pid), -ENOENT);
    assert_int_equal(spawn_child(no_program, STDERR_FILENO, &pid), -EACCES);
    assert_int_equal(pid, 77);
}

int main(void)
{
    sigset_t child;
    (void)sigemptyset(&child);
    (void)sigaddset(&child, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &child, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    if (!mkdtemp(folder) || setenv("FAKE_FOLDER", folder, 1) < 0) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_that_misbehaves_is_replaced_and_then_works),
        cmocka_unit_test(a_card_and_its_proof_are_passed_on),
        cmocka_unit_test(a_card_that_fails_is_told_and_a_proof_that_nobody_asked_for_is_not),
        cmocka_unit_test(a_time_that_cannot_be_is_not_believed),
        cmocka_unit_test(a_reader_that_is_not_there_is_tried_again),
        cmocka_unit_test(one_that_does_not_quit_is_killed),
        cmocka_unit_test(a_child_gets_its_socket_and_nothing_else),
        cmocka_unit_test(a_program_that_cannot_be_run_is_an_error_of_spawn),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char command[80];
    (void)snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command) == 0 ? failed : 1;
}
