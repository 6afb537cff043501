#include "gfx/sound.h"

#include "base/cleanup.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RATE = 44100, SAMPLES_MAX = RATE * SOUND_SECONDS_MAX };

struct made {
    int16_t pcm[SAMPLES_MAX];
    size_t n;
};

static struct made *make(enum sound sound, float volume)
{
    struct made *made = calloc(1, sizeof(*made));
    assert_non_null(made);
    made->n = sound_make(sound, RATE, volume, made->pcm, SAMPLES_MAX);
    assert_true(made->n > 0 && made->n <= SAMPLES_MAX);
    return made;
}

static int peak(const struct made *m)
{
    int max = 0;
    for (size_t i = 0; i < m->n; i++) {
        max = abs(m->pcm[i]) > max ? abs(m->pcm[i]) : max;
    }
    return max;
}

/* How much of @hz there is from @from_ms to @to_ms (Goertzel). */
static double strength(const struct made *m, int from_ms, int to_ms, double hz)
{
    size_t from = (size_t)from_ms * RATE / 1000, to = (size_t)to_ms * RATE / 1000;
    assert_true(to <= m->n);
    double k = 2 * cos(2 * 3.14159265358979 * hz / (double)RATE), a = 0, b = 0;
    for (size_t i = from; i < to; i++) {
        double next = m->pcm[i] + k * a - b;
        b = a;
        a = next;
    }
    return sqrt(a * a + b * b - k * a * b) / (double)(to - from);
}

/* The strongest between 100 and 3000 Hz. */
static double pitch(const struct made *m, int from_ms, int to_ms)
{
    double best = 0, hz = 0;
    for (int f = 100; f <= 3000; f++) {
        double s = strength(m, from_ms, to_ms, f);
        if (s > best) {
            best = s;
            hz = f;
        }
    }
    return hz;
}

static void assert_pitch(const struct made *m, int from_ms, int to_ms, double hz)
{
    double is = pitch(m, from_ms, to_ms);
    if (fabs(is - hz) > 5) {
        fail_msg("%.0f Hz, not %.0f", is, hz);
    }
}

enum { STEPS = 100 * SOUND_SECONDS_MAX };

/* Loud or silent, in steps of 10 ms: what remains for who hears no pitch. */
static void rhythm(const struct made *m, char *ret)
{
    const size_t step = RATE / 100;
    memset(ret, '.', STEPS);
    ret[STEPS] = '\0';
    for (size_t i = 0; i < m->n; i++) {
        if (abs(m->pcm[i]) > 600) {
            ret[i / step] = '#';
        }
    }
}

static void none_is_too_loud_or_too_faint(void **state)
{
    (void)state;
    for (enum sound s = SOUND_NONE + 1; s < SOUND_COUNT_; s++) {
        _cleanup_free_ struct made *m = make(s, 1);
        assert_in_range(peak(m), INT16_MAX * 0.12, INT16_MAX * 0.8);
    }
}

static void none_is_too_long(void **state)
{
    (void)state;
    for (enum sound s = SOUND_NONE + 1; s < SOUND_COUNT_; s++) {
        size_t n = sound_make(s, RATE, 1, NULL, 0);
        size_t max_ms = s == SOUND_ALARM ? 1000 : s == SOUND_KEY ? 20 : 600;
        assert_true(n > 0 && n <= max_ms * RATE / 1000);
    }
}

static void each_starts_and_ends_near_silence(void **state)
{
    (void)state;
    for (enum sound s = SOUND_NONE + 1; s < SOUND_COUNT_; s++) {
        _cleanup_free_ struct made *m = make(s, 1);
        assert_in_range(abs(m->pcm[0]), 0, 30);
        assert_in_range(abs(m->pcm[m->n - 1]), 0, 30);
    }
}

/* No sample is further from the one before than a full tone of 3 kHz at this peak would be: nothing clicks. */
static void no_sound_jumps(void **state)
{
    (void)state;
    for (enum sound s = SOUND_NONE + 1; s < SOUND_COUNT_; s++) {
        _cleanup_free_ struct made *m = make(s, 1);
        int max = (int)(peak(m) * 2 * 3.1416 * 3000 / (double)RATE);
        for (size_t i = 1; i < m->n; i++) {
            assert_in_range(abs(m->pcm[i] - m->pcm[i - 1]), 0, max);
        }
    }
}

static void none_pushes_the_membrane_to_one_side(void **state)
{
    (void)state;
    for (enum sound s = SOUND_NONE + 1; s < SOUND_COUNT_; s++) {
        _cleanup_free_ struct made *m = make(s, 1);
        double sum = 0;
        for (size_t i = 0; i < m->n; i++) {
            sum += m->pcm[i];
        }
        assert_true(fabs(sum / (double)m->n) < 0.005 * INT16_MAX);
    }
}

static void yes_rises_no_falls_and_lies_lower(void **state)
{
    (void)state;
    _cleanup_free_ struct made *yes = make(SOUND_GRANTED, 1);
    assert_pitch(yes, 0, 110, 659);
    assert_pitch(yes, 200, 440, 988);
    _cleanup_free_ struct made *no = make(SOUND_DENIED, 1);
    assert_pitch(no, 0, 190, 311);
    assert_pitch(no, 240, 570, 220);
}

static void the_others_have_their_pitch(void **state)
{
    (void)state;
    _cleanup_free_ struct made *wait = make(SOUND_WAIT, 1);
    assert_pitch(wait, 0, 320, 523);
    _cleanup_free_ struct made *warning = make(SOUND_WARNING, 1);
    assert_pitch(warning, 320, 410, 784);
    _cleanup_free_ struct made *alarm = make(SOUND_ALARM, 1);
    assert_pitch(alarm, 0, 150, 960);
    assert_pitch(alarm, 850, 1000, 720);
}

static void each_has_a_rhythm_of_its_own(void **state)
{
    (void)state;
    char beat[SOUND_COUNT_][STEPS + 1] = {{0}};
    for (enum sound s = SOUND_NONE + 1; s < SOUND_COUNT_; s++) {
        _cleanup_free_ struct made *m = make(s, 1);
        rhythm(m, beat[s]);
        for (enum sound k = SOUND_NONE + 1; k < s; k++) {
            unsigned differ = 0;
            for (int i = 0; i < STEPS; i++) {
                differ += beat[s][i] != beat[k][i];
            }
            if (differ < 8) {
                fail_msg("%s and %s", beat[k], beat[s]);
            }
        }
    }
}

static void volume_scales_and_is_kept_within_bounds(void **state)
{
    (void)state;
    _cleanup_free_ struct made *full = make(SOUND_ALARM, 1), *half = make(SOUND_ALARM, 0.5f);
    assert_true(abs(peak(half) * 2 - peak(full)) <= 2);
    _cleanup_free_ struct made *beyond = make(SOUND_ALARM, 7), *below = make(SOUND_ALARM, -1);
    assert_memory_equal(beyond->pcm, full->pcm, sizeof(full->pcm));
    assert_int_equal(peak(below), 0);
    _cleanup_free_ struct made *nonsense = make(SOUND_ALARM, NAN);
    assert_int_equal(peak(nonsense), 0);
}

static void no_more_is_written_than_there_is_room_for(void **state)
{
    (void)state;
    int16_t pcm[101];
    pcm[100] = 12345;
    size_t n = sound_make(SOUND_GRANTED, RATE, 1, pcm, 100);
    assert_int_equal(n, sound_make(SOUND_GRANTED, RATE, 1, NULL, 0));
    assert_int_equal(pcm[100], 12345);
    _cleanup_free_ struct made *whole = make(SOUND_GRANTED, 1);
    assert_memory_equal(pcm, whole->pcm, 100 * sizeof(*pcm));
}

static void it_lasts_as_long_at_any_rate(void **state)
{
    (void)state;
    assert_int_equal(sound_make(SOUND_ALARM, 8000, 1, NULL, 0), 8000);
    assert_int_equal(sound_make(SOUND_ALARM, 48000, 1, NULL, 0), 48000);
    assert_int_equal(sound_make(SOUND_ALARM, 7999, 1, NULL, 0), 0);
    assert_int_equal(sound_make(SOUND_ALARM, 96001, 1, NULL, 0), 0);
    assert_int_equal(sound_make(SOUND_NONE, 48000, 1, NULL, 0), 0);
    assert_int_equal(sound_make(SOUND_COUNT_, 48000, 1, NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_is_too_loud_or_too_faint),
        cmocka_unit_test(none_is_too_long),
        cmocka_unit_test(each_starts_and_ends_near_silence),
        cmocka_unit_test(no_sound_jumps),
        cmocka_unit_test(none_pushes_the_membrane_to_one_side),
        cmocka_unit_test(yes_rises_no_falls_and_lies_lower),
        cmocka_unit_test(the_others_have_their_pitch),
        cmocka_unit_test(each_has_a_rhythm_of_its_own),
        cmocka_unit_test(volume_scales_and_is_kept_within_bounds),
        cmocka_unit_test(no_more_is_written_than_there_is_room_for),
        cmocka_unit_test(it_lasts_as_long_at_any_rate),
    };
    return cmocka_run_group_tests_name("ui.gfx.sound", tests, NULL, NULL);
}
