/* The driver and the real simulator, two processes (and a third one where a client is killed).
 * Run with the path of stile-sim-lane. */

#include "base/cleanup.h"
#include "base/clock.h"
#include "drivers/gpio/gpio.h"
#include "drivers/gpio/sim_wire.h"
#include "sim/control/control.h"
#include "sim/lane/control.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 30000 }; /* only turns a hang into a failure */
enum { RELEASE_IN, RELEASE_OUT, CONTACT_A, CONTACT_B, FIRE, LINES };

static const struct gpio_line_config lines[LINES] = {
    {.name = "lane1-release-in", .output = true},
    {.name = "lane1-release-out", .output = true},
    {.name = "lane1-contact-a"},
    {.name = "lane1-contact-b"},
    {.name = "fire", .active_low = true},
};

static const char *program;
static char folder[64], chip_path[80], control_path[80], chip[96];
static char answer[SIM_CONTROL_ANSWER_MAX];
static pid_t simulator;

static int start_simulator(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/stile-gpio-XXXXXX");
    if (!mkdtemp(folder)) {
        return -1;
    }
    (void)snprintf(chip_path, sizeof(chip_path), "%s/chip", folder);
    (void)snprintf(control_path, sizeof(control_path), "%s/control", folder);
    (void)snprintf(chip, sizeof(chip), "sim:%s", chip_path);
    int ready[2];
    if (pipe(ready) < 0) {
        return -1;
    }
    simulator = fork();
    if (simulator == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* never outlives the test */
        (void)dup2(ready[1], STDOUT_FILENO);
        (void)close(ready[0]);
        (void)close(ready[1]);
        (void)execl(program, program, "--socket", chip_path, "--control", control_path, "--lane", "lane1:turnstile:2",
                    "--line", "bell:out:low", (char *)NULL);
        _exit(127);
    }
    (void)close(ready[1]);
    char said[8] = "";
    ssize_t n = read(ready[0], said, sizeof(said) - 1);
    (void)close(ready[0]);
    return n > 0 && strcmp(said, "ready\n") == 0 ? 0 : -1;
}

static int stop_simulator(void **state)
{
    (void)state;
    int status = -1;
    if (simulator > 0) {
        (void)kill(simulator, SIGTERM);
        (void)waitpid(simulator, &status, 0);
        simulator = 0;
    }
    (void)unlink(chip_path);
    (void)unlink(control_path);
    (void)rmdir(folder);
    return 0;
}

static void kill_simulator(void)
{
    int status = 0;
    assert_int_equal(kill(simulator, SIGKILL), 0);
    assert_int_equal(waitpid(simulator, &status, 0), simulator);
    simulator = 0;
}

static void command(const char *text)
{
    assert_int_equal(sim_lane_command(control_path, text, answer, sizeof(answer)), 0);
}

/* A number of a line in the simulator's status. */
static int64_t status_of(const char *line, const char *key)
{
    char wanted[128];
    command("status");
    (void)snprintf(wanted, sizeof(wanted), "line %s ", line);
    const char *at = strstr(answer, wanted);
    assert_non_null(at);
    (void)snprintf(wanted, sizeof(wanted), " %s=", key);
    at = strstr(at, wanted);
    assert_non_null(at);
    return strtoll(at + strlen(wanted), NULL, 10);
}

static struct gpio *open_chip(void)
{
    struct gpio *gpio = NULL;
    size_t bad_line = 99;
    assert_int_equal(gpio_open(chip, lines, LINES, &gpio, &bad_line), 0);
    assert_non_null(gpio);
    assert_int_equal(bad_line, 99);
    return gpio;
}

static void set_line(struct gpio *gpio, unsigned line, bool active)
{
    assert_int_equal(gpio_set(gpio, &line, &active, 1), 0);
}

static void wait_readable(const struct gpio *gpio)
{
    struct pollfd wait = {.fd = gpio_fd(gpio), .events = POLLIN};
    assert_int_equal(poll(&wait, 1, PATIENCE_MS), 1);
}

static void levels_are_logical_on_both_sides_of_the_wire(void **state)
{
    (void)state;
    const struct gpio_line_config bell[2] = {{.name = "bell", .output = true, .active_low = true}, {.name = "fire"}};
    struct gpio *gpio = NULL;
    size_t bad_line = 0;
    assert_int_equal(gpio_open(chip, bell, 2, &gpio, &bad_line), 0);
    assert_int_equal(gpio_get(gpio, 0), 0);
    assert_int_equal(gpio_get(gpio, 1), 1); /* the circuit is whole */
    set_line(gpio, 0, true);
    command("await bell active");
    assert_int_equal(gpio_get(gpio, 0), 1);
    gpio_close(gpio);
    command("await bell inactive");
    assert_int_equal(status_of("bell", "rises"), 1);

    gpio = open_chip();
    assert_int_equal(gpio_get(gpio, FIRE), 0); /* here it is configured active-low */
    gpio_close(gpio);
}

static void several_outputs_change_in_one_step(void **state)
{
    (void)state;
    struct gpio *gpio = open_chip();
    const unsigned both[] = {RELEASE_IN, RELEASE_OUT};
    assert_int_equal(gpio_set(gpio, both, (const bool[]){true, true}, 2), 0);
    command("await lane1-release-out active");
    assert_int_equal(status_of("lane1-release-in", "last_rise_us"), status_of("lane1-release-out", "last_rise_us"));
    assert_int_equal(gpio_set(gpio, both, NULL, 0), 0);
    gpio_close(gpio);
}

static void a_person_s_edges_come_in_order_with_their_times(void **state)
{
    (void)state;
    struct gpio *gpio = open_chip();
    int64_t before_us = clock_boot_us();
    command("speed 20");
    set_line(gpio, RELEASE_IN, true);
    command("walk lane1 in");
    const struct gpio_edge expected[] = {
        {CONTACT_A, true, 0}, {CONTACT_B, true, 0}, {CONTACT_A, false, 0}, {CONTACT_B, false, 0}};
    size_t n = 0;
    int64_t last_us = before_us;
    while (n < ARRAY_LEN(expected)) {
        wait_readable(gpio);
        struct gpio_edge edge;
        int got = gpio_drain(gpio, &edge, 1);
        assert_in_range(got, 0, 1);
        if (got == 1) {
            assert_int_equal(edge.line, expected[n].line);
            assert_int_equal(edge.active, expected[n].active);
            assert_true(edge.boot_us >= last_us && edge.boot_us <= clock_boot_us());
            last_us = edge.boot_us;
            n++;
        }
    }
    struct gpio_edge none;
    assert_int_equal(gpio_drain(gpio, &none, 1), 0);
    assert_int_equal(gpio_drain(gpio, &none, 0), 0);
    gpio_close(gpio);
}

static void a_level_that_was_asked_for_leaves_its_edge_to_be_drained(void **state)
{
    (void)state;
    struct gpio *gpio = open_chip();
    command("fire on");
    wait_readable(gpio);
    assert_int_equal(gpio_get(gpio, FIRE), 1); /* reads the socket empty */
    wait_readable(gpio);
    struct gpio_edge edges[4];
    assert_int_equal(gpio_drain(gpio, edges, ARRAY_LEN(edges)), 1);
    assert_int_equal(edges[0].line, FIRE);
    assert_true(edges[0].active);
    struct pollfd idle = {.fd = gpio_fd(gpio), .events = POLLIN};
    assert_int_equal(poll(&idle, 1, 0), 0);
    gpio_close(gpio);
}

static void many_edges_are_handed_out_in_small_parts_without_loss(void **state)
{
    (void)state;
    enum { TOGGLES = 400 };
    struct gpio *gpio = open_chip();
    for (int i = 0; i < TOGGLES; i++) {
        command(i % 2 ? "fire off" : "fire on");
    }
    for (int i = 0; i < TOGGLES;) {
        struct gpio_edge edges[7];
        wait_readable(gpio);
        int n = gpio_drain(gpio, edges, ARRAY_LEN(edges));
        assert_in_range(n, 0, ARRAY_LEN(edges));
        for (int e = 0; e < n; e++) {
            assert_int_equal(edges[e].active, i++ % 2 == 0);
        }
    }
    gpio_close(gpio);
}

static void only_outputs_can_be_set_and_only_lines_there_are(void **state)
{
    (void)state;
    struct gpio *gpio = open_chip();
    unsigned line = CONTACT_A;
    bool on = true;
    assert_int_equal(gpio_set(gpio, &line, &on, 1), -EINVAL);
    line = LINES;
    assert_int_equal(gpio_set(gpio, &line, &on, 1), -EINVAL);
    assert_int_equal(gpio_get(gpio, LINES), -EINVAL);
    gpio_close(gpio);
}

static void a_second_client_is_told_that_the_lines_are_taken(void **state)
{
    (void)state;
    struct gpio *gpio = open_chip();
    set_line(gpio, RELEASE_IN, true);
    command("await lane1-release-in active");
    struct gpio *second = NULL;
    size_t bad_line = 99;
    assert_int_equal(gpio_open(chip, lines, LINES, &second, &bad_line), GPIO_LINE_TAKEN);
    assert_null(second);
    assert_int_equal(bad_line, 0);
    assert_int_equal(status_of("lane1-release-in", "falls"), 0); /* the first one noticed nothing */
    gpio_close(gpio);
    gpio_close(open_chip()); /* and now the chip is free */
}

static void a_line_that_is_not_there_is_named(void **state)
{
    (void)state;
    const struct gpio_line_config wrong[] = {{.name = "fire"}, {.name = "lane9-contact-a"}};
    const struct gpio_line_config driven[] = {{.name = "fire", .output = true}};
    struct gpio *gpio = NULL;
    size_t bad_line = 99;
    assert_int_equal(gpio_open(chip, wrong, 2, &gpio, &bad_line), GPIO_NO_LINE);
    assert_int_equal(bad_line, 1);
    assert_int_equal(gpio_open(chip, driven, 1, &gpio, &bad_line), GPIO_NO_LINE);
    assert_int_equal(bad_line, 0);
    assert_null(gpio);
}

/* A client in a process of its own, killed while it holds the release. */
static void kill_a_client_that_releases(void)
{
    pid_t client = fork();
    if (client == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        struct gpio *gpio = NULL;
        size_t bad_line = 0;
        const unsigned line = RELEASE_IN;
        const bool on = true;
        if (gpio_open(chip, lines, LINES, &gpio, &bad_line) != 0 || gpio_set(gpio, &line, &on, 1) != 0) {
            _exit(1);
        }
        for (;;) {
            (void)pause();
        }
    }
    assert_true(client > 0);
    command("await lane1-release-in active");
    int status = 0;
    assert_int_equal(kill(client, SIGKILL), 0);
    assert_int_equal(waitpid(client, &status, 0), client);
    assert_true(WIFSIGNALED(status));
}

static void a_killed_client_s_outputs_fall_and_its_successor_pulses_nothing(void **state)
{
    (void)state;
    kill_a_client_that_releases();
    struct gpio *gpio = open_chip(); /* at once: the simulator must see the death first */
    assert_int_equal(gpio_get(gpio, RELEASE_IN), 0);
    assert_int_equal(status_of("lane1-release-in", "rises"), 1);
    assert_int_equal(status_of("lane1-release-in", "falls"), 1);
    assert_int_equal(status_of("lane1-release-in", "dropped"), 1);
    assert_int_equal(status_of("lane1-release-out", "rises"), 0);
    gpio_close(gpio);
    command("await chip dropped");
    assert_int_equal(status_of("lane1-release-in", "rises"), 1);
    assert_int_equal(status_of("lane1-release-in", "dropped"), 1);
}

static void closing_sets_the_outputs_to_rest_first(void **state)
{
    (void)state;
    struct gpio *gpio = open_chip();
    set_line(gpio, RELEASE_OUT, true);
    gpio_close(gpio);
    command("await lane1-release-out falls 1");
    assert_int_equal(status_of("lane1-release-out", "rises"), 1);
    assert_int_equal(status_of("lane1-release-out", "dropped"), 0);
    gpio_close(NULL);
}

static void a_chip_that_goes_away_is_told_by_every_call(void **state)
{
    (void)state;
    struct gpio *gpio = open_chip();
    kill_simulator();
    wait_readable(gpio);
    struct gpio_edge edge;
    const unsigned line = RELEASE_IN;
    const bool on = true;
    assert_int_equal(gpio_drain(gpio, &edge, 1), -ENODEV);
    assert_int_equal(gpio_set(gpio, &line, &on, 1), -ENODEV);
    assert_int_equal(gpio_get(gpio, FIRE), -ENODEV);
    gpio_close(gpio);
    size_t bad_line = 0;
    assert_int_equal(gpio_open(chip, lines, LINES, &gpio, &bad_line), GPIO_NO_CHIP); /* its socket is still there */
}

static void no_simulator_is_no_chip(void **state)
{
    (void)state;
    struct gpio *gpio = NULL;
    size_t bad_line = 0;
    assert_int_equal(gpio_open("sim:/nonexistent/chip", lines, LINES, &gpio, &bad_line), GPIO_NO_CHIP);
    assert_int_equal(gpio_open("sim:", lines, LINES, &gpio, &bad_line), -ENAMETOOLONG);
    char far[200] = "sim:/";
    memset(far + 5, 'x', sizeof(far) - 6);
    assert_int_equal(gpio_open(far, lines, LINES, &gpio, &bad_line), -ENAMETOOLONG);
    assert_null(gpio);
}

/* This program has the real libgpiod. */
static void what_is_no_chip_of_the_kernel_is_said_so(void **state)
{
    (void)state;
    struct gpio *gpio = NULL;
    size_t bad_line = 0;
    assert_int_equal(gpio_open("/nonexistent/gpiochip0", lines, LINES, &gpio, &bad_line), GPIO_NO_CHIP);
    assert_int_equal(gpio_open("/dev/null", lines, LINES, &gpio, &bad_line), GPIO_NO_CHIP);
    assert_null(gpio);
}

/* Sends a packet to the real chip. @return whether it hung up on us (else it answered). */
static bool is_put_out(const void *bytes, size_t n)
{
    _cleanup_close_ int fd = sim_control_connect(chip_path);
    assert_true(fd >= 0);
    assert_true(send(fd, bytes, n, MSG_NOSIGNAL) >= 0);
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&wait, 1, PATIENCE_MS), 1);
    uint8_t back[SIM_WIRE_MAX];
    return recv(fd, back, sizeof(back), 0) <= 0;
}

static void malformed_packets_are_put_out_and_nobody_else_notices(void **state)
{
    (void)state;
    struct gpio *gpio = open_chip();
    set_line(gpio, RELEASE_IN, true);
    static uint8_t huge[SIM_WIRE_MAX + 1];
    assert_true(is_put_out("nonsense", 8));
    assert_true(is_put_out(huge, sizeof(huge)));
    const struct sim_wire set = {.kind = SIM_WIRE_SET, .n_lines = 1};
    uint8_t bytes[64];
    int n = sim_wire_encode(&set, bytes, sizeof(bytes));
    assert_true(n > 0);
    assert_true(is_put_out(bytes, (size_t)n)); /* sets without a claim */
    command("await lane1-release-in active");
    assert_int_equal(status_of("lane1-release-in", "falls"), 0);
    gpio_close(gpio);
}

/* Stands in for a simulator: takes one claim, then sends @answers (each a packet; n 0 ends). */
struct packet {
    uint8_t bytes[256];
    int n;
};

static pid_t pretend(const char *path, const struct packet *answers)
{
    int listen_fd = sim_control_listen(path);
    assert_true(listen_fd >= 0);
    pid_t child = fork();
    if (child == 0) {
        struct pollfd wait = {.fd = listen_fd, .events = POLLIN};
        (void)poll(&wait, 1, PATIENCE_MS);
        int fd = sim_control_accept(listen_fd);
        wait.fd = fd;
        (void)poll(&wait, 1, PATIENCE_MS);
        uint8_t claim[SIM_WIRE_MAX];
        (void)recv(fd, claim, sizeof(claim), 0);
        for (size_t i = 0; answers[i].n > 0; i++) {
            (void)send(fd, answers[i].bytes, (size_t)answers[i].n, MSG_NOSIGNAL);
        }
        _exit(0);
    }
    assert_true(child > 0);
    (void)close(listen_fd);
    return child;
}

static struct packet packet_of(const struct sim_wire *wire)
{
    struct packet packet;
    packet.n = sim_wire_encode(wire, packet.bytes, sizeof(packet.bytes));
    assert_true(packet.n > 0);
    return packet;
}

static void a_simulator_that_talks_nonsense_is_not_believed(void **state)
{
    (void)state;
    const struct sim_wire claimed = {.kind = SIM_WIRE_CLAIMED, .n_lines = LINES};
    const struct sim_wire fewer = {.kind = SIM_WIRE_CLAIMED, .n_lines = LINES - 1};
    const struct sim_wire output_edge = {.kind = SIM_WIRE_EDGES, .n_lines = 1, .lines = {{.line = RELEASE_IN}}};
    const struct sim_wire beyond = {.kind = SIM_WIRE_EDGES, .n_lines = 1, .lines = {{.line = LINES}}};
    const struct packet garbage = {.bytes = "garbage", .n = 7};
    const struct {
        struct packet answers[3];
        int open_result;
    } cases[] = {
        {{{.n = 0}}, -ECONNRESET},
        {{garbage}, -EBADMSG},
        {{packet_of(&output_edge)}, -EBADMSG},
        {{packet_of(&fewer)}, -EBADMSG},
        {{packet_of(&claimed), garbage}, 0},
        {{packet_of(&claimed), packet_of(&output_edge)}, 0},
        {{packet_of(&claimed), packet_of(&beyond)}, 0},
        {{packet_of(&claimed), packet_of(&claimed)}, 0},
    };
    char path[96];
    char address[112];
    (void)snprintf(path, sizeof(path), "%s/pretender", folder);
    (void)snprintf(address, sizeof(address), "sim:%s", path);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        pid_t child = pretend(path, cases[i].answers);
        struct gpio *gpio = NULL;
        size_t bad_line = 0;
        assert_int_equal(gpio_open(address, lines, LINES, &gpio, &bad_line), cases[i].open_result);
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        if (cases[i].open_result == 0) {
            struct gpio_edge edge;
            wait_readable(gpio);
            assert_int_equal(gpio_drain(gpio, &edge, 1), -ENODEV);
        }
        gpio_close(gpio);
        assert_int_equal(unlink(path), 0);
    }
}

static void an_await_that_is_never_met_times_out(void **state)
{
    (void)state;
    assert_int_equal(sim_lane_command(control_path, "await chip claimed timeout_ms=1", answer, sizeof(answer)), 1);
    assert_string_equal(answer, "error: timed out");
    kill_simulator();
    assert_int_equal(sim_lane_command(control_path, "status", answer, sizeof(answer)), -ECONNREFUSED);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fputs("usage: test_drivers_gpio_sim STILE-SIM-LANE\n", stderr);
        return 2;
    }
    program = argv[1];
#define WITH_SIMULATOR(test) cmocka_unit_test_setup_teardown(test, start_simulator, stop_simulator)
    const struct CMUnitTest tests[] = {
        WITH_SIMULATOR(levels_are_logical_on_both_sides_of_the_wire),
        WITH_SIMULATOR(several_outputs_change_in_one_step),
        WITH_SIMULATOR(a_person_s_edges_come_in_order_with_their_times),
        WITH_SIMULATOR(a_level_that_was_asked_for_leaves_its_edge_to_be_drained),
        WITH_SIMULATOR(many_edges_are_handed_out_in_small_parts_without_loss),
        WITH_SIMULATOR(only_outputs_can_be_set_and_only_lines_there_are),
        WITH_SIMULATOR(a_second_client_is_told_that_the_lines_are_taken),
        WITH_SIMULATOR(a_line_that_is_not_there_is_named),
        WITH_SIMULATOR(a_killed_client_s_outputs_fall_and_its_successor_pulses_nothing),
        WITH_SIMULATOR(closing_sets_the_outputs_to_rest_first),
        WITH_SIMULATOR(a_chip_that_goes_away_is_told_by_every_call),
        WITH_SIMULATOR(no_simulator_is_no_chip),
        cmocka_unit_test(what_is_no_chip_of_the_kernel_is_said_so),
        WITH_SIMULATOR(malformed_packets_are_put_out_and_nobody_else_notices),
        WITH_SIMULATOR(a_simulator_that_talks_nonsense_is_not_believed),
        WITH_SIMULATOR(an_await_that_is_never_met_times_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
