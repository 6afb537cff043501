#include "i18n/i18n.h"

#include "i18n/catalogue.h"
#include "i18n/locale.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *code, *name;
} languages[LANGUAGES] = {
    [LANGUAGE_EN] = {"en", "English"}, [LANGUAGE_SV] = {"sv", "Svenska"}, [LANGUAGE_DE] = {"de", "Deutsch"},
    [LANGUAGE_NB] = {"nb", "Norsk"},   [LANGUAGE_FI] = {"fi", "Suomi"},
};

/* Only the thread that draws comes here. */
static struct {
    enum language language;
    struct catalogue *catalogues[LANGUAGES]; /* NULL: English, and where none could be read */
} i18n;

int i18n_open(const char *folder)
{
    i18n_close();
    int ret = 0;
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        if (l == LANGUAGE_EN) {
            continue;
        }
        char path[PATH_MAX];
        int n = snprintf(path, sizeof path, "%s/%s/LC_MESSAGES/stile.mo", folder, languages[l].code);
        int r = n < (int)sizeof path ? catalogue_open(path, &i18n.catalogues[l]) : -ENAMETOOLONG;
        if (r < 0 && ret == 0) {
            ret = r;
        }
    }
    return ret;
}

void i18n_close(void)
{
    for (enum language l = LANGUAGE_EN; l < LANGUAGES; l++) {
        catalogue_free(i18n.catalogues[l]);
        i18n.catalogues[l] = NULL;
    }
    i18n.language = LANGUAGE_EN;
    locale_close();
}

void i18n_set(enum language language)
{
    i18n.language = (unsigned)language < LANGUAGES ? language : LANGUAGE_EN;
}

void i18n_warm(void)
{
    (void)locale_get(i18n.language);
}

enum language i18n_language(void)
{
    return i18n.language;
}

const char *language_code(enum language language)
{
    return (unsigned)language < LANGUAGES ? languages[language].code : "?";
}

const char *language_name(enum language language)
{
    return (unsigned)language < LANGUAGES ? languages[language].name : "?";
}

enum language language_parse(const char *code)
{
    if (strcmp(code, "no") == 0) { /* what a Norwegian would write; "nb" is one of its two written forms */
        return LANGUAGE_NB;
    }
    enum language l = LANGUAGE_EN;
    while (l < LANGUAGES && strcmp(languages[l].code, code) != 0) {
        l++;
    }
    return l;
}

const char *i18n_text_in(const char *context, const char *text)
{
    const struct catalogue *catalogue = i18n.catalogues[i18n.language];
    /* The empty text would find the catalogue's own properties. */
    const char *found = catalogue && *text ? catalogue_find(catalogue, context, text) : NULL;
    return found ? found : text;
}

const char *i18n_text(const char *text)
{
    return i18n_text_in(NULL, text);
}

const char *i18n_plural(const char *one, const char *many, int64_t n)
{
    const struct catalogue *catalogue = i18n.catalogues[i18n.language];
    const char *found = catalogue && *one ? catalogue_find_plural(catalogue, one, n) : NULL;
    return found ? found : n == 1 ? one : many;
}
