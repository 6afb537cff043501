#define LOG_MODULE "gpio"

/* The kernel's chips, through libgpiod 2. The only file that includes it.
 *
 * Lines are looked up by name on the chips that `chip` means: all of them, the one at a path, or those of a name or
 * label. A name that two chips carry is refused, since a relay on the wrong chip is worse than none.
 *
 * A request of the kernel covers lines of one chip, so each chip gets up to two: its outputs, and its inputs with
 * edges of both kinds. Outputs of every chip are requested, at rest, before the first input, so that a failure
 * over an input finds all relays off. Several outputs of one chip change in one ioctl. */

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "drivers/gpio/gpio_backend.h"

#include <dirent.h>
#include <errno.h>
#include <gpiod.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

enum { CHIPS_MAX = 32, PATH_SIZE = 300, READ_MAX = 64, EVENTS_PER_LINE = 64 };

static const char consumer[] = "stile-gate";

struct chip {
    struct gpiod_chip *chip;
    struct gpiod_line_request *outputs; /* NULL: none of ours */
    struct gpiod_line_request *inputs; /* NULL: none of ours */
    unsigned long last_seqno; /* of the input request's events; a gap means that the kernel dropped some */
    bool missed; /* such a gap was seen: levels are to be compared */
};

struct gpio_kernel {
    struct gpio gpio; /* first: see gpio_backend.h */
    struct chip chips[CHIPS_MAX];
    size_t n_chips;
    unsigned chip_of[GPIO_LINES_MAX]; /* by line: index into chips */
    unsigned offset_of[GPIO_LINES_MAX]; /* by line: place on its chip */
    bool active[GPIO_LINES_MAX]; /* level told last, inputs */
    struct gpiod_edge_event_buffer *buffer;
    int epoll_fd;
};

static void settings_freep(struct gpiod_line_settings **p)
{
    gpiod_line_settings_free(*p);
}

static void line_config_freep(struct gpiod_line_config **p)
{
    gpiod_line_config_free(*p);
}

static void request_config_freep(struct gpiod_request_config **p)
{
    gpiod_request_config_free(*p);
}

static void chip_info_freep(struct gpiod_chip_info **p)
{
    gpiod_chip_info_free(*p);
}

static void line_info_freep(struct gpiod_line_info **p)
{
    gpiod_line_info_free(*p);
}

static void chip_closep(struct gpiod_chip **p)
{
    if (*p) {
        gpiod_chip_close(*p);
    }
}

static void dir_closep(DIR **p)
{
    if (*p) {
        (void)closedir(*p);
    }
}

static struct gpio_kernel *kernel_of(struct gpio *gpio)
{
    return (struct gpio_kernel *)(void *)gpio;
}

/* Logs the library's errno once, here where its meaning is known. A chip that was unplugged answers ENODEV. */
static int failed(const char *what, const char *which)
{
    int error = errno > 0 ? errno : EIO;
    log_error("%s %s: %s", what, which, strerror(error));
    return -error;
}

int64_t gpio_stamp_to_boot_us(uint64_t stamp_ns, int64_t clock_now_ns, int64_t boot_now_us)
{
    int64_t age_ns = clock_now_ns - (int64_t)stamp_ns;
    return boot_now_us - (age_ns > 0 ? age_ns / 1000 : 0);
}

static int64_t monotonic_ns(void)
{
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 * US_PER_S + t.tv_nsec;
}

/* -- finding ------------------------------------------------------------------------------------------------ */

/* Whether an open chip is meant by @wanted, a name or label ("": any). @return 1, 0, or a negative errno. */
static int is_wanted(struct gpiod_chip *chip, const char *wanted)
{
    if (wanted[0] == '\0') {
        return 1;
    }
    _cleanup_(chip_info_freep) struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
    if (!info) {
        return failed("information about chip", gpiod_chip_get_path(chip));
    }
    return strcmp(gpiod_chip_info_get_name(info), wanted) == 0 || strcmp(gpiod_chip_info_get_label(info), wanted) == 0;
}

/* Opens the chip at @path and keeps it when it is wanted. A chip that goes away meanwhile isn't there. */
static int add_chip(struct gpio_kernel *kernel, const char *path, const char *wanted)
{
    _cleanup_(chip_closep) struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) {
        return errno == ENOENT || errno == ENODEV || errno == ENXIO ? 0 : failed("open chip", path);
    }
    int r = is_wanted(chip, wanted);
    if (r <= 0) {
        return r;
    }
    if (kernel->n_chips == CHIPS_MAX) {
        log_error("more than %d chips", CHIPS_MAX);
        return -E2BIG;
    }
    kernel->chips[kernel->n_chips++].chip = STEAL_PTR(chip);
    return 0;
}

/* @return 0 with at least one chip, GPIO_NO_CHIP, or a negative errno. */
static int find_chips(struct gpio_kernel *kernel, const char *wanted)
{
    if (wanted[0] == '/') {
        int r = gpiod_is_gpiochip_device(wanted) ? add_chip(kernel, wanted, "") : 0;
        return r < 0 ? r : kernel->n_chips > 0 ? 0 : GPIO_NO_CHIP;
    }
    _cleanup_(dir_closep) DIR *dir = opendir("/dev");
    if (!dir) {
        return failed("read folder", "/dev");
    }
    int denied = 0;
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        char path[PATH_SIZE];
        if (strncmp(entry->d_name, "gpiochip", strlen("gpiochip")) != 0) {
            continue;
        }
        (void)snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
        int r = gpiod_is_gpiochip_device(path) ? add_chip(kernel, path, wanted) : 0;
        if (r == -EACCES || r == -EPERM) {
            denied = r; /* a chip that isn't ours to open: the lines may be on another one */
        } else if (r < 0) {
            return r;
        }
    }
    return kernel->n_chips > 0 ? 0 : denied < 0 ? denied : GPIO_NO_CHIP;
}

/* @return 0 with chip_of and offset_of filled, GPIO_NO_LINE, or a negative errno. */
static int find_lines(struct gpio_kernel *kernel, size_t *ret_bad_line)
{
    for (size_t i = 0; i < kernel->gpio.n_lines; i++) {
        const char *name = kernel->gpio.lines[i].name;
        unsigned found = 0;
        for (unsigned c = 0; c < kernel->n_chips; c++) {
            int offset = gpiod_chip_get_line_offset_from_name(kernel->chips[c].chip, name);
            if (offset < 0 && errno != ENOENT) {
                return failed("look for line", name);
            }
            if (offset >= 0) {
                kernel->chip_of[i] = c;
                kernel->offset_of[i] = (unsigned)offset;
                found++;
            }
        }
        if (found == 0) {
            *ret_bad_line = i;
            return GPIO_NO_LINE;
        }
        if (found > 1) {
            log_error("line %s is on %u chips: name the chip", name, found);
            return -ENOTUNIQ;
        }
    }
    return 0;
}

/* -- claiming ----------------------------------------------------------------------------------------------- */

static enum gpiod_line_bias bias_of(enum gpio_bias bias)
{
    switch (bias) {
    case GPIO_BIAS_PULL_UP:
        return GPIOD_LINE_BIAS_PULL_UP;
    case GPIO_BIAS_PULL_DOWN:
        return GPIOD_LINE_BIAS_PULL_DOWN;
    case GPIO_BIAS_AS_IS:
    default:
        return GPIOD_LINE_BIAS_AS_IS;
    }
}

static int add_settings(struct gpiod_line_config *config, const struct gpio_line_config *line, unsigned offset)
{
    _cleanup_(settings_freep) struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (!settings) {
        return failed("settings of line", line->name);
    }
    gpiod_line_settings_set_active_low(settings, line->active_low);
    int r = gpiod_line_settings_set_bias(settings, bias_of(line->bias));
    if (line->output) {
        r |= gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT);
        r |= gpiod_line_settings_set_output_value(settings, GPIOD_LINE_VALUE_INACTIVE);
    } else {
        r |= gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
        r |= gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
        r |= gpiod_line_settings_set_event_clock(settings, GPIOD_LINE_CLOCK_MONOTONIC);
        gpiod_line_settings_set_debounce_period_us(settings, line->debounce_us);
    }
    if (r != 0 || gpiod_line_config_add_line_settings(config, &offset, 1, settings) < 0) {
        return failed("settings of line", line->name);
    }
    return 0;
}

/* After EBUSY: which of the lines was it? The first of them if it was let go meanwhile. */
static int name_taken(struct gpio_kernel *kernel, unsigned chip, bool output, size_t *ret_bad_line)
{
    size_t first = GPIO_LINES_MAX;
    for (size_t i = 0; i < kernel->gpio.n_lines; i++) {
        if (kernel->chip_of[i] != chip || kernel->gpio.lines[i].output != output) {
            continue;
        }
        first = first == GPIO_LINES_MAX ? i : first;
        _cleanup_(line_info_freep) struct gpiod_line_info *info =
            gpiod_chip_get_line_info(kernel->chips[chip].chip, kernel->offset_of[i]);
        if (info && gpiod_line_info_is_used(info)) {
            *ret_bad_line = i;
            return GPIO_LINE_TAKEN;
        }
    }
    *ret_bad_line = first;
    return GPIO_LINE_TAKEN;
}

/* Requests one chip's outputs or inputs. @return 0 (*ret_request NULL when there are none), GPIO_LINE_TAKEN, or a
 * negative errno. */
static int claim(struct gpio_kernel *kernel, unsigned chip, bool output, struct gpiod_line_request **ret_request,
                 size_t *ret_bad_line)
{
    _cleanup_(line_config_freep) struct gpiod_line_config *lines = gpiod_line_config_new();
    _cleanup_(request_config_freep) struct gpiod_request_config *options = gpiod_request_config_new();
    if (!lines || !options) {
        return -ENOMEM;
    }
    size_t n = 0;
    for (size_t i = 0; i < kernel->gpio.n_lines; i++) {
        if (kernel->chip_of[i] != chip || kernel->gpio.lines[i].output != output) {
            continue;
        }
        int r = add_settings(lines, &kernel->gpio.lines[i], kernel->offset_of[i]);
        if (r < 0) {
            return r;
        }
        n++;
    }
    if (n == 0) {
        return 0;
    }
    gpiod_request_config_set_consumer(options, consumer);
    if (!output) {
        gpiod_request_config_set_event_buffer_size(options, n * EVENTS_PER_LINE);
    }
    struct gpiod_line_request *request = gpiod_chip_request_lines(kernel->chips[chip].chip, options, lines);
    if (!request) {
        return errno == EBUSY ? name_taken(kernel, chip, output, ret_bad_line)
                              : failed("request lines of chip", gpiod_chip_get_path(kernel->chips[chip].chip));
    }
    *ret_request = request;
    return 0;
}

static int claim_all(struct gpio_kernel *kernel, size_t *ret_bad_line)
{
    for (unsigned c = 0; c < kernel->n_chips; c++) {
        int r = claim(kernel, c, true, &kernel->chips[c].outputs, ret_bad_line);
        if (r != 0) {
            return r;
        }
    }
    for (unsigned c = 0; c < kernel->n_chips; c++) {
        struct chip *chip = &kernel->chips[c];
        int r = claim(kernel, c, false, &chip->inputs, ret_bad_line);
        if (r != 0) {
            return r;
        }
        struct epoll_event event = {.events = EPOLLIN};
        if (chip->inputs &&
            epoll_ctl(kernel->epoll_fd, EPOLL_CTL_ADD, gpiod_line_request_get_fd(chip->inputs), &event) < 0) {
            return failed("wait on chip", gpiod_chip_get_path(chip->chip));
        }
    }
    return 0;
}

/* -- operations --------------------------------------------------------------------------------------------- */

static int kernel_set(struct gpio *gpio, const unsigned *lines, const bool *active, size_t n)
{
    struct gpio_kernel *kernel = kernel_of(gpio);
    int result = 0;
    for (unsigned c = 0; c < kernel->n_chips; c++) {
        unsigned offsets[GPIO_LINES_MAX];
        enum gpiod_line_value values[GPIO_LINES_MAX];
        size_t n_here = 0;
        for (size_t i = 0; i < n; i++) {
            if (kernel->chip_of[lines[i]] == c) {
                offsets[n_here] = kernel->offset_of[lines[i]];
                values[n_here++] = active[i] ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
            }
        }
        if (n_here > 0 && gpiod_line_request_set_values_subset(kernel->chips[c].outputs, n_here, offsets, values) < 0) {
            result = failed("set outputs of chip", gpiod_chip_get_path(kernel->chips[c].chip));
        }
    }
    return result; /* the chips that still answer have been set even so */
}

static int kernel_get(struct gpio *gpio, unsigned line)
{
    struct gpio_kernel *kernel = kernel_of(gpio);
    const struct chip *chip = &kernel->chips[kernel->chip_of[line]];
    struct gpiod_line_request *request = gpio->lines[line].output ? chip->outputs : chip->inputs;
    switch (gpiod_line_request_get_value(request, kernel->offset_of[line])) {
    case GPIOD_LINE_VALUE_ACTIVE:
        return 1;
    case GPIOD_LINE_VALUE_INACTIVE:
        return 0;
    case GPIOD_LINE_VALUE_ERROR:
    default:
        return failed("read line", gpio->lines[line].name);
    }
}

static int kernel_fd(const struct gpio *gpio)
{
    return ((const struct gpio_kernel *)(const void *)gpio)->epoll_fd;
}

static bool find_input(const struct gpio_kernel *kernel, unsigned chip, unsigned offset, unsigned *ret_line)
{
    for (unsigned i = 0; i < kernel->gpio.n_lines; i++) {
        if (kernel->chip_of[i] == chip && kernel->offset_of[i] == offset && !kernel->gpio.lines[i].output) {
            *ret_line = i;
            return true;
        }
    }
    return false;
}

/* Takes up to @max edges of one chip that has some. @return their number, or a negative errno. */
static int read_edges(struct gpio_kernel *kernel, unsigned c, struct gpio_edge *ret_edges, size_t max)
{
    struct chip *chip = &kernel->chips[c];
    int n = gpiod_line_request_read_edge_events(chip->inputs, kernel->buffer, max < READ_MAX ? max : READ_MAX);
    if (n < 0) {
        return failed("read edges of chip", gpiod_chip_get_path(chip->chip));
    }
    int64_t clock_now_ns = monotonic_ns();
    int64_t boot_now_us = clock_boot_us();
    int taken = 0;
    for (int i = 0; i < n; i++) {
        struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(kernel->buffer, (unsigned long)i);
        if (!event) {
            continue;
        }
        unsigned long seqno = gpiod_edge_event_get_global_seqno(event);
        chip->missed = chip->missed || seqno != chip->last_seqno + 1;
        chip->last_seqno = seqno;
        unsigned line = 0;
        if (!find_input(kernel, c, gpiod_edge_event_get_line_offset(event), &line)) {
            continue;
        }
        bool active = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
        kernel->active[line] = active;
        ret_edges[taken++] = (struct gpio_edge){
            .line = line,
            .active = active,
            .boot_us = gpio_stamp_to_boot_us(gpiod_edge_event_get_timestamp_ns(event), clock_now_ns, boot_now_us)};
    }
    return taken;
}

/* After edges were dropped: tells each level that isn't what was told last. @return the number of edges, or a negative
 * errno. */
static int tell_levels(struct gpio_kernel *kernel, unsigned c, struct gpio_edge *ret_edges, size_t max)
{
    int taken = 0;
    for (unsigned i = 0; i < kernel->gpio.n_lines; i++) {
        if (kernel->chip_of[i] != c || kernel->gpio.lines[i].output) {
            continue;
        }
        int level = kernel_get(&kernel->gpio, i);
        if (level < 0) {
            return level;
        }
        if ((level == 1) == kernel->active[i]) {
            continue;
        }
        if ((size_t)taken == max) {
            return taken; /* the rest at the next call: the gap stays noted */
        }
        kernel->active[i] = level == 1;
        ret_edges[taken++] = (struct gpio_edge){.line = i, .active = level == 1, .boot_us = clock_boot_us()};
    }
    log_warn("chip %s dropped edges; its levels were read again", gpiod_chip_get_path(kernel->chips[c].chip));
    kernel->chips[c].missed = false;
    return taken;
}

static int drain_chip(struct gpio_kernel *kernel, unsigned c, struct gpio_edge *ret_edges, size_t max)
{
    struct chip *chip = &kernel->chips[c];
    size_t taken = 0;
    while (chip->inputs && taken < max) {
        int r = gpiod_line_request_wait_edge_events(chip->inputs, 0);
        if (r < 0) {
            return failed("wait on chip", gpiod_chip_get_path(chip->chip));
        }
        if (r == 0 && !chip->missed) {
            break;
        }
        bool last = r == 0;
        r = last ? tell_levels(kernel, c, ret_edges + taken, max - taken)
                 : read_edges(kernel, c, ret_edges + taken, max - taken);
        if (r < 0) {
            return r;
        }
        taken += (size_t)r;
        if (last) {
            break;
        }
    }
    return (int)taken;
}

static int kernel_drain(struct gpio *gpio, struct gpio_edge *ret_edges, size_t max)
{
    struct gpio_kernel *kernel = kernel_of(gpio);
    size_t taken = 0;
    for (unsigned c = 0; c < kernel->n_chips; c++) {
        int r = drain_chip(kernel, c, ret_edges + taken, max - taken);
        if (r < 0) {
            return taken > 0 ? (int)taken : r; /* a lost chip is told again by the next call */
        }
        taken += (size_t)r;
    }
    return (int)taken;
}

static void kernel_free(struct gpio_kernel *kernel)
{
    for (size_t c = 0; c < kernel->n_chips; c++) {
        struct chip *chip = &kernel->chips[c];
        if (chip->inputs) {
            gpiod_line_request_release(chip->inputs);
        }
        if (chip->outputs) {
            gpiod_line_request_release(chip->outputs);
        }
        gpiod_chip_close(chip->chip);
    }
    if (kernel->buffer) {
        gpiod_edge_event_buffer_free(kernel->buffer);
    }
    cleanup_closep(&kernel->epoll_fd);
    free(kernel);
}

static void kernel_close(struct gpio *gpio)
{
    kernel_free(kernel_of(gpio));
}

static const struct gpio_ops kernel_ops = {kernel_close, kernel_set, kernel_get, kernel_fd, kernel_drain};

/* Finds the chips and lines, claims them, and learns the inputs' levels. @return 0, an outcome, or a negative errno. */
static int kernel_start(struct gpio_kernel *kernel, const char *chip, size_t *ret_bad_line)
{
    kernel->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    kernel->buffer = gpiod_edge_event_buffer_new(READ_MAX);
    if (kernel->epoll_fd < 0 || !kernel->buffer) {
        return -errno;
    }
    int r = find_chips(kernel, chip);
    if (r == 0) {
        r = find_lines(kernel, ret_bad_line);
    }
    if (r == 0) {
        r = claim_all(kernel, ret_bad_line);
    }
    for (unsigned i = 0; r == 0 && i < kernel->gpio.n_lines; i++) {
        int level = kernel->gpio.lines[i].output ? 0 : kernel_get(&kernel->gpio, i);
        kernel->active[i] = level == 1;
        r = level < 0 ? level : 0;
    }
    return r;
}

int gpio_kernel_open(const char *chip, const struct gpio_line_config *lines, size_t n_lines, struct gpio **ret_gpio,
                     size_t *ret_bad_line)
{
    struct gpio_kernel *kernel = calloc(1, sizeof(*kernel));
    if (!kernel) {
        return -ENOMEM;
    }
    kernel->gpio.ops = &kernel_ops;
    kernel->gpio.n_lines = n_lines;
    memcpy(kernel->gpio.lines, lines, n_lines * sizeof(*lines));
    int r = kernel_start(kernel, chip, ret_bad_line);
    if (r != 0) {
        kernel_free(kernel);
        return r;
    }
    *ret_gpio = &kernel->gpio;
    return 0;
}
