#include "core/access_record.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Bytes of a journal that somebody damaged or forged: what is read back keeps every bound, can be decided, and
 * is written again as the same record. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct access_query query, again;
    static struct access_trace trace;
    static uint8_t bytes[ACCESS_RECORD_MAX];
    struct access_verdict verdict, decided, decided_again;
    struct access_stages stages;
    if (access_record_decode(data, size, &query, &verdict, &stages) != 0) {
        return 0;
    }
    access_decide(&query, &decided, &trace);
    assert(decided.code < ACCESS_CODES && decided.n_warnings <= ACCESS_WARNINGS_MAX);
    assert(trace.n_steps <= ACCESS_TRACE_MAX);
    int n = access_record_encode(&query, &verdict, &stages, bytes, sizeof(bytes));
    if (n < 0) {
        return 0; /* too long: only a record as large as the bound grows when a default is written out */
    }
    int r = access_record_decode(bytes, (size_t)n, &again, &verdict, &stages);
    assert(r == 0);
    access_decide(&again, &decided_again, NULL);
    assert(access_verdict_equal(&decided, &decided_again, NULL));
    (void)r;
    return 0;
}
