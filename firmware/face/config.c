/* libinih splits lines into sections, keys and values; it is fed through a reader of ours, which so knows the
 * line's number. Keys are rows of two tables, one per kind of section. The first fault is told with its line. */
#include "face/config.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FILE_BYTES_MAX = 64 * 1024 };

struct parser {
    const char *at; /* the rest of the text */
    struct ui_config *config;
    struct face_config *face; /* of the section; NULL in [ui] */
    char *error;
    int line;
    uint64_t seen[FACE_MAX + 1]; /* keys of each face, and of [ui] */
};

enum type {
    TYPE_PATH,
    TYPE_NAME,
    TYPE_TEXT,
    TYPE_INT,
    TYPE_SECONDS,
    TYPE_YES_NO,
    TYPE_WORD,
    TYPE_SCALE,
    TYPE_TOUCH,
    TYPE_LANES
};

struct key {
    const char *name;
    enum type type;
    size_t offset, size;
    int64_t min, max;
    const char *const *words; /* of a word: its value is the index */
};

static const char *const language_words[] = {"en", "sv", "de", "nb", "fi", NULL};
static const char *const kind_words[] = {"entrance", "desk", "service", NULL};
static const char *const theme_words[] = {"light", "dark", NULL};
static const char *const place_words[] = {"untold", "right", "left", "below", NULL};

#define UI_AT(field)   offsetof(struct ui_config, field), sizeof(((struct ui_config *)NULL)->field)
#define FACE_AT(field) offsetof(struct face_config, field), sizeof(((struct face_config *)NULL)->field)

static const struct key ui_keys[] = {
    {"control_path", TYPE_PATH, UI_AT(control_path), 0, 0, NULL},
    {"list_path", TYPE_PATH, UI_AT(list_path), 0, 0, NULL},
    {"journal_path", TYPE_PATH, UI_AT(journal_path), 0, 0, NULL},
    {"locale_path", TYPE_PATH, UI_AT(locale_path), 0, 0, NULL},
    {"fonts_path", TYPE_PATH, UI_AT(fonts_path), 0, 0, NULL},
    {"point", TYPE_TEXT, UI_AT(point), 0, 0, NULL},
    {"language", TYPE_WORD, UI_AT(language), 0, 0, language_words},
    {"volume_percent", TYPE_INT, UI_AT(volume_percent), 0, 100, NULL},
};

static const struct key face_keys[] = {
    {"kind", TYPE_WORD, FACE_AT(kind), 0, 0, kind_words},
    {"display", TYPE_INT, FACE_AT(display), -1, 7, NULL},
    {"width", TYPE_INT, FACE_AT(width), 0, SURFACE_SIDE_MAX, NULL},
    {"height", TYPE_INT, FACE_AT(height), 0, SURFACE_SIDE_MAX, NULL},
    {"fullscreen", TYPE_YES_NO, FACE_AT(fullscreen), 0, 0, NULL},
    {"rotation", TYPE_INT, FACE_AT(transform.rotation), 0, 270, NULL},
    {"scale", TYPE_SCALE, FACE_AT(transform.scale), 0, 0, NULL},
    {"touch", TYPE_TOUCH, FACE_AT(transform.touch), 0, 0, NULL},
    {"touch_device", TYPE_TEXT, FACE_AT(touch_device), 0, 0, NULL},
    {"theme", TYPE_WORD, FACE_AT(theme), 0, 0, theme_words},
    {"keyboard", TYPE_YES_NO, FACE_AT(keyboard), 0, 0, NULL},
    {"lanes", TYPE_LANES, FACE_AT(lanes), 0, 0, NULL},
    {"reader_place", TYPE_WORD, FACE_AT(reader_place), 0, 0, place_words},
    {"my_card", TYPE_YES_NO, FACE_AT(my_card), 0, 0, NULL},
    {"phones", TYPE_YES_NO, FACE_AT(phones), 0, 0, NULL},
    {"saver_s", TYPE_SECONDS, FACE_AT(saver_us), 0, 86400, NULL},
    {"sign_in_reader", TYPE_NAME, FACE_AT(sign_in_reader), 0, 0, NULL},
    {"sign_out_s", TYPE_SECONDS, FACE_AT(sign_out_us), 30, 86400, NULL},
};

__attribute__((format(printf, 2, 3))) static bool fail(struct parser *p, const char *format, ...)
{
    va_list args;
    if (p->error[0] == '\0') {
        int n = snprintf(p->error, FACE_ERROR_SIZE, "line %d: ", p->line);
        va_start(args, format);
        (void)vsnprintf(p->error + n, FACE_ERROR_SIZE - (size_t)n, format, args);
        va_end(args);
    }
    return false;
}

static bool is_name(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    return text[0] != '\0' && strlen(text) < FACE_NAME_SIZE && text[strspn(text, allowed)] == '\0';
}

static bool take_text(struct parser *p, const struct key *key, const char *value, char *to)
{
    if (key->type == TYPE_PATH && value[0] != '/') {
        return fail(p, "%s is to be an absolute path", key->name);
    }
    if (key->type == TYPE_NAME && !is_name(value)) {
        return fail(p, "%s is to be 1 to 31 letters, digits, '-', '_' or '.'", key->name);
    }
    if (!text_is_utf8(value, strlen(value)) || !text_copy(to, key->size, value)) {
        return fail(p, "%s is too long, or no UTF-8", key->name);
    }
    return true;
}

static bool take_number(struct parser *p, const struct key *key, const char *value, void *to)
{
    int64_t number;
    if (!text_int(value, key->min, key->max, &number)) {
        return fail(p, "%s is to be a number from %lld to %lld", key->name, (long long)key->min, (long long)key->max);
    }
    if (key->type == TYPE_SECONDS) {
        *(int64_t *)to = number * US_PER_S;
    } else {
        *(int32_t *)to = (int32_t)number;
    }
    return true;
}

static bool take_word(struct parser *p, const struct key *key, const char *value, void *to)
{
    char all[96] = "";
    for (int i = 0; key->words[i]; i++) {
        if (strcmp(key->words[i], value) == 0) {
            *(int *)to = i;
            return true;
        }
        (void)snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? ", " : "", key->words[i]);
    }
    return fail(p, "%s is to be one of %s", key->name, all);
}

/* A decimal with a point: "1", "1.25". */
static bool take_scale(struct parser *p, const char *value, float *to)
{
    float row[6];
    char as_matrix[64];
    (void)snprintf(as_matrix, sizeof(as_matrix), "%.16s 0 0 0 1 0", value);
    if (!transform_parse_touch(as_matrix, row) || row[0] < TRANSFORM_SCALE_MIN || row[0] > TRANSFORM_SCALE_MAX) {
        return fail(p, "scale is to be a number from %.1f to %.0f", (double)TRANSFORM_SCALE_MIN,
                    (double)TRANSFORM_SCALE_MAX);
    }
    *to = row[0];
    return true;
}

static bool take_lanes(struct parser *p, const char *value, char lanes[][FACE_NAME_SIZE])
{
    char copy[ENTRANCE_PANES * FACE_NAME_SIZE + 16];
    char *rest = copy;
    size_t n = 0;
    if (!text_copy(copy, sizeof(copy), value)) {
        return fail(p, "lanes is too long");
    }
    for (char *name; (name = strsep(&rest, ", ")) != NULL;) {
        if (name[0] == '\0') {
            continue;
        }
        if (n == ENTRANCE_PANES || !is_name(name)) {
            return fail(p, "lanes is to be at most %d names of lanes", ENTRANCE_PANES);
        }
        (void)text_copy(lanes[n++], FACE_NAME_SIZE, name);
    }
    return true;
}

static bool take(struct parser *p, const struct key *key, const char *value, char *to)
{
    switch (key->type) {
    case TYPE_PATH:
    case TYPE_NAME:
    case TYPE_TEXT:
        return take_text(p, key, value, to);
    case TYPE_INT:
    case TYPE_SECONDS:
        return take_number(p, key, value, to);
    case TYPE_YES_NO:
        *(bool *)to = strcmp(value, "yes") == 0;
        return strcmp(value, "yes") == 0 || strcmp(value, "no") == 0 || fail(p, "%s is to be yes or no", key->name);
    case TYPE_WORD:
        return take_word(p, key, value, to);
    case TYPE_SCALE:
        return take_scale(p, value, (float *)to);
    case TYPE_TOUCH:
        return transform_parse_touch(value, (float *)to) ||
               fail(p, "touch is to be a matrix of six numbers that can be turned back");
    case TYPE_LANES:
        return take_lanes(p, value, (char(*)[FACE_NAME_SIZE])to);
    }
    return false;
}

void face_config_preset(struct face_config *ret_face, enum face_kind kind)
{
    *ret_face = (struct face_config){
        .kind = kind,
        .display = -1,
        .fullscreen = true,
        .transform = transform_of(0, 0),
        .theme = kind == FACE_DESK ? THEME_LIGHT : THEME_DARK,
        .keyboard = true,
        .my_card = true,
        .saver_us = 120 * US_PER_S,
        .sign_out_us = 300 * US_PER_S,
    };
    (void)text_copy(ret_face->name, sizeof(ret_face->name), face_kind_text(kind));
}

/* The face that a heading "face NAME" names: a new one at its first key. */
static bool find_face(struct parser *p, const char *section)
{
    const char *name = section + strlen("face ");
    for (size_t i = 0; i < p->config->n_faces; i++) {
        if (strcmp(p->config->faces[i].name, name) == 0) {
            p->face = &p->config->faces[i];
            return true;
        }
    }
    if (!is_name(name)) {
        return fail(p, "a face's name is to be 1 to 31 letters, digits, '-', '_' or '.'");
    }
    if (p->config->n_faces == FACE_MAX) {
        return fail(p, "there are more than %d faces", FACE_MAX);
    }
    p->face = &p->config->faces[p->config->n_faces++];
    face_config_preset(p->face, FACE_ENTRANCE);
    (void)text_copy(p->face->name, sizeof(p->face->name), name);
    return true;
}

static int on_key(void *user, const char *section, const char *name, const char *value)
{
    struct parser *p = user;
    bool is_ui = strcmp(section, "ui") == 0;
    const struct key *keys = is_ui ? ui_keys : face_keys;
    size_t n = is_ui ? ARRAY_LEN(ui_keys) : ARRAY_LEN(face_keys), i = 0;
    p->face = NULL;
    if (!is_ui && strncmp(section, "face ", strlen("face ")) != 0) {
        return fail(p, section[0] ? "no such section: %.40s" : "%.40sa key outside a section", section);
    }
    if (!is_ui && !find_face(p, section)) {
        return 0;
    }
    while (i < n && strcmp(keys[i].name, name) != 0) {
        i++;
    }
    if (i == n) {
        return fail(p, "no such key: %.40s", name);
    }
    uint64_t *seen = &p->seen[is_ui ? FACE_MAX : (size_t)(p->face - p->config->faces)];
    if (*seen & UINT64_C(1) << i) {
        return fail(p, "%s stands here twice", name);
    }
    *seen |= UINT64_C(1) << i;
    char *base = is_ui ? (char *)p->config : (char *)p->face;
    return take(p, &keys[i], value, base + keys[i].offset);
}

static bool check(struct parser *p)
{
    const struct ui_config *c = p->config;
    p->line = 1;
    if (!c->control_path[0] || !c->list_path[0] || !c->journal_path[0]) {
        return fail(p, "[ui] lacks control_path, list_path or journal_path");
    }
    for (size_t i = 0; i < c->n_faces; i++) {
        if (c->faces[i].transform.rotation % 90 != 0) {
            return fail(p, "rotation of face %s is to be 0, 90, 180 or 270", c->faces[i].name);
        }
        if ((c->faces[i].width == 0) != (c->faces[i].height == 0)) {
            return fail(p, "face %s has a width or a height alone", c->faces[i].name);
        }
    }
    return true;
}

/* As fgets: the next line for libinih. */
static char *next_line(char *ret_line, int size, void *user)
{
    struct parser *p = user;
    size_t n = strcspn(p->at, "\n");
    if (p->at[0] == '\0') {
        return NULL;
    }
    p->line++;
    if (n >= (size_t)size - 1) {
        (void)fail(p, "is too long");
        n = (size_t)size - 2;
    }
    memcpy(ret_line, p->at, n);
    ret_line[n] = '\0';
    p->at += strcspn(p->at, "\n");
    p->at += p->at[0] == '\n';
    return ret_line;
}

int face_config_parse(const char *text, struct ui_config *ret_config, char ret_error[FACE_ERROR_SIZE])
{
    struct ui_config config = {.language = LANGUAGE_EN, .volume_percent = 60};
    struct parser p = {.at = text, .config = &config, .error = ret_error};
    ret_error[0] = '\0';
    int r = ini_parse_stream(next_line, &p, on_key, &p);
    if (r > 0 && ret_error[0] == '\0') {
        p.line = r;
        (void)fail(&p, "is no heading, key or comment");
    }
    if (ret_error[0] != '\0' || r != 0 || !check(&p)) {
        return r == -2 ? -ENOMEM : -EINVAL;
    }
    *ret_config = config;
    return 0;
}

int face_config_read(const char *path, struct ui_config *ret_config, char ret_error[FACE_ERROR_SIZE])
{
    _cleanup_free_ char *text = NULL;
    size_t size;
    int r = file_read(path, FILE_BYTES_MAX, &text, &size);
    if (r < 0) {
        (void)snprintf(ret_error, FACE_ERROR_SIZE, "%s", strerror(-r));
        return r;
    }
    if (strlen(text) != size) {
        (void)snprintf(ret_error, FACE_ERROR_SIZE, "holds a NUL");
        return -EINVAL;
    }
    return face_config_parse(text, ret_config, ret_error);
}

const char *face_kind_text(enum face_kind kind)
{
    return (unsigned)kind < FACE_KINDS ? kind_words[kind] : "?";
}

enum face_kind face_kind_parse(const char *text)
{
    unsigned kind = 0;
    while (kind < FACE_KINDS && strcmp(kind_words[kind], text) != 0) {
        kind++;
    }
    return (enum face_kind)kind;
}
