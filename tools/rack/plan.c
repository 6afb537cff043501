/* The unit from above. The turnstile is a star of three arms in a bay of the wall; the pool has a door. */
#include "rack/rack_internal.h"

#include "base/clock.h"
#include "i18n/i18n.h"

#include <math.h>
#include <stdio.h>

#define WALL_PX   10.0F
#define ARM_PX    76.0F /* an arm's length, and the lane's width */
#define LEAF_PX   80.0F
#define WALKER_PX 34.0F
#define READER_PX 64.0F
#define LAMP_PX   28.0F
#define TURN      6.2831853F
#define FRAME_US  INT64_C(16000)
#define PULSE_US  INT64_C(1600000)

/* Where things are. */
struct plan {
    struct rect rect; /* all of it */
    float hub_x, hub_y; /* the turnstile's axis; the lane is above it */
    float hinge_x, hinge_y; /* the door's; it is above it */
};

static struct plan plan_of(struct rect rect)
{
    struct plan p = {.rect = rect};
    bool narrow = rect.w < 760; /* then the hall, which has two readers, gets most of it */
    p.hub_x = roundf(rect.x + rect.w * (narrow ? 0.33F : 0.37F));
    p.hub_y = roundf(rect.y + rect.h * 0.53F);
    p.hinge_x = roundf(rect.x + rect.w * (narrow ? 0.83F : 0.79F));
    p.hinge_y = p.hub_y;
    return p;
}

static struct colour soft(const struct ui *ui, enum theme_colour a, enum theme_colour b, float t)
{
    return colour_mix(ui_colour(ui, a), ui_colour(ui, b), t);
}

/* -- the house ---------------------------------------------------------------------------------------------- */

static void zone_name(struct ui *ui, const char *id, float x, const struct plan *p, float w, const char *name,
                      int64_t inside, enum text_align align)
{
    char text[128];
    struct text_style style = theme_text(TYPE_SMALL_STRONG);
    style.align = align;
    (void)snprintf(text, sizeof(text), inside >= 0 ? "%s · %lld" : "%s", name, (long long)inside);
    (void)widget_text(ui, id, UI_TEXT, rect_of(x + SPACE_L, p->rect.y + SPACE_M, w - 2 * SPACE_L, 22), text, &style,
                      ui_colour(ui, THEME_TEXT_MUTED));
}

static void draw_wall(struct ui *ui, float x, float top, float bottom)
{
    draw_fill(ui_draw(ui), rect_of(x - WALL_PX / 2, top, WALL_PX, bottom - top),
              soft(ui, THEME_BORDER, THEME_TEXT_MUTED, 0.45F), WALL_PX / 2);
}

static void draw_house(struct ui *ui, const struct rack *rack, const struct plan *p)
{
    struct rect r = p->rect, pool = r;
    struct draw_list *list = ui_draw(ui);
    widget_card(ui, "plan", r, _("The house"));
    struct draw_box outside = {.fill = soft(ui, THEME_BACKGROUND, THEME_BORDER, 0.5F), .radius = RADIUS_L};
    draw_clip_push(list, rect_of(r.x, r.y, p->hub_x - r.x, r.h));
    draw_box(list, rect_of(r.x, r.y, p->hub_x - r.x + RADIUS_XL, r.h), &outside);
    draw_clip_pop(list);
    pool.x = p->hinge_x;
    pool.w = rect_right(r) - p->hinge_x;
    draw_clip_push(list, pool);
    draw_fill(list, rect_of(pool.x - RADIUS_XL, r.y, pool.w + RADIUS_XL, r.h), theme_tile(ui_theme(ui), 1)->fill,
              RADIUS_L);
    draw_clip_pop(list);
    draw_wall(ui, p->hub_x, r.y + 6, p->hub_y - ARM_PX - 4);
    draw_wall(ui, p->hub_x, p->hub_y + ARM_PX + 4, rect_bottom(r) - 6);
    draw_wall(ui, p->hinge_x, r.y + 6, p->hinge_y - LEAF_PX - 4);
    draw_wall(ui, p->hinge_x, p->hinge_y, rect_bottom(r) - 6);
    zone_name(ui, "zone-outside", r.x, p, p->hub_x - r.x, _("Outside"), -1, TEXT_START);
    zone_name(ui, "zone-hall", p->hub_x, p, p->hinge_x - p->hub_x, _("Hall"), rack->people[0], TEXT_MIDDLE);
    zone_name(ui, "zone-pool", p->hinge_x, p, rect_right(r) - p->hinge_x, _("Pool"), rack->people[1], TEXT_START);
}

/* -- the lanes ---------------------------------------------------------------------------------------------- */

/* Beside a lane: an arrow in green while it is free that way, else a lock. */
static void lamp(struct ui *ui, float x, float y, bool free, enum icon arrow)
{
    struct rect r = rect_of(x - LAMP_PX / 2, y - LAMP_PX / 2, LAMP_PX, LAMP_PX);
    struct colour fill = free ? ui_colour(ui, THEME_SUCCESS) : soft(ui, THEME_SURFACE, THEME_TEXT_MUTED, 0.16F);
    draw_fill(ui_draw(ui), r, fill, LAMP_PX / 2);
    draw_icon(ui_draw(ui), rect_inset(r, 6), free ? arrow : ICON_LOCK,
              ui_colour(ui, free ? THEME_ON_SUCCESS : THEME_TEXT_MUTED), 2.4F);
}

static void arm(struct ui *ui, const struct plan *p, float turns, struct colour colour)
{
    float x = p->hub_x + ARM_PX * sinf(turns * TURN), y = p->hub_y - ARM_PX * cosf(turns * TURN);
    draw_line(ui_draw(ui), p->hub_x, p->hub_y, x, y, 9, colour);
    draw_fill(ui_draw(ui), rect_of(x - 4.5F, y - 4.5F, 9, 9), colour, 4.5F);
}

static const char *main_state(const struct rack *rack)
{
    const struct rack_lane *lane = &rack->lanes[RACK_MAIN];
    bool in = lane->released[RACK_IN], out = lane->released[RACK_OUT];
    if (rack->fire) {
        return _("Free: fire");
    }
    if (fabsf(rack_lane_arm(lane, rack->now_us)) > 0.001F) {
        return _("Turning");
    }
    return in && out ? _("Open both ways") : in ? _("Open inwards") : out ? _("Open outwards") : _("Locked");
}

static void draw_turnstile(struct ui *ui, const struct rack *rack, const struct plan *p)
{
    const struct rack_lane *lane = &rack->lanes[RACK_MAIN];
    struct draw_list *list = ui_draw(ui);
    bool free = lane->released[RACK_IN] || lane->released[RACK_OUT] || rack->fire;
    float turned = rack_lane_arm(lane, rack->now_us), bay = ARM_PX + 8;
    struct rect circle = rect_of(p->hub_x - bay, p->hub_y - bay, 2 * bay, 2 * bay);
    /* The bay: the lower half of a circle in which the arms come back. */
    draw_clip_push(list, rect_of(circle.x - 6, p->hub_y, circle.w + 12, bay + 8));
    draw_fill(list, circle, soft(ui, THEME_SURFACE, THEME_TEXT_MUTED, 0.14F), bay);
    draw_clip_pop(list);
    draw_ring(list, circle, 0.25F, 0.75F, 5, soft(ui, THEME_BORDER, THEME_TEXT_MUTED, 0.45F));
    struct colour colour = ui_colour(ui, free ? THEME_SUCCESS : THEME_DANGER);
    for (int i = 0; i < 3; i++) {
        arm(ui, p, turned + (float)i / 3, colour);
    }
    draw_fill(list, rect_of(p->hub_x - 13, p->hub_y - 13, 26, 26), ui_colour(ui, THEME_RAIL), 13);
    draw_fill(list, rect_of(p->hub_x - 5, p->hub_y - 5, 10, 10), colour, 5);
    lamp(ui, p->hub_x - 26, p->hub_y - ARM_PX - 22, lane->released[RACK_IN] || rack->fire, ICON_ARROW_RIGHT);
    lamp(ui, p->hub_x + 26, p->hub_y - ARM_PX - 22, lane->released[RACK_OUT] || rack->fire, ICON_ARROW_LEFT);
}

static const char *pool_state(const struct rack *rack)
{
    if (rack->fire) {
        return _("Free: fire");
    }
    if (rack_lane_door(&rack->lanes[RACK_POOL], rack->now_us) > 0) {
        return _("Open");
    }
    return rack->lanes[RACK_POOL].released[RACK_IN] ? _("Unlocked") : _("Locked");
}

static void draw_door(struct ui *ui, const struct rack *rack, const struct plan *p)
{
    const struct rack_lane *lane = &rack->lanes[RACK_POOL];
    struct draw_list *list = ui_draw(ui);
    bool free = lane->released[RACK_IN] || rack->fire;
    float angle = rack_lane_door(lane, rack->now_us) * 0.21F * TURN;
    float x = p->hinge_x + LEAF_PX * sinf(angle), y = p->hinge_y - LEAF_PX * cosf(angle);
    struct colour colour = ui_colour(ui, free ? THEME_SUCCESS : THEME_DANGER);
    struct rect swing = rect_of(p->hinge_x - LEAF_PX, p->hinge_y - LEAF_PX, 2 * LEAF_PX, 2 * LEAF_PX);
    draw_ring(list, swing, 0, 0.22F, 2, colour_alpha(ui_colour(ui, THEME_TEXT_MUTED), 60));
    draw_line(list, p->hinge_x, p->hinge_y, x, y, 8, colour);
    draw_fill(list, rect_of(p->hinge_x - 8, p->hinge_y - 8, 16, 16), ui_colour(ui, THEME_RAIL), 8);
    lamp(ui, p->hinge_x - 26, p->hinge_y - LEAF_PX - 18, free, ICON_ARROW_RIGHT);
}

static void draw_walker(struct ui *ui, float x, float y, float shown, const struct rack_walker *walker)
{
    struct rect r = rect_of(x - WALKER_PX / 2, y - WALKER_PX / 2, WALKER_PX, WALKER_PX);
    bool bad = walker->story == RACK_FOLLOWS || walker->story == RACK_FORCES;
    uint8_t a = (uint8_t)(255 * shown);
    struct draw_box box = {.fill = colour_alpha(ui_colour(ui, bad ? THEME_DANGER : THEME_PRIMARY), a),
                           .radius = WALKER_PX / 2,
                           .border_px = 2,
                           .border = colour_alpha(ui_colour(ui, THEME_SURFACE), a)};
    draw_box(ui_draw(ui), r, &box);
    draw_icon(ui_draw(ui), rect_inset(r, 8), ICON_USER,
              colour_alpha(ui_colour(ui, bad ? THEME_ON_DANGER : THEME_ON_PRIMARY), a), 2.4F);
}

static void draw_walkers(struct ui *ui, const struct rack *rack, enum rack_lane_id which, float x, float y, float reach)
{
    const struct rack_lane *lane = &rack->lanes[which];
    size_t waiting[2] = {0};
    for (size_t i = 0; i < lane->n_walkers; i++) {
        const struct rack_walker *w = &lane->walkers[i];
        float shown;
        size_t nth = w->phase == RACK_COMES ? waiting[w->side]++ : 0;
        float place = rack_walker_place(w, nth, rack->now_us, &shown);
        waiting[w->side] += w->phase == RACK_PUSHES;
        draw_walker(ui, x + place * reach, y, shown, w);
    }
    if (rack_lane_moves(lane, rack->now_us)) {
        ui_again(ui, rack->now_us + FRAME_US);
    }
}

/* -- the readers -------------------------------------------------------------------------------------------- */

static struct colour reader_colour(const struct ui *ui, const struct rack *rack, const struct rack_reader *reader)
{
    if (reader->card >= 0 && reader->answer != RACK_NO_ANSWER) {
        return ui_colour(ui, reader->answer == RACK_YES ? THEME_SUCCESS : THEME_DANGER);
    }
    if (reader->unplugged || !reader->working || rack->gate != RACK_GATE_ON) {
        return soft(ui, THEME_SURFACE, THEME_TEXT_MUTED, 0.55F);
    }
    return ui_colour(ui, THEME_RAIL);
}

/* A ring that grows and fades: here the card in hand can be used. */
static void invite(struct ui *ui, const struct rack *rack, struct rect r)
{
    float t = (float)(rack->now_us % PULSE_US) / (float)PULSE_US;
    float by = 3 + 7 * t;
    struct draw_box ring = {.radius = RADIUS_M + by,
                            .border_px = 3,
                            .border = colour_alpha(ui_colour(ui, THEME_PRIMARY), (uint8_t)(200 * (1 - t)))};
    draw_box(ui_draw(ui), rect_inset(r, -by), &ring);
    ui_again(ui, rack->now_us + 2 * FRAME_US);
}

static void draw_reader(struct ui *ui, const struct rack *rack, enum stage_reader which, float x, float y)
{
    static const char *const ids[] = {"reader-entrance", "reader-way-out", "reader-pool"};
    const struct rack_reader *reader = &rack->readers[which];
    struct rect r = rect_of(x, y, READER_PX, READER_PX);
    bool works = reader->working && !reader->unplugged && rack->gate == RACK_GATE_ON;
    const char *state = works ? _("ready") : reader->unplugged ? _("unplugged") : _("not working");
    unsigned held = ui_node(ui, &(struct ui_node_spec){.id = ids[which],
                                                       .index = -1,
                                                       .role = UI_BUTTON,
                                                       .label = rack_reader_name(which),
                                                       .value = state,
                                                       .rect = r,
                                                       .intent = {.kind = RACK_ON_READER, .arg = which}});
    if (works && rack->chosen >= 0 && reader->card < 0) {
        invite(ui, rack, r);
    }
    struct colour fill = reader_colour(ui, rack, reader);
    struct draw_box box = {.fill = held & UI_PRESSED ? soft(ui, THEME_RAIL, THEME_PRIMARY, 0.5F) : fill,
                           .radius = RADIUS_M,
                           .shadow_px = SPACE_M,
                           .shadow_dy = 3,
                           .shadow = ui_colour(ui, THEME_SHADOW)};
    draw_box(ui_draw(ui), r, &box);
    enum icon icon = reader->card < 0 || reader->answer == RACK_NO_ANSWER ? ICON_CONTACTLESS
                     : reader->answer == RACK_YES                         ? ICON_CHECK
                                                                          : ICON_CROSS;
    draw_icon(ui_draw(ui), rect_inset(r, 14), icon, ui_colour(ui, THEME_ON_RAIL), 0);
    struct text_style style = theme_text(TYPE_SMALL_STRONG);
    style.align = TEXT_MIDDLE;
    (void)ui_node_text(ui, rect_of(x - 24, y + READER_PX + 4, READER_PX + 48, 20), rack_reader_name(which), &style,
                       ui_colour(ui, THEME_TEXT));
}

/* The small switch under a reader. */
static void draw_plug(struct ui *ui, const struct rack *rack, enum stage_reader which, float x, float y)
{
    const struct rack_reader *reader = &rack->readers[which];
    const char *label = reader->unplugged ? _("Plug in") : _("Unplug");
    struct text_style style = theme_text(TYPE_SMALL_STRONG);
    style.align = TEXT_MIDDLE;
    style.vertical = TEXT_CENTRE;
    float w = roundf(text_measure(ui_text(ui), label, &style, 0).w) + 20;
    struct rect r = rect_of(roundf(x + READER_PX / 2 - w / 2), y + READER_PX + 26, w, 30);
    unsigned state = ui_node(ui, &(struct ui_node_spec){.id = "plug",
                                                        .index = which,
                                                        .role = UI_BUTTON,
                                                        .label = label,
                                                        .value = rack_reader_name(which),
                                                        .rect = r,
                                                        .intent = {.kind = RACK_ON_PLUG, .arg = which}});
    struct draw_box box = {.fill =
                               state & UI_PRESSED ? ui_colour(ui, THEME_PRIMARY_SOFT) : ui_colour(ui, THEME_SURFACE),
                           .radius = 15,
                           .border_px = 1,
                           .border = ui_colour(ui, reader->unplugged ? THEME_PRIMARY : THEME_BORDER)};
    draw_box(ui_draw(ui), r, &box);
    (void)ui_node_text(ui, r, label, &style, ui_colour(ui, reader->unplugged ? THEME_PRIMARY : THEME_TEXT_MUTED));
}

/* -- all of it ---------------------------------------------------------------------------------------------- */

static void state_badge(struct ui *ui, const char *id, float middle, float y, const char *text, bool free, bool fire)
{
    struct text_style style = theme_text(TYPE_SMALL_STRONG);
    float w = text_measure(ui_text(ui), text, &style, 0).w + 2 * SPACE_M;
    (void)widget_badge(ui, id, roundf(middle - w / 2), y, false, text, ICON_NONE,
                       fire   ? TONE_DANGER
                       : free ? TONE_SUCCESS
                              : TONE_NEUTRAL);
}

void rack_plan_view(const struct rack *rack, struct ui *ui, struct rect rect)
{
    struct plan p = plan_of(rect);
    const struct rack_lane *gate = &rack->lanes[RACK_MAIN], *door = &rack->lanes[RACK_POOL];
    float side = ARM_PX + 30, reader_y = p.hub_y - 22, badge_y = p.hub_y + ARM_PX + 18;
    draw_house(ui, rack, &p);
    draw_turnstile(ui, rack, &p);
    draw_door(ui, rack, &p);
    draw_walkers(ui, rack, RACK_MAIN, p.hub_x, p.hub_y - ARM_PX / 2 - 2, 150);
    draw_walkers(ui, rack, RACK_POOL, p.hinge_x, p.hinge_y - LEAF_PX / 2, 130);
    const float xs[STAGE_READERS] = {
        [STAGE_ENTRANCE] = p.hub_x - side - READER_PX,
        [STAGE_WAY_OUT] = p.hub_x + side,
        [STAGE_POOL] = p.hinge_x - READER_PX - 34,
    };
    for (int i = 0; i < STAGE_READERS; i++) {
        draw_reader(ui, rack, (enum stage_reader)i, xs[i], reader_y);
        draw_plug(ui, rack, (enum stage_reader)i, xs[i], reader_y);
    }
    state_badge(ui, "state-main", p.hub_x, badge_y, main_state(rack),
                gate->released[RACK_IN] || gate->released[RACK_OUT], rack->fire);
    state_badge(ui, "state-pool", (p.hinge_x + rect_right(rect)) / 2, badge_y, pool_state(rack),
                door->released[RACK_IN], rack->fire);
}
