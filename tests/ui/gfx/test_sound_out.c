#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "gfx/sound_out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* SDL's "disk" audio driver writes what a device would play to a file. */

enum { N = 3000, LOOK_MS = 5, LOOKS_MAX = 60000 / LOOK_MS };

static char path[64];

static int make(void **state)
{
    (void)state;
    (void)snprintf(path, sizeof(path), "/tmp/stile-sound-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(setenv("SDL_AUDIODRIVER", "disk", 1), 0);
    assert_int_equal(setenv("SDL_DISKAUDIOFILE", path, 1), 0);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    return unlink(path);
}

static void tone(int16_t pcm[N], int step)
{
    for (int i = 0; i < N; i++) {
        pcm[i] = (int16_t)(1 + i * step % 20000);
    }
}

/* True when the file holds the samples in one piece. */
static bool file_has(const int16_t *pcm, size_t n)
{
    _cleanup_free_ char *data = NULL;
    size_t size;
    assert_int_equal(file_read(path, 64 << 20, &data, &size), 0);
    return memmem(data, size, pcm, n * sizeof(*pcm)) != NULL;
}

/* Looks until the thread has come that far, a minute at most. */
static void wait_for(struct sound_out *out, bool (*reached)(struct sound_out *out, const void *data), const void *data)
{
    for (int i = 0; i < LOOKS_MAX; i++) {
        if (reached(out, data)) {
            return;
        }
        (void)poll(NULL, 0, LOOK_MS);
    }
    fail_msg("it never came");
}

static bool is_heard(struct sound_out *out, const void *pcm)
{
    (void)out;
    return file_has(pcm, N);
}

static bool is_open(struct sound_out *out, const void *data)
{
    (void)data;
    return sound_out_state(out).open;
}

static bool is_closed(struct sound_out *out, const void *data)
{
    return !is_open(out, data);
}

static bool has_played(struct sound_out *out, const void *n)
{
    return sound_out_state(out).played == *(const uint32_t *)n;
}

static bool has_dropped(struct sound_out *out, const void *n)
{
    return sound_out_state(out).dropped == *(const uint32_t *)n;
}

static void a_sound_is_played_sample_by_sample(void **state)
{
    (void)state;
    int16_t pcm[N];
    tone(pcm, 7);
    struct sound_out *out = NULL;
    assert_int_equal(sound_out_start(0, &out), 0);
    assert_false(sound_out_state(out).open); /* nothing to play: no device */
    assert_int_equal(sound_out_play(out, pcm, N), 0);
    wait_for(out, is_heard, pcm);
    wait_for(out, has_played, &(uint32_t){1});
    sound_out_stop(out);
}

static void the_device_is_closed_after_a_silence_and_opened_again(void **state)
{
    (void)state;
    int16_t pcm[N];
    struct sound_out *out = NULL;
    assert_int_equal(sound_out_start(20 * US_PER_MS, &out), 0);
    for (int i = 0; i < 2; i++) {
        tone(pcm, 11 + i);
        assert_int_equal(sound_out_play(out, pcm, N), 0);
        wait_for(out, is_heard, pcm);
        wait_for(out, is_closed, NULL);
    }
    assert_int_equal(sound_out_state(out).played, 2);
    sound_out_stop(out);
}

static void a_new_sound_takes_the_place_of_the_one_that_plays(void **state)
{
    (void)state;
    int16_t first[N], second[N];
    tone(first, 3);
    tone(second, 5);
    struct sound_out *out = NULL;
    int16_t *long_one = calloc((size_t)SOUND_OUT_RATE * SOUND_OUT_SECONDS_MAX, sizeof(*long_one));
    assert_non_null(long_one);
    size_t end = (size_t)SOUND_OUT_RATE * SOUND_OUT_SECONDS_MAX;
    memcpy(long_one + end - N, first, sizeof(first));
    assert_int_equal(sound_out_start(0, &out), 0);
    assert_int_equal(sound_out_play(out, long_one, end), 0);
    wait_for(out, is_open, NULL);
    assert_int_equal(sound_out_play(out, second, N), 0);
    wait_for(out, is_heard, second);
    sound_out_stop(out);
    assert_false(file_has(first, N)); /* five seconds on: it would have come after the second */
    free(long_one);
}

static void without_a_device_it_is_silent_and_tries_again(void **state)
{
    (void)state;
    int16_t pcm[N];
    tone(pcm, 13);
    struct sound_out *out = NULL;
    assert_int_equal(setenv("SDL_AUDIODRIVER", "no-such-driver", 1), 0);
    assert_int_equal(sound_out_start(0, &out), 0);
    for (uint32_t i = 1; i <= 2; i++) {
        assert_int_equal(sound_out_play(out, pcm, N), 0);
        wait_for(out, has_dropped, &i);
        assert_false(sound_out_state(out).open);
    }
    assert_int_equal(setenv("SDL_AUDIODRIVER", "disk", 1), 0);
    assert_int_equal(sound_out_play(out, pcm, N), 0);
    wait_for(out, is_heard, pcm);
    sound_out_stop(out);
}

static void what_is_too_long_is_refused_and_silence_is_no_sound(void **state)
{
    (void)state;
    int16_t one = 1;
    struct sound_out *out = NULL;
    assert_int_equal(sound_out_start(0, &out), 0);
    assert_int_equal(sound_out_play(out, &one, (size_t)SOUND_OUT_RATE * SOUND_OUT_SECONDS_MAX + 1), -E2BIG);
    assert_int_equal(sound_out_play(out, NULL, 0), 0);
    struct sound_out_state s = sound_out_state(out);
    assert_true(!s.open && s.played == 0 && s.dropped == 0);
    sound_out_stop(out);
    sound_out_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sound_is_played_sample_by_sample, make, clear),
        cmocka_unit_test_setup_teardown(the_device_is_closed_after_a_silence_and_opened_again, make, clear),
        cmocka_unit_test_setup_teardown(a_new_sound_takes_the_place_of_the_one_that_plays, make, clear),
        cmocka_unit_test_setup_teardown(without_a_device_it_is_silent_and_tries_again, make, clear),
        cmocka_unit_test_setup_teardown(what_is_too_long_is_refused_and_silence_is_no_sound, make, clear),
    };
    return cmocka_run_group_tests_name("ui.gfx.sound_out", tests, NULL, NULL);
}
