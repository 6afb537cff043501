#pragma once

/* What every screen has to keep to, whatever it shows. README.md of tests lists the rules. */

#include "lint_report.h"

/** Targets that are large enough, within the screen and apart; names; ids. (lint_nodes.c) */
void lint_nodes(const struct lint_picture *p, struct lint_report *report);
/** Texts that are whole, legible, within the screen and what they belong to, and apart. (lint_texts.c) */
void lint_texts(const struct lint_picture *p, struct lint_report *report);

/* Texts that are the same in English and in another language. (lint_words.c) */

struct lint_words;

/** Reads the list of what may be the same in @path. Lines are a text, or "sv,nb: text" for some languages; '#' begins a
 * comment. @return NULL when it can't be read. */
struct lint_words *lint_words_open(const char *path);
void lint_words_close(struct lint_words *words);
/** @p in English: what the next pictures are compared with. */
void lint_words_english(struct lint_words *words, const struct lint_picture *p);
void lint_words_compare(struct lint_words *words, const struct lint_picture *p, struct lint_report *report);
/** Finds lines of the list that were never of use. */
void lint_words_unused(const struct lint_words *words, struct lint_report *report);
