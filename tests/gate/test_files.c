/* The small files that the gate reads at its start: the master key, the clock's floor, the list's place. */

#include "base/clock.h"
#include "base/text.h"
#include "db/import.h"
#include "drivers/desfire/diversify.h"
#include "gate/clock_floor.h"
#include "gate/keys.h"
#include "gate/list_watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static char path[100];
static struct gate_config config;
static char error[KEYS_ERROR_SIZE];

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/stile-files-XXXXXX");
    if (!mkdtemp(folder)) {
        return -1;
    }
    (void)snprintf(path, sizeof(path), "%s/file", folder);
    memset(&config, 0, sizeof(config));
    (void)text_copy(config.key_path, sizeof(config.key_path), path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[100];
    (void)snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command);
}

static void write_file(const char *text, mode_t mode)
{
    (void)unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}

static const char key_text[] = "00112233445566778899aabbccddeeff\n";

static void a_key_gives_each_card_its_own(void **state)
{
    (void)state;
    /* NXP AN10922, section 2.2.1: UID 04782E21801D80, application 3042F5, system identifier "NXP Abu". */
    static const uint8_t expected[16] = {0xa8, 0xdd, 0x63, 0xa3, 0xb8, 0x9d, 0x54, 0xb3,
                                         0x7c, 0xa8, 0x02, 0x47, 0x3f, 0xda, 0x91, 0x75};
    struct keys *keys = NULL;
    struct card_number card;
    uint8_t key[KEYS_KEY_SIZE];
    write_file("00112233445566778899AABBCCDDEEFF\r\n", 0600);
    memcpy(config.aid, "\x30\x42\xf5", 3);
    (void)text_copy(config.key_system, sizeof(config.key_system), "NXP Abu");
    assert_int_equal(keys_load(&config, &keys, error), 0);
    assert_true(card_parse("04782e21801d80", &card));
    assert_int_equal(keys_derive(keys, &card, key), 0);
    assert_memory_equal(key, expected, sizeof(key));
    assert_true(card_parse("#0123", &card));
    assert_int_equal(keys_derive(keys, &card, key), -EINVAL);
    keys_free(keys);
    keys_free(NULL);
}

static void a_key_that_others_may_read_is_refused(void **state)
{
    (void)state;
    static const mode_t modes[] = {0640, 0604, 0620, 0602, 0610, 0601};
    struct keys *keys = NULL;
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        write_file(key_text, modes[i]);
        assert_int_equal(keys_load(&config, &keys, error), -EPERM);
        assert_non_null(strstr(error, "0600"));
    }
    write_file(key_text, 0400);
    assert_int_equal(keys_load(&config, &keys, error), 0);
    keys_free(keys);
    if (geteuid() == 0) {
        write_file(key_text, 0600);
        assert_int_equal(chown(path, 12345, 0), 0);
        assert_int_equal(keys_load(&config, &keys, error), -EPERM);
        assert_string_equal(error, "it belongs to another user");
    }
}

static void a_file_that_holds_no_key_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "\n",
                                        "00112233445566778899aabbccddeef\n",
                                        "00112233445566778899aabbccddeeff0\n",
                                        "00112233445566778899aabbccddeeff00\n",
                                        "00112233445566778899aabbccddeeff\n\n\n\nmore",
                                        "0011223344556677 899aabbccddeefg\n"};
    struct keys *keys = NULL;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        write_file(texts[i], 0600);
        assert_int_equal(keys_load(&config, &keys, error), -EINVAL);
        assert_null(strstr(error, "0011")); /* no part of it is told */
    }
    (void)unlink(path);
    assert_int_equal(keys_load(&config, &keys, error), -ENOENT);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    assert_int_equal(keys_load(&config, &keys, error), -ELOOP);
    (void)unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(keys_load(&config, &keys, error), -EPERM);
    assert_null(keys);
}

static void the_clocks_floor_comes_back_as_it_was_written(void **state)
{
    (void)state;
    assert_int_equal(clock_floor_load(path), CLOCK_FLOOR_OLDEST_US);
    assert_int_equal(clock_floor_save(path, INT64_C(1800000000123456)), 0);
    assert_int_equal(clock_floor_load(path), INT64_C(1800000000123456));
    static const char *const nonsense[] = {"", "x", "-5\n", "1\n", "99999999999999999999\n", "9000000000000000\n"};
    for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
        write_file(nonsense[i], 0600);
        assert_int_equal(clock_floor_load(path), CLOCK_FLOOR_OLDEST_US);
    }
}

static void a_clock_is_believed_when_it_is_not_before_its_floor(void **state)
{
    (void)state;
    const int64_t floor_us = INT64_C(1800000000000000);
    assert_true(clock_floor_trusts(floor_us, floor_us, false));
    assert_true(clock_floor_trusts(floor_us, floor_us + US_PER_DAY, false));
    assert_true(clock_floor_trusts(floor_us, floor_us - US_PER_S, false)); /* a correction */
    assert_false(clock_floor_trusts(floor_us, floor_us - US_PER_HOUR, false));
    assert_true(clock_floor_trusts(floor_us, floor_us - US_PER_HOUR, true)); /* the floor was wrong */
    assert_false(clock_floor_trusts(0, 0, true)); /* 1970 */
}

struct told {
    unsigned n;
    struct list_db *list;
    char state[20];
};

static void on_list(void *user, struct list_db *list, const char *state)
{
    struct told *told = user;
    told->n++;
    told->list = list;
    (void)text_copy(told->state, sizeof(told->state), state);
}

static void make_empty_list(const char *at)
{
    struct list_db *db = NULL;
    assert_int_equal(list_db_open(at, LIST_DB_WRITE, &db), 0);
    list_db_close(db);
}

static void make_list(const char *at)
{
    char branch[] = "{\"type\":\"branch\",\"id\":1,\"name\":\"Centre\",\"time_zone\":\"UTC0\"}\n";
    const struct import_options options = {.format = IMPORT_NDJSON, .utc_us = 1};
    struct import_result result;
    FILE *in = fmemopen(branch, strlen(branch), "r");
    assert_non_null(in);
    assert_int_equal(import_stream(at, in, &options, &result), 0);
    (void)fclose(in);
}

/* One turn of the loop. It may end with nothing done: a timer that was set anew meanwhile still wakes it. */
static void turn(sd_event *event)
{
    enum { WAIT_US = 30000000 };
    int64_t began_us = clock_boot_us();
    int r = sd_event_run(event, WAIT_US);
    assert_true(r > 0 || (r == 0 && clock_boot_us() - began_us < WAIT_US));
}

static void await(sd_event *event, const struct told *told, unsigned n)
{
    while (told->n < n) {
        turn(event);
    }
}

static void a_list_is_taken_up_replaced_and_set_aside_as_its_file_changes(void **state)
{
    (void)state;
    struct list_watch *watch = NULL;
    struct told told = {0};
    sd_event *event = NULL;
    char other[120];
    const struct list_watch_ops ops = {.changed = on_list};
    (void)snprintf(other, sizeof(other), "%s.new", path);
    assert_true(sd_event_new(&event) >= 0);
    assert_int_equal(list_watch_new(path, &watch), 0);
    assert_string_equal(list_watch_state(watch), "missing");
    assert_null(list_watch_db(watch));
    assert_int_equal(list_watch_start(watch, event, &ops, &told), 0);

    make_empty_list(path);
    while (!text_eq(told.state, "empty")) { /* or seen while it was being made */
        turn(event);
        assert_null(told.list);
    }

    make_list(path);
    while (!told.list) {
        turn(event);
    }
    assert_string_equal(told.state, "ok");
    assert_ptr_equal(told.list, list_watch_db(watch));

    make_list(other);
    unsigned n = told.n;
    assert_int_equal(rename(other, path), 0);
    await(event, &told, n + 1);
    assert_string_equal(told.state, "ok");

    n = told.n;
    write_file("this is no list at all, but some text that somebody has put here by mistake", 0644);
    while (told.n == n || list_watch_db(watch)) {
        turn(event);
    }
    assert_string_equal(told.state, "quarantined");
    assert_int_equal(access(path, F_OK), -1);

    make_list(path);
    while (!list_watch_db(watch)) {
        turn(event);
    }
    assert_string_equal(list_watch_state(watch), "ok");

    /* It is said to have failed, but is sound: nothing is set aside. */
    n = told.n;
    list_watch_broken(watch, -EIO);
    assert_int_equal(told.n, n); /* not within the call */
    await(event, &told, n + 1);
    assert_string_equal(told.state, "ok");
    assert_int_equal(access(path, F_OK), 0);
    list_watch_free(watch);
    list_watch_free(NULL);
    sd_event_unref(event);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_key_gives_each_card_its_own),
        IN_FOLDER(a_key_that_others_may_read_is_refused),
        IN_FOLDER(a_file_that_holds_no_key_is_refused),
        IN_FOLDER(the_clocks_floor_comes_back_as_it_was_written),
        IN_FOLDER(a_clock_is_believed_when_it_is_not_before_its_floor),
        IN_FOLDER(a_list_is_taken_up_replaced_and_set_aside_as_its_file_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
