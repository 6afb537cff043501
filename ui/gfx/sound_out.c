#define LOG_MODULE "sound"

#include "gfx/sound_out.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"

#include <SDL.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* One mutex guards what the caller hands over and the state; it is never held during a call into SDL. The device
 * belongs to the thread. Not only the device is closed but SDL's audio as a whole: with ALSA it keeps a thread
 * that looks for new devices ten times a second. */

enum { BUFFER_SAMPLES = 512 /* 12 ms: a sound begins with the picture */ };

struct sound_out {
    pthread_t thread;
    int64_t close_after_us;
    SDL_AudioDeviceID device; /* thread's; 0: closed */
    int64_t close_us; /* thread's, on the monotonic clock */
    bool told; /* thread's: that there is no device is in the log */

    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t wake;
    int16_t *next; /* to be played, or NULL */
    size_t next_n;
    bool has_next;
    bool stopping;
    struct sound_out_state state;
};

static int64_t monotonic_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

static bool open_device(struct sound_out *o)
{
    if (o->device != 0) {
        return true;
    }
    const SDL_AudioSpec want = {
        .freq = SOUND_OUT_RATE, .format = AUDIO_S16SYS, .channels = 1, .samples = BUFFER_SAMPLES};
    if (SDL_AudioInit(NULL) == 0) {
        o->device = SDL_OpenAudioDevice(NULL, 0, &want, NULL, 0);
    }
    if (o->device == 0) {
        if (!o->told) {
            log_warn("no sound: %s", SDL_GetError());
            o->told = true;
        }
        SDL_AudioQuit();
        return false;
    }
    o->told = false;
    SDL_PauseAudioDevice(o->device, 0);
    return true;
}

static void close_device(struct sound_out *o)
{
    if (o->device != 0) {
        SDL_CloseAudioDevice(o->device);
        SDL_AudioQuit();
        o->device = 0;
    }
}

/* @return whether a device has taken it. */
static bool play(struct sound_out *o, const int16_t *pcm, size_t n)
{
    if (n == 0) {
        if (o->device != 0) {
            SDL_ClearQueuedAudio(o->device);
        }
        return true;
    }
    if (!open_device(o)) {
        return false;
    }
    SDL_ClearQueuedAudio(o->device);
    if (SDL_QueueAudio(o->device, pcm, (Uint32)(n * sizeof(*pcm))) < 0 ||
        SDL_GetAudioDeviceStatus(o->device) != SDL_AUDIO_PLAYING) {
        log_warn("cannot play: %s", SDL_GetError());
        close_device(o);
        return false;
    }
    o->close_us = monotonic_us() + (int64_t)n * US_PER_S / SOUND_OUT_RATE + o->close_after_us;
    return true;
}

/* Locked. Waits for something to do; with an open device no longer than it may stay open. */
static void wait_for_work(struct sound_out *o)
{
    if (o->device == 0) {
        (void)pthread_cond_wait(&o->wake, &o->lock);
        return;
    }
    struct timespec t = {.tv_sec = o->close_us / US_PER_S, .tv_nsec = o->close_us % US_PER_S * 1000};
    (void)pthread_cond_timedwait(&o->wake, &o->lock, &t);
}

static void *run(void *data)
{
    struct sound_out *o = data;
    (void)pthread_mutex_lock(&o->lock);
    while (!o->stopping) {
        if (o->has_next) {
            _cleanup_free_ int16_t *pcm = STEAL_PTR(o->next);
            size_t n = o->next_n;
            o->has_next = false;
            (void)pthread_mutex_unlock(&o->lock);
            bool played = play(o, pcm, n);
            (void)pthread_mutex_lock(&o->lock);
            o->state.played += played && n > 0;
            o->state.dropped += !played;
        } else if (o->device != 0 && monotonic_us() >= o->close_us) {
            (void)pthread_mutex_unlock(&o->lock);
            close_device(o);
            (void)pthread_mutex_lock(&o->lock);
        } else {
            wait_for_work(o);
        }
        o->state.open = o->device != 0;
    }
    (void)pthread_mutex_unlock(&o->lock);
    close_device(o);
    SDL_TLSCleanup(); /* the text of this thread's last error */
    return NULL;
}

static int start_thread(struct sound_out *o)
{
    pthread_condattr_t attr;
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&o->wake, &attr);
    (void)pthread_condattr_destroy(&attr);
    (void)pthread_mutex_init(&o->lock, NULL);
    sigset_t all, old; /* signals belong to the main thread */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &old);
    int r = -pthread_create(&o->thread, NULL, run, o);
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (r < 0) {
        (void)pthread_cond_destroy(&o->wake);
        (void)pthread_mutex_destroy(&o->lock);
    }
    return r;
}

int sound_out_start(int64_t close_after_us, struct sound_out **ret_out)
{
    _cleanup_free_ struct sound_out *o = calloc(1, sizeof(*o));
    if (!o) {
        return -ENOMEM;
    }
    o->close_after_us = close_after_us > 0 ? close_after_us : 5 * US_PER_S;
    int r = start_thread(o);
    if (r < 0) {
        return r;
    }
    *ret_out = STEAL_PTR(o);
    return 0;
}

void sound_out_stop(struct sound_out *out)
{
    if (!out) {
        return;
    }
    (void)pthread_mutex_lock(&out->lock);
    out->stopping = true;
    (void)pthread_cond_signal(&out->wake);
    (void)pthread_mutex_unlock(&out->lock);
    (void)pthread_join(out->thread, NULL);
    (void)pthread_cond_destroy(&out->wake);
    (void)pthread_mutex_destroy(&out->lock);
    free(out->next);
    free(out);
}

int sound_out_play(struct sound_out *out, const int16_t *pcm, size_t n)
{
    if (n > (size_t)SOUND_OUT_RATE * SOUND_OUT_SECONDS_MAX) {
        return -E2BIG;
    }
    _cleanup_free_ int16_t *copy = NULL;
    if (n > 0) {
        copy = malloc(n * sizeof(*copy));
        if (!copy) {
            return -ENOMEM;
        }
        memcpy(copy, pcm, n * sizeof(*copy));
    }
    (void)pthread_mutex_lock(&out->lock);
    int16_t *replaced = out->next;
    out->state.dropped += out->has_next && out->next_n > 0;
    out->next = STEAL_PTR(copy);
    out->next_n = n;
    out->has_next = true;
    (void)pthread_cond_signal(&out->wake);
    (void)pthread_mutex_unlock(&out->lock);
    free(replaced);
    return 0;
}

struct sound_out_state sound_out_state(struct sound_out *out)
{
    (void)pthread_mutex_lock(&out->lock);
    struct sound_out_state state = out->state;
    (void)pthread_mutex_unlock(&out->lock);
    return state;
}
