/* Any text is either a configuration within its bounds or refused with a line and a reason. */

#include "gate/config.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct gate_config config;
    char error[GATE_ERROR_SIZE] = "";
    char *text = malloc(size + 1);
    if (!text) {
        return 0;
    }
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    int r = gate_config_parse(text, &config, error);
    free(text);
    if (r < 0) {
        if (strncmp(error, "line ", 5) != 0 || !memchr(error, '\0', sizeof(error))) {
            abort();
        }
        return 0;
    }
    if (config.n_lanes < 1 || config.n_lanes > GATE_LANES_MAX || config.n_readers > GATE_READERS_MAX) {
        abort();
    }
    for (size_t i = 0; i < config.n_readers; i++) {
        if (config.readers[i].lane >= config.n_lanes) {
            abort();
        }
    }
    return 0;
}
