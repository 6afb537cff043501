#pragma once

/* One language's texts: a .mo file as msgfmt writes it (GNU gettext manual, "The Format of GNU MO Files"), in memory.
 * Pure after catalogue_open.
 *
 * The C library's own gettext doesn't serve here: it translates only in a locale that is installed, and from glibc 2.39
 * on (Debian 13) it ignores LANGUAGE in C.UTF-8, the only UTF-8 locale that a small system has. */

#include <stdint.h>

struct catalogue;

/** Reads and checks the file at @path: every offset and length, the order of its texts, UTF-8, and that there are two
 * plural forms, one for 1 and one for everything else. @return 0, with a catalogue that the caller frees; -EBADMSG when
 * it is none of these; another negative errno (-ENOENT). */
int catalogue_open(const char *path, struct catalogue **ret_catalogue);
/** NULL does nothing. */
void catalogue_free(struct catalogue *catalogue);
/** The translation of @text in @context (NULL: in none); of a text with plural forms the one for 1.
 * @return NULL when there is none; else a text that lives as long as the catalogue. */
const char *catalogue_find(const struct catalogue *catalogue, const char *context, const char *text);
/** The translation of the text whose form for 1 is @one, in its form for @n things. @return as catalogue_find. */
const char *catalogue_find_plural(const struct catalogue *catalogue, const char *one, int64_t n);
