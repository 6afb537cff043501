/* The sockets: messages arrive whole and in order, nothing blocks, a bad packet doesn't end the connection. */

#include "base/cleanup.h"
#include "bus/bus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

static char folder[64];
static char path[100];

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/stile-bus-XXXXXX");
    if (!mkdtemp(folder)) {
        return -1;
    }
    (void)snprintf(path, sizeof(path), "%s/socket", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static void messages_arrive_whole_and_in_order(void **state)
{
    (void)state;
    int fds[2];
    static uint8_t buffer[MESSAGE_MAX];
    struct message m;
    assert_int_equal(bus_pair(fds), 0);
    assert_int_equal(bus_receive(fds[1], buffer, &m), -EAGAIN);
    for (int i = 1; i <= 3; i++) {
        struct message out = {.kind = MESSAGE_DONE, .boot_us = i, .value = -i, .text = "done"};
        assert_int_equal(bus_send(fds[0], &out), 0);
    }
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(bus_receive(fds[1], buffer, &m), 0);
        assert_int_equal(m.boot_us, i);
        assert_int_equal(m.value, -i);
        assert_string_equal(m.text, "done");
    }
    (void)close(fds[0]);
    assert_int_equal(bus_receive(fds[1], buffer, &m), -EPIPE);
    struct message out = {.kind = MESSAGE_READER_QUIT};
    assert_int_equal(bus_send(fds[1], &out), -EPIPE);
    (void)close(fds[1]);
}

static void a_bad_packet_is_dropped_and_the_next_one_is_read(void **state)
{
    (void)state;
    int fds[2];
    static uint8_t buffer[MESSAGE_MAX];
    static uint8_t large[MESSAGE_MAX * 2];
    struct message m;
    struct message good = {.kind = MESSAGE_READER_ALIVE, .boot_us = 4};
    assert_int_equal(bus_pair(fds), 0);
    assert_int_equal(send(fds[0], "garbage", 7, 0), 7);
    assert_int_equal(send(fds[0], large, sizeof(large), 0), (int)sizeof(large));
    assert_int_equal(bus_send(fds[0], &good), 0);
    assert_int_equal(bus_receive(fds[1], buffer, &m), -EBADMSG);
    assert_int_equal(bus_receive(fds[1], buffer, &m), -EBADMSG);
    assert_int_equal(bus_receive(fds[1], buffer, &m), 0);
    assert_int_equal(m.kind, MESSAGE_READER_ALIVE);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void a_peer_that_does_not_read_makes_nobody_wait(void **state)
{
    (void)state;
    int fds[2];
    struct message m = {.kind = MESSAGE_READER_ALIVE};
    assert_int_equal(bus_pair(fds), 0);
    int r = 0;
    for (int i = 0; r == 0 && i < 1000000; i++) {
        r = bus_send(fds[0], &m);
    }
    assert_int_equal(r, -EAGAIN);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void a_secret_does_not_stay_in_the_buffer(void **state)
{
    (void)state;
    int fds[2];
    static uint8_t buffer[MESSAGE_MAX];
    struct message m;
    struct message out = {.kind = MESSAGE_AUTHENTICATE, .key = {0xde, 0xad, 0xbe, 0xef, 0xde, 0xad, 0xbe, 0xef}};
    assert_true(card_parse("01020304", &out.card));
    assert_int_equal(bus_pair(fds), 0);
    assert_int_equal(bus_send(fds[0], &out), 0);
    assert_int_equal(bus_receive(fds[1], buffer, &m), 0);
    assert_memory_equal(m.key, out.key, sizeof(m.key));
    assert_null(memmem(buffer, sizeof(buffer), "\xde\xad\xbe\xef", 4));
    /* Nor does one in a message that breaks off. */
    assert_int_equal(send(fds[0], "\x01\x02\xde\xad\xbe\xef", 6, MSG_NOSIGNAL), 6);
    assert_int_equal(bus_receive(fds[1], buffer, &m), -EBADMSG);
    assert_null(memmem(buffer, sizeof(buffer), "\xde\xad\xbe\xef", 4));
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void a_server_is_found_by_its_path_and_has_the_mode_asked_for(void **state)
{
    (void)state;
    _cleanup_close_ int server = bus_listen(path, 0660);
    assert_true(server >= 0);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0660);
    assert_int_equal(bus_accept(server), -EAGAIN);
    _cleanup_close_ int client = bus_connect(path);
    assert_true(client >= 0);
    _cleanup_close_ int peer = bus_accept(server);
    assert_true(peer >= 0);
    struct message m = {.kind = MESSAGE_STATUS_ASK};
    static uint8_t buffer[MESSAGE_MAX];
    assert_int_equal(bus_send(client, &m), 0);
    assert_int_equal(bus_receive(peer, buffer, &m), 0);
    assert_int_equal(m.kind, MESSAGE_STATUS_ASK);
}

static void a_path_that_is_served_is_not_taken_and_a_dead_one_is(void **state)
{
    (void)state;
    int server = bus_listen(path, 0600);
    assert_true(server >= 0);
    assert_int_equal(bus_listen(path, 0600), -EADDRINUSE);
    (void)close(server);
    assert_int_equal(bus_connect(path), -ECONNREFUSED);
    server = bus_listen(path, 0600);
    assert_true(server >= 0);
    (void)close(server);
}

static void a_file_that_is_no_socket_is_left_alone(void **state)
{
    (void)state;
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fclose(f);
    assert_int_equal(bus_listen(path, 0600), -EEXIST);
    assert_int_equal(access(path, F_OK), 0);
    static char long_path[200];
    memset(long_path, 'p', sizeof(long_path) - 1);
    assert_int_equal(bus_listen(long_path, 0600), -ENAMETOOLONG);
    assert_int_equal(bus_connect(long_path), -ENAMETOOLONG);
    assert_int_equal(bus_connect(""), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_arrive_whole_and_in_order),
        cmocka_unit_test(a_bad_packet_is_dropped_and_the_next_one_is_read),
        cmocka_unit_test(a_peer_that_does_not_read_makes_nobody_wait),
        cmocka_unit_test(a_secret_does_not_stay_in_the_buffer),
        cmocka_unit_test_setup_teardown(a_server_is_found_by_its_path_and_has_the_mode_asked_for, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_path_that_is_served_is_not_taken_and_a_dead_one_is, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_socket_is_left_alone, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
