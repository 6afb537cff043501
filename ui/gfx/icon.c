#include "gfx/icon.h"

#include "gfx/icon_paths.h"

#include <assert.h>
#include <cairo.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A path is read each time it is drawn: that takes a microsecond, and stroking it some twenty. Lines first, all in one
 * stroke, so that where two meet a translucent colour isn't laid on twice; then the dots. */

enum pass { PASS_LINES, PASS_DOTS };
enum { NUMBERS_MAX = 6 };

static const double GRID = 24, LINE = 2;

static unsigned numbers_of(char command)
{
    switch (command) {
    case 'M':
    case 'L':
        return 2;
    case 'H':
    case 'V':
    case 'W':
        return 1;
    case 'C':
        return 6;
    case 'A':
    case 'R':
        return 5;
    case 'O':
    case 'D':
        return 3;
    default:
        return 0;
    }
}

static double radians(double degrees)
{
    return degrees * 3.14159265358979323846 / 180;
}

static void arc(cairo_t *cr, const double *n)
{
    if (n[3] <= n[4]) {
        cairo_arc(cr, n[0], n[1], n[2], radians(n[3]), radians(n[4]));
    } else {
        cairo_arc_negative(cr, n[0], n[1], n[2], radians(n[3]), radians(n[4]));
    }
}

static void circle(cairo_t *cr, double x, double y, double r)
{
    cairo_new_sub_path(cr);
    cairo_arc(cr, x, y, r, 0, radians(360));
    cairo_close_path(cr);
    cairo_new_sub_path(cr);
}

static void round_rectangle(cairo_t *cr, const double *n)
{
    double left = n[0] + n[4], top = n[1] + n[4];
    double right = n[0] + n[2] - n[4], bottom = n[1] + n[3] - n[4];
    cairo_new_sub_path(cr);
    cairo_arc(cr, right, top, n[4], radians(-90), radians(0));
    cairo_arc(cr, right, bottom, n[4], radians(0), radians(90));
    cairo_arc(cr, left, bottom, n[4], radians(90), radians(180));
    cairo_arc(cr, left, top, n[4], radians(180), radians(270));
    cairo_close_path(cr);
    cairo_new_sub_path(cr);
}

static void add_line(cairo_t *cr, char command, const double *n)
{
    double x = 0, y = 0;
    cairo_get_current_point(cr, &x, &y);
    switch (command) {
    case 'M':
        cairo_move_to(cr, n[0], n[1]);
        break;
    case 'L':
        cairo_line_to(cr, n[0], n[1]);
        break;
    case 'H':
        cairo_line_to(cr, n[0], y);
        break;
    case 'V':
        cairo_line_to(cr, x, n[0]);
        break;
    case 'C':
        cairo_curve_to(cr, n[0], n[1], n[2], n[3], n[4], n[5]);
        break;
    case 'A':
        arc(cr, n);
        break;
    case 'O':
        circle(cr, n[0], n[1], n[2]);
        break;
    case 'R':
        round_rectangle(cr, n);
        break;
    case 'Z':
        cairo_close_path(cr);
        cairo_new_sub_path(cr);
        break;
    case 'N':
        cairo_new_sub_path(cr);
        break;
    default:
        assert(command == 'D');
    }
}

/* A decimal number, whatever the locale's point is. */
static double number(const char **at)
{
    const char *p = *at;
    while (*p == ' ') {
        p++;
    }
    bool negative = *p == '-';
    p += negative;
    assert((*p >= '0' && *p <= '9') || *p == '.');
    double value = 0, unit = 1;
    bool fraction = false;
    for (; (*p >= '0' && *p <= '9') || (*p == '.' && !fraction); p++) {
        if (*p == '.') {
            fraction = true;
            continue;
        }
        value = value * 10 + (*p - '0');
        unit = fraction ? unit * 10 : unit;
    }
    *at = p;
    return (negative ? -value : value) / unit;
}

static void add_path(cairo_t *cr, const char *path, enum pass pass, double stroke)
{
    for (const char *p = path; *p;) {
        char command = *p++;
        if (command == ' ') {
            continue;
        }
        double n[NUMBERS_MAX] = {0};
        for (unsigned i = 0; i < numbers_of(command); i++) {
            n[i] = number(&p);
        }
        if (command == 'W') {
            cairo_set_line_width(cr, n[0] * stroke / LINE);
        } else if (pass == PASS_LINES) {
            add_line(cr, command, n);
        } else if (command == 'D') {
            circle(cr, n[0], n[1], n[2] * stroke / LINE);
        }
    }
}

void icon_draw_stroke(struct _cairo *cr, enum icon icon, double size, double stroke)
{
    if (icon <= ICON_NONE || icon >= ICON_COUNT_ || !(size > 0)) {
        return;
    }
    const char *path = icon_paths[icon].path;
    cairo_save(cr);
    cairo_new_path(cr);
    cairo_scale(cr, size / GRID, size / GRID);
    cairo_translate(cr, -GRID / 2, -GRID / 2);
    cairo_set_line_width(cr, stroke);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_dash(cr, NULL, 0, 0);
    add_path(cr, path, PASS_LINES, stroke);
    cairo_stroke(cr);
    if (strchr(path, 'D')) {
        add_path(cr, path, PASS_DOTS, stroke);
        cairo_fill(cr);
    }
    cairo_restore(cr);
}

void icon_draw(struct _cairo *cr, enum icon icon, double size)
{
    icon_draw_stroke(cr, icon, size, LINE);
}

const char *icon_name(enum icon icon)
{
    return icon > ICON_NONE && icon < ICON_COUNT_ ? icon_paths[icon].name : "none";
}
