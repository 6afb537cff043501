#pragma once

/* Plays short sounds, through SDL's audio, without ever holding up the caller.
 *
 * Opening an audio device can take a tenth of a second, and an open one wakes the processor without end: a thread
 * opens it when there is something to play and closes it after a silence. Where there is no device it stays silent
 * and tries again with the next sound. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SOUND_OUT_RATE = 44100 /* samples a second, one channel */, SOUND_OUT_SECONDS_MAX = 5 };

struct sound_out;

struct sound_out_state {
    bool open; /* a device is open */
    uint32_t played; /* sounds handed to the device */
    uint32_t dropped; /* sounds that no device was there for, or that another replaced before they began */
};

/** Starts the thread; no device is opened yet. @close_after_us: the silence after which the device is closed; 0
 * for 5 s. @return 0 or a negative errno. */
int sound_out_start(int64_t close_after_us, struct sound_out **ret_out);
/** Ends what plays, closes the device and frees all; takes NULL. Before window_system_close. */
void sound_out_stop(struct sound_out *out);
/** Plays the @n samples, which are copied, in the place of whatever plays. 0 samples: silence at once.
 * @return 0 when it is handed over; -E2BIG beyond SOUND_OUT_SECONDS_MAX; -ENOMEM. */
int sound_out_play(struct sound_out *out, const int16_t *pcm, size_t n);
struct sound_out_state sound_out_state(struct sound_out *out);
