#include "said.h"

#include "base/cleanup.h"

#include <unicode/unum.h>
#include <unicode/ustring.h>

static int closed(void **state)
{
    (void)state;
    i18n_close();
    return 0;
}

static void thousands_are_grouped_as_the_language_does(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *texts[LANGUAGES];
    } numbers[] = {
        {0, {"0", "0", "0", "0", "0"}},
        {999, {"999", "999", "999", "999", "999"}},
        {1000, {"1,000", "1_000", "1.000", "1_000", "1_000"}},
        {10482, {"10,482", "10_482", "10.482", "10_482", "10_482"}},
        {-1234567, {"-1,234,567", "−1_234_567", "-1.234.567", "−1_234_567", "−1_234_567"}},
        {INT64_MAX,
         {"9,223,372,036,854,775,807", "9_223_372_036_854_775_807", "9.223.372.036.854.775.807",
          "9_223_372_036_854_775_807", "9_223_372_036_854_775_807"}},
        {INT64_MIN,
         {"-9,223,372,036,854,775,808", "−9_223_372_036_854_775_808", "-9.223.372.036.854.775.808",
          "−9_223_372_036_854_775_808", "−9_223_372_036_854_775_808"}},
    };
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        i18n_set(l);
        for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
            char text[I18N_TEXT_SIZE];
            i18n_number(numbers[i].value, text, sizeof text);
            assert_said(text, numbers[i].texts[l]);
        }
    }
}

/* ICU's own formatter is the judge of what isn't listed above. */
static void whole_numbers_agree_with_icu(void **state)
{
    (void)state;
    static const char *const names[LANGUAGES] = {"en_GB", "sv_SE", "de_DE", "nb_NO", "fi_FI"};
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        UErrorCode e = U_ZERO_ERROR;
        UNumberFormat *format = unum_open(UNUM_DECIMAL, NULL, 0, names[l], NULL, &e);
        assert_true(U_SUCCESS(e));
        i18n_set(l);
        uint64_t random = 88172645463325252U;
        for (int i = 0; i < 2000; i++) {
            random ^= random << 13; /* xorshift64 */
            random ^= random >> 7;
            random ^= random << 17;
            int64_t value = (int64_t)random >> (random % 64);
            UChar wide[I18N_TEXT_SIZE];
            char expected[4 * I18N_TEXT_SIZE], text[I18N_TEXT_SIZE];
            int32_t n = unum_formatInt64(format, value, wide, I18N_TEXT_SIZE, NULL, &e);
            for (int32_t k = 0; k < n; k++) {
                wide[k] = wide[k] == 0x202f ? 0xa0 : wide[k];
            }
            u_strToUTF8(expected, sizeof expected, NULL, wide, n, &e);
            assert_true(U_SUCCESS(e));
            i18n_number(value, text, sizeof text);
            assert_string_equal(text, expected);
        }
        unum_close(format);
    }
}

static void decimals_are_rounded_and_shown_to_the_last(void **state)
{
    (void)state;
    static const struct {
        int64_t thousandths;
        unsigned decimals;
        const char *text;
    } numbers[] = {
        {4200, 1, "4,2"},
        {4249, 1, "4,2"},
        {4250, 1, "4,3"},
        {4251, 1, "4,3"},
        {-4250, 1, "-4,3"},
        {4000, 2, "4,00"},
        {4200, 0, "4"},
        {4500, 0, "5"},
        {999999, 2, "1.000,00"},
        {4201, 3, "4,201"},
        {4201, 4, "4,201"},
        {4201, UINT32_MAX, "4,201"},
        {-40, 1, "0,0"},
        {-50, 1, "-0,1"},
        {0, 1, "0,0"},
        {50, 3, "0,050"},
        {INT64_MAX, 3, "9.223.372.036.854.775,807"},
        {INT64_MIN, 3, "-9.223.372.036.854.775,808"},
        {INT64_MAX, 0, "9.223.372.036.854.776"},
        {INT64_MIN, 2, "-9.223.372.036.854.775,81"},
    };
    i18n_set(LANGUAGE_DE);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        char text[I18N_TEXT_SIZE];
        i18n_decimal(numbers[i].thousandths, numbers[i].decimals, text, sizeof text);
        assert_said(text, numbers[i].text);
    }
    char text[I18N_TEXT_SIZE];
    i18n_set(LANGUAGE_EN);
    i18n_decimal(4200, 1, text, sizeof text);
    assert_said(text, "4.2");
    i18n_set(LANGUAGE_SV);
    i18n_decimal(-1234567, 1, text, sizeof text);
    assert_said(text, "−1_234,6");
}

struct amount {
    int64_t minor;
    const char *currency;
    const char *texts[LANGUAGES];
};

static void assert_amounts(const struct amount *amounts, size_t count)
{
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        i18n_set(l);
        for (size_t i = 0; i < count; i++) {
            char text[I18N_TEXT_SIZE];
            i18n_money(amounts[i].minor, amounts[i].currency, text, sizeof text);
            assert_said(text, amounts[i].texts[l]);
        }
    }
}

static void an_amount_reads_as_on_a_price_tag(void **state)
{
    (void)state;
    static const struct amount amounts[] = {
        {123450, "SEK", {"SEK_1,234.50", "1_234,50_kr", "1.234,50_SEK", "1_234,50_SEK", "1_234,50_SEK"}},
        {123450, "NOK", {"NOK_1,234.50", "1_234,50_NOK", "1.234,50_NOK", "1_234,50_kr", "1_234,50_NOK"}},
        {123450, "EUR", {"€1,234.50", "1_234,50_€", "1.234,50_€", "1_234,50_€", "1_234,50_€"}},
        {123450, "GBP", {"£1,234.50", "1_234,50_GBP", "1.234,50_GBP", "1_234,50_GBP", "1_234,50_GBP"}},
        {-5, "EUR", {"-€0.05", "−0,05_€", "-0,05_€", "−0,05_€", "−0,05_€"}},
        {-29900, "SEK", {"-SEK_299.00", "−299,00_kr", "-299,00_SEK", "−299,00_SEK", "−299,00_SEK"}},
        {0, "EUR", {"€0.00", "0,00_€", "0,00_€", "0,00_€", "0,00_€"}},
    };
    assert_amounts(amounts, ARRAY_LEN(amounts));
}

static void a_currency_has_its_own_number_of_decimals(void **state)
{
    (void)state;
    static const struct amount amounts[] = {
        {1234, "JPY", {"JPY_1,234", "1_234_JPY", "1.234_JPY", "1_234_JPY", "1_234_JPY"}},
        {1234, "KWD", {"KWD_1.234", "1,234_KWD", "1,234_KWD", "1,234_KWD", "1,234_KWD"}},
        {123450, "XQZ", {"XQZ_1,234.50", "1_234,50_XQZ", "1.234,50_XQZ", "1_234,50_XQZ", "1_234,50_XQZ"}},
        {1250, "sek", {"SEK_12.50", "12,50_kr", "12,50_SEK", "12,50_SEK", "12,50_SEK"}},
    };
    assert_amounts(amounts, ARRAY_LEN(amounts));
}

static void the_largest_amounts_lose_no_unit(void **state)
{
    (void)state;
    char text[I18N_TEXT_SIZE];
    i18n_set(LANGUAGE_DE);
    i18n_money(INT64_MAX, "EUR", text, sizeof text);
    assert_said(text, "92.233.720.368.547.758,07_€");
    i18n_money(INT64_MIN, "EUR", text, sizeof text);
    assert_said(text, "-92.233.720.368.547.758,08_€");
    i18n_money(INT64_MIN, "JPY", text, sizeof text);
    assert_said(text, "-9.223.372.036.854.775.808_JPY");
    i18n_money(9007199254740993, "EUR", text, sizeof text); /* 2^53 + 1: no double holds it */
    assert_said(text, "90.071.992.547.409,93_€");
}

static void what_is_no_currency_is_a_dash(void **state)
{
    (void)state;
    static const char *const wrong[] = {NULL, "", "E", "EU", "EURO", "E1R", "E R", "kr.", "€", "Å2"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        char text[I18N_TEXT_SIZE];
        i18n_money(100, wrong[i], text, sizeof text);
        assert_string_equal(text, "-");
    }
}

static void a_number_is_cut_at_a_characters_start(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        const char *text;
    } cuts[] = {{1, ""}, {2, ""}, {3, ""}, {4, "−"}, {5, "−1"}, {6, "−1"}, {7, "−1_"}, {8, "−1_2"}, {11, "−1_234,"}};
    i18n_set(LANGUAGE_SV); /* its minus has three bytes, its blank two */
    for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
        char text[I18N_TEXT_SIZE];
        memset(text, 'x', sizeof text);
        i18n_money(-123450, "SEK", text, cuts[i].size);
        assert_said(text, cuts[i].text);
        assert_int_equal(text[cuts[i].size], 'x');
    }
    char untouched = 'x';
    i18n_money(1, "SEK", &untouched, 0);
    i18n_number(1, &untouched, 0);
    i18n_decimal(1, 1, &untouched, 0);
    assert_int_equal(untouched, 'x');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thousands_are_grouped_as_the_language_does),
        cmocka_unit_test(whole_numbers_agree_with_icu),
        cmocka_unit_test(decimals_are_rounded_and_shown_to_the_last),
        cmocka_unit_test(an_amount_reads_as_on_a_price_tag),
        cmocka_unit_test(a_currency_has_its_own_number_of_decimals),
        cmocka_unit_test(the_largest_amounts_lose_no_unit),
        cmocka_unit_test(what_is_no_currency_is_a_dash),
        cmocka_unit_test(a_number_is_cut_at_a_characters_start),
    };
    return cmocka_run_group_tests(tests, NULL, closed);
}
