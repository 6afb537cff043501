/* More values than there is room for are drawn as the largest of each group: a peak never goes missing. */
#include "widgets/look.h"

#include "i18n/i18n.h"

#include <math.h>
#include <stdio.h>

#define BAR_LEAST_PX 3.0F
#define BAR_MOST_PX  28.0F
#define AXIS_TEXT_PX 13.0F
#define LINE_PX      2.5F
#define DOT_PX       10.0F
#define VALUE_MOST   1e15F
#define VALUE_LEAST  0.001F /* of the uppermost: an axis has three decimals */

enum { POINTS_MAX = 512, TICKS_MAX = 6 };

struct plot {
    float values[POINTS_MAX]; /* 0 to 1 each */
    size_t n;
};

/* Nothing below 0, nothing that is no number, and no more than an axis can be worked out for. */
static float clean(float value)
{
    return isfinite(value) && value > 0 ? fminf(value, VALUE_MOST) : 0;
}

static float largest(const struct widget_chart *chart, size_t from, size_t end)
{
    float most = 0;
    for (size_t i = from; i < end; i++) {
        most = fmaxf(most, clean(chart->values[i]));
    }
    return most;
}

/* 1, 2 or 5 times a power of ten, not below @least. */
static float round_step(float least)
{
    float power = powf(10, floorf(log10f(least)));
    float part = least / power;
    return (part <= 1.001F ? 1.0F : part <= 2.001F ? 2.0F : part <= 5.001F ? 5.0F : 10.0F) * power;
}

/* The distance of the axis's lines for a chart that reaches to @top and is @height_px high. */
static float tick_step(float top, float height_px)
{
    float ticks = fminf(fmaxf(floorf(height_px / 48), 1), (float)(TICKS_MAX - 1));
    return round_step(top / ticks);
}

static void make_plot(const struct widget_chart *chart, float top, float width, struct plot *ret_plot)
{
    float room = fmaxf(width / (chart->line ? 2 : BAR_LEAST_PX + 1), 1);
    size_t most = room < (float)POINTS_MAX ? (size_t)room : POINTS_MAX;
    ret_plot->n = chart->n < most ? chart->n : most;
    for (size_t i = 0; i < ret_plot->n; i++) {
        size_t from = i * chart->n / ret_plot->n, end = (i + 1) * chart->n / ret_plot->n;
        ret_plot->values[i] = top > 0 ? fminf(largest(chart, from, end) / top, 1) : 0;
    }
}

static void figure(float value, float step, char *ret_text, size_t size)
{
    if (step >= 1 || value == 0) {
        i18n_number(value < 1e15F ? (int64_t)llroundf(value) : 0, ret_text, size);
    } else {
        i18n_decimal(llroundf(value * 1000), step >= 0.1F ? 1 : step >= 0.01F ? 2 : 3, ret_text, size);
    }
}

/* Figures at the left and a line through the plot at each; the uppermost has the unit. @return the plot's room. */
static struct rect draw_axis(struct ui *ui, struct rect rect, const struct widget_chart *chart, float top, float step)
{
    struct text_style style = theme_text(TYPE_SMALL);
    style.size_px = AXIS_TEXT_PX;
    style.line_height = 0;
    style.align = TEXT_END;
    style.vertical = TEXT_CENTRE;
    style.tabular = true;
    char figures[TICKS_MAX + 1][2 * I18N_TEXT_SIZE];
    float width = 0;
    size_t n = 0;
    for (; n <= TICKS_MAX && (float)n * step <= top * 1.001F; n++) {
        char number[I18N_TEXT_SIZE];
        bool last = (float)(n + 1) * step > top * 1.001F || n == TICKS_MAX;
        figure((float)n * step, step, number, sizeof(number));
        (void)snprintf(figures[n], sizeof(figures[n]), last && chart->unit[0] ? "%s %.40s" : "%s", number, chart->unit);
        width = fmaxf(width, look_width(ui, figures[n], &style));
    }
    rect = rect_inset_xy(rect, 0, 9);
    float of_text = fminf(width, rect.w / 2);
    struct rect plot = rect_of(rect.x + of_text + SPACE_S, rect.y, rect.w - of_text - SPACE_S, rect.h);
    for (size_t i = 0; i < n; i++) {
        float y = roundf(rect_bottom(plot) - plot.h * (top > 0 ? (float)i * step / top : 0));
        (void)ui_node_text(ui, rect_of(rect.x, y - 9, of_text, 18), figures[i], &style,
                           ui_colour(ui, THEME_TEXT_MUTED));
        if (i > 0) {
            look_hairline(ui, plot.x, y, plot.w);
        }
    }
    return plot;
}

static struct colour bar_colour(const struct ui *ui, enum widget_tone tone, bool marked)
{
    struct colour full = look_tone(ui, tone).fill;
    return marked ? full : colour_mix(ui_colour(ui, THEME_SURFACE), full, 0.36F);
}

static void draw_bars(struct ui *ui, struct rect plot, const struct widget_chart *chart, const struct plot *values)
{
    float pitch = plot.w / (float)values->n;
    float gap = pitch < 5 ? 1 : fmaxf(roundf(pitch / 4), pitch - BAR_MOST_PX);
    draw_clip_push(ui_draw(ui), plot);
    for (size_t i = 0; i < values->n; i++) {
        bool marked = chart->mark_last && i + 1 == values->n;
        float height = roundf(values->values[i] * plot.h);
        if (values->values[i] > 0 && height < 2) {
            height = 2; /* little is not nothing */
        }
        /* Whole pixels, and all gaps alike: the widths take up what is left over. */
        float x = roundf(plot.x + (float)i * pitch), end = roundf(plot.x + (float)(i + 1) * pitch);
        float width = fmaxf(end - x - roundf(gap), 1), radius = fminf(width / 2, 3);
        /* Its lower end lies outside the clip: round at the top only. */
        struct rect bar = rect_of(x + roundf(gap / 2), rect_bottom(plot) - height, width, height + radius);
        if (height > 0) {
            draw_fill(ui_draw(ui), bar, bar_colour(ui, chart->tone, marked || !chart->mark_last), radius);
        }
    }
    draw_clip_pop(ui_draw(ui));
}

static void draw_curve(struct ui *ui, struct rect plot, const struct widget_chart *chart, const struct plot *values)
{
    struct draw_point points[POINTS_MAX + 1];
    size_t n = values->n;
    struct colour full = look_tone(ui, chart->tone).fill;
    for (size_t i = 0; i < n; i++) {
        points[i] = (struct draw_point){n > 1 ? plot.w * (float)i / (float)(n - 1) : 0,
                                        plot.h - values->values[i] * (plot.h - LINE_PX)};
    }
    if (n == 1) {
        points[n++] = (struct draw_point){plot.w, points[0].y};
    }
    draw_lines(ui_draw(ui), plot, points, n, 0, true, colour_alpha(full, 34));
    draw_lines(ui_draw(ui), plot, points, n, LINE_PX, false, full);
    if (chart->mark_last) {
        struct draw_point last = points[n - 1];
        struct rect dot = rect_of(plot.x + last.x - DOT_PX / 2, plot.y + last.y - DOT_PX / 2, DOT_PX, DOT_PX);
        draw_box(ui_draw(ui), dot,
                 &(struct draw_box){
                     .fill = full, .radius = DOT_PX / 2, .border_px = 2, .border = ui_colour(ui, THEME_SURFACE)});
    }
}

void widget_chart(struct ui *ui, struct rect rect, const struct widget_chart *chart)
{
    float most = largest(chart, 0, chart->n), top = chart->top > 0 ? clean(chart->top) : most;
    char value[I18N_TEXT_SIZE] = "";
    if (chart->n > 0) {
        float last = clean(chart->values[chart->n - 1]);
        figure(last, last >= 10 || last == floorf(last) ? 1 : 0.1F, value, sizeof(value));
    }
    (void)ui_node(
        ui, &(struct ui_node_spec){
                .id = chart->id, .index = -1, .role = UI_CHART, .label = chart->label, .value = value, .rect = rect});
    top = top > 0 ? fmaxf(top, VALUE_LEAST) : 1;
    struct rect plot = rect;
    if (chart->unit && rect.h > 40) {
        float step = tick_step(top, rect.h);
        top = chart->top > 0 ? top : ceilf(top / step - 0.001F) * step;
        plot = draw_axis(ui, rect, chart, top, step);
    }
    look_hairline(ui, plot.x, rect_bottom(plot), plot.w);
    struct plot values;
    make_plot(chart, top, plot.w, &values);
    if (values.n == 0 || plot.w < 1) {
        return;
    }
    if (chart->line) {
        draw_curve(ui, plot, chart, &values);
    } else {
        draw_bars(ui, plot, chart, &values);
    }
}
