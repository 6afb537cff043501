/* Any bytes as an access list. The first byte chooses format, merge and keep_good_lines, the rest is the file. The
 * list stays between inputs, so that merges meet what earlier ones left. */

#include "db/import.h"

#define LOG_MODULE "fuzz"
#include "base/log.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum { CSV = 1, MERGE = 2, KEEP = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t told;

static void tell(int64_t line, const char *reason, void *user)
{
    (void)user;
    if (line < 0 || !reason || reason[0] == '\0') {
        abort();
    }
    told++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char list[64];
    if (list[0] == '\0') {
        (void)snprintf(list, sizeof(list), "/dev/shm/stile-fuzz-%ld.db", (long)getpid());
    }
    if (size < 2) {
        return 0;
    }
    log_set_level((enum log_level)0);
    const struct import_options options = {.format = data[0] & CSV ? IMPORT_CSV : IMPORT_NDJSON,
                                           .merge = (data[0] & MERGE) != 0,
                                           .keep_good_lines = (data[0] & KEEP) != 0,
                                           .utc_us = 1,
                                           .bad_line = tell};
    struct import_result result = {0};
    FILE *f = fmemopen((void *)(uintptr_t)(data + 1), size - 1, "r");
    if (!f) {
        return 0;
    }
    told = 0;
    int r = import_stream(list, f, &options, &result);
    (void)fclose(f);
    /* Broken is only what is said to be: every line is good or told, and a bad file changes nothing. */
    if (r < 0 || r > IMPORT_BAD_LINES || told != result.bad) {
        abort();
    }
    return 0;
}
