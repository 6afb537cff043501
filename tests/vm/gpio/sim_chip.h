#pragma once

/* A GPIO chip of the kernel's gpio-sim, made through configfs: Linux, Documentation/admin-guide/gpio/gpio-sim.rst. Its
 * lines are pulled up and down, and looked at, from outside, as wires are. Everything that fails fails the test. */

#include <stdbool.h>

enum { SIM_CHIP_TEXT_SIZE = 256 };

struct sim_chip {
    char config[SIM_CHIP_TEXT_SIZE]; /* its folder in configfs */
    char lines[SIM_CHIP_TEXT_SIZE]; /* its lines' folder in sysfs */
    char path[SIM_CHIP_TEXT_SIZE]; /* in /dev */
    unsigned n_lines;
};

/** Makes a chip with a label and named lines; it is there when this returns. */
void sim_chip_make(const char *label, const char *const *names, unsigned n_lines, struct sim_chip *ret_chip);
/** Takes it away, as when it is unplugged, whoever holds its lines. Twice is once. */
void sim_chip_remove(struct sim_chip *chip);
/** Pulls a line up or down from outside. */
void sim_chip_pull(const struct sim_chip *chip, unsigned line, bool up);
/** @return the level of a line, as it is on the wire: 0 or 1. */
int sim_chip_level(const struct sim_chip *chip, unsigned line);
