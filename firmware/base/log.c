#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1024 };

static const struct {
    const char *name;
    enum log_level level;
} level_names[] = {{"error", LOG_ERROR}, {"warn", LOG_WARN}, {"info", LOG_INFO}, {"debug", LOG_DEBUG}};

static const char *log_program = "stile";
static enum log_level log_max = LOG_INFO;
static bool log_prefix;

void log_init(const char *program)
{
    log_program = program;
    log_prefix = getenv("JOURNAL_STREAM") != NULL;
    const char *wanted = getenv("STILE_LOG");
    for (size_t i = 0; wanted && i < sizeof(level_names) / sizeof(level_names[0]); i++) {
        if (strcmp(wanted, level_names[i].name) == 0) {
            log_max = level_names[i].level;
        }
    }
}

void log_set_level(enum log_level level)
{
    log_max = level;
}

static const char *level_name(enum log_level level)
{
    for (size_t i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++) {
        if (level_names[i].level == level) {
            return level_names[i].name;
        }
    }
    return "info";
}

/* A control character could forge a second line or move a terminal's cursor. Those from U+0080 on are two bytes in
 * UTF-8, c2 and 80 to 9f: a terminal takes U+009B for the beginning of a command. */
static void blank_controls(char *line, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)line[i];
        unsigned char next = i + 1 < n ? (unsigned char)line[i + 1] : 0;
        if (c < 0x20 || c == 0x7f) {
            line[i] = ' ';
        } else if (c == 0xc2 && next >= 0x80 && next <= 0x9f) {
            line[i] = ' ';
            line[i + 1] = ' ';
        }
    }
}

void log_write(enum log_level level, const char *module, const char *format, ...)
{
    if (level > log_max) {
        return;
    }
    int kept_errno = errno;
    char line[LINE_MAX_BYTES];
    int n = log_prefix ? snprintf(line, sizeof(line), "<%d>%s: ", (int)level, module)
                       : snprintf(line, sizeof(line), "%s: %s: %s: ", log_program, level_name(level), module);
    if (n < 0 || (size_t)n >= sizeof(line)) {
        n = 0;
    }
    size_t used = (size_t)n;
    va_list args;
    va_start(args, format);
    int m = vsnprintf(line + used, sizeof(line) - used, format, args);
    va_end(args);
    if (m > 0) {
        used += (size_t)m;
    }
    if (used > sizeof(line) - 1) {
        used = sizeof(line) - 1;
    }
    blank_controls(line, used);
    line[used++] = '\n';
    ssize_t written = write(STDERR_FILENO, line, used);
    (void)written; /* nobody is left to tell */
    errno = kept_errno;
}
