#include "said.h"

#include "base/cleanup.h"

static int closed(void **state)
{
    (void)state;
    i18n_close();
    return 0;
}

static void a_span_is_told_in_its_largest_unit(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *texts[LANGUAGES];
    } spans[] = {
        {0, {"0 seconds", "0 sekunder", "0 Sekunden", "0 sekunder", "0 sekuntia"}},
        {1, {"1 second", "1 sekund", "1 Sekunde", "1 sekund", "1 sekunti"}},
        {59, {"59 seconds", "59 sekunder", "59 Sekunden", "59 sekunder", "59 sekuntia"}},
        {60, {"1 minute", "1 minut", "1 Minute", "1 minutt", "1 minuutti"}},
        {239, {"3 minutes", "3 minuter", "3 Minuten", "3 minutter", "3 minuuttia"}},
        {3599, {"59 minutes", "59 minuter", "59 Minuten", "59 minutter", "59 minuuttia"}},
        {3600, {"1 hour", "1 timme", "1 Stunde", "1 time", "1 tunti"}},
        {86399, {"23 hours", "23 timmar", "23 Stunden", "23 timer", "23 tuntia"}},
        {86400, {"1 day", "1 dag", "1 Tag", "1 dag", "1 päivä"}},
        {172800, {"2 days", "2 dagar", "2 Tage", "2 dager", "2 päivää"}},
        {86400 * 1500, {"1,500 days", "1_500 dagar", "1.500 Tage", "1_500 dager", "1_500 päivää"}},
        {-5, {"0 seconds", "0 sekunder", "0 Sekunden", "0 sekunder", "0 sekuntia"}},
        {INT64_MIN, {"0 seconds", "0 sekunder", "0 Sekunden", "0 sekunder", "0 sekuntia"}},
        {INT64_MAX,
         {"106,751,991,167,300 days", "106_751_991_167_300 dagar", "106.751.991.167.300 Tage",
          "106_751_991_167_300 dager", "106_751_991_167_300 päivää"}},
    };
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        i18n_set(l);
        for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
            char text[I18N_TEXT_SIZE];
            i18n_duration(spans[i].seconds, text, sizeof text);
            assert_said(text, spans[i].texts[l]);
        }
    }
}

static void a_span_is_cut_at_a_characters_start(void **state)
{
    (void)state;
    char text[] = "xxxxxxxxx";
    i18n_set(LANGUAGE_FI);
    i18n_duration(172800, text, 5); /* "2 pä": the ä would need the NUL's place */
    assert_string_equal(text, "2 p");
    i18n_duration(172800, text, 6);
    assert_string_equal(text, "2 pä");
    i18n_duration(172800, text, 1);
    assert_string_equal(text, "");
}

int main(int argc, char **argv)
{
    if (argc != 2 || i18n_open(argv[1]) != 0) {
        return 2;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_span_is_told_in_its_largest_unit),
        cmocka_unit_test(a_span_is_cut_at_a_characters_start),
    };
    return cmocka_run_group_tests(tests, NULL, closed);
}
