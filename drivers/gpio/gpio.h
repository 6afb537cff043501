#pragma once

/* Digital lines, found by name. Two chips behind one interface: the kernel's (libgpiod 2) and a simulated one (a
 * Unix socket to tools/sim) for machines without GPIO. Decides nothing.
 *
 * Lines are logical: "active" is after active-low has been applied. Outputs are claimed first, at their safe level
 * (inactive); an input is claimed after all outputs. A driver offers a descriptor to wait on and a call to drain it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GPIO_LINES_MAX = 64, GPIO_NAME_SIZE = 64 };
enum gpio_bias { GPIO_BIAS_AS_IS, GPIO_BIAS_PULL_UP, GPIO_BIAS_PULL_DOWN };

struct gpio_line_config {
    char name[GPIO_NAME_SIZE]; /* the line's name on its chip */
    bool output;
    bool active_low;
    enum gpio_bias bias;
    uint32_t debounce_us; /* inputs; 0: none (the kernel's debounce where it has one) */
};

struct gpio_edge {
    unsigned line; /* index into the configuration */
    bool active; /* level after the edge */
    int64_t boot_us; /* CLOCK_BOOTTIME, converted where the chip stamps another clock */
};

struct gpio;

/* Named outcomes of gpio_open. */
enum gpio_outcome {
    GPIO_NO_CHIP = 1, /* no such chip or socket */
    GPIO_NO_LINE, /* *ret_bad_line isn't on the chip */
    GPIO_LINE_TAKEN, /* *ret_bad_line is in use by another process */
};

/** Claims all lines of @chip: a label or path of a chip of the kernel ("" = search all chips by line name), or
 * "sim:PATH". @return 0 with *ret_gpio (close with gpio_close), an outcome, or a negative errno. */
int gpio_open(const char *chip, const struct gpio_line_config *lines, size_t n_lines, struct gpio **ret_gpio,
              size_t *ret_bad_line);
/** Sets every output to its safe level, then lets go. Takes NULL. */
void gpio_close(struct gpio *gpio);
static inline void gpio_closep(struct gpio **gpio)
{
    gpio_close(*gpio);
}

/** Drives several outputs in one step where the chip can. @return 0 or a negative errno (-ENODEV: the chip is gone). */
int gpio_set(struct gpio *gpio, const unsigned *lines, const bool *active, size_t n);
/** Reads one line's level now. @return 0, 1, or a negative errno. */
int gpio_get(struct gpio *gpio, unsigned line);
/** Readable when edges wait (EPOLLIN). Owned by @gpio. It may be an epoll descriptor over several chips. */
int gpio_fd(const struct gpio *gpio);
/** Takes up to @max edges that have happened. Never blocks. @return their number, or a negative errno. */
int gpio_drain(struct gpio *gpio, struct gpio_edge *ret_edges, size_t max);
