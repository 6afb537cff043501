#pragma once

/* An entrance face on glass, in simulated time, for tests. */

#include "screens/entrance.h"

struct rig {
    struct text *text;
    struct ui *ui;
    struct entrance e;
    float width, height;
    int64_t now_us, utc_us;
    enum sound sound; /* the last one wished for */
    unsigned sounds, photos, members, languages; /* wishes so far */
    int64_t photo_of;
    char member_of[CARD_TEXT_SIZE];
};

/** Two lanes, lane1 and lane2, of a gate that is well; names shown; 25 November 2026, 17:42 in Stockholm. */
void rig_open(struct rig *rig, float width, float height);
void rig_close(struct rig *rig);
/** So much later. */
void rig_wait(struct rig *rig, int64_t us);
struct gate_status rig_status(void);
struct gate_news rig_news(enum news_phase phase, const char *lane, int64_t grant);
/** A grant for Åsa, 178 days left. */
struct gate_news rig_granted(const char *lane, int64_t grant);
struct gate_news rig_denied(const char *lane, enum access_code code);
struct gate_news rig_notice(const char *lane, enum news_notice notice);
void rig_tell(struct rig *rig, const struct gate_news *news);
/** The next phase of a grant, with its detail. */
void rig_phase(struct rig *rig, enum news_phase phase, const char *lane, int64_t grant, const char *detail);
/** Draws. @return the ui with its nodes. */
struct ui *rig_draw(struct rig *rig);
/** Draws and looks for it. */
const struct ui_node *rig_find(struct rig *rig, enum ui_role role, const char *label);
/** Whether something says so: a node's label or value, or a part of it. */
bool rig_says(struct rig *rig, const char *text);
/** A finger down and up on the middle of what has this role and label, which must be there; as the process does it. */
void rig_touch(struct rig *rig, enum ui_role role, const char *label);
