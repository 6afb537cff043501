#include "base/file.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static char folder[] = "/tmp/stile-test-file-XXXXXX";
static char path[128], fresh[128];

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(path, sizeof(path), "%s", "");
    if (!mkdtemp(folder)) {
        return -1;
    }
    (void)snprintf(path, sizeof(path), "%s/list", folder);
    (void)snprintf(fresh, sizeof(fresh), "%s/list.new", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    (void)unlink(fresh);
    return rmdir(folder);
}

static void check_content(const char *expected, size_t n)
{
    _cleanup_free_ char *data = NULL;
    size_t size = 99;
    assert_int_equal(file_read(path, 1000, &data, &size), 0);
    assert_int_equal(size, n);
    assert_memory_equal(data, expected, n);
    assert_int_equal(data[n], 0);
}

static void a_file_is_replaced_whole_and_read_back(void **state)
{
    (void)state;
    struct stat st;
    assert_int_equal(file_replace(path, "first", 5, 0640), 0);
    check_content("first", 5);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0137, 0); /* nothing beyond 0640 */
    assert_int_equal(file_replace(path, "a\0b", 3, 0600), 0);
    check_content("a\0b", 3);
    assert_int_equal(file_replace(path, "", 0, 0600), 0);
    check_content("", 0);
    assert_int_equal(access(fresh, F_OK), -1); /* nothing is left beside it */
}

static void what_an_interrupted_replacement_left_is_in_nobodys_way(void **state)
{
    (void)state;
    assert_int_equal(file_replace(path, "old", 3, 0600), 0);
    assert_int_equal(file_replace(fresh, "half of it and more", 19, 0600), 0);
    check_content("old", 3);
    assert_int_equal(file_replace(path, "new", 3, 0600), 0);
    check_content("new", 3);
}

static void a_replacement_writes_to_nothing_that_was_planted_in_its_way(void **state)
{
    (void)state;
    char victim[128];
    struct stat st;
    (void)snprintf(victim, sizeof(victim), "%s/victim", folder);
    assert_int_equal(file_replace(victim, "theirs", 6, 0600), 0);
    assert_int_equal(symlink(victim, fresh), 0);
    assert_int_equal(file_replace(path, "one", 3, 0600), 0);
    check_content("one", 3);
    assert_int_equal(link(victim, fresh), 0);
    assert_int_equal(file_replace(path, "two", 3, 0600), 0);
    check_content("two", 3);
    assert_int_equal(stat(victim, &st), 0);
    assert_int_equal(st.st_size, 6);
    assert_int_equal(unlink(victim), 0);
    assert_int_equal(mkfifo(fresh, 0600), 0); /* opened for writing it would wait for a reader */
    assert_int_equal(file_replace(path, "three", 5, 0600), 0);
    check_content("three", 5);
    int open_to_all = open(fresh, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(open_to_all >= 0 && fchmod(open_to_all, 0666) == 0);
    assert_int_equal(file_replace(path, "four", 4, 0600), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(write(open_to_all, "x", 1), 1); /* whoever held it open holds another file */
    (void)close(open_to_all);
    check_content("four", 4);
    assert_int_equal(mkdir(fresh, 0700), 0);
    assert_true(file_replace(path, "five", 4, 0600) < 0);
    check_content("four", 4);
    assert_int_equal(rmdir(fresh), 0);
}

static void a_file_larger_than_the_limit_is_refused(void **state)
{
    (void)state;
    char *data = NULL;
    size_t size = 99;
    assert_int_equal(file_replace(path, "12345", 5, 0600), 0);
    assert_int_equal(file_read(path, 4, &data, &size), -EFBIG);
    assert_null(data);
    assert_int_equal(size, 99);
    assert_int_equal(file_read(path, 5, &data, &size), 0);
    free(data);
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    char *data = NULL;
    size_t size = 99;
    assert_int_equal(file_read("/no/such/file", 10, &data, &size), -ENOENT);
    assert_int_equal(file_read(folder, 10, &data, &size), -EINVAL);
    assert_int_equal(file_read("/dev/zero", 10, &data, &size), -EINVAL);
    assert_null(data);
    assert_int_equal(file_replace("/no/such/folder/file", "x", 1, 0600), -ENOENT);
    char long_path[5000];
    memset(long_path, 'x', sizeof(long_path) - 1);
    long_path[sizeof(long_path) - 1] = '\0';
    assert_int_equal(file_replace(long_path, "x", 1, 0600), -ENAMETOOLONG);
}

static void a_parent_is_flushed_wherever_it_is(void **state)
{
    (void)state;
    assert_int_equal(file_sync_parent(path), 0);
    assert_int_equal(file_sync_parent("no-folder-at-all"), 0);
    assert_int_equal(file_sync_parent("/root-of-all"), 0);
    assert_int_equal(file_sync_parent("/no/such/folder/file"), -ENOENT);
}

static void clean_up_closes_and_stealing_disarms(void **state)
{
    (void)state;
    int kept, closed;
    {
        _cleanup_close_ int a = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        _cleanup_close_ int b = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(a >= 0 && b >= 0);
        closed = a;
        kept = STEAL_FD(b);
        assert_int_equal(b, -1);
        errno = EDOM;
    }
    assert_int_equal(errno, EDOM);
    assert_int_equal(fcntl(closed, F_GETFD), -1);
    assert_int_not_equal(fcntl(kept, F_GETFD), -1);
    (void)close(kept);
    char *text = strdup("mine");
    char *taken;
    {
        _cleanup_free_ char *held = text;
        taken = STEAL_PTR(held);
        assert_null(held);
    }
    assert_string_equal(taken, "mine");
    free(taken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_replaced_whole_and_read_back),
        cmocka_unit_test(what_an_interrupted_replacement_left_is_in_nobodys_way),
        cmocka_unit_test(a_replacement_writes_to_nothing_that_was_planted_in_its_way),
        cmocka_unit_test(a_file_larger_than_the_limit_is_refused),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(a_parent_is_flushed_wherever_it_is),
        cmocka_unit_test(clean_up_closes_and_stealing_disarms),
    };
    return cmocka_run_group_tests_name("base.file", tests, make_folder, remove_folder);
}
