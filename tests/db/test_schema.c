/* Migrations: from every version that was ever shipped to the newest, whose schema must be the one that a new file gets.
 * The versions are in old/, one dump each (old/NAME-NNN.sql), with a few rows. */

#include "scratch.h"

#include "db/sql.h"

#define LOG_MODULE "test"
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

static struct scratch scratch;
static const char *old_dir;

static int set_up(void **state)
{
    (void)state;
    log_set_level((enum log_level)(LOG_ERROR - 1));
    scratch_init(&scratch, "a.db");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_finish(&scratch);
    return 0;
}

/* The whole of sqlite_master as one text. */
static char *schema_of(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    static const char text[] =
        "SELECT group_concat(type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, ''), char(10))"
        " FROM (SELECT * FROM sqlite_master ORDER BY type, name)";
    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    char *schema = strdup((const char *)sqlite3_column_text(stmt, 0));
    assert_non_null(schema);
    (void)sqlite3_finalize(stmt);
    return schema;
}

static char *new_schema(const struct sql_schema *schema)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sql_migrate(db, schema), 0);
    char *text = schema_of(db);
    (void)sqlite3_close(db);
    return text;
}

static char *read_all(const char *path)
{
    static char text[65536];
    FILE *f = fopen(path, "rb");
    if (!f) {
        fail_msg("%s is missing: dump the version that the newest step leads away from", path);
    }
    size_t n = fread(text, 1, sizeof(text) - 1, f);
    (void)fclose(f);
    text[n] = '\0';
    return text;
}

static void migrate_all(const struct sql_schema *schema, const char *count_rows)
{
    char *expected = new_schema(schema);
    for (int version = 1; version <= schema->n_steps; version++) {
        char path[512];
        sqlite3 *db = NULL;
        int64_t value = 0;
        (void)snprintf(path, sizeof(path), "%s/%s-%03d.sql", old_dir, schema->name, version);
        assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
        assert_int_equal(sql_exec(db, read_all(path)), 0);
        assert_int_equal(sql_int(db, "PRAGMA user_version", &value), 0);
        assert_int_equal(value, version);
        assert_int_equal(sql_migrate(db, schema), 0);
        char *schema_now = schema_of(db);
        assert_string_equal(schema_now, expected);
        assert_int_equal(sql_int(db, count_rows, &value), 0);
        assert_true(value > 0);
        free(schema_now);
        (void)sqlite3_close(db);
    }
    free(expected);
}

static void every_old_list_becomes_a_new_one(void **state)
{
    (void)state;
    migrate_all(&list_schema, "SELECT count(*) FROM card");
}

static void every_old_journal_becomes_a_new_one(void **state)
{
    (void)state;
    migrate_all(&journal_schema, "SELECT count(*) FROM event");
}

static const char *const three_steps[] = {
    "PRAGMA application_id = 5; CREATE TABLE a (x INTEGER)",
    "ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 7; INSERT INTO a (x) VALUES (1)",
    "CREATE TABLE b (z INTEGER)",
};
static const char *const broken_steps[] = {
    "PRAGMA application_id = 5; CREATE TABLE a (x INTEGER)",
    "ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 7; INSERT INTO nowhere VALUES (1)",
};
static const struct sql_options options = {.mode = SQL_WRITE, .application_id = 5, .cache_kib = 100, .busy_ms = 100};
static const struct sql_options reading = {.mode = SQL_READ, .application_id = 5, .cache_kib = 100, .busy_ms = 100};

static void steps_are_taken_once_and_in_order(void **state)
{
    (void)state;
    sqlite3 *db = NULL;
    for (int n = 1; n <= 3; n++) {
        const struct sql_schema schema = {"three", three_steps, n};
        assert_int_equal(sql_open(scratch.path, &schema, &options, &db), 0);
        (void)sqlite3_close(db);
        assert_int_equal(scratch_int(&scratch, "PRAGMA user_version"), n);
    }
    assert_int_equal(scratch_int(&scratch, "SELECT sum(y) FROM a"), 7);
    const struct sql_schema schema = {"three", three_steps, 3};
    assert_int_equal(sql_open(scratch.path, &schema, &options, &db), 0);
    (void)sqlite3_close(db);
    assert_int_equal(scratch_int(&scratch, "SELECT count(*) FROM a"), 1);
}

static void a_step_that_fails_leaves_the_version_before_it_whole(void **state)
{
    (void)state;
    sqlite3 *db = NULL;
    const struct sql_schema schema = {"broken", broken_steps, 2};
    assert_true(sql_open(scratch.path, &schema, &options, &db) < 0);
    assert_null(db);
    assert_int_equal(scratch_int(&scratch, "PRAGMA user_version"), 1);
    assert_int_equal(scratch_int(&scratch, "SELECT count(*) FROM pragma_table_info('a')"), 1);
}

static void readers_refuse_older_and_everybody_newer(void **state)
{
    (void)state;
    sqlite3 *db = NULL;
    const struct sql_schema two = {"three", three_steps, 2};
    const struct sql_schema three = {"three", three_steps, 3};
    assert_int_equal(sql_open(scratch.path, &two, &reading, &db), SQL_MISSING);
    assert_int_equal(sql_open(scratch.path, &two, &options, &db), 0);
    (void)sqlite3_close(db);
    db = NULL;
    assert_int_equal(sql_open(scratch.path, &three, &reading, &db), SQL_OLDER);
    assert_int_equal(sql_open(scratch.path, &three, &options, &db), 0);
    (void)sqlite3_close(db);
    db = NULL;
    assert_int_equal(sql_open(scratch.path, &two, &reading, &db), SQL_NEWER);
    assert_int_equal(sql_open(scratch.path, &two, &options, &db), SQL_NEWER);
    assert_null(db);
    assert_int_equal(scratch_int(&scratch, "PRAGMA user_version"), 3);
}

static void a_file_is_set_aside_with_its_log_under_a_free_name(void **state)
{
    (void)state;
    char to[SQL_PATH_SIZE] = "";
    char name[160];
    char wal[SQL_PATH_SIZE + 8];
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    assert_int_equal(sql_set_aside(scratch.path, "corrupt", 5000000, to, sizeof(to)), -ENOENT);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 3; i++) {
            (void)snprintf(name, sizeof(name), "%s%s", scratch.path, suffixes[i]);
            FILE *f = fopen(name, "w");
            assert_non_null(f);
            (void)fclose(f);
        }
        assert_int_equal(sql_set_aside(scratch.path, "corrupt", 5000000, to, sizeof(to)), 0);
        (void)snprintf(name, sizeof(name), "%s.corrupt-5%s", scratch.path, round == 0 ? "" : "-1");
        assert_string_equal(to, name);
        (void)snprintf(wal, sizeof(wal), "%s-wal", to);
        assert_int_equal(access(to, F_OK), 0);
        assert_int_equal(access(wal, F_OK), 0);
        assert_int_equal(access(scratch.path, F_OK), -1);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        return 2;
    }
    old_dir = argv[1];
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_old_list_becomes_a_new_one),         TEST(every_old_journal_becomes_a_new_one),
        TEST(steps_are_taken_once_and_in_order),        TEST(a_step_that_fails_leaves_the_version_before_it_whole),
        TEST(readers_refuse_older_and_everybody_newer), TEST(a_file_is_set_aside_with_its_log_under_a_free_name),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
