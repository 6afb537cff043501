#pragma once

/* What every screen has to keep to, whatever it shows. README.md of tests lists the rules. */

#include "lint_report.h"

/** Targets that are large enough, within the screen and apart; names; ids. (lint_nodes.c) */
void lint_nodes(const struct lint_picture *p, struct lint_report *report);
/** Texts that are whole, legible, within the screen and what they belong to, and apart. (lint_texts.c) */
void lint_texts(const struct lint_picture *p, struct lint_report *report);

/* Texts that are the same in English and in another language. (lint_words.c) */

struct lint_words;

/** @list is what may be the same: lines of a text, or of "sv,nb: text" for some languages; '#' begins a comment.
 * @return NULL when memory has run out. */
struct lint_words *lint_words_new(const char *list);
void lint_words_free(struct lint_words *words);
/** @p in English: what the next pictures are compared with. */
void lint_words_english(struct lint_words *words, const struct lint_picture *p);
void lint_words_compare(struct lint_words *words, const struct lint_picture *p, struct lint_report *report);
/** Finds lines of the list that were never of use. */
void lint_words_unused(const struct lint_words *words, struct lint_report *report);
