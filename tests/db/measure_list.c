/* How long a look-up takes: measure_list FILE.db CARDS [LOOKUPS]. Makes the list by an import when the file isn't there.
 * Not run by ctest; db/README.md has the figures. */

#include "db/import.h"
#include "db/list_db.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char head[] =
    "{\"type\":\"branch\",\"id\":1,\"name\":\"Centre\",\"time_zone\":\"CET-1CEST,M3.5.0,M10.5.0/3\"}\n"
    "{\"type\":\"zone\",\"id\":1,\"branch\":1,\"name\":\"hall\"}\n"
    "{\"type\":\"point\",\"id\":1,\"branch\":1,\"name\":\"entry\",\"direction\":\"in\",\"zone_to\":1}\n"
    "{\"type\":\"schedule\",\"id\":1,\"name\":\"day\",\"spans\":[{\"days\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\"],"
    "\"from\":\"06:00\",\"to\":\"16:00\"},{\"days\":[\"sat\",\"sun\"],\"from\":\"08:00\",\"to\":\"14:00\"}]}\n";

static void card_text(int64_t i, char ret_text[16])
{
    /* Spread over the key space, as real UIDs are. */
    (void)snprintf(ret_text, 16, "04%012" PRIx64, (uint64_t)i * UINT64_C(0x9e3779b97f4a7c15) >> 16);
}

static int write_list(const char *path, int64_t cards)
{
    FILE *f = fopen(path, "w");
    if (!f) {
        return 1;
    }
    (void)fputs(head, f);
    for (int p = 1; p <= 20; p++) {
        (void)fprintf(f, "{\"type\":\"product\",\"id\":%d,\"name\":\"Product %d\"}\n", p, p);
        (void)fprintf(f, "{\"type\":\"right\",\"product\":%d,\"point\":1,\"schedule\":1}\n", p);
        (void)fprintf(f, "{\"type\":\"right\",\"product\":%d,\"directions\":[\"out\"]}\n", p);
    }
    for (int64_t i = 1; i <= cards; i++) {
        char card[16];
        card_text(i, card);
        (void)fprintf(f,
                      "{\"type\":\"customer\",\"id\":%" PRId64
                      ",\"name\":\"Member\",\"birth\":\"1980-01-01\",\"branch\":1}\n"
                      "{\"type\":\"subscription\",\"id\":%" PRId64 ",\"customer\":%" PRId64 ",\"product\":%d,\"start\":"
                      "\"2020-01-01\",\"charged_through\":\"2030-01-01\",\"price_minor\":39900,\"currency\":\"SEK\","
                      "\"interval_months\":1}\n",
                      i, i, i, (int)(i % 20) + 1);
        if (i % 20 == 0) {
            (void)fprintf(f,
                          "{\"type\":\"freeze\",\"subscription\":%" PRId64
                          ",\"first\":\"2024-01-01\",\"last\":\"2024-02-01\"}\n",
                          i);
        }
        (void)fprintf(f, "{\"type\":\"card\",\"number\":\"%s\",\"customer\":%" PRId64 "}\n", card, i);
    }
    return fclose(f);
}

static int64_t now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static long resident_kib(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f && fscanf(f, "%*d %ld", &pages) != 1) {
        pages = 0;
    }
    if (f) {
        (void)fclose(f);
    }
    return pages * 4;
}

static int make(const char *path, int64_t cards)
{
    char text[512];
    struct import_options options = {.format = IMPORT_NDJSON, .utc_us = clock_utc_us()};
    struct import_result result = {0};
    (void)snprintf(text, sizeof(text), "%s.ndjson", path);
    if (write_list(text, cards) != 0) {
        return 1;
    }
    int64_t before = now_ns();
    int r = import_file(path, text, &options, &result);
    (void)printf("import: %" PRId64 " lines in %.1f s, result %d\n", result.good, (double)(now_ns() - before) / 1e9, r);
    (void)unlink(text);
    return r;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        (void)fprintf(stderr, "usage: measure_list FILE.db CARDS [LOOKUPS]\n");
        return 2;
    }
    int64_t cards = strtoll(argv[2], NULL, 10);
    int64_t n = argc > 3 ? strtoll(argv[3], NULL, 10) : 100000;
    if (access(argv[1], F_OK) < 0 && make(argv[1], cards) != 0) {
        return 1;
    }
    struct list_db *list = NULL;
    struct list_point point;
    static struct access_query query;
    int64_t counted[ACCESS_ENTITLEMENTS_MAX];
    int64_t *times = calloc((size_t)n, sizeof(*times));
    int64_t before = now_ns();
    if (!times || list_db_open(argv[1], LIST_DB_READ, &list) != 0 || list_db_point(list, "entry", &point) != 0) {
        free(times);
        return 1;
    }
    (void)printf("open: %.1f ms\n", (double)(now_ns() - before) / 1e6);
    uint64_t seed = 1;
    int64_t found = 0;
    for (int64_t i = 0; i < n; i++) {
        char text[16];
        struct card_number card;
        unsigned bad = 0;
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        card_text((int64_t)((seed >> 20) % (uint64_t)cards) + 1, text);
        (void)card_parse(text, &card);
        int64_t start = now_ns();
        int r = list_db_find(list, &card, &point, &query, counted, &bad);
        times[i] = now_ns() - start;
        found += r == 0 && query.card.known && query.n_entitlements == 1 && query.entitlements[0].n_rights == 2;
    }
    qsort(times, (size_t)n, sizeof(*times), compare);
    int64_t p50 = times[n / 2];
    int64_t p99 = times[n * 99 / 100];
    (void)printf("find: %" PRId64 " of %" PRId64 " found, p50 %.1f us, p99 %.1f us, most %.1f us; resident %ld KiB\n",
                 found, n, (double)p50 / 1e3, (double)p99 / 1e3, (double)times[n - 1] / 1e3,
                 resident_kib() - (long)((size_t)n * sizeof(*times) / 1024));
    list_db_close(list);
    free(times);
    return found == n ? 0 : 1;
}
