/* The databases of a unit whose power fails at any instant, and what the gate makes of them when it comes back. One
 * start of the unit; tests/vm/power/cuts makes many of them on one disk, and cuts the power.
 *
 *   vm_power FOLDER first          makes the list, lets somebody in, ends
 *   vm_power FOLDER SEED SAID      holds the databases to what the file SAID says; load until the power fails
 *   vm_power FOLDER last SAID      the same without load: lets somebody in, ends, looks again */

#include "load.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_MS = 5 };

static struct whole w;
static struct account account;
static const char *what, *said;
static bool kept;

static void what_was_known_before_the_cut_is_there(void **state)
{
    (void)state;
    if (!said) {
        site_write_list(&w);
        kept = true;
        return;
    }
    account_read(&w, said, &account);
    kept = true;
    (void)printf("kept: %u events of which %u were seen, %u passages, %u unresolved, sync %lld of %lld\n",
                 (unsigned)account.last_seq, account.known_events, account.passages, account.unresolved,
                 (long long)account.sync_held, (long long)account.sync_done);
}

static int count(const struct journal_event *event, void *user)
{
    (void)event;
    ++*(unsigned *)user;
    return 0;
}

/* Grants that the cut left open end as unresolved: that they end so and not otherwise is the next account's. */
static void await_no_open_grant(void)
{
    struct journal_db *db = NULL;
    unsigned open = 1;
    int64_t until_us = clock_boot_us() + HARNESS_WAIT_MS * US_PER_MS;
    assert_int_equal(journal_db_open(w.h.journal_path, JOURNAL_DB_READ, &db), 0);
    while (open > 0) {
        open = 0;
        assert_int_equal(journal_db_open_grants(db, count, &open), 0);
        assert_true(clock_boot_us() < until_us);
        (void)poll(NULL, 0, open > 0 ? LOOK_MS : 0);
    }
    journal_db_close(db);
}

static void the_unit_goes_on(void **state)
{
    (void)state;
    assert_true(kept);
    whole_start(&w);
    await_no_open_grant();
    assert_true(load_walk(&w, 0, CARD_IDA, false));
    if (said && strcmp(what, "last") != 0) {
        site_say("load", 1, NULL);
        load_run(&w, &account, (uint32_t)strtoul(what, NULL, 10));
    }
    assert_int_equal(harness_gate_end(&w.h, SIGTERM), 0);
    account_read(&w, NULL, &account);
    for (unsigned i = 0; i < ACCOUNT_GRANTS_MAX; i++) {
        assert_int_equal(account.grants[i].ends, account.grants[i].start != 0);
    }
}

/* What nobody has flushed the kernel writes back after seconds, which few of these starts last. Sooner here, so that a
 * cut finds any part of it on the disk. */
static int write_back_soon(void)
{
    static const char *const settings[] = {"/proc/sys/vm/dirty_writeback_centisecs",
                                           "/proc/sys/vm/dirty_expire_centisecs"};
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        FILE *f = fopen(settings[i], "we");
        if (!f || fputs("5", f) < 0 || fclose(f) != 0) {
            perror(settings[i]);
            return -1;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_known_before_the_cut_is_there),
        cmocka_unit_test(the_unit_goes_on),
    };
    if (argc < 3) {
        (void)fputs("usage: vm_power FOLDER first | SEED SAID | last SAID\n", stderr);
        return 2;
    }
    what = argv[2];
    said = argc > 3 ? argv[3] : NULL;
    if (write_back_soon() < 0) {
        return 1;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    site_open(&w, argv[1]);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    whole_close(&w);
    return failed;
}
