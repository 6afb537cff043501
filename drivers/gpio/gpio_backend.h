#pragma once

/* What a chip must offer to stand behind gpio.h. Private to this folder. gpio.c checks indices and directions before it
 * calls an operation, and sets the outputs to rest before it closes; a backend embeds struct gpio as its first member. All
 * operations are mandatory. */

#include "drivers/gpio/gpio.h"

struct gpio_ops {
    void (*close)(struct gpio *gpio);
    int (*set)(struct gpio *gpio, const unsigned *lines, const bool *active, size_t n);
    int (*get)(struct gpio *gpio, unsigned line);
    int (*fd)(const struct gpio *gpio);
    int (*drain)(struct gpio *gpio, struct gpio_edge *ret_edges, size_t max);
};

struct gpio {
    const struct gpio_ops *ops;
    size_t n_lines;
    struct gpio_line_config lines[GPIO_LINES_MAX];
};

/** Open a chip with 1 to GPIO_LINES_MAX checked lines. @return as gpio_open. */
int gpio_kernel_open(const char *chip, const struct gpio_line_config *lines, size_t n_lines, struct gpio **ret_gpio,
                     size_t *ret_bad_line);
int gpio_sim_open(const char *path, const struct gpio_line_config *lines, size_t n_lines, struct gpio **ret_gpio,
                  size_t *ret_bad_line);

/** A stamp of a clock that now shows @clock_now_ns, on CLOCK_BOOTTIME, which now shows @boot_now_us. A stamp from the
 * future (the clock was set back since) counts as now. Pure. */
int64_t gpio_stamp_to_boot_us(uint64_t stamp_ns, int64_t clock_now_ns, int64_t boot_now_us);
