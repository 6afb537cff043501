#pragma once

/* The morning itself: what happens, in order, and what is expected of it. */

#include "morning/stage.h"
#include "morning/tell.h"
#include "morning/watch.h"

struct play {
    struct stage *stage;
    struct watch *watch;
    struct tell *tell;
    unsigned surprises; /* what went otherwise than expected; each is said on standard error */
    unsigned members;
    unsigned rush; /* taps of further members at the end */
};

/** Plays all scenes. @return 0, or a negative errno when the stage broke (stage->error). */
int scenes_play(struct play *play);
