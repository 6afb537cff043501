#pragma once

/* A desk or service face on glass, in simulated time, for tests: two lanes, two readers, four people. */

#include "screens/shell_internal.h"

enum { STAND_ASA = 1, STAND_BO, STAND_CELIK, STAND_DORTE }; /* staff, technician, administrator; staff without a PIN */

struct stand {
    struct shell *shell;
    struct text *text;
    struct ui *ui;
    float width, height;
    int64_t now_us, utc_us;
};

/** Nobody is signed in; the gate is well. 25 November 2026, 17:42 in Stockholm. Everything wished for is taken. */
void stand_open(struct stand *stand, enum shell_kind kind, float width, float height);
void stand_close(struct stand *stand);
/** Signs Bo in, who is a technician, in English. */
void stand_sign_in(struct stand *stand);
/** @n people, Åsa and the others first, then "Person 5" and so on. */
void stand_people(struct stand *stand, size_t n);
/** So much later, as the process does it: shell_time at every deadline on the way. */
void stand_wait(struct stand *stand, int64_t us);
struct gate_status stand_status(void);
void stand_tell_status(struct stand *stand, const struct gate_status *status);
/** Nothing told but the phase and its time. */
struct gate_news stand_news(const struct stand *stand, enum news_phase phase);
void stand_tell(struct stand *stand, const struct gate_news *news);
/** Draws. */
struct ui *stand_draw(struct stand *stand);
void stand_finger(struct stand *stand, enum input_kind kind, float x, float y);
/** A finger down and up on the middle of it; it must be there, and whole; scrolled to where it isn't. */
void stand_touch(struct stand *stand, enum ui_role role, const char *label);
void stand_touch_id(struct stand *stand, const char *id);
void stand_input(struct stand *stand, const struct input_event *event);
/** Draws, and looks for a visible one. */
const struct ui_node *stand_find(struct stand *stand, enum ui_role role, const char *label);
/** Whether something visible says so: a node's label or value, or a part of it. */
bool stand_says(struct stand *stand, const char *text);
/** Takes all wishes. @return how many were of this kind; *ret_last, which may be NULL, is the last of them. */
int stand_wishes(struct stand *stand, enum shell_wish_kind kind, struct shell_wish *ret_last);
