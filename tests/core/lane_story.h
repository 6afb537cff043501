#pragma once

/* Stories of lanes in simulated time, as text that tells what came in and what happened. A file tests/core/transcripts/
 * NAME.txt is both: the left half of each line is played, the whole is what must come out again (the form:
 * tests/core/transcripts/README.md). */

enum { LANE_STORY_SIZE = 8192 };

struct lane_story {
    char text[LANE_STORY_SIZE];
};

/** Reads a file. @return 0, -E2BIG, or another negative errno. */
int lane_story_load(const char *path, struct lane_story *ret_story);
/** Plays the left halves and writes the whole. A line that it cannot play comes out as "? line". @return 0, -E2BIG, or another
 * negative errno. */
int lane_story_tell(const struct lane_story *story, char ret_text[LANE_STORY_SIZE]);
