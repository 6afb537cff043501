/* The configuration: what a good file gives, and a line and a reason for every bad one. */

#include "gate/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char good[] = "[gate]\n" /* 1 */
                           "unit = u1\n"
                           "list_path = /x/list.db\n"
                           "journal_path = /x/journal.db\n"
                           "clock_path = /x/clock\n" /* 5 */
                           "control_path = /x/gate.sock\n"
                           "reader_program = /x/stile-reader\n"
                           "; a comment\n"
                           "[lane a]\n"
                           "release_in = R1\n" /* 10 */
                           "contact_a = C1\n"
                           "fire = F1\n"
                           "[lane b]\n"
                           "kind = door\n"
                           "release_in = R2, active_low, pull_up\n" /* 15 */
                           "door_contact = D2\n"
                           "[reader r1]\n"
                           "device = pn532_uart:/dev/r1\n"
                           "point = entry\n"
                           "lane = b\n"; /* 20 */

static struct gate_config config;
static char error[GATE_ERROR_SIZE];

/* The good text with one part replaced. Free it. */
static char *changed(const char *from, const char *to)
{
    const char *at = strstr(good, from);
    assert_non_null(at);
    char *text = malloc(sizeof(good) + strlen(to));
    assert_non_null(text);
    size_t before = (size_t)(at - good);
    memcpy(text, good, before);
    (void)sprintf(text + before, "%s%s", to, at + strlen(from));
    return text;
}

static void a_good_file_is_read_with_its_defaults(void **state)
{
    (void)state;
    assert_int_equal(gate_config_parse(good, &config, error), 0);
    assert_string_equal(config.unit, "u1");
    assert_string_equal(config.list_path, "/x/list.db");
    assert_string_equal(config.chip, "");
    assert_int_equal(config.retention_days, 90);
    assert_int_equal(config.debounce_us, 5000);
    assert_int_equal(config.second_tap_us, 2000000);
    assert_int_equal(config.heartbeat_us, 1500000);
    assert_int_equal(config.n_lanes, 2);
    assert_int_equal(config.n_readers, 1);
    const struct gate_lane *a = &config.lanes[0];
    assert_string_equal(a->name, "a");
    assert_int_equal(a->lane.kind, LANE_TURNSTILE);
    assert_int_equal(a->lane.passage_contacts, 1);
    assert_int_equal(a->lane.unlock_us, 5000000);
    assert_int_equal(a->lane.relock_delay_us, 300000);
    assert_true(a->has_input[GATE_CONTACT_A] && a->has_input[GATE_FIRE] && !a->has_input[GATE_CONTACT_B]);
    assert_true(a->release_in.output && !a->has_release_out && a->exit_free);
    assert_string_equal(a->inputs[GATE_CONTACT_A].name, "C1");
    assert_int_equal(a->inputs[GATE_CONTACT_A].debounce_us, 5000);
    assert_int_equal(a->inputs[GATE_FIRE].debounce_us, 0);
    const struct gate_lane *b = &config.lanes[1];
    assert_int_equal(b->lane.kind, LANE_DOOR);
    assert_true(b->lane.has_door_contact && b->release_in.active_low);
    assert_int_equal(b->release_in.bias, GPIO_BIAS_PULL_UP);
    assert_int_equal(config.readers[0].lane, 1);
    assert_int_equal(config.readers[0].side, LANE_IN);
    assert_string_equal(config.readers[0].device, "pn532_uart:/dev/r1");
}

static void every_key_is_taken(void **state)
{
    (void)state;
    char *text =
        changed("unit = u1\n", "unit = u1\nemergency_path = /x/e\nkey_path = /x/k\nchip = sim:/x/chip\n"
                               "retention_days = 30\ndebounce_ms = 0\nsecond_tap_ms = 60000\n"
                               "heartbeat_ms = 600\naid = F5:00:17\nkey_number = 13\nkey_system = chain one\n");
    assert_int_equal(gate_config_parse(text, &config, error), 0);
    free(text);
    assert_string_equal(config.emergency_path, "/x/e");
    assert_string_equal(config.key_path, "/x/k");
    assert_string_equal(config.chip, "sim:/x/chip");
    assert_int_equal(config.retention_days, 30);
    assert_int_equal(config.debounce_us, 0);
    assert_int_equal(config.second_tap_us, 60000000);
    assert_int_equal(config.heartbeat_us, 600000);
    assert_memory_equal(config.aid, "\xf5\x00\x17", 3);
    assert_int_equal(config.key_number, 13);
    assert_string_equal(config.key_system, "chain one");

    text = changed("fire = F1\n", "fire = F1\nunlock_ms = 3000\npassage_timeout_ms = 4000\nrelock_delay_ms = 0\n"
                                  "held_open_ms = 1000\nstuck_ms = 600000\nrelease_out = R9\ncontact_b = C2\n"
                                  "request_to_exit = Q\nlockdown = L\ntamper = T\ninterlock = b\nexit_free = no\n");
    assert_int_equal(gate_config_parse(text, &config, error), 0);
    free(text);
    const struct gate_lane *a = &config.lanes[0];
    assert_true(a->lane.unlock_us == 3000000 && a->lane.passage_timeout_us == 4000000 && a->lane.relock_delay_us == 0);
    assert_true(a->lane.held_open_us == 1000000 && a->lane.stuck_us == 600000000);
    assert_true(a->has_release_out && a->lane.passage_contacts == 2 && !a->exit_free);
    assert_true(a->has_input[GATE_REQUEST_TO_EXIT] && a->has_input[GATE_LOCKDOWN] && a->has_input[GATE_TAMPER]);
    assert_string_equal(a->interlock, "b");
    assert_string_equal(config.lanes[1].interlock, "a"); /* both know of it */
}

static const struct {
    const char *from, *to;
    const char *reason;
} bad[] = {
    {"[gate]\n", "", "line 1: 'unit' stands before the first section"},
    {"[gate]", "[gates]", "line 1: [gates] is no section"},
    {"[gate]", "[gate", "line 1: a section's heading"},
    {"[gate]", "[gate] x", "line 1: a section's heading"},
    {"[lane a]", "[gate]", "line 9: a second [gate]; the first is on line 1"},
    {"[lane b]", "[lane a]", "line 13: a second [lane a]; the first is on line 9"},
    {"lane = b\n", "lane = b\n[reader r1]\n", "line 21: a second [reader r1]"},
    {"[lane a]", "[lane ]", "line 9: a name has"},
    {"[lane a]", "[lane a b]", "line 9: a name has"},
    {"[lane a]", "[lane 01234567890123456789012345678901]", "line 9: a name has"},
    {"unit = u1", "unit =", "line 2: unit is empty"},
    {"unit = u1", "unit = a b", "line 2: unit may hold"},
    {"unit = u1", "unit = 01234567890123456789012345678901", "line 2: unit is longer than 31"},
    {"unit = u1\n", "", "line 1: [gate] has no 'unit'"},
    {"unit = u1", "unit", "line 2: neither a heading nor"},
    {"unit = u1", "unit = u1\nunit = u2", "line 3: 'unit' stands here twice"},
    {"unit = u1", "colour = red", "line 2: 'colour' is no key of [gate]"},
    {"unit = u1", "unit = u1\n  more", "line 3: begins with a blank"},
    {"unit = u1", "unit = u\x01", "line 2: not UTF-8"},
    {"unit = u1", "unit = u\xff", "line 2: not UTF-8"},
    {"/x/list.db", "list.db", "line 3: list_path is no absolute path"},
    {"/x/list.db", "/x/journal.db", "line 1: [gate] names '/x/journal.db' twice"},
    {"unit = u1", "unit = u1\nretention_days = 7", "line 3: retention_days is no whole number from 8 to 3650"},
    {"unit = u1", "unit = u1\nretention_days = 9x", "line 3: retention_days"},
    {"unit = u1", "unit = u1\ndebounce_ms = 201", "line 3: debounce_ms"},
    {"unit = u1", "unit = u1\nheartbeat_ms = 599", "line 3: heartbeat_ms"},
    {"unit = u1", "unit = u1\nsecond_tap_ms = -1", "line 3: second_tap_ms"},
    {"unit = u1", "unit = u1\nkey_number = 14", "line 3: key_number"},
    {"unit = u1", "unit = u1\naid = f500", "line 3: aid is not 6 hex digits"},
    {"unit = u1", "unit = u1\nkey_system = 01234567890123456789", "line 3: key_system is longer than 18"},
    {"unit = u1", "unit = u1\nkey_path = /x/k", "line 1: [gate] has a 'key_path' but no 'aid'"},
    {"release_in = R1\n", "", "line 9: [lane] has no 'release_in'"},
    {"release_in = R1", "release_in = R1\nrelease_in = R3", "line 11: 'release_in' stands here twice"},
    {"release_in = R1", "release_in = R2", "line 13: [lane b] uses the line 'R2'"},
    {"fire = F1", "fire = C1", "line 9: [lane a] uses the line 'C1'"},
    {"fire = F1", "fire = R1", "line 9: [lane a] uses the line 'R1'"},
    {"fire = F1", "release_out = R1", "line 9: [lane a] uses the line 'R1'"},
    {"release_in = R2", "release_in = R2\nfire = F1",
     "line 13: [lane b] uses the line 'F1', which is in use already: one lane's fire frees all lanes; name it once"},
    {"fire = F1", "lockdown = F1\n[lane c]\nrelease_in = R9\ncontact_a = C9\nlockdown = F1",
     "line 13: [lane c] uses the line 'F1', which is in use already: one lane's lockdown shuts all lanes; name it "
     "once"},
    {"fire = F1", "fire =", "line 12: fire: a line's name"},
    {"fire = F1", "fire = F1, loud", "line 12: fire: 'loud' is no option"},
    {"fire = F1", "fire = F1, pull_up, pull_down", "line 12: fire: 'pull_down'"},
    {"fire = F1", "fire = F1, active_low, active_low", "line 12: fire: 'active_low'"},
    {"fire = F1", "fire = F1,", "line 12: fire: ''"},
    {"fire = F1", "unlock_ms = 499", "line 12: unlock_ms"},
    {"fire = F1", "unlock_ms = 5001", "line 9: [lane a] 'unlock_ms' is more"},
    {"fire = F1", "passage_timeout_ms = 60001", "line 12: passage_timeout_ms"},
    {"fire = F1", "relock_delay_ms = 10001", "line 12: relock_delay_ms"},
    {"fire = F1", "held_open_ms = 999", "line 12: held_open_ms"},
    {"fire = F1", "stuck_ms = 600001", "line 12: stuck_ms"},
    {"fire = F1", "exit_free = maybe", "line 12: exit_free is neither no nor yes"},
    {"fire = F1", "kind = gate", "line 12: kind is neither turnstile nor door"},
    {"fire = F1", "door_contact = D1", "line 9: [lane a] is a turnstile"},
    {"contact_a = C1\n", "", "line 9: [lane a] is a turnstile without 'contact_a'"},
    {"door_contact = D2", "contact_b = D2", "line 13: [lane b] is a door"},
    {"fire = F1", "interlock = a", "line 9: [lane a] has an interlock with itself"},
    {"fire = F1", "interlock = c", "line 9: [lane a] has an interlock with a lane that isn't there"},
    {"[reader r1]",
     "[lane c]\nrelease_in = R3\ncontact_a = C3\ninterlock = b\n[lane d]\nrelease_in = R4\n"
     "contact_a = C4\ninterlock = b\n[reader r1]",
     "line 21: [lane d] has an interlock with b, which has one with c"},
    {"lane = b", "lane = c", "line 17: [reader r1] is at the lane 'c', which isn't there"},
    {"lane = b", "", "line 17: [reader] has no 'lane'"},
    {"lane = b", "lane = b\nside = up", "line 21: side is neither in nor out"},
    {"lane = b", "lane = b\n[reader r2]\ndevice = pn532_uart:/dev/r1\npoint = p\nlane = a\n",
     "line 21: [reader r2] has the device of [reader r1]"},
    {"device = pn532_uart:/dev/r1", "device = ", "line 18: device is empty"},
};

static void every_mistake_is_refused_with_its_line_and_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char *text = changed(bad[i].from, bad[i].to);
        error[0] = '\0';
        config.n_lanes = 77;
        int r = gate_config_parse(text, &config, error);
        free(text);
        if (r != -EINVAL || strncmp(error, bad[i].reason, strlen(bad[i].reason)) != 0) {
            fail_msg("%s -> %s: expected \"%s\", got %d \"%s\"", bad[i].from, bad[i].to, bad[i].reason, r, error);
        }
        assert_int_equal(config.n_lanes, 77); /* untouched */
    }
}

static void a_file_without_lanes_or_with_too_many_is_refused(void **state)
{
    (void)state;
    static char text[16384];
    size_t n = (size_t)(strstr(good, "[lane a]") - good);
    memcpy(text, good, n);
    assert_int_equal(gate_config_parse(text, &config, error), -EINVAL);
    assert_string_equal(error, "line 8: no [lane NAME] in the file");
    assert_int_equal(gate_config_parse("", &config, error), -EINVAL);
    for (int i = 0; i <= GATE_LANES_MAX; i++) {
        n += (size_t)sprintf(text + n, "[lane l%d]\nrelease_in = R%d\ncontact_a = C%d\n", i, i, i);
    }
    assert_int_equal(gate_config_parse(text, &config, error), -EINVAL);
    assert_string_equal(error, "line 33: more than 8 lanes");

    n = (size_t)(strstr(good, "[reader r1]") - good);
    memcpy(text, good, n);
    for (int i = 0; i <= GATE_READERS_MAX; i++) {
        n += (size_t)sprintf(text + n, "[reader r%d]\ndevice = d%d\npoint = p\nlane = a\n", i, i);
    }
    assert_int_equal(gate_config_parse(text, &config, error), -EINVAL);
    assert_string_equal(error, "line 81: more than 16 readers");
}

static void long_lines_and_foreign_files_are_refused(void **state)
{
    (void)state;
    char text[600] = "[gate]\nunit = ";
    memset(text + strlen(text), 'u', 300);
    assert_int_equal(gate_config_parse(text, &config, error), -EINVAL);
    assert_string_equal(error, "line 2: longer than 190 bytes");

    char path[] = "/tmp/stile-config-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "[gate]\nu\0x", 10), 10);
    assert_int_equal(gate_config_load(path, &config, error), -EINVAL);
    assert_string_equal(error, "line 2: a zero byte");
    assert_int_equal(ftruncate(fd, 1 << 20), 0);
    assert_int_equal(gate_config_load(path, &config, error), -EFBIG);
    (void)close(fd);
    (void)unlink(path);
    assert_int_equal(gate_config_load(path, &config, error), -ENOENT);
    assert_string_equal(error, "cannot read it: No such file or directory");
}

static void windows_line_ends_and_comments_are_fine(void **state)
{
    (void)state;
    char *text = changed("unit = u1\n", "unit = u1 ; the first\r\n# a note\r\n\r\n");
    assert_int_equal(gate_config_parse(text, &config, error), 0);
    assert_string_equal(config.unit, "u1");
    free(text);
}

static void the_example_of_the_board_is_good(void **state)
{
    const char *path = *state;
    error[0] = '\0';
    (void)gate_config_load(path, &config, error);
    assert_string_equal(error, "");
    assert_int_equal(config.n_lanes, 2);
    assert_int_equal(config.n_readers, 3);
    assert_string_equal(config.lanes[0].interlock, "side-door");
}

int main(int argc, char **argv)
{
    (void)argc;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_file_is_read_with_its_defaults),
        cmocka_unit_test(every_key_is_taken),
        cmocka_unit_test(every_mistake_is_refused_with_its_line_and_reason),
        cmocka_unit_test(a_file_without_lanes_or_with_too_many_is_refused),
        cmocka_unit_test(long_lines_and_foreign_files_are_refused),
        cmocka_unit_test(windows_line_ends_and_comments_are_fine),
        cmocka_unit_test_prestate(the_example_of_the_board_is_good, argv[1]),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
