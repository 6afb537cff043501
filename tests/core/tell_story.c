/* Tells a story file anew on standard output: `tell_story FILE > NEW`. For writing stories; read what comes out. */

#include "lane_story.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    static struct lane_story story;
    static char text[LANE_STORY_SIZE];
    if (argc != 2 || lane_story_load(argv[1], &story) != 0 || lane_story_tell(&story, text) != 0) {
        (void)fprintf(stderr, "usage: tell_story FILE\n");
        return 2;
    }
    return fputs(text, stdout) < 0 ? 1 : 0;
}
