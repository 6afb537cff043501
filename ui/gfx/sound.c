#include "gfx/sound.h"

#include "base/cleanup.h"

#include <math.h>
#include <string.h>

/* A note is a tone with its octave and twelfth, faded in and out so that no membrane jumps, and falling off in
 * between as a struck thing does. The tone is a pointer turned by the same angle for each sample; its overtones
 * are sin 2x = 2 sin x cos x and sin 3x = sin x (4 cos² x - 1). So all sounds together take less than a
 * millisecond. */

struct note {
    short at_ms, ms, hz;
    float level; /* at its beginning, of full scale; those that sound together make 0.8 at most */
    float left; /* what is left of it at the end */
};

enum { NOTES_MAX = 6 };

struct score {
    float octave,
        twelfth; /* how strong against the tone: more is brighter, and carries low notes through small speakers */
    struct note notes[NOTES_MAX]; /* ms 0: no more */
};

static const struct score scores[SOUND_COUNT_] = {
    [SOUND_GRANTED] = {0.30f, 0.10f, {{0, 230, 659, 0.35f, 0.1f}, {110, 330, 988, 0.45f, 0.1f}}},
    [SOUND_DENIED] = {0.60f, 0.45f, {{0, 190, 311, 0.75f, 0.6f}, {240, 330, 220, 0.75f, 0.4f}}},
    [SOUND_WAIT] = {0.20f, 0.05f, {{0, 320, 523, 0.45f, 0.15f}}},
    [SOUND_WARNING] = {0.40f,
                       0.25f,
                       {{0, 90, 784, 0.7f, 0.5f}, {160, 90, 784, 0.7f, 0.5f}, {320, 90, 784, 0.7f, 0.5f}}},
    [SOUND_ALARM] = {0.50f,
                     0.40f,
                     {{0, 150, 960, 0.8f, 0.8f},
                      {170, 150, 720, 0.8f, 0.8f},
                      {340, 150, 960, 0.8f, 0.8f},
                      {510, 150, 720, 0.8f, 0.8f},
                      {680, 150, 960, 0.8f, 0.8f},
                      {850, 150, 720, 0.8f, 0.8f}}},
    [SOUND_KEY] = {0.30f, 0.20f, {{0, 16, 1500, 0.4f, 0.05f}}},
};

enum { ATTACK_MS = 6, RELEASE_MS = 30 };

static size_t samples(int ms, int rate_hz)
{
    return (size_t)ms * (size_t)rate_hz / 1000;
}

/* From 0 to 1, level at both ends. */
static float smooth(float t)
{
    return t * t * (3 - 2 * t);
}

static size_t at_most(size_t v, size_t max)
{
    return v < max ? v : max;
}

/* Adds one note to what is there. */
static void add_note(const struct score *score, const struct note *note, int rate_hz, float volume, int16_t *ret,
                     size_t size)
{
    size_t first = samples(note->at_ms, rate_hz), n = samples(note->ms, rate_hz);
    size_t attack = at_most(samples(ATTACK_MS, rate_hz), n / 4);
    size_t release = at_most(samples(RELEASE_MS, rate_hz), n / 2);
    double turn = 2 * 3.14159265358979323846 * note->hz / rate_hz;
    double turn_cos = cos(turn), turn_sin = sin(turn), c = 1, s = 0;
    float level = note->level * volume * INT16_MAX / (1 + score->octave + score->twelfth);
    float fall = powf(note->left, 1 / (float)n);
    for (size_t i = 0; i < n && first + i < size; i++) {
        float x = (float)s, y = (float)c;
        float wave = x * (1 + score->octave * 2 * y + score->twelfth * (4 * y * y - 1));
        float fade = i < attack ? smooth((float)i / (float)attack) : 1;
        size_t to_end = n - 1 - i;
        fade *= to_end < release ? smooth((float)to_end / (float)release) : 1;
        ret[first + i] = (int16_t)(ret[first + i] + (int)lrintf(wave * fade * level));
        level *= fall;
        double turned = c * turn_cos - s * turn_sin;
        s = s * turn_cos + c * turn_sin;
        c = turned;
    }
}

size_t sound_make(enum sound sound, int rate_hz, float volume, int16_t *ret, size_t size)
{
    if (sound <= SOUND_NONE || sound >= SOUND_COUNT_ || rate_hz < SOUND_RATE_MIN || rate_hz > SOUND_RATE_MAX) {
        return 0;
    }
    const struct score *score = &scores[sound];
    size_t total = 0;
    for (size_t i = 0; i < ARRAY_LEN(score->notes) && score->notes[i].ms > 0; i++) {
        size_t end = samples(score->notes[i].at_ms, rate_hz) + samples(score->notes[i].ms, rate_hz);
        total = end > total ? end : total;
    }
    size = at_most(size, total);
    if (size == 0) {
        return total;
    }
    float clamped = volume > 0 ? volume : 0;
    clamped = clamped < 1 ? clamped : 1;
    memset(ret, 0, size * sizeof(*ret));
    for (size_t i = 0; i < ARRAY_LEN(score->notes) && score->notes[i].ms > 0; i++) {
        add_note(score, &score->notes[i], rate_hz, clamped, ret, size);
    }
    return total;
}
