#define LOG_MODULE "clock"

#include "gate/clock_floor.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The clock may have gone back a little since the floor was written: a correction, not a loss. */
#define SLACK_US  (INT64_C(2) * 60 * 1000000)
#define LATEST_US (INT64_C(4102444800) * 1000000) /* 2100-01-01: a file that says more is damaged */

enum { FILE_MAX = 64 };

int64_t clock_floor_load(const char *path)
{
    _cleanup_free_ char *text = NULL;
    size_t size = 0;
    int64_t floor_us = 0;
    int r = file_read(path, FILE_MAX, &text, &size);
    if (r == -ENOENT) {
        return CLOCK_FLOOR_OLDEST_US;
    }
    if (r < 0) {
        log_warn("cannot read %s: %s", path, strerror(-r));
        return CLOCK_FLOOR_OLDEST_US;
    }
    text[strcspn(text, "\n")] = '\0';
    if (!text_int(text, CLOCK_FLOOR_OLDEST_US, LATEST_US, &floor_us)) {
        log_warn("%s holds no time", path);
        return CLOCK_FLOOR_OLDEST_US;
    }
    return floor_us;
}

int clock_floor_save(const char *path, int64_t utc_us)
{
    char text[FILE_MAX];
    int n = snprintf(text, sizeof(text), "%lld\n", (long long)utc_us);
    return n < 0 ? -EINVAL : file_replace(path, text, (size_t)n, 0644);
}

bool clock_floor_trusts(int64_t floor_us, int64_t utc_us, bool synchronised)
{
    if (utc_us < CLOCK_FLOOR_OLDEST_US) {
        return false;
    }
    return synchronised || utc_us >= floor_us - SLACK_US;
}

bool clock_floor_synchronised(void)
{
    return access("/run/systemd/timesync/synchronized", F_OK) == 0;
}
