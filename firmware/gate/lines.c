#define LOG_MODULE "lines"

#include "gate/lines.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_MIN_US (100 * US_PER_MS)
#define RETRY_MAX_US US_PER_S

enum { OUTPUTS = 2, EDGES_MAX = 64, NO_LINE = -1 };

struct lines_lane {
    int output[OUTPUTS]; /* line of release_in and release_out */
    int input[GATE_INPUTS];
    struct lane_outputs driven; /* what the unit believes the lines to be */
};

struct lines {
    const struct gate_config *config;
    struct gpio_line_config wanted[GPIO_LINES_MAX];
    size_t n_wanted;
    struct lines_lane lanes[GATE_LANES_MAX];
    struct gpio *gpio; /* NULL: away */
    sd_event *event;
    sd_event_source *io, *retry;
    int64_t retry_wait_us;
    struct lines_ops ops;
    void *user;
    char fault[LINES_ERROR_SIZE];
};

static int add_line(struct lines *l, const struct gpio_line_config *line)
{
    assert(l->n_wanted < GPIO_LINES_MAX); /* the configuration sees to it */
    l->wanted[l->n_wanted] = *line;
    return (int)l->n_wanted++;
}

int lines_new(const struct gate_config *config, struct lines **ret_lines)
{
    struct lines *l = calloc(1, sizeof(*l));
    if (!l) {
        return -ENOMEM;
    }
    l->config = config;
    l->retry_wait_us = RETRY_MIN_US;
    for (size_t i = 0; i < config->n_lanes; i++) {
        const struct gate_lane *lane = &config->lanes[i];
        l->lanes[i].output[LANE_IN] = add_line(l, &lane->release_in);
        l->lanes[i].output[LANE_OUT] = lane->has_release_out ? add_line(l, &lane->release_out) : NO_LINE;
    }
    for (size_t i = 0; i < config->n_lanes; i++) {
        const struct gate_lane *lane = &config->lanes[i];
        for (size_t k = 0; k < GATE_INPUTS; k++) {
            l->lanes[i].input[k] = lane->has_input[k] ? add_line(l, &lane->inputs[k]) : NO_LINE;
        }
    }
    *ret_lines = l;
    return 0;
}

int lines_open(struct lines *l, char ret_error[LINES_ERROR_SIZE])
{
    size_t bad = 0;
    int r = gpio_open(l->config->chip, l->wanted, l->n_wanted, &l->gpio, &bad);
    if (r == 0) {
        l->fault[0] = '\0';
        return 0;
    }
    l->gpio = NULL;
    const char *chip = l->config->chip[0] ? l->config->chip : "the chips of this machine";
    if (r == GPIO_NO_CHIP) {
        (void)snprintf(ret_error, LINES_ERROR_SIZE, "no chip: %s", chip);
    } else if (r == GPIO_NO_LINE) {
        (void)snprintf(ret_error, LINES_ERROR_SIZE, "no line '%s' on %s", l->wanted[bad].name, chip);
    } else if (r == GPIO_LINE_TAKEN) {
        (void)snprintf(ret_error, LINES_ERROR_SIZE, "the line '%s' is in use by another process", l->wanted[bad].name);
    } else {
        (void)snprintf(ret_error, LINES_ERROR_SIZE, "%s: %s", chip, strerror(r < 0 ? -r : EPROTO));
    }
    (void)text_copy(l->fault, sizeof(l->fault), ret_error);
    return r < 0 ? r : r == GPIO_NO_LINE ? LINES_NEVER : LINES_LATER;
}

static void tell_levels(struct lines *l)
{
    for (unsigned i = 0; i < l->config->n_lanes && l->gpio; i++) {
        for (unsigned k = 0; k < GATE_INPUTS && l->gpio; k++) {
            int level = lines_get(l, i, (enum gate_input)k);
            if (level >= 0) {
                l->ops.input(l->user, i, (enum gate_input)k, level > 0, clock_boot_us());
            }
        }
    }
}

static void arm_retry(struct lines *l)
{
    int r = sd_event_source_set_time(l->retry, (uint64_t)(clock_boot_us() + l->retry_wait_us));
    if (r >= 0) {
        r = sd_event_source_set_enabled(l->retry, SD_EVENT_ONESHOT);
    }
    assert(r >= 0); /* only a wrong argument fails */
    l->retry_wait_us = l->retry_wait_us * 2 < RETRY_MAX_US ? l->retry_wait_us * 2 : RETRY_MAX_US;
}

static void lose(struct lines *l, int error)
{
    if (!l->gpio) {
        return;
    }
    l->io = sd_event_source_disable_unref(l->io);
    gpio_close(l->gpio);
    l->gpio = NULL;
    (void)snprintf(l->fault, sizeof(l->fault), "the chip is gone: %s", strerror(-error));
    log_error("%s", l->fault);
    if (l->retry) {
        arm_retry(l);
        l->ops.state(l->user, false, l->fault);
    }
}

static int on_edges(sd_event_source *source, int fd, uint32_t revents, void *user)
{
    struct lines *l = user;
    struct gpio_edge edges[EDGES_MAX];
    (void)source;
    (void)fd;
    (void)revents;
    int n = gpio_drain(l->gpio, edges, EDGES_MAX);
    if (n < 0) {
        lose(l, n);
        return 0;
    }
    for (int e = 0; e < n; e++) {
        for (unsigned i = 0; i < l->config->n_lanes; i++) {
            for (unsigned k = 0; k < GATE_INPUTS; k++) {
                if (l->lanes[i].input[k] == (int)edges[e].line) {
                    l->ops.input(l->user, i, (enum gate_input)k, edges[e].active, edges[e].boot_us);
                }
            }
        }
    }
    return 0;
}

/* The lines are ours (again). */
static int listen_to(struct lines *l)
{
    int r = sd_event_add_io(l->event, &l->io, gpio_fd(l->gpio), EPOLLIN, on_edges, l);
    if (r >= 0) {
        /* Inputs before all else: fire and the arm's place are older than any card. */
        r = sd_event_source_set_priority(l->io, SD_EVENT_PRIORITY_IMPORTANT);
    }
    for (unsigned i = 0; r >= 0 && i < l->config->n_lanes; i++) {
        if (l->lanes[i].driven.release_in || l->lanes[i].driven.release_out) {
            (void)lines_set(l, i, l->lanes[i].driven);
        }
    }
    return r < 0 ? r : 0;
}

static int on_retry(sd_event_source *source, uint64_t boot_us, void *user)
{
    struct lines *l = user;
    char error[LINES_ERROR_SIZE];
    (void)source;
    (void)boot_us;
    int r = lines_open(l, error);
    if (r != 0) {
        arm_retry(l);
        return 0;
    }
    r = listen_to(l);
    if (r < 0) {
        lose(l, r);
        return 0;
    }
    l->retry_wait_us = RETRY_MIN_US;
    log_info("the lines are back");
    l->ops.state(l->user, true, "");
    tell_levels(l);
    return 0;
}

int lines_start(struct lines *l, sd_event *event, const struct lines_ops *ops, void *user)
{
    l->event = sd_event_ref(event);
    l->ops = *ops;
    l->user = user;
    int r = sd_event_add_time(event, &l->retry, CLOCK_BOOTTIME, 0, 1, on_retry, l);
    if (r >= 0) {
        r = sd_event_source_set_enabled(l->retry, SD_EVENT_OFF);
    }
    if (r >= 0 && l->gpio) {
        r = listen_to(l);
    }
    if (r < 0) {
        return r;
    }
    if (l->gpio) {
        tell_levels(l);
    } else {
        arm_retry(l);
    }
    return 0;
}

void lines_free(struct lines *l)
{
    if (!l) {
        return;
    }
    gpio_close(l->gpio); /* first: outputs safe */
    sd_event_source_disable_unref(l->io);
    sd_event_source_disable_unref(l->retry);
    sd_event_unref(l->event);
    free(l);
}

int lines_set(struct lines *l, unsigned lane, struct lane_outputs outputs)
{
    struct lines_lane *at = &l->lanes[lane];
    unsigned lines[OUTPUTS];
    bool active[OUTPUTS];
    size_t n = 0;
    lines[n] = (unsigned)at->output[LANE_IN];
    active[n++] = outputs.release_in;
    if (at->output[LANE_OUT] != NO_LINE) {
        lines[n] = (unsigned)at->output[LANE_OUT];
        active[n++] = outputs.release_out;
    }
    int r = l->gpio ? gpio_set(l->gpio, lines, active, n) : -ENODEV;
    /* A failure ends the lane's release as far as the unit is concerned: nothing is to be restored. */
    at->driven = r == 0 ? outputs : (struct lane_outputs){0};
    if (r < 0) {
        lose(l, r);
    }
    return r;
}

bool lines_working(const struct lines *l)
{
    return l->gpio != NULL;
}

const char *lines_fault(const struct lines *l)
{
    return l->fault;
}

int lines_get(struct lines *l, unsigned lane, enum gate_input input)
{
    int line = l->lanes[lane].input[input];
    if (line == NO_LINE) {
        return -ENOENT;
    }
    int level = l->gpio ? gpio_get(l->gpio, (unsigned)line) : -ENODEV;
    if (level < 0) {
        lose(l, level);
    }
    return level;
}
