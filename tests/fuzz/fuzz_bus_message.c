/* Whatever decodes keeps its bounds: it can be encoded again and then decodes to the same bytes. */

#include "bus/message.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t once[MESSAGE_MAX];
    static uint8_t twice[MESSAGE_MAX];
    struct message m;
    if (message_decode(data, size, &m) < 0) {
        return 0;
    }
    int n = message_encode(&m, once, sizeof(once));
    /* A message near the limit may grow: fields of the kind that were left out are written as zeroes. */
    if (n < 0) {
        if (size < MESSAGE_MAX - 64) {
            abort();
        }
        return 0;
    }
    struct message again;
    if (message_decode(once, (size_t)n, &again) < 0 || message_encode(&again, twice, sizeof(twice)) != n ||
        memcmp(once, twice, (size_t)n) != 0) {
        abort();
    }
    return 0;
}
