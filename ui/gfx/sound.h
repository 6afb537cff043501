#pragma once

/* The sounds of the entrance, made as samples. Pure; playing them is sound_out's.
 *
 * Each can be told by rhythm alone, for who hears few frequencies: short-long is yes, long-long is no, one long note is
 * wait, three short ones are a warning, six of two pitches in turn an alarm. */

#include <stddef.h>
#include <stdint.h>

enum sound {
    SOUND_NONE, /* silence of no length */
    SOUND_GRANTED, /* two notes rising, the second long */
    SOUND_DENIED, /* two low notes falling, both long */
    SOUND_WAIT, /* one soft note */
    SOUND_WARNING, /* three short notes of one pitch */
    SOUND_ALARM, /* six notes, two pitches in turn */
    SOUND_KEY, /* a click */
    SOUND_COUNT_
};

enum { SOUND_RATE_MIN = 8000, SOUND_RATE_MAX = 96000, SOUND_SECONDS_MAX = 1 };

/** Makes one channel of signed 16 bit at @rate_hz. @volume 0 to 1, where 1 peaks at 0.8 of full scale or less;
 * what lies beyond is taken as the nearer end. Writes as many samples as there are, at most @size; @ret may be
 * NULL when @size is 0. @return how many samples the sound has, whatever @size; 0 for a rate out of range or what
 * is no sound. */
size_t sound_make(enum sound sound, int rate_hz, float volume, int16_t *ret, size_t size);
