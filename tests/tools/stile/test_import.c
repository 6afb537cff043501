/* stile import, on good and bad files. What makes a line bad is db/import's own test. */

#include "run.h"
#include "site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define BRANCH "{\"type\":\"branch\",\"id\":1,\"name\":\"Centre\",\"time_zone\":\"UTC0\"}\n"
#define GOLD   "{\"type\":\"product\",\"id\":1,\"name\":\"Gold\"}\n"

static struct site site;
static struct run run;

static int open_site(void **state)
{
    (void)state;
    site_open(&site);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    site_close(&site);
    run_finish(&run);
    run.input = run.output = NULL;
    return 0;
}

static int64_t version(void)
{
    struct list_db *list = NULL;
    struct list_meta meta;
    assert_int_equal(list_db_open(site.list_path, LIST_DB_READ, &list), 0);
    assert_int_equal(list_db_meta(list, &meta), 0);
    list_db_close(list);
    return meta.version;
}

static void a_good_file_becomes_the_list(void **state)
{
    (void)state;
    site_write(&site, BRANCH "\n" GOLD);
    run_stile(&run, "import", site.file_path, NULL);
    run_is(&run, 0);
    run_says(&run, "version 1; 2 lines read\n");
    assert_string_equal(run.err, "");
    assert_int_equal(version(), 1);
    run_stile(&run, "import", site.file_path, "--merge", "--json", NULL);
    run_is(&run, 0);
    cJSON *json = run_json(&run);
    assert_true(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "done")));
    assert_int_equal(number_of(json, "version"), 2);
    assert_int_equal(number_of(json, "good"), 2);
    assert_string_equal(text_of(json, "list"), site.list_path);
    cJSON_Delete(json);
}

static void each_bad_line_is_named_and_leaves_the_list_as_it_was(void **state)
{
    (void)state;
    site_write(&site, BRANCH GOLD);
    run_stile(&run, "import", site.file_path, NULL);
    site_write(&site, BRANCH "nothing\n" GOLD "{\"type\":\"product\",\"id\":0,\"name\":\"Zero\"}\n");
    run_stile(&run, "import", site.file_path, NULL);
    run_is(&run, 1);
    run_complains(&run, "/file:2: ");
    run_complains(&run, "/file:4: id");
    run_complains(&run, "2 bad lines, 2 good; nothing was changed");
    assert_string_equal(run.out, "");
    assert_int_equal(version(), 1);

    run_stile(&run, "import", site.file_path, "--json", NULL);
    run_is(&run, 1);
    cJSON *lines = run_ndjson(&run);
    assert_int_equal(cJSON_GetArraySize(lines), 3);
    assert_int_equal(number_of(cJSON_GetArrayItem(lines, 0), "line"), 2);
    assert_int_equal(number_of(cJSON_GetArrayItem(lines, 1), "line"), 4);
    assert_non_null(strstr(text_of(cJSON_GetArrayItem(lines, 1), "reason"), "id"));
    assert_true(cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(lines, 2), "done")));
    assert_int_equal(number_of(cJSON_GetArrayItem(lines, 2), "bad"), 2);
    cJSON_Delete(lines);

    run_stile(&run, "import", "--keep-good", site.file_path, NULL);
    run_is(&run, 0);
    run_complains(&run, "/file:4: id");
    run_says(&run, "version 2; 2 lines read, 2 bad ones left out");
    assert_int_equal(version(), 2);
}

static void a_file_of_bad_lines_alone_changes_nothing(void **state)
{
    (void)state;
    site_write(&site, "x\n");
    run_stile(&run, "import", "--keep-good", "--format", "ndjson", site.file_path, NULL);
    run_is(&run, 1);
    run_complains(&run, "1 bad line, 0 good; nothing was changed\n");
    site_write(&site, "");
    run_stile(&run, "import", site.file_path, NULL);
    run_is(&run, 1);
    run_complains(&run, "nothing in the file");
}

static void a_table_of_members_is_read_from_standard_input(void **state)
{
    (void)state;
    site_write(&site, BRANCH GOLD);
    run_stile(&run, "import", site.file_path, NULL);
    site_write(&site, "card;product;name\n04a1b2c3;Gold;Ida\n04a1b2c4;Silver;Bo\n");
    run.input = site.file_path;
    run_stile(&run, "import", "-", "--format=csv", "--keep-good", NULL);
    run_is(&run, 0);
    run_complains(&run, "-:3: ");
    run_says(&run, "1 line read, 1 bad one left out");
    run_stile(&run, "import", "-", NULL); /* by its first character */
    run_is(&run, 1);
    run_complains(&run, "-:3: ");
}

static void no_configuration_is_needed_when_the_list_is_named(void **state)
{
    (void)state;
    char list[SITE_PATH_SIZE];
    (void)snprintf(list, sizeof(list), "%s/another.db", site.folder);
    site_write(&site, BRANCH GOLD);
    run_stile(&run, "--config", "/nowhere/gate.ini", "import", site.file_path, NULL);
    run_is(&run, 3);
    run_complains(&run, "/nowhere/gate.ini");
    run_stile(&run, "--config", "/nowhere/gate.ini", "import", site.file_path, "--list", list, NULL);
    run_is(&run, 0);
    assert_int_equal(access(list, R_OK), 0);
    assert_int_equal(access(site.list_path, F_OK), -1);
}

static void a_file_that_cannot_be_read_is_said(void **state)
{
    (void)state;
    run_stile(&run, "import", "/nowhere/list.csv", NULL);
    run_is(&run, 3);
    run_complains(&run, "/nowhere/list.csv: No such file");
    run_stile(&run, "import", site.folder, NULL);
    run_is(&run, 3);
    run_complains(&run, "Is a directory");
    site_write(&site, BRANCH);
    run_stile(&run, "import", site.file_path, "--list", "/nowhere/list.db", NULL);
    run_is(&run, 3);
    run_complains(&run, "/nowhere/list.db");
    assert_int_equal(access(site.list_path, F_OK), -1);
}

static int entries(const char *with)
{
    int n = 0;
    DIR *d = opendir(site.folder);
    assert_non_null(d);
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        n += strstr(e->d_name, with) != NULL;
    }
    (void)closedir(d);
    return n;
}

static void write_damaged_list(void)
{
    FILE *f = fopen(site.list_path, "w");
    assert_non_null(f);
    for (int i = 0; i < 5000; i++) {
        (void)fputs("no database", f);
    }
    assert_int_equal(fclose(f), 0);
}

static void a_damaged_list_is_set_aside_by_a_whole_new_one_only(void **state)
{
    (void)state;
    site_write(&site, BRANCH GOLD);
    write_damaged_list();
    run_stile(&run, "import", site.file_path, "--merge", NULL);
    run_is(&run, 3);
    run_complains(&run, "damaged");
    assert_int_equal(entries("corrupt"), 0);
    run_stile(&run, "import", site.file_path, NULL);
    run_is(&run, 0);
    run_complains(&run, "it was set aside");
    assert_int_equal(entries("corrupt"), 1);
    assert_int_equal(version(), 1);
}

static void a_list_of_a_newer_version_is_left_alone(void **state)
{
    (void)state;
    site_write(&site, BRANCH GOLD);
    run_stile(&run, "import", site.file_path, NULL);
    site_sql(site.list_path, "PRAGMA user_version = 999");
    run_stile(&run, "import", site.file_path, NULL);
    run_is(&run, 3);
    run_complains(&run, "newer version");
}

static void a_list_that_another_program_writes_is_left_to_it(void **state)
{
    (void)state;
    sqlite3 *db = NULL;
    site_write(&site, BRANCH GOLD);
    run_stile(&run, "import", site.file_path, NULL);
    assert_int_equal(sqlite3_open(site.list_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    run_stile(&run, "import", site.file_path, NULL);
    run_is(&run, 3);
    run_complains(&run, "another program is writing it; the list is as it was");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_int_equal(version(), 1);
}

/* Empty lines without end into standard input; the pipe's reader is at work once there is room again. */
static void an_interrupted_import_leaves_the_list_as_it_was(void **state)
{
    (void)state;
    static char blank[65536];
    char said[400] = "";
    int in[2];
    int err[2];
    int status = 0;
    site_write(&site, BRANCH GOLD);
    run_stile(&run, "import", site.file_path, NULL);
    memset(blank, '\n', sizeof(blank));
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(err, O_CLOEXEC), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (dup2(in[0], STDIN_FILENO) >= 0 && dup2(err[1], STDERR_FILENO) >= 0) {
            (void)execl(STILE, "stile", "import", "-", "--format", "ndjson", NULL);
        }
        _exit(127);
    }
    (void)close(in[0]);
    (void)close(err[1]);
    (void)signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < 4; i++) { /* more than a pipe holds */
        assert_int_equal(write(in[1], blank, sizeof(blank)), sizeof(blank));
    }
    assert_int_equal(kill(pid, SIGINT), 0);
    while (write(in[1], blank, sizeof(blank)) > 0) {
    }
    (void)signal(SIGPIPE, SIG_DFL);
    assert_true(read(err[0], said, sizeof(said) - 1) > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
    assert_string_equal(said, "stile: interrupted; the list is as it was\n");
    assert_int_equal(version(), 1);
    (void)close(in[1]);
    (void)close(err[0]);
}

static void words_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    run_stile(&run, "import", NULL);
    run_is(&run, 2);
    run_complains(&run, "which file?");
    run_complains(&run, "usage: stile import FILE");
    run_stile(&run, "import", "a", "b", NULL);
    run_is(&run, 2);
    run_stile(&run, "import", "a", "--keep-bad", NULL);
    run_is(&run, 2);
    run_stile(&run, "import", "a", "--format", "xlsx", NULL);
    run_is(&run, 2);
    run_stile(&run, "import", "a", "--list", NULL);
    run_is(&run, 2);
    run_complains(&run, "--list needs a value");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_site, close_site)
    const struct CMUnitTest tests[] = {
        TEST(a_good_file_becomes_the_list),
        TEST(each_bad_line_is_named_and_leaves_the_list_as_it_was),
        TEST(a_file_of_bad_lines_alone_changes_nothing),
        TEST(a_table_of_members_is_read_from_standard_input),
        TEST(no_configuration_is_needed_when_the_list_is_named),
        TEST(a_file_that_cannot_be_read_is_said),
        TEST(a_damaged_list_is_set_aside_by_a_whole_new_one_only),
        TEST(a_list_of_a_newer_version_is_left_alone),
        TEST(a_list_that_another_program_writes_is_left_to_it),
        TEST(an_interrupted_import_leaves_the_list_as_it_was),
        TEST(words_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
