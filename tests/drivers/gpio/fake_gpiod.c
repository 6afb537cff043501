#include "fake_gpiod.h"

#include <dirent.h>
#include <errno.h>
#include <gpiod.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct fake fake;

struct gpiod_chip {
    struct fake_chip *fake;
};

struct gpiod_chip_info {
    struct fake_chip *fake;
};

struct gpiod_line_info {
    bool used;
};

struct gpiod_line_settings {
    enum gpiod_line_direction direction;
    enum gpiod_line_edge edge;
    enum gpiod_line_bias bias;
    enum gpiod_line_clock clock;
    enum gpiod_line_value value;
    bool active_low;
    unsigned long debounce_us;
};

struct gpiod_line_config {
    unsigned offsets[FAKE_LINES];
    struct gpiod_line_settings settings[FAKE_LINES];
    size_t n;
};

struct gpiod_request_config {
    char consumer[32];
};

struct gpiod_line_request {
    struct fake_chip *fake;
    bool input;
    struct gpiod_line_config lines;
};

struct gpiod_edge_event {
    struct fake_event event;
};

struct gpiod_edge_event_buffer {
    struct gpiod_edge_event events[FAKE_EVENTS];
};

static void __attribute__((format(printf, 1, 2))) say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(fake.said + fake.len, sizeof(fake.said) - fake.len, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < sizeof(fake.said) - fake.len) {
        fake.len += (size_t)n;
    }
}

void fake_reset(void)
{
    memset(&fake, 0, sizeof(fake));
    for (size_t i = 0; i < FAKE_CHIPS; i++) {
        fake.chips[i].input_fd = -1;
    }
}

void fake_edge(unsigned chip, const struct fake_event *event)
{
    struct fake_chip *c = &fake.chips[chip];
    c->events[c->n_events++] = *event;
    c->lines[event->offset].active = event->rising;
    (void)eventfd_write(c->input_fd, 1);
}

static void *make(size_t size)
{
    void *made = calloc(1, size);
    if (made) {
        fake.open++;
    }
    return made;
}

static void drop(void *made)
{
    if (made) {
        fake.open--;
    }
    free(made);
}

static bool is_gone(const struct fake_chip *chip)
{
    if (chip->gone) {
        errno = ENODEV;
    }
    return chip->gone;
}

/* -- /dev: the linker sends the driver's calls here ---------------------------------------------------------- */

DIR *__wrap_opendir(const char *path);
struct dirent *__wrap_readdir(DIR *dir);
int __wrap_closedir(DIR *dir);

static size_t dir_at;
static struct dirent dir_entry;

DIR *__wrap_opendir(const char *path)
{
    dir_at = 0;
    return strcmp(path, "/dev") == 0 ? (DIR *)(void *)&dir_at : NULL;
}

struct dirent *__wrap_readdir(DIR *dir)
{
    (void)dir;
    while (dir_at < FAKE_CHIPS && !fake.chips[dir_at].path) {
        dir_at++;
    }
    if (dir_at > FAKE_CHIPS) {
        return NULL;
    }
    /* After the chips comes something else that /dev holds. */
    const char *name = dir_at < FAKE_CHIPS ? fake.chips[dir_at].path + strlen("/dev/") : "null";
    (void)snprintf(dir_entry.d_name, sizeof(dir_entry.d_name), "%s", name);
    dir_at++;
    return &dir_entry;
}

int __wrap_closedir(DIR *dir)
{
    (void)dir;
    return 0;
}

static struct fake_chip *chip_at(const char *path)
{
    for (size_t i = 0; i < FAKE_CHIPS; i++) {
        if (fake.chips[i].path && strcmp(fake.chips[i].path, path) == 0) {
            return &fake.chips[i];
        }
    }
    return NULL;
}

bool gpiod_is_gpiochip_device(const char *path)
{
    return chip_at(path) != NULL;
}

/* -- chips --------------------------------------------------------------------------------------------------- */

struct gpiod_chip *gpiod_chip_open(const char *path)
{
    struct fake_chip *found = chip_at(path);
    if (!found || found->open_error) {
        errno = found ? found->open_error : ENOENT;
        return NULL;
    }
    struct gpiod_chip *chip = make(sizeof(*chip));
    if (chip) {
        chip->fake = found;
    }
    return chip;
}

void gpiod_chip_close(struct gpiod_chip *chip)
{
    drop(chip);
}

const char *gpiod_chip_get_path(struct gpiod_chip *chip)
{
    return chip->fake->path;
}

struct gpiod_chip_info *gpiod_chip_get_info(struct gpiod_chip *chip)
{
    struct gpiod_chip_info *info = is_gone(chip->fake) ? NULL : make(sizeof(*info));
    if (info) {
        info->fake = chip->fake;
    }
    return info;
}

void gpiod_chip_info_free(struct gpiod_chip_info *info)
{
    drop(info);
}

const char *gpiod_chip_info_get_name(struct gpiod_chip_info *info)
{
    return info->fake->name;
}

const char *gpiod_chip_info_get_label(struct gpiod_chip_info *info)
{
    return info->fake->label;
}

int gpiod_chip_get_line_offset_from_name(struct gpiod_chip *chip, const char *name)
{
    if (is_gone(chip->fake)) {
        return -1;
    }
    for (int i = 0; i < FAKE_LINES; i++) {
        if (chip->fake->lines[i].name && strcmp(chip->fake->lines[i].name, name) == 0) {
            return i;
        }
    }
    errno = ENOENT;
    return -1;
}

struct gpiod_line_info *gpiod_chip_get_line_info(struct gpiod_chip *chip, unsigned int offset)
{
    struct gpiod_line_info *info = make(sizeof(*info));
    if (info) {
        info->used = chip->fake->lines[offset].used;
    }
    return info;
}

void gpiod_line_info_free(struct gpiod_line_info *info)
{
    drop(info);
}

bool gpiod_line_info_is_used(struct gpiod_line_info *info)
{
    return info->used;
}

/* -- settings ------------------------------------------------------------------------------------------------ */

struct gpiod_line_settings *gpiod_line_settings_new(void)
{
    return make(sizeof(struct gpiod_line_settings));
}

void gpiod_line_settings_free(struct gpiod_line_settings *s)
{
    drop(s);
}

int gpiod_line_settings_set_direction(struct gpiod_line_settings *s, enum gpiod_line_direction direction)
{
    s->direction = direction;
    return 0;
}

int gpiod_line_settings_set_edge_detection(struct gpiod_line_settings *s, enum gpiod_line_edge edge)
{
    s->edge = edge;
    return 0;
}

int gpiod_line_settings_set_bias(struct gpiod_line_settings *s, enum gpiod_line_bias bias)
{
    s->bias = bias;
    return 0;
}

void gpiod_line_settings_set_active_low(struct gpiod_line_settings *s, bool active_low)
{
    s->active_low = active_low;
}

void gpiod_line_settings_set_debounce_period_us(struct gpiod_line_settings *s, unsigned long period)
{
    s->debounce_us = period;
}

int gpiod_line_settings_set_event_clock(struct gpiod_line_settings *s, enum gpiod_line_clock event_clock)
{
    s->clock = event_clock;
    return 0;
}

int gpiod_line_settings_set_output_value(struct gpiod_line_settings *s, enum gpiod_line_value value)
{
    s->value = value;
    return 0;
}

struct gpiod_line_config *gpiod_line_config_new(void)
{
    return make(sizeof(struct gpiod_line_config));
}

void gpiod_line_config_free(struct gpiod_line_config *config)
{
    drop(config);
}

int gpiod_line_config_add_line_settings(struct gpiod_line_config *config, const unsigned int *offsets,
                                        size_t num_offsets, struct gpiod_line_settings *settings)
{
    for (size_t i = 0; i < num_offsets; i++) {
        config->offsets[config->n] = offsets[i];
        config->settings[config->n++] = *settings;
    }
    return 0;
}

struct gpiod_request_config *gpiod_request_config_new(void)
{
    return make(sizeof(struct gpiod_request_config));
}

void gpiod_request_config_free(struct gpiod_request_config *config)
{
    drop(config);
}

void gpiod_request_config_set_consumer(struct gpiod_request_config *config, const char *consumer)
{
    (void)snprintf(config->consumer, sizeof(config->consumer), "%s", consumer);
}

void gpiod_request_config_set_event_buffer_size(struct gpiod_request_config *config, size_t event_buffer_size)
{
    (void)config;
    (void)event_buffer_size;
}

/* -- requests ------------------------------------------------------------------------------------------------ */

static void say_request(const struct fake_chip *chip, const struct gpiod_line_config *lines)
{
    static const char *const biases[] = {
        [GPIOD_LINE_BIAS_AS_IS] = "", [GPIOD_LINE_BIAS_PULL_UP] = " up", [GPIOD_LINE_BIAS_PULL_DOWN] = " down"};
    say("claim %s:", chip->label);
    for (size_t i = 0; i < lines->n; i++) {
        const struct gpiod_line_settings *s = &lines->settings[i];
        say(" [%s", chip->lines[lines->offsets[i]].name);
        if (s->direction == GPIOD_LINE_DIRECTION_OUTPUT) {
            say(" out=%d", s->value == GPIOD_LINE_VALUE_ACTIVE);
        } else {
            say(" in%s%s", s->edge == GPIOD_LINE_EDGE_BOTH ? " both" : "",
                s->clock == GPIOD_LINE_CLOCK_MONOTONIC ? " monotonic" : "");
        }
        say("%s%s", biases[s->bias], s->active_low ? " low" : "");
        if (s->debounce_us > 0) {
            say(" %luus", s->debounce_us);
        }
        say("]");
    }
    say("\n");
}

struct gpiod_line_request *gpiod_chip_request_lines(struct gpiod_chip *chip, struct gpiod_request_config *req_cfg,
                                                    struct gpiod_line_config *line_cfg)
{
    (void)req_cfg;
    if (is_gone(chip->fake)) {
        return NULL;
    }
    for (size_t i = 0; i < line_cfg->n; i++) {
        if (chip->fake->lines[line_cfg->offsets[i]].used) {
            errno = EBUSY;
            return NULL;
        }
    }
    struct gpiod_line_request *request = make(sizeof(*request));
    if (!request) {
        return NULL;
    }
    request->fake = chip->fake;
    request->lines = *line_cfg;
    request->input = line_cfg->settings[0].direction == GPIOD_LINE_DIRECTION_INPUT;
    if (request->input) {
        chip->fake->input_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    }
    say_request(chip->fake, line_cfg);
    return request;
}

void gpiod_line_request_release(struct gpiod_line_request *request)
{
    say("release %s %s\n", request->fake->label, request->input ? "in" : "out");
    if (request->input) {
        (void)close(request->fake->input_fd);
        request->fake->input_fd = -1;
    }
    drop(request);
}

int gpiod_line_request_get_fd(struct gpiod_line_request *request)
{
    return request->fake->input_fd;
}

enum gpiod_line_value gpiod_line_request_get_value(struct gpiod_line_request *request, unsigned int offset)
{
    if (is_gone(request->fake)) {
        return GPIOD_LINE_VALUE_ERROR;
    }
    return request->fake->lines[offset].active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
}

int gpiod_line_request_set_values_subset(struct gpiod_line_request *request, size_t num_values,
                                         const unsigned int *offsets, const enum gpiod_line_value *values)
{
    if (is_gone(request->fake)) {
        return -1;
    }
    say("set %s:", request->fake->label);
    for (size_t i = 0; i < num_values; i++) {
        struct fake_line *line = &request->fake->lines[offsets[i]];
        line->active = values[i] == GPIOD_LINE_VALUE_ACTIVE;
        say(" %s=%d", line->name, line->active);
    }
    say("\n");
    return 0;
}

/* -- edges --------------------------------------------------------------------------------------------------- */

int gpiod_line_request_wait_edge_events(struct gpiod_line_request *request, int64_t timeout_ns)
{
    (void)timeout_ns;
    return request->fake->gone || request->fake->n_events > 0; /* a chip that is gone wakes its waiter */
}

int gpiod_line_request_read_edge_events(struct gpiod_line_request *request, struct gpiod_edge_event_buffer *buffer,
                                        size_t max_events)
{
    struct fake_chip *chip = request->fake;
    if (is_gone(chip)) {
        return -1;
    }
    size_t n = chip->n_events < max_events ? chip->n_events : max_events;
    for (size_t i = 0; i < n; i++) {
        buffer->events[i].event = chip->events[i];
    }
    chip->n_events -= n;
    memmove(chip->events, chip->events + n, chip->n_events * sizeof(*chip->events));
    if (chip->n_events == 0) {
        eventfd_t count = 0;
        (void)eventfd_read(chip->input_fd, &count);
    }
    return (int)n;
}

struct gpiod_edge_event_buffer *gpiod_edge_event_buffer_new(size_t capacity)
{
    (void)capacity;
    return make(sizeof(struct gpiod_edge_event_buffer));
}

void gpiod_edge_event_buffer_free(struct gpiod_edge_event_buffer *buffer)
{
    drop(buffer);
}

struct gpiod_edge_event *gpiod_edge_event_buffer_get_event(struct gpiod_edge_event_buffer *buffer, unsigned long index)
{
    return &buffer->events[index];
}

enum gpiod_edge_event_type gpiod_edge_event_get_event_type(struct gpiod_edge_event *event)
{
    return event->event.rising ? GPIOD_EDGE_EVENT_RISING_EDGE : GPIOD_EDGE_EVENT_FALLING_EDGE;
}

uint64_t gpiod_edge_event_get_timestamp_ns(struct gpiod_edge_event *event)
{
    return event->event.stamp_ns;
}

unsigned int gpiod_edge_event_get_line_offset(struct gpiod_edge_event *event)
{
    return event->event.offset;
}

unsigned long gpiod_edge_event_get_global_seqno(struct gpiod_edge_event *event)
{
    return event->event.seqno;
}
