/* A screen's account may read the databases and no more, while the gate has them open. As root a child gives its rights
 * up; anybody else takes the right to write from the files, which binds their owner too. */

#include "scratch.h"

#define LOG_MODULE "test"
#include "base/log.h"

#include "db/journal_db.h"
#include "db/list_db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { SCREEN_UID = 23456, STILE_GID = 12345 };

static struct scratch list_files, journal_files;

static int set_up(void **state)
{
    (void)state;
    log_set_level((enum log_level)(LOG_ERROR - 1));
    scratch_init(&list_files, "list.db");
    scratch_init(&journal_files, "journal.db");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)chmod(list_files.dir, 0700);
    (void)chmod(journal_files.dir, 0700);
    scratch_finish(&list_files);
    scratch_finish(&journal_files);
    return 0;
}

static void hand_over(const char *path, mode_t mode)
{
    if (geteuid() == 0) {
        assert_int_equal(chown(path, 0, STILE_GID), 0);
        assert_int_equal(chmod(path, mode), 0);
    } else {
        assert_int_equal(chmod(path, mode & ~(mode_t)S_IWUSR), 0);
    }
}

/* As the gate's unit leaves them: UMask=0027, group stile. */
static void give_away(const struct scratch *s)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        char path[160];
        (void)snprintf(path, sizeof(path), "%s%s", s->path, suffixes[i]);
        if (access(path, F_OK) == 0) {
            hand_over(path, 0640);
        }
    }
    hand_over(s->dir, 0750);
}

static void give_up_rights(void)
{
    if (geteuid() == 0 && (setgroups(0, NULL) < 0 || setgid(STILE_GID) < 0 || setuid(SCREEN_UID) < 0)) {
        _exit(90);
    }
    if (open(list_files.path, O_RDWR | O_CLOEXEC) >= 0 || errno != EACCES) {
        _exit(91); /* the test would show nothing */
    }
}

static int ended(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void make_list(void)
{
    struct list_db *list = NULL;
    assert_int_equal(list_db_open(list_files.path, LIST_DB_WRITE, &list), 0);
    list_db_close(list);
    scratch_sql(&list_files, "INSERT INTO photo VALUES (1, x'ffd8ff00')");
}

static int read_list(void)
{
    struct list_db *list = NULL;
    uint8_t image[LIST_PHOTO_MAX];
    size_t n = 0;
    int r = list_db_open(list_files.path, LIST_DB_READ, &list);
    if (r != 0) {
        return r < 0 ? 1 : 2;
    }
    r = list_db_photo(list, 1, image, sizeof(image), &n);
    list_db_close(list);
    return r == 0 && n == 4 ? 0 : 3;
}

static void an_account_that_may_only_read_reads_the_list_while_the_gate_has_it_open(void **state)
{
    (void)state;
    make_list();
    struct list_db *gate = NULL;
    struct list_meta meta;
    assert_int_equal(list_db_open(list_files.path, LIST_DB_READ, &gate),
                     0); /* the gate reads too: no writer is needed */
    assert_int_equal(list_db_meta(gate, &meta), 0);
    give_away(&list_files);
    give_away(&journal_files);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        give_up_rights();
        _exit(read_list());
    }
    assert_int_equal(ended(pid), 0);
    list_db_close(gate);
}

static void without_the_gate_it_is_told_an_error_and_not_that_the_list_is_broken(void **state)
{
    (void)state;
    make_list();
    give_away(&list_files);
    give_away(&journal_files);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        give_up_rights();
        _exit(read_list());
    }
    assert_int_equal(ended(pid), 1);
}

static void append_one(struct journal_db *db)
{
    struct journal_event event = {.kind = JOURNAL_START, .utc_us = 1, .line_us = -1};
    assert_int_equal(journal_db_append(db, &event, 1), 0);
}

static void read_journal_as_it_grows(int from_parent, int to_parent)
{
    struct journal_db *db = NULL;
    char byte = 0;
    if (journal_db_open(journal_files.path, JOURNAL_DB_READ, &db) != 0) {
        _exit(1);
    }
    if (journal_db_last_seq(db) != 1 || write(to_parent, "x", 1) != 1 || read(from_parent, &byte, 1) != 1) {
        _exit(2);
    }
    _exit(journal_db_last_seq(db) == 2 ? 0 : 3);
}

static void it_reads_the_journal_as_the_gate_writes_it(void **state)
{
    (void)state;
    make_list();
    struct journal_db *gate = NULL;
    int down[2];
    int up[2];
    char byte = 0;
    assert_int_equal(journal_db_open(journal_files.path, JOURNAL_DB_WRITE, &gate), 0);
    append_one(gate);
    give_away(&list_files);
    give_away(&journal_files);
    assert_int_equal(pipe(down), 0);
    assert_int_equal(pipe(up), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)close(down[1]);
        (void)close(up[0]);
        give_up_rights();
        read_journal_as_it_grows(down[0], up[1]);
    }
    (void)close(down[0]);
    (void)close(up[1]);
    bool reads = read(up[0], &byte, 1) == 1;
    append_one(gate);
    bool told = write(down[1], "x", 1) == 1;
    (void)close(down[1]);
    (void)close(up[0]);
    assert_int_equal(ended(pid), 0);
    assert_true(reads && told);
    journal_db_close(gate);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_account_that_may_only_read_reads_the_list_while_the_gate_has_it_open),
        TEST(without_the_gate_it_is_told_an_error_and_not_that_the_list_is_broken),
        TEST(it_reads_the_journal_as_the_gate_writes_it),
    };
    return cmocka_run_group_tests_name("readonly", tests, NULL, NULL);
}
