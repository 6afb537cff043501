#pragma once

/* For the tests of i18n: what a formatter writes, with no-break blanks as "_" so that a test shows them. */

#include "i18n/i18n.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static inline void assert_said(const char *text, const char *expected)
{
    char shown[4 * I18N_TEXT_SIZE];
    size_t n = 0;
    for (; *text && n < sizeof shown - 1; text++) {
        if (strncmp(text, "\xc2\xa0", 2) == 0) {
            shown[n++] = '_';
            text++;
        } else {
            shown[n++] = *text;
        }
    }
    shown[n] = '\0';
    assert_string_equal(shown, expected);
}
