#include "drivers/gpio/gpio.h"

#include "drivers/gpio/gpio_backend.h"

#include <errno.h>
#include <string.h>

static const char sim_prefix[] = "sim:";

/* @return 0, -EINVAL, or GPIO_LINE_TAKEN when a name comes twice: no chip gives one line to two users. */
static int check_lines(const struct gpio_line_config *lines, size_t n_lines, size_t *ret_bad_line)
{
    if (n_lines == 0 || n_lines > GPIO_LINES_MAX) {
        return -EINVAL;
    }
    for (size_t i = 0; i < n_lines; i++) {
        if (lines[i].name[0] == '\0' || !memchr(lines[i].name, '\0', sizeof(lines[i].name))) {
            return -EINVAL;
        }
        for (size_t before = 0; before < i; before++) {
            if (strcmp(lines[before].name, lines[i].name) == 0) {
                *ret_bad_line = i;
                return GPIO_LINE_TAKEN;
            }
        }
    }
    return 0;
}

int gpio_open(const char *chip, const struct gpio_line_config *lines, size_t n_lines, struct gpio **ret_gpio,
              size_t *ret_bad_line)
{
    int r = check_lines(lines, n_lines, ret_bad_line);
    if (r != 0) {
        return r;
    }
    size_t n_prefix = sizeof(sim_prefix) - 1;
    if (strncmp(chip, sim_prefix, n_prefix) == 0) {
        return gpio_sim_open(chip + n_prefix, lines, n_lines, ret_gpio, ret_bad_line);
    }
    return gpio_kernel_open(chip, lines, n_lines, ret_gpio, ret_bad_line);
}

void gpio_close(struct gpio *gpio)
{
    unsigned outputs[GPIO_LINES_MAX];
    static const bool inactive[GPIO_LINES_MAX];
    size_t n = 0;
    if (!gpio) {
        return;
    }
    for (unsigned i = 0; i < gpio->n_lines; i++) {
        if (gpio->lines[i].output) {
            outputs[n++] = i;
        }
    }
    if (n > 0) {
        (void)gpio->ops->set(gpio, outputs, inactive, n); /* a chip that is gone has been logged */
    }
    gpio->ops->close(gpio);
}

int gpio_set(struct gpio *gpio, const unsigned *lines, const bool *active, size_t n)
{
    if (n > gpio->n_lines) {
        return -EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        if (lines[i] >= gpio->n_lines || !gpio->lines[lines[i]].output) {
            return -EINVAL;
        }
    }
    return n == 0 ? 0 : gpio->ops->set(gpio, lines, active, n);
}

int gpio_get(struct gpio *gpio, unsigned line)
{
    return line >= gpio->n_lines ? -EINVAL : gpio->ops->get(gpio, line);
}

int gpio_fd(const struct gpio *gpio)
{
    return gpio->ops->fd(gpio);
}

int gpio_drain(struct gpio *gpio, struct gpio_edge *ret_edges, size_t max)
{
    return max == 0 ? 0 : gpio->ops->drain(gpio, ret_edges, max);
}
