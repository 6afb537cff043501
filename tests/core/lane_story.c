#include "lane_story.h"

#include "core/contacts.h"
#include "core/interlock.h"
#include "core/lane.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LANES_MAX = 4, WORDS_MAX = 24, NAME_SIZE = 16, LINE_SIZE = 200, COLUMN = 38 };

#define MS INT64_C(1000)

struct player {
    struct lane lanes[LANES_MAX];
    struct contacts contacts[LANES_MAX];
    struct lane_config configs[LANES_MAX];
    char names[LANES_MAX][NAME_SIZE];
    size_t n_lanes;
    int64_t debounce_us, patience_us;
    bool interlocked;
    struct interlock interlock;
    FILE *out;
};

/* "[  1200] entry move_in". @return its length. */
static int put_event(struct player *player, int64_t at_us, bool by_itself, size_t which, const char *what)
{
    return fprintf(player->out, "[%6" PRId64 "] %s%s %s", at_us / MS, by_itself ? "~ " : "", player->names[which],
                   what);
}

/* The same, filled up to the column of the answers. */
static void put_left(struct player *player, int64_t at_us, bool by_itself, size_t which, const char *what)
{
    int n = put_event(player, at_us, by_itself, which, what);
    (void)fprintf(player->out, "%*s", n < COLUMN ? COLUMN - n : 1, "");
}

static void put_update(struct player *player, size_t which, const struct lane_update *update)
{
    const struct lane *lane = &player->lanes[which];
    struct lane_outputs outputs = lane_outputs(lane);
    const char *open = outputs.release_in ? (outputs.release_out ? ", both open" : ", in open")
                                          : (outputs.release_out ? ", out open" : "");
    const char *between = "> ";
    for (unsigned bit = 1; bit <= LANE_A_ALARM_END; bit <<= 1) {
        if ((update->actions & bit) != 0) {
            (void)fprintf(player->out, "%s%s", between, lane_action_text((enum lane_action)bit));
            between = ", ";
        }
    }
    if (update->grant != 0) {
        (void)fprintf(player->out, " %" PRIu64, update->grant);
    }
    (void)fprintf(player->out, "%s%s%s\n", update->actions != 0 ? "; " : "> ", lane_state_text(lane->state), open);
}

static void event_text(const struct lane_event *event, char ret_text[LINE_SIZE])
{
    if (event->grant != 0) {
        (void)snprintf(ret_text, LINE_SIZE, "%s %" PRIu64 "%s", lane_event_text(event->kind), event->grant,
                       event->override ? " override"
                       : event->either ? " either"
                                       : "");
    } else {
        (void)snprintf(ret_text, LINE_SIZE, "%s", lane_event_text(event->kind));
    }
}

static void step(struct player *player, size_t which, bool by_itself, const struct lane_event *event)
{
    char what[LINE_SIZE];
    event_text(event, what);
    struct lane_update update = lane_step(&player->lanes[which], &player->configs[which], event);
    put_left(player, event->boot_us, by_itself, which, what);
    put_update(player, which, &update);
}

static uint32_t everybody(const struct player *player)
{
    return (UINT32_C(1) << player->n_lanes) - 1;
}

static void let_the_next_go(struct player *player, int64_t now_us)
{
    struct interlock_wish wish;
    while (player->interlocked &&
           interlock_next(&player->interlock, player->lanes, player->n_lanes, everybody(player), now_us, &wish)) {
        step(player, wish.lane, true, &wish.event);
    }
}

static void grant(struct player *player, size_t which, const struct lane_event *event)
{
    char what[LINE_SIZE];
    if (!player->interlocked) {
        step(player, which, false, event);
        return;
    }
    enum interlock_answer answer = interlock_ask(&player->interlock, player->lanes, player->n_lanes, everybody(player),
                                                 (unsigned)which, event, player->patience_us);
    if (answer == INTERLOCK_GO) {
        step(player, which, false, event);
        return;
    }
    event_text(event, what);
    put_left(player, event->boot_us, false, which, what);
    (void)fprintf(player->out, "> %s\n", answer == INTERLOCK_WAIT ? "waits for the other lane" : "too many wait");
}

/* Steps what is due first, at or before @now_us. @return false when nothing is. */
static bool play_due(struct player *player, int64_t now_us)
{
    int64_t due_us = interlock_deadline(&player->interlock);
    size_t lane = SIZE_MAX, contacts = SIZE_MAX;
    for (size_t i = 0; i < player->n_lanes; i++) {
        int64_t settles_us = contacts_deadline(&player->contacts[i], &player->configs[i]);
        int64_t ends_us = lane_deadline(&player->lanes[i], &player->configs[i]);
        if (settles_us <= due_us && settles_us != INT64_MAX) {
            due_us = settles_us;
            contacts = i;
            lane = SIZE_MAX;
        }
        if (ends_us < due_us) {
            due_us = ends_us;
            contacts = SIZE_MAX;
            lane = i;
        }
    }
    if (due_us > now_us) {
        return false;
    }
    struct interlock_wish wish;
    if (contacts != SIZE_MAX) {
        struct lane_event events[CONTACTS_EVENTS_MAX];
        size_t n =
            contacts_time(&player->contacts[contacts], &player->configs[contacts], due_us, events, CONTACTS_EVENTS_MAX);
        for (size_t i = 0; i < n; i++) {
            step(player, contacts, true, &events[i]);
        }
    } else if (lane != SIZE_MAX) {
        step(player, lane, true, &(struct lane_event){.kind = LANE_E_TIME, .boot_us = due_us});
    } else if (interlock_expire(&player->interlock, due_us, &wish)) {
        char what[LINE_SIZE];
        event_text(&wish.event, what);
        put_left(player, due_us, true, wish.lane, what);
        (void)fprintf(player->out, "> gave up waiting\n");
    }
    let_the_next_go(player, due_us);
    return true;
}

static bool play_contact(struct player *player, size_t which, char **words, int64_t now_us)
{
    struct lane_event events[CONTACTS_EVENTS_MAX];
    bool active = strcmp(words[1], "on") == 0 || strcmp(words[1], "closed") == 0;
    enum contacts_input input = strcmp(words[0], "a") == 0      ? CONTACTS_A
                                : strcmp(words[0], "b") == 0    ? CONTACTS_B
                                : strcmp(words[0], "door") == 0 ? CONTACTS_DOOR
                                                                : CONTACTS_INPUTS;
    if (input == CONTACTS_INPUTS) {
        return false;
    }
    (void)put_event(player, now_us, false, which, words[0]);
    (void)fprintf(player->out, " %s\n", words[1]);
    size_t n = contacts_step(&player->contacts[which], &player->configs[which], player->debounce_us, input, active,
                             now_us, events, CONTACTS_EVENTS_MAX);
    for (size_t i = 0; i < n; i++) {
        step(player, which, true, &events[i]);
    }
    return true;
}

/* Plays "NAME EVENT [ARG [override|either]]". @return false when it isn't one. */
static bool play_words(struct player *player, char **words, size_t n_words, int64_t now_us)
{
    size_t which = 0;
    while (which < player->n_lanes && (n_words < 2 || strcmp(words[0], player->names[which]) != 0)) {
        which++;
    }
    if (which == player->n_lanes) {
        return false;
    }
    while (play_due(player, now_us)) {
    }
    if (strcmp(words[1], "look") == 0) {
        put_left(player, now_us, false, which, "look");
        put_update(player, which, &(struct lane_update){0});
        return true;
    }
    struct lane_event event = {.kind = LANE_EVENTS, .boot_us = now_us};
    for (int kind = 0; kind < LANE_EVENTS; kind++) {
        if (strcmp(words[1], lane_event_text((enum lane_event_kind)kind)) == 0) {
            event.kind = (enum lane_event_kind)kind;
        }
    }
    if (event.kind == LANE_EVENTS) {
        return n_words == 3 && play_contact(player, which, &words[1], now_us);
    }
    event.grant = n_words > 2 ? strtoull(words[2], NULL, 10) : 0;
    event.override = n_words > 3 && strcmp(words[3], "override") == 0;
    event.either = n_words > 3 && strcmp(words[3], "either") == 0;
    if (event.kind == LANE_E_GRANT_IN || event.kind == LANE_E_GRANT_OUT) {
        grant(player, which, &event);
    } else {
        step(player, which, false, &event);
    }
    let_the_next_go(player, now_us);
    return true;
}

/* "lane NAME turnstile|door|blind KEY VALUE ..."; times in ms. A blind one is a door without a contact. */
static bool add_lane(struct player *player, char **words, size_t n_words)
{
    if (n_words < 3 || player->n_lanes == LANES_MAX || strlen(words[1]) >= NAME_SIZE) {
        return false;
    }
    struct lane_config *config = &player->configs[player->n_lanes];
    *config = (struct lane_config){.kind = strcmp(words[2], "turnstile") == 0 ? LANE_TURNSTILE : LANE_DOOR};
    config->has_door_contact = strcmp(words[2], "door") == 0;
    for (size_t i = 3; i + 1 < n_words; i += 2) {
        int64_t value = strtoll(words[i + 1], NULL, 10);
        const struct {
            const char *key;
            int64_t *us;
        } times[] = {{"unlock", &config->unlock_us},       {"timeout", &config->passage_timeout_us},
                     {"relock", &config->relock_delay_us}, {"held", &config->held_open_us},
                     {"stuck", &config->stuck_us},         {"debounce", &player->debounce_us}};
        bool known = strcmp(words[i], "contacts") == 0;
        if (known) {
            config->passage_contacts = (uint8_t)value;
        }
        for (size_t k = 0; k < sizeof(times) / sizeof(times[0]); k++) {
            if (strcmp(words[i], times[k].key) == 0) {
                *times[k].us = value * MS;
                known = true;
            }
        }
        if (!known) {
            return false;
        }
    }
    (void)snprintf(player->names[player->n_lanes++], NAME_SIZE, "%s", words[1]);
    return true;
}

static size_t split(char *line, char *ret_words[WORDS_MAX])
{
    size_t n = 0;
    char *rest = NULL;
    for (char *word = strtok_r(line, " []", &rest); word != NULL && n < WORDS_MAX;
         word = strtok_r(NULL, " []", &rest)) {
        ret_words[n++] = word;
    }
    return n;
}

/* When the next line of @rest comes that is played, in ms; 0: there is none. */
static int64_t next_ms(const char *rest)
{
    while (*rest != '\0') {
        if (rest[0] == '[' && rest[strcspn(rest, "]~\n")] == ']') {
            const char *behind = strchr(rest, ']');
            if (behind[1] == '\0' || behind[2] != '~') {
                return strtoll(rest + 1, NULL, 10);
            }
        }
        rest += strcspn(rest, "\n");
        rest += *rest == '\n' ? 1 : 0;
    }
    return 0;
}

static void play_line(struct player *player, const char *line, const char *rest)
{
    char copy[LINE_SIZE];
    char *words[WORDS_MAX];
    (void)snprintf(copy, sizeof(copy), "%s", line);
    copy[strcspn(copy, ">")] = '\0';
    size_t n_words = split(copy, words);
    if (n_words == 0 || line[0] == '#') {
        while (play_due(player, next_ms(rest) * MS)) { /* a remark stands before what it speaks of */
        }
        (void)fprintf(player->out, "%s\n", line);
    } else if (line[0] == '[') {
        bool by_itself = n_words > 1 && strcmp(words[1], "~") == 0;
        if (!by_itself && !play_words(player, &words[1], n_words - 1, strtoll(words[0], NULL, 10) * MS)) {
            (void)fprintf(player->out, "? %s\n", line);
        }
    } else if (strcmp(words[0], "interlock") == 0 && n_words == 3) {
        player->interlocked = true;
        player->patience_us = strtoll(words[2], NULL, 10) * MS;
        (void)fprintf(player->out, "%s\n", line);
    } else {
        (void)fprintf(player->out, "%s%s\n",
                      strcmp(words[0], "lane") == 0 && add_lane(player, words, n_words) ? "" : "? ", line);
    }
}

int lane_story_tell(const struct lane_story *story, char ret_text[LANE_STORY_SIZE])
{
    struct player player = {.out = fmemopen(ret_text, LANE_STORY_SIZE - 1, "w")};
    const char *line = story->text;
    int result = 0;
    if (player.out == NULL) {
        return -errno;
    }
    ret_text[0] = ret_text[LANE_STORY_SIZE - 1] = '\0';
    while (*line != '\0') {
        char one[LINE_SIZE];
        size_t n = strcspn(line, "\n");
        if (n >= sizeof(one)) {
            result = -E2BIG;
            break;
        }
        memcpy(one, line, n);
        one[n] = '\0';
        line += n + (line[n] == '\n' ? 1 : 0);
        play_line(&player, one, line);
    }
    bool full = ferror(player.out) != 0;
    return fclose(player.out) != 0 || full ? -E2BIG : result;
}

int lane_story_load(const char *path, struct lane_story *ret_story)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return -errno;
    }
    size_t n = fread(ret_story->text, 1, LANE_STORY_SIZE, file);
    bool bad = ferror(file) != 0;
    if (fclose(file) != 0 || bad) {
        return -EIO;
    }
    if (n == LANE_STORY_SIZE) {
        return -E2BIG;
    }
    ret_story->text[n] = '\0';
    return 0;
}
