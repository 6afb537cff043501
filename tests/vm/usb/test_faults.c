/* What the driver makes of a reader on USB that goes wrong. Each fault in a process of its own, since libnfc comes down with some. */

#include "acr122u.h"
#include "drivers/nfc/nfc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CARD "put desfire uid=04112233445566"

enum { CHILD_S = 60, LOOKS = 3 };

/* What became of it. */
enum end {
    WORKS, /* the card is found */
    NO_READER, /* not opened */
    FAILS, /* -EIO or -EPROTO at every look */
    SILENT, /* -ETIMEDOUT at every look */
    RETURNS, /* any of these, or libnfc has come down: it depends on what lies in its memory, but it ends */
};

static const char *const end_texts[] = {"works", "no reader", "fails", "silent", "comes down"};

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

static enum end look(struct nfc *nfc)
{
    struct nfc_target target;
    int r = nfc_select(nfc, &target);
    return r == 0 ? WORKS : r == -ETIMEDOUT ? SILENT : FAILS;
}

/* Opens the reader, turns @dial (NULL: none), and looks for the card. */
static enum end try(const char *dial)
{
    struct nfc *nfc = NULL;
    if (nfc_open_reader("acr122_usb", &nfc) != 0) {
        return NO_READER;
    }
    acr122u_tell(CARD);
    if (dial) {
        acr122u_tell(dial);
    }
    enum end first = look(nfc);
    for (int i = 1; i < LOOKS; i++) {
        if (look(nfc) != first) {
            return RETURNS;
        }
    }
    nfc_close_reader(nfc);
    return first;
}

/* The same in a process of its own, which must come to an end. */
static enum end try_apart(const char *dial)
{
    int status = 0;
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        static const int ends[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}; /* cmocka catches them */
        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
            (void)signal(ends[i], SIG_DFL);
        }
        (void)alarm(CHILD_S);
        exit((int)try(dial)); /* it counts what it has gone through */
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) {
        assert_int_not_equal(WTERMSIG(status), SIGALRM);
        return RETURNS;
    }
    return (enum end)WEXITSTATUS(status);
}

static void expect(const char *what, enum end expected, enum end found)
{
    if (expected != RETURNS && found != expected) {
        fail_msg("%s: %s", what, end_texts[found]);
    }
}

static void each_fault_of_its_transfers_is_an_error_and_ends_with_it(void **state)
{
    (void)state;
    static const struct {
        const char *dial;
        enum end end;
    } faults[] = {
        {"stall_in", FAILS},
        {"stall_out", SILENT},
        {"no_answer", SILENT},
        {"empty", FAILS},
        {"short", FAILS},
        {"cut", RETURNS}, /* libnfc believes the length that the answer says */
        {"length_beyond", RETURNS},
        {"length_huge", FAILS},
        {"length_zero", FAILS},
        {"overlong", WORKS}, /* what is too much is dropped */
        {"split", FAILS},
        {"twice", WORKS}, /* each look gets the answer to the one before */
        {"wrong_type", FAILS},
        {"wrong_sequence", WORKS}, /* libnfc counts none */
        {"failed", SILENT},
        {"no_chip", FAILS},
        {"silent_before_ack", SILENT},
        {"silent_after_ack", SILENT},
        {"error_frame", FAILS},
        {"wrong_code", FAILS},
        {"bad_checksum", FAILS},
        {"bad_length", FAILS},
        {"truncated", SILENT},
        {"oversized", FAILS},
        {"garbage_within", FAILS},
        {"empty_ats", RETURNS},
    };
    acr122u_plug();
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "dial %s forever", faults[i].dial);
        expect(text, faults[i].end, try_apart(text));
        acr122u_tell("calm");
        expect(faults[i].dial, WORKS, try_apart(NULL)); /* without being unplugged */
    }
}

static void faulty_from_the_start_it_is_no_reader(void **state)
{
    (void)state;
    static const char *const faults[] = {"stall_in",    "stall_out", "no_answer",         "empty",
                                         "short",       "split",     "length_huge",       "length_zero",
                                         "wrong_type",  "failed",    "silent_before_ack", "no_chip",
                                         "error_frame", "truncated", "silent_after_ack",  "twice"};
    acr122u_plug();
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "dial %s forever", faults[i]);
        acr122u_tell(text);
        expect(text, NO_READER, try_apart(NULL));
        acr122u_tell("calm");
        expect(faults[i], WORKS, try_apart(NULL));
    }
}

static void one_that_lies_about_itself_is_read_or_no_reader(void **state)
{
    (void)state;
    static const struct {
        const char *lie;
        enum end end;
    } lies[] = {
        {"no_ccid", WORKS}, /* nobody needs it */
        {"ccid_beyond", RETURNS}, /* libusb 0.1 reads past the end */
        {"no_endpoints", NO_READER}, {"no_bulk_in", NO_READER},
        {"no_bulk_out", NO_READER},  {"endpoints_promised", NO_READER},
        {"not_bulk", NO_READER},     {"endpoint_short", NO_READER},
        {"endpoint_empty", RETURNS}, /* libusb 0.1 comes down */
        {"packet_zero", NO_READER}, /* the kernel leaves such endpoints out */
        {"packet_huge", WORKS}, /* the kernel makes it 64 */
        {"no_interface", NO_READER}, {"many_interfaces", NO_READER},
        {"total_beyond", WORKS}, /* the kernel takes what comes */
        {"total_short", NO_READER},  {"no_configuration", NO_READER},
        {"device_cut", NO_READER},
    };
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "descriptors %s", lies[i].lie);
        acr122u_tell(text);
        (void)acr122u_plug_odd();
        expect(text, lies[i].end, try_apart(NULL));
        acr122u_unplug();
        acr122u_tell("calm");
        acr122u_plug();
        expect(lies[i].lie, WORKS, try_apart(NULL));
        acr122u_unplug();
    }
}

int main(void)
{
#define READER(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        READER(each_fault_of_its_transfers_is_an_error_and_ends_with_it),
        READER(faulty_from_the_start_it_is_no_reader),
        READER(one_that_lies_about_itself_is_read_or_no_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
