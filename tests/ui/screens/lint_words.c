/* A text that reads the same in two languages is most often one that nobody has translated. What may be the same
 * (names, brands, words that the languages share) stands in a list; what is left of a text without them must be
 * short. */
#include "lint_rules.h"

#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LETTERS_MOST = 3, SAME_MAX = 512, TEXTS_MAX = 2048, TEXT_SIZE = 512 };

struct same {
    char text[96];
    unsigned languages; /* a bit for each */
    bool used;
};

struct lint_words {
    struct same same[SAME_MAX];
    size_t n_same;
    char *english[TEXTS_MAX];
    size_t n_english;
};

static bool is_letter(unsigned char c)
{
    return isalpha(c) || (c >= 0xc3 && c != 0xe2); /* the first byte of a letter outside ASCII; 0xe2 are signs */
}

static size_t letters(const char *text)
{
    size_t n = 0;
    for (; *text; text++) {
        n += is_letter((unsigned char)*text) ? 1 : 0;
    }
    return n;
}

/* "sv,nb: text": skips what stands before the text. */
static const char *read_languages(const char *line, unsigned *ret_languages)
{
    unsigned languages = 0;
    const char *at = line;
    for (;;) {
        char code[3] = "";
        (void)text_copy(code, sizeof(code), at);
        enum language language = language_parse(code);
        if (language == LANGUAGES) {
            break;
        }
        languages |= 1U << language;
        at += 2;
        if (at[0] == ':' && at[1] == ' ') {
            *ret_languages = languages;
            return at + 2;
        }
        if (*at++ != ',') {
            break;
        }
    }
    *ret_languages = ~0U;
    return line;
}

struct lint_words *lint_words_new(const char *list)
{
    struct lint_words *words = calloc(1, sizeof(*words));
    for (const char *line = list; words && *line; line += strcspn(line, "\n"), line += *line ? 1 : 0) {
        int n = (int)strcspn(line, "\n");
        if (line[0] != '#' && n > 0 && words->n_same < SAME_MAX) {
            struct same *same = &words->same[words->n_same++];
            const char *text = read_languages(line, &same->languages);
            (void)snprintf(same->text, sizeof(same->text), "%.*s", n - (int)(text - line), text);
        }
    }
    return words;
}

static void forget_english(struct lint_words *words)
{
    for (size_t i = 0; i < words->n_english; i++) {
        free(words->english[i]);
    }
    words->n_english = 0;
}

void lint_words_free(struct lint_words *words)
{
    if (words) {
        forget_english(words);
        free(words);
    }
}

/* Calls back for each text of a picture that a person can read, or hear read. */
static void each_text(const struct lint_picture *p, void (*call)(void *data, const char *text), void *data)
{
    size_t n;
    const struct ui_node *nodes = ui_nodes(p->ui, &n);
    for (size_t i = 0; i < n; i++) {
        call(data, nodes[i].label);
        call(data, nodes[i].value);
    }
    const struct draw_command *commands = draw_commands(ui_draw(p->ui), &n);
    for (size_t i = 0; i < n; i++) {
        if (commands[i].kind == DRAW_TEXT) {
            call(data, commands[i].text.string);
        }
    }
}

static bool is_english(const struct lint_words *words, const char *text)
{
    for (size_t i = 0; i < words->n_english; i++) {
        if (strcmp(words->english[i], text) == 0) {
            return true;
        }
    }
    return false;
}

static void keep(void *data, const char *text)
{
    struct lint_words *words = data;
    if (letters(text) > LETTERS_MOST && words->n_english < TEXTS_MAX && !is_english(words, text)) {
        char *copy = strdup(text);
        if (copy) {
            words->english[words->n_english++] = copy;
        }
    }
}

void lint_words_english(struct lint_words *words, const struct lint_picture *p)
{
    forget_english(words);
    each_text(p, keep, words);
}

static bool is_word(unsigned char c)
{
    return isalnum(c) || c >= 0x80;
}

/* Blanks out the whole words @same in @text. */
static bool blank_out(char *text, const char *same)
{
    size_t n = strlen(same);
    bool found = false;
    for (char *at = text; n > 0 && (at = strstr(at, same)); at += n) {
        if ((at == text || !is_word((unsigned char)at[-1])) && !is_word((unsigned char)at[n])) {
            memset(at, ' ', n);
            found = true;
        }
    }
    return found;
}

struct comparison {
    struct lint_words *words;
    const struct lint_picture *p;
    struct lint_report *report;
};

static void compare(void *data, const char *text)
{
    const struct comparison *c = data;
    char left[TEXT_SIZE];
    if (letters(text) <= LETTERS_MOST || !is_english(c->words, text)) {
        return;
    }
    (void)text_copy(left, sizeof(left), text);
    for (size_t i = 0; i < c->words->n_same; i++) {
        struct same *same = &c->words->same[i];
        if (same->languages & 1U << c->p->language && blank_out(left, same->text)) {
            same->used = true;
        }
    }
    if (letters(left) > LETTERS_MOST) {
        lint_find(c->report, c->p, "\"%s\" is in %s as in English", text, language_code(c->p->language));
    }
}

void lint_words_compare(struct lint_words *words, const struct lint_picture *p, struct lint_report *report)
{
    struct comparison c = {words, p, report};
    each_text(p, compare, &c);
}

void lint_words_unused(const struct lint_words *words, struct lint_report *report)
{
    for (size_t i = 0; i < words->n_same; i++) {
        if (!words->same[i].used) {
            lint_find(report, NULL, "same_words.txt: \"%s\" is of no use", words->same[i].text);
        }
    }
}
