#include "stile/words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void words_age(int64_t s, char ret_text[WORDS_SIZE])
{
    enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };
    if (s < 0) {
        (void)snprintf(ret_text, WORDS_SIZE, "in the future");
    } else if (s < 2 * MINUTE) {
        (void)snprintf(ret_text, WORDS_SIZE, "%lld s", (long long)s);
    } else if (s < 2 * HOUR) {
        (void)snprintf(ret_text, WORDS_SIZE, "%lld min", (long long)(s / MINUTE));
    } else if (s < 2 * (int64_t)DAY) {
        (void)snprintf(ret_text, WORDS_SIZE, "%lld h %lld min", (long long)(s / HOUR), (long long)(s % HOUR / MINUTE));
    } else {
        (void)snprintf(ret_text, WORDS_SIZE, "%lld days", (long long)(s / DAY));
    }
}

void words_size_kb(int64_t kb, char ret_text[WORDS_SIZE])
{
    enum { MB = 1024, GB = MB * 1024 };
    if (kb < MB) {
        (void)snprintf(ret_text, WORDS_SIZE, "%lld kB", (long long)kb);
    } else if (kb < GB) {
        (void)snprintf(ret_text, WORDS_SIZE, "%.1f MB", (double)kb / (double)MB);
    } else {
        (void)snprintf(ret_text, WORDS_SIZE, "%.1f GB", (double)kb / (double)GB);
    }
}

void words_number(int64_t number, char ret_text[WORDS_SIZE])
{
    char digits[WORDS_SIZE];
    (void)snprintf(digits, sizeof(digits), "%lld", (long long)number);
    size_t n = strlen(digits);
    size_t to = 0;
    for (size_t i = 0; i < n; i++) {
        bool group = i > 0 && (n - i) % 3 == 0 && digits[i - 1] != '-';
        if (group) {
            ret_text[to++] = ',';
        }
        ret_text[to++] = digits[i];
    }
    ret_text[to] = '\0';
}
