/* A text is cut where a reader would cut it: at the bounds of grapheme clusters (Unicode UAX #29), which ICU finds.
 * What the cursor steps over, what a backspace takes and what `most` counts is such a cluster: "é" of two characters,
 * a family of seven.
 *
 * Putting in or taking away can join what stands at the two sides (an accent that now follows a letter, two flags), so
 * the cursor is brought to a bound again after each change. */

#include "base/text.h"
#include "widgets/field.h"

#include <string.h>

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

/* A text with its bounds; without ICU's rules (they come with the library) each character counts for itself. */
struct clusters {
    const char *text;
    size_t length;
    UText utext;
    UBreakIterator *iterator;
};

static void clusters_finish(struct clusters *clusters)
{
    if (clusters->iterator) {
        ubrk_close(clusters->iterator);
    }
    (void)utext_close(&clusters->utext);
}

static void clusters_init(struct clusters *ret_clusters, const char *text, size_t length)
{
    *ret_clusters = (struct clusters){.text = text, .length = length, .utext = UTEXT_INITIALIZER};
    UErrorCode error = U_ZERO_ERROR;
    (void)utext_openUTF8(&ret_clusters->utext, text, (int64_t)length, &error);
    ret_clusters->iterator = ubrk_open(UBRK_CHARACTER, "root", NULL, 0, &error);
    if (ret_clusters->iterator) {
        ubrk_setUText(ret_clusters->iterator, &ret_clusters->utext, &error);
    }
    if (U_FAILURE(error) && ret_clusters->iterator) {
        ubrk_close(ret_clusters->iterator);
        ret_clusters->iterator = NULL;
    }
}

/* The first bound behind byte @at. */
static size_t next_bound(const struct clusters *clusters, size_t at)
{
    if (at >= clusters->length) {
        return clusters->length;
    }
    if (clusters->iterator) {
        int32_t bound = ubrk_following(clusters->iterator, (int32_t)at);
        return bound == UBRK_DONE ? clusters->length : (size_t)bound;
    }
    do {
        at++;
    } while (at < clusters->length && U8_IS_TRAIL((uint8_t)clusters->text[at]));
    return at;
}

/* The last bound before byte @at. */
static size_t bound_before(const struct clusters *clusters, size_t at)
{
    if (at == 0 || at > clusters->length) {
        return 0;
    }
    if (clusters->iterator) {
        int32_t bound = ubrk_preceding(clusters->iterator, (int32_t)at);
        return bound == UBRK_DONE ? 0 : (size_t)bound;
    }
    do {
        at--;
    } while (at > 0 && U8_IS_TRAIL((uint8_t)clusters->text[at]));
    return at;
}

static bool is_bound(const struct clusters *clusters, size_t at)
{
    return at == 0 || at == clusters->length || next_bound(clusters, bound_before(clusters, at)) == at;
}

static size_t count_clusters(const char *text)
{
    struct clusters clusters;
    clusters_init(&clusters, text, strlen(text));
    size_t n = 0;
    for (size_t at = 0; at < clusters.length; n++) {
        at = next_bound(&clusters, at);
    }
    clusters_finish(&clusters);
    return n;
}

/* What no name, mail or note holds: control characters, line ends, and the marks that turn the direction of all that
 * follows, which would garble the screen around the field. The joiners of emoji and of Arabic and Indic script stay. */
static bool is_refused(UChar32 c)
{
    int8_t type = u_charType(c);
    return type == U_CONTROL_CHAR || type == U_LINE_SEPARATOR || type == U_PARAGRAPH_SEPARATOR || type == U_SURROGATE ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || U_IS_UNICODE_NONCHAR(c) || c == 0xFEFF;
}

/* True when the @n bytes are UTF-8 that a field takes. */
static bool is_taken(const char *text, size_t n)
{
    if (!text_is_utf8(text, n)) {
        return false;
    }
    for (size_t at = 0; at < n;) {
        UChar32 c = 0;
        U8_NEXT((const uint8_t *)text, at, n, c);
        if (c < 0 || is_refused(c)) {
            return false;
        }
    }
    return true;
}

/* Brings the cursor to the next bound when a change has left it within a cluster. */
static void settle(struct edit *edit)
{
    struct clusters clusters;
    clusters_init(&clusters, edit->text, strlen(edit->text));
    if (edit->cursor > clusters.length) {
        edit->cursor = clusters.length;
    }
    if (!is_bound(&clusters, edit->cursor)) {
        edit->cursor = next_bound(&clusters, edit->cursor);
    }
    clusters_finish(&clusters);
}

/* The longest part of @text (@length bytes) that fits a field and ends at a bound; at least whole characters. */
static size_t fitting(const char *text, size_t length)
{
    struct clusters clusters;
    if (length < EDIT_SIZE) {
        return length;
    }
    clusters_init(&clusters, text, length);
    size_t n = bound_before(&clusters, EDIT_SIZE);
    clusters_finish(&clusters);
    for (n = n > 0 ? n : EDIT_SIZE - 1; U8_IS_TRAIL((uint8_t)text[n]);) {
        n--;
    }
    return n;
}

void edit_set(struct edit *edit, const char *text)
{
    char kept[2 * EDIT_SIZE];
    size_t length = strlen(text), n = 0;
    for (size_t at = 0; at < length;) {
        size_t from = at;
        UChar32 c = 0;
        U8_NEXT((const uint8_t *)text, at, length, c);
        if (n + (at - from) >= sizeof(kept)) {
            break;
        }
        if (c >= 0 && !is_refused(c)) {
            memcpy(kept + n, text + from, at - from);
            n += at - from;
        }
    }
    n = fitting(kept, n);
    memset(edit, 0, sizeof(*edit));
    memcpy(edit->text, kept, n);
    edit->cursor = n;
}

static void take_away(struct edit *edit, size_t from, size_t to)
{
    size_t length = strlen(edit->text);
    memmove(edit->text + from, edit->text + to, length - to + 1);
    edit->cursor = from;
    settle(edit);
}

/* Puts in as many whole clusters of @text as there is room for. */
static bool put_in(struct edit *edit, const char *text, size_t most)
{
    size_t length = strlen(edit->text), n = strnlen(text, INPUT_TEXT_SIZE);
    if (n == INPUT_TEXT_SIZE || !is_taken(text, n)) {
        return false;
    }
    struct clusters clusters;
    clusters_init(&clusters, text, n);
    bool put = false;
    for (; n > 0 && !put; n = put ? n : bound_before(&clusters, n)) {
        if (length + n >= EDIT_SIZE) {
            continue;
        }
        struct edit changed = *edit;
        memmove(changed.text + edit->cursor + n, edit->text + edit->cursor, length - edit->cursor + 1);
        memcpy(changed.text + edit->cursor, text, n);
        changed.cursor += n;
        if (most == 0 || count_clusters(changed.text) <= most) {
            settle(&changed);
            *edit = changed;
            put = true;
        }
    }
    clusters_finish(&clusters);
    return put;
}

static size_t moved_cursor(const struct edit *edit, const struct intent *intent)
{
    struct clusters clusters;
    clusters_init(&clusters, edit->text, strlen(edit->text));
    size_t cursor = edit->cursor;
    switch (intent->edit) {
    case UI_EDIT_LEFT:
        cursor = bound_before(&clusters, cursor);
        break;
    case UI_EDIT_RIGHT:
        cursor = next_bound(&clusters, cursor);
        break;
    case UI_EDIT_HOME:
        cursor = 0;
        break;
    case UI_EDIT_END:
        cursor = clusters.length;
        break;
    case UI_EDIT_PLACE:
        cursor = clusters.length;
        if (intent->arg < (int64_t)clusters.length) {
            cursor = intent->arg > 0 ? (size_t)intent->arg : 0;
        }
        while (cursor > 0 && U8_IS_TRAIL((uint8_t)edit->text[cursor])) {
            cursor--;
        }
        if (!is_bound(&clusters, cursor)) {
            cursor = bound_before(&clusters, cursor);
        }
        break;
    default:
        break;
    }
    clusters_finish(&clusters);
    return cursor;
}

bool edit_apply(struct edit *edit, const struct intent *intent, size_t most)
{
    size_t length = strlen(edit->text);
    size_t to = 0;
    switch (intent->edit) {
    case UI_EDIT_INSERT:
        return put_in(edit, intent->text, most);
    case UI_EDIT_BACKSPACE:
        to = edit->cursor;
        if (to == 0) {
            return false;
        }
        take_away(edit, moved_cursor(edit, &(struct intent){.edit = UI_EDIT_LEFT}), to);
        return true;
    case UI_EDIT_DELETE:
        if (edit->cursor >= length) {
            return false;
        }
        take_away(edit, edit->cursor, moved_cursor(edit, &(struct intent){.edit = UI_EDIT_RIGHT}));
        return true;
    case UI_EDIT_CLEAR:
        memset(edit, 0, sizeof(*edit));
        return length > 0;
    default:
        edit->cursor = moved_cursor(edit, intent);
        return false;
    }
}
