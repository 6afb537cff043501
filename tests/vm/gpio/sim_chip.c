#include "sim_chip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *path_of(const char *folder, const char *name)
{
    static char path[2 * SIM_CHIP_TEXT_SIZE];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void put(const char *folder, const char *name, const char *text)
{
    const char *path = path_of(folder, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
    if (n != (ssize_t)strlen(text)) {
        fail_msg("%s: %s: %s", path, text, strerror(errno));
    }
    (void)close(fd);
}

static void take(const char *folder, const char *name, char ret_text[SIM_CHIP_TEXT_SIZE / 4])
{
    const char *path = path_of(folder, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, ret_text, SIM_CHIP_TEXT_SIZE / 4 - 1);
    if (n <= 0) {
        fail_msg("%s: %s", path, strerror(errno));
    }
    (void)close(fd);
    ret_text[n] = '\0';
    ret_text[strcspn(ret_text, "\n")] = '\0';
}

static void make_folder(const char *path)
{
    if (mkdir(path, 0755) < 0) {
        fail_msg("%s: %s", path, strerror(errno));
    }
}

void sim_chip_make(const char *label, const char *const *names, unsigned n_lines, struct sim_chip *ret_chip)
{
    static unsigned made;
    struct sim_chip chip = {.n_lines = n_lines};
    char bank[SIM_CHIP_TEXT_SIZE + 8];
    char device[SIM_CHIP_TEXT_SIZE / 4];
    char name[SIM_CHIP_TEXT_SIZE / 4];
    (void)snprintf(chip.config, sizeof(chip.config), "/sys/kernel/config/gpio-sim/chip%u", made++);
    (void)snprintf(bank, sizeof(bank), "%s/bank", chip.config);
    make_folder(chip.config);
    make_folder(bank);
    (void)snprintf(name, sizeof(name), "%u", n_lines);
    put(bank, "num_lines", name);
    put(bank, "label", label);
    for (unsigned i = 0; i < n_lines; i++) {
        char line[SIM_CHIP_TEXT_SIZE + 32];
        (void)snprintf(line, sizeof(line), "%s/line%u", bank, i);
        make_folder(line);
        put(line, "name", names[i]);
    }
    put(chip.config, "live", "1");
    take(chip.config, "dev_name", device);
    take(bank, "chip_name", name);
    (void)snprintf(chip.lines, sizeof(chip.lines), "/sys/devices/platform/%s/%s", device, name);
    (void)snprintf(chip.path, sizeof(chip.path), "/dev/%s", name);
    *ret_chip = chip;
}

void sim_chip_remove(struct sim_chip *chip)
{
    char folder[SIM_CHIP_TEXT_SIZE + 32];
    if (chip->n_lines == 0) {
        return;
    }
    put(chip->config, "live", "0");
    for (unsigned i = 0; i < chip->n_lines; i++) {
        (void)snprintf(folder, sizeof(folder), "%s/bank/line%u", chip->config, i);
        (void)rmdir(folder);
    }
    (void)snprintf(folder, sizeof(folder), "%s/bank", chip->config);
    (void)rmdir(folder);
    (void)rmdir(chip->config);
    chip->n_lines = 0;
}

void sim_chip_pull(const struct sim_chip *chip, unsigned line, bool up)
{
    char name[32];
    (void)snprintf(name, sizeof(name), "sim_gpio%u/pull", line);
    put(chip->lines, name, up ? "pull-up" : "pull-down");
}

int sim_chip_level(const struct sim_chip *chip, unsigned line)
{
    char name[32];
    char text[SIM_CHIP_TEXT_SIZE / 4];
    (void)snprintf(name, sizeof(name), "sim_gpio%u/value", line);
    take(chip->lines, name, text);
    assert_true(strcmp(text, "0") == 0 || strcmp(text, "1") == 0);
    return text[0] == '1';
}
