#pragma once

/* Numbers as people say them. Pure. */

#include <stdint.h>

enum { WORDS_SIZE = 32 };

/** A length of time in its one or two largest units: "40 s", "12 min", "3 h 20 min", "4 days". */
void words_age(int64_t seconds, char ret_text[WORDS_SIZE]);
/** A size: "812 kB", "6.1 MB". */
void words_size_kb(int64_t kb, char ret_text[WORDS_SIZE]);
/** A number with its thousands parted: "1,204,000". */
void words_number(int64_t number, char ret_text[WORDS_SIZE]);
